//! `gox uninstall`: removes toolchains, by their exact names.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::action::{Action, Done};
use super::context::Context;
use super::{default, interrupt, other_go, requests};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::select::pin::{self, Pin};
use crate::select::{advice, directory, resolve, system};
use crate::store::inventory::{self, Toolchain};
use crate::store::{default_file, projects, remove};
use crate::text;
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox uninstall 1.21.3
  gox uninstall --force 1.22.4
  gox uninstall --all --dry-run

A version that is the default, is pinned here or runs here is not removed:
naming it is an error (code 1), --all keeps it with a note. --force removes it,
and the default goes with it.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Arguments {
    /// Exact versions, names of links, or of folders in `toolchains/`
    #[arg(value_name = "VERSION", required_unless_present = "all")]
    pub versions: Vec<String>,
    /// Remove all, also links, but the default and what is used here
    #[arg(long, conflicts_with = "versions")]
    pub all: bool,
    /// Remove also what this directory asks for, and the default
    #[arg(long)]
    pub force: bool,
    /// Only show what would be removed
    #[arg(long)]
    pub dry_run: bool,
    /// Print a JSON array of objects
    #[arg(long)]
    pub json: bool,
}

/// Removes each version; all are tried, and the first failure's code is given.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    interrupt::watch(context.printer)?;
    let names = if arguments.all { inventory::all_names(context.world.home()) } else { Vec::new() };
    let kept = if arguments.force { BTreeMap::new() } else { kept(&names, context)? };
    let words = if arguments.all {
        names.iter().map(ToString::to_string).collect()
    } else {
        arguments.versions.clone()
    };
    let mut objects = Vec::new();
    let pins = pins_of_projects(context);
    let had_default = has_default(context);
    let code = context.each(words.into_iter().map(|word| (word.clone(), word)), |word| {
        let found = find(&word, context);
        let why = found.as_ref().ok().and_then(|name| kept.get(name));
        let action = match found {
            Err(error) => Action::failed(error),
            Ok(name) => Action::of(name.clone(), one(&name, why, arguments, &pins, context)),
        };
        let mut object = action.object(context);
        object["request"] = word.into();
        object["why"] = why.cloned().into();
        objects.push(object);
        action.result.map(drop)
    });
    if arguments.json {
        context.printer.json(&Value::from(objects))?;
    } else if !kept.is_empty() {
        context.printer.hint("remove the kept ones, too: `gox uninstall --all --force`");
    }
    let homes = &context.world.homes;
    let runs_nothing = || !has_default(context) && system::find("go", &context.world).is_none();
    if had_default && runs_nothing() && inventory::newest(homes).is_some() {
        context.printer.hint(&advice::without_go(homes));
    }
    Ok(code)
}

/// Those of the toolchains that `--all` keeps, each with the reason.
fn kept(names: &[ToolchainName], context: &Context<'_>) -> Result<BTreeMap<ToolchainName, String>> {
    let mut kept = BTreeMap::new();
    for name in names {
        let why = why_wanted(name, context)
            .map_err(|error| error.hint("remove all of it all the same: `gox uninstall --all --force`"))?;
        kept.extend(why.map(|why| (name.clone(), why)));
    }
    Ok(kept)
}

/// Whether there is a default, be it invalid.
fn has_default(context: &Context<'_>) -> bool {
    !matches!(resolve::default(&context.world), Ok(None))
}

/// Removes a toolchain, unless there is a reason why it is `kept`, it is wanted, or nothing is to be removed.
fn one(
    name: &ToolchainName,
    kept: Option<&String>,
    arguments: &Arguments,
    pins: &[Pin],
    context: &Context<'_>,
) -> Result<Done> {
    if let Some(why) = kept {
        if !arguments.json {
            context.printer.note(&format!("kept {name}: it {why}"));
        }
        return Ok(Done::Kept);
    }
    if !arguments.force && !arguments.all {
        refuse_what_is_wanted(name, context).map_err(|error| {
            error.hint(format!("remove it all the same: `gox uninstall --force {}`", name.request().quoted()))
        })?;
    }
    if arguments.dry_run {
        if !arguments.json {
            context.printer.data(&format!("would remove {name}"))?;
        }
        tell_projects(name, pins, context);
        return Ok(Done::Planned);
    }
    remove_with_default(name, pins, context).map(|()| Done::Removed)
}

