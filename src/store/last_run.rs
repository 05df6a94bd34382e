//! When a toolchain last ran: the newest access time of its tools, which the system renews when it starts them.
//!
//! gox itself reads files of toolchains by [`open_unnoticed`](crate::fs::read::open_unnoticed), which renews no time.
//! Any other reader, such as a backup, makes a toolchain look used. So does a run of another one with the very same
//! tools, which share their files: `go1.22.4-bigcorp` may have those of `go1.22.4`.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::{fmt, fs};

use super::receipt::{self, Receipt};
use crate::os::mount;
use crate::text;

/// When a toolchain last ran. Times are in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastRun {
    /// It ran at this time, or up to a day later: a `relatime` mount renews the time once a day.
    Ran(u64),
    /// It has not run since its installation, which was at this time.
    Installed(u64),
    /// It cannot be told: its file system does not record it, or gox did not install it.
    Unknown,
}

impl LastRun {
    /// Of the toolchain in `goroot`. Writing a file sets its access time, too, so that without a receipt nobody knows
    /// whether it ran since.
    pub fn of(goroot: &Path, receipt: Option<&Receipt>) -> Self {
        let Some(Receipt { installed, .. }) = receipt else { return LastRun::Unknown };
        let ran = ["bin/go", "bin/gofmt"].iter().filter_map(|tool| accessed(&goroot.join(tool))).max();
        match ran {
            None => LastRun::Unknown,
            Some(ran) if ran <= *installed => LastRun::Installed(*installed),
            Some(ran) => LastRun::Ran(ran),
        }
    }

    /// When it ran; `None` if it has not run, or that is not known.
    pub fn ran_at(self) -> Option<u64> {
        match self {
            LastRun::Ran(time) => Some(time),
            LastRun::Installed(_) | LastRun::Unknown => None,
        }
    }

    /// How many seconds ago it ran or was installed, 0 for a time in the future; `None` if that is not known.
    pub fn age(self) -> Option<u64> {
        match self {
            LastRun::Ran(time) | LastRun::Installed(time) => Some(receipt::now().saturating_sub(time)),
            LastRun::Unknown => None,
        }
    }
}

/// Prints `ran 3 days ago`, `installed today`, or nothing if it is not known.
impl fmt::Display for LastRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(age) = self.age() else { return Ok(()) };
        let verb = if matches!(self, LastRun::Ran(_)) { "ran" } else { "installed" };
        write!(f, "{verb} {}", text::days_ago(age))
    }
}

/// The access time of a program; `None` if it is no regular file, or its file system does not renew the time.
fn accessed(program: &Path) -> Option<u64> {
    let time = fs::metadata(program).ok().filter(fs::Metadata::is_file)?.atime();
    mount::records_runs(program).is_ok_and(|does| does).then_some(time.try_into().unwrap_or(0))
}
