//! Errors for command lines that clap refuses, in gox's words.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::cli::Cli;
use crate::error::{Error, Kind};

/// Commands of other version managers, and what gox calls them.
const ELSEWHERE: [(&str, &str); 22] = [
    ("switch", "gox use"),
    ("ls-remote", "gox available"),
    ("list-remote", "gox available"),
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
    ("completion", "gox completions"),
    ("autocomplete", "gox completions"),
];

/// What other managers call their own update.
const SELF: [&str; 5] = ["self", "self-update", "selfupdate", "update-self", "self-upgrade"];

/// Options that go together with no other, and what does what the user meant.
const APART: [(&str, &str, &str); 1] =
    [("--unset", "--go-mod", "remove the toolchain line from go.mod: `go mod edit -toolchain=none`")];

/// Turns an error of clap into one of gox: with backticks, without the usage text, and with a command as a hint.
pub(super) fn of(error: &clap::Error, words: &[OsString]) -> Error {
    let text = error.render().to_string().replace('\'', "`");
    let command = command(&text, words);
    let is_conflict = error.kind() == ErrorKind::ArgumentConflict;
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.last().cloned(),
        _ => None,
    };
    let (error, nearest) = if let Some(verb) = word(ContextKind::InvalidSubcommand) {
        if let Some((_, own)) = ELSEWHERE.iter().find(|(theirs, _)| command == "gox" && *theirs == verb) {
            return no_command(&command, &verb).hint(format!("gox calls it `{own}`"));
        }
        if command == "gox" && SELF.contains(&verb.as_str()) {
            let build = "`cargo install --path . --locked` in a newer copy of its sources";
            return no_command(&command, &verb)
                .hint(format!("gox does not update itself: build it again as you installed it, by {build}"));
        }
        (no_command(&command, &verb), word(ContextKind::SuggestedSubcommand).filter(|verb| !is_hidden(verb)))
    } else if let (ErrorKind::UnknownArgument, Some(argument)) = (error.kind(), word(ContextKind::InvalidArg))
    {
        let message = format!("`{command}` does not take `{}`", argument.escape_debug());
        (Error::new(Kind::Usage, message), word(ContextKind::SuggestedArg))
    } else {
        let first = text.trim().split("\n\n").next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first).trim_end_matches('.');
        (Error::new(Kind::Usage, message), None)
    };
    let has = |option: &str| words.iter().any(|word| word == option);
    if let Some((.., hint)) = APART.into_iter().find(|(one, other, _)| is_conflict && has(one) && has(other))
    {
        return error.hint(hint);
    }
    error.hint(match nearest {
        Some(nearest) => format!("the nearest is `{command} {nearest}`"),
        None => format!("see `{command} --help`"),
    })
}

fn no_command(command: &str, verb: &str) -> Error {
    Error::new(Kind::Usage, format!("`{command}` has no command `{}`", verb.escape_debug()))
}

/// The command that was called, such as `gox config set`: that of the usage text, which not every error has, else the
/// verb of the command line.
fn command(text: &str, words: &[OsString]) -> String {
    // `Usage: gox install [OPTIONS] [REQUEST]...`
    if let Some(usage) = text.lines().find_map(|line| line.strip_prefix("Usage: ")) {
        let is_word = |word: &&str| word.starts_with(|first: char| first.is_ascii_lowercase());
        return usage.split(' ').take_while(is_word).collect::<Vec<_>>().join(" ");
    }
    let verb = words.iter().skip(1).find(|word| !word.as_encoded_bytes().starts_with(b"-"));
    let cli = Cli::command();
    match verb.and_then(|verb| cli.find_subcommand(verb)) {
        Some(verb) => format!("gox {}", verb.get_name()),
        None => "gox".to_owned(),
    }
}

/// Whether a command is not for users. `gox version` is hidden only because `--version` says the same.
fn is_hidden(verb: &str) -> bool {
    verb != "version" && Cli::command().find_subcommand(verb).is_some_and(clap::Command::is_hide_set)
}
