//! A program under strace, which sees every change that it makes to the disk, and can make one fail or
//! kill the program at exactly that call: no code in the product is needed for it.
//!
//! strace counts the calls of each thread by themselves: `when=3` is the third of whichever thread comes
//! there first.

use std::collections::BTreeMap;
use std::path::Path;

use super::command::Command;
use super::running::Output;
use super::sandbox::{GOX, Sandbox};

/// What changes a directory tree, or holds a lock. A question mark: not on every architecture.
pub(crate) const CHANGES: &str = "?mkdir,mkdirat,?rmdir,?unlink,unlinkat,?rename,?renameat,renameat2,?link,linkat,\
?chmod,fchmod,fchmodat,utimensat,flock";

/// No sync is made: what outlives the power is another test's, and a disk takes longer for one than gox
/// for all else.
const NO_SYNC: &str = "inject=fsync,fdatasync,syncfs:retval=0";

/// One call of a system, as strace wrote it.
pub(crate) struct Call {
    /// Which thread made it.
    thread: String,
    /// `renameat2`.
    pub(crate) name: String,
    /// With its arguments and result.
    pub(crate) text: String,
}

/// gox with these arguments, traced into `log`; `injections` are strace's (`rename:signal=KILL:when=1`).
pub(crate) fn gox<'a>(
    sandbox: &'a Sandbox,
    log: &Path,
    traced: &str,
    injections: &[String],
    arguments: &[&str],
) -> Command<'a> {
    let mut command = sandbox.command("strace").args(["-f", "-qq", "-y", "-o"]).arg(log);
    if !injections.iter().any(|injection| injection.contains("signal=")) {
        // Much faster; strace forgets its signals then.
        command = command.arg("--seccomp-bpf");
    }
    command = command.arg("-e").arg(format!("trace={traced},fsync,fdatasync,syncfs")).args(["-e", NO_SYNC]);
    for injection in injections {
        command = command.arg("-e").arg(format!("inject={injection}"));
    }
    command.arg(GOX).args(arguments)
}

/// gox with the words of a line, while `meanwhile` is done where its first new file is complete and not in its place
/// yet.
#[track_caller]
pub(crate) fn overtaken(sandbox: &Sandbox, line: &str, meanwhile: impl FnOnce()) -> Output {
    let script = format!("echo $$ >pid; exec '{GOX}' {line}");
    let stop =
        ["-qq", "-f", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:signal=STOP:when=1"];
    let running = sandbox.command("strace").args(stop).args(["sh", "-c", &script]).spawn();
    running.wait_for_stderr("stopped by SIGSTOP");
    meanwhile();
    sandbox.sh("kill -CONT $(cat pid)");
    running.wait()
}

/// The calls in a log, each where it began.
pub(crate) fn calls(log: &Path) -> Vec<Call> {
    let text = std::fs::read_to_string(log).unwrap();
    let call = |line: &str| {
        let (thread, text) = line.split_once(' ')?;
        let text = text.trim();
        let (name, _) = text.split_once('(').filter(|_| !text.starts_with("<... "))?;
        Some(Call { thread: thread.to_owned(), name: name.to_owned(), text: text.to_owned() })
    };
    text.lines().filter_map(call).collect()
}

/// For each call its number among those of its name and thread; every pair once, in the order of the log.
pub(crate) fn numbered(calls: &[Call]) -> Vec<(&Call, usize)> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut numbered: Vec<(&Call, usize)> = Vec::new();
    for call in calls {
        let count = counts.entry((&call.thread, &call.name)).or_default();
        *count += 1;
        if !numbered.iter().any(|(other, number)| other.name == call.name && number == count) {
            numbered.push((call, *count));
        }
    }
    numbered
}

/// The calls of that name and number, in whichever threads: those that an injection `when=number` hit.
pub(crate) fn hit<'a>(calls: &'a [Call], name: &str, number: usize) -> Vec<&'a Call> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut hit = Vec::new();
    for call in calls.iter().filter(|call| call.name == name) {
        let count = counts.entry(&call.thread).or_default();
        *count += 1;
        if *count == number {
            hit.push(call);
        }
    }
    hit
}
