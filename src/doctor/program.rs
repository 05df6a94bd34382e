//! The programs that a check asks, and waits for no longer than the user would.

use std::path::PathBuf;

pub(super) use crate::os::child::{Ended, Unended, command, run};

use crate::env::Environment;
use crate::fs::program::on_path;
use crate::fs::read::is_executable;

/// The program that a name means to Go.
pub(super) fn find(name: &str, environment: &Environment) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| is_executable(path));
    }
    on_path(name, environment)
}
