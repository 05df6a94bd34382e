//! The Git repository of a project, for targets that write into it, and for who asks Git about one.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::io::Errno;

use crate::env::{self, Environment};
use crate::error::{Error, Kind, Result};
use crate::fs::identity::is_same;
use crate::fs::program::on_path;
use crate::text;

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
pub fn marked(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|folder| folder.join(".git").exists())
}

/// [`marked`], or the error that says why there is none.
pub(super) fn top(directory: &Path) -> Result<PathBuf> {
    marked(directory).map(Path::to_owned).ok_or_else(|| {
        let ask = |mut git: Command| {
            git.args(["rev-parse", "--show-toplevel"]).current_dir(directory).env("LC_ALL", "C").output()
        };
        // A bare repository has no `.git`.
        let said = git().and_then(ask).map_or_else(|_| NOTHING.into(), |output| output.stderr);
        refusal_of_project(directory, &String::from_utf8_lossy(&said))
    })
}

/// How Git begins where no repository is: `not a git repository (or any of the parent directories): .git`.
const NOTHING: &str = "not a git repository (or any";

/// How Git says that a repository has no working tree here. The second is also said in the folder `.git` itself, by
/// `safe.bareRepository`.
const NO_TREE: [&str; 2] = ["must be run in a work tree", "cannot use bare repository"];

/// Why Git gives no working tree.
pub enum Refused<'a> {
    /// There is no repository.
    NoRepository,
    /// There is a repository, and no working tree of it.
    NoTree,
    /// This folder belongs to another user.
    Foreign(&'a str),
    /// For another reason.
    Other,
}

impl<'a> Refused<'a> {
    /// The reason, by what Git says in English.
    pub fn of(said: &'a str) -> Self {
        if said.contains(NOTHING) {
            Refused::NoRepository
        } else if NO_TREE.iter().any(|words| said.contains(words)) {
            Refused::NoTree
        } else {
            foreign_folder(said).map_or(Refused::Other, Refused::Foreign)
        }
    }
}

/// What Git prints between the path of a folder of another user and that path as a word of a shell.
const TRUST: &str =
    "'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory ";

/// The folder of another user. Its path counts only where the word is the path again, because a path with line feeds
/// can look like the command, which for that reason must not be used either.
fn foreign_folder(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("dubious ownership in repository at '")?;
    let rest = rest.strip_suffix('\n').unwrap_or(rest);
    rest.match_indices(TRUST).find_map(|(at, between)| {
        let (folder, word) = (&rest[..at], &rest[at + between.len()..]);
        let quoted = format!("'{}'", folder.replace('\'', r"'\''").replace('!', r"'\!'"));
        (word == folder || word == quoted).then_some(folder)
    })
}

/// The error for a directory in which Git finds no working tree that it takes, by what it says in English.
pub fn refusal(directory: &Path, said: &str) -> Error {
    let shown = text::path(directory);
    let error = |message: String| Error::new(Kind::Refused, message);
    match Refused::of(said) {
        Refused::NoRepository => {
            error(format!("`{shown}` is not in a Git repository")).hint("make one: `git init`")
        }
        Refused::NoTree => error(format!("`{shown}` is not in a working tree of Git"))
            .hint("go to one; those of this repository: `git worktree list`"),
        Refused::Foreign(folder) => {
            error(foreign(folder)).hint(format!("if you trust it: `{}`", trust(folder)))
        }
        Refused::Other => {
            said.trim().lines().fold(error("Git cannot read this repository".to_owned()), Error::detail)
        }
    }
}

/// [`refusal`] where the directory is to be that of a project.
pub fn refusal_of_project(directory: &Path, said: &str) -> Error {
    let error = refusal(directory, said);
    match Refused::of(said) {
        Refused::NoRepository => error.only_hint(new_repository(directory)),
        _ => error,
    }
}

/// How to come to the repository of a project: one is made of the module of the directory, but not of the user's home.
fn new_repository(directory: &Path) -> String {
    let home = env::user_home();
    let is_home = |folder: &Path| home.as_deref().is_some_and(|home| is_same(folder, home));
    let mut folders = directory.ancestors().take_while(|folder| !is_home(folder));
    match folders.find(|folder| folder.join("go.mod").is_file()) {
        Some(module) if module == directory => "make one: `git init`".to_owned(),
        Some(module) => format!("make one: `cd {} && git init`", text::quoted_path(module)),
        None if is_home(directory) => "go to a project first: `cd PROJECT`".to_owned(),
        None => "go to a project first, or make one here: `git init && go mod init NAME`".to_owned(),
    }
}

/// What there is to say of the folder of another user.
pub fn foreign(folder: &str) -> String {
    format!("`{}` belongs to another user, so Git refuses it", text::escaped(folder))
}

/// The command by which Git takes the folder of another user.
pub fn trust(folder: &str) -> String {
    format!("git config --global --add safe.directory {}", text::quoted(folder))
}

/// The error for a Git that could not be started.
pub fn no_git(cause: io::Error) -> Error {
    let error = Error::new(Kind::Refused, "could not run `git`").because(cause);
    error.hint("install it, such as by `sudo apt-get install git`")
}
