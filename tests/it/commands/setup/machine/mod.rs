//! `gox setup` of what surrounds a user: Git on WSL, the settings of WSL, and the agent of SSH.

mod git;
mod ssh_agent;
mod wsl;

use std::ffi::OsStr;
use std::path::PathBuf;

use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

/// A machine in `[ROOT]/machine` that runs this kernel.
fn with_kernel(sandbox: &Sandbox, kernel: &str) -> PathBuf {
    sandbox.write("machine/proc/sys/kernel/osrelease", kernel);
    sandbox.write("machine/run/WSL/1_interop", "");
    sandbox.root().join("machine")
}

const WSL_2: &str = "6.6.87.2-microsoft-standard-WSL2\n";

fn setup<'a>(sandbox: &'a Sandbox, machine: impl AsRef<OsStr>, arguments: &[&str]) -> Command<'a> {
    sandbox.gox(["setup", "--machine"]).arg(machine).args(arguments)
}
