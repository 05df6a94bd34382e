//! The name and the family of a Linux distribution, by its os-release file (os-release(5)).

use super::Machine;
use crate::os::family::{self, Family};

/// The text of an os-release file; empty where there is none.
#[derive(Debug, Default)]
pub struct OsRelease(String);

impl OsRelease {
    /// Reads the file of a machine.
    pub fn read(machine: &Machine) -> Self {
        OsRelease(family::OS_RELEASE.iter().find_map(|path| machine.text(path)).unwrap_or_default())
    }

    /// The distribution's name, such as `Debian GNU/Linux`; `Linux` where it has none, as os-release(5) has it.
    pub fn name(&self) -> &str {
        Some(family::value(&self.0, "NAME")).filter(|name| !name.is_empty()).unwrap_or("Linux")
    }

    /// What administrators of the machine type.
    pub fn family(&self) -> Family {
        if cfg!(target_os = "macos") { Family::MacOs } else { Family::of_os_release(&self.0) }
    }
}
