//! The fleet file in its Git repository: which commit it is, and what it was at another one. Git is only asked, and
//! nothing in the repository is changed.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::error::{Error, Kind, Result};
use crate::fs::read;
use crate::setup::repository::{self, marked, no_git};
use crate::text;

/// The longest fleet file, in bytes: far more than a list of versions needs.
const MAX_BYTES: usize = 1 << 20;

/// Where a fleet file comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The top of the working tree.
    pub repository: PathBuf,
    /// The hash of the commit.
    pub commit: String,
    /// Whether the file is not as it is in the commit.
    pub dirty: bool,
}

/// The text of a fleet file, and what messages call it.
pub struct Read {
    /// The text.
    pub text: String,
    /// The path; with the commit in front where it is that of a commit.
    pub name: PathBuf,
    /// `None` if no commit was asked for.
    pub at: Option<Origin>,
}

/// Reads a fleet file from the disk.
pub fn read(file: &Path) -> Result<Read> {
    let bytes = read::read_if_there(file, MAX_BYTES)?.ok_or_else(|| {
        Error::new(Kind::InvalidFile, format!("there is no fleet file `{}`", file.display()))
    })?;
    Ok(Read { text: utf8(bytes, file)?, name: file.to_owned(), at: None })
}

/// Reads a fleet file as it is in a commit. The working tree, in which it need not be, is not looked at.
pub fn read_at(file: &Path, commit: &str) -> Result<Read> {
    let (folder, below) = place(file);
    if marked(&folder).is_none() {
        return Err(Error::new(Kind::Usage, format!("`{}` is not in a Git repository", file.display())));
    }
    let repository = top(&folder)?;
    let failed = |what: String, output: &Output| told(Error::new(Kind::Usage, what), output);
    let ask = |arguments: &[&OsStr]| git(&folder, arguments).map_err(not_started);
    let wanted = format!("{commit}^{{commit}}");
    let arguments = ["rev-parse", "--verify", "--end-of-options", &wanted].map(OsStr::new);
    let found = ask(&arguments)?;
    if !found.status.success() {
        let what =
            format!("the repository of `{}` has no commit `{}`", file.display(), commit.escape_debug());
        let error = failed(what, &found);
        let is_shallow = ask(&["rev-parse", "--is-shallow-repository"].map(OsStr::new))?.stdout == b"true\n";
        let fetch =
            format!("fetch the commits before: `git -C {} fetch --unshallow`", text::quoted_path(&folder));
        return Err(if is_shallow { error.hint(fetch) } else { error });
    }
    let commit = line(&found);
    let content = ask(&[OsStr::new("cat-file"), OsStr::new("blob"), &object(&commit, &below)])?;
    let short = short(&commit);
    if !content.status.success() {
        return Err(failed(format!("`{}` is not in the commit `{short}`", file.display()), &content));
    }
    let name = PathBuf::from(format!("{short}:{}", file.display()));
    let text = utf8(content.stdout, &name)?;
    Ok(Read { text, name, at: Some(Origin { repository, commit, dirty: false }) })
}

/// Where a file of the disk comes from; `None` where it is in no repository, or in one without a commit. An error where
/// Git refuses.
pub fn origin(file: &Path) -> Result<Option<Origin>> {
    let (folder, below) = place(file);
    if marked(&folder).is_none() {
        return Ok(None);
    }
    let repository = top(&folder)?;
    let head = git(&folder, &["rev-parse", "--verify", "--quiet", "HEAD"].map(OsStr::new));
    let head = head.map_err(not_started)?;
    if !head.status.success() {
        return Ok(None);
    }
    let commit = line(&head);
    let status = ["status", "--porcelain", "--ignored", "--untracked-files=all", "--"].map(OsStr::new);
    let status = status.into_iter().chain([below.as_os_str()]).collect::<Vec<_>>();
    let said = |arguments: &[&OsStr]| {
        git(&folder, arguments).ok().filter(|output| output.status.success()).map(|output| output.stdout)
    };
    // A file of which Git cannot tell is not as in the commit.
    let is_clean = said(&status).is_some_and(|said| said.is_empty());
    // The status passes over a file that is marked `assume-unchanged` or `skip-worktree`.
    let hash = said(&[OsStr::new("hash-object"), OsStr::new("--"), below.as_os_str()]);
    let committed = said(&[OsStr::new("rev-parse"), &object("HEAD", &below)]);
    let dirty = !is_clean || hash.is_none() || hash != committed;
    Ok(Some(Origin { repository, commit, dirty }))
}

/// Git's name for a file of a commit, whose bytes are those of its path.
fn object(commit: &str, below: &Path) -> OsString {
    let mut object = OsString::from(format!("{commit}:./"));
    object.push(below);
    object
}

/// A commit in few digits, as people write it.
pub fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// The nearest folder above a file that is there, and the path of the file in it. Links are followed, because the
/// repository is that of the file itself.
fn place(file: &Path) -> (PathBuf, PathBuf) {
    let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let folder = file.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(Path::new("/"));
    let below = file.strip_prefix(folder).unwrap_or(&file);
    (folder.to_owned(), below.to_owned())
}

/// The top of the working tree. An error where Git refuses, such as in a repository of another user.
fn top(folder: &Path) -> Result<PathBuf> {
    let output = git(folder, &["rev-parse", "--show-toplevel"].map(OsStr::new)).map_err(not_started)?;
    if output.status.success() {
        return Ok(line(&output).into());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(repository::refusal(folder, &said).of_kind(Kind::CannotRun))
}

/// An error with what Git printed.
fn told(error: Error, output: &Output) -> Error {
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines().map(str::trim).filter(|line| !line.is_empty()).fold(error, Error::detail)
}

fn not_started(cause: io::Error) -> Error {
    no_git(cause).of_kind(Kind::NotThere)
}

fn git(folder: &Path, arguments: &[&OsStr]) -> io::Result<Output> {
    let mut git = repository::git()?;
    // A name may begin with a `:`, or have a `*`.
    git.env("GIT_LITERAL_PATHSPECS", "1").env("LC_ALL", "C").arg("-C").arg(folder).args(arguments).output()
}

fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
}

fn utf8(bytes: Vec<u8>, name: &Path) -> Result<String> {
    let invalid =
        |what: &str| Error::new(Kind::InvalidFile, format!("the fleet file `{}` {what}", name.display()));
    if bytes.len() > MAX_BYTES {
        return Err(invalid(&format!("has more than {MAX_BYTES} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| invalid("is not UTF-8 text"))
}
