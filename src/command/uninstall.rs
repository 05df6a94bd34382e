//! `gox uninstall`.

use super::cli::Uninstall;
use super::{Context, default, interrupt};
use crate::error::{Error, Kind, Result};
use crate::go::request::{self, Request};
use crate::select::call::Call;
use crate::select::resolve::{self, Answer};
use crate::select::{directory, pin};
use crate::store::inventory::{self, Toolchain};
use crate::store::remove;

/// Removes each version; all are tried, and the first failure's code is given.
pub fn run(arguments: &Uninstall, context: &Context<'_>) -> Result<u8> {
    interrupt::watch(context.printer)?;
    let mut code = 0;
    for word in &arguments.versions {
        if let Err(error) = one(word, arguments.force, context) {
            interrupt::settle();
            context.printer.error(&error);
            code = if code == 0 { error.kind().code() } else { code };
        }
    }
    Ok(code)
}

fn one(word: &str, force: bool, context: &Context<'_>) -> Result<()> {
    let name = find(word, context)?;
    if !force {
        refuse_what_is_wanted(&name, context).map_err(|error| {
            error.hint(format!("remove it all the same: `gox uninstall --force {}`", exact(&name)))
        })?;
    }
    let was_default =
        default::toolchain(context).is_ok_and(|default| default.is_some_and(|it| it.name == name));
    remove::toolchain(context.world.home(), &name, context.settings.lock_timeout, context.waiting())?;
    context.printer.say(&format!("removed {name}"));
    if was_default && default::toolchain(context).is_ok_and(|default| default.is_none()) {
        context.printer.hint("nothing answers the default now; choose another: `gox default latest`");
    }
    Ok(())
}

/// By its full name only: a line such as `1.22` would remove whatever is newest today. What is there and
/// cannot run, because its `bin/go` is gone, is found too.
fn find(word: &str, context: &Context<'_>) -> Result<String> {
    let request = crate::command::install::parse(word)?;
    let homes = &context.world.homes;
    let name = request.toolchain().ok_or_else(|| {
        let newest = inventory::installed(&homes[..1], &request);
        let answers = |toolchain: &Toolchain| match &request {
            Request::Latest | Request::OldStable => newest.as_ref() == Some(toolchain),
            _ => toolchain.version.as_ref().is_some_and(|version| request.matches(version)),
        };
        let installed = inventory::all(&homes[..1]).into_iter().filter(answers);
        let names: Vec<String> = installed.map(|toolchain| exact(&toolchain.name)).collect();
        if names.is_empty() {
            return Error::new(
                Kind::NoSuchVersion,
                format!("no version that is installed answers `{request}`"),
            )
            .hint("`gox list` shows what is installed");
        }
        Error::new(Kind::Usage, format!("`{request}` is not the name of one version"))
            .hint(format!("say which: `gox uninstall {}`", names.join(" ")))
    })?;
    if homes[0].toolchain(&name).symlink_metadata().is_ok() {
        return Ok(name);
    }
    let error = Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed"));
    Err(match inventory::find(homes, &name) {
        Some(toolchain) => Error::new(Kind::NoSuchVersion, format!("`{request}` is not in your own store"))
            .detail(format!("it is the machine's: {}", toolchain.path.display())),
        None => error.hint("`gox list` shows what is installed"),
    })
}

/// An error where the default, a pin or what runs here asks for it, and where that cannot be told.
fn refuse_what_is_wanted(name: &str, context: &Context<'_>) -> Result<()> {
    let world = &context.world;
    let refused = |why: String| Err(Error::new(Kind::Refused, format!("{name} {why}")));
    if default::toolchain(context)?.is_some_and(|default| default.name == name) {
        return refused("is the default".into());
    }
    // Also behind a `GO_VERSION` of this shell, or lines that raise it: the project wants it.
    let pin = directory::current(world).ok().map(|here| pin::nearest(&here)).transpose()?.flatten();
    if let Some(pin) = pin {
        let asked = |request| inventory::installed(&world.homes, request).is_some_and(|it| it.name == name);
        if pin.requests.iter().any(asked) {
            return refused(format!("is pinned here, set by {}:{}", pin.path.display(), pin.line));
        }
    }
    match resolve::select(world, &Call::new("go", &[]), &mut |_| {}) {
        Ok(here) => match here.answer {
            Answer::Toolchain(toolchain) if toolchain.name == name => {
                refused(format!("runs here, {}", here.reason))
            }
            _ => Ok(()),
        },
        // Nothing is selected.
        Err(error) if error.kind() == Kind::NotThere => Ok(()),
        Err(error) => Err(error),
    }
}

fn exact(name: &str) -> String {
    Request::parse(&request::of_toolchain(name)).map_or_else(|_| name.to_owned(), |request| request.quoted())
}
