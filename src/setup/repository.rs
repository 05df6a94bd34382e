//! The Git repository of a project, for targets that write into it.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};

/// The directory upward that has a `.git`, which is a file in worktrees and submodules.
pub(super) fn top(directory: &Path) -> Result<PathBuf> {
    let top = directory.ancestors().find(|folder| folder.join(".git").exists());
    top.map(Path::to_owned).ok_or_else(|| {
        let message = format!("`{}` is in no Git repository", directory.display());
        Error::new(Kind::Refused, message).hint("make one: `git init`")
    })
}

/// The error for a Git that could not be started.
pub fn no_git(cause: io::Error) -> Error {
    let error = Error::new(Kind::Refused, "could not run `git`").because(cause);
    error.hint("install it, such as by `sudo apt-get install git`")
}
