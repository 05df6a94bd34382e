//! `gox prune`: removes what nothing asks for, and the cache.

use std::collections::BTreeMap;
use std::path::Path;

use super::cli::Prune;
use super::{Context, default, interrupt};
use crate::env::{Environment, GO_VERSION, GO111MODULE, GOTOOLCHAIN, GOWORK, PWD};
use crate::error::{Kind, Result};
use crate::select::call::Call;
use crate::select::reason::Reason;
use crate::select::resolve::{self, Answer, Selection};
use crate::select::world::World;
use crate::select::{directory, pin};
use crate::store::inventory::{self, Toolchain};
use crate::store::receipt::Receipt;
use crate::store::usage::Usage;
use crate::store::{projects, remove, running, staging};
use crate::text;

/// Shows what is kept and why, and removes the rest.
pub fn run(arguments: &Prune, context: &Context<'_>) -> Result<u8> {
    let home = context.world.home();
    let kept = kept(arguments.all, context)?;
    let mut usage = Usage::default();
    let mut rows = Vec::new();
    let mut unwanted = Vec::new();
    for toolchain in inventory::all(std::slice::from_ref(home)) {
        if let Some(why) = kept.get(&toolchain.name) {
            rows.push(["keep".to_owned(), toolchain.name, why.clone()]);
        } else {
            usage.add(&toolchain.path);
            rows.push(["remove".to_owned(), toolchain.name.clone(), "nothing asks for it".to_owned()]);
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
    let mut code = 0;
    for toolchain in &unwanted {
        if let Err(error) = remove_one(toolchain, &mut freed, context) {
            interrupt::settle();
            context.printer.error(&error);
            code = if code == 0 { error.kind().code() } else { code };
        }
    }
    freed.add(&home.cache());
    remove::cache(home)?;
    staging::sweep(home, None);
    projects::tidy(home);
    context.printer.say(&format!("freed {}", text::bytes(freed.alone())));
    Ok(code)
}

fn remove_one(toolchain: &Toolchain, freed: &mut Usage, context: &Context<'_>) -> Result<()> {
    let (home, timeout) = (context.world.home(), context.settings.lock_timeout);
    if !remove::unused(home, &toolchain.name, timeout, context.waiting(), freed)? {
        context.printer.note(&format!("{} runs now, and stays", toolchain.name));
    }
    Ok(())
}

/// The names that stay, each with the reason that counts most; an error where it cannot be told what is
/// wanted.
fn kept(all: bool, context: &Context<'_>) -> Result<BTreeMap<String, String>> {
    let mut kept = BTreeMap::new();
    let mut keep = |name: String, why: String| {
        kept.entry(name).or_insert(why);
    };
    if let Some(toolchain) = default::toolchain(context)? {
        keep(toolchain.name, "default".into());
    }
    if let Some((toolchain, reason)) = selected(&context.world)? {
        keep(toolchain.name, format!("runs here, {reason}"));
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
        } else if running::inside(&toolchain.path) {
            keep(name, "runs now".into());
        }
    }
    if !all {
        for (name, line) in newest_of_lines(&installed) {
            keep(name, format!("newest of {line}"));
        }
    }
    Ok(kept)
}

/// The toolchain that is selected, and why.
fn selected(world: &World) -> Result<Option<(Toolchain, Reason)>> {
    match resolve::select(world, &Call::new("go", &[]), &mut |_| {}) {
        Ok(Selection { answer: Answer::Toolchain(toolchain), reason, .. }) => Ok(Some((toolchain, reason))),
        Ok(_) => Ok(None),
        // Nothing is selected.
        Err(error) if error.kind() == Kind::NotThere => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a project selects, and all that its pin names.
fn asked_for(folder: &Path, context: &Context<'_>) -> Result<Vec<Toolchain>> {
    // What this shell says has nothing to do with a project.
    let environment = Environment::Process.without(&[GO_VERSION, GOTOOLCHAIN, GO111MODULE, GOWORK, PWD]);
    let world = World::new(environment, folder, context.world.home().clone());
    let selected = selected(&world)?.map(|(toolchain, _)| toolchain);
    let pin = pin::nearest(folder)?;
    let requests = pin.iter().flat_map(|pin| &pin.requests);
    let pinned = requests.filter_map(|request| inventory::installed(&world.homes, request));
    Ok(selected.into_iter().chain(pinned).collect())
}

/// The newest release of each line; the newest pre-release where a line has no release.
fn newest_of_lines(installed: &[Toolchain]) -> Vec<(String, String)> {
    let mut lines = BTreeMap::new();
    for toolchain in installed {
        let Some(version) = &toolchain.version else { continue };
        let rank = (version.is_release(), version.clone());
        let newest = lines.entry(version.line()).or_insert_with(|| (rank.clone(), toolchain.name.clone()));
        if rank > newest.0 {
            *newest = (rank, toolchain.name.clone());
        }
    }
    lines.into_iter().map(|(line, (_, name))| (name, line.to_string())).collect()
}
