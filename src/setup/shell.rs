//! The shells that gox supports.

use std::path::Path;

use clap::ValueEnum;

use crate::env;

/// A shell for which `gox init` has a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash; the functions go and gofmt from 4.4 on
    Bash,
    /// zsh, 5.0 or newer
    Zsh,
    /// fish
    Fish,
    /// Any POSIX shell: PATH only
    Sh,
}

impl Shell {
    /// The name of the shell, as in `gox init bash`.
    pub fn word(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
            Shell::Sh => "sh",
        }
    }

    /// The line that evaluates the text of `gox init` in a start-up file.
    pub fn init_line(self) -> &'static str {
        match self {
            Shell::Bash => r#"eval "$(gox init bash)""#,
            Shell::Zsh => r#"eval "$(gox init zsh)""#,
            Shell::Fish => "gox init fish | source",
            Shell::Sh => r#"eval "$(gox init sh)""#,
        }
    }

    /// The command that takes a variable out of the shell.
    pub fn unset(self, variable: &str) -> String {
        let command = if self == Shell::Fish { "set --erase" } else { "unset" };
        format!("{command} {variable}")
    }

    /// What to do to have the start-up files read.
    pub fn restart(self) -> String {
        format!("open a new shell, or `exec {}`", self.word())
    }

    /// The user's login shell by `SHELL`; `None` if it is not bash, zsh or fish.
    pub fn of_user() -> Option<Self> {
        let path = env::os(env::SHELL)?;
        match Path::new(&path).file_name()?.to_str()? {
            "bash" => Some(Shell::Bash),
            "zsh" => Some(Shell::Zsh),
            "fish" => Some(Shell::Fish),
            _ => None,
        }
    }
}

/// The command that takes a variable out of the user's shell.
pub fn unset(variable: &str) -> String {
    Shell::of_user().unwrap_or(Shell::Sh).unset(variable)
}
