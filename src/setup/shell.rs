//! The shells that gox knows.

use std::path::Path;

use clap::ValueEnum;

use crate::env;

/// The shells that gox has functions for.
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
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
            Shell::Sh => "sh",
        }
    }

    /// What a user puts into the start-up file of a shell.
    pub fn init_line(self) -> &'static str {
        match self {
            Shell::Bash => r#"eval "$(gox init bash)""#,
            Shell::Zsh => r#"eval "$(gox init zsh)""#,
            Shell::Fish => "gox init fish | source",
            Shell::Sh => r#"eval "$(gox init sh)""#,
        }
    }

    /// The shell that the user has by `SHELL`, when it is one that has functions.
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
