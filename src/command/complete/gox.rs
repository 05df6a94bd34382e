//! What can complete a command line of gox itself.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use clap::CommandFactory;
use clap_complete::{ArgValueCompleter, CompletionCandidate as Candidate, engine};

use crate::command::cli::Cli;
use crate::command::config_line::Subject;
use crate::doctor;
use crate::go::version::{Line, Version};
use crate::select::world::World;
use crate::settings::keys;
use crate::source::known;
use crate::store::inventory::{self, Toolchain};

/// How many lines of releases are offered before anything is typed.
const LINES: usize = 6;

/// The candidates for the last word, each with a tab and its meaning if it has one.
pub(super) fn candidates(words: Vec<OsString>) -> Vec<String> {
    let last = words.len().saturating_sub(1);
    let found = engine::complete(&mut completing(), words, last, None).unwrap_or_default();
    let shown = found.iter().filter(|candidate| !candidate.is_hide_set());
    shown.map(line).collect()
}

fn line(candidate: &Candidate) -> String {
    let help =
        candidate.get_help().map(|help| help.to_string().lines().next().unwrap_or_default().to_owned());
    let help = help.map_or_else(String::new, |help| format!("\t{help}"));
    format!("{}{help}", candidate.get_value().to_string_lossy())
}

/// The requests that begin with the text that was typed: of what is installed, and only where nothing is, of what was
/// released.
pub(super) fn requests(typed: &str) -> Vec<String> {
    let found = any(OsStr::new(typed));
    found.iter().map(|candidate| candidate.get_value().to_string_lossy().into_owned()).collect()
}

/// Gives the candidates that begin with the text that was typed.
type Completer = fn(&OsStr) -> Vec<Candidate>;

/// The commands, their arguments by clap's id, and the completer for each.
const COMPLETERS: [(&str, &str, Completer); 15] = [
    ("install", "requests", released),
    ("available", "request", released),
    ("default", "request", any),
    ("use", "request", any),
    ("pin", "request", any),
    ("exec", "request", any),
    ("root", "request", installed_or_system),
    ("env", "request", installed_or_system),
    ("uninstall", "versions", installed),
    ("verify", "versions", installed),
    ("audit", "requests", any),
    ("upgrade", "requests", lines),
    ("config", "key", subjects),
    ("doctor", "checks", checks),
    ("man", "command", verbs),
];

/// The command line with a completer for each argument that has one.
fn completing() -> clap::Command {
    let add = |command: clap::Command, argument: &str, completer: Completer| {
        // `mut_arg` moves an argument to the end, so all of them are passed through it, which keeps their order.
        let ids: Vec<clap::Id> =
            command.get_positionals().map(|argument| argument.get_id().clone()).collect();
        ids.into_iter().fold(command, |command, id| {
            let is_it = id == argument;
            command.mut_arg(id, |argument| {
                if is_it { argument.add(ArgValueCompleter::new(completer)) } else { argument }
            })
        })
    };
    let gox = COMPLETERS.into_iter().fold(Cli::command(), |gox, (verb, argument, completer)| {
        gox.mut_subcommand(verb, |verb| add(verb, argument, completer))
    });
    gox.mut_subcommand("config", |config| {
        let of_change: [(&str, Completer); 3] = [("get", subjects), ("set", settings), ("unset", settings)];
        of_change.into_iter().fold(config, |config, (change, completer)| {
            config.mut_subcommand(change, |change| add(change, "key", completer))
        })
    })
}

fn toolchains() -> Vec<Toolchain> {
    World::process().map_or_else(|_| Vec::new(), |world| inventory::all(&world.homes))
}

/// The candidates that begin with the text that was typed, in their order, each once.
fn beginning(
    current: &OsStr,
    candidates: impl IntoIterator<Item = (String, &'static str)>,
) -> Vec<Candidate> {
    let typed = current.to_string_lossy();
    let mut seen = BTreeSet::new();
    let fits =
        candidates.into_iter().filter(|(word, _)| word.starts_with(&*typed) && seen.insert(word.clone()));
    fits.map(|(word, help)| Candidate::new(word).help(Some(help.into()))).collect()
}

/// Installed versions and names.
fn installed(current: &OsStr) -> Vec<Candidate> {
    let names = toolchains().into_iter().map(|toolchain| (toolchain.name.request().to_string(), "installed"));
    beginning(current, names)
}

/// Installed versions and names, and the word for the system's Go.
fn installed_or_system(current: &OsStr) -> Vec<Candidate> {
    let mut found = installed(current);
    found.extend(system(current));
    found
}

/// The lines that are installed.
fn lines(current: &OsStr) -> Vec<Candidate> {
    let versions = toolchains().into_iter().filter_map(|toolchain| toolchain.version().cloned());
    beginning(current, versions.map(|version| (version.line().to_string(), "installed")))
}

/// Installed versions and all words; only where no installed version fits, the released ones.
fn any(current: &OsStr) -> Vec<Candidate> {
    let mut found = installed(current);
    found.extend(if found.is_empty() { released(current) } else { words(current) });
    found.extend(system(current));
    found
}

/// The words for releases, and released versions: while several lines fit only the newest of each, because all of
/// them would fill the screen.
fn released(current: &OsStr) -> Vec<Candidate> {
    let Ok(world) = World::process() else { return words(current) };
    let typed = current.to_string_lossy();
    let mut versions = known::versions(world.home());
    versions.retain(|version| version.full().starts_with(&*typed));
    // Releases first, the newest first.
    versions.sort_unstable_by(|a, b| (b.is_release(), b).cmp(&(a.is_release(), a)));
    let lines: BTreeSet<Line> = versions.iter().map(Version::line).collect();
    if lines.len() > 1 {
        let mut seen = BTreeSet::new();
        versions.retain(|version| seen.insert(version.line()));
        versions.sort_unstable_by(|a, b| b.cmp(a));
    }
    if typed.is_empty() {
        versions.retain(Version::is_release);
        versions.truncate(LINES);
    }
    let mut found = words(current);
    found.extend(beginning(current, versions.into_iter().map(|version| (version.full(), "released"))));
    found
}

/// The words for releases.
fn words(current: &OsStr) -> Vec<Candidate> {
    let words = [("latest", "the newest release"), ("oldstable", "the newest of the line before")];
    beginning(current, words.map(|(word, help)| (word.to_owned(), help)))
}

/// The word for the system's Go.
fn system(current: &OsStr) -> Vec<Candidate> {
    beginning(current, [("system".to_owned(), "the first other Go on PATH")])
}

/// What `gox config` shows.
fn subjects(current: &OsStr) -> Vec<Candidate> {
    beginning(current, Subject::all().map(|subject| (subject.name.to_owned(), subject.variable)))
}

/// The names of settings.
fn settings(current: &OsStr) -> Vec<Candidate> {
    beginning(current, keys::ALL.iter().map(|key| (key.name.to_owned(), key.variable)))
}

/// The commands of gox.
fn verbs(current: &OsStr) -> Vec<Candidate> {
    let gox = Cli::command();
    let shown = gox.get_subcommands().filter(|verb| !verb.is_hide_set());
    beginning(current, shown.map(|verb| (verb.get_name().to_owned(), "a command of gox")))
}

/// The names of areas and of checks.
fn checks(current: &OsStr) -> Vec<Candidate> {
    let areas = doctor::Area::ALL.into_iter().map(|area| (area.word().to_owned(), "all checks of this area"));
    beginning(current, areas.chain(doctor::all().map(|check| (check.id.to_owned(), check.area.word()))))
}
