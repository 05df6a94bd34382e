//! Runs programs, and waits for them for a limited time.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};

/// The length of the longest output that is read, in bytes: Git's list of fifty thousand files.
const MAX_OUTPUT: u64 = 4 << 20;

/// What a program that ended has printed.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// The first 4 MiB of what it printed.
    pub stdout: String,
    /// As `stdout`.
    pub stderr: String,
}

impl Ended {
    /// The lines of stderr, then those of stdout.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.stderr.lines().chain(self.stdout.lines()).map(str::trim)
    }

    /// The first line that says something. What Go says begins with the name of a package in a line of its own,
    /// `# command-line-arguments`.
    pub fn first_line(&self) -> &str {
        let mut lines = self.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
        lines.next().unwrap_or("it says nothing")
    }
}

/// Why a program did not end by itself.
#[derive(Debug)]
pub enum Unended {
    /// It could not be started.
    NotStarted(io::Error),
    /// It was killed after the limit.
    Killed,
}

/// Waits until a program has ended, at most for `limit`, and then kills it and the process group that it leads, if any.
/// Returns whether it ended by itself. It stays a zombie until [`Child::wait`], so that its number is not given to
/// another.
pub fn ends_within(child: &Child, limit: Duration) -> bool {
    let pid = Pid::from_child(child);
    thread::scope(|scope| {
        let (tell, ended) = mpsc::channel();
        let watch = move || {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while waitid(WaitId::Pid(pid), options).is_err_and(|error| error == Errno::INTR) {}
            // Nobody listens after the limit.
            let _ = tell.send(());
        };
        // Not `spawn`, which panics where no more threads are allowed; then nothing limits the program.
        let is_watched = thread::Builder::new().spawn_scoped(scope, watch).is_ok();
        let is_late = is_watched && ended.recv_timeout(limit).is_err();
        if is_late {
            let _ = kill_process_group(pid, Signal::KILL);
            // The program may not lead a group yet.
            let _ = kill_process(pid, Signal::KILL);
        }
        !is_late
    })
}

/// A command that speaks English, and whose children are ended with it.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env("LC_ALL", "C").process_group(0);
    command
}

/// Runs a program with `input` and returns what it printed. After `limit` it is killed together with its process group.
/// The outputs go through files without a name: a program that stays behind may hold a pipe open for ever, and one that
/// prints much would wait for a reader.
pub fn run(command: &mut Command, input: &str, limit: Duration) -> Result<Ended, Unended> {
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
