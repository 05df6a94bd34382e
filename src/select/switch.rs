//! From a base to what cmd/go would switch to, and from that name to a toolchain.

use std::path::Path;

use super::base::Footing;
use super::call::Call;
use super::goenv::{GoEnv, Origin};
use super::gomod::{Project, Search};
use super::gotoolchain::{self, Switch};
use super::reason::{Reason, Rule};
use super::selection::{Answer, Selection};
use super::system;
use super::trace::{Observer, Step, Why};
use super::world::World;
use crate::env::GOTOOLCHAIN;
use crate::error::Result;
use crate::go::request::Request;
use crate::go::version::version_of_toolchain;
use crate::store::inventory::{self, Toolchain};

/// The rules that come after the base.
pub(super) const LATER: [Rule; 3] = [Rule::Gotoolchain, Rule::ToolchainLine, Rule::GoLine];

/// What cmd/go would switch to, with this footing and in the order in which it asks. A project that is
/// known already is not looked for again.
pub(super) fn switch(
    call: &Call<'_>,
    footing: &Footing,
    search: Search<'_>,
    known: Option<Project>,
    observer: &mut Observer<'_>,
) -> Result<Option<Switch>> {
    if !search.modules_are_on()? {
        observer.not_asked(&LATER, Why::ModulesOff);
        return Ok(None);
    }
    // Without a base there is no Go that could answer.
    if call.is_exempt() && !footing.is_none() {
        observer.not_asked(&LATER, Why::Exempt);
        return Ok(None);
    }
    let (value, origin) = setting(search.settings, footing);
    let project = || if known.is_some() { Ok(known) } else { search.project() };
    gotoolchain::decide(&footing.local, &value, origin.as_ref(), project, observer)
}

/// GOTOOLCHAIN; without an origin where nobody set it. What has no `go.env` of its own counts as one that
/// says `auto`.
fn setting(settings: &GoEnv, footing: &Footing) -> (String, Option<Origin>) {
    match settings.get(GOTOOLCHAIN) {
        Some((value, origin)) => (value, Some(origin)),
        None if footing.is_auto => ("auto".to_owned(), None),
        None => ("local".to_owned(), None),
    }
}

/// The toolchain that a name means, installed or not.
pub(super) fn switch_to(
    world: &World,
    call: &Call<'_>,
    directory: Option<&Path>,
    switch: Switch,
    mut settings: GoEnv,
) -> Result<Selection> {
    let Switch { name, reason, download } = switch;
    let answer = match find(world, call, directory, &name) {
        Some(answer) => answer,
        None => missing(&name, &reason, download)?,
    };
    let local = match &answer {
        Answer::Toolchain(toolchain) => {
            would_switch_again(world, call, directory, toolchain, &reason, &mut settings)
        }
        _ => false,
    };
    Ok(Selection { local, ..Selection::new(answer, reason, settings) })
}

/// Whether the toolchain, left alone, would switch again because its own `go.env` is another than that of
/// the base. What the environment or the GOENV file says is the same for both.
fn would_switch_again(
    world: &World,
    call: &Call<'_>,
    directory: Option<&Path>,
    toolchain: &Toolchain,
    reason: &Reason,
    settings: &mut GoEnv,
) -> bool {
    let Some(footing) = Footing::of_installed(toolchain).filter(|footing| !footing.is_auto) else {
        return false;
    };
    settings.read_toolchain(world, &toolchain.path);
    let Some((value, Origin::Toolchain(_))) = settings.get(GOTOOLCHAIN) else { return false };
    let is_by_line = matches!(reason.rule, Rule::ToolchainLine | Rule::GoLine);
    if is_by_line && matches!(value.as_str(), "" | "local" | "auto" | "path") {
        // No line asks for more than the toolchain that the lines chose.
        return false;
    }
    let search = Search { world, settings, directory, goroot: Some(&toolchain.path) };
    let mut nobody = |_: Step<'_>| {};
    !matches!(switch(call, &footing, search, None, &mut Observer(&mut nobody)), Ok(None))
}

/// By its name: in a store, whose launcher cmd/go would find first on PATH, then as whatever else is called
/// so on PATH (Go source `cmd/go/internal/toolchain.Exec`; GOTOOLCHAIN=auto looks there too before it
/// downloads). Last by the name under which Go releases that version.
fn find(world: &World, call: &Call<'_>, directory: Option<&Path>, name: &str) -> Option<Answer> {
    if name.contains(char::is_control) {
        return None;
    }
    let in_store = |name: &str| inventory::find(&world.homes, name).map(Answer::Toolchain);
    in_store(name).or_else(|| on_path(world, call, directory, name)).or_else(|| {
        let version = version_of_toolchain(name).filter(|_| !name.contains(['-', ' ', '\t']))?;
        in_store(&version.toolchain())
    })
}

/// A program of that name is a `go`; its `gofmt` is beside the real file, where that is in a GOROOT.
fn on_path(world: &World, call: &Call<'_>, directory: Option<&Path>, name: &str) -> Option<Answer> {
    let program = system::program(name, directory, world)?;
    let path = if call.tool == "go" { program } else { system::beside(&program, call.tool)? };
    Some(Answer::OnPath { name: name.to_owned(), path })
}

/// A request for what a name means, to install it.
pub(super) fn missing(name: &str, reason: &Reason, install: bool) -> Result<Answer> {
    let is_plain = !name.contains(['-', ' ', '\t']);
    let request = match version_of_toolchain(name).filter(|_| is_plain) {
        Some(version) if version.is_lang() => {
            let line = version.line();
            let why = format!("`go{line}` is a language version and no toolchain; its first is `go{line}.0`");
            return Err(gotoolchain::refused(&reason.said(), &why));
        }
        Some(version) => Request::Version(version),
        None => match Request::parse(name) {
            Ok(request @ Request::Name(_)) if !name.contains(char::is_whitespace) => request,
            _ => return Err(gotoolchain::refused(&reason.said(), "no toolchain can be called so")),
        },
    };
    Ok(Answer::Missing { request, install })
}
