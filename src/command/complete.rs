//! `gox complete`, hidden: what can follow a command line, for the completions of the shells. It asks nobody
//! and never fails: where there is nothing to say, it says nothing.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use clap::CommandFactory;
use clap_complete::{CompletionCandidate as Candidate, engine};

use super::cli::{Cli, Complete};
use crate::doctor;
use crate::error::Result;
use crate::go::request;
use crate::go::version::Version;
use crate::select::world::World;
use crate::settings::keys;
use crate::source::known;
use crate::store::inventory::{self, Toolchain};
use crate::ui::printer::Printer;

/// Where nothing is typed yet, this many lines of releases are offered.
const LINES: usize = 6;

/// Prints a word in each line, with what it means behind a tab.
pub fn run(arguments: &Complete, printer: &Printer) -> Result<()> {
    let mut words = arguments.words.clone();
    // A shell may leave out the empty word under the cursor.
    if words.len() == arguments.index {
        words.push("".into());
    }
    let found = engine::complete(&mut Cli::command(), words, arguments.index, None).unwrap_or_default();
    for candidate in found.iter().filter(|candidate| !candidate.is_hide_set()) {
        let help =
            candidate.get_help().map(|help| help.to_string().lines().next().unwrap_or_default().to_owned());
        let help = help.map_or_else(String::new, |help| format!("\t{help}"));
        printer.data(&format!("{}{help}", candidate.get_value().to_string_lossy()))?;
    }
    Ok(())
}

fn toolchains() -> Vec<Toolchain> {
    World::process().map_or_else(|_| Vec::new(), |world| inventory::all(&world.homes))
}

/// Those that begin with what was typed, in this order, each once.
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
pub fn installed(current: &OsStr) -> Vec<Candidate> {
    let names =
        toolchains().into_iter().map(|toolchain| (request::of_toolchain(&toolchain.name), "installed"));
    beginning(current, names)
}

/// The lines that are installed.
pub fn lines(current: &OsStr) -> Vec<Candidate> {
    let versions = toolchains().into_iter().filter_map(|toolchain| toolchain.version);
    beginning(current, versions.map(|version| (version.line().to_string(), "installed")))
}

/// What is installed, and what was released.
pub fn any(current: &OsStr) -> Vec<Candidate> {
    let installed =
        toolchains().into_iter().map(|toolchain| (request::of_toolchain(&toolchain.name), "installed"));
    let words = [("latest", "the newest release"), ("oldstable", "the newest of the line before")];
    let words = words.map(|(word, help)| (word.to_owned(), help));
    let released = released(current.is_empty()).into_iter().map(|version| (version.full(), "released"));
    beginning(current, installed.chain(words).chain(released))
}

/// The newest first; where nothing is typed, only the newest of the newest lines.
fn released(few: bool) -> Vec<Version> {
    let Ok(world) = World::process() else { return Vec::new() };
    let mut versions = known::versions(world.home());
    versions.sort_unstable_by(|a, b| b.cmp(a));
    if few {
        let mut lines = BTreeSet::new();
        versions.retain(|version| version.is_release() && lines.insert(version.line()));
        versions.truncate(LINES);
    }
    versions
}

/// The names of settings.
pub fn settings(current: &OsStr) -> Vec<Candidate> {
    beginning(current, keys::ALL.iter().map(|key| (key.name.to_owned(), key.variable)))
}

/// The commands of gox.
pub fn verbs(current: &OsStr) -> Vec<Candidate> {
    let gox = Cli::command();
    let shown = gox.get_subcommands().filter(|verb| !verb.is_hide_set());
    beginning(current, shown.map(|verb| (verb.get_name().to_owned(), "a command of gox")))
}

/// The names of checks.
pub fn checks(current: &OsStr) -> Vec<Candidate> {
    beginning(current, doctor::all().map(|check| (check.id.to_owned(), check.area.word())))
}
