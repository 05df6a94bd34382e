//! Errors for command lines that clap refuses, in gox's words.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::cli::Cli;
use crate::error::{Error, Kind};
use crate::text;

/// Commands of other version managers, and what gox calls them.
const ELSEWHERE: [(&str, &str); 28] = [
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
    ("completion", "gox completions"),
    ("autocomplete", "gox completions"),
    ("self-update", "gox self update"),
    ("selfupdate", "gox self update"),
    ("update-self", "gox self update"),
    ("self-upgrade", "gox self update"),
    ("self upgrade", "gox self update"),
    ("self-uninstall", "gox self uninstall"),
    ("implode", "gox self uninstall"),
];

/// Options that go together with no other, and what does what the user meant.
const APART: [(&str, &str, &str); 1] =
    [("--unset", "--go-mod", "remove the toolchain line from go.mod: `go mod edit -toolchain=none`")];

/// The hint for a comment that the shell has handed on.
pub(super) const COMMENT: &str =
    "zsh hands on a comment as words; in this shell: `setopt interactive_comments`";

/// The error for a command line with a comment, which is not run without it: the words may have been meant.
pub(super) fn of_comment(words: &[OsString]) -> Error {
    Error::new(Kind::Usage, format!("`{}` does not take `#`", command("", words))).hint(COMMENT)
}

/// Turns an error of clap into one of gox: with backticks, without the usage text, and with a command as a hint.
pub(super) fn of(error: &clap::Error, words: &[OsString]) -> Error {
    let said = error.render().to_string().replace('\'', "`");
    let command = command(&said, words);
    let is_conflict = error.kind() == ErrorKind::ArgumentConflict;
    let word = |kind| texts(error, kind).pop();
    let whole = |nearest| format!("{command} {nearest}");
    let (error, nearest) = if let Some(verb) = word(ContextKind::InvalidSubcommand) {
        let error = Error::new(Kind::Usage, format!("`{command}` has no command `{}`", verb.escape_debug()));
        let typed = command.strip_prefix("gox").map(|before| format!("{before} {verb}"));
        if let Some(hint) = typed.and_then(|typed| elsewhere(typed.trim())) {
            return error.hint(hint);
        }
        (error, word(ContextKind::SuggestedSubcommand).filter(|verb| !is_hidden(verb)).map(whole))
    } else if let (ErrorKind::UnknownArgument, Some(argument)) = (error.kind(), word(ContextKind::InvalidArg))
    {
        let message = format!("`{command}` does not take `{}`", argument.escape_debug());
        (Error::new(Kind::Usage, message), word(ContextKind::SuggestedArg).map(whole))
    } else if let Some(message) = sentence(error, &command) {
        (Error::new(Kind::Usage, message), word(ContextKind::SuggestedValue))
    } else {
        let first = said.trim().split("\n\n").next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first).trim_end_matches('.');
        (Error::new(Kind::Usage, message), None)
    };
    let has = |option: &str| words.iter().any(|word| word == option);
    if let Some((.., hint)) = APART.into_iter().find(|(one, other, _)| is_conflict && has(one) && has(other))
    {
        return error.hint(hint);
    }
    error.hint(match nearest {
        Some(nearest) => format!("the nearest is `{nearest}`"),
        None => format!("see `{command} --help`"),
    })
}

/// What is wrong with a value or an argument, as gox says it; `None` for what clap may say.
fn sentence(error: &clap::Error, command: &str) -> Option<String> {
    let texts = |kind| texts(error, kind);
    let names = |kind| texts(kind).iter().map(|argument| name(argument)).collect::<Vec<_>>();
    let arguments = names(ContextKind::InvalidArg).join(" and ");
    let value = texts(ContextKind::InvalidValue).concat();
    let invalid = |why| format!("invalid value `{}` for {arguments}: {why}", text::excerpt(&value));
    match error.kind() {
        ErrorKind::MissingRequiredArgument => Some(format!("`{command}` needs {arguments}")),
        ErrorKind::InvalidValue if value.is_empty() => Some(format!("{arguments} needs a value")),
        ErrorKind::InvalidValue => {
            let valid: Vec<_> =
                texts(ContextKind::ValidValue).iter().map(|word| format!("`{word}`")).collect();
            Some(invalid(format!("it must be one of {}", valid.join(", "))))
        }
        // Every value that is checked, and is not one of a list of words, is a number.
        ErrorKind::ValueValidation => {
            let is_number = value.parse::<u64>().is_ok();
            Some(invalid(
                if is_number { "it must be 1 or more" } else { "it must be a whole number" }.to_owned(),
            ))
        }
        ErrorKind::ArgumentConflict => {
            let other = names(ContextKind::PriorArg).join(" and ");
            Some(if other == arguments {
                format!("{arguments} is given twice")
            } else {
                format!("{arguments} cannot be used with {other}")
            })
        }
        ErrorKind::TooManyValues => Some(format!("{arguments} takes no value")),
        _ => None,
    }
}

/// The words that clap gives of a kind.
fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// An argument of clap without its marks: `--only` of `--only <STEP>`, as a word; TARGET of `[TARGET]...`.
fn name(argument: &str) -> String {
    match argument.strip_prefix("--") {
        Some(option) => format!("`--{}`", option.split([' ', '[', '=']).next().unwrap_or_default()),
        None => argument.trim_matches(['[', ']', '<', '>', '.']).to_owned(),
    }
}

/// What gox has for a command of other managers.
fn elsewhere(verb: &str) -> Option<String> {
    let (_, own) = ELSEWHERE.iter().find(|(theirs, _)| *theirs == verb)?;
    Some(format!("gox calls it `{own}`"))
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
