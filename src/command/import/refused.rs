//! The trees that cannot be imported: how many there are, what to do instead, and the exit code.

use super::look::Looked;
use crate::command::action::Action;
use crate::command::context::{Context, Results};
use crate::error::{Error, Kind};
use crate::fs::read::is_executable;
use crate::go::name::ToolchainName;
use crate::import::state::State;
use crate::store::inventory;
use crate::text;

/// The code of the first tree that does not come into the store: it is refused, or its import failed. Prints what failed,
/// and how many are refused. Where nothing was named, and another tree is or would be in the store, what is no release is
/// only noted.
pub(super) fn code(
    looked: &[Looked],
    actions: Vec<Option<Action>>,
    names_nothing: bool,
    context: &Context<'_>,
) -> u8 {
    let failure = |(looked, action): (&Looked, &Option<Action>)| {
        looked.refusal().or_else(|| Some(action.as_ref()?.result.as_ref().err()?.kind()))
    };
    let failures: Vec<_> = looked.iter().zip(&actions).map(failure).collect();
    let has_one = looked.iter().zip(&failures).any(|(looked, failure)| failure.is_none() && !looked.is_again);
    let first = failures.into_iter().flatten().next().map_or(0, Kind::code);
    let mut results = Results::default();
    for (looked, action) in looked.iter().zip(actions) {
        if let Some(Action { result, .. }) = action {
            results.add(&looked.found.path.to_string_lossy(), result.map(drop), context);
        }
    }
    let of_actions = results.end(context);
    let refused: Vec<_> = looked.iter().filter_map(|looked| Some((looked.refusal()?, looked))).collect();
    // A tree of another kind may be a release: gox could not find out.
    let is_other = |(kind, _): &(Kind, _)| matches!(kind, Kind::Verification | Kind::Refused);
    let is_noted = names_nothing && has_one && refused.iter().all(is_other);
    tell(&refused, looked, is_noted, context);
    if is_noted { of_actions } else { first }
}

/// Tells how many trees are refused, and what to do instead.
fn tell(refused: &[(Kind, &Looked)], all: &[Looked], is_noted: bool, context: &Context<'_>) {
    let Some((kind, _)) = refused.first() else { return };
    let (number, count) = (refused.len(), all.len());
    let what = if count == 1 { "the tree".to_owned() } else { format!("{number} of {count} trees") };
    let (message, hints) = (format!("{what} cannot be imported"), hints(refused, all, context));
    if is_noted {
        context.printer.note(&message);
        for hint in &hints {
            context.printer.hint(hint);
        }
        return;
    }
    context.fail(&hints.into_iter().fold(Error::new(*kind, message), Error::hint));
}

/// What to do instead of an import.
fn hints(refused: &[(Kind, &Looked)], all: &[Looked], context: &Context<'_>) -> Vec<String> {
    let (mut hints, mut releases, mut link) = (Vec::new(), Vec::new(), None);
    let mut add = |hint: String| {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    };
    for (_, looked) in refused {
        match &looked.state {
            State::Unknown(reason) if reason.kind() == Kind::Network && reason.hints().is_empty() => {
                add("find out what cannot be reached: `gox doctor network`".to_owned());
            }
            State::Unknown(reason) => reason.hints().iter().cloned().for_each(&mut add),
            _ => {}
        }
        if let Some(name) = release(looked).filter(|name| is_needed(name, all, context)) {
            let request = name.request().to_string();
            if !releases.contains(&request) {
                releases.push(request);
            }
        }
        if matches!(looked.state, State::Differs(..)) && is_executable(&looked.found.path.join("bin/go")) {
            link = link.or(Some(&looked.found.path));
        }
    }
    let what = if releases.len() == 1 { "release" } else { "releases" };
    if !releases.is_empty() {
        hints.push(format!("install the {what}: `gox install {}`", releases.join(" ")));
    }
    let or = if releases.is_empty() { "" } else { "or " };
    let link = link.map(|path| {
        format!("{or}use the tree where it is, under a name: `gox link NAME {}`", text::quoted_path(path))
    });
    hints.into_iter().chain(link).collect()
}

/// The release that a tree is meant to be, by its VERSION, else by the name of its folder.
fn release(looked: &Looked) -> Option<ToolchainName> {
    match &looked.state {
        State::Differs(..) => looked.tree.as_ref().map(|tree| tree.toolchain.clone()),
        State::Unusable(_) => looked.found.version().map(|version| version.toolchain()),
        _ => None,
    }
}

/// Whether a release neither is in the store nor would be imported from another tree.
fn is_needed(name: &ToolchainName, all: &[Looked], context: &Context<'_>) -> bool {
    inventory::find(&context.world.homes, name).is_none()
        && all.iter().filter_map(Looked::wanted).all(|wanted| wanted.toolchain != *name)
}
