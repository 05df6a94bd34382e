//! What `gox import --json` prints.

use serde_json::{Value, json};

use super::look::Looked;
use super::offers::{self, Offer, Offers};
use crate::command::action::Action;
use crate::command::context::Context;
use crate::import::state::State;
use crate::import::tools::Tool;
use crate::import::tree::LeftOut;

/// All of it as one object.
pub(super) fn of(
    looked: &[Looked],
    actions: &[Option<Action>],
    offers: &Offers,
    context: &Context<'_>,
) -> Value {
    let trees = looked.iter().zip(actions).map(|(looked, action)| tree(looked, action.as_ref(), context));
    json!({
        "trees": trees.collect::<Vec<_>>(),
        "defaults": offers.defaults.iter().map(offer).collect::<Vec<_>>(),
        "pins": offers.pins.iter().map(offer).collect::<Vec<_>>(),
        "tools": offers.tools.iter().map(tool).collect::<Vec<_>>(),
    })
}

fn tree(looked: &Looked, action: Option<&Action>, context: &Context<'_>) -> Value {
    let Looked { found, tree, state, .. } = looked;
    let tree = tree.as_ref();
    let left_out = |(path, why): (&String, &LeftOut)| {
        let why = match why {
            LeftOut::Uncovered => "uncovered",
            LeftOut::Added | LeftOut::Refused(_) => "added",
            LeftOut::NoFile => "kind",
            LeftOut::Unreadable(_) => "unreadable",
        };
        json!({ "path": path, "why": why })
    };
    let changes = state.changes().map(|changes| {
        let change = |(path, change): (&String, &crate::store::verify::FileChange)| {
            json!({ "path": path, "change": change.word(), "detail": change.to_string() })
        };
        changes.iter().map(change).collect::<Vec<_>>()
    });
    let stand_in = state.stand_in();
    let reason = match state {
        State::Unknown(error) => Some(error.line()),
        State::Unusable(reason) => Some(reason.clone()),
        _ => stand_in.map(|stand_in| stand_in.reason.line()),
    };
    let object = action.map(|action| action.object(context));
    let of_action = |key: &str| object.as_ref().map_or(Value::Null, |object| object[key].clone());
    json!({
        "manager": found.manager,
        "path": found.path.to_string_lossy(),
        "version": tree.map(|tree| tree.toolchain.request().to_string()),
        "toolchain": tree.map(|tree| &tree.toolchain),
        "bytes": tree.map(crate::import::tree::Tree::bytes),
        "state": state.word(),
        "archive": stand_in.map(|stand_in| stand_in.archive.path.to_string_lossy()),
        "reason": reason,
        "changes": changes,
        "left_out": tree.map(|tree| tree.left_out.iter().map(left_out).collect::<Vec<_>>()),
        "result": of_action("result"),
        "error": of_action("error"),
    })
}

fn offer(Offer { wish, command }: &Offer) -> Value {
    json!({
        "manager": wish.manager,
        "path": wish.path.to_string_lossy(),
        "line": wish.line,
        "request": wish.said.as_ref().ok().map(ToString::to_string),
        "error": wish.said.as_ref().err(),
        "command": command,
    })
}

fn tool(tool: &Tool) -> Value {
    json!({
        "manager": tool.manager,
        "name": offers::name(tool),
        "path": tool.path.to_string_lossy(),
        "command": tool.command.as_ref().ok(),
        "error": tool.command.as_ref().err(),
    })
}
