//! `gox default`: shows or sets the default, the request that counts where nothing else asks for a version.

use super::context::Context;
use super::other_go::{Other, tell_effect};
use super::requests;
use crate::error::{Error, Kind, Result};
use crate::go::request::{EXAMPLES, Request};
use crate::select::pin::{self, Pin};
use crate::select::selection::Selected;
use crate::select::typed::{Shims, Typed};
use crate::select::{advice, resolve};
use crate::store::default_file;
use crate::store::inventory::{self, Toolchain};
use crate::text;
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox default
  gox default 1.22
  gox default system")]
pub(super) struct Arguments {
    /// The new default; without it the default is shown
    #[arg(value_name = "REQUEST")]
    pub request: Option<String>,
    /// Set it even if there is no such version or name
    #[arg(long, requires = "request")]
    pub force: bool,
}

/// Shows or sets the default.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<()> {
    let world = &context.world;
    let Some(request) = &arguments.request else {
        let request = resolve::default(world)?.map_or(Request::System, |pin| pin.requests[0].clone());
        context.printer.data(&request.to_string())?;
        tell_effect("default", &request, context);
        return Ok(());
    };
    let request = requests::parse(request)
        .map_err(|error| if request == "none" { nothing_runs(context) } else { error })?;
    if !arguments.force {
        requests::check_exists(&request, context).map_err(|error| {
            requests::for_verb(error, &request, ["default", ""], context)
                .hint(format!("set it all the same: `gox default --force {}`", request.quoted()))
        })?;
    }
    let before = resolve::default(world).ok().flatten().map(|pin| pin.requests[0].clone());
    default_file::set(&context.store(), &request)?;
    context.printer.say(&match before.filter(|before| *before != request) {
        Some(before) => {
            format!("default is now {request} (was {before}); to go back: `gox default {}`", before.quoted())
        }
        None => format!("default is now {request}"),
    });
    requests::tell_if_missing(&request, context);
    tell_effect("default", &request, context);
    Ok(())
}

/// The error for `none`, which `gox status --short` prints where no Go runs, with what makes one run.
fn nothing_runs(context: &Context<'_>) -> Error {
    let message = "`none` is no version: `gox status --short` prints it where no Go runs";
    let error = Error::new(Kind::Usage, message);
    let go = match context.here().ok().flatten().map(|selection| selection.selected) {
        None => return error.hint(advice::without_go(&context.world.homes)),
        Some(Selected::Missing { request, .. }) => return error.hint(request.install_hint()),
        Some(Selected::Present(go)) => go,
    };
    let shims = context.world.home().shims();
    match Typed::find("go", &context.world).shims {
        // A job has no start-up file that `gox setup` could change.
        Shims::Behind | Shims::Absent => error
            .detail(format!("the shims are not first on PATH: {}", text::path(&shims)))
            .hint(format!("put them there: `export PATH={}:\"$PATH\"`", text::quoted_path(&shims))),
        _ => match Other::than(Some(&go), "go", context).and_then(|other| other.mend(context)) {
            Some([command, does]) => error.hint(format!("{does}: `{command}`")),
            None => error.hint(EXAMPLES),
        },
    }
}

/// Whether the file of a default that was read before still has its request.
pub(super) fn is_still(before: &Pin) -> bool {
    pin::read(&before.path).is_ok_and(|now| now.is_some_and(|now| now.requests == before.requests))
}

/// The toolchain that the default asks for; `None` if it is not installed.
pub(super) fn toolchain(context: &Context<'_>) -> Result<Option<Toolchain>> {
    let homes = &context.world.homes;
    Ok(resolve::default(&context.world)?.and_then(|pin| inventory::installed(homes, &pin.requests[0])))
}

/// [`toolchain`], but a `default` that cannot be read is only a warning.
pub(super) fn toolchain_if_readable(context: &Context<'_>) -> Option<Toolchain> {
    toolchain(context).unwrap_or_else(|error| {
        context.printer.warn(&error.line());
        None
    })
}
