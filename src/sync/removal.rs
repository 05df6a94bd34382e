//! Which toolchains go where a fleet file wants no others: neither a linked one, nor one that a known project asks for.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::meant;
use super::declared::Declared;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::select::resolve;
use crate::select::world::World;
use crate::store::inventory::{self, Toolchain};
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
