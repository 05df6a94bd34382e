//! Questions to git. It is asked with the variables of the hook, which name the index that is about to be committed.

use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::io::Errno;

use crate::env::{self, Environment, GIT_DIR, GIT_WORK_TREE};
use crate::error::{Error, Kind, Result};
use crate::fs::current;
use crate::fs::program::on_path;
use crate::setup::repository::{no_git, refusal_of_project};
use crate::text;

/// The repository.
pub(super) struct Git {
    /// Git's path.
    program: PathBuf,
    /// The folder of the repository, if the environment names it by a relative path: that counts from the current
    /// directory, and git is started at the top.
    named: Option<PathBuf>,
    /// The top of the working tree, without symbolic links.
    top: PathBuf,
    /// The names of the variables that belong to a repository. Programs that are not git do without them: in a hook
    /// they would lead every other git, such as that of a module download, to this repository.
    local: Vec<String>,
    /// The copy of the user's index; `None` for the one that git finds by itself.
    index: Option<PathBuf>,
}

/// Variables that change what a path on the command line of git means. An editor may set them for the git that runs
/// the hook.
const PATHSPECS: [&str; 4] =
    ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"];

impl Git {
    /// The repository of the current directory.
    pub(super) fn here() -> Result<Self> {
        let missing = || no_git(Errno::NOENT.into()).of_kind(Kind::NotThere);
        let program = on_path("git", &Environment::Process).ok_or_else(missing)?;
        let mut git = Git { program, named: None, top: PathBuf::from("."), local: Vec::new(), index: None };
        let answer = git.begin()?;
        // The path comes last, and begins with a slash, as no variable does.
        let at = answer.windows(2).position(|pair| pair == b"\n/").map_or(0, |at| at + 1);
        let (names, top) = answer.split_at(at);
        git.local = String::from_utf8_lossy(names).lines().map(str::to_owned).collect();
        git.top = line(top);
        if !git.top.is_dir() {
            return Err(git.without_tree());
        }
        if env::os(GIT_DIR).is_some_and(|folder| Path::new(&folder).is_relative()) {
            let folder = Command::new(&git.program).args(["rev-parse", "--absolute-git-dir"]).output();
            git.named = folder.ok().filter(|it| it.status.success()).map(|it| line(&it.stdout));
        }
        Ok(git)
    }

    /// The names of the variables that belong to a repository, and the top of the working tree.
    fn begin(&self) -> Result<Vec<u8>> {
        let mut command = self.command(["rev-parse", "--local-env-vars", "--show-toplevel"]);
        let output = command.env("LC_ALL", "C").stdin(Stdio::null()).output().map_err(not_run)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let here = current::directory().unwrap_or_default();
        let error =
            refusal_of_project(&here, &String::from_utf8_lossy(&output.stderr)).of_kind(Kind::CannotRun);
        let is_named = env::os(GIT_DIR).is_some() && error.hints().is_empty();
        Err(if is_named { error.hint("do without the variable: `unset GIT_DIR`") } else { error })
    }

    /// The error for a working tree that is not there.
    fn without_tree(&self) -> Error {
        let message =
            format!("the working tree of this repository is not there: `{}`", text::path(&self.top));
        let hint = match env::os(GIT_WORK_TREE) {
            Some(_) => "do without the variable: `unset GIT_WORK_TREE`",
            None => "do without the setting: `git config --unset core.worktree`",
        };
        Error::new(Kind::CannotRun, message).hint(hint)
    }

    /// The top of the working tree.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// Takes the variables of the repository out of the environment of a program that is not git.
    pub(super) fn leave(&self, command: &mut Command) {
        for name in &self.local {
            command.env_remove(name);
        }
    }

    /// The commit that `revision` names; `None` if there is none.
    pub(super) fn commit(&self, revision: &str) -> Option<String> {
        let named = format!("{revision}^{{commit}}");
        let answer = self.ask(["rev-parse", "--verify", "--quiet", &named]).ok()?;
        Some(String::from_utf8_lossy(&answer).trim().to_owned())
    }

    /// Goes on with a copy of the index in `folder` that has the content of HEAD.
    pub(super) fn go_to_head(&mut self, folder: &Path) -> Result<()> {
        self.copy_index(folder)?;
        run(
            self.writer(["read-tree", "--reset", "--no-recurse-submodules", "HEAD"]).stdin(Stdio::null()),
            0,
        )?;
        Ok(())
    }

    /// In the index, which has to be a copy, lets git look again at files that the user told it to take for unchanged.
    /// `entries` are theirs, as `git ls-files --stage` prints them. `folder` is for temporary files.
    pub(super) fn look_at(&self, entries: &[&[u8]], folder: &Path) -> Result<()> {
        let list = list_file(entries, &folder.join("index"))?;
        run(self.writer(["update-index", "-z", "--index-info"]).stdin(list), 0)?;
        Ok(())
    }

    /// Goes on with a copy of the user's index in `folder`: `git diff` writes the index anew where the time of a file
    /// changed and its content did not, also without optional locks.
    pub(super) fn copy_index(&mut self, folder: &Path) -> Result<()> {
        let users = self.top.join(line(&self.ask(["rev-parse", "--git-path", "index"])?));
        let own = folder.join("index");
        // Git makes an index where there is none. One that cannot be read must not pass for empty: nothing would be
        // found.
        copy_with_time(&users, &own)
            .or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
            .map_err(|error| Error::unwritable("could not copy the index of git", error))?;
        self.index = Some(own);
        Ok(())
    }

