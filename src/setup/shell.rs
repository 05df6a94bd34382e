//! The shells that gox supports.

use std::path::Path;

use clap::ValueEnum;

use crate::{env, text};

/// A shell for which `gox init` has a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash; the functions go and gofmt from 4.4 on
    Bash,
    /// zsh, 5.0 or newer
    Zsh,
    /// fish
    Fish,
    /// nushell, 0.101 or newer
    #[value(alias = "nu")]
    Nushell,
    /// elvish, 0.18 or newer
    Elvish,
    /// xonsh, 0.19 or newer
    Xonsh,
    /// tcsh
    Tcsh,
    /// PowerShell, 7 or newer
    #[value(alias = "pwsh")]
    Powershell,
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
            Shell::Nushell => "nushell",
            Shell::Elvish => "elvish",
            Shell::Xonsh => "xonsh",
            Shell::Tcsh => "tcsh",
            Shell::Powershell => "powershell",
            Shell::Sh => "sh",
        }
    }

    /// The shell of this name.
    pub fn named(word: &str) -> Option<Self> {
        Shell::value_variants().iter().copied().find(|shell| shell.word() == word)
    }

    /// The name of its program.
    fn program(self) -> &'static str {
        match self {
            Shell::Nushell => "nu",
            Shell::Powershell => "pwsh",
            other => other.word(),
        }
    }

    /// The line that evaluates the text of `gox init` in a start-up file. nushell evaluates no text, so there it is the
    /// command that writes the text where each nushell reads it.
    pub fn init_line(self) -> &'static str {
        match self {
            Shell::Bash => r#"eval "$(gox init bash)""#,
            Shell::Zsh => r#"eval "$(gox init zsh)""#,
            Shell::Fish => "gox init fish | source",
            Shell::Nushell => {
                "mkdir $nu.user-autoload-dirs.0; gox init nushell | save --force \
                 ($nu.user-autoload-dirs.0 | path join gox.nu)"
            }
            Shell::Elvish => "eval (gox init elvish | slurp)",
            Shell::Xonsh => "execx($(gox init xonsh))",
            Shell::Tcsh => r#"eval "`gox init tcsh`""#,
            Shell::Powershell => "gox init powershell | Out-String | Invoke-Expression",
            Shell::Sh => r#"eval "$(gox init sh)""#,
        }
    }

    /// The command that takes a variable out of the shell.
    pub fn unset(self, variable: &str) -> String {
        let command = match self {
            Shell::Bash | Shell::Zsh | Shell::Sh => "unset ",
            Shell::Fish => "set --erase ",
            Shell::Nushell => "hide-env ",
            Shell::Elvish => "unset-env ",
            Shell::Xonsh => "del $",
            Shell::Tcsh => "unsetenv ",
            Shell::Powershell => "Remove-Item Env:",
        };
        format!("{command}{variable}")
    }

    /// The command that puts a directory at the end of PATH.
    pub fn append_to_path(self, directory: &Path) -> String {
        let (directory, path) = (text::quoted_path(directory), directory.display());
        match self {
            Shell::Bash | Shell::Zsh | Shell::Sh => format!("export PATH=\"$PATH:\"{directory}"),
            Shell::Fish => format!("fish_add_path --append {directory}"),
            Shell::Nushell => format!("$env.PATH ++= [{directory}]"),
            Shell::Elvish => format!("set paths = [$@paths {directory}]"),
            Shell::Xonsh => format!("$PATH.append('{path}')"),
            Shell::Tcsh => format!("set path = ( $path:q {directory} )"),
            Shell::Powershell => format!("$env:PATH += ':{path}'"),
        }
    }

    /// What to do to have the start-up files read.
    pub fn restart(self) -> String {
        match self {
            Shell::Powershell => "open a new shell".to_owned(),
            _ => format!("open a new shell, or `exec {}`", self.program()),
        }
    }

    /// The user's login shell by `SHELL`; `None` if `gox use` works in none of its name.
    pub fn of_user() -> Option<Self> {
        let path = env::os(env::SHELL)?;
        let name = Path::new(&path).file_name()?.to_str()?;
        let is_it = |shell: &Shell| *shell != Shell::Sh && shell.program() == name;
        Shell::value_variants().iter().copied().find(is_it)
    }
}

/// The command that takes a variable out of the user's shell.
pub fn unset(variable: &str) -> String {
    Shell::of_user().unwrap_or(Shell::Sh).unset(variable)
}
