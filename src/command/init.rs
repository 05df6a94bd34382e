//! `gox init`: text for a shell to read. It has nothing of this user, home or store in it.

use std::path::Path;

use super::cli::{Init, Shell};
use crate::error::Result;
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
const FISH: &str = include_str!("../../shell/gox.fish");
const FISH_ANNOUNCE: &str = include_str!("../../shell/announce.fish");

/// Prints the text.
pub fn run(arguments: &Init, printer: &Printer) -> Result<()> {
    printer.data(text(arguments.shell, arguments.announce).trim_end())
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

/// Whole files, one after the other.
fn text(shell: Shell, announce: bool) -> String {
    let optional = |texts: &[&'static str]| if announce { texts.concat() } else { String::new() };
    match shell {
        Shell::Bash => {
            let announce = optional(&[ANNOUNCE, BASH_ANNOUNCE]);
            [BASH_BEGIN, POSIX, FUNCTIONS, BASH, &announce, BASH_END].concat()
        }
        Shell::Zsh => {
            let announce = optional(&[ANNOUNCE, ZSH_ANNOUNCE]);
            emulated(&[POSIX, FUNCTIONS, ZSH, &announce].concat())
        }
        Shell::Fish => [FISH, &optional(&[FISH_ANNOUNCE])].concat(),
        Shell::Sh => POSIX.to_owned(),
    }
}

/// zsh reads a whole text before it runs any of it, so aliases cannot be turned off from inside. Read by
/// `emulate`, there are none, and each function runs under the options that it was written for.
fn emulated(text: &str) -> String {
    format!("\\builtin emulate zsh -o no_aliases -c '{}'\n", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::command::cli::Cli;

    #[test]
    fn completions_know_every_verb() {
        let command = Cli::command();
        let mut verbs: Vec<&str> = command
            .get_subcommands()
            .filter(|verb| !verb.is_hide_set())
            .flat_map(|verb| verb.get_name_and_visible_aliases())
            .collect();
        verbs.sort_unstable();
        for text in [BASH, ZSH, FISH] {
            assert!(text.contains(&verbs.join(" ")), "{verbs:?} are not in {text}");
        }
    }
}
