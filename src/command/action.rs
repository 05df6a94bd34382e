//! What a command did, or would do, about one toolchain: the objects of `--json` of `gox install`, `upgrade`,
//! `uninstall` and `prune`.

use serde_json::{Value, json};

use super::context::Context;
use crate::error::{Error, Result};
use crate::go::name::ToolchainName;
use crate::store::inventory::{self, Toolchain};
use crate::store::receipt::Receipt;

/// What was done. The words are those of `--json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// It was installed.
    Installed,
    /// It was there already.
    Present,
    /// It was removed.
    Removed,
    /// It is kept.
    Kept,
    /// Nothing yet, because of `--dry-run`: without that, it would be done.
    Planned,
    /// Nothing, because the user did not say yes, or there was no terminal to ask on.
    Declined,
}

impl Done {
    fn word(self) -> &'static str {
        match self {
            Done::Installed => "installed",
            Done::Present => "present",
            Done::Removed => "removed",
            Done::Kept => "kept",
            Done::Planned => "planned",
            Done::Declined => "declined",
        }
    }
}

/// An action on a toolchain: done, planned or failed.
pub(super) struct Action {
    /// The toolchain; `None` if a request led to none.
    pub name: Option<ToolchainName>,
    /// What was done, or why it failed.
    pub result: Result<Done>,
}

impl Action {
    /// What `result` gives for a toolchain.
    pub(super) fn of(name: ToolchainName, result: Result<Done>) -> Self {
        Action { name: Some(name), result }
    }

    /// A request that led to no toolchain.
    pub(super) fn failed(error: Error) -> Self {
        Action { name: None, result: Err(error) }
    }

    /// The action for programs. The command adds what else it has to tell.
    pub(super) fn object(&self, context: &Context<'_>) -> Value {
        let path = self.name.as_ref().map(|name| {
            let found = self.found(context).map(|toolchain| toolchain.path);
            found.unwrap_or_else(|| context.world.home().toolchain(name)).to_string_lossy().into_owned()
        });
        json!({
            "version": self.name.as_ref().map(|name| name.request().to_string()),
            "toolchain": self.name,
            "path": path,
            "result": self.result.as_ref().map_or("failed", |done| done.word()),
            "error": self.result.as_ref().err().map(Error::summary),
        })
    }

    /// [`Action::object`] with what the receipt of the toolchain says, if it is there.
    pub(super) fn with_receipt(&self, context: &Context<'_>) -> Value {
        let mut object = self.object(context);
        let receipt = self.found(context).and_then(|toolchain| Receipt::read(&toolchain.path));
        object["source"] = json!(receipt.as_ref().map(|receipt| &receipt.source));
        object["proofs"] = json!(receipt.as_ref().map_or_else(Vec::new, |receipt| receipt.proofs.clone()));
        object["bytes"] = json!(receipt.as_ref().map(|receipt| receipt.bytes));
        object["downloaded"] = json!(match self.result {
            Ok(Done::Installed) => receipt.and_then(|receipt| receipt.downloaded),
            Ok(Done::Present) => Some(0),
            _ => None,
        });
        object
    }

    /// The toolchain, if it is there now: one that was there already in the first store that has it, else in the
    /// user's own, the only one that gox changes.
    fn found(&self, context: &Context<'_>) -> Option<Toolchain> {
        let homes = &context.world.homes;
        let homes = if matches!(self.result, Ok(Done::Present)) { homes } else { &homes[..1] };
        inventory::find(homes, self.name.as_ref()?)
    }
}
