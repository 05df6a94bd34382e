//! What the resolver looked at, for whoever wants to know. A shim does not, and pays nothing: what is
//! said is lent, and only a [`Trace`] keeps it.

use std::fmt;

use super::reason::{Reason, Rule, Said};

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

/// One thing that happened.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// The rule had something to say.
    Said(Said<'a>, Verdict),
    /// The rule was looked at and had nothing to say.
    Nothing(Rule),
    /// The rule was not looked at.
    NotAsked(Rule, Why),
}

/// Who is told.
pub(super) struct Observer<'a>(pub(super) &'a mut dyn FnMut(Step<'_>));

impl Observer<'_> {
    /// The rule that gave the base; those after it are not looked at.
    pub(super) fn base(&mut self, reason: &Reason, verdict: Verdict) {
        self.said(reason.said(), verdict);
        let later = Rule::ALL.iter().filter(|rule| **rule > reason.rule && **rule <= Rule::System);
        for rule in later {
            (self.0)(Step::NotAsked(*rule, Why::BaseFound));
        }
    }

    pub(super) fn said(&mut self, said: Said<'_>, verdict: Verdict) {
        (self.0)(Step::Said(said, verdict));
    }

    pub(super) fn nothing(&mut self, rule: Rule) {
        (self.0)(Step::Nothing(rule));
    }

    pub(super) fn not_asked(&mut self, rules: &[Rule], why: Why) {
        for rule in rules {
            (self.0)(Step::NotAsked(*rule, why));
        }
    }
}

/// The whole chain: every rule, in the order of [`Rule::ALL`], with what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The steps.
    pub steps: Vec<Kept>,
}

/// A step, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The rule had something to say.
    Said(Reason, Verdict),
    /// The rule was looked at and had nothing to say.
    Nothing(Rule),
    /// The rule was not looked at.
    NotAsked(Rule, Why),
}

impl Trace {
    /// Keeps a step; for [`select`](crate::select::resolve::select), as `&mut |step| trace.keep(step)`.
    pub fn keep(&mut self, step: Step<'_>) {
        self.steps.push(match step {
            Step::Said(said, verdict) => Kept::Said(said.to_reason(), verdict),
            Step::Nothing(rule) => Kept::Nothing(rule),
            Step::NotAsked(rule, why) => Kept::NotAsked(rule, why),
        });
    }
}

impl Kept {
    /// The rule that this is about.
    pub fn rule(&self) -> Rule {
        match self {
            Kept::Said(reason, _) => reason.rule,
            Kept::Nothing(rule) | Kept::NotAsked(rule, _) => *rule,
        }
    }
}
