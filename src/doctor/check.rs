//! A check of `gox doctor`, and its finding.

use crate::error::Error;

/// The part of the system that a check examines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// The programs found on PATH.
    Path,
    /// The shell's start-up files.
    Shell,
    /// Environment variables and the GOENV file.
    Environment,
    /// The files in the store.
    Store,
    /// The default, pins and settings that select a Go.
    Selection,
    /// The sources of toolchains and the checksum database.
    Network,
    /// The Go that editors are set to use.
    Editors,
    /// What the Windows Subsystem for Linux makes different.
    Wsl,
    /// What builds need, and whether they work.
    Build,
    /// The Git repository of the current directory.
    Git,
    /// The user's keys for SSH, and the agent that holds them.
    Ssh,
    /// Bash, and how it reads lines.
    Bash,
    /// The files that `gox setup` has written.
    Setup,
}

impl Area {
    /// All areas, in the order in which they are shown.
    pub const ALL: [Area; 13] = [
        Area::Path,
        Area::Shell,
        Area::Environment,
        Area::Store,
        Area::Selection,
        Area::Network,
        Area::Editors,
        Area::Wsl,
        Area::Build,
        Area::Git,
        Area::Ssh,
        Area::Bash,
        Area::Setup,
    ];

    /// The name on the command line and in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Area::Path => "path",
            Area::Shell => "shell",
            Area::Environment => "environment",
            Area::Store => "store",
            Area::Selection => "selection",
            Area::Network => "network",
            Area::Editors => "editors",
            Area::Wsl => "wsl",
            Area::Build => "build",
            Area::Git => "git",
            Area::Ssh => "ssh",
            Area::Bash => "bash",
            Area::Setup => "setup",
        }
    }
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No problem was found.
    Ok,
    /// Nothing is wrong, but the user may want to know it.
    Note,
    /// Something goes wrong in some cases.
    Warning,
    /// Something is broken.
    Failed,
    /// There was nothing to check, or the check was not possible.
    Skipped,
}

impl State {
    /// The name in outputs.
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
    /// The name on the command line, in outputs and in the reference.
    pub id: &'static str,
    /// The part of the system that the check examines.
    pub area: Area,
    /// Runs the check.
    pub run: fn(&F) -> Finding,
}

impl<F> Check<F> {
    /// Whether `word` names the check, by its id or its area.
    pub fn is_named(&self, word: &str) -> bool {
        self.id == word || self.area.word() == word
    }
}

/// The finding of a check.
#[derive(Debug)]
pub struct Finding {
    /// The severity.
    pub state: State,
    /// The fact that the check found.
    pub seen: String,
    /// The consequence for the user; empty for [`State::Ok`] and [`State::Skipped`].
    pub why: String,
    /// The command that fixes the problem, or the steps to do by hand.
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

    /// A finding with the message, details and causes of `error`, and its first hint as the fix.
    pub(super) fn of_error(state: State, error: &Error, why: &str) -> Self {
        Finding { mend: error.hints().first().cloned(), ..Finding::new(state, error.summary(), why) }
    }

    #[must_use]
    pub(super) fn mend(mut self, command: impl Into<String>) -> Self {
        self.mend = Some(command.into());
        self
    }
}

/// `1 file`, `2 files`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
