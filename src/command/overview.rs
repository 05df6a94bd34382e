//! `gox` without a command: prints in one line which Go runs here and why, then the commands to try next.

use super::context::Context;
use super::status;
use crate::env;
use crate::error::{Kind, Result};
use crate::select::selection::Selected;
use crate::select::trace::Trace;
use crate::setup::shell::Shell;
use crate::store::inventory;

/// Prints the line and the commands.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let mut missing = None;
    match context.select("go", &mut Trace::default()) {
        Ok(selection) => {
            context.printer.text(&status::headline(&selection))?;
            if let Selected::Missing { request, .. } = selection.selected {
                missing = Some(request.quoted());
            }
        }
        Err(error) if error.kind() == Kind::NotThere => context.printer.text(&error.line())?,
        Err(error) => return Err(error),
    }
    context.printer.data("")?;
    context.printer.rows(&commands(missing, context))
}

/// The commands to try next, with what each does, the most urgent first.
fn commands(missing: Option<String>, context: &Context<'_>) -> Vec<[String; 2]> {
    let mut rows = Vec::new();
    let mut row = |command: &str, does: &str| rows.push([command.to_owned(), does.to_owned()]);
    let installed = inventory::all(&context.world.homes);
    if let Some(request) = missing {
        row(&format!("gox install {request}"), "install what is asked for here");
    } else if installed.is_empty() {
        row("gox install latest", "install the newest Go");
    }
    if !env::path_entries().contains(&context.world.home().shims())
        && let Some(shell) = Shell::of_user()
    {
        row(shell.init_line(), "put gox into this shell");
    }
    if !installed.is_empty() {
        row("gox install 1.22", "install another version");
        row("gox use 1.22", "choose the version of this shell");
        row("gox pin 1.22", "choose the version of this directory");
    }
    row("gox status", "show every rule that was asked");
    row("gox help", "show all commands");
    rows
}
