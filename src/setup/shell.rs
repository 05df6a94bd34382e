//! The shells that gox supports.

use std::path::PathBuf;

use clap::ValueEnum;
use rustix::process::{getpgrp, getpid, getppid};

use crate::fs::identity::real;
use crate::machine::Machine;
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
    /// nushell, 0.102 or newer
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

    /// The name of its program.
    fn program(self) -> &'static str {
        match self {
            Shell::Nushell => "nu",
            Shell::Powershell => "pwsh",
            other => other.word(),
        }
    }

    /// The line that evaluates the text of `gox init` in a start-up file. nushell evaluates no text, so there it is the
    /// command that writes the text where each new nushell reads it.
    pub fn init_line(self) -> &'static str {
        match self {
            Shell::Bash => r#"eval "$(gox init bash)""#,
            Shell::Zsh => r#"eval "$(gox init zsh)""#,
            Shell::Fish => "gox init fish | source",
            Shell::Nushell => "gox setup nushell",
            Shell::Elvish => "eval (gox init elvish | slurp)",
            Shell::Xonsh => "execx($(gox init xonsh))",
            Shell::Tcsh => r#"eval "`gox init tcsh`""#,
            Shell::Powershell => "gox init powershell | Out-String | Invoke-Expression",
            Shell::Sh => r#"eval "$(gox init sh)""#,
        }
    }

    /// What to do by hand to have the text of `gox init` in the shell.
    pub fn how_to_init(self) -> String {
        let place = match self {
            Shell::Nushell => "each new shell",
            _ => "the shell and its start-up file",
        };
        format!("in {}, put it into {place}: `{}`", self.word(), self.init_line())
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

    /// The command that sets a variable for the programs that the shell starts; fish keeps it for each new shell, too.
    pub fn set(self, variable: &str, value: &str) -> String {
        let value = self.quoted(value);
        match self {
            Shell::Bash | Shell::Zsh | Shell::Sh => format!("export {variable}={value}"),
            // One that was handed to the shell hides what it keeps.
            Shell::Fish => {
                format!("set --erase --global {variable}; set --universal --export {variable} {value}")
            }
            Shell::Nushell => format!("$env.{variable} = {value}"),
            Shell::Elvish => format!("set-env {variable} {value}"),
            Shell::Xonsh => format!("${variable} = {value}"),
            Shell::Tcsh => format!("setenv {variable} {value}"),
            Shell::Powershell => format!("$env:{variable} = {value}"),
        }
    }

    /// The command that puts a directory at the end of PATH; fish keeps it there for each new shell, too.
    pub fn append_to_path(self, directory: &str) -> String {
        let directory = self.quoted(directory);
        match self {
            Shell::Bash | Shell::Zsh | Shell::Sh => format!("export PATH=\"$PATH:\"{directory}"),
            Shell::Fish => format!("fish_add_path --append {directory}"),
            Shell::Nushell => format!("$env.PATH ++= [{directory}]"),
            Shell::Elvish => format!("set paths = [$@paths {directory}]"),
            Shell::Xonsh => format!("$PATH.append({directory})"),
            Shell::Tcsh => format!("set path = ( $path:q {directory} )"),
            Shell::Powershell => format!("$env:PATH += ':' + {directory}"),
        }
    }

    /// `word` as a text in the language of the shell.
    pub fn quoted(self, word: &str) -> String {
        let (quote, special, escape) = match self {
            Shell::Bash | Shell::Zsh | Shell::Sh => return text::quoted(word),
            Shell::Tcsh => return text::quoted(word).replace('!', r"\!"),
            Shell::Fish | Shell::Xonsh => ('\'', r"'\", Some('\\')),
            Shell::Nushell => ('"', r#""\"#, Some('\\')),
            Shell::Elvish => ('\'', "'", None),
            // Which takes typographic quotes for plain ones.
            Shell::Powershell => ('\'', "'‘’‚‛", None),
        };
        let mut quoted = String::from(quote);
        for c in word.chars() {
            quoted.extend(special.contains(c).then(|| escape.unwrap_or(c)));
            quoted.push(c);
        }
        quoted.push(quote);
        quoted
    }

    /// The command that starts the shell again, which reads the start-up files.
    pub fn again(self) -> String {
        match self {
            Shell::Powershell => self.program().to_owned(),
            _ => format!("exec {}", self.program()),
        }
    }

    /// What to do to have the start-up files read.
    pub fn restart(self) -> String {
        format!("open a new shell, or `{}`", self.again())
    }

    /// The user's login shell by `SHELL`; `None` if `gox use` works in none of its name. `csh` is tcsh on macOS, and
    /// where it is a link to that.
    pub fn of_user() -> Option<Self> {
        let path = PathBuf::from(env::os(env::SHELL)?);
        Shell::of_program(match path.file_name()?.to_str()? {
            "csh" if cfg!(target_os = "macos") || real(&path).ends_with("tcsh") => "tcsh",
            name => name,
        })
    }

    /// The interactive shell in which this process was typed; `None` where that cannot be told, as without `/proc`.
    /// Only a shell with job control, which scripts lack, makes a process the leader of its group.
    pub fn around() -> Option<Self> {
        let parent = getppid().filter(|_| getpgrp() == getpid())?;
        let name = Machine::this().text(format!("/proc/{}/comm", parent.as_raw_nonzero()))?;
        Shell::of_program(name.trim_end())
    }

    fn of_program(name: &str) -> Option<Self> {
        let is_it = |shell: &Shell| *shell != Shell::Sh && shell.program() == name;
        Shell::value_variants().iter().copied().find(is_it)
    }
}

/// The command that takes a variable out of the user's shell.
pub fn unset(variable: &str) -> String {
    Shell::of_user().unwrap_or(Shell::Sh).unset(variable)
}
