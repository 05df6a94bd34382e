//! Machines that were recorded, in `tests/data/machines`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::command::Command;
use super::sandbox::Sandbox;

/// Before all recorded machines started, in seconds since 1970.
const BEFORE_THE_START: u64 = 1_789_999_999;

/// The folder of a machine as it was recorded, for a check that looks at no file of its drives.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/machines").join(name)
}

/// A copy of a recorded machine, `[ROOT]/machine`, whose Windows drives are the folders `[ROOT]/mnt/c`, `[ROOT]/mnt/d`.
pub(crate) struct Recorded {
    pub(crate) sandbox: Sandbox,
}

impl Recorded {
    pub(crate) fn new(name: &str) -> Self {
        let recorded = Recorded { sandbox: Sandbox::new() };
        copy(&folder(name), &recorded.path(""));
        let mut table = recorded.sandbox.read("machine/proc/self/mountinfo");
        for point in [" /mnt/", " /windows/"] {
            table = table.replace(point, &format!(" {}/mnt/", recorded.sandbox.root().display()));
        }
        recorded.write("proc/self/mountinfo", &table);
        if recorded.path("etc/wsl.conf").exists() {
            recorded.age("etc/wsl.conf", 0);
        }
        recorded
    }

    /// A file of the machine.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.sandbox.root().join("machine").join(path)
    }

    /// Writes a file of the machine.
    pub(crate) fn write(&self, path: &str, text: &str) {
        self.sandbox.write(&format!("machine/{path}"), text);
    }

    /// Writes `/etc/wsl.conf` before the machine started.
    pub(crate) fn write_conf(&self, text: &str) {
        self.write("etc/wsl.conf", text);
        self.age("etc/wsl.conf", 0);
    }

    /// Changes the time of a file to so many seconds after all is old.
    pub(crate) fn age(&self, path: &str, seconds: u64) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(BEFORE_THE_START + seconds);
        File::options().write(true).open(self.path(path)).unwrap().set_modified(time).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_dir_all(self.path(path)).unwrap();
    }

    /// `gox doctor` with these arguments on the machine.
    pub(crate) fn doctor<'a>(&'a self, arguments: &[&'a str]) -> Command<'a> {
        self.sandbox.gox(["doctor", "--machine"]).arg(self.path("")).args(arguments)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
