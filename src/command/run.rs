//! Parses the command line, and runs its verb.

use std::convert::Infallible;
use std::ffi::OsString;

use clap::Parser;
use clap::error::ErrorKind;

use super::cli::{Cli, Command};
use super::context::Context;
use super::{
    audit, available, complete, config, default, doctor, env, exec, exec_missing, gate, import, init,
    install, link, list, man, overview, pin, prune, self_, setup, status, sync, uninstall, upgrade,
    usage_error, use_, verify, version, which,
};
use crate::error::Result;
use crate::ui::printer::Printer;

/// Runs a command line, and gives its exit code. An error that is returned was not printed yet.
pub fn run(words: impl Iterator<Item = OsString>, printer: &Printer) -> Result<u8> {
    let mut words: Vec<OsString> = words.collect();
    // clap takes each word after `help` for the name of a command.
    if words.get(1).is_some_and(|verb| verb == "help") {
        words.retain(|word| word != "--help" && word != "-h");
    }
    let comment = comment(&words);
    match Cli::try_parse_from(&words[..comment.unwrap_or(words.len())]) {
        Ok(_) if comment.is_some() => Err(usage_error::of_comment(&words)),
        Ok(cli) if cli.quiet => verb(cli.command, &printer.quiet()),
        Ok(cli) => verb(cli.command, printer),
        Err(error) if error.use_stderr() => {
            let error = usage_error::of(&error, &words);
            Err(if comment.is_some() { error.hint(usage_error::COMMENT) } else { error })
        }
        Err(text) if text.kind() == ErrorKind::DisplayVersion => {
            code(version::run(&version::Arguments::in_words(&words), printer))
        }
        Err(text) => printer.data(text.render().ansi().to_string().trim_end()).map(|()| 0),
    }
}

/// Where a comment begins that the shell has handed on, as zsh does at its prompt. In what `gox exec` starts, and in a
/// line that is completed, a `#` may be anything.
fn comment(words: &[OsString]) -> Option<usize> {
    let at = words.iter().position(|word| word == "#")?;
    let mut plain = words[..at].iter().skip(1).filter(|word| !word.as_encoded_bytes().starts_with(b"-"));
    let is_foreign = match plain.next().and_then(|verb| verb.to_str()) {
        // `gox exec REQUEST COMMAND`
        Some("exec") => plain.count() >= 2,
        Some("exec-missing" | "complete") => true,
        _ => false,
    };
    (!is_foreign).then_some(at)
}

fn verb(command: Option<Command>, printer: &Printer) -> Result<u8> {
    // Called by each verb that needs it, because setup, config and doctor have to work where it fails.
    let context = || Context::read(printer);
    let unchecked = || Context::unchecked(printer);
    let Some(command) = command else { return code(overview::run(&context()?)) };
    match command {
        Command::Install(arguments) => {
            code(install::run(&arguments, &context()?.with_no_delta(arguments.no_delta)))
        }
        Command::List(arguments) => code(list::run(&arguments, &context()?)),
        Command::Available(arguments) => code(available::run(&arguments, &context()?)),
        Command::Default(arguments) => code(default::run(&arguments, &context()?)),
        Command::Use(arguments) => code(use_::run(&arguments, &context()?)),
        Command::Pin(arguments) => code(pin::run(&arguments, &context()?)),
        Command::Status(arguments) => code(status::run(&arguments, &context()?)),
        Command::Which(arguments) => code(which::which(&arguments, &context()?)),
        Command::Root(arguments) => code(which::root(&arguments, &context()?)),
        Command::Exec(arguments) => code(exec::run(&arguments, &context()?)),
        Command::Env(arguments) => code(env::run(&arguments, &context()?)),
        Command::Uninstall(arguments) => code(uninstall::run(&arguments, &context()?)),
        Command::Upgrade(arguments) => {
            code(upgrade::run(&arguments, &unchecked()?.with_no_delta(arguments.no_delta)))
        }
        Command::Prune(arguments) => code(prune::run(&arguments, &unchecked()?)),
        Command::Link(arguments) => code(link::run(&arguments, &context()?)),
        Command::Import(arguments) => code(import::run(&arguments, &context()?)),
        Command::Config(arguments) => code(config::run(&arguments, printer)),
        Command::Verify(arguments) => code(verify::run(&arguments, &unchecked()?)),
        Command::Audit(arguments) => code(audit::run(&arguments, &unchecked()?)),
        Command::Gate(arguments) => code(gate::run(&arguments, &context()?)),
        Command::Setup(arguments) => code(setup::run(&arguments, printer)),
        Command::Sync(arguments) => {
            code(sync::run(&arguments, unchecked()?.with_no_delta(arguments.no_delta)))
        }
        Command::Doctor(arguments) => code(doctor::run(&arguments, printer)),
        Command::Own(arguments) => code(self_::run(&arguments, &context()?)),
        Command::Init(arguments) => code(init::run(&arguments, printer)),
        Command::Completions(arguments) => code(init::completions(&arguments, printer)),
        Command::Version(arguments) => code(version::run(&arguments, printer)),
        Command::Man(arguments) => code(man::run(&arguments, printer)),
        Command::Complete(arguments) => code(complete::run(&arguments, printer)),
        Command::ExecMissing(arguments) => code(exec_missing::run(&arguments, &context()?)),
    }
}

/// How a verb ends: with success, with an exit code, or never, because another program replaced the process.
trait End {
    fn code(self) -> u8;
}

impl End for () {
    fn code(self) -> u8 {
        0
    }
}

impl End for u8 {
    fn code(self) -> u8 {
        self
    }
}

impl End for Infallible {
    fn code(self) -> u8 {
        match self {}
    }
}

fn code<T: End>(end: Result<T>) -> Result<u8> {
    end.map(End::code)
}
