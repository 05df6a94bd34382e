//! `gox pin`: shows or writes the version that a directory asks for.

use clap::Args;
use std::path::Path;
use std::process::Command;

use super::context::Context;
use super::typed::Other;
use super::{requests, supply};
use crate::env::{GOROOT, GOTOOLCHAIN, GOTOOLCHAIN_INTERNAL};
use crate::error::{Error, Kind, Result};
use crate::fs::read;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::install::installer::Installer;
use crate::install::plan;
use crate::select::pin::{self, GO_VERSION_FILE, Pin};
use crate::select::reason::Rule;
use crate::select::selection::Selection;
use crate::select::{directory, gomod, pin_file, resolve};
use crate::store::inventory::{self, Toolchain};
use crate::store::projects;
use crate::text;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox pin
  gox pin 1.22
  gox pin --go-mod 1.22.4
  gox pin --unset")]
pub(super) struct Arguments {
    /// The version to pin; without it the pin is shown
    #[arg(value_name = "REQUEST")]
    pub request: Option<String>,
    /// Write the toolchain line of go.mod, not `.go-version`
    #[arg(long, requires = "request")]
    pub go_mod: bool,
    /// Replace an invalid `.go-version`, or pin what does not exist
    #[arg(long, requires = "request", conflicts_with = "go_mod")]
    pub force: bool,
    /// Remove the `.go-version` of this directory
    #[arg(long, conflicts_with_all = ["request", "go_mod", "force"])]
    pub unset: bool,
}

/// Shows, writes or removes the pin of this directory.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<()> {
    let directory = directory::current(&context.world)
        .map_err(|error| Error::store("could not reach the current directory", error))?;
    if arguments.unset {
        return unset(&directory, context);
    }
    let Some(word) = &arguments.request else {
        return show(&directory, context);
    };
    let request = requests::parse(word)?;
    if arguments.go_mod {
        return write_go_mod(&request, &directory, context);
    }
    if !arguments.force {
        requests::check_exists(&request, context).map_err(|error| {
            error.hint(format!("pin it all the same: `gox pin --force {}`", request.quoted()))
        })?;
    }
    let path = pin_file::write(&directory, &request.to_string(), arguments.force)?;
    projects::note(context.world.home(), &directory);
    context.printer.say(&format!("`{}` asks for {request} now", path.display()));
    if request != Request::System && inventory::installed(&context.world.homes, &request).is_none() {
        context.printer.hint(&format!("it is not installed; {}", request.install_hint()));
    }
    tell_effect(&request, context);
    Ok(())
}

fn show(directory: &Path, context: &Context<'_>) -> Result<()> {
    let Some(pin) = pin::nearest(directory)? else {
        return Err(Error::new(Kind::Refused, "no `.go-version` or `.tool-versions` here or above")
            .hint("write one: `gox pin 1.22`"));
    };
    let request = resolve::chosen(&context.world, &pin);
    context.printer.say(&format!("set by {}:{}", pin.path.display(), pin.line));
    context.printer.data(&request.to_string())?;
    tell_effect(request, context);
    Ok(())
}

/// Says why the pin `request` changes nothing here, where a variable or another Go comes first.
fn tell_effect(request: &Request, context: &Context<'_>) {
    // A variable that is invalid is no concern of the pin.
    let reason = context.here().ok().flatten().map(|selection| selection.reason);
    if let Some(reason) = reason.filter(|reason| reason.rule < Rule::File) {
        let text = text::escaped(&reason.text);
        context.printer.note(&format!("{text} comes before the pin in this shell, {reason}"));
        let command = match reason.rule {
            Rule::Environment => "unset GO_VERSION",
            _ => "gox use --unset",
        };
        context.printer.hint(&format!("let the pin decide: `{command}`"));
    }
    Other::tell_if_not(request, context);
}

/// Removes the pin of this directory, and says what counts here then. Refused where another file goes on to pin it.
fn unset(directory: &Path, context: &Context<'_>) -> Result<()> {
    if let Some(path) = pin_file::remove(directory)? {
        context.printer.say(&format!("removed `{}`", path.display()));
    } else if let Some(pin) = pin::nearest(directory)? {
        return Err(pinned_elsewhere(&pin));
    } else {
        context.printer.say("there is no `.go-version` here; nothing was changed");
    }
    match context.here() {
        Ok(Some(Selection { reason, .. })) => {
            context.printer.say(&format!("{} counts here now, {reason}", text::escaped(&reason.text)));
        }
        Ok(None) => context.printer.say("no Go is selected here now"),
        Err(error) => context.printer.warn(&error.summary()),
    }
    Ok(())
}

