//! Whether the machine is a distribution of the Windows Subsystem for Linux, and of which version.

use super::Machine;
use crate::env::{Environment, WSL_DISTRO_NAME, WSL_INTEROP};

/// What the machine is to WSL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wsl {
    /// A machine that has nothing to do with WSL.
    No,
    /// A distribution of WSL 1: Linux programs on Windows' kernel.
    One,
    /// A distribution of WSL 2: a virtual machine with a Linux kernel.
    Two,
    /// A container on the kernel of WSL 2, such as Docker Desktop runs.
    Container,
}

impl Wsl {
    /// Looks at the files of the machine first, because `sudo` and cron take the variables away.
    pub fn of(machine: &Machine, environment: &Environment) -> Self {
        let kernel = machine.text("/proc/sys/kernel/osrelease").unwrap_or_default();
        let has_folder = machine.has("/run/WSL");
        if kernel.contains("Microsoft") {
            // `4.4.0-19041-Microsoft`
            Wsl::One
        } else if kernel.contains("microsoft") {
            // `6.6.87.2-microsoft-standard-WSL2`, also in all containers on that kernel.
            let has_variable =
                || [WSL_DISTRO_NAME, WSL_INTEROP].iter().any(|name| environment.os(name).is_some());
            if has_folder || has_variable() { Wsl::Two } else { Wsl::Container }
        } else if has_folder || machine.has("/proc/sys/fs/binfmt_misc/WSLInterop") {
            // A kernel that the user built, named as the user likes.
            Wsl::Two
        } else {
            Wsl::No
        }
    }

    /// Whether the machine is a distribution, which has Windows drives and settings of WSL.
    pub fn is_distribution(self) -> bool {
        matches!(self, Wsl::One | Wsl::Two)
    }
}
