//! `gox pin --go-mod`: writes the toolchain line of go.mod, by the go command.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::context::Context;
use super::{other_go, requests, supply};
use crate::env::{GOROOT, GOTOOLCHAIN, GOTOOLCHAIN_INTERNAL};
use crate::error::{Error, Kind, Result};
use crate::fs::identity::is_same;
use crate::fs::read;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::install::installer::Installer;
use crate::install::plan;
use crate::select::pin::GO_VERSION_FILE;
use crate::select::reason::{Reason, Rule};
use crate::select::selection::Go;
use crate::select::{advice, gomod, system};
use crate::store::inventory::{self, Toolchain};
use crate::store::projects;
use crate::text;

/// Writes the toolchain line of the nearest go.mod with `go mod edit`, which keeps the rest of the file as it is.
pub(super) fn pin(request: &Request, directory: &Path, context: &Context<'_>) -> Result<()> {
    if *request == Request::System {
        return Err(Error::new(Kind::Usage, "a toolchain line names a version, not the system's Go"));
    }
    if request.is_linked_name() {
        return Err(Error::new(Kind::Usage, format!("a toolchain line names a version, not `{request}`")));
    }
    let file = nearest(directory)?;
    let toolchain = newest_released(request, context)?;
    refuse_in_vain(&toolchain, &file)?;
    write(&toolchain, &editor(&toolchain, context)?)?;
    projects::note(context.world.home(), file.parent().unwrap_or(directory));
    let request = toolchain.request();
    context.printer.say(&format!("go.mod asks for {request} now"));
    requests::tell_if_missing(&request, context);
    tell_effect(&toolchain, &file, context);
    Ok(())
}

fn nearest(directory: &Path) -> Result<PathBuf> {
    let mut candidates = directory.ancestors().map(|folder| folder.join("go.mod"));
    candidates.find(|file| file.is_file()).ok_or_else(|| {
        Error::new(Kind::InvalidFile, "there is no go.mod here or above")
            .hint("make one: `go mod init`, or pin by a file of gox: `gox pin 1.22`")
    })
}

fn write(toolchain: &ToolchainName, go: &Path) -> Result<()> {
    let line = format!("-toolchain={toolchain}");
    let mut command = Command::new(go);
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
    Ok(())
}

/// Says so where something else than the toolchain line decides what runs here.
fn tell_effect(toolchain: &ToolchainName, file: &Path, context: &Context<'_>) {
    // What is invalid is no concern of the line.
    let Some(selection) = context.here().ok().flatten() else { return };
    let reason = &selection.reason;
    let is_of_line =
        reason.rule == Rule::ToolchainLine && reason.path.as_deref().is_some_and(|path| is_same(path, file));
    // The system's Go reads the line itself.
    let is_of_system = matches!(selection.go(), Some(Go::System(_)));
    if is_of_line || is_of_system || selection.runs(toolchain) {
        return;
    }
    context.printer.note(&format!("{} still decides here, {reason}", text::escaped(&reason.text)));
    let request = toolchain.request().quoted();
    let is_in = |name: &str| reason.path.as_deref() == Some(&file.with_file_name(name));
    let way = match other_go::without(reason) {
        Some(way) => way,
        None if is_in(GO_VERSION_FILE) => "`gox pin --unset`".to_owned(),
        None if matches!(reason.rule, Rule::ToolchainLine | Rule::GoLine) => {
            in_workspace(toolchain, reason, file.parent())
        }
        None => return,
    };
    context.printer.hint(&format!("let {request} decide: {way}"));
}

/// What lets a toolchain decide where the file of a workspace asks for another one. A newer go line there leaves that to
/// a file of gox.
fn in_workspace(toolchain: &ToolchainName, reason: &Reason, here: Option<&Path>) -> String {
    let request = toolchain.request().quoted();
    let is_newer = |go: &Version| toolchain.version().is_some_and(|version| version < go);
    let go = reason.path.as_deref().and_then(|file| go_line(file, is_newer).ok().flatten());
    if go.is_some() { format!("`gox pin {request}`") } else { advice::instead(reason, &request, here) }
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
    let version = system.as_deref().and_then(system::version_of);
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
        return requests::check_exists(request, context).map(|_| toolchain);
    }
    let plan =
        |installer: &Installer<'_>| plan::toolchain(request, &installer.network.sources, installer.report);
    supply::with_installer(context, plan).map_err(|error| match error.kind() {
        Kind::Network => error.hint("name it exactly: `gox pin --go-mod 1.22.4`"),
        _ => error,
    })
}

/// An error if the go line of the go.mod wants a newer Go: then a toolchain line changes nothing (Go source
/// `cmd/go/internal/toolchain`, `Select`).
fn refuse_in_vain(toolchain: &ToolchainName, file: &Path) -> Result<()> {
    let Some(pinned) = toolchain.version() else { return Ok(()) };
    let Some((line, _)) = go_line(file, |go| pinned < go)? else { return Ok(()) };
    let request = toolchain.request();
    let message = format!("a toolchain line for {request} would change nothing");
    Err(Error::new(Kind::Refused, message)
        .detail(format!("{line}, which is newer"))
        .hint(format!("run it all the same, by a file of gox: `gox pin {request}`")))
}

/// Warns if the go line of the nearest go.mod wants a newer Go than the pin means: that of the pin runs all the same,
/// and from 1.21 on refuses to build the module.
pub(super) fn warn_below_go_line(request: &Request, directory: &Path, context: &Context<'_>) {
    let installed = inventory::installed(&context.world.homes, request);
    let is_below = |go: &Version| match (installed.as_ref().and_then(Toolchain::version), request) {
        (Some(version), _) | (None, Request::Version(version)) => version < go,
        // Which release of the line it will be is not known yet.
        (None, Request::Line(line)) => *line < go.line(),
        _ => false,
    };
    // A go.mod that cannot be read is no concern of the pin.
    let line = nearest(directory).and_then(|file| go_line(&file, is_below));
    if let Ok(Some((line, go))) = line {
        context.printer.warn(&format!("{request} is older than what the module asks for: {line}"));
        context.printer.hint(&format!("ask for that: `gox pin {go}`"));
    }
}

/// What the go line of a go.mod has, as a text with its place, and its version, if that is wanted.
fn go_line(file: &Path, is_wanted: impl Fn(&Version) -> bool) -> Result<Option<(String, String)>> {
    let text = String::from_utf8_lossy(&read::read(file)?).into_owned();
    let found =
        gomod::lookup(&text, "go").filter(|(go, _)| Version::parse(go).is_some_and(|go| is_wanted(&go)));
    Ok(found.map(|(go, line)| (format!("{}:{line} has `go {go}`", file.display()), go.to_owned())))
}
