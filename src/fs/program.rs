//! The program that a name means.

use std::path::PathBuf;

use super::read::is_executable;
use crate::env::Environment;

/// The first program of that name on PATH. As in cmd/go, it is from no relative entry: that may be a file of a project
/// whose code nobody has read.
pub fn on_path(name: &str, environment: &Environment) -> Option<PathBuf> {
    let mut files = environment.path_entries().into_iter().map(|entry| entry.join(name));
    files.find(|file| !name.is_empty() && is_executable(file))
}
