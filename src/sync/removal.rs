//! Which toolchains go where a fleet file wants no others: neither a linked one, nor one that a known project asks for.

use std::collections::BTreeSet;
use std::path::Path;

use super::file::Declared;
use crate::error::{Error, Kind, Result};
use crate::fs::read;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::select::world::World;
use crate::select::{gomod, pin, resolve};
use crate::store::inventory::{self, Toolchain};
use crate::store::projects;
use crate::text;

/// The toolchains to remove. `installed` is what the user's own store has, `after` what all stores have once the
/// declared versions are there.
pub(super) fn removals(
    declared: &Declared,
    installed: &[Toolchain],
    after: &BTreeSet<ToolchainName>,
    world: &World,
) -> Result<Vec<ToolchainName>> {
    if !declared.is_exclusive() {
        return Ok(Vec::new());
    }
    let mut kept: BTreeSet<ToolchainName> = declared.toolchains().iter().cloned().collect();
    for folder in projects::folders(world.home())? {
        let asked = asked_for(&folder, after).map_err(|error| {
            let projects = world.home().projects();
            error.hint(format!("mend it, or remove the folder from `{}`", projects.display()))
        })?;
        kept.extend(asked);
    }
    let goes = |toolchain: &&Toolchain| !toolchain.path.is_symlink() && !kept.contains(&toolchain.name);
    let gone: Vec<ToolchainName> =
        installed.iter().filter(goes).map(|toolchain| toolchain.name.clone()).collect();
    if declared.default_toolchain().is_none() {
        refuse_default_of_today(&gone, after, world)?;
    }
    Ok(gone)
}

/// What the pin and the lines of a project ask for: what runs there, and perhaps more, whatever the default is.
fn asked_for(folder: &Path, after: &BTreeSet<ToolchainName>) -> Result<Vec<ToolchainName>> {
    let pin = pin::nearest(folder)?;
    let pinned = pin.iter().flat_map(|pin| &pin.requests).filter_map(|request| meant(request, after));
    let files = folder.ancestors().flat_map(|folder| ["go.work", "go.mod"].map(|name| folder.join(name)));
    let lines = files.filter_map(|file| read::read_quietly(&file)).flat_map(|text| lines(&text));
    Ok(pinned.chain(lines).collect())
}

/// The toolchains that the `toolchain` and the `go` line name.
fn lines(text: &str) -> Vec<ToolchainName> {
    let named = gomod::lookup(text, "toolchain").map(|(name, _)| ToolchainName::new(name));
    let version = gomod::lookup(text, "go").and_then(|(version, _)| Version::parse(version));
    named.into_iter().chain(version.map(|version| version.for_go_line().toolchain())).collect()
}

/// The toolchain that a request means among these.
fn meant(request: &Request, among: &BTreeSet<ToolchainName>) -> Option<ToolchainName> {
    let chosen = || request.choose(among.iter().filter_map(ToolchainName::release)).map(Version::toolchain);
    request.toolchain().or_else(chosen)
}

/// An error if nothing that stays answers the default of today.
fn refuse_default_of_today(
    gone: &[ToolchainName],
    after: &BTreeSet<ToolchainName>,
    world: &World,
) -> Result<()> {
    let Some(pin) = resolve::default(world)? else { return Ok(()) };
    let request = &pin.requests[0];
    // Another store may have the same version.
    let stays =
        |name: &&ToolchainName| !gone.contains(name) || inventory::find(&world.homes[1..], name).is_some();
    let staying = after.iter().filter(stays).cloned().collect();
    let answers = |among| meant(request, among).filter(|name| among.contains(name));
    if answers(after).is_none() || answers(&staying).is_some() {
        return Ok(());
    }
    let message = format!("the default, {request}, would be removed, and the fleet file names no other");
    Err(Error::new(Kind::Refused, message)
        .detail(format!("set by {}:{}", text::path(&pin.path), pin.line))
        .hint("name one in the file: `default = …`; or choose another here: `gox default VERSION`"))
}
