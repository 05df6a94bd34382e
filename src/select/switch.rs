//! Decides to which toolchain cmd/go would switch from the base, and finds it in a store or on PATH.

use std::path::Path;

use super::call::Call;
use super::goenv::{GoEnv, Origin};
use super::gomod::{Project, Search};
use super::gotoolchain::{self, Switch};
use super::local::Local;
use super::question::Question;
use super::reason::{Reason, Rule};
use super::selection::{Go, Selected, Selection};
use super::system;
use super::trace::{Trace, Why};
use super::world::World;
use crate::env::GOTOOLCHAIN;
use crate::error::Result;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::store::inventory::{self, Toolchain};

/// The rules that are asked after the base is found.
pub(super) const LATER: [Rule; 3] = [Rule::Gotoolchain, Rule::ToolchainLine, Rule::GoLine];

/// The toolchain to which cmd/go would switch from `local`; `None` if it would not. `known` is the project, if
/// that was found before.
pub(super) fn switch(
    question: &Question<'_>,
    local: &Local,
    search: Search<'_>,
    known: Option<Project>,
    trace: &mut Trace,
) -> Result<Option<Switch>> {
    if !search.modules_are_on()? {
        trace.not_asked(&LATER, Why::ModulesOff);
        return Ok(None);
    }
    // Without a base there is no local Go to answer such a call.
    if question.call.is_exempt() && !local.is_none() {
        trace.not_asked(&LATER, Why::Exempt);
        return Ok(None);
    }
    let (value, origin) = gotoolchain(search.settings, local);
    let project = || if known.is_some() { Ok(known) } else { search.project() };
    gotoolchain::decide(local, value, origin.as_ref(), project, trace)
}

/// The value of GOTOOLCHAIN and its origin, which is `None` for the default. A toolchain without a `go.env`
/// file counts as one with `GOTOOLCHAIN=auto` in it.
fn gotoolchain(settings: &GoEnv, local: &Local) -> (String, Option<Origin>) {
    match settings.get(GOTOOLCHAIN) {
        Some((value, origin)) => (value, Some(origin)),
        None if local.is_auto => ("auto".to_owned(), None),
        None => ("local".to_owned(), None),
    }
}

/// The selection of the toolchain to switch to, installed or not.
pub(super) fn switch_to(question: &Question<'_>, switch: Switch, mut settings: GoEnv) -> Result<Selection> {
    let Switch { name, reason, download } = switch;
    let selected = match find(question, &name) {
        Some(go) => Selected::Present(go),
        None => missing(&name, &reason, download)?,
    };
    let local = match &selected {
        Selected::Present(Go::Toolchain(toolchain)) => {
            would_switch_again(question, toolchain, &reason, &mut settings)
        }
        _ => false,
    };
    Ok(Selection { local, ..Selection::new(selected, reason, settings) })
}

/// What the system's Go, the program `go`, switches to by itself, as gox leaves that to it; `None` if it runs itself.
pub fn of_system(world: &World, go: &Path) -> Result<Option<Selection>> {
    let Some(path) = system::goroot(go) else { return Ok(None) };
    let Some(name) = system::version(&path) else { return Ok(None) };
    let toolchain = Toolchain { name: ToolchainName::new(name), path };
    // An older one knows no other.
    let Some(local) = Local::of_installed(&toolchain).filter(|local| !local.is_auto) else { return Ok(None) };
    let call = Call::new("go", &[]);
    let (question, mut settings) = (Question::new(world, &call), GoEnv::of_user(world));
    settings.read_toolchain(world, &toolchain.path);
    let search = Search::new(&question, &settings, Some(&toolchain.path));
    let switch = switch(&question, &local, search, None, &mut Trace::default())?;
    switch.map(|switch| switch_to(&question, switch, settings)).transpose()
}

/// Whether `toolchain` would switch again, because GOTOOLCHAIN in its `go.env` differs from that of the base. A
/// value from the environment or the GOENV file is the same for both, and was applied to the base.
fn would_switch_again(
    question: &Question<'_>,
    toolchain: &Toolchain,
    reason: &Reason,
    settings: &mut GoEnv,
) -> bool {
    let Some(local) = Local::of_installed(toolchain).filter(|local| !local.is_auto) else { return false };
    settings.read_toolchain(question.world, &toolchain.path);
    let Some((value, Origin::Toolchain(_))) = settings.get(GOTOOLCHAIN) else { return false };
    let is_by_line = matches!(reason.rule, Rule::ToolchainLine | Rule::GoLine);
    if is_by_line && matches!(value.as_str(), "" | "local" | "auto" | "path") {
        // The lines chose this toolchain, so they ask for no newer one.
        return false;
    }
    let search = Search::new(question, settings, Some(&toolchain.path));
    !matches!(switch(question, &local, search, None, &mut Trace::default()), Ok(None))
}

/// Finds an installed toolchain by its name: in a store, whose launcher cmd/go would find first on PATH, then as
/// another program on PATH (Go source `cmd/go/internal/toolchain.Exec`, which searches PATH before it downloads).
/// Last in a store by the name under which Go releases the version.
fn find(question: &Question<'_>, name: &ToolchainName) -> Option<Go> {
    if name.as_str().contains(char::is_control) {
        return None;
    }
    let in_store = |name: &ToolchainName| inventory::find(&question.world.homes, name).map(Go::Toolchain);
    in_store(name).or_else(|| on_path(question, name)).or_else(|| {
        let version = name.version().filter(|_| !name.has_suffix())?;
        in_store(&version.toolchain())
    })
}

/// The program `name` on PATH, which is a `go`; for `gofmt`, the one beside its real file.
fn on_path(question: &Question<'_>, name: &ToolchainName) -> Option<Go> {
    let program = system::program(name.as_str(), question.directory(), question.world)?;
    let tool = question.call.tool;
    let path = if tool == "go" { program } else { system::beside(&program, tool)? };
    Some(Go::OnPath { name: name.clone(), path })
}

/// The request that installs the toolchain `name`; the error if no toolchain can have this name.
pub(super) fn missing(name: &ToolchainName, reason: &Reason, install: bool) -> Result<Selected> {
    let request = match name.version().filter(|_| !name.has_suffix()) {
        Some(version) if version.is_lang() => {
            let line = version.line();
            let why =
                format!("`go{line}` is a language version; the first toolchain of its line is `go{line}.0`");
            return Err(gotoolchain::refused(reason, &why));
        }
        Some(version) => Request::Version(version.clone()),
        None => match Request::parse(name.as_str()) {
            Ok(request @ Request::Name(_)) if !name.as_str().contains(char::is_whitespace) => request,
            _ => {
                let why = Request::meant(name.as_str()).map(|meant| format!("Go writes it `go{meant}`"));
                let why = why.unwrap_or_else(|| "it is not a valid toolchain name".to_owned());
                return Err(gotoolchain::refused(reason, &why));
            }
        },
    };
    Ok(Selected::Missing { request, install })
}
