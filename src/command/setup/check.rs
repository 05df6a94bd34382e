//! `gox setup --check`: compares the targets with what setup would write.

use super::arguments::Arguments;
use crate::command::confirm;
use crate::error::{Kind, Result};
use crate::setup::plan::Plan;
use crate::setup::target::{NAMED, Target};
use crate::setup::wants::Site;
use crate::ui::printer::Printer;

/// Prints the diff of what is not as setup writes it; the code is 1 if there is any.
pub(super) fn run(arguments: &Arguments, site: &Site, printer: &Printer) -> Result<u8> {
    let targets = to_compare(arguments, site)?;
    if targets.is_empty() {
        printer.say("nothing is set up by `gox setup`");
        return Ok(0);
    }
    let [mut alike, mut different, mut unknown] = [const { Vec::new() }; 3];
    let mut failed = None;
    for (target, plan) in alone(&targets, site) {
        match plan {
            Err(error) => {
                printer.error(&error);
                failed.get_or_insert(error.kind().code());
                unknown.push(target);
            }
            Ok(plan) if !plan.changes.is_empty() => different.push(target),
            // Of a target that edits nothing here its note says why.
            Ok(plan) if plan.paths.is_empty() && plan.by_hand.is_empty() => {}
            Ok(_) => alike.push(target),
        }
    }
    let compared: Vec<_> = targets.iter().copied().filter(|target| !unknown.contains(target)).collect();
    // Together, as two targets may edit one file.
    let plan = Plan::put(&compared, site)?;
    plan.notes.iter().for_each(|note| printer.say(note));
    confirm::show(&plan.changes, printer)?;
    // Of a single target the diff or the error says as much.
    let is_one = targets.len() == 1;
    for (what, listed, is_clear) in [
        ("up to date", alike, false),
        ("not up to date", different, is_one),
        ("could not be compared", unknown, is_one),
    ] {
        if !(listed.is_empty() || is_clear) {
            printer.say(&format!("{what}: {}", names(&listed)));
        }
    }
    Ok(failed.unwrap_or(if plan.changes.is_empty() { 0 } else { Kind::Refused.code() }))
}

/// The targets of the command line, else all that are set up.
fn to_compare(arguments: &Arguments, site: &Site) -> Result<Vec<Target>> {
    if arguments.system || !arguments.targets.is_empty() {
        return arguments.targets();
    }
    Ok(NAMED.iter().copied().filter(|target| target.is_set_up(site)).collect())
}

/// `` `bash`, `hooks` ``.
fn names(targets: &[Target]) -> String {
    targets.iter().map(|target| format!("`{}`", target.name())).collect::<Vec<_>>().join(", ")
}

/// What sets up each target by itself.
pub(super) fn alone(targets: &[Target], site: &Site) -> Vec<(Target, Result<Plan>)> {
    targets.iter().map(|target| (*target, Plan::put(&[*target], site))).collect()
}
