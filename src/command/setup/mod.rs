//! `gox setup`: sets up targets, of which the shell is the first: shows what would change, asks, and writes it. `next`
//! is what is left to do then.

mod next;

use std::path::PathBuf;

use clap::Args;
use rustix::fs::Mode;
use rustix::process::{geteuid, umask};

use super::confirm;
use crate::env::{self, SHELL};
use crate::error::{Error, Kind, Result};
use crate::machine::Machine;
use crate::select::typed::{Shims, Typed};
use crate::select::world::World;
use crate::setup::block::Mark;
use crate::setup::change::Change;
use crate::setup::foreign;
use crate::setup::plan::Plan;
use crate::setup::shell::Shell;
use crate::setup::target::{NAMED, Owner, Target};
use crate::setup::wants::{ByHand, Site};
use crate::text;
use crate::ui::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox setup              the shell by SHELL; shows the change, then asks
  gox setup zsh --dry-run
  gox setup git ssh-agent
  gox setup hooks
  gox setup --check
  gox setup --undo
  sudo env \"PATH=$PATH\" gox setup --system")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Arguments {
    /// What to set up; without it, the shell that `SHELL` names
    #[arg(value_name = "TARGET")]
    pub targets: Vec<Target>,
    /// For all users: only PATH, in /etc/profile.d/gox.sh
    #[arg(long, conflicts_with = "targets")]
    pub system: bool,
    /// With wsl: take Windows folders off PATH
    #[arg(long)]
    pub isolate: bool,
    /// Internal: the machine that was recorded in this folder, in place of `/`
    #[arg(long, hide = true, value_name = "DIR")]
    pub machine: Option<PathBuf>,
    /// Remove what setup has written
    #[arg(long)]
    pub undo: bool,
    /// Compare only, by default all targets that are set up
    #[arg(long, conflicts_with_all = ["undo", "dry_run", "yes"])]
    pub check: bool,
    /// Do not ask whether to write the change
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// Shows what would change, asks, and writes it; then names the lines of start-up files that are not needed any more.
pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<u8> {
    let world = World::process().ok();
    let typed = world.as_ref().map(|world| Typed::find("go", world));
    let machine = arguments.machine.as_ref().map_or_else(Machine::this, Machine::recorded);
    let mut site = Site::here(machine, typed.as_ref().and_then(Typed::before_shims).is_some());
    site.isolate = arguments.isolate;
    if arguments.check {
        return check(arguments, &site, printer);
    }
    let targets = targets(arguments)?;
    if arguments.isolate && !targets.contains(&Target::Wsl) {
        let error = Error::new(Kind::Usage, "`--isolate` belongs to the target `wsl`");
        return Err(error.hint("name it: `gox setup wsl --isolate`"));
    }
    if !arguments.system && arguments.targets.is_empty() {
        tell_other_shell(printer);
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
            next::of_store(world.filter(|_| !plan.changes.is_empty()), printer);
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
        if is_for_all(arguments) {
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
    let asks = || confirm::is_wanted(&format!("{} --yes", command_line(arguments)), printer);
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

/// The targets of the command line, else the shell of the user.
fn targets(arguments: &Arguments) -> Result<Vec<Target>> {
    if arguments.system {
        return Ok(vec![Target::System]);
    }
    if !arguments.targets.is_empty() {
        return Ok(arguments.targets.clone());
    }
    Shell::of_user().map(|shell| vec![Target::Shell(shell)]).ok_or_else(|| {
        let message = match env::text(SHELL) {
            Some(shell) => format!("gox has no functions for `{shell}`, which `SHELL` names"),
            None => "could not tell which shell is yours: `SHELL` is not set".to_owned(),
        };
        Error::new(Kind::Usage, message)
            .hint("name it: `gox setup bash`, or another of the targets that `gox setup --help` lists")
    })
}

/// Says so where the shell that `SHELL` names is not the one in which gox was typed.
fn tell_other_shell(printer: &Printer) {
    let shells = Shell::of_user().zip(Shell::around());
    if let Some((of_user, around)) = shells.filter(|(of_user, around)| of_user != around) {
        let [of_user, around] = [of_user.word(), around.word()];
        printer.note(&format!(
            "`SHELL` names {of_user}, and this shell is {around}: `gox setup {around}` is for it"
        ));
    }
}

/// The targets of the command line, else all that are set up.
fn to_compare(arguments: &Arguments, site: &Site) -> Result<Vec<Target>> {
    if arguments.system || !arguments.targets.is_empty() {
        return targets(arguments);
    }
    Ok(NAMED.iter().copied().filter(|target| target.is_set_up(site)).collect())
}

/// Prints what is not as setup writes it.
fn check(arguments: &Arguments, site: &Site, printer: &Printer) -> Result<u8> {
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

/// `` `bash`, `hooks` ``.
fn names(targets: &[Target]) -> String {
    targets.iter().map(|target| format!("`{}`", target.name())).collect::<Vec<_>>().join(", ")
}

/// What sets up each target by itself.
fn alone(targets: &[Target], site: &Site) -> Vec<(Target, Result<Plan>)> {
    targets.iter().map(|target| (*target, Plan::put(&[*target], site))).collect()
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
    let is_older = |typed: &Typed| match typed.shims {
        // Else the note about the line says what to do.
        Shims::Behind => typed.before_shims().and_then(foreign::that_repeats).is_none(),
        shims => shims == Shims::Absent,
    };
    if let Some(shell) = shell.filter(|_| is_mended && typed.is_some_and(is_older)) {
        printer.hint(&shell.restart());
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
    error.hint(format!("the rest: `{}`", line("gox", &others, arguments)))
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

/// The command line to repeat with `--yes`: its arguments that choose the change.
fn command_line(arguments: &Arguments) -> String {
    line("gox", &arguments.targets, arguments)
}

fn line(gox: &str, targets: &[Target], arguments: &Arguments) -> String {
    let mut words = vec![gox, "setup"];
    words.extend(targets.iter().map(|target| target.name()));
    words.extend(arguments.system.then_some("--system"));
    words.extend((arguments.isolate && targets.contains(&Target::Wsl)).then_some("--isolate"));
    words.extend(arguments.undo.then_some("--undo"));
    words.join(" ")
}

/// Whether a file of all users is changed.
fn is_for_all(arguments: &Arguments) -> bool {
    arguments.system || arguments.targets.iter().any(|target| target.owner() == Owner::Root)
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
    let error = error.hint(format!("`sudo {}`", line(&text::quoted_path(&gox), &of_root, arguments)));
    if others.is_empty() {
        return error;
    }
    error.hint(format!("the rest: `{}`", line("gox", &others, arguments)))
}
