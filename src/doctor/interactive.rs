//! What the user's shell says when it is started as for the user. Only the shell itself knows which functions its
//! start-up files define, and which version it is.

use std::convert::Infallible;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::env::{Environment, SHELL};
use crate::error::{Error, Kind, Result};
use crate::os::child::{self, Unended};
use crate::setup::shell::Shell;

/// The exit code of a shell that has the functions of gox and no direnv. A start-up file that ends the shell is
/// unlikely to use it, or one of the three next.
const CODE: i32 = 87;
/// What a shell without the function `gox` adds to the code.
const LACKS_FUNCTIONS: i32 = 1;
/// What a shell with the hook of direnv adds to it.
const HAS_DIRENV: i32 = 2;
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

/// Whether a shell can be asked: it reads the start-up files of a user for one command, and has functions by name.
pub(super) fn is_asked(shell: Shell) -> bool {
    matches!(shell, Shell::Bash | Shell::Zsh | Shell::Fish)
}

/// Asks the shell of `SHELL`.
pub(super) fn ask(environment: &Environment, limit: Duration) -> std::result::Result<Answer, Silence> {
    let shell = Shell::of_user().filter(|shell| is_asked(*shell));
    let (shell, path) = shell.zip(environment.os(SHELL)).ok_or(Silence::Unasked)?;
    let gox = std::env::current_exe().map_err(|_| Silence::Unasked)?;
    // Through gox, which calls setsid first: an interactive shell would take over the terminal.
    let mut command = Command::new(gox);
    command.args(["doctor", "--ask-shell"]).arg(&path).arg(question(shell)).env("LC_ALL", "C");
    let ended = child::run(&mut command, "", limit).map_err(|unended| match unended {
        Unended::Killed => Silence::Slow(limit),
        Unended::NotStarted(_) => Silence::Unasked,
    })?;
    let Some(bits @ 0..4) = ended.status.code().map(|code| code - CODE) else {
        return Err(Silence::Early(ended.stderr));
    };
    let (has_functions, has_direnv) = (bits & LACKS_FUNCTIONS == 0, bits & HAS_DIRENV != 0);
    let bash = ended.stdout.lines().rev().find_map(|line| bash(line.strip_prefix(MARK)?));
    Ok(Answer { has_functions, has_direnv, bash, errors: ended.stderr })
}

fn question(shell: Shell) -> String {
    let lacks = CODE + LACKS_FUNCTIONS;
    let exit = format!(
        "_gox_code={lacks}
         typeset -f gox >/dev/null && _gox_code={CODE}
         typeset -f _direnv_hook >/dev/null && _gox_code=$((_gox_code + {HAS_DIRENV}))
         exit $_gox_code"
    );
    match shell {
        Shell::Fish => format!(
            "set code {lacks}
             functions -q gox; and set code {CODE}
             functions -q __direnv_export_eval; and set code (math $code + {HAS_DIRENV})
             exit $code"
        ),
        Shell::Bash => format!(
            "_gox_completion=no
             if typeset -f _init_completion || typeset -f _comp_initialize; then _gox_completion=yes; fi >/dev/null
             builtin printf '\\n{MARK} %s %s %s\\n' ${{BASH_VERSINFO[0]}} ${{BASH_VERSINFO[1]}} $_gox_completion || :
             {exit}"
        ),
        _ => exit,
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
