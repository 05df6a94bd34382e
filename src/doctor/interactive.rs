//! What the user's shell says when it is started as for the user. Only the shell itself knows which functions its
//! start-up files define, and which version it is.

use std::convert::Infallible;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::program::{self, Unended};
use crate::env::{Environment, SHELL};
use crate::error::{Error, Kind, Result};
use crate::setup::shell::Shell;

/// The exit code of a shell that has the function `gox`. A start-up file that ends the shell is unlikely to use it.
const HAS_IT: i32 = 87;
/// The exit code of a shell without that function, chosen likewise.
const LACKS_IT: i32 = 88;
/// How much larger each of these codes is in a shell that direnv is hooked into.
const WITH_DIRENV: i32 = 2;
/// How the line of an answer begins, among what start-up files print.
const MARK: &str = "gox-doctor:";

/// What a shell says of itself.
pub(super) struct Answer {
    /// Whether it has the functions of gox.
    pub(super) has_functions: bool,
    /// Whether it has the function by which direnv loads an `.envrc`.
    pub(super) has_direnv: bool,
    /// What bash says beside that; `None` for other shells, and where its start-up files close its output.
    pub(super) bash: Option<Bash>,
    /// What it wrote to stderr, in English.
    pub(super) errors: String,
}

/// What bash says of itself.
pub(super) struct Bash {
    /// Its version, as in 5.2.
    pub(super) version: (u32, u32),
    /// Whether the functions of bash-completion are there.
    pub(super) has_completion: bool,
}

/// Why there is no answer.
pub(super) enum Silence {
    /// There is no shell to ask, or no gox that asks it.
    Unasked,
    /// It did not answer within this time.
    Slow(Duration),
    /// It ended before the question, and had written this to stderr, in English.
    Early(String),
}

/// Asks the shell of `SHELL`.
pub(super) fn ask(environment: &Environment, limit: Duration) -> std::result::Result<Answer, Silence> {
    let (shell, path) = Shell::of_user().zip(environment.os(SHELL)).ok_or(Silence::Unasked)?;
    let gox = std::env::current_exe().map_err(|_| Silence::Unasked)?;
    // Through gox, which calls setsid first: an interactive shell would take over the terminal.
    let mut command = Command::new(gox);
    command.args(["doctor", "--ask-shell"]).arg(&path).arg(question(shell)).env("LC_ALL", "C");
    let ended = program::run(&mut command, "", limit).map_err(|unended| match unended {
        Unended::Killed => Silence::Slow(limit),
        Unended::NotStarted(_) => Silence::Unasked,
    })?;
    let answers = [(true, true), (true, false), (false, true), (false, false)];
    let is_answer =
        |&(functions, direnv): &(bool, bool)| ended.status.code() == Some(code(functions, direnv));
    let Some((has_functions, has_direnv)) = answers.into_iter().find(is_answer) else {
        return Err(Silence::Early(ended.stderr));
    };
    let bash = ended.stdout.lines().rev().find_map(|line| bash(line.strip_prefix(MARK)?));
    Ok(Answer { has_functions, has_direnv, bash, errors: ended.stderr })
}

/// The exit code for what a shell has.
fn code(has_functions: bool, has_direnv: bool) -> i32 {
    (if has_functions { HAS_IT } else { LACKS_IT }) + (if has_direnv { WITH_DIRENV } else { 0 })
}

fn question(shell: Shell) -> String {
    let [both, direnv] = [true, false].map(|functions| code(functions, true));
    let exit = format!(
        "if typeset -f _direnv_hook; then typeset -f gox && exit {both}; exit {direnv}; fi >/dev/null
         typeset -f gox >/dev/null && exit {HAS_IT}; exit {LACKS_IT}"
    );
    match shell {
        Shell::Fish => format!(
            "if functions -q __direnv_export_eval; functions -q gox; and exit {both}; exit {direnv}; end
             functions -q gox; and exit {HAS_IT}; exit {LACKS_IT}"
        ),
        Shell::Bash => format!(
            "_gox_completion=no
             if typeset -f _init_completion || typeset -f _comp_initialize; then _gox_completion=yes; fi >/dev/null
             builtin printf '\\n{MARK} %s %s %s\\n' ${{BASH_VERSINFO[0]}} ${{BASH_VERSINFO[1]}} $_gox_completion || :
             {exit}"
        ),
        Shell::Zsh | Shell::Sh => exit,
    }
}

/// Reads `5 2 yes`: the version, and whether bash-completion is there.
fn bash(answer: &str) -> Option<Bash> {
    let mut words = answer.split_whitespace();
    let version = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some(Bash { version, has_completion: words.next()? == "yes" })
}

/// Leaves the terminal and replaces this process with the interactive shell, which runs `question` and answers by its
/// exit code. Returns only if the shell cannot be run.
pub fn become_shell(shell: &Path, question: &str) -> Result<Infallible> {
    // setsid fails for the leader of a process group; the shell then has to cope with the terminal.
    let _ = rustix::process::setsid();
    let error = Command::new(shell).arg("-ic").arg(question).exec();
    Err(Error::new(Kind::CannotRun, format!("could not run `{}`", shell.display())).because(error))
}
