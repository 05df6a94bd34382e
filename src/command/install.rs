//! `gox install`: installs versions, by default the one that this directory asks for.

use clap::Args;

use serde_json::Value;

use super::attempt::{Attempt, Done};
use super::context::Context;
use super::typed::Other;
use super::{requests, supply};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::install::installer::Installer;
use crate::install::plan;
use crate::select::reason::Rule;
use crate::select::selection::{Go, Selected};
use crate::select::trace::{Step, Trace};
use crate::store::inventory;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox install 1.22.4
  gox install 1.22 oldstable
  gox install '>=1.21, <1.23'")]
pub(super) struct Arguments {
    /// Versions: `1.22.4`, `1.22`, `latest`, `oldstable`, `1.28rc1`, or a range; without one the
    /// version that this directory asks for, else `latest`
    #[arg(value_name = "REQUEST")]
    pub requests: Vec<String>,
    /// Install again, and replace the version that is there
    #[arg(long)]
    pub force: bool,
    /// Only show what would be installed
    #[arg(long)]
    pub dry_run: bool,
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// Installs each request.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let requests = if arguments.requests.is_empty() {
        vec![needed_here(context)?]
    } else {
        arguments.requests.iter().map(|word| requests::parse(word)).collect::<Result<_>>()?
    };
    supply::with_installer(context, |installer| {
        let mut objects = Vec::new();
        let code = context.each(&requests, |request| {
            let attempt = match plan::toolchain(request, &installer.network.sources, installer.report) {
                Err(error) => Attempt::failed(error),
                Ok(name) => Attempt::of(name.clone(), one(&name, arguments, installer, context)),
            };
            let mut object = attempt.with_receipt(context);
            object["request"] = request.to_string().into();
            objects.push(object);
            attempt.result.map(drop)
        });
        if arguments.json {
            context.printer.data(&Value::from(objects).to_string())?;
        }
        if code == 0 && !arguments.dry_run {
            tell_path(context);
        }
        Ok(code)
    })
}

fn one(
    name: &ToolchainName,
    arguments: &Arguments,
    installer: &Installer<'_>,
    context: &Context<'_>,
) -> Result<Done> {
    if !arguments.dry_run {
        return supply::install(name, arguments.force, installer, context, context.printer);
    }
    match inventory::find(&context.world.homes, name) {
        Some(present) if !arguments.force => {
            context.printer.say(&format!("{name} is installed already: `{}`", present.path.display()));
            Ok(Done::Present)
        }
        _ => {
            context.printer.say(&format!("would install {name}"));
            Ok(Done::Planned)
        }
    }
}

/// What this directory asks for; `latest` if nothing asks for a version.
fn needed_here(context: &Context<'_>) -> Result<Request> {
    let mut trace = Trace::default();
    let selection = match context.select("go", &mut trace) {
        // Nothing is selected: no rule asks for a version, or one asks for the system Go and there is none.
        Err(error) if error.kind() == Kind::NotThere => {
            let nothing_asks = trace.steps.contains(&Step::Nothing(Rule::System));
            return if nothing_asks { Ok(Request::Latest) } else { Err(error.of_kind(Kind::NoSuchVersion)) };
        }
        selection => selection?,
    };
    match selection.selected {
        Selected::Missing { request, .. } => Ok(request),
        Selected::Present(Go::Toolchain(toolchain)) => Ok(toolchain.name.request()),
        Selected::Present(Go::OnPath { name, .. }) => Ok(name.request()),
        Selected::Present(Go::System(_)) if selection.reason.rule == Rule::System => Ok(Request::Latest),
        Selected::Present(Go::System(path)) => {
            let message = format!("the system's Go is asked for here, and is there: `{}`", path.display());
            Err(Error::new(Kind::Usage, message).detail(selection.reason.to_string()))
        }
    }
}

/// Says how to put the shims first on PATH, where `go` does not start one.
fn tell_path(context: &Context<'_>) {
    match Other::than(None, "go", context) {
        Some(other) if other.is_started() => other.tell(context),
        Some(other) => context.printer.hint(&other.hint(context)),
        None => {}
    }
}