/// The pins of the known projects, each once. One that is invalid asks for nothing.
fn pins_of_projects(context: &Context<'_>) -> Vec<Pin> {
    let folders = projects::folders(context.world.home()).unwrap_or_default();
    let mut seen = HashSet::new();
    let pins = folders.iter().filter_map(|folder| pin::nearest(folder).ok().flatten());
    pins.filter(|pin| seen.insert(pin.path.clone())).collect()
}

/// Notes how many known projects pin this toolchain and have no other installed one that answers.
fn tell_projects(name: &ToolchainName, pins: &[Pin], context: &Context<'_>) {
    let (own, others) = context.world.homes.split_at(1);
    let left = inventory::all(own).into_iter().filter(|toolchain| toolchain.name != *name);
    let left: Vec<_> = left.chain(inventory::all(others)).map(|toolchain| toolchain.name).collect();
    let asks = |pin: &&Pin| {
        let is_answered_by =
            |names: &[ToolchainName]| pin.requests.iter().any(|request| answers(names, request));
        is_answered_by(std::slice::from_ref(name)) && !is_answered_by(&left)
    };
    let asking: Vec<_> = pins.iter().filter(asks).collect();
    let Some(first) = asking.first() else { return };
    let place = format!("{}:{}", text::path(&first.path), first.line);
    context.printer.note(&match asking.len() {
        1 => format!("a project that gox has seen still asks for {}: {place}", name.request()),
        count => format!(
            "{count} projects that gox has seen still ask for {}, the first of them in {place}",
            name.request()
        ),
    });
}

/// Whether one of the toolchains answers the request.
fn answers(names: &[ToolchainName], request: &Request) -> bool {
    match request.toolchain() {
        Some(asked) => names.contains(&asked),
        None => request.choose(names.iter().filter_map(ToolchainName::release)).is_some(),
    }
}

/// Removes a toolchain, and before it the default that nothing else answers, or the next `go` would install the
/// toolchain again. Says what the default means then.
fn remove_with_default(name: &ToolchainName, pins: &[Pin], context: &Context<'_>) -> Result<()> {
    let (store, homes) = (context.store(), &context.world.homes);
    let removed = |()| {
        context.printer.say(&format!("removed {name}"));
        tell_projects(name, pins, context);
    };
    let Some(pin) = default_of(name, context) else {
        return remove::toolchain(&store, name).map(removed);
    };
    let request = &pin.requests[0];
    let next = inventory::installed_without(&homes[0].toolchain(name), homes, request);
    let is_own = pin.path == homes[0].default_file();
    let is_gone = next.is_none() && is_own && default_file::remove_if(&store, || default::is_still(&pin))?;
    remove::toolchain(&store, name).map(removed).inspect_err(|_| {
        if is_gone {
            // The first error says more.
            let _ = default_file::set_first(&store, &[], request);
        }
    })?;
    match next {
        Some(next) => context.printer.say(&format!("the default, {request}, means {} now", next.name)),
        None if is_gone => context.printer.say(&format!(
            "the default, {request}, is gone with it: {} runs now where nothing else is asked for",
            what_runs(context)?
        )),
        None if is_own => {}
        None => context
            .printer
            .hint("the default of the system store asks for it; choose another: `gox default latest`"),
    }
    Ok(())
}

/// What runs where nothing is asked for and the user has no default.
fn what_runs(context: &Context<'_>) -> Result<String> {
    if let Some(pin) = resolve::default(&context.world)? {
        return Ok(format!("{}, the default of the system store,", pin.requests[0]));
    }
    let Some(go) = system::find("go", &context.world) else { return Ok("no Go".to_owned()) };
    Ok(system::version_of(&go)
        .map_or_else(|| format!("`{}`", text::path(&go)), |name| format!("the system's {name}")))
}

/// The default, if it means the toolchain or, if its `bin/go` is gone, names it, and will not mean it any more once it
/// is gone from the user's store. An invalid default means none.
fn default_of(name: &ToolchainName, context: &Context<'_>) -> Option<Pin> {
    let homes = &context.world.homes;
    let pin =
        resolve::default(&context.world).ok().flatten().filter(|_| !is_in_system_store(name, context))?;
    let request = &pin.requests[0];
    let is_meant = request.toolchain().as_ref() == Some(name)
        || inventory::installed(homes, request).is_some_and(|toolchain| toolchain.name == *name);
    is_meant.then_some(pin)
}

