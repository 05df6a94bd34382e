//! Whether the versions exist that `gox sync` would install, and which patches are out, so that nothing is done by
//! halves.

use super::arguments::Arguments;
use crate::command::context::Context;
use crate::command::requests::{self, Lookup};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::install::plan;
use crate::net::failure::offline_hint;
use crate::source::existence;
use crate::source::network::Network;
use crate::sync::action::{Action, Outcome};
use crate::sync::declared::Declared;
use crate::sync::plan::Plan;

/// Checks each version by what is known without a network. Gives the exit code.
pub(super) fn known(plan: &mut Plan, declared: &Declared, context: &Context<'_>) -> u8 {
    let check = |name: &ToolchainName| requests::check_possible(&name.request(), context);
    each(plan, declared, context, check)
}

/// Asks the sources that the machine has after the actions for each version; an error if they cannot tell of one. Gives
/// the exit code.
pub(super) fn asked(plan: &mut Plan, declared: &Declared, context: &Context<'_>) -> Result<u8> {
    let settings = plan.settings()?;
    let lookup = Lookup::new(&settings, context);
    let check = |name: &ToolchainName| {
        let request = name.request();
        lookup.check(&request, |reasons| {
            let message = format!("could not find out whether `{request}` exists");
            let error = reasons.into_iter().fold(Error::new(Kind::Network, message), Error::detail);
            Err(settings.offline.iter().map(offline_hint).fold(error, Error::hint))
        })
    };
    Ok(each(plan, declared, context, check))
}

/// Fetches the release list, so that it is known which patches are out. Without it nothing is installed, and a run that
/// only looks fails; otherwise what is known has to do, so that a rollback needs no network.
pub(super) fn ask_releases(plan: &Plan, arguments: &Arguments, context: &Context<'_>) -> Result<()> {
    let settings = plan.settings()?;
    let asked = Network::new(&settings, &context.world)
        .and_then(|network| plan::released(&network.sources, context.printer));
    let Err(error) = asked else { return Ok(()) };
    let installs = plan.actions.iter().any(|action| action.install().is_some());
    if plan.violations.is_empty() && (arguments.dry_run || installs) {
        return Err(error.detail("the rule `newest-patch` needs a release list"));
    }
    let message = format!("`newest-patch` is judged by what was known before: {}", error.summary());
    context.printer.warn(&message);
    Ok(())
}

/// An error if one is known not to exist, also by the sources that the machine has after the actions.
pub(super) fn refuse_absent(plan: &mut Plan, declared: &Declared, context: &Context<'_>) -> Result<()> {
    let settings = plan.settings()?;
    let lookup = Lookup::new(&settings, context);
    plan.actions.iter_mut().try_for_each(|action| {
        // The install tells what it cannot reach.
        checked(action, declared, context, |name| lookup.check(&name.request(), |_| Ok(())))
    })
}

/// Checks each version to install, and prints the errors.
fn each(
    plan: &mut Plan,
    declared: &Declared,
    context: &Context<'_>,
    mut check: impl FnMut(&ToolchainName) -> Result<()>,
) -> u8 {
    let installs = plan.actions.iter_mut().filter_map(|action| {
        let name = action.install()?.request().to_string();
        Some((name, action))
    });
    context.each(installs, |action| checked(action, declared, context, &mut check))
}

/// Checks the version that an action installs, and notes if it cannot be done.
fn checked(
    action: &mut Action,
    declared: &Declared,
    context: &Context<'_>,
    check: impl FnOnce(&ToolchainName) -> Result<()>,
) -> Result<()> {
    let Some(name) = action.install() else { return Ok(()) };
    let checked = check(name).map_err(|error| of_file(error, name, declared, context));
    if checked.is_err() {
        action.outcome = Outcome::of(&checked);
    }
    checked
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
