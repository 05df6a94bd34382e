//! The toolchain for a request, installed if it is missing, as far as the setting `auto-install` allows:
//! what `use`, `exec`, `pin --go-mod` and the shim need.

use super::{Context, interrupt};
use crate::command;
use crate::error::{Error, Kind, Result};
use crate::go::request::{self, Request};
use crate::install::installer::Installer;
use crate::install::plan;
use crate::settings::AutoInstall;
use crate::store::inventory::{self, Toolchain};

/// The installed toolchain that answers, else a new one. `asked_by` names the place that wants it; `refused`
/// is the kind of error where it may not be installed.
pub fn toolchain(
    request: &Request,
    asked_by: Option<&str>,
    refused: Kind,
    context: &Context<'_>,
) -> Result<Toolchain> {
    if let Some(present) = inventory::installed(&context.world.homes, request) {
        return Ok(present);
    }
    let missing = || {
        let error = Error::new(refused, format!("`{request}` is not installed"));
        let error = asked_by.into_iter().fold(error, Error::detail);
        error.hint(request.install_hint())
    };
    let place = asked_by.map_or_else(String::new, |place| format!(", {place}"));
    let may = match context.settings.auto_install {
        AutoInstall::Always => true,
        AutoInstall::Ask => ask(request, &place, context)?,
        AutoInstall::Never => false,
    };
    if !may || request.is_linked_name() {
        return Err(missing());
    }
    install(request, &place, context)?.ok_or_else(missing)
}

/// Installs what a request means among what was released. `place` ends the line that says so.
pub fn install(request: &Request, place: &str, context: &Context<'_>) -> Result<Option<Toolchain>> {
    let printer = &context.printer.terse();
    let name = command::install::with_installer(context, |installer| {
        let installer = &Installer { report: printer, ..*installer };
        let asked_by = place.strip_prefix(", ");
        let name = plan::toolchain(request, installer.sources, installer.report)
            .map_err(|error| asked_by.into_iter().fold(error, Error::detail))?;
        printer.say(&format!("installing {}{place}", request::of_toolchain(&name)));
        command::install::install(&name, false, installer, printer).map(|()| name)
    })?;
    interrupt::settle();
    Ok(inventory::find(&context.world.homes, &name))
}

/// A question on the terminal; where there is none the answer is no.
fn ask(request: &Request, place: &str, context: &Context<'_>) -> Result<bool> {
    let question = format!("`{request}` is not installed{place}; install it?");
    Ok(context.printer.ask(&question)?.unwrap_or(false))
}

/// A word that is no version and no linked name, with what it may have been meant to be.
pub fn unknown_name(request: &Request, context: &Context<'_>) -> Error {
    const ALIKE: f64 = 0.8;
    let word = request.to_string();
    let installed = inventory::all(&context.world.homes).into_iter();
    let names = installed.map(|toolchain| request::of_toolchain(&toolchain.name));
    let words = ["latest", "stable", "oldstable", "system"].map(str::to_owned);
    let ranked = words.into_iter().chain(names).map(|name| (strsim::jaro_winkler(&word, &name), name));
    let nearest = ranked.filter(|(rank, _)| *rank > ALIKE).max_by(|a, b| a.0.total_cmp(&b.0));
    let error =
        Error::new(Kind::NoSuchVersion, format!("`{request}` is no version, and no GOROOT has that name"));
    let error = match nearest {
        Some((_, name)) => error.hint(format!("the nearest is `{name}`")),
        None => error,
    };
    error.hint(request.install_hint())
}
