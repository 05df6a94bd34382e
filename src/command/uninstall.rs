//! `gox uninstall`.

use super::Context;
use super::cli::Uninstall;
use crate::error::{Error, Kind, Result};
use crate::select::call::Call;
use crate::select::request::Request;
use crate::select::resolve::{self, Answer};
use crate::store::inventory::{self, Toolchain};
use crate::store::remove;

/// Removes each version; all are tried, and the first failure's code is given.
pub fn run(arguments: &Uninstall, context: &Context<'_>) -> Result<u8> {
    let mut code = 0;
    for word in &arguments.versions {
        if let Err(error) = one(word, arguments.force, context) {
            context.printer.error(&error);
            code = if code == 0 { error.kind().code() } else { code };
        }
    }
    Ok(code)
}

fn one(word: &str, force: bool, context: &Context<'_>) -> Result<()> {
    let toolchain = find(word, context)?;
    if !force {
        refuse_what_is_wanted(&toolchain, context)?;
    }
    remove::toolchain(context.world.home(), &toolchain.name, context.settings.lock_timeout, |path| {
        context.printer.say(&format!("waiting for another gox (`{path}`)"));
    })?;
    context.printer.say(&format!("removed {}", toolchain.name));
    Ok(())
}

/// By its full name only: a line such as `1.22` would remove whatever is newest today.
fn find(word: &str, context: &Context<'_>) -> Result<Toolchain> {
    let request = super::install::parse(word)?;
    let home = std::slice::from_ref(context.world.home());
    let name = request.toolchain().ok_or_else(|| {
        let error = Error::new(Kind::Usage, format!("`{request}` is not the name of one version"));
        match inventory::installed(home, &request) {
            Some(newest) => error.hint(format!("say which: `gox uninstall {}`", exact(&newest))),
            None => error.hint("`gox list` shows what is installed"),
        }
    })?;
    inventory::find(home, &name).ok_or_else(|| {
        Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed"))
            .hint("`gox list` shows what is installed")
    })
}

fn refuse_what_is_wanted(toolchain: &Toolchain, context: &Context<'_>) -> Result<()> {
    let world = &context.world;
    let refused = |why: String| {
        Err(Error::new(Kind::Refused, format!("{} {why}", toolchain.name))
            .hint(format!("remove it all the same: `gox uninstall --force {}`", exact(toolchain))))
    };
    let default =
        resolve::default(world)?.and_then(|pin| inventory::installed(&world.homes, &pin.requests[0]));
    if default.as_ref() == Some(toolchain) {
        return refused("is the default".into());
    }
    // A selection that cannot be made wants nothing.
    let here = resolve::select(world, &Call::new("go", &[]), &mut |_| {}).ok();
    match here {
        Some(here) if here.answer == Answer::Toolchain(toolchain.clone()) => {
            refused(format!("runs here, {}", here.reason))
        }
        _ => Ok(()),
    }
}

fn exact(toolchain: &Toolchain) -> String {
    Request::parse(&crate::select::request::of_toolchain(&toolchain.name))
        .map_or_else(|_| toolchain.name.clone(), |request| request.quoted())
}
