//! The commands: one verb, one file. They touch neither the network nor files themselves.

pub mod cli;
pub mod default;
pub mod install;
pub mod interrupt;
pub mod list;

use std::ffi::OsString;

use clap::{CommandFactory, Parser};

use crate::error::{Error, Kind, Result};
use crate::settings::Settings;
use crate::store::layout::Home;
use crate::ui::printer::Printer;
use cli::{Cli, Command};

/// What every command has.
pub struct Context<'a> {
    /// The store.
    pub home: Home,
    /// The user's settings.
    pub settings: Settings,
    /// The terminal.
    pub printer: &'a Printer,
}

/// Runs the command line; gives the exit code of a run that printed its own errors.
pub fn run(arguments: impl Iterator<Item = OsString>, printer: &Printer) -> Result<u8> {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return Err(usage(&error)),
        Err(text) => return printer.data(text.render().ansi().to_string().trim_end()).map(|()| 0),
    };
    let Some(command) = cli.command else {
        let help = Cli::command().render_help().ansi().to_string();
        return printer.data(help.trim_end()).map(|()| 0);
    };
    let settings = Settings::read(|warning| printer.warn(&warning))?;
    let context = Context { home: Home::locate()?, settings, printer };
    match command {
        Command::Install(arguments) => install::run(&arguments, &context),
        Command::List(arguments) => list::run(&arguments, &context).map(|()| 0),
        Command::Default(arguments) => default::run(&arguments, &context).map(|()| 0),
    }
}

/// clap's errors in gox's words: backticks, hints, and no usage text.
fn usage(error: &clap::Error) -> Error {
    let text = error.render().to_string().replace('\'', "`");
    let mut paragraphs = text.trim().split("\n\n");
    let first = paragraphs.next().unwrap_or_default();
    let message = first.strip_prefix("error: ").unwrap_or(first).trim_end_matches('.');
    let mut usage = Error::new(Kind::Usage, message.to_owned());
    for line in paragraphs.flat_map(str::lines).map(str::trim) {
        // How to pass a word that looks like a flag helps nobody here: no request begins with a dash.
        if let Some(tip) = line.strip_prefix("tip: ").filter(|tip| !tip.starts_with("to pass ")) {
            usage = usage.hint(tip.to_owned());
        }
        if let Some(line) = line.strip_prefix("Usage: ") {
            usage = usage.hint(format!("usage: `{line}`"));
        }
    }
    usage
}
