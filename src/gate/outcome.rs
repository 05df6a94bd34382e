//! What a step found.

use std::path::Path;
use std::time::Duration;

use super::process::End;
use crate::error::{Kind, Result};
use crate::text;

/// How a step ended. Of several the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// There was nothing to look at, or it could not be looked at here.
    Skipped,
    /// All is well.
    Ok,
    /// Something is wrong with what is committed.
    Found,
    /// A tool is missing, or did not do its work.
    Failed,
}

impl State {
    /// The word for people and for `--json`.
    pub fn word(self) -> &'static str {
        match self {
            State::Skipped => "skipped",
            State::Ok => "ok",
            State::Found => "found",
            State::Failed => "failed",
        }
    }
}

/// What a step found.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub state: State,
    /// The exit code that it gives.
    pub code: u8,
    /// What there is to know besides; may be empty.
    pub why: String,
    /// What the tools printed about what is wrong.
    pub findings: String,
    /// What to do about it, where that can be told.
    pub hint: Option<String>,
}

impl Outcome {
    /// Nothing was looked at.
    pub(super) fn skipped(why: impl Into<String>) -> Self {
        Outcome { state: State::Skipped, code: 0, why: why.into(), findings: String::new(), hint: None }
    }

    /// All is well.
    pub(super) fn ok() -> Self {
        Outcome { state: State::Ok, ..Outcome::skipped("") }
    }

    /// Something is wrong.
    pub(super) fn found(findings: impl Into<String>) -> Self {
        let code = Kind::Refused.code();
        Outcome { state: State::Found, code, findings: findings.into(), ..Outcome::skipped("") }
    }

    /// A tool did not do its work; what it printed may say why.
    pub(super) fn failed(kind: Kind, why: impl Into<String>, printed: impl Into<String>) -> Self {
        let state = State::Failed;
        Outcome { state, code: kind.code(), findings: printed.into(), ..Outcome::skipped(why) }
    }

    /// What the end of `tool` means; `judge` decides about exit codes.
    pub(super) fn of(
        tool: &str,
        limit: Duration,
        run: Result<(End, String)>,
        judge: impl FnOnce(i32, String) -> Self,
    ) -> Self {
        match run {
            Ok((End::Code(code), printed)) => judge(code, printed),
            Ok((End::Signal(signal), printed)) => {
                Outcome::failed(Kind::CannotRun, format!("`{tool}` was ended by signal {signal}"), printed)
            }
            Ok((End::TimedOut, printed)) => {
                let why = format!("`{tool}` did not end within {} s", limit.as_secs());
                Outcome::failed(Kind::CannotRun, why, printed)
            }
            Err(error) => Outcome::failed(error.kind(), error.line(), ""),
        }
    }

    /// An exit code that `tool` should not give.
    pub(super) fn strange(tool: &str, code: i32, printed: String) -> Self {
        Outcome::failed(Kind::CannotRun, format!("`{tool}` ended with code {code}"), printed)
    }

    /// Joins the outcomes of modules, each with its folder. Where some were skipped and others not, it says which.
    pub(super) fn of_modules(outcomes: Vec<(&Path, Outcome)>) -> Option<Self> {
        let (skipped, judged): (Vec<_>, Vec<_>) =
            outcomes.into_iter().partition(|(_, outcome)| outcome.state == State::Skipped);
        let joined = |all: Vec<(&Path, Outcome)>| {
            all.into_iter().map(|(_, outcome)| outcome).reduce(|all, next| all.and(&next))
        };
        let Some(all) = joined(judged) else { return joined(skipped) };
        let mut reasons: Vec<(String, Vec<&Path>)> = Vec::new();
        for (folder, Outcome { why, .. }) in skipped {
            match reasons.iter_mut().find(|(other, _)| *other == why) {
                Some((_, folders)) => folders.push(folder),
                None => reasons.push((why, vec![folder])),
            }
        }
        let beside = |(why, folders): &(String, Vec<&Path>)| match folders[..] {
            [folder] if folder.as_os_str().is_empty() => format!("`.` was skipped: {why}"),
            [folder] => format!("`{}` was skipped: {why}", text::path(folder)),
            _ => format!("{} modules were skipped: {why}", folders.len()),
        };
        Some(reasons.iter().map(beside).fold(all, |all, why| all.and(&Outcome::skipped(why))))
    }

    /// Joins two outcomes: the worse state, the greater code, all reasons and findings.
    #[must_use]
    pub(super) fn and(mut self, other: &Outcome) -> Self {
        if other.why != self.why {
            let separator = if self.why.is_empty() || other.why.is_empty() { "" } else { "; " };
            self.why = format!("{}{separator}{}", self.why, other.why);
        }
        self.state = self.state.max(other.state);
        self.code = self.code.max(other.code);
        self.findings += &other.findings;
        self
    }
}
