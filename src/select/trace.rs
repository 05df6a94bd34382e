//! The trace of a selection: each rule, with what became of it. `gox status` prints it.

use std::fmt;

use super::reason::{Reason, Rule};

/// The effect of a rule that found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The rule gave the base, which is exact.
    Exact,
    /// The rule gave the base, which the go and toolchain lines may raise.
    Floor,
    /// The rule replaced the toolchain chosen so far.
    Raises,
    /// The rule changed nothing.
    Keeps,
    /// The setting has its default value.
    Default,
}

/// Why a rule was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// An earlier rule gave the base.
    BaseFound,
    /// The directory is unknown.
    NoDirectory,
    /// The base is exact.
    Exact,
    /// The base is the system Go, which selects toolchains itself.
    System,
    /// Modules are off.
    ModulesOff,
    /// The base answers this command itself, such as `go env GOTOOLCHAIN`.
    Exempt,
    /// GOTOOLCHAIN makes Go ignore the lines.
    Fixed,
    /// There is no go.work and no go.mod.
    NoProject,
    /// The toolchain line is `default`.
    ToolchainDefault,
    /// The base is a linked GOROOT that does not tell its version, and selects toolchains itself.
    UnknownVersion,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::BaseFound => "an earlier rule decided",
            Why::NoDirectory => "the directory is unknown",
            Why::Exact => "the choice is exact",
            Why::System => "the system's Go decides for itself",
            Why::ModulesOff => "modules are off",
            Why::Exempt => "the base answers this command itself",
            Why::Fixed => "`GOTOOLCHAIN` does not allow it",
            Why::NoProject => "there is no go.mod or go.work",
            Why::ToolchainDefault => "the toolchain line is `default`",
            Why::UnknownVersion => "the version of a linked toolchain is unknown",
        })
    }
}

/// A rule, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The rule found something.
    Heard(Reason, Verdict),
    /// The rule found nothing.
    Nothing(Rule),
    /// The rule was not asked.
    NotAsked(Rule, Why),
}

impl Step {
    /// The rule.
    pub fn rule(&self) -> Rule {
        match self {
            Step::Heard(reason, _) => reason.rule,
            Step::Nothing(rule) | Step::NotAsked(rule, _) => *rule,
        }
    }
}

/// All rules in the order of [`Rule::ALL`], each with what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// One step per rule.
    pub steps: Vec<Step>,
}

impl Trace {
    /// Records the rule that gave the base, and that the later rules up to [`Rule::System`] are not asked.
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
