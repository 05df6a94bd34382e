//! The shell: whether it reads the hook, and whether programs that no shell starts find the shims.
//!
//! Only the shell itself knows its functions, so it is started as for a user, and asked.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use rustix::process::{Pid, Signal, kill_process_group};

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use crate::env::SHELL;
use crate::error::{Error, Kind, Result};
use crate::setup::shell::Shell;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "hook", area: Area::Shell, run: hook },
    Check { id: "login-path", area: Area::Shell, run: login_path },
];

/// The exit codes by which a shell answers; a start-up file that ends it uses others.
const HAS_IT: i32 = 87;
const LACKS_IT: i32 = 88;
/// As much as is read of a start-up file, in bytes.
const MAX_TEXT: u64 = 1 << 20;
/// How often a program is looked at while it runs.
const POLL: Duration = Duration::from_millis(10);

/// The command that puts gox into the user's shell.
pub(super) fn set_up(facts: &Facts) -> String {
    match Shell::of_user() {
        Some(_) => "gox setup".to_owned(),
        None => format!("export PATH=\"{}:$PATH\"", facts.home().shims().display()),
    }
}

fn start_up_file(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "~/.bashrc",
        Shell::Zsh => "~/.zshrc",
        Shell::Fish => "~/.config/fish/config.fish",
        Shell::Sh => "~/.profile",
    }
}

fn hook(facts: &Facts) -> Finding {
    let Some(shell) = Shell::of_user() else {
        return Finding::skipped("`SHELL` names no shell that gox has functions for");
    };
    let Some(path) = facts.environment().os(SHELL) else { return Finding::skipped("`SHELL` is not set") };
    let name = Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let question = match shell {
        Shell::Fish => format!("functions -q gox; and exit {HAS_IT}; exit {LACKS_IT}"),
        _ => format!("typeset -f gox >/dev/null && exit {HAS_IT}; exit {LACKS_IT}"),
    };
    let Ok(gox) = std::env::current_exe() else { return Finding::skipped("gox cannot find itself") };
    // By way of gox, which leaves the terminal first: an interactive shell would take it.
    let mut command = Command::new(gox);
    command.args(["doctor", "--ask-shell"]).arg(&path).arg(question).stdout(Stdio::null());
    let limit = facts.limit();
    let Some((status, _)) = within(&mut command, limit) else {
        let seen = format!("{name} did not start within {} s", limit.as_secs());
        let why = "whether it reads the hook cannot be told, and each new shell takes as long";
        return Finding::new(State::Warning, seen, why).mend(format!("look at `{}`", start_up_file(shell)));
    };
    match status.code() {
        Some(HAS_IT) => Finding::ok(format!("{name} has the functions")),
        Some(LACKS_IT) => {
            let why = "`gox use` does nothing without the function, and each `go` costs a start of the shim";
            let seen = format!("{name} starts without the functions of gox");
            Finding::new(State::Warning, seen, why).mend(set_up(facts))
        }
        _ => {
            let seen = format!("{name} ended before it could be asked");
            let why = "a start-up file ends the shell, so whether it reads the hook cannot be told";
            Finding::new(State::Warning, seen, why).mend(format!("look at `{}`", start_up_file(shell)))
        }
    }
}

/// Leaves the terminal and becomes the interactive shell, with a question whose answer is its exit code.
pub fn ask(shell: &Path, question: &str) -> Result<std::convert::Infallible> {
    // Whoever leads a group of processes cannot leave it; then the shell is told to look after itself.
    let _ = rustix::process::setsid();
    let error = Command::new(shell).arg("-ic").arg(question).exec();
    Err(Error::new(Kind::CannotRun, format!("could not run `{}`", shell.display())).because(error))
}

/// Runs a program with nothing to read, and its errors thrown away. Gives how it ended; none where it cannot be
/// started, or is cut off after `limit`, with all that is left of its process group.
pub(super) fn within(command: &mut Command, limit: Duration) -> Option<(ExitStatus, Option<ChildStdout>)> {
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    let end = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some((status, child.stdout.take())),
            Ok(None) if Instant::now() < end => thread::sleep(POLL),
            _ => break,
        }
    }
    // Not waited for yet, so the number is still its own.
    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn login_path(facts: &Facts) -> Finding {
    if cfg!(target_os = "macos") {
        return Finding::skipped("programs that the desktop of macOS starts read no start-up file");
    }
    let Some(user) = facts.environment().user_home() else { return Finding::skipped("`HOME` is not set") };
    let named = [".profile", ".bash_profile", ".bash_login", ".zprofile", ".zshenv", ".pam_environment"];
    let mut files: Vec<_> = named.iter().map(|name| user.join(name)).collect();
    files.extend(entries(&user.join(".config/environment.d")));
    files.push("/etc/environment".into());
    files.extend(entries(Path::new("/etc/profile.d")));
    let shims = facts.home().shims();
    let words = ["gox init", "local/go/shims", shims.to_str().unwrap_or("local/go/shims")];
    let says = |path: &&PathBuf| {
        let Ok(data) = fs::metadata(path) else { return false };
        data.is_file()
            && data.len() <= MAX_TEXT
            && fs::read_to_string(path).is_ok_and(|text| words.iter().any(|word| text.contains(word)))
    };
    if let Some(path) = files.iter().find(says) {
        return Finding::ok(format!("set in `{}`", facts.short(path)));
    }
    let seen = "no file that a login reads puts the shims on PATH";
    let why = "an editor that the desktop starts reads no `.bashrc`, and finds another Go or none";
    Finding::new(State::Note, seen, why).mend("gox setup sh")
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
