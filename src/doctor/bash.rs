//! The checks of bash: its version, completion, and the file of readline, by which it reads lines.

use std::path::{Path, PathBuf};

use super::build::family;
use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::interactive::Bash;
use super::line::{self, Refused};
use crate::env::{INPUTRC, SHELL};
use crate::fs::read;
use crate::os::child;
use crate::setup::foreign::MAX_TEXT;
use crate::setup::places;
use crate::setup::readline::SYSTEM;
use crate::setup::shell::Shell;
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "bash-version", area: Area::Bash, run: |facts| of_bash(facts, version) },
    Check { id: "bash-completion", area: Area::Bash, run: |facts| of_bash(facts, completion) },
    Check { id: "readline", area: Area::Bash, run: readline },
];

/// The first version that tells which variables are exported, which the functions of gox need.
const OF_FUNCTIONS: (u32, u32) = (4, 4);
/// The first version of today's line.
const CURRENT: (u32, u32) = (5, 0);
/// The file that reads bash-completion, where its package is installed.
const COMPLETION: &str = "/usr/share/bash-completion/bash_completion";
/// Limit of refused lines that are named at once.
const MOST_LINES: usize = 10;
const NO_BASH: &str = "`SHELL` is not bash";

/// Runs a check of what bash says of itself.
fn of_bash(facts: &Facts, run: fn(&Facts, &Bash) -> Finding) -> Finding {
    if Shell::of_user() != Some(Shell::Bash) {
        return Finding::skipped(NO_BASH);
    }
    match facts.shell() {
        Ok(answer) => match &answer.bash {
            Some(bash) => run(facts, bash),
            None => Finding::skipped("bash did not say it"),
        },
        // The check `hook` says more.
        Err(_) => Finding::skipped("bash did not answer"),
    }
}

fn version(facts: &Facts, bash: &Bash) -> Finding {
    let (major, minor) = bash.version;
    let seen = format!("bash {major}.{minor}");
    let old = |state, why| Finding::new(state, &seen, why).mend(family(facts).command_to_install("bash"));
    if bash.version < OF_FUNCTIONS {
        old(State::Warning, "the functions of gox need bash 4.4, so each `go` costs a start of the shim")
    } else if bash.version < CURRENT {
        old(State::Note, "it no longer gets fixes, and current scripts use variables that it lacks")
    } else {
        Finding::ok(seen)
    }
}

fn completion(facts: &Facts, bash: &Bash) -> Finding {
    if bash.has_completion {
        return Finding::ok("bash-completion is loaded");
    }
    let why =
        "without it, `git`, `make`, `ssh` and others complete only file names; `gox` and `go` do not need it";
    let (seen, mend) = if facts.machine.has(COMPLETION) {
        let file = places::interactive(Shell::Bash).unwrap_or_default();
        ("no start-up file loads bash-completion", line::addition(&format!(". {COMPLETION}"), &file))
    } else {
        ("bash-completion is not there", family(facts).command_to_install("bash-completion"))
    };
    Finding::new(State::Note, seen, why).mend(mend)
}

fn readline(facts: &Facts) -> Finding {
    let shell = facts.environment().os(SHELL).filter(|_| Shell::of_user() == Some(Shell::Bash));
    let Some(shell) = shell else { return Finding::skipped(NO_BASH) };
    let user = facts.environment().user_home();
    let named = facts.environment().os(INPUTRC).map(PathBuf::from);
    let file = named.or_else(|| Some(user.as_ref()?.join(".inputrc")));
    let content = file.as_ref().and_then(|file| read::read_beginning(file, MAX_TEXT));
    let Some((file, content)) = file.zip(content) else {
        return Finding::ok("no file of the user's: the defaults hold");
    };
    // Any command about keys makes bash read the file; it starts nothing else.
    let mut command = child::command(shell);
    command.args(["--norc", "-c", "bind -q accept-line"]).env_remove("BASH_ENV");
    let Ok(ended) = child::run(&mut command, "", facts.limit()) else {
        return Finding::skipped("bash did not answer");
    };
    if ended.status.code().is_none() {
        let shown = text::path(&file);
        let seen = format!("bash crashes when it reads `{shown}`, as by a file that includes itself");
        let quoted = text::quoted_path(&file);
        let mend = format!("mv {quoted} {quoted}.bad");
        return Finding::new(State::Failed, seen, "no interactive bash starts").mend(mend);
    }
    let said: Vec<_> = ended.lines().filter_map(|line| line.strip_prefix("readline: ")).collect();
    let why = "bash passes over it, and prints an error at each start";
    let named = file.to_string_lossy();
    let refused = |said| Refused::parse(said).or_else(|| Refused::below_include(&named, &content, said));
    let refused: Vec<_> = said.iter().copied().filter_map(refused).take(MOST_LINES).collect();
    if !refused.is_empty() {
        let (seen, removal) = line::told(&refused, user.as_deref());
        return Finding::new(State::Warning, seen, why).mend(removal);
    }
    if let Some(message) = said.first() {
        let (shown, message) = (text::path(&file), text::excerpt(message));
        let seen = format!("a line that `{shown}` has or includes: {message}");
        return Finding::new(State::Warning, seen, why);
    }
    if content.lines().any(line::is_include) || !facts.machine.has(SYSTEM) {
        return Finding::ok(format!("bash takes each line of `{}`", text::path(&file)));
    }
    hiding(&file, &content)
}

/// The finding for a file that takes the place of that of all users.
fn hiding(file: &Path, content: &str) -> Finding {
    let seen = format!("`{}` does not include `{SYSTEM}`", text::path(file));
    let why =
        "it takes the place of that file, so keys that the system sets, such as Home and End, may do nothing";
    // sed finds no line in an empty file.
    let mend = if content.is_empty() {
        format!("echo '$include {SYSTEM}' >{}", text::quoted_path(file))
    } else {
        line::edit(&format!("1i $include {SYSTEM}"), file)
    };
    Finding::new(State::Note, seen, why).mend(mend)
}
