//! `gox exec-missing`, hidden: what the shim hands over. The contract stands in
//! [`handover`].

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

/// Arguments of the hidden command of the shim.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Who asks
    #[arg(long)]
    pub asked_by: String,
    /// What is missing
    pub request: String,
    /// The shim's own name and arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}

/// Lines may raise a version a few times; a project that never comes to an end is an error.
const MAX_INSTALLS: usize = 8;

/// Installs what is missing, then becomes the tool.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<std::convert::Infallible> {
    let (argv0, rest) = arguments
        .command
        .split_first()
        .ok_or_else(|| Error::new(Kind::Usage, "nothing to run: this command is for the shim alone"))?;
    let mut request = requests::parse(&arguments.request)?;
    // Noted, or not: what is wrong is said below.
    let _ = context.select_for(&Call::new("go", rest), &mut Trace::default());
    let mut asked_by = arguments.asked_by.clone();
    for _ in 0..MAX_INSTALLS {
        supply::toolchain(&request, Some(&asked_by), Kind::NotThere, context)
            .map_err(|error| not_supplied(error, &request))?;
        let mut next = None;
        let warn =
            &mut |warning: &_| process::without_sigpipe(|| context.printer.warn(&format!("{warning}")));
        let mut on_missing = |missing: &_, reason: &Reason| {
            next = Some((Request::clone(missing), reason.to_string()));
            handover::not_installed(missing, reason)
        };
        let run = || launch::run(&context.world, argv0, rest, warn, &mut on_missing);
        let error = process::with_default_sigpipe(run);
        match next {
            Some((missing, place)) if missing != request => (request, asked_by) = (missing, place),
            _ => return Err(error),
        }
    }
    Err(Error::new(
        Kind::NotThere,
        format!("`{request}` is missing after {MAX_INSTALLS} others were installed"),
    )
    .detail(asked_by))
}

/// To whoever called the tool it is not there, whatever the reason; the reason is said.
fn not_supplied(error: Error, request: &Request) -> Error {
    match error.kind() {
        // The same words would be refused again.
        Kind::NotThere | Kind::NoSuchVersion | Kind::Usage => error.of_kind(Kind::NotThere),
        _ => error.of_kind(Kind::NotThere).hint(format!("try again: `gox install {}`", request.quoted())),
    }
}
