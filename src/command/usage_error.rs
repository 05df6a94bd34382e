//! Errors for command lines that clap refuses, in gox's words.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::cli::Cli;
use crate::error::{Error, Kind};

/// Commands of other version managers, and what gox calls them.
const ELSEWHERE: [(&str, &str); 18] = [
    ("ls-remote", "gox available"),
    ("list-all", "gox available"),
    ("listall", "gox available"),
    ("search", "gox available"),
    ("remove", "gox uninstall"),
    ("rm", "gox uninstall"),
    ("current", "gox status"),
    ("versions", "gox list"),
    ("local", "gox pin"),
    ("unpin", "gox pin --unset"),
    ("global", "gox default"),
    ("shell", "gox use"),
    ("unuse", "gox use --unset"),
    ("deactivate", "gox use --unset"),
    ("unlink", "gox uninstall"),
    ("run", "gox exec"),
    ("update", "gox upgrade"),
    ("env", "gox config"),
];

/// Turns an error of clap into one of gox: with backticks, without the usage text, and with a command as a hint.
pub(super) fn of(error: &clap::Error, words: &[OsString]) -> Error {
    let text = error.render().to_string().replace('\'', "`");
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.last().cloned(),
        _ => None,
    };
    // `gox install` of `Usage: gox install [OPTIONS] [REQUEST]...`, which not every error has.
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
    let is_word = |word: &&str| word.starts_with(|first: char| first.is_ascii_lowercase());
    let verb = words.iter().skip(1).find(|word| !word.as_encoded_bytes().starts_with(b"-"));
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
