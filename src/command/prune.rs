//! `gox prune`: removes the versions that nothing asks for, and the cache.

use clap::Args;
use std::collections::BTreeMap;
use std::path::Path;

use super::context::Context;
use super::{default, interrupt};
use crate::env::{Environment, GO_VERSION, GO111MODULE, GOTOOLCHAIN, GOWORK, PWD};
use crate::error::{Kind, Result};
use crate::go::name::ToolchainName;
use crate::select::call::Call;
use crate::select::world::World;
use crate::select::{directory, pin, resolve};
use crate::store::disk_usage::Usage;
use crate::store::inventory::{self, Toolchain};
use crate::store::receipt::Receipt;
use crate::store::{projects, remove, running, staging};
use crate::text;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox prune --dry-run
  gox prune
  gox prune --all

These are kept: the default; the version that runs here; any version that a process uses now; what
the pins and go.mod files of known projects ask for; the newest version of each line; linked
GOROOTs; and what gox did not install. A project is known once a gox command was used in it.")]
pub(super) struct Arguments {
    /// Remove the newest version of a line, too, if nothing asks for it
    #[arg(long)]
    pub all: bool,
    /// Only show what would be removed
    #[arg(long)]
    pub dry_run: bool,
}

/// Shows which versions are kept and why, and removes the others.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let home = context.world.home();
    let kept = kept(arguments.all, context)?;
    let mut usage = Usage::default();
    let mut rows = Vec::new();
    let mut unwanted = Vec::new();
    for toolchain in inventory::all(std::slice::from_ref(home)) {
        if let Some(why) = kept.get(&toolchain.name) {
            rows.push(["keep".to_owned(), toolchain.name.to_string(), why.clone()]);
        } else {
            usage.add(&toolchain.path);
            rows.push(["remove".to_owned(), toolchain.name.to_string(), "nothing asks for it".to_owned()]);
            unwanted.push(toolchain);
        }
    }
    context.printer.rows(&rows)?;
    usage.add(&home.cache());
    if arguments.dry_run {
        context.printer.say(&format!("would free {}; nothing was removed", text::bytes(usage.alone())));
        return Ok(0);
    }
    interrupt::watch(context.printer)?;
    let mut freed = Usage::default();
    let code = context.each(&unwanted, |toolchain| remove_one(toolchain, &mut freed, context));
    freed.add(&home.cache());
    remove::cache(home)?;
    staging::sweep(home, None);
    projects::tidy(home);
    context.printer.say(&format!("freed {}", text::bytes(freed.alone())));
    Ok(code)
}

fn remove_one(toolchain: &Toolchain, freed: &mut Usage, context: &Context<'_>) -> Result<()> {
    if let Some(reason) = remove::unused(&context.store(), &toolchain.name, freed)? {
        context.printer.note(&format!("{} stays: {reason}", toolchain.name));
    }
    Ok(())
}

/// The toolchains to keep, each with its most important reason. An error if a pin, a line or the default is invalid,
/// because nobody knows then what it asks for.
fn kept(all: bool, context: &Context<'_>) -> Result<BTreeMap<ToolchainName, String>> {
    let mut kept = BTreeMap::new();
    let mut keep = |name: ToolchainName, why: String| {
        kept.entry(name).or_insert(why);
    };
    if let Some(toolchain) = default::toolchain(context)? {
        keep(toolchain.name, "default".into());
    }
    if let Some(selection) = context.here()? {
        let why = format!("runs here, {}", selection.reason);
        if let Some(toolchain) = selection.toolchain() {
            keep(toolchain.name, why);
        }
    }
    let here = directory::current(&context.world).ok();
    for folder in here.into_iter().chain(projects::folders(context.world.home())?) {
        let found = asked_for(&folder, context).map_err(|error| {
            let projects = context.world.home().projects();
            error.hint(format!("mend it, or take the folder out of `{}`", projects.display()))
        })?;
        for toolchain in found {
            keep(toolchain.name, format!("asked for in {}", text::path(&folder)));
        }
    }
    let installed = inventory::all(std::slice::from_ref(context.world.home()));
    for toolchain in &installed {
        let name = toolchain.name.clone();
        if toolchain.path.is_symlink() {
            keep(name, "linked".into());
        } else if Receipt::read(&toolchain.path).is_none() {
            keep(name, "gox did not install it".into());
        } else if let Some(reason) = running::inside(&toolchain.path).reason_to_keep() {
            keep(name, reason.into());
        }
    }
    if !all {
        for (name, line) in newest_of_lines(&installed) {
            keep(name, format!("newest of {line}"));
        }
    }
    Ok(kept)
}

/// The toolchain that runs in a project, and all that its pin names.
fn asked_for(folder: &Path, context: &Context<'_>) -> Result<Vec<Toolchain>> {
    // The variables of this shell say nothing about the project.
    let environment = Environment::Process.without(&[GO_VERSION, GOTOOLCHAIN, GO111MODULE, GOWORK, PWD]);
    let world = World::new(environment, folder, context.world.home().clone());
    let selected = match resolve::select(&world, &Call::new("go", &[])) {
        // Nothing is selected.
        Err(error) if error.kind() == Kind::NotThere => None,
        selection => selection?.toolchain(),
    };
    let pin = pin::nearest(folder)?;
    let requests = pin.iter().flat_map(|pin| &pin.requests);
    let pinned = requests.filter_map(|request| inventory::installed(&world.homes, request));
    Ok(selected.into_iter().chain(pinned).collect())
}

/// The newest release of each line; the newest pre-release where a line has no release.
fn newest_of_lines(installed: &[Toolchain]) -> Vec<(ToolchainName, String)> {
    let mut lines = BTreeMap::new();
    for toolchain in installed {
        let Some(version) = toolchain.version() else { continue };
        let rank = (version.is_release(), version.clone());
        let newest = lines.entry(version.line()).or_insert_with(|| (rank.clone(), toolchain.name.clone()));
        if rank > newest.0 {
            *newest = (rank, toolchain.name.clone());
        }
    }
    lines.into_iter().map(|(line, (_, name))| (name, line.to_string())).collect()
}
