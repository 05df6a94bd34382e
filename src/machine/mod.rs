//! What the machine tells of itself in `/proc`, `/etc`, `/run` and `/sys`: whether it is WSL, what is mounted where,
//! and which distribution it is.
//!
//! [`Machine`] is the only door to those folders. All else here reads text, changes nothing and starts no program.

pub mod mounts;
pub mod os_release;
pub mod start;
pub mod wsl;
pub mod wsl_conf;

use std::path::{Path, PathBuf};

use crate::fs::read;

/// The length of the longest file that is read whole, in bytes. A machine with a thousand containers has some 300 KB of
/// mounts.
const MAX_TEXT: usize = 4 << 20;

/// A machine, by the folder in which its `/proc`, `/etc`, `/run` and `/sys` are.
#[derive(Clone, Debug)]
pub struct Machine {
    root: PathBuf,
}

impl Machine {
    /// The machine on which gox runs.
    pub fn this() -> Self {
        Machine::recorded("/")
    }

    /// A machine whose files were recorded in a folder.
    pub fn recorded(root: impl Into<PathBuf>) -> Self {
        Machine { root: root.into() }
    }

    /// The place of a file, which is named by its absolute path on that machine.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Whether there is such a file or folder, of whatever type.
    pub fn has(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    /// The text of a file; `None` if there is none that can be read.
    pub fn text(&self, path: impl AsRef<Path>) -> Option<String> {
        read::read_beginning(&self.path(path.as_ref().to_str()?), MAX_TEXT)
    }
}
