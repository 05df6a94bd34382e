//! `gox prune`: removes the versions that nothing asks for, and the cache.

use clap::Args;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::action::{Action, Done};
use super::context::Context;
use super::{default, interrupt};
use crate::env::{Environment, GO_VERSION, GO111MODULE, GOTOOLCHAIN, GOWORK, GOX_USE, PWD};
use crate::error::{Kind, Result};
use crate::go::name::ToolchainName;
use crate::select::call::Call;
use crate::select::world::World;
use crate::select::{directory, pin, resolve};
use crate::store::disk_usage::Usage;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::Home;
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
    /// Print an object
    #[arg(long)]
    pub json: bool,
}

/// Why a toolchain may go.
const UNWANTED: &str = "nothing asks for it";

/// Shows which versions are kept and why, and removes the others.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let home = context.world.home();
    let mut kept = kept(arguments.all, context)?;
    let toolchains = inventory::all(std::slice::from_ref(home)).into_iter();
    let toolchains: Vec<(Toolchain, Option<String>)> =
        toolchains.map(|toolchain| (toolchain.clone(), kept.remove(&toolchain.name))).collect();
    // A quiet command shows a plan only if that is all that it does.
    if !arguments.json && (arguments.dry_run || !context.printer.is_quiet()) {
        context.printer.rows(&toolchains.iter().map(row).collect::<Vec<_>>())?;
    }
    if !arguments.dry_run {
        interrupt::watch(context.printer)?;
    }
    let (mut freed, mut objects) = (Usage::default(), Vec::new());
    let code = context.each(toolchains, |(toolchain, why)| {
        let (result, why) = one(&toolchain, why, arguments.dry_run, &mut freed, context);
        let action = Action::of(toolchain.name, result);
        let mut object = action.object(context);
        object["why"] = why.into();
        objects.push(object);
        action.result.map(drop)
    });
    freed.add(&home.cache());
    let freed = freed.alone();
    let cleared = if arguments.dry_run { Ok(()) } else { clear(home) };
    context.printer.say(&if arguments.dry_run {
        format!("would free {}; nothing was removed", text::bytes(freed))
    } else {
        format!("freed {}", text::bytes(freed))
    });
    if arguments.json {
        context.printer.data(&json!({ "toolchains": objects, "freed": freed }).to_string())?;
    }
    cleared.map(|()| code)
}

/// Removes what is no toolchain and can be had again, or belongs to nobody.
fn clear(home: &Home) -> Result<()> {
    staging::sweep(home, None);
    projects::tidy(home);
    remove::cache(home)
}

fn row((toolchain, kept): &(Toolchain, Option<String>)) -> [String; 3] {
    let word = if kept.is_some() { "keep" } else { "remove" };
    [word.to_owned(), toolchain.name.to_string(), kept.clone().unwrap_or_else(|| UNWANTED.to_owned())]
}

/// Removes a toolchain, unless there is a reason to keep it, it runs, or nothing is to be removed. Gives also why.
fn one(
    toolchain: &Toolchain,
    kept: Option<String>,
    dry_run: bool,
    freed: &mut Usage,
    context: &Context<'_>,
) -> (Result<Done>, String) {
    if let Some(why) = kept {
        return (Ok(Done::Kept), why);
    }
    if dry_run {
        freed.add(&toolchain.path);
        return (Ok(Done::Planned), UNWANTED.to_owned());
    }
    match remove::unused(&context.store(), &toolchain.name, freed) {
        Ok(Some(reason)) => {
            context.printer.note(&format!("{} stays: {reason}", toolchain.name));
            (Ok(Done::Kept), reason.to_owned())
        }
        removed => (removed.map(|_| Done::Removed), UNWANTED.to_owned()),
    }
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
    let environment =
        Environment::Process.without(&[GO_VERSION, GOX_USE, GOTOOLCHAIN, GO111MODULE, GOWORK, PWD]);
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
