//! `gox prune`: removes the versions that nothing asks for, and the cache.

use clap::Args;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::action::{Action, Done};
use super::context::{Context, Needed};
use super::{default, interrupt, other_go};
use crate::env::{Environment, GO_VERSION, GO111MODULE, GOTOOLCHAIN, GOWORK, GOX_USE, PWD};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::select::call::Call;
use crate::select::world::World;
use crate::select::{directory, pin, resolve};
use crate::store::disk_usage::Usage;
use crate::store::inventory::{self, Toolchain};
use crate::store::last_run::LastRun;
use crate::store::layout::Home;
use crate::store::receipt::Receipt;
use crate::store::{projects, remove, running, staging};
use crate::sync::record;
use crate::text;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox prune --dry-run
  gox prune
  gox prune --all
  gox prune --days 90

These are kept: the default; the version that runs here; any version that a
process uses now; what the pins and go.mod files of known projects ask for; what
each fleet file declared when `gox sync` applied it last; the newest version of
each line; linked GOROOTs; what gox did not install; and what ran or was
installed in the last 30 days. `--days 0` ignores the time. A project is known
once a gox command was used in it: a folder in which only `go` is typed is not,
but the go and gofmt that run there leave their time on the disk.")]
pub(super) struct Arguments {
    /// Remove the newest of a line, too, if nothing asks for it
    #[arg(long)]
    pub all: bool,
    /// Keep what ran or came in the last DAYS days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub days: u64,
    /// Only show what would be removed
    #[arg(long)]
    pub dry_run: bool,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

/// Why a toolchain may go.
const UNWANTED: &str = "nothing asks for it";
/// Why a toolchain is kept of which the file system does not record when it ran.
const UNRECORDED: &str = "its file system does not record when it ran";

/// Shows which versions are kept and why, and removes the others.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let home = context.world.home();
    context.check_stores(Needed::Own)?;
    let toolchains = verdicts(arguments, context)?;
    // A quiet command shows a plan only if that is all that it does.
    if !arguments.json && (arguments.dry_run || !context.printer.is_quiet()) {
        context.printer.rows(&toolchains.iter().map(row).collect::<Vec<_>>())?;
    }
    if toolchains.iter().any(|(_, kept)| kept.as_deref() == Some(UNRECORDED)) {
        context.printer.hint("remove what nothing asks for, whenever it ran: `gox prune --days 0`");
    }
    if !arguments.dry_run {
        interrupt::watch(context.printer)?;
    }
    let (mut freed, mut objects) = (Usage::default(), Vec::new());
    let named = toolchains.into_iter().map(|found| (found.0.name.request().to_string(), found));
    let code = context.each(named, |(toolchain, why)| {
        let ran_at = last_run(&toolchain).ran_at();
        let (result, why) = one(&toolchain, why, arguments.dry_run, &mut freed, context);
        let action = Action::of(toolchain.name, result);
        let mut object = action.object(context);
        object["why"] = why.into();
        object["ran_at"] = ran_at.into();
        objects.push(object);
        action.result.map(drop)
    });
    let mut cache = Usage::default();
    cache.add(&home.cache());
    let cleared = if arguments.dry_run { Ok(()) } else { clear(home) };
    let cached = if cleared.is_ok() {
        freed.include(&cache);
        cache.alone()
    } else {
        0
    };
    let freed = freed.alone();
    if arguments.json {
        let error = cleared.as_ref().err().map(Error::line);
        let object = json!({ "toolchains": objects, "freed": freed, "error": error });
        context.printer.json(&object)?;
    } else if arguments.dry_run {
        context.printer.say(&format!("would free {}; nothing was removed", amount(freed, cached)));
    } else {
        context.printer.say(&format!("freed {}", amount(freed, cached)));
    }
    cleared.map(|()| code)
}

/// How much is freed, in words, with the share of the cache, which no other line names.
fn amount(freed: u64, cached: u64) -> String {
    let all = text::bytes(freed);
    match cached {
        0 => all,
        cached if cached == freed => format!("{all}, all of it cache"),
        cached => format!("{all}, {} of it cache", text::bytes(cached)),
    }
}

/// Removes what is no toolchain and can be had again, or belongs to nobody.
fn clear(home: &Home) -> Result<()> {
    staging::sweep(home, None);
    projects::tidy(home);
    remove::cache(home)
}

/// The toolchains in the user's store, each with the reason to keep it if there is one.
fn verdicts(arguments: &Arguments, context: &Context<'_>) -> Result<Vec<(Toolchain, Option<String>)>> {
    let mut kept = kept(arguments.all, context)?;
    let verdict = |toolchain: Toolchain| {
        let why = kept.remove(&toolchain.name).or_else(|| kept_for(last_run(&toolchain), arguments.days));
        (toolchain, why)
    };
    Ok(inventory::all(std::slice::from_ref(context.world.home())).into_iter().map(verdict).collect())
}

fn last_run(toolchain: &Toolchain) -> LastRun {
    LastRun::of(&toolchain.path, Receipt::read(&toolchain.path).as_ref())
}

/// Why a toolchain that ran then is kept, if only what has not run for `days` may go.
fn kept_for(last_run: LastRun, days: u64) -> Option<String> {
    match last_run.age() {
        _ if days == 0 => None,
        None => Some(UNRECORDED.to_owned()),
        Some(age) if age / text::SECONDS_PER_DAY < days => Some(match days {
            1 => "used in the last day".to_owned(),
            _ => format!("used in the last {days} days"),
        }),
        Some(_) => None,
    }
}

fn row((toolchain, kept): &(Toolchain, Option<String>)) -> [String; 4] {
    let word = if kept.is_some() { "keep" } else { "remove" };
    let why = kept.clone().unwrap_or_else(|| UNWANTED.to_owned());
    [word.to_owned(), toolchain.name.to_string(), why, last_run(toolchain).to_string()]
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
            context.printer.note(&format!("kept {}: {reason}", toolchain.name));
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
        let why = other_go::runs_here(&selection, context);
        if let Some(toolchain) = selection.toolchain() {
            keep(toolchain.name, why);
        }
    }
    let here = directory::current(&context.world).ok();
    for folder in here.into_iter().chain(projects::folders(context.world.home())?) {
        let found = asked_for(&folder, context).map_err(|error| {
            let projects = context.world.home().projects();
            error.hint(format!("mend it, or remove the folder from `{}`", projects.display()))
        })?;
        for toolchain in found {
            keep(toolchain.name, format!("asked for in {}", text::path(&folder)));
        }
    }
    for (name, file) in record::declared(context.world.home()) {
        keep(name, format!("declared in {}", text::path(&file)));
    }
    let installed = inventory::all(std::slice::from_ref(context.world.home()));
    for toolchain in &installed {
        if let Some(why) = kept_for_itself(toolchain) {
            keep(toolchain.name.clone(), why.to_owned());
        }
    }
    if !all {
        for (name, line) in newest_of_lines(&installed) {
            keep(name, format!("newest of {line}"));
        }
    }
    Ok(kept)
}

/// Why a toolchain is kept whoever asks for it.
fn kept_for_itself(toolchain: &Toolchain) -> Option<&'static str> {
    if toolchain.path.is_symlink() {
        return Some("linked");
    }
    if Receipt::read(&toolchain.path).is_none() {
        return Some("gox did not install it");
    }
    running::inside(&toolchain.path).reason_to_keep()
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
