//! `gox init` and `gox completions`: print text for a shell to evaluate.

use crate::error::{Error, Kind, Result};
use crate::setup::shell::Shell;
use crate::setup::text::{self, Extras};
use crate::ui::printer::Printer;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  eval \"$(gox init bash)\"     in ~/.bashrc
  eval \"$(gox init zsh)\"      in ~/.zshrc, after compinit
  gox init fish | source      in ~/.config/fish/config.fish
  gox init elvish             and nushell, xonsh, tcsh, powershell: `gox setup SHELL`
  eval \"$(gox init bash --library)\"
  gox init sh >/etc/profile.d/gox.sh")]
pub(super) struct Arguments {
    /// The shell
    pub shell: Option<Shell>,
    /// Print a line where `cd` changes the version
    #[arg(long)]
    pub announce: bool,
    /// In bash: functions for work with Go; see `gox_help`
    #[arg(long, value_name = "PART", num_args = 0..=1, require_equals = true, default_missing_value = "stubs")]
    pub library: Option<Library>,
}

/// A part of the functions for work with Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Library {
    /// With all else, a stub of each function: the first call reads them
    Stubs,
    /// The functions alone, which the stubs ask for
    Text,
}

/// Prints the text.
pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<()> {
    let shell = named(arguments.shell, "init")?;
    let functions = arguments.library.map(|_| library(shell)).transpose()?;
    let extras = Extras { announce: arguments.announce, library: functions.is_some() };
    match functions {
        Some(functions) if arguments.library == Some(Library::Text) => printer.data(functions.trim_end()),
        _ => printer.data(text::init(shell, extras).trim_end()),
    }
}

/// The functions for work with Go, or an error for a shell that has none.
fn library(shell: Shell) -> Result<&'static str> {
    text::library(shell).ok_or_else(|| {
        let message = format!("there are no functions for work with Go in {}", shell.word());
        Error::new(Kind::Usage, message).hint("bash has them: `gox init bash --library`")
    })
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox completions bash >/usr/share/bash-completion/completions/gox
  gox completions zsh >/usr/share/zsh/site-functions/_gox

The text of `gox init` includes it.")]
pub(super) struct Completions {
    /// The shell
    pub shell: Option<Shell>,
}

/// Prints only the completion.
pub(super) fn completions(arguments: &Completions, printer: &Printer) -> Result<()> {
    let shell = named(arguments.shell, "completions")?;
    let text = text::completion(shell).ok_or_else(|| {
        let message = format!("there is no completion for {}", shell.word());
        Error::new(Kind::Usage, message).hint("name bash, zsh or fish")
    })?;
    printer.data(text.trim_end())
}

/// The shell of the command line, or an error that names those that there are.
fn named(shell: Option<Shell>, command: &str) -> Result<Shell> {
    shell.ok_or_else(|| {
        let shells: Vec<_> = Shell::value_variants().iter().map(|shell| shell.word()).collect();
        let hint = format!("name one of {}: `gox {command} {}`", shells.join(", "), shells[0]);
        Error::new(Kind::Usage, "no shell is named").hint(hint)
    })
}
