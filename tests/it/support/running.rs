//! A program that runs, and what is left of it: its code and its whole, redacted output.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, ExitStatus};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::redact::redact;
use super::{LIMIT, diff};

/// The most memory that gox may have at any time, in KiB: 64 MiB, of which the pages of a released program are 4.
pub(crate) const MEMORY_LIMIT: usize = 60 << 10;

/// A child with its outputs collected as they come; killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    outputs: Arc<Outputs>,
    command: String,
    names: Vec<(String, String)>,
}

#[derive(Default)]
struct Outputs {
    collected: Mutex<Collected>,
    changed: Condvar,
}

#[derive(Default)]
struct Collected {
    /// stdout and stderr.
    texts: [Vec<u8>; 2],
    /// How many of the two have ended.
    ended: usize,
}

impl Running {
    /// Takes over a child whose three standard streams are pipes; `names` are for [`redact`].
    pub(super) fn new(mut child: Child, command: String, names: Vec<(String, String)>) -> Self {
        let outputs = Arc::new(Outputs::default());
        collect(child.stdout.take().unwrap(), 0, Arc::clone(&outputs));
        collect(child.stderr.take().unwrap(), 1, Arc::clone(&outputs));
        let stdin = child.stdin.take();
        Running { child, stdin, outputs, command, names }
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes to its standard input, which stays open; a child that has ended does not mind.
    pub(crate) fn write(&mut self, text: &str) {
        let _ = self.stdin.as_mut().unwrap().write_all(text.as_bytes());
    }

    /// Waits until its standard error output has this text.
    pub(crate) fn wait_for_stderr(&self, text: &str) {
        let has = |collected: &Collected| String::from_utf8_lossy(&collected.texts[1]).contains(text);
        let found = self.wait_until(|collected| has(collected) || collected.ended == 2);
        let stderr = self.stderr();
        assert!(found && stderr.contains(text), "`{}` never said `{text}`, but:\n{stderr}", self.command);
    }

    /// Its standard error output so far, as it is.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.outputs.collected.lock().unwrap().texts[1]).into_owned()
    }

    /// [`peak_of`] it.
    pub(crate) fn peak(&self) -> usize {
        peak_of(self.id())
    }

    /// How many bytes it has moved so far, by the name that Linux has for them: `rchar` were read, `wchar` written;
    /// without those of `recv` and `send`, by which std uses sockets.
    pub(crate) fn io(&self, name: &str) -> usize {
        number(&format!("/proc/{}/io", self.id()), name)
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Closes its standard input and waits for its end.
    pub(crate) fn wait(mut self) -> Output {
        drop(self.stdin.take());
        let ended = self.wait_until(|collected| collected.ended == 2);
        if !ended {
            let _ = self.child.kill();
            panic!("`{}` hangs; so far it said:\n{}", self.command, self.stderr());
        }
        let status = self.child.wait().unwrap();
        let [stdout, stderr] = std::mem::take(&mut self.outputs.collected.lock().unwrap().texts);
        let redacted = |text: &[u8]| redact(&String::from_utf8_lossy(text), &self.names);
        Output {
            command: self.command.clone(),
            status,
            stdout: redacted(&stdout),
            stderr: redacted(&stderr),
            raw_stdout: stdout,
            raw_stderr: stderr,
        }
    }

    /// Waits for its end, unless it says this on its standard error output first: then its process group is
    /// killed, which it must lead, and there is no output.
    pub(crate) fn wait_unless(self, text: &str) -> Option<Output> {
        let has = |collected: &Collected| String::from_utf8_lossy(&collected.texts[1]).contains(text);
        self.wait_until(|collected| collected.ended == 2 || has(collected));
        let said = self.stderr().contains(text);
        if said {
            // It may have ended by itself.
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        }
        let output = self.wait();
        (!said).then_some(output)
    }

    fn wait_until(&self, done: impl Fn(&Collected) -> bool) -> bool {
        let collected = self.outputs.collected.lock().unwrap();
        let wait = self.outputs.changed.wait_timeout_while(collected, LIMIT, |now| !done(now));
        !wait.unwrap().1.timed_out()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The most memory that a process had so far, in KiB, without the pages of its program: of these the debug build that is
/// tested has five times as many as a release.
pub(crate) fn peak_of(process: u32) -> usize {
    let status = format!("/proc/{process}/status");
    number(&status, "VmHWM") - number(&status, "RssFile")
}

/// The number behind a name in a file of `/proc`.
fn number(path: &str, name: &str) -> usize {
    let text = fs::read_to_string(path).unwrap();
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    value.trim().trim_end_matches(" kB").parse().unwrap()
}

fn collect(mut pipe: impl Read + Send + 'static, index: usize, outputs: Arc<Outputs>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        loop {
            let count = match pipe.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result.unwrap_or(0),
            };
            let mut collected = outputs.collected.lock().unwrap();
            collected.texts[index].extend_from_slice(&buffer[..count]);
            collected.ended += usize::from(count == 0);
            outputs.changed.notify_all();
            if count == 0 {
                return;
            }
        }
    });
}

/// How a program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Output {
    command: String,
    /// Code or signal.
    pub(crate) status: ExitStatus,
    /// Redacted.
    pub(crate) stdout: String,
    /// Redacted.
    pub(crate) stderr: String,
    /// As it came.
    pub(crate) raw_stdout: Vec<u8>,
    /// As it came.
    pub(crate) raw_stderr: Vec<u8>,
}

impl Output {
    /// The exit code; 128 + n for a death by signal n, as a shell says it.
    pub(crate) fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| 128 + self.status.signal().unwrap())
    }

    /// Wants exactly this code and these two (redacted) outputs.
    #[track_caller]
    pub(crate) fn assert(&self, code: i32, stdout: &str, stderr: &str) -> &Self {
        let mut wrong = String::new();
        if self.code() != code {
            writeln!(wrong, "exit code {}, not {code}", self.code()).unwrap();
        }
        for (name, expected, actual) in [("stdout", stdout, &self.stdout), ("stderr", stderr, &self.stderr)] {
            if expected != actual {
                write!(wrong, "{name} (- expected, + actual):\n{}", diff::lines(expected, actual)).unwrap();
            }
        }
        assert!(wrong.is_empty(), "`{}`:\n{wrong}", self.command);
        self
    }
}
