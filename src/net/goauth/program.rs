//! Runs the programs that know credentials.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use crate::env::{self, Environment};
use crate::fs::program::on_path;
use crate::text;

/// What keeps Git and its credential manager from asking a person, who would not see the question behind the progress
/// of a download. cmd/go sets the same (Go source `modload.Init`), unless the user did.
const UNATTENDED: [(&str, &str); 2] = [(env::GIT_TERMINAL_PROMPT, "0"), (env::GCM_INTERACTIVE, "never")];

/// Runs a program in `directory`, else in the current one, with `input`, and returns what it prints. The error names
/// the program alone: its arguments, its input and what it printed may hold a password.
pub(super) fn output(words: &[String], directory: Option<&Path>, input: &[u8]) -> Result<Vec<u8>, String> {
    let Some((name, arguments)) = words.split_first() else {
        return Err("there is no program to run".into());
    };
    let shown = text::escaped(shown(name));
    let path = find(name).ok_or_else(|| format!("`{shown}` was not found"))?;
    let mut command = Command::new(path);
    command.args(arguments).current_dir(directory.unwrap_or(Path::new(".")));
    command.envs(UNATTENDED.into_iter().filter(|(name, _)| env::os(name).is_none()));
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    let failed = |error: std::io::Error| format!("could not run `{shown}`: {}", text::cause(&error));
    let spawned = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = spawned.map_err(failed)?;
    let pipe = child.stdin.take();
    let output = thread::scope(|scope| {
        // Beside the reading, as a program may print much before it reads. One that reads nothing is no failure. If no
        // thread can be started, the pipe is closed, so that the program does not wait for its input.
        let write = move || pipe.map(|mut pipe| pipe.write_all(input));
        let started = thread::Builder::new().spawn_scoped(scope, write);
        child.wait_with_output().and_then(|output| started.map(|_| output))
    });
    let output = output.map_err(failed)?;
    if output.status.success() { Ok(output.stdout) } else { Err(format!("`{shown}` {}", end(output.status))) }
}

/// The name of a program as it may be shown. One with `=` is rather a variable in front of a program, as a shell takes
/// it and Go does not: its value may be a password.
pub(super) fn shown(name: &str) -> &str {
    if name.contains('=') { "…" } else { name }
}

/// The program that a name means to Go.
fn find(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name));
    }
    on_path(name, &Environment::Process)
}

fn end(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("failed with exit code {code}"),
        (_, Some(signal)) => format!("was ended by signal {signal}"),
        _ => "failed".into(),
    }
}
