//! `gox pin`: shows or writes the version that a directory asks for.

use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::context::Context;
use super::typed::tell_effect;
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
use crate::select::selection::Selection;
use crate::select::{directory, gomod, pin_file, resolve, system};
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
    /// Write the toolchain line of go.mod, not `.go-version`, with the go command: any that is 1.21 or
    /// newer; where there is none, the version is installed first
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
    tell_if_missing(&request, context);
    warn_below_go_line(&request, &directory, context);
    tell_effect("pin", &request, context);
    Ok(())
}

/// Says how to install what was pinned, where it is not.
fn tell_if_missing(request: &Request, context: &Context<'_>) {
    if *request != Request::System && inventory::installed(&context.world.homes, request).is_none() {
        context.printer.hint(&format!("it is not installed; {}", request.install_hint()));
    }
}

fn show(directory: &Path, context: &Context<'_>) -> Result<()> {
    let Some(pin) = pin::nearest(directory)? else {
        return Err(Error::new(Kind::Refused, "no `.go-version` or `.tool-versions` here or above")
            .hint("write one: `gox pin 1.22`"));
    };
    let request = resolve::chosen(&context.world, &pin);
    context.printer.say(&format!("set by {}:{}", pin.path.display(), pin.line));
    context.printer.data(&request.to_string())?;
    tell_effect("pin", request, context);
    Ok(())
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
    let toolchain = newest_released(request, context)?;
    let request = toolchain.request();
    refuse_in_vain(&toolchain, directory)?;
    let go = editor(&toolchain, context)?;
    let line = format!("-toolchain={toolchain}");
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
    context.printer.say(&format!("go.mod asks for {request} now"));
    tell_if_missing(&request, context);
    Ok(())
}

/// The `go` that edits go.mod: that of the pinned toolchain, else the newest installed, else the system's. The pinned
/// toolchain is installed only where none of them knows toolchain lines.
fn editor(pinned: &ToolchainName, context: &Context<'_>) -> Result<PathBuf> {
    let homes = &context.world.homes;
    // Go 1.21 is the first that knows toolchain lines.
    let first = Version::parse("1.21rc1");
    let knows = |name: &ToolchainName| name.version() >= first.as_ref();
    let installed = inventory::find(homes, pinned).into_iter().chain(inventory::all(homes));
    if let Some(toolchain) = installed.into_iter().find(|toolchain| knows(&toolchain.name)) {
        return Ok(toolchain.path.join("bin/go"));
    }
    let system = system::find("go", &context.world);
    let version = system.as_deref().and_then(system::goroot).and_then(|goroot| system::version(&goroot));
    if let (Some(go), Some(version)) = (system, version)
        && knows(&ToolchainName::new(version))
    {
        return Ok(go);
    }
    if !knows(pinned) {
        let message = "no installed Go can write a toolchain line: Go 1.21 is the first that knows them";
        return Err(Error::new(Kind::NoSuchVersion, message).hint("install the newest: `gox install latest`"));
    }
    let why = Some("needed to edit go.mod");
    let toolchain = supply::toolchain(&pinned.request(), why, Kind::NoSuchVersion, context, context.printer)?;
    Ok(toolchain.path.join("bin/go"))
}

/// The toolchain to write for a request, of a line, a range or `latest` the newest released: a file that others share
/// must not depend on what is installed here.
fn newest_released(request: &Request, context: &Context<'_>) -> Result<ToolchainName> {
    if let Some(toolchain) = request.toolchain() {
        return requests::check_exists(request, context).map(|()| toolchain);
    }
    let plan =
        |installer: &Installer<'_>| plan::toolchain(request, &installer.network.sources, installer.report);
    supply::with_installer(context, plan).map_err(|error| match error.kind() {
        Kind::Network => error.hint("name it exactly: `gox pin --go-mod 1.22.4`"),
        _ => error,
    })
}

/// An error if there is no go.mod, or if the go line of the nearest one wants a newer Go: then a toolchain line changes
/// nothing (Go source `cmd/go/internal/toolchain`, `Select`).
fn refuse_in_vain(toolchain: &ToolchainName, directory: &Path) -> Result<()> {
    if go_mod(directory).is_none() {
        return Err(Error::new(Kind::InvalidFile, "there is no go.mod here or above")
            .hint("make one: `go mod init`, or pin by a file of gox: `gox pin 1.22`"));
    }
    let Some(pinned) = toolchain.version() else { return Ok(()) };
    let Some(line) = go_line(directory, |go| pinned < go)? else { return Ok(()) };
    let request = toolchain.request();
    let message = format!("a toolchain line for {request} would change nothing");
    Err(Error::new(Kind::Refused, message)
        .detail(format!("{line}, which is newer"))
        .hint(format!("run it all the same, by a file of gox: `gox pin {request}`")))
}

/// Warns if the go line of the nearest go.mod wants a newer Go than the pin means: that of the pin runs all the same, and
/// from 1.21 on refuses to build the module.
fn warn_below_go_line(request: &Request, directory: &Path, context: &Context<'_>) {
    let installed = inventory::installed(&context.world.homes, request);
    let is_below = |go: &Version| match (installed.as_ref().and_then(Toolchain::version), request) {
        (Some(version), _) | (None, Request::Version(version)) => version < go,
        // Which release of the line it will be is not known yet.
        (None, Request::Line(line)) => *line < go.line(),
        _ => false,
    };
    // A go.mod that cannot be read is no concern of the pin.
    if let Ok(Some(line)) = go_line(directory, is_below) {
        context.printer.warn(&format!("{request} is older than what the module asks for: {line}"));
    }
}

/// What the go line of the nearest go.mod has, and its place, if its version is wanted.
fn go_line(directory: &Path, is_wanted: impl Fn(&Version) -> bool) -> Result<Option<String>> {
    let Some(file) = go_mod(directory) else { return Ok(None) };
    let text = String::from_utf8_lossy(&read::read(&file)?).into_owned();
    let found =
        gomod::lookup(&text, "go").filter(|(go, _)| Version::parse(go).is_some_and(|go| is_wanted(&go)));
    Ok(found.map(|(go, line)| format!("{}:{line} has `go {go}`", file.display())))
}

/// The nearest go.mod upward.
fn go_mod(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().map(|folder| folder.join("go.mod")).find(|file| file.is_file())
}
