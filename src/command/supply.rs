//! Installs toolchains, for `gox install` and for every command that needs a missing one.

use super::action::Done;
use super::context::Context;
use super::{interrupt, requests, unsearched, vulnerable};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::proof::Proof;
use crate::go::request::Request;
use crate::go::source::SourceName;
use crate::install::installer::Installer;
use crate::install::pipeline::{self, Begun, Built, Claim, Installed};
use crate::install::plan;
use crate::select::system;
use crate::settings::AutoInstall;
use crate::source::network::Network;
use crate::store::inventory::{self, Toolchain};
use crate::store::{default_file, shims};
use crate::text;
use crate::ui::printer::Printer;

/// How many versions may be installed for one call of a tool. The go line of a project may raise one that was installed
/// to another that is missing, a few times at most.
pub(super) const MAX_INSTALLS: usize = 8;

/// Calls `work` with an installer for the user's store, sources and checksum database. From then on a signal removes
/// what is being installed.
pub(super) fn with_installer<T>(
    context: &Context<'_>,
    work: impl FnOnce(&Installer<'_>) -> Result<T>,
) -> Result<T> {
    interrupt::watch(context.printer)?;
    let network = Network::new(&context.settings, &context.world)?;
    let store = context.store();
    let done = work(&Installer {
        store: &store,
        settings: &context.settings,
        network: &network,
        report: context.printer,
    });
    context.vulnerabilities.end(context.world.home());
    done
}

/// Builds what is missing. The known vulnerabilities are refreshed meanwhile, as far as that takes no longer.
pub(super) fn build(claim: Claim, installer: &Installer<'_>, context: &Context<'_>) -> Result<Built> {
    let database = || vulnerable::database(&installer.network.sources, context);
    context.vulnerabilities.begin(database, context.world.home());
    claim.build(installer)
}

/// Installs a toolchain and its launcher, and makes it the default if there is none. Tells whether it was there
/// already.
fn install(
    toolchain: &ToolchainName,
    installer: &Installer<'_>,
    context: &Context<'_>,
    printer: &Printer,
) -> Result<Done> {
    match pipeline::begin(installer, toolchain, false, None)? {
        Begun::Present(present) => Ok(found(&present, installer, context, printer)),
        Begun::Missing(claim) => publish(build(claim, installer, context)?, installer, context, printer),
    }
}

/// Says that a toolchain is there, with what has to be there beside it.
pub(super) fn found(
    present: &Toolchain,
    installer: &Installer<'_>,
    context: &Context<'_>,
    printer: &Printer,
) -> Done {
    printer.step(&present.installed_already());
    // The toolchain can be used, even if the store cannot be written.
    if let Err(error) = settle(&present.name, installer, context, printer) {
        printer.note(&error.line());
    }
    Done::Present
}

/// Puts a toolchain into the store, with what has to be there beside it.
pub(super) fn publish(
    built: Built,
    installer: &Installer<'_>,
    context: &Context<'_>,
    printer: &Printer,
) -> Result<Done> {
    let new = built.publish(installer)?;
    printer.step(&summary(&new));
    settle(&new.receipt.toolchain, installer, context, printer).map(|()| Done::Installed)
}

/// Brings the shims up to date, and sets the default if there is none.
fn settle(
    toolchain: &ToolchainName,
    installer: &Installer<'_>,
    context: &Context<'_>,
    printer: &Printer,
) -> Result<()> {
    shims::refresh(installer.store)?;
    let request = toolchain.request();
    if default_file::set_first(installer.store, &context.world.homes[1..], &request)? {
        let before = system::find("go", &context.world).map(|go| {
            let version = system::version_of(&go).unwrap_or_else(|| "Go".into());
            format!("(was system {version}); to go back: `gox default system`")
        });
        let before = before.unwrap_or_else(|| "(there was no Go)".into());
        printer.say(&format!("default is now {request} {before}"));
    }
    Ok(())
}

/// The line that tells of an install: `installed go1.22.4 in 0.9 s: 245.9 MB, from proxy, proven by log; 72.8 MB
/// downloaded`.
///
/// A toolchain that was copied from a tree of this machine is `imported`, from the path of that tree. Where it shares
/// files with others, the size is `93.0 MB new, 166.2 MB shared on disk with go1.22.3`; where some of these were not
/// downloaded, the end is `38.5 MB of 75.8 MB downloaded, the rest from go1.22.3`.
pub(super) fn summary(Installed { receipt, totals, part, time }: &Installed) -> String {
    let named = |donor: &ToolchainName| {
        if *donor == receipt.toolchain { "what was there".to_owned() } else { donor.to_string() }
    };
    let bytes = match totals.donors.first() {
        None => text::bytes(receipt.bytes),
        Some(donor) => {
            let others = if totals.donors.len() > 1 { " and others" } else { "" };
            let (new, shared) = (text::bytes(totals.written), text::bytes(totals.shared));
            format!("{new} new, {shared} shared on disk with {}{others}", named(donor))
        }
    };
    let downloaded = receipt.downloaded.filter(|bytes| *bytes > 0).map(text::bytes);
    let downloaded = downloaded.map_or_else(String::new, |bytes| match part {
        Some(part) => {
            let (all, donor) = (text::bytes(part.all), named(&part.donor));
            format!("; {bytes} of {all} downloaded, the rest from {donor}")
        }
        None => format!("; {bytes} downloaded"),
    });
    let (verb, from) = match &receipt.source {
        SourceName::Import => ("imported", format!("`{}`", receipt.address)),
        source => ("installed", source.to_string()),
    };
    format!(
        "{verb} {} in {}: {bytes}, from {from}, proven by {}{downloaded}",
        receipt.toolchain,
        text::duration(*time),
        Proof::words(&receipt.proofs, " and "),
    )
}

/// The installed toolchain that answers a request; if there is none, one that is installed now. `asked_by` says what
/// made the request, for messages, which are as many as `printer` writes. If it may not be installed, by the setting
/// `auto-install`, the error has the kind `refused`.
pub(super) fn toolchain(
    request: &Request,
    asked_by: Option<&str>,
    refused: Kind,
    context: &Context<'_>,
    printer: &Printer,
) -> Result<Toolchain> {
    if let Some(present) = inventory::installed(&context.world.homes, request) {
        return Ok(present);
    }
    unsearched::warn_of_absent(context);
    let missing = || {
        let error = if request.is_linked_name() {
            requests::unknown_name(request, context).of_kind(refused)
        } else {
            Error::new(refused, format!("`{request}` is not installed")).hint(request.install_hint())
        };
        asked_by.into_iter().fold(error, Error::detail)
    };
    let may = match context.settings.auto_install {
        AutoInstall::Always => true,
        AutoInstall::Ask => ask(request, asked_by, context)?,
        AutoInstall::Never => false,
    };
    if !may || request.is_linked_name() {
        return Err(missing());
    }
    install_newest(request, asked_by, context, printer)?.ok_or_else(missing)
}

/// Installs the released version that answers a request. `asked_by` and `printer` are as for [`toolchain`]. `None` if
/// the toolchain was removed again meanwhile.
pub(super) fn install_newest(
    request: &Request,
    asked_by: Option<&str>,
    context: &Context<'_>,
    printer: &Printer,
) -> Result<Option<Toolchain>> {
    let name = with_installer(context, |installer| {
        installer.check_programs_run()?;
        let installer = &Installer { report: printer, ..*installer };
        let name = plan::toolchain(request, &installer.network.sources, printer)
            .map_err(|error| asked_by.into_iter().fold(error, Error::detail))?;
        let tell = |verb| printer.say(&format!("{verb} {}{}", name.request(), after_comma(asked_by)));
        // Offline it may well not be at hand, so that is told only once it is there.
        if context.settings.offline.is_some() {
            install(&name, installer, context, printer)?;
            tell("installed");
        } else {
            tell("installing");
            install(&name, installer, context, printer)?;
        }
        Ok(name)
    })?;
    interrupt::settle();
    Ok(inventory::find(&context.world.homes, &name))
}

/// Asks on the terminal whether to install. Without a terminal the answer is no.
fn ask(request: &Request, asked_by: Option<&str>, context: &Context<'_>) -> Result<bool> {
    let question = format!("`{request}` is not installed{}; install it?", after_comma(asked_by));
    Ok(context.printer.ask(&question, true)?.unwrap_or(false))
}

fn after_comma(asked_by: Option<&str>) -> String {
    asked_by.map_or_else(String::new, |asked_by| format!(", {asked_by}"))
}
