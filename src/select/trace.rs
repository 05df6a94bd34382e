//! What the resolver looked at and what came of it, for whoever wants to show it.

use std::fmt;

use super::reason::{Reason, Rule};

/// What came of a rule that had something to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the base, and runs as it is.
    Exact,
    /// It is the base, and lines may raise it.
    Floor,
    /// It takes over from what was chosen before.
    Raises,
    /// It was heard, and the choice stays as it was.
    Keeps,
    /// Nobody set it, so that it counts as this.
    Default,
}

/// Why a rule was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// An earlier rule gave the base.
    BaseFound,
    /// The directory cannot be told.
    NoDirectory,
    /// The base is exact.
    Exact,
    /// The base is the system's Go, which decides for itself.
    System,
    /// Modules are off.
    ModulesOff,
    /// The command is one that the Go which was started answers itself.
    Exempt,
    /// GOTOOLCHAIN gives the lines no say.
    Fixed,
    /// Neither a go.work nor a go.mod governs.
    NoProject,
    /// The toolchain line is `default`.
    ToolchainDefault,
    /// A linked toolchain that does not say its version decides for itself.
    UnknownVersion,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::BaseFound => "an earlier rule decided",
            Why::NoDirectory => "the directory cannot be told",
            Why::Exact => "the pin is exact",
            Why::System => "the system's Go decides for itself",
            Why::ModulesOff => "modules are off",
            Why::Exempt => "this command is answered by the Go that was started",
            Why::Fixed => "`GOTOOLCHAIN` does not let it",
            Why::NoProject => "there is no go.mod or go.work",
            Why::ToolchainDefault => "the toolchain line is `default`",
            Why::UnknownVersion => "the version of a linked toolchain is unknown",
        })
    }
}

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It had something to say.
    Heard(Reason, Verdict),
    /// It was looked at and had nothing to say.
    Nothing(Rule),
    /// It was not looked at.
    NotAsked(Rule, Why),
}

impl Step {
    /// The rule that this is about.
    pub fn rule(&self) -> Rule {
        match self {
            Step::Heard(reason, _) => reason.rule,
            Step::Nothing(rule) | Step::NotAsked(rule, _) => *rule,
        }
    }
}

/// The whole chain: every rule, in the order of [`Rule::ALL`], with what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The steps.
    pub steps: Vec<Step>,
}

impl Trace {
    /// The rule that gave the base; those after it, up to the system's Go, are not looked at.
    pub(super) fn base(&mut self, reason: &Reason, verdict: Verdict) {
        self.heard(reason.clone(), verdict);
        let later = Rule::ALL.into_iter().filter(|rule| *rule > reason.rule && *rule <= Rule::System);
        self.steps.extend(later.map(|rule| Step::NotAsked(rule, Why::BaseFound)));
    }

    pub(super) fn heard(&mut self, reason: Reason, verdict: Verdict) {
        self.steps.push(Step::Heard(reason, verdict));
    }

    pub(super) fn nothing(&mut self, rule: Rule) {
        self.steps.push(Step::Nothing(rule));
    }

    pub(super) fn not_asked(&mut self, rules: &[Rule], why: Why) {
        self.steps.extend(rules.iter().map(|rule| Step::NotAsked(*rule, why)));
    }
}
