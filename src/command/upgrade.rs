//! `gox upgrade`: installs the newest patch of each installed line.

use clap::Args;
use std::collections::BTreeMap;

use serde_json::Value;

use super::action::{Action, Done};
use super::context::{Context, Needed, Results};
use super::several::{self, Wanted};
use super::{default, requests, supply};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::{Line, Version};
use crate::install::installer::Installer;
use crate::install::plan;
use crate::select::pin::{self, Pin};
use crate::store::{default_file, inventory};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox upgrade --dry-run
  gox upgrade
  gox upgrade 1.22")]
pub(super) struct Arguments {
    /// Lines to upgrade, such as `1.22`; without one, all installed lines
    #[arg(value_name = "LINE")]
    pub requests: Vec<String>,
    /// Fetch module zips whole, not only what is missing
    #[arg(long)]
    pub no_delta: bool,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Print a JSON array of objects
    #[arg(long)]
    pub json: bool,
}

/// The upgrade of a line, from its newest installed version to its newest released one. They are one where only the
/// default is older.
struct Upgrade {
    from: Version,
    to: Version,
    /// The older version of the line that the default names, if it does: the default moves with the line.
    default: Option<Version>,
}

impl Upgrade {
    fn is_installed(&self) -> bool {
        self.from == self.to
    }
}

/// Shows what would change, then does it.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let lines = chosen(arguments, context)?;
    supply::with_installer(context, |installer| {
        installer.check_programs_run()?;
        let names = plan::released(&installer.network.sources, installer.report)?;
        let upgrades = upgrades(&lines, &names, context)?;
        if upgrades.is_empty() && !arguments.json {
            context.printer.say("all is up to date");
        }
        // A quiet command shows a plan only if that is all that it does.
        if !arguments.json && (arguments.dry_run || !context.printer.is_quiet()) {
            show(&upgrades, context)?;
        }
        let (mut objects, mut results) = (Vec::new(), Results::default());
        let plan = |upgrade: &&Upgrade, _: &Installer<'_>| plan(upgrade, arguments.dry_run);
        several::install(&upgrades, installer, context, plan, |upgrade, mut action| {
            if !arguments.dry_run {
                action.result =
                    action.result.and_then(|done| move_default(&upgrade.to, context).map(|()| done));
            }
            let mut object = action.with_receipt(context);
            object["from"] = upgrade.from.full().into();
            object["default"] = (upgrade.default.is_some() && action.result.is_ok()).into();
            objects.push(object);
            results.add(&upgrade.to.full(), action.result.map(drop), context);
        });
        let code = results.end(context);
        if arguments.json {
            context.printer.json(&Value::from(objects))?;
        }
        if code == 0 && !upgrades.is_empty() && !arguments.dry_run {
            context.printer.hint("what nothing asks for any more: `gox prune --dry-run`");
        }
        Ok(code)
    })
}

fn show(upgrades: &[Upgrade], context: &Context<'_>) -> Result<()> {
    upgrades.iter().try_for_each(|upgrade| {
        let (from, to) = (upgrade.from.full(), upgrade.to.full());
        context.printer.data(&match &upgrade.default {
            Some(default) if upgrade.is_installed() => format!("default {} -> {to}", default.full()),
            Some(_) => format!("{from} -> {to}, and the default with it"),
            None => format!("{from} -> {to}"),
        })
    })
}

fn plan(upgrade: &Upgrade, dry_run: bool) -> Wanted {
    let name = upgrade.to.toolchain();
    match (upgrade.is_installed(), dry_run) {
        (true, _) => Wanted::Over(Action::of(name, Ok(Done::Present))),
        (false, true) => Wanted::Over(Action::of(name, Ok(Done::Planned))),
        (false, false) => Wanted::Install { name, force: false },
    }
}

/// The newest installed version of each line that is named, or of all installed lines.
fn chosen(arguments: &Arguments, context: &Context<'_>) -> Result<BTreeMap<Line, Version>> {
    let mut installed = BTreeMap::new();
    context.check_stores(Needed::Own)?;
    for toolchain in inventory::all(std::slice::from_ref(context.world.home())) {
        if let Some(version) = toolchain.version().filter(|_| !toolchain.path.is_symlink()) {
            // The newest comes first.
            installed.entry(version.line()).or_insert_with(|| version.clone());
        }
    }
    if arguments.requests.is_empty() {
        return Ok(installed);
    }
    let mut wanted = BTreeMap::new();
    for word in &arguments.requests {
        let line = match requests::parse(word)? {
            Request::Line(line) => line,
            Request::Version(version) => version.line(),
            other => {
                let message = format!("`{other}` is not a line of releases");
                return Err(Error::new(Kind::Usage, message).hint("name lines: `gox upgrade 1.22`"));
            }
        };
        let Some(version) = installed.get(&line).cloned() else {
            return Err(requests::not_installed(&Request::Line(line), context));
        };
        wanted.insert(line, version);
    }
    Ok(wanted)
}

fn upgrades(
    lines: &BTreeMap<Line, Version>,
    names: &[ToolchainName],
    context: &Context<'_>,
) -> Result<Vec<Upgrade>> {
    let upgrade = |(line, from): (&Line, &Version)| {
        let to = Request::Line(line.clone()).choose(names.iter().filter_map(ToolchainName::release))?;
        if to < from {
            return None;
        }
        let upgrade = |default: Option<(Pin, Version)>| {
            let default = default.map(|(_, version)| version);
            (to > from || default.is_some()).then(|| Upgrade { from: from.clone(), to: to.clone(), default })
        };
        old_default(to, context).map(upgrade).transpose()
    };
    lines.iter().rev().filter_map(upgrade).collect()
}

/// Sets the default to the new version, if it names an older patch of the line. A default that is a line or a range
/// means the new version already.
fn move_default(to: &Version, context: &Context<'_>) -> Result<()> {
    let Some((pin, before)) = old_default(to, context)? else { return Ok(()) };
    let now = Request::Version(to.clone());
    if default_file::set_if(&context.store(), &now, || default::is_still(&pin))? {
        let before = before.full();
        context
            .printer
            .say(&format!("default is now {now} (was {before}); to go back: `gox default {before}`"));
    }
    Ok(())
}

/// The user's default with the version that it names, where that is an older one of the same line.
fn old_default(to: &Version, context: &Context<'_>) -> Result<Option<(Pin, Version)>> {
    let Some(pin) = pin::read(&context.world.home().default_file())? else { return Ok(None) };
    Ok(match pin.requests[0].clone() {
        Request::Version(before) if before.line() == to.line() && before < *to => Some((pin, before)),
        _ => None,
    })
}
