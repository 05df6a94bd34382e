//! Which toolchains go where a fleet file wants no others: neither a linked one, nor one that a known project asks for.

use std::collections::{BTreeMap, BTreeSet};
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
/// declared versions are there, `asked` what known projects ask for.
pub(super) fn removals(
    declared: &Declared,
    installed: &[Toolchain],
    after: &BTreeSet<ToolchainName>,
    asked: &BTreeMap<ToolchainName, String>,
    world: &World,
) -> Result<Vec<ToolchainName>> {
    if !declared.is_exclusive() {
        return Ok(Vec::new());
    }
    let is_kept = |name: &ToolchainName| declared.toolchains().contains(name) || asked.contains_key(name);
    let goes = |toolchain: &&Toolchain| !toolchain.path.is_symlink() && !is_kept(&toolchain.name);
    let gone: Vec<ToolchainName> =
        installed.iter().filter(goes).map(|toolchain| toolchain.name.clone()).collect();
    if declared.default_toolchain().is_none() {
        refuse_default_of_today(&gone, after, world)?;
    }
    Ok(gone)
}

/// The toolchains that known projects ask for, each with a line that does, such as `/p/.go-version:1`. What cannot be
/// read is an error only where it decides what goes.
pub(super) fn asked(
    declared: &Declared,
    after: &BTreeSet<ToolchainName>,
    world: &World,
) -> Result<BTreeMap<ToolchainName, String>> {
    let mut asked = BTreeMap::new();
    let folders = projects::folders(world.home());
    for folder in if declared.is_exclusive() { folders? } else { folders.unwrap_or_default() } {
        match asked_for(&folder, after) {
            Ok(names) => {
                for (name, line) in names {
                    asked.entry(name).or_insert(line);
                }
            }
            Err(error) if declared.is_exclusive() => {
                let projects = world.home().projects();
                return Err(
                    error.hint(format!("mend it, or remove the folder from `{}`", projects.display()))
                );
            }
            Err(_) => {}
        }
    }
    Ok(asked)
}

/// What the pin and the lines of a project ask for: what runs there, and perhaps more, whatever the default is.
fn asked_for(folder: &Path, after: &BTreeSet<ToolchainName>) -> Result<Vec<(ToolchainName, String)>> {
    let at = |path: &Path, line: usize| format!("{}:{line}", text::path(path));
    let pin = pin::nearest(folder)?;
    let pinned = pin.iter().flat_map(|pin| pin.requests.iter().map(move |request| (request, pin)));
    let pinned = pinned.filter_map(|(request, pin)| Some((meant(request, after)?, at(&pin.path, pin.line))));
    let files = folder.ancestors().flat_map(|folder| ["go.work", "go.mod"].map(|name| folder.join(name)));
    let files = files.filter_map(|file| Some((read::read_quietly(&file)?, file)));
    let lines = files.flat_map(|(text, file)| lines(&text).map(move |(name, line)| (name, at(&file, line))));
    Ok(pinned.chain(lines).collect())
}

/// The toolchains that the `toolchain` and the `go` line name, each with the number of the line.
fn lines(text: &str) -> impl Iterator<Item = (ToolchainName, usize)> + use<> {
    let named = gomod::lookup(text, "toolchain").map(|(name, line)| (ToolchainName::new(name), line));
    let version = gomod::lookup(text, "go");
    let version = version.and_then(|(version, line)| Some((Version::parse(version)?, line)));
    named.into_iter().chain(version.map(|(version, line)| (version.for_go_line().toolchain(), line)))
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
