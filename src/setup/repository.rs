//! The Git repository of a project, for targets that write into it, and for who asks Git about one.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::io::Errno;

use crate::env::Environment;
use crate::error::{Error, Kind, Result};
use crate::fs::program::on_path;

/// The variables by which Git tells its hooks where they run (`git rev-parse --local-env-vars`): in a hook they would
/// lead to the repository of the hook. The last four change what a path on Git's command line means.
const OF_HOOKS: [&str; 11] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// Git, to be asked about the repository of the directory in which it starts. It does not write the index only because
/// it has looked at the files, and does not start the program that a repository names to watch them.
pub fn git() -> io::Result<Command> {
    let mut git = Command::new(on_path("git", &Environment::Process).ok_or(Errno::NOENT)?);
    for name in OF_HOOKS {
        git.env_remove(name);
    }
    git.env("GIT_OPTIONAL_LOCKS", "0").args(["-c", "core.fsmonitor=false"]).stdin(Stdio::null());
    Ok(git)
}

/// The directory upward that has a `.git`, which is a file in worktrees and submodules.
pub(super) fn top(directory: &Path) -> Result<PathBuf> {
    let top = directory.ancestors().find(|folder| folder.join(".git").exists());
    top.map(Path::to_owned).ok_or_else(|| {
        let message = format!("`{}` is not in a Git repository", directory.display());
        Error::new(Kind::Refused, message).hint("make one: `git init`")
    })
}

/// The error for a Git that could not be started.
pub fn no_git(cause: io::Error) -> Error {
    let error = Error::new(Kind::Refused, "could not run `git`").because(cause);
    error.hint("install it, such as by `sudo apt-get install git`")
}
