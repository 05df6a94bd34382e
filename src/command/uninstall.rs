//! `gox uninstall`: removes toolchains, by their exact names.

use serde_json::Value;

use super::action::{Action, Done};
use super::context::Context;
use super::{default, interrupt, typed};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::select::{directory, pin, resolve, system};
use crate::store::inventory::{self, Toolchain};
use crate::store::{default_file, remove};
use crate::text;
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox uninstall 1.21.3
  gox uninstall --force 1.22.4
  gox uninstall --all --dry-run")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Arguments {
    /// Exact versions, or names of linked GOROOTs
    #[arg(value_name = "VERSION", required_unless_present = "all")]
    pub versions: Vec<String>,
    /// Remove all that is installed, and all links to GOROOTs
    #[arg(long, conflicts_with = "versions")]
    pub all: bool,
    /// Remove also what this directory asks for, and the default, which goes with it
    #[arg(long)]
    pub force: bool,
    /// Only show what would be removed
    #[arg(long)]
    pub dry_run: bool,
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// Removes each version; all are tried, and the first failure's code is given.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    interrupt::watch(context.printer)?;
    let mut objects = Vec::new();
    let words = if arguments.all { installed(context) } else { arguments.versions.clone() };
    let code = context.each(&words, |word| {
        let action = match find(word, context) {
            Err(error) => Action::failed(error),
            Ok(name) => Action::of(name.clone(), one(&name, arguments, context)),
        };
        let mut object = action.object(context);
        object["request"] = word.as_str().into();
        objects.push(object);
        action.result.map(drop)
    });
    if arguments.json {
        context.printer.data(&Value::from(objects).to_string())?;
    }
    Ok(code)
}

/// The words for all that the user's own store has.
fn installed(context: &Context<'_>) -> Vec<String> {
    let toolchains = inventory::all(std::slice::from_ref(context.world.home()));
    toolchains.iter().map(|toolchain| toolchain.name.request().to_string()).collect()
}

fn one(name: &ToolchainName, arguments: &Arguments, context: &Context<'_>) -> Result<Done> {
    if !arguments.force {
        refuse_what_is_wanted(name, context).map_err(|error| {
            error.hint(format!("remove it all the same: `gox uninstall --force {}`", name.request().quoted()))
        })?;
    }
    if arguments.dry_run {
        context.printer.say(&format!("would remove {name}"));
        return Ok(Done::Planned);
    }
    let was_default = is_default(name, context);
    remove::toolchain(&context.store(), name)?;
    context.printer.say(&format!("removed {name}"));
    if was_default {
        settle_default(context)?;
    }
    Ok(Done::Removed)
}

/// Whether the default means the toolchain or, if its `bin/go` is gone, names it. An invalid default means none.
fn is_default(name: &ToolchainName, context: &Context<'_>) -> bool {
    let homes = &context.world.homes;
    resolve::default(&context.world).ok().flatten().is_some_and(|pin| {
        let request = &pin.requests[0];
        request.toolchain().as_ref() == Some(name)
            || inventory::installed(homes, request).is_some_and(|toolchain| toolchain.name == *name)
    })
}

/// Says what runs by default after the toolchain that did was removed. A default that nothing installed answers goes,
/// too, or the next `go` would install the toolchain again.
fn settle_default(context: &Context<'_>) -> Result<()> {
    let Some(pin) = resolve::default(&context.world)? else { return Ok(()) };
    let request = &pin.requests[0];
    if let Some(next) = default::toolchain(context)? {
        context.printer.say(&format!("the default, {request}, means {} now", next.name));
        return Ok(());
    }
    if pin.path != context.world.home().default_file() {
        context
            .printer
            .hint("the default of the system store asks for it; choose another: `gox default latest`");
        return Ok(());
    }
    default_file::remove(&context.store())?;
    let runs = match resolve::default(&context.world)? {
        Some(pin) => format!("{}, the default of the system store,", pin.requests[0]),
        None => system::find("go", &context.world).map_or("no Go".into(), |go| {
            let version = system::goroot(&go).and_then(|goroot| system::version(&goroot));
            version.map_or_else(|| format!("`{}`", text::path(&go)), |name| format!("the system's {name}"))
        }),
    };
    let gone =
        format!("the default, {request}, is gone with it: {runs} runs now where nothing else is asked for");
    context.printer.say(&gone);
    Ok(())
}

/// The toolchain to remove. It must be named in full, because a line such as `1.22` would mean whatever is its newest
/// version today. A directory whose `bin/go` is gone does not count as installed, but can be removed.
fn find(word: &str, context: &Context<'_>) -> Result<ToolchainName> {
    let request = crate::command::requests::parse(word)?;
    let homes = &context.world.homes;
    let name = request.toolchain().ok_or_else(|| {
        let newest = inventory::installed(&homes[..1], &request);
        let answers = |toolchain: &Toolchain| match &request {
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
    Err(match inventory::find(&homes[1..], &name) {
        Some(toolchain) => Error::new(Kind::NoSuchVersion, format!("`{request}` is not in your own store"))
            .detail(format!("it is in the system store: {}", toolchain.path.display())),
        None => error.hint("`gox list` shows what is installed"),
    })
}

/// An error if the default, a pin or the selection here needs the toolchain, or if one of them cannot be read.
fn refuse_what_is_wanted(name: &ToolchainName, context: &Context<'_>) -> Result<()> {
    let world = &context.world;
    let refused = |why: String| Err(Error::new(Kind::Refused, format!("{name} {why}")));
    if default::toolchain(context)?.is_some_and(|default| default.name == *name) {
        return refused("is the default".into());
    }
    // The pin counts even if a variable or a go line overrides it now.
    let pin = directory::current(world).ok().map(|here| pin::nearest(&here)).transpose()?.flatten();
    if let Some(pin) = pin {
        let asked = |request| inventory::installed(&world.homes, request).is_some_and(|it| it.name == *name);
        if pin.requests.iter().any(asked) {
            return refused(format!("is pinned here, set by {}:{}", pin.path.display(), pin.line));
        }
    }
    match context.here()? {
        Some(here) if here.runs(name) => refused(typed::runs_here(&here, context)),
        _ => Ok(()),
    }
}
