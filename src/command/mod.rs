//! The commands: one verb, one file. They touch neither the network nor files themselves.

pub mod available;
pub mod cli;
pub mod complete;
pub mod config;
pub mod default;
pub mod doctor;
pub mod exec;
pub mod exec_missing;
pub mod init;
pub mod install;
pub mod interrupt;
pub mod link;
pub mod list;
pub mod man;
pub mod marks;
pub mod overview;
pub mod pin;
pub mod prune;
pub mod setup;
pub mod status;
pub mod supply;
pub mod uninstall;
pub mod upgrade;
pub mod use_;
pub mod verify;
pub mod which;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};

use crate::error::{Error, Kind, Result};
use crate::select::reason::Reason;
use crate::select::world::World;
use crate::settings::Settings;
use crate::store::projects;
use crate::ui::printer::Printer;
use cli::{Cli, Command};

/// What every command has.
pub struct Context<'a> {
    /// Variables, directory, stores.
    pub world: World,
    /// The user's settings.
    pub settings: Settings,
    /// The terminal.
    pub printer: &'a Printer,
}

impl Context<'_> {
    /// Notes the folder of a file that decided, so that prune keeps what it asks for.
    pub fn note_project(&self, reason: &Reason) {
        if let Some(folder) = reason.folder() {
            projects::note(self.world.home(), folder);
        }
    }

    /// Says that another gox is waited for.
    pub fn waiting(&self) -> impl Fn(&str) + '_ {
        |path| self.printer.say(&format!("waiting for another gox (`{path}`)"))
    }
}

/// Runs the command line; gives the exit code of a run that printed its own errors.
pub fn run(arguments: impl Iterator<Item = OsString>, printer: &Printer) -> Result<u8> {
    let arguments: Vec<OsString> = arguments.collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return Err(usage(&error, arguments.get(1))),
        Err(text) => return printer.data(text.render().ansi().to_string().trim_end()).map(|()| 0),
    };
    // The same for everybody, or there to mend them: these need neither a home nor valid settings.
    match &cli.command {
        Some(Command::Setup(arguments)) => return setup::run(arguments, printer),
        Some(Command::Init(arguments)) => return init::run(arguments, printer).map(|()| 0),
        Some(Command::Completions(arguments)) => return init::completions(arguments, printer).map(|()| 0),
        Some(Command::Man(arguments)) => return man::run(arguments, printer).map(|()| 0),
        Some(Command::Complete(arguments)) => return complete::run(arguments, printer).map(|()| 0),
        Some(Command::Config(arguments)) => return config::run(arguments, printer).map(|()| 0),
        Some(Command::Doctor(arguments)) => return doctor::run(arguments, printer),
        _ => {}
    }
    let settings = Settings::read(|warning| printer.warn(&warning))?;
    let context = &Context { world: World::process()?, settings, printer };
    let Some(command) = cli.command else { return overview::run(context).map(|()| 0) };
    match command {
        Command::Install(arguments) => return install::run(&arguments, context),
        Command::Uninstall(arguments) => return uninstall::run(&arguments, context),
        Command::Upgrade(arguments) => return upgrade::run(&arguments, context),
        Command::Use(arguments) => return use_::run(&arguments, context),
        Command::Verify(arguments) => return verify::run(&arguments, context),
        Command::Exec(arguments) => match exec::run(&arguments, context)? {},
        Command::ExecMissing(arguments) => match exec_missing::run(&arguments, context)? {},
        Command::Available(arguments) => available::run(&arguments, context),
        Command::Prune(arguments) => return prune::run(&arguments, context),
        Command::Link(arguments) => link::run(&arguments, context),
        Command::List(arguments) => list::run(&arguments, context),
        Command::Default(arguments) => default::run(&arguments, context),
        Command::Pin(arguments) => pin::run(&arguments, context),
        Command::Status(arguments) => status::run(&arguments, context),
        Command::Which(arguments) => which::which(&arguments, context),
        Command::Root(arguments) => which::root(&arguments, context),
        Command::Setup(_)
        | Command::Init(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Complete(_)
        | Command::Config(_)
        | Command::Doctor(_) => unreachable!("done above"),
    }
    .map(|()| 0)
}

/// What other version managers call things.
const ELSEWHERE: [(&str, &str); 15] = [
    ("ls-remote", "gox available"),
    ("list-all", "gox available"),
    ("listall", "gox available"),
    ("search", "gox available"),
    ("remove", "gox uninstall"),
    ("rm", "gox uninstall"),
    ("current", "gox status"),
    ("version", "gox status"),
    ("versions", "gox list"),
    ("local", "gox pin"),
    ("global", "gox default"),
    ("shell", "gox use"),
    ("run", "gox exec"),
    ("update", "gox upgrade"),
    ("env", "gox config"),
];

/// clap's errors in gox's words: backticks, no usage text, and a hint that can be pasted.
fn usage(error: &clap::Error, verb: Option<&OsString>) -> Error {
    let text = error.render().to_string().replace('\'', "`");
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.last().cloned(),
        _ => None,
    };
    // `gox install` of `Usage: gox install [OPTIONS] [REQUEST]...`, which not every error has.
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
    let is_word = |word: &&str| word.starts_with(|first: char| first.is_ascii_lowercase());
    let verb =
        verb.and_then(|verb| Cli::command().find_subcommand(verb).map(|verb| verb.get_name().to_owned()));
    let command = match (usage, verb) {
        (Some(usage), _) => usage.split(' ').take_while(is_word).collect::<Vec<_>>().join(" "),
        (None, Some(verb)) => format!("gox {verb}"),
        (None, None) => "gox".to_owned(),
    };
    let help = format!("see `{command} --help`");
    let invalid = |message| Error::new(Kind::Usage, message);
    if let Some(word) = context(ContextKind::InvalidSubcommand) {
        let error = invalid(format!("`{command}` has no command `{}`", word.escape_debug()));
        if let Some((_, own)) = ELSEWHERE.iter().find(|(theirs, _)| command == "gox" && *theirs == word) {
            return error.hint(format!("gox calls it `{own}`"));
        }
        let hidden =
            |verb: &str| Cli::command().find_subcommand(verb).is_some_and(clap::Command::is_hide_set);
        return match context(ContextKind::SuggestedSubcommand).filter(|verb| !hidden(verb)) {
            Some(nearest) => error.hint(format!("the nearest is `{command} {nearest}`")),
            None => error.hint(help),
        };
    }
    if error.kind() == ErrorKind::UnknownArgument
        && let Some(word) = context(ContextKind::InvalidArg)
    {
        let error = invalid(format!("`{command}` does not take `{}`", word.escape_debug()));
        return match context(ContextKind::SuggestedArg) {
            Some(nearest) => error.hint(format!("the nearest is `{command} {nearest}`")),
            None => error.hint(help),
        };
    }
    let first = text.trim().split("\n\n").next().unwrap_or_default();
    let message = first.strip_prefix("error: ").unwrap_or(first).trim_end_matches('.');
    invalid(message.to_owned()).hint(help)
}
