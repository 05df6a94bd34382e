//! `gox upgrade`: the newest patch of the lines that are installed.

use std::collections::BTreeMap;

use super::cli::Upgrade;
use super::{Context, install};
use crate::error::{Error, Kind, Result};
use crate::go::request::{self, Request};
use crate::go::version::{Line, Version, version_of_toolchain};
use crate::install::plan;
use crate::select::pin;
use crate::store::{default_file, inventory};

/// From the newest that is installed of a line to the newest that was released.
struct Step {
    from: Version,
    to: Version,
}

/// Shows what would change, then does it.
pub fn run(arguments: &Upgrade, context: &Context<'_>) -> Result<u8> {
    let lines = chosen(arguments, context)?;
    install::with_installer(context, |installer| {
        let names = plan::released(installer.sources, installer.report)?;
        let steps = steps(&lines, &names);
        if steps.is_empty() {
            context.printer.say("all is up to date");
            return Ok(0);
        }
        for Step { from, to } in &steps {
            let moves = if old_default(to, context)?.is_some() { ", and the default with it" } else { "" };
            context.printer.data(&format!("{} -> {}{moves}", from.full(), to.full()))?;
        }
        if arguments.dry_run {
            return Ok(0);
        }
        let mut code = 0;
        for step in &steps {
            let done = install::install(&step.to.toolchain(), false, installer, context.printer)
                .and_then(|()| move_default(&step.to, context));
            if let Err(error) = done {
                context.printer.error(&error);
                code = if code == 0 { error.kind().code() } else { code };
            }
        }
        if code == 0 {
            context.printer.hint("what nothing asks for any more: `gox prune --dry-run`");
        }
        Ok(code)
    })
}

/// The newest installed version of each line, or of those that are named.
fn chosen(arguments: &Upgrade, context: &Context<'_>) -> Result<BTreeMap<Line, Version>> {
    let mut installed = BTreeMap::new();
    for toolchain in inventory::all(std::slice::from_ref(context.world.home())) {
        if let Some(version) = toolchain.version.filter(|_| !toolchain.path.is_symlink()) {
            // The newest comes first.
            installed.entry(version.line()).or_insert(version);
        }
    }
    if arguments.requests.is_empty() {
        return Ok(installed);
    }
    let mut wanted = BTreeMap::new();
    for word in &arguments.requests {
        let line = match install::parse(word)? {
            Request::Line(line) => line,
            Request::Version(version) => version.line(),
            other => {
                let message = format!("`{other}` is no line of releases");
                return Err(Error::new(Kind::Usage, message).hint("name lines: `gox upgrade 1.22`"));
            }
        };
        let version = installed.get(&line).ok_or_else(|| {
            Error::new(Kind::NoSuchVersion, format!("no version of {line} is installed"))
                .hint(format!("install the newest: `gox install {line}`"))
        })?;
        wanted.insert(line, version.clone());
    }
    Ok(wanted)
}

fn steps(lines: &BTreeMap<Line, Version>, names: &[String]) -> Vec<Step> {
    let plain = |name: &String| version_of_toolchain(name).filter(|version| version.toolchain() == *name);
    let released: Vec<Version> = names.iter().filter_map(plain).collect();
    let step = |(line, from): (&Line, &Version)| {
        let to = Request::Line(line.clone()).choose(released.iter())?;
        (to > from).then(|| Step { from: from.clone(), to: to.clone() })
    };
    lines.iter().rev().filter_map(step).collect()
}

/// A default that names an older patch of the line names the new one now; a line or a range finds it by itself.
fn move_default(to: &Version, context: &Context<'_>) -> Result<()> {
    let home = context.world.home();
    let Some(before) = old_default(to, context)? else { return Ok(()) };
    let now = request::of_toolchain(&to.toolchain());
    default_file::set(home, &now, context.settings.lock_timeout, context.waiting())?;
    let before = before.full();
    context.printer.say(&format!("default is now {now} (was {before}); back: gox default {before}"));
    Ok(())
}

/// The user's default, where it names an older version of the same line.
fn old_default(to: &Version, context: &Context<'_>) -> Result<Option<Version>> {
    let pin = pin::read(&context.world.home().default_file())?;
    Ok(pin.and_then(|pin| match pin.requests.into_iter().next() {
        Some(Request::Version(before)) if before.line() == to.line() && before < *to => Some(before),
        _ => None,
    }))
}
