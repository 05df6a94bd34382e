//! Runs programs that a check asks, and waits for none of them longer than the user would.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::env::Environment;
use crate::fs::program::on_path;
use crate::fs::read::is_executable;
use crate::os::child::ends_within;

/// The length of the longest output that is read, in bytes: Git's list of fifty thousand files.
const MAX_OUTPUT: u64 = 4 << 20;

/// What a program that ended has printed.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Ended {
    /// The lines of stderr, then those of stdout.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.stderr.lines().chain(self.stdout.lines()).map(str::trim)
    }

    /// The first line that says something. What Go says begins with the name of a package in a line of its own,
    /// `# command-line-arguments`.
    pub(super) fn first_line(&self) -> &str {
        let mut lines = self.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
        lines.next().unwrap_or("it says nothing")
    }
}

/// Why a program did not end by itself.
pub(super) enum Unended {
    /// It could not be started.
    NotStarted(io::Error),
    /// It was killed after the limit.
    Killed,
}

/// The program that a name means to Go.
pub(super) fn find(name: &str, environment: &Environment) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| is_executable(path));
    }
    on_path(name, environment)
}

/// A command that speaks English, and whose children are ended with it.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env("LC_ALL", "C").process_group(0);
    command
}

/// Runs a program with `input` and returns what it printed. After `limit` it is killed together with its process group.
/// The outputs go through files without a name: a program that stays behind may hold a pipe open for ever, and one that
/// prints much would wait for a reader.
pub(super) fn run(command: &mut Command, input: &str, limit: Duration) -> Result<Ended, Unended> {
    let [mut stdin, stdout, stderr] = files(input).map_err(Unended::NotStarted)?;
    let start = |file: &File| file.try_clone().map(Stdio::from).map_err(Unended::NotStarted);
    stdin.rewind().map_err(Unended::NotStarted)?;
    command.stdin(start(&stdin)?).stdout(start(&stdout)?).stderr(start(&stderr)?);
    let mut child = command.spawn().map_err(Unended::NotStarted)?;
    let is_late = !ends_within(&child, limit);
    let status = child.wait().map_err(Unended::NotStarted)?;
    if is_late {
        return Err(Unended::Killed);
    }
    Ok(Ended { status, stdout: content(stdout), stderr: content(stderr) })
}

fn files(input: &str) -> io::Result<[File; 3]> {
    let mut stdin = tempfile::tempfile()?;
    stdin.write_all(input.as_bytes())?;
    Ok([stdin, tempfile::tempfile()?, tempfile::tempfile()?])
}

/// What was written to the file, up to [`MAX_OUTPUT`].
fn content(mut file: File) -> String {
    let mut bytes = Vec::new();
    // The program and this process share one position in the file.
    let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(MAX_OUTPUT).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}