    /// A command that writes the index.
    fn writer<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        self.command(["-c", "core.ignoreStat=false"].into_iter().chain(arguments))
    }

    /// The error of a comparison, with the usual reason for one that has no merge base.
    pub(super) fn explain(&self, error: Error) -> Error {
        let hint = "fetch the commits back to where the branch began: `git fetch --unshallow`";
        if self.is_shallow() { error.hint(hint) } else { error }
    }

    /// Whether the repository lacks older commits, and then most often other branches, too.
    pub(super) fn is_shallow(&self) -> bool {
        self.ask(["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer == b"true\n")
    }

    /// What git prints.
    pub(super) fn ask<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Result<Vec<u8>> {
        run(self.command(arguments).stdin(Stdio::null()), 0)
    }

    /// The content of a file in the index.
    pub(super) fn staged(&self, path: &str) -> Result<Vec<u8>> {
        self.ask(["cat-file", "blob", &format!(":0:{path}")])
    }

    /// What `git grep` prints, whose code is 1 where nothing was found.
    pub(super) fn search<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Result<Vec<u8>> {
        run(self.command(arguments).stdin(Stdio::null()), 1)
    }

    /// The parts, each ended by NUL, that git prints.
    pub(super) fn list<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Result<Vec<Vec<u8>>> {
        let answer = self.ask(arguments)?;
        Ok(answer.split(|byte| *byte == 0).filter(|part| !part.is_empty()).map(<[u8]>::to_vec).collect())
    }

    /// Writes the files of the index at `paths` below `folder`, as a checkout would, but with the line endings that are
    /// committed. With none given, writes all.
    pub(super) fn check_out(&self, paths: Option<&[&Path]>, folder: &Path) -> Result<()> {
        let mut prefix = std::ffi::OsString::from("--prefix=");
        prefix.push(folder.join(""));
        let line_ends = ["-c", "core.autocrlf=false", "-c", "core.eol=lf"];
        let mut command = self.command(line_ends.into_iter().chain(["checkout-index", "--quiet", "-z"]));
        command.arg(prefix);
        // Large files that are kept elsewhere are not fetched.
        command.env("GIT_LFS_SKIP_SMUDGE", "1");
        match paths {
            Some(paths) => {
                let paths: Vec<&[u8]> = paths.iter().map(|path| path.as_os_str().as_bytes()).collect();
                command.arg("--stdin").stdin(list_file(&paths, folder)?)
            }
            None => command.arg("--all").stdin(Stdio::null()),
        };
        run(&mut command, 0).map(drop)
    }

    fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(&self.program);
        // The program that a repository names to watch its files is not started.
        command.args(["-c", "core.fsmonitor=false"]);
        if let Some(index) = &self.index {
            // No hook hears of what is written into the copy. A split index would have a part in the user's repository.
            command.args(["-c", "core.hooksPath=/dev/null", "-c", "core.splitIndex=false"]);
            command.env("GIT_INDEX_FILE", index);
        }
        command.args(arguments).current_dir(&self.top).env("GIT_OPTIONAL_LOCKS", "0");
        for name in PATHSPECS {
            command.env_remove(name);
        }
        if let Some(folder) = &self.named {
            command.env(GIT_DIR, folder).env(GIT_WORK_TREE, &self.top);
        }
        command
    }
}

/// Copies an index with its time. Git reads a file that is not older than the index, because it may have changed within
/// the same second after it was added (racy-git in Git's documentation); a newer copy would hide that.
fn copy_with_time(from: &Path, to: &Path) -> io::Result<()> {
    let time = fs::metadata(from)?.modified()?;
    fs::copy(from, to)?;
    // Not for writing, as the copy has the mode of the index, which may be read-only.
    File::open(to)?.set_modified(time)
}

/// What git prints, if its exit code is at most `good`.
fn run(command: &mut Command, good: i32) -> Result<Vec<u8>> {
    let output = command.output().map_err(not_run)?;
    if output.status.code().is_some_and(|code| code <= good) {
        return Ok(output.stdout);
    }
    let words = command.get_args().map(|word| word.to_string_lossy());
    let verb = words.into_iter().find(|word| word != "-c" && !word.contains('=')).unwrap_or_default();
    let error = Error::new(Kind::CannotRun, format!("`git {verb}` failed"));
    Err(error.detail(String::from_utf8_lossy(&output.stderr).trim()))
}

fn not_run(cause: io::Error) -> Error {
    Error::new(Kind::CannotRun, "could not run `git`").because(cause)
}

/// A file with the parts, each ended by NUL, to be read by git: a pipe could fill up while git writes.
fn list_file(parts: &[&[u8]], folder: &Path) -> Result<File> {
    let write = || {
        let mut file = tempfile::tempfile_in(folder.parent().unwrap_or(folder))?;
        let mut text = Vec::new();
        for part in parts {
            text.extend_from_slice(part);
            text.push(0);
        }
        file.write_all(&text)?;
        file.rewind()?;
        Ok(file)
    };
    write().map_err(|error: io::Error| Error::store("could not write a list of files for git", error))
}

/// The path that git printed as a line.
fn line(printed: &[u8]) -> PathBuf {
    path(printed.strip_suffix(b"\n").unwrap_or(printed))
}

/// The path that git printed.
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    std::ffi::OsString::from_vec(bytes.to_vec()).into()
}
