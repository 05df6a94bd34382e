//! What can be wrong around gox, found and explained: a table of checks, each with an id, over facts that are
//! gathered once.
//!
//! A new area is a file with a `CHECKS` table, a variant of [`Area`] and a line in [`all`]. A check only looks:
//! it changes nothing, and what it says has no password in it.

mod date;
mod editor;
mod environment;
pub mod facts;
mod jsonc;
mod network;
mod path;
mod selection;
mod shell;
mod store;

pub use facts::Facts;
pub use shell::ask as ask_shell;

use crate::error::Error;

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// What is found on PATH.
    Path,
    /// The shell's start-up files.
    Shell,
    /// Variables, and the GOENV file.
    Environment,
    /// What is on disk.
    Store,
    /// What decides which Go runs.
    Selection,
    /// Where toolchains and proofs come from.
    Network,
    /// What editors use.
    Editors,
}

impl Area {
    /// Its word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Area::Path => "path",
            Area::Shell => "shell",
            Area::Environment => "environment",
            Area::Store => "store",
            Area::Selection => "selection",
            Area::Network => "network",
            Area::Editors => "editors",
        }
    }
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All is well.
    Ok,
    /// Nothing is wrong, but it is worth knowing.
    Note,
    /// Something will go wrong in some cases.
    Warning,
    /// Something is broken.
    Failed,
    /// There was nothing to check, or no way to.
    Skipped,
}

impl State {
    /// Its word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Note => "note",
            State::Warning => "warning",
            State::Failed => "failed",
            State::Skipped => "skipped",
        }
    }
}

/// A check.
pub struct Check {
    /// Its name on the command line, in outputs and in the reference.
    pub id: &'static str,
    /// What it is about.
    pub area: Area,
    /// Looks.
    pub run: fn(&Facts) -> Finding,
}

/// What a check found.
#[derive(Debug)]
pub struct Finding {
    /// How grave it is.
    pub state: State,
    /// What was seen.
    pub seen: String,
    /// Why it matters; empty where all is well.
    pub why: String,
    /// The command that mends it, or what to do by hand.
    pub mend: Option<String>,
}

impl Finding {
    fn new(state: State, seen: impl Into<String>, why: &str) -> Self {
        Finding { state, seen: seen.into(), why: why.to_owned(), mend: None }
    }

    fn ok(seen: impl Into<String>) -> Self {
        Finding::new(State::Ok, seen, "")
    }

    fn skipped(seen: impl Into<String>) -> Self {
        Finding::new(State::Skipped, seen, "")
    }

    /// What an error says: its message with its details, and its first hint as what to do.
    fn of_error(state: State, error: &Error, why: &str) -> Self {
        let report = error.report();
        let (text, hints) = report.split_once("\nhint: ").unwrap_or((&report, ""));
        let hint = hints.lines().next().filter(|hint| !hint.is_empty()).map(str::to_owned);
        Finding { mend: hint, ..Finding::new(state, text.replace("\n  ", ", "), why) }
    }

    #[must_use]
    fn mend(mut self, command: impl Into<String>) -> Self {
        self.mend = Some(command.into());
        self
    }
}

/// All checks, in the order in which they are shown.
pub fn all() -> impl Iterator<Item = &'static Check> {
    let tables: [&'static [Check]; 7] = [
        path::CHECKS,
        shell::CHECKS,
        environment::CHECKS,
        store::CHECKS,
        selection::CHECKS,
        network::CHECKS,
        editor::CHECKS,
    ];
    tables.into_iter().flatten()
}

/// The check of that name.
pub fn find(id: &str) -> Option<&'static Check> {
    all().find(|check| check.id == id)
}

/// The name that is most like a word, where one is like it at all.
pub fn nearest(word: &str) -> Option<&'static str> {
    const ALIKE: f64 = 0.7;
    let ranked = all().map(|check| (strsim::jaro_winkler(word, check.id), check.id));
    ranked.filter(|(rank, _)| *rank > ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{all, find, nearest};

    #[test]
    fn ids_are_words_and_each_is_there_once_and_documented() {
        let reference = include_str!("../../docs/reference.md");
        let mut seen = BTreeSet::new();
        for check in all() {
            let id = check.id;
            assert!(seen.insert(id), "{id} is there twice");
            assert!(
                id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{id}"
            );
            assert_eq!(find(id).map(|check| check.id), Some(id));
            assert!(reference.contains(&format!("| `{id}` |")), "{id} is not in docs/reference.md");
        }
        assert_eq!(nearest("path-shim"), Some("path-shims"));
        assert_eq!(nearest("qqqq"), None);
    }
}
