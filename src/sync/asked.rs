//! Which toolchains known projects ask for, and in which line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::declared::Declared;
use crate::error::Result;
use crate::fs::read;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::select::world::World;
use crate::select::{gomod, pin};
use crate::store::projects;
use crate::text;

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
pub(super) fn meant(request: &Request, among: &BTreeSet<ToolchainName>) -> Option<ToolchainName> {
    let chosen = || request.choose(among.iter().filter_map(ToolchainName::release)).map(Version::toolchain);
    request.toolchain().or_else(chosen)
}
