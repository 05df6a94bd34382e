//! `gox init` and `gox completions`: print text for a shell to evaluate.

use crate::error::{Error, Kind, Result};
use crate::setup::shell::Shell;
use crate::setup::text;
use crate::ui::printer::Printer;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  eval \"$(gox init bash)\"     in ~/.bashrc
  eval \"$(gox init zsh)\"      in ~/.zshrc, after compinit
  gox init fish | source      in ~/.config/fish/config.fish
  gox init sh >/etc/profile.d/gox.sh")]
pub(super) struct Arguments {
    /// The shell
    pub shell: Option<Shell>,
    /// Print a line when a change of directory changes the version
    #[arg(long)]
    pub announce: bool,
}

/// Prints the text.
pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<()> {
    let shell = named(arguments.shell, "init")?;
    printer.data(text::init(shell, arguments.announce).trim_end())
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
    let text = text::completion(named(arguments.shell, "completions")?).ok_or_else(|| {
        Error::new(Kind::Usage, "a POSIX shell has no completion").hint("name bash, zsh or fish")
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
