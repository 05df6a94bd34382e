//! What `gox sync --json` tells, also where it ends early.

use serde_json::{Value, json};

use crate::error::Error;
use crate::sync::action::Action;
use crate::sync::plan::Plan;
use crate::sync::policy::Violation;
use crate::sync::repository::Origin;

/// What was found out so far.
#[derive(Default)]
pub(super) struct Report {
    /// The target of the file.
    pub target: Option<String>,
    /// Where the file comes from: the commit of `--at`, else that which is checked out.
    pub origin: Option<Origin>,
    /// What has to be done, and how each action ended.
    pub plan: Plan,
}

impl Report {
    /// The report for programs. `ok` tells whether the machine is as declared.
    pub(super) fn object(&self, ok: bool, error: Option<&Error>) -> Value {
        let origin = self.origin.as_ref();
        json!({
            "ok": ok,
            "target": self.target,
            "commit": origin.map(|origin| &origin.commit),
            "dirty": origin.map(|origin| origin.dirty),
            "actions": self.plan.actions.iter().map(Action::object).collect::<Vec<_>>(),
            "violations": self.plan.violations.iter().map(Violation::object).collect::<Vec<_>>(),
            "error": error.map(Error::summary),
        })
    }
}
