//! `gox setup`: sets up targets, of which the shell is the first: shows what would change, asks, and writes it. `next`
//! is what is left to do then.

mod arguments;
mod check;
mod next;

use rustix::fs::Mode;
use rustix::process::{geteuid, umask};

use super::confirm;
use crate::error::{Error, Kind, Result};
use crate::machine::Machine;
use crate::select::typed::{Shims, Typed};
use crate::select::world::World;
use crate::setup::block::Mark;
use crate::setup::change::Change;
use crate::setup::plan::{self, Plan};
use crate::setup::shell::Shell;
use crate::setup::target::{Owner, Target};
use crate::setup::wants::{ByHand, Site};
use crate::text;
use crate::ui::printer::Printer;
pub(super) use arguments::Arguments;
use check::alone;

/// Shows what would change, asks, and writes it; then names the lines of start-up files that are not needed any more.
pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<u8> {
    let world = World::process().ok();
    let typed = world.as_ref().map(|world| Typed::find("go", world));
    let machine = arguments.machine.as_ref().map_or_else(Machine::this, Machine::recorded);
    let mut site = Site::here(machine, typed.as_ref().and_then(Typed::before_shims).is_some());
    site.isolate = arguments.isolate;
    if arguments.check {
        return check::run(arguments, &site, printer);
    }
    let targets = arguments.targets()?;
    if arguments.isolate && !targets.contains(&Target::Wsl) {
        let error = Error::new(Kind::Usage, "`--isolate` belongs to the target `wsl`");
        return Err(error.hint("name it: `gox setup wsl --isolate`"));
    }
    if !arguments.system && arguments.targets.is_empty() {
        tell_other_shell(arguments, printer);
    }
    let plan = if arguments.undo {
        take(&targets, &site, printer)?
    } else {
        put(&targets, &site, typed.as_ref(), printer)
            .map_err(|error| refusal(error, &targets, &site, arguments))?
    };
    let code = change(&plan, arguments, printer)?;
    if code == 0 && !arguments.undo {
        let shells: Vec<_> = targets.iter().filter_map(|target| target.shell()).collect();
        next::of_files(&shells, printer);
        if !(shells.is_empty() || arguments.dry_run) {
            next::of_programs(printer);
            if let Some(world) = world.filter(|_| !plan.changes.is_empty()) {
                next::of_store(&world, printer);
            }
        }
    }
    Ok(code)
}

/// Shows the changes, asks, and makes them.
fn change(plan: &Plan, arguments: &Arguments, printer: &Printer) -> Result<u8> {
    let Plan { changes, then, .. } = plan;
    if changes.is_empty() {
        return Ok(0);
    }
    if !arguments.dry_run {
        // Every user must be able to read the file, whatever the umask of root is.
        if arguments.is_for_all() {
            umask(Mode::from_raw_mode(0o022));
        }
        changes.iter().try_for_each(|change| {
            change.check_writable().map_err(|error| with_sudo(error, change, arguments))
        })?;
    }
    // What is written without a question need not be shown.
    if !(arguments.yes && printer.is_quiet()) {
        confirm::show(changes, printer)?;
    }
    let asks = || confirm::is_wanted(&format!("{} --yes", arguments.command_line()), printer);
    if arguments.dry_run || !(arguments.yes || asks()?) {
        printer.say("nothing was changed");
        return Ok(if arguments.dry_run { 0 } else { Kind::Refused.code() });
    }
    for change in changes {
        change.write()?;
        printer.say(&format!("{} `{}`", change.done(), change.path().display()));
    }
    for line in then {
        printer.say(line);
    }
    Ok(0)
}

/// Says so where the shell that `SHELL` names is not the one in which gox was typed.
fn tell_other_shell(arguments: &Arguments, printer: &Printer) {
    let shells = Shell::of_user().zip(Shell::around());
    if let Some((of_user, around)) = shells.filter(|(of_user, around)| of_user != around) {
        let command = arguments.line("gox", &[Target::Shell(around)]);
        let [of_user, around] = [of_user.word(), around.word()];
        printer.note(&format!(
            "this is for {of_user}, which `SHELL` names; for {around}, in which you are: `{command}`"
        ));
    }
}

