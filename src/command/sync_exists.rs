//! Whether the versions exist that `gox sync` would install, so that nothing is done by halves.

use super::context::Context;
use super::requests;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::source::existence;
use crate::sync::file::Declared;
use crate::sync::plan::Plan;

/// Checks each version by what is known without a network. Gives the exit code.
pub(super) fn known(plan: &Plan, declared: &Declared, context: &Context<'_>) -> u8 {
    context.each(named(plan), |name| {
        let checked = requests::check_possible(&name.request(), context);
        checked.map_err(|error| of_file(error, name, declared, context))
    })
}

/// Asks the sources that the machine has after the actions for each version; one of which they cannot tell is an error.
/// Gives the exit code.
pub(super) fn asked(plan: &Plan, declared: &Declared, context: &Context<'_>) -> Result<u8> {
    let settings = plan.settings()?;
    Ok(context.each(named(plan), |name| {
        let request = name.request();
        let unknown = |reasons: Vec<String>| {
            let message = format!("could not find out whether `{request}` exists");
            Err(reasons.into_iter().fold(Error::new(Kind::Network, message), Error::detail))
        };
        let checked = requests::check_existence(&request, &settings, context, unknown);
        checked.map_err(|error| of_file(error, name, declared, context))
    }))
}

/// An error if one is known not to exist, also by the sources that the machine has after the actions.
pub(super) fn refuse_absent(plan: &Plan, declared: &Declared, context: &Context<'_>) -> Result<()> {
    let settings = plan.settings()?;
    plan.installs().try_for_each(|name| {
        // The install tells what it cannot reach.
        let checked = requests::check_existence(&name.request(), &settings, context, |_| Ok(()));
        checked.map_err(|error| of_file(error, name, declared, context))
    })
}

fn named(plan: &Plan) -> impl Iterator<Item = (String, &ToolchainName)> {
    plan.installs().map(|name| (name.request().to_string(), name))
}

/// An error about a version of the file: where there is no such version, the file has to change.
pub(super) fn of_file(
    error: Error,
    name: &ToolchainName,
    declared: &Declared,
    context: &Context<'_>,
) -> Error {
    let Some(place) = declared.place(name) else { return error };
    let error = error.detail(format!("set by {place}"));
    if error.kind() != Kind::NoSuchVersion {
        return error;
    }
    error.only_hint(match existence::nearest(&name.request(), context.world.home()) {
        Some(nearest) => format!("write `{}` in {place}", nearest.full()),
        None => format!("remove it from {place}"),
    })
}