fn pinned_elsewhere(pin: &Pin) -> Error {
    let error = Error::new(Kind::Refused, "there is no `.go-version` here").detail(format!(
        "{} is set by {}:{}",
        pin.requests[0],
        pin.path.display(),
        pin.line
    ));
    match pin.path.parent().filter(|_| pin.path.ends_with(GO_VERSION_FILE)) {
        Some(folder) => {
            error.hint(format!("remove it there: `cd {} && gox pin --unset`", text::quoted_path(folder)))
        }
        None => error.hint(format!("take line {} out of it by hand", pin.line)),
    }
}

/// Writes the toolchain line of go.mod with `go mod edit`, which keeps the rest of the file as it is.
fn write_go_mod(request: &Request, directory: &Path, context: &Context<'_>) -> Result<()> {
    if *request == Request::System {
        return Err(Error::new(Kind::Usage, "a toolchain line names a version, not the system's Go"));
    }
    if request.is_linked_name() {
        return Err(Error::new(Kind::Usage, format!("a toolchain line names a version, not `{request}`")));
    }
    let request = &newest_released(request, context)?;
    refuse_below_go_line(request, directory)?;
    let toolchain = supply::toolchain(request, None, Kind::NoSuchVersion, context)?;
    // Go 1.21 is the first that knows toolchain lines.
    let knows = |other: &Toolchain| other.version() >= Version::parse("1.21rc1").as_ref();
    let editor = inventory::all(&context.world.homes).into_iter().find(knows);
    let go = editor.as_ref().filter(|_| !knows(&toolchain)).unwrap_or(&toolchain).path.join("bin/go");
    let line = format!("-toolchain={}", toolchain.name);
    let mut command = Command::new(&go);
    command.args(["mod", "edit", &line]).env(GOTOOLCHAIN, "local").env_remove(GOROOT);
    for name in GOTOOLCHAIN_INTERNAL {
        command.env_remove(name);
    }
    let status = command.status().map_err(|error| {
        Error::new(Kind::CannotRun, format!("could not run `{}`", go.display())).because(error)
    })?;
    if !status.success() {
        // The go command has printed the reason.
        return Err(Error::new(Kind::InvalidFile, "could not write the toolchain line of go.mod"));
    }
    context.printer.say(&format!("go.mod asks for {} now", toolchain.name.request()));
    Ok(())
}

/// The exact request to write for a line, a range or `latest`: a file that others share must not depend on what is
/// installed here.
fn newest_released(request: &Request, context: &Context<'_>) -> Result<Request> {
    if request.is_exact() {
        return Ok(request.clone());
    }
    let plan = |installer: &Installer<'_>| {
        plan::toolchain(request, &installer.network.sources, installer.report).map(|name| name.request())
    };
    supply::with_installer(context, plan).map_err(|error| match error.kind() {
        Kind::Network => error.hint("name it exactly: `gox pin --go-mod 1.22.4`"),
        _ => error,
    })
}

/// An error if the go line of the nearest go.mod wants a newer Go: then a toolchain line changes nothing (Go source
/// `cmd/go/internal/toolchain`, `Select`).
fn refuse_below_go_line(request: &Request, directory: &Path) -> Result<()> {
    let mut candidates = directory.ancestors().map(|folder| folder.join("go.mod"));
    let Some(file) = candidates.find(|file| file.is_file()) else { return Ok(()) };
    let text = String::from_utf8_lossy(&read::read(&file)?).into_owned();
    let Some((go, line)) = gomod::lookup(&text, "go") else { return Ok(()) };
    let toolchain = request.toolchain();
    match (toolchain.as_ref().and_then(ToolchainName::version), Version::parse(go)) {
        (Some(pinned), Some(go)) if *pinned < go => {}
        _ => return Ok(()),
    }
    let message = format!("a toolchain line for {request} would change nothing");
    Err(Error::new(Kind::Refused, message)
        .detail(format!("{}:{line} has `go {go}`, which is newer", file.display()))
        .hint(format!("run it all the same, by a file of gox: `gox pin {request}`")))
}
