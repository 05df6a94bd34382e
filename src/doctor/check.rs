//! What a check is, and what it can find.

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

/// A check over facts of the type `F`.
pub struct Check<F> {
    /// Its name on the command line, in outputs and in the reference.
    pub id: &'static str,
    /// What it is about.
    pub area: Area,
    /// Looks.
    pub run: fn(&F) -> Finding,
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
    pub(super) fn new(state: State, seen: impl Into<String>, why: &str) -> Self {
        Finding { state, seen: seen.into(), why: why.to_owned(), mend: None }
    }

    pub(super) fn ok(seen: impl Into<String>) -> Self {
        Finding::new(State::Ok, seen, "")
    }

    pub(super) fn skipped(seen: impl Into<String>) -> Self {
        Finding::new(State::Skipped, seen, "")
    }

    /// What an error says: its message with its details and causes, and its first hint as what to do.
    pub(super) fn of_error(state: State, error: &Error, why: &str) -> Self {
        Finding { mend: error.hints().first().cloned(), ..Finding::new(state, error.summary(), why) }
    }

    #[must_use]
    pub(super) fn mend(mut self, command: impl Into<String>) -> Self {
        self.mend = Some(command.into());
        self
    }
}
