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
    /// Its file system does not record it.
    Unrecorded,
}

impl LastRun {
    /// Of the toolchain in `goroot`. Without a receipt it is not known when it was installed.
    pub fn of(goroot: &Path, receipt: Option<&Receipt>) -> Self {
        let ran = ["bin/go", "bin/gofmt"].iter().filter_map(|tool| accessed(&goroot.join(tool))).max();
        match (ran, receipt) {
            (None, _) => LastRun::Unrecorded,
            // Unpacking a file sets its access time, too.
            (Some(ran), Some(receipt)) if ran <= receipt.installed => LastRun::Installed(receipt.installed),
            (Some(ran), _) => LastRun::Ran(ran),
        }
    }

    /// When it ran; `None` if it has not run, or that is not recorded.
    pub fn ran_at(self) -> Option<u64> {
        match self {
            LastRun::Ran(time) => Some(time),
            LastRun::Installed(_) | LastRun::Unrecorded => None,
        }
    }

    /// How many seconds ago it ran or was installed, 0 for a time in the future; `None` if that is not recorded.
    pub fn age(self) -> Option<u64> {
        match self {
            LastRun::Ran(time) | LastRun::Installed(time) => Some(receipt::now().saturating_sub(time)),
            LastRun::Unrecorded => None,
        }
    }
}

/// Prints `ran 3 days ago`, `installed today`, or nothing if it is not recorded.
impl fmt::Display for LastRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(age) = self.age() else { return Ok(()) };
        let verb = if matches!(self, LastRun::Ran(_)) { "ran" } else { "installed" };
        write!(f, "{verb} {}", text::days_ago(age))
    }
}

/// The access time of a program; `None` if the file system does not renew it.
fn accessed(program: &Path) -> Option<u64> {
    let time = fs::metadata(program).ok()?.atime();
    mount::records_runs(program).is_ok_and(|does| does).then_some(time.try_into().unwrap_or(0))
}
