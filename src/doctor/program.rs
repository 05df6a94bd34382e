//! Runs programs that a check asks, and waits for none of them longer than the user would.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// The interval at which a running program is polled: short beside the start of a shell or a compiler.
const POLL: Duration = Duration::from_millis(10);
/// The length of the longest output that is read, in bytes. The first line is all that is shown.
const MAX_OUTPUT: u64 = 64 << 10;

/// What a program that ended has printed.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    stderr: String,
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

/// Runs a program with `input` and returns what it printed. After `limit` it is killed together with its process group.
/// The outputs go through files without a name: a program that stays behind may hold a pipe open for ever, and one that
/// prints much would wait for a reader.
pub(super) fn run(command: &mut Command, input: &str, limit: Duration) -> Result<Ended, Unended> {
    let [mut stdin, stdout, stderr] = files(input).map_err(Unended::NotStarted)?;
    let start = |file: &File| file.try_clone().map(Stdio::from).map_err(Unended::NotStarted);
    stdin.rewind().map_err(Unended::NotStarted)?;
    command.stdin(start(&stdin)?).stdout(start(&stdout)?).stderr(start(&stderr)?);
    let status = wait(command, limit)?;
    Ok(Ended { status, stdout: content(stdout), stderr: content(stderr) })
}

fn files(input: &str) -> io::Result<[File; 3]> {
    let mut stdin = tempfile::tempfile()?;
    stdin.write_all(input.as_bytes())?;
    Ok([stdin, tempfile::tempfile()?, tempfile::tempfile()?])
}

/// Starts a program and waits for its end.
pub(super) fn wait(command: &mut Command, limit: Duration) -> Result<ExitStatus, Unended> {
    let mut child = command.spawn().map_err(Unended::NotStarted)?;
    let end = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < end => thread::sleep(POLL),
            _ => break,
        }
    }
    // The child is not reaped yet, so its pid cannot be reused.
    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    let _ = child.kill();
    let _ = child.wait();
    Err(Unended::Killed)
}

/// What was written to the file, up to [`MAX_OUTPUT`].
fn content(mut file: File) -> String {
    let mut bytes = Vec::new();
    // The program and this process share one position in the file.
    let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(MAX_OUTPUT).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}
