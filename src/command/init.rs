//! `gox init`: text for a shell to read. It has nothing of this user, home or store in it.

use std::path::Path;

use super::cli::{Completions, Init, Shell};
use crate::error::{Error, Kind, Result};
use crate::select::variables;
use crate::ui::printer::Printer;

const POSIX: &str = include_str!("../../shell/posix.sh");
const FUNCTIONS: &str = include_str!("../../shell/functions.sh");
const ANNOUNCE: &str = include_str!("../../shell/announce.sh");
const BASH_BEGIN: &str = include_str!("../../shell/begin.bash");
const BASH: &str = include_str!("../../shell/gox.bash");
const BASH_ANNOUNCE: &str = include_str!("../../shell/announce.bash");
const BASH_END: &str = include_str!("../../shell/end.bash");
const ZSH: &str = include_str!("../../shell/gox.zsh");
const ZSH_ANNOUNCE: &str = include_str!("../../shell/announce.zsh");
const BASH_COMPLETE: &str = include_str!("../../shell/complete.bash");
const ZSH_COMPLETE: &str = include_str!("../../shell/complete.zsh");
const FISH_COMPLETE: &str = include_str!("../../shell/complete.fish");
const FISH: &str = include_str!("../../shell/gox.fish");
const FISH_ANNOUNCE: &str = include_str!("../../shell/announce.fish");

/// Prints the text.
pub fn run(arguments: &Init, printer: &Printer) -> Result<()> {
    printer.data(text(arguments.shell, arguments.announce).trim_end())
}

/// Prints the completion alone.
pub fn completions(arguments: &Completions, printer: &Printer) -> Result<()> {
    let text = completion(arguments.shell).ok_or_else(|| {
        Error::new(Kind::Usage, "a POSIX shell has no completion").hint("name bash, zsh or fish")
    })?;
    printer.data(text.trim_end())
}

/// What a user puts into the start-up file of a shell.
pub fn line(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => r#"eval "$(gox init bash)""#,
        Shell::Zsh => r#"eval "$(gox init zsh)""#,
        Shell::Fish => "gox init fish | source",
        Shell::Sh => r#"eval "$(gox init sh)""#,
    }
}

/// The text for any POSIX shell.
pub fn posix() -> &'static str {
    POSIX
}

/// The shell that the user has by `SHELL`, when it is one that has functions.
pub fn users_shell() -> Option<Shell> {
    let path = variables::os(variables::SHELL)?;
    match Path::new(&path).file_name()?.to_str()? {
        "bash" => Some(Shell::Bash),
        "zsh" => Some(Shell::Zsh),
        "fish" => Some(Shell::Fish),
        _ => None,
    }
}

/// The completion alone, for packages and for shells without the functions.
fn completion(shell: Shell) -> Option<&'static str> {
    match shell {
        Shell::Bash => Some(BASH_COMPLETE),
        Shell::Zsh => Some(ZSH_COMPLETE),
        Shell::Fish => Some(FISH_COMPLETE),
        Shell::Sh => None,
    }
}

/// Whole files, one after the other.
fn text(shell: Shell, announce: bool) -> String {
    let optional = |texts: &[&'static str]| if announce { texts.concat() } else { String::new() };
    match shell {
        Shell::Bash => {
            let announce = optional(&[ANNOUNCE, BASH_ANNOUNCE]);
            [BASH_BEGIN, POSIX, FUNCTIONS, BASH, BASH_COMPLETE, &announce, BASH_END].concat()
        }
        Shell::Zsh => {
            let announce = optional(&[ANNOUNCE, ZSH_ANNOUNCE]);
            emulated(&[POSIX, FUNCTIONS, ZSH, ZSH_COMPLETE, &announce].concat())
        }
        Shell::Fish => [FISH, FISH_COMPLETE, &optional(&[FISH_ANNOUNCE])].concat(),
        Shell::Sh => POSIX.to_owned(),
    }
}

/// zsh reads a whole text before it runs any of it, so aliases cannot be turned off from inside. Read by
/// `emulate`, there are none, and each function runs under the options that it was written for.
fn emulated(text: &str) -> String {
    format!("\\builtin emulate zsh -o no_aliases -c '{}'\n", text.replace('\'', r"'\''"))
}