/// Whether the system store has the release, too, so that every request means it as before. A GOROOT that is linked
/// there by the name is another one.
fn is_in_system_store(name: &ToolchainName, context: &Context<'_>) -> bool {
    !name.is_linked() && inventory::find(&context.world.homes[1..], name).is_some()
}

/// The toolchain to remove, by the exact name of its directory, whatever somebody called that, or by a request.
fn find(word: &str, context: &Context<'_>) -> Result<ToolchainName> {
    let names = inventory::all_names(context.world.home());
    let directory = |word: &str| names.iter().find(|name| name.as_str() == word).cloned();
    if let Some(name) = directory(word) {
        return Ok(name);
    }
    match requests::parse(word) {
        Ok(request) => requested(&request, context),
        // Of a directory such as `go1.25.0-rc2`, also without the prefix.
        Err(error) => directory(&format!("go{word}")).ok_or(error),
    }
}

/// The toolchain to remove for a request. It must name one in full, because a line such as `1.22` would mean whatever
/// is its newest version today.
fn requested(request: &Request, context: &Context<'_>) -> Result<ToolchainName> {
    let homes = &context.world.homes;
    let name = request.toolchain().ok_or_else(|| {
        let newest = inventory::installed(&homes[..1], request);
        let answers = |toolchain: &Toolchain| match request {
            Request::Latest | Request::OldStable => newest.as_ref() == Some(toolchain),
            _ => toolchain.version().is_some_and(|version| request.matches(version)),
        };
        let installed = inventory::all(&homes[..1]).into_iter().filter(answers);
        let names: Vec<String> = installed.map(|toolchain| toolchain.name.request().quoted()).collect();
        if names.is_empty() {
            return Error::new(Kind::NoSuchVersion, format!("no installed version matches `{request}`"))
                .hint("`gox list` shows what is installed");
        }
        Error::new(Kind::Usage, format!("`{request}` is not the name of one version"))
            .hint(format!("say which: `gox uninstall {}`", names.join(" ")))
    })?;
    if homes[0].toolchain(&name).symlink_metadata().is_ok() {
        return Ok(name);
    }
    let error = Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed"));
    let system = homes[1..].iter().find(|home| inventory::find(std::slice::from_ref(home), &name).is_some());
    Err(match system {
        Some(home) => {
            let root = text::quoted_path(home.root());
            Error::new(Kind::NoSuchVersion, format!("`{request}` is not in your own store"))
                .detail(format!("it is in the system store: {}", home.toolchain(&name).display()))
                .hint(format!("as the owner of that: `GOX_HOME={root} gox uninstall {}`", request.quoted()))
        }
        None => error.hint("`gox list` shows what is installed"),
    })
}

/// An error if the toolchain is wanted, or if that cannot be told.
fn refuse_what_is_wanted(name: &ToolchainName, context: &Context<'_>) -> Result<()> {
    match why_wanted(name, context)? {
        Some(why) => Err(Error::new(Kind::Refused, format!("could not remove `{name}`: it {why}"))),
        None => Ok(()),
    }
}

/// Why the toolchain is wanted: as the default, by a pin, or by the selection here. An error if one of them cannot be
/// read.
fn why_wanted(name: &ToolchainName, context: &Context<'_>) -> Result<Option<String>> {
    if is_in_system_store(name, context) {
        return Ok(None);
    }
    let world = &context.world;
    if default::toolchain(context)?.is_some_and(|default| default.name == *name) {
        return Ok(Some("is the default".into()));
    }
    // The pin counts even if a variable or a go line overrides it now.
    let pin = directory::current(world).ok().map(|here| pin::nearest(&here)).transpose()?.flatten();
    if let Some(pin) = pin {
        let asked = |request| inventory::installed(&world.homes, request).is_some_and(|it| it.name == *name);
        if pin.requests.iter().any(asked) {
            return Ok(Some(format!("is pinned here, set by {}:{}", pin.path.display(), pin.line)));
        }
    }
    let here = context.here()?.filter(|here| here.runs(name));
    Ok(here.map(|here| other_go::runs_here(&here, context)))
}
