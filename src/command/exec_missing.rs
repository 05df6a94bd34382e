//! The hidden command `gox exec-missing`: the shim calls it to have a missing version installed. [`handover`] describes
//! its command line.

use super::context::Context;
use super::{requests, supply};
use crate::error::{Error, Kind, Result};
use crate::go::request::Request;
use crate::select::call::Call;
use crate::select::reason::Reason;
use crate::select::trace::Trace;
use crate::select::{handover, launch, process};
use clap::Args;
use std::ffi::OsString;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What asked for the version, for messages
    #[arg(long)]
    pub asked_by: String,
    /// The request that no installed version answers
    pub request: String,
    /// The name and the arguments that the shim was called with
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}

/// Installs what is missing, then replaces this process by the tool. Returns without an error only for a launcher
/// that was to install its toolchain, and no more.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<()> {
    let (argv0, rest) = arguments
        .command
        .split_first()
        .ok_or_else(|| Error::new(Kind::Usage, "nothing to run: this command is for the shim alone"))?;
    let mut request = requests::parse(&arguments.request)?;
    // For the known projects and for hints: if the selection fails here, it fails again below, and is reported there.
    let selection = context.select_for(&Call::new("go", rest), &mut Trace::default());
    let reason = selection.ok().map(|selection| selection.reason);
    // A launcher asks for its version whatever else is selected.
    let mut reason = reason.filter(|reason| reason.to_string() == arguments.asked_by);
    let mut asked_by = arguments.asked_by.clone();
    for _ in 0..supply::MAX_INSTALLS {
        supply::toolchain(&request, Some(&asked_by), Kind::NotThere, context, &context.printer.terse())
            .map_err(|error| not_supplied(error, &request, reason.as_ref(), context))?;
        if launch::already_downloaded(&context.world, argv0, rest).is_some() {
            return Ok(());
        }
        let mut next = None;
        let warn =
            &mut |warning: &_| process::without_sigpipe(|| context.printer.warn(&format!("{warning}")));
        let mut on_missing = |missing: &_, reason: &Reason| {
            next = Some((Request::clone(missing), reason.clone()));
            handover::not_installed(missing, reason)
        };
        let run = || launch::run(&context.world, argv0, rest, warn, &mut on_missing);
        let error = process::with_default_sigpipe(run);
        match next {
            Some((missing, place)) if missing != request => {
                (request, asked_by, reason) = (missing, place.to_string(), Some(place));
            }
            _ => return Err(error),
        }
    }
    Err(Error::new(
        Kind::NotThere,
        format!("`{request}` is missing after {} others were installed", supply::MAX_INSTALLS),
    )
    .detail(asked_by))
}

/// The error for a version that could not be installed. Its code is 127 whatever the reason, because for the caller
/// the tool does not exist.
fn not_supplied(error: Error, request: &Request, reason: Option<&Reason>, context: &Context<'_>) -> Error {
    match (error.kind(), reason) {
        (Kind::NoSuchVersion, Some(reason)) => {
            requests::asked_for(error, request, reason, context).of_kind(Kind::NotThere)
        }
        (Kind::Network, _) if context.settings.offline.is_some() => error.of_kind(Kind::NotThere),
        // `gox install` would fail for the same reason.
        (Kind::NotThere | Kind::NoSuchVersion | Kind::Usage, _) => error.of_kind(Kind::NotThere),
        _ => error.of_kind(Kind::NotThere).hint(format!("try again: `gox install {}`", request.quoted())),
    }
}
