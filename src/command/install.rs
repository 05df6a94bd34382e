//! `gox install`: installs versions, by default the one that this directory asks for.

use clap::Args;

use serde_json::Value;

use super::action::{Action, Done};
use super::context::{Context, Results};
use super::other_go::Other;
use super::several::{self, Wanted};
use super::{requests, supply};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::install::installer::Installer;
use crate::install::plan;
use crate::select::reason::{Reason, Rule};
use crate::select::selection::{Go, Selected};
use crate::select::trace::{Step, Trace};
use crate::store::inventory;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox install 1.22.4
  gox install 1.22 oldstable 1.28rc1
  gox install '>=1.21, <1.23'
  gox install     what this directory asks for, else `latest`")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Arguments {
    /// Versions, lines or ranges; by default what is asked for here
    #[arg(value_name = "REQUEST")]
    pub requests: Vec<String>,
    /// Install again, and replace the version that is there
    #[arg(long)]
    pub force: bool,
    /// Fetch module zips whole, not only what is missing
    #[arg(long)]
    pub no_delta: bool,
    /// Only show what would be installed
    #[arg(long)]
    pub dry_run: bool,
    /// Print a JSON array of objects
    #[arg(long)]
    pub json: bool,
}

/// Installs each request; all are tried, and the first failure's code is given.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let mut reason = None;
    let requests: Vec<(String, Option<Request>)> = if arguments.requests.is_empty() {
        let (request, asks) = needed_here(context)?;
        reason = asks;
        vec![(request.to_string(), Some(request))]
    } else {
        arguments.requests.iter().map(|word| (word.clone(), None)).collect()
    };
    supply::with_installer(context, |installer| {
        let (mut objects, mut results) = (Vec::new(), Results::default());
        let plan = |(word, request): &(String, Option<Request>), installer: &Installer<'_>| match request
            .clone()
            .map_or_else(|| requests::parse(word), Ok)
        {
            Ok(request) => plan(&request, arguments, installer, context),
            Err(error) => Wanted::Over(Action::failed(error)),
        };
        several::install(requests, installer, context, plan, |(word, request), mut action| {
            action.result = action
                .result
                .map_err(|error| of_reason(error, request.as_ref().zip(reason.as_ref()), context));
            let mut object = action.with_receipt(context);
            object["request"] = word.as_str().into();
            objects.push(object);
            results.add(&word, action.result.map(drop), context);
        });
        let code = results.end(context);
        if arguments.json {
            context.printer.json(&Value::from(objects))?;
        }
        if code == 0 && !arguments.dry_run {
            tell_path(context);
        }
        Ok(code)
    })
}

/// An error for a request that is asked for here for this reason: if there is no such version, what asks has to change.
fn of_reason(error: Error, asked: Option<(&Request, &Reason)>, context: &Context<'_>) -> Error {
    match asked {
        Some((request, reason)) if error.kind() == Kind::NoSuchVersion => {
            requests::asked_for(error.detail(reason.to_string()), request, reason, context)
        }
        _ => error,
    }
}

/// What is to be done for a request.
fn plan(
    request: &Request,
    arguments: &Arguments,
    installer: &Installer<'_>,
    context: &Context<'_>,
) -> Wanted {
    let choose = || plan::toolchain(request, &installer.network.sources, installer.report);
    let name = match installer.check_programs_run().and_then(|()| choose()) {
        Ok(name) => name,
        Err(error) => match installed_instead(&error, request, arguments, context) {
            Some(name) => name,
            None => return Wanted::Over(Action::failed(error)),
        },
    };
    if !arguments.dry_run {
        return Wanted::Install { name, force: arguments.force };
    }
    let planned = planned(request, &name, arguments, installer, context);
    Wanted::Over(Action::of(name, planned))
}

/// The toolchain that answers what this directory asks for, where no list says whether a newer one was released.
fn installed_instead(
    error: &Error,
    request: &Request,
    arguments: &Arguments,
    context: &Context<'_>,
) -> Option<ToolchainName> {
    if error.kind() != Kind::Network || !arguments.requests.is_empty() {
        return None;
    }
    let installed = inventory::installed(&context.world.homes, request)?;
    context.printer.warn(&error.body());
    Some(installed.name)
}

/// Tells what would be installed. An exact version is looked up in the release lists, which an install does without.
fn planned(
    request: &Request,
    name: &ToolchainName,
    arguments: &Arguments,
    installer: &Installer<'_>,
    context: &Context<'_>,
) -> Result<Done> {
    let &Arguments { force, json, .. } = arguments;
    if let Some(present) = inventory::find(&context.world.homes, name).filter(|_| !force) {
        if !json {
            context.printer.say(&present.installed_already());
        }
        return Ok(Done::Present);
    }
    if request.toolchain().is_some() {
        plan::check_listed(name, &installer.network.sources, installer.report)?;
    }
    if !json {
        context.printer.data(&format!("would install {name}"))?;
    }
    Ok(Done::Planned)
}

/// What this directory asks for, and why; `latest` if nothing asks for a version.
fn needed_here(context: &Context<'_>) -> Result<(Request, Option<Reason>)> {
    let mut trace = Trace::default();
    let selection = match context.select("go", &mut trace) {
        // Nothing is selected: no rule asks for a version, or one asks for the system Go and there is none.
        Err(error) if error.kind() == Kind::NotThere => {
            let nothing_asks = trace.steps.contains(&Step::Nothing(Rule::System));
            let missing = error.of_kind(Kind::NoSuchVersion);
            return if nothing_asks { Ok((Request::Latest, None)) } else { Err(missing) };
        }
        selection => selection?,
    };
    let reason = selection.reason;
    let request = match selection.selected {
        Selected::Missing { request, .. } => request,
        Selected::Present(Go::Toolchain(toolchain)) => {
            asked(&reason).unwrap_or_else(|| toolchain.name.request())
        }
        Selected::Present(Go::OnPath { name, .. }) => name.request(),
        Selected::Present(Go::System(_)) if reason.rule == Rule::System => {
            return Ok((Request::Latest, None));
        }
        Selected::Present(Go::System(path)) => {
            let message = format!("the system's Go is asked for here, and is there: `{}`", path.display());
            return Err(Error::new(Kind::Usage, message).detail(reason.to_string()));
        }
    };
    Ok((request, Some(reason)))
}

/// The request of a pin, a variable or the default: running one such as `latest` means the newest that is installed,
/// and installing it the newest that is released.
fn asked(reason: &Reason) -> Option<Request> {
    let is_request = matches!(reason.rule, Rule::Environment | Rule::Use | Rule::File | Rule::Default);
    is_request.then(|| Request::parse(&reason.text).ok()).flatten()
}

/// Says how to put the shims first on PATH, where `go` does not start one.
fn tell_path(context: &Context<'_>) {
    match Other::than(None, "go", context) {
        Some(other) if other.is_started() => other.tell(context),
        Some(other) => other.hint(context),
        None => {}
    }
}
