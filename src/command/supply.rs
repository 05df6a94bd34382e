//! Installing toolchains, for `gox install` and for whoever needs one that is missing.

use super::context::Context;
use super::interrupt;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::proof::Proof;
use crate::go::request::Request;
use crate::install::installer::Installer;
use crate::install::pipeline::{self, Installed, Outcome};
use crate::install::plan;
use crate::select::system;
use crate::settings::AutoInstall;
use crate::source::network::Network;
use crate::store::inventory::{self, Toolchain};
use crate::store::{default_file, shims};
use crate::text;
use crate::ui::printer::Printer;

/// Gives `work` an installer, with the user's sources and checksum database.
pub(super) fn with_installer<T>(
    context: &Context<'_>,
    work: impl FnOnce(&Installer<'_>) -> Result<T>,
) -> Result<T> {
    interrupt::watch(context.printer)?;
    let network = Network::new(&context.settings, &context.world)?;
    let store = context.store();
    work(&Installer {
        store: &store,
        settings: &context.settings,
        network: &network,
        report: context.printer,
    })
}

/// Installs one toolchain, with its launcher, and as the default where there is none.
pub(super) fn install(
    toolchain: &ToolchainName,
    force: bool,
    installer: &Installer<'_>,
    context: &Context<'_>,
    printer: &Printer,
) -> Result<()> {
    match pipeline::install(installer, toolchain, force)? {
        Outcome::Present(present) => {
            let path = present.path.display();
            printer.step(&format!("{} is installed already: `{path}`", present.name));
            // It is there, and a store that cannot be written does not change that.
            if let Err(error) = settle(toolchain, installer, context, printer) {
                printer.note(&error.line());
            }
            Ok(())
        }
        Outcome::Installed(new) => {
            printer.step(&summary(&new));
            settle(toolchain, installer, context, printer)
        }
    }
}

/// The shims, and the default where there is none.
fn settle(
    toolchain: &ToolchainName,
    installer: &Installer<'_>,
    context: &Context<'_>,
    printer: &Printer,
) -> Result<()> {
    shims::refresh(installer.store)?;
    let request = toolchain.request();
    if default_file::set_first(installer.store, &context.world.homes[1..], &request)? {
        let system = system::find("go", &context.world).and_then(|go| system::goroot(&go));
        let before = system.and_then(|goroot| system::version(&goroot));
        let before = before.map_or_else(|| "there was no Go".into(), |name| format!("was system {name}"));
        printer.say(&format!("default is now {request} ({before}); back: gox default system"));
    }
    Ok(())
}

/// `installed go1.22.4 in 0.9 s: 245.9 MB, from proxy, proven by log`; where other toolchains had some of it,
/// `93.0 MB new, 166.2 MB shared with 1.22.3`.
fn summary(Installed { receipt, totals, time }: &Installed) -> String {
    let bytes = match totals.donors.first() {
        None => text::bytes(receipt.bytes),
        Some(donor) => {
            let donor = if *donor == receipt.toolchain {
                "what was there".to_owned()
            } else {
                donor.request().to_string()
            };
            let others = if totals.donors.len() > 1 { " and others" } else { "" };
            let (new, shared) = (text::bytes(totals.written), text::bytes(totals.shared));
            format!("{new} new, {shared} shared with {donor}{others}")
        }
    };
    format!(
        "installed {} in {}: {bytes}, from {}, proven by {}",
        receipt.toolchain,
        text::duration(*time),
        receipt.source,
        Proof::words(&receipt.proofs, " and "),
    )
}

/// The installed toolchain that answers, else a new one, as far as the setting `auto-install` allows: what `use`,
/// `exec`, `pin --go-mod` and the shim need. `asked_by` names the place that wants it; `refused` is the kind of error
/// where it may not be installed.
pub(super) fn toolchain(
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
    install_newest(request, &place, context)?.ok_or_else(missing)
}

/// Installs what a request means among what was released. `place` ends the line that says so.
pub(super) fn install_newest(
    request: &Request,
    place: &str,
    context: &Context<'_>,
) -> Result<Option<Toolchain>> {
    let printer = &context.printer.terse();
    let name = with_installer(context, |installer| {
        let installer = &Installer { report: printer, ..*installer };
        let asked_by = place.strip_prefix(", ");
        let name = plan::toolchain(request, &installer.network.sources, printer)
            .map_err(|error| asked_by.into_iter().fold(error, Error::detail))?;
        printer.say(&format!("installing {}{place}", name.request()));
        install(&name, false, installer, context, printer).map(|()| name)
    })?;
    interrupt::settle();
    Ok(inventory::find(&context.world.homes, &name))
}

/// A question on the terminal; where there is none the answer is no.
fn ask(request: &Request, place: &str, context: &Context<'_>) -> Result<bool> {
    let question = format!("`{request}` is not installed{place}; install it?");
    Ok(context.printer.ask(&question)?.unwrap_or(false))
}