/// The plan that sets the targets up.
fn put(targets: &[Target], site: &Site, typed: Option<&Typed>, printer: &Printer) -> Result<Plan> {
    let plan = Plan::put(targets, site)?;
    let Plan { by_hand, paths, changes, notes, .. } = &plan;
    for note in notes {
        printer.say(note);
    }
    for ByHand { path, line, behind } in by_hand {
        printer.say(&format!("`{}:{line}` does it already, written by hand", path.display()));
        if let Some(behind) = behind {
            printer.hint(&format!("move it behind line {behind}, which puts something before the shims"));
        }
    }
    if !changes.is_empty() {
        return Ok(plan);
    }
    if !paths.is_empty() {
        let paths: Vec<_> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        printer.say(&format!("it is in {} already", paths.join(" and ")));
    }
    let is_mended = by_hand.iter().all(|line| line.behind.is_none());
    let shell = targets.iter().find_map(|target| target.shell());
    if let (true, Some(shell), Some(typed)) = (is_mended, shell, typed)
        && matches!(typed.shims, Shims::Behind | Shims::Absent)
    {
        printer.hint(&plan::in_shell(shell, typed.before_shims()).text());
    }
    Ok(plan)
}

/// The error for targets of which some cannot be set up: why each of them cannot, and the command for the others.
/// `error` is what came of all together.
fn refusal(error: Error, targets: &[Target], site: &Site, arguments: &Arguments) -> Error {
    let (others, refused): (Vec<_>, Vec<_>) =
        alone(targets, site).into_iter().partition(|(_, plan)| plan.is_ok());
    let mut refused =
        refused.into_iter().filter_map(|(target, plan)| Some((target, by_hand_hint(plan.err()?, target))));
    let Some((first, mut error)) = refused.next() else { return error };
    if targets.len() == 1 {
        return error;
    }
    error = error.detail(format!("so `{}` cannot be set up; nothing was changed", first.name()));
    for (target, other) in refused {
        error = error.detail(format!("`{}` cannot be set up either: {}", target.name(), other.summary()));
        let hints = other.hints().iter().filter(|hint| !error.hints().contains(hint)).cloned();
        error = hints.collect::<Vec<_>>().into_iter().fold(error, Error::hint);
    }
    if others.is_empty() {
        return error;
    }
    let others: Vec<_> = others.iter().map(|(target, _)| *target).collect();
    error.hint(format!("the rest: `{}`", arguments.line("gox", &others)))
}

/// Adds the line to write by hand, if the start-up file of a shell cannot be changed.
fn by_hand_hint(error: Error, target: Target) -> Error {
    match target.shell().filter(|_| error.kind() == Kind::InvalidFile && error.hints().is_empty()) {
        Some(shell) => {
            let line = shell.init_line();
            error.hint(format!("put it into the start-up file of your shell by hand: `{line}`"))
        }
        None => error,
    }
}

/// The plan that removes what setup has written.
fn take(targets: &[Target], site: &Site, printer: &Printer) -> Result<Plan> {
    let plan = Plan::take(targets, site, |error| printer.warn(&error.line()))?;
    if plan.changes.is_empty() {
        let what =
            if targets.iter().any(|target| target.shell().is_none()) { "file" } else { "start-up file" };
        printer.say(&format!("no {what} has what `gox setup` writes; nothing was changed"));
    }
    Ok(plan)
}

/// Adds the command with sudo as a hint to an error about a file of root, if the user is not root. It has the path of
/// gox, because the PATH of sudo may lack it, and no target of the user, for which sudo would set up root.
fn with_sudo(error: Error, change: &Change, arguments: &Arguments) -> Error {
    if !(arguments.system || change.mark() == Mark(Target::Wsl.name())) || geteuid().is_root() {
        return error;
    }
    let gox = std::env::current_exe().unwrap_or_else(|_| "gox".into());
    let (of_root, others): (Vec<_>, Vec<_>) =
        arguments.targets.iter().partition(|target| target.owner() == Owner::Root);
    let error = error.hint(format!("`sudo {}`", arguments.line(&text::quoted_path(&gox), &of_root)));
    if others.is_empty() {
        return error;
    }
    error.hint(format!("the rest: `{}`", arguments.line("gox", &others)))
}
