//! An action of `gox sync`: what it does, and how it ended.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Value, json};

use crate::error::Result;
use crate::go::name::ToolchainName;
use crate::setup::target::Target;
use crate::text;

/// An action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What to do.
    pub task: Task,
    /// What there is before; `None` for nothing.
    pub from: Option<String>,
    /// What there is after; `None` for nothing.
    pub to: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How an action ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It is not done, or not yet.
    #[default]
    Planned,
    /// It is done.
    Done,
    /// It failed, with the error in one line, or cannot be done.
    Failed(String),
}

impl Outcome {
    /// How something ended.
    pub fn of(ended: &Result<()>) -> Self {
        ended.as_ref().map_or_else(|error| Outcome::Failed(error.summary()), |()| Outcome::Done)
    }
}

/// What an action does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Gives a setting the value of the action, or takes it out.
    Settings(&'static str),
    /// Installs a toolchain, again if it is there.
    Install(ToolchainName),
    /// Makes a toolchain the default.
    Default(ToolchainName),
    /// Sets a target of `gox setup` up, or takes it back.
    Setup(Target),
    /// Takes a target of `gox setup` back in these files.
    GiveBack(Target, BTreeSet<String>),
    /// Removes a toolchain.
    Remove(ToolchainName),
}

impl Action {
    pub(super) fn new(task: Task, from: Option<&str>, to: Option<&str>) -> Self {
        let [from, to] = [from, to].map(|value| value.map(str::to_owned));
        Action { task, from, to, outcome: Outcome::default() }
    }

    /// The kind and the object of the action.
    fn words(&self) -> (&'static str, String) {
        match &self.task {
            Task::Settings(key) => ("settings", (*key).to_owned()),
            Task::Install(name) => ("install", name.request().to_string()),
            Task::Default(_) => ("default", String::new()),
            Task::Setup(target) | Task::GiveBack(target, _) => ("setup", target.name().to_owned()),
            Task::Remove(name) => ("remove", name.request().to_string()),
        }
    }

    /// What it installs.
    pub fn install(&self) -> Option<&ToolchainName> {
        match &self.task {
            Task::Install(name) => Some(name),
            _ => None,
        }
    }

    /// The action for programs.
    pub fn object(&self) -> Value {
        let (kind, what) = self.words();
        let [from, to] = [&self.from, &self.to].map(|value| value.as_deref().map(text::without_password));
        let (result, error) = match &self.outcome {
            Outcome::Planned => ("planned", None),
            Outcome::Done => ("done", None),
            Outcome::Failed(error) => ("failed", Some(error)),
        };
        let what = if what.is_empty() { kind } else { &what };
        json!({ "kind": kind, "what": what, "from": from, "to": to, "result": result, "error": error })
    }
}

/// A line such as `+ install 1.26.8` or `~ default 1.25.14 -> 1.26.8`.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match (&self.from, &self.to) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        };
        let (kind, what) = self.words();
        let line = format!("{sign} {kind} {what}");
        let [from, to] = [&self.from, &self.to].map(|value| value.as_deref().map(text::without_password));
        f.write_str(line.trim_end())?;
        match (&self.task, from, to) {
            (Task::Settings(_) | Task::Default(_), Some(from), Some(to)) => write!(f, " {from} -> {to}"),
            (Task::Settings(_) | Task::Default(_), None, Some(to)) => write!(f, " {to}"),
            (Task::Install(_) | Task::Setup(_), Some(from), Some(_)) => write!(f, ", which is {from}"),
            _ => Ok(()),
        }
    }
}
