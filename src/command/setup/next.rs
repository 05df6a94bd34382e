//! What is left to do after `gox setup`: lines of start-up files that are not needed any more or cannot be read, the
//! programs in the store, and a Go.

use crate::command::context::Context;
use crate::env::Environment;
use crate::fs::program::on_path;
use crate::import::found;
use crate::import::places::Surroundings;
use crate::select::advice;
use crate::select::world::World;
use crate::setup::shell::Shell;
use crate::setup::{ends, foreign, places};
use crate::store::layout::Home;
use crate::store::{access, inventory, shims};
use crate::ui::printer::Printer;

/// Names the lines that are not needed any more, and the files that have Windows line endings. This is for after the
/// change, which may have given the lines other numbers.
pub(super) fn of_files(shells: &[Shell], printer: &Printer) {
    for shell in shells {
        for (place, needless) in foreign::needless(*shell) {
            printer.note(&format!("`{}` {needless}", place.text()));
        }
        for path in places::own_at_start(*shell) {
            if let Some(mend) = ends::unix_line_ends(&path, *shell) {
                printer.warn(&format!("`{}` has Windows line endings", path.display()));
                printer.hint(&format!(
                    "{} reads them as part of each line; convert the file: `{mend}`",
                    shell.word()
                ));
            }
        }
    }
}

/// Puts the shims and a copy of gox into the store where no gox is on PATH, such as just after the installer: in a new
/// shell the lines of setup would find none.
pub(super) fn of_programs(printer: &Printer) {
    if on_path("gox", &Environment::Process).is_none() {
        let done = Context::read(printer).and_then(|context| shims::refresh(&context.store()));
        if let Err(error) = done {
            printer.warn(&error.line());
            error.hints().iter().for_each(|hint| printer.hint(hint));
        }
    }
}

/// Says how to come to a Go, if there is none.
pub(super) fn of_store(world: &World, printer: &Printer) {
    let is_readable = |home: &Home| access::check_readable(home).is_ok();
    if !world.homes.iter().all(is_readable) || inventory::newest(&world.homes).is_some() {
        return;
    }
    let managers = managers(world);
    printer.hint(&if managers.is_empty() {
        advice::without_go(&world.homes)
    } else {
        format!("take over the Go versions of {}: `gox import`", managers.join(" and "))
    });
}

/// The managers that have a Go in the home of the user. Elsewhere many machines have one that nobody chose, and what
/// Go downloads for itself is of no manager.
fn managers(world: &World) -> Vec<&'static str> {
    let surroundings = Surroundings::new(world);
    let Some(home) = surroundings.home.as_ref().and_then(|home| home.canonicalize().ok()) else {
        return Vec::new();
    };
    let found = found::all(&surroundings, None, &world.homes).into_iter();
    let found = found.filter(|tree| tree.path.starts_with(&home) && tree.manager != "modcache");
    let mut managers: Vec<_> = found.map(|tree| tree.manager).collect();
    managers.dedup();
    managers
}
