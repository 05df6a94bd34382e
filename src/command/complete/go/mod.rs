//! What can complete a command line of the go command, without starting it, within a few milliseconds.

mod folders;
mod functions;
mod line;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ffi::OsString;

use line::Line;
use table::{COMMANDS, Command, Kind, PLATFORMS, TOPICS, VARIABLES};

/// The candidates for the last word.
pub(super) fn candidates(words: &[OsString]) -> Vec<String> {
    // The program itself is not completed.
    if words.len() < 2 {
        return Vec::new();
    }
    let line = Line::of(words);
    let found = match line.program() {
        "gox_cd" | "gox_cover" | "gox_size" => folders::packages(&line.directory(), line.last()),
        "gox_cross" => list(PLATFORMS),
        "gox_env" => variables(&line, !line.has("-u")),
        _ => of_go(&line),
    };
    let fits = found.into_iter().filter(|word| word.strip_prefix(line.last()).is_some_and(is_plain));
    fits.filter_map(|word| Some(word.get(line.kept()..)?.to_owned())).collect()
}

/// Whether no shell finds a meaning in the text, which bash puts on the command line as it is.
fn is_plain(text: &str) -> bool {
    text.chars().all(|sign| sign.is_alphanumeric() || "_./=+@:,^~-".contains(sign))
}

fn list(words: &str) -> Vec<String> {
    words.split(' ').map(str::to_owned).collect()
}

fn of_go(line: &Line) -> Vec<String> {
    let typed = line.last();
    let Some(verb) = line.verb() else {
        return match typed.strip_prefix('+') {
            Some(typed) if line.is_first() => {
                super::gox::requests(typed).into_iter().map(|request| format!("+{request}")).collect()
            }
            _ if typed.starts_with('-') => vec!["-C".to_owned()],
            _ => verbs(""),
        };
    };
    let below = verbs(verb);
    let name = match line.behind_verb() {
        _ if below.is_empty() => verb.to_owned(),
        [word, ..] => format!("{verb} {word}"),
        [] => return below,
    };
    let command = COMMANDS.into_iter().find(|command| command.name == name);
    command.map_or_else(Vec::new, |command| of_command(line, command))
}

/// The commands of `verb`, or with an empty one those of go.
fn verbs(verb: &str) -> Vec<String> {
    let names = COMMANDS.iter().map(|command| command.name);
    if verb.is_empty() {
        return names.filter(|name| !name.contains(' ')).map(str::to_owned).collect();
    }
    names.filter_map(|name| Some(name.strip_prefix(verb)?.strip_prefix(' ')?.to_owned())).collect()
}

/// The candidates for a flag, its value or an argument of a command.
fn of_command(line: &Line, command: Command) -> Vec<String> {
    let words = &line.behind_verb()[command.name.matches(' ').count()..];
    let typed = line.last();
    // What follows is for the program that is tested.
    if words.iter().any(|word| flag(word) == Some("args")) {
        return Vec::new();
    }
    let arguments = arguments(command, words);
    if let Some((before, value)) = typed.split_once('=').filter(|_| typed.starts_with('-')) {
        let values = flag(before).map(|flag| values(line, command, flag, value, &arguments));
        return values.into_iter().flatten().map(|value| format!("{before}={value}")).collect();
    }
    if let Some(flag) = words.last().and_then(|word| takes_value(command, word)) {
        return values(line, command, flag, typed, &arguments);
    }
    if typed.starts_with('-') {
        let dashes = if typed.starts_with("--") { "--" } else { "-" };
        return command.flags().map(|(flag, _)| format!("{dashes}{flag}")).collect();
    }
    match (command.name, &arguments[..]) {
        ("help", []) => [verbs(""), list(TOPICS)].concat(),
        ("help", [verb]) => verbs(verb),
        // What follows is for the program.
        ("run" | "tool" | "telemetry" | "help", [_, ..]) => Vec::new(),
        _ => match command.arguments {
            Kind::Packages => folders::packages(&line.directory(), typed),
            Kind::Variables => variables(line, line.has("-w")),
            Kind::Words(words) => list(words),
            Kind::Other => Vec::new(),
        },
    }
}

/// The name of a flag without its one or two dashes; `None` for what is none.
fn flag(word: &str) -> Option<&str> {
    let name = word.strip_prefix('-')?;
    Some(name.strip_prefix('-').unwrap_or(name))
}

/// The flag that `word` is, if the word behind it is its value.
fn takes_value(command: Command, word: &str) -> Option<&str> {
    let name = flag(word)?;
    command.flags().any(|(flag, has_value)| has_value && flag == name).then_some(name)
}

/// The words that are neither flags nor their values.
fn arguments(command: Command, words: &[String]) -> Vec<&str> {
    let before = std::iter::once("").chain(words.iter().map(String::as_str));
    let words = words.iter().map(String::as_str).zip(before);
    let plain =
        words.filter(|(word, before)| !word.starts_with('-') && takes_value(command, before).is_none());
    plain.map(|(word, _)| word).collect()
}

/// The values of a flag.
fn values(line: &Line, command: Command, flag: &str, typed: &str, arguments: &[&str]) -> Vec<String> {
    let kinds: &[&str] = match (command.name, flag) {
        (_, "mod") => return list("mod readonly vendor"),
        (_, "buildmode") => return list("archive c-archive c-shared default exe pie plugin shared"),
        (_, "buildvcs") => return list("auto false true"),
        (_, "compiler") => return list("gc gccgo"),
        (_, "covermode") => return list("atomic count set"),
        ("test", "shuffle") => return list("off on"),
        ("test", "run") => &["Test", "Example", "Fuzz"],
        ("test", "bench") => &["Benchmark"],
        ("test", "fuzz") => &["Fuzz"],
        ("test", "skip" | "list") => &["Test", "Example", "Fuzz", "Benchmark"],
        _ => return Vec::new(),
    };
    // They are regular expressions.
    let start = if typed.starts_with('^') { "^" } else { "" };
    let directory = line.directory();
    let here = arguments.iter().filter(|argument| argument.starts_with(['.', '/']));
    let mut folders: Vec<_> = here.flat_map(|pattern| folders::of(&directory, pattern)).collect();
    if folders.is_empty() {
        folders.push(directory);
    }
    functions::named(&folders, kinds).into_iter().map(|name| format!("{start}{name}")).collect()
}

/// The names of Go's variables, with a `=` if they are to be set, and then the values of some.
fn variables(line: &Line, are_set: bool) -> Vec<String> {
    let pairs = PLATFORMS.split(' ').filter_map(|pair| pair.split_once('/'));
    let values: BTreeSet<&str> = match line.last().split_once('=') {
        Some(("GOOS", _)) => pairs.map(|(system, _)| system).collect(),
        Some(("GOARCH", _)) => {
            let system = line.behind_verb().iter().find_map(|word| word.strip_prefix("GOOS="));
            let fits = pairs.filter(|(other, _)| system.is_none_or(|system| system == *other));
            fits.map(|(_, architecture)| architecture).collect()
        }
        Some(_) => return Vec::new(),
        None => {
            let end = if are_set { "=" } else { "" };
            return VARIABLES.split(' ').map(|name| format!("{name}{end}")).collect();
        }
    };
    let name = &line.last()[..=line.last().find('=').unwrap_or(0)];
    values.into_iter().map(|value| format!("{name}{value}")).collect()
}
