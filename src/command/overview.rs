//! `gox` without a command: prints in one line which Go runs here and why, then the commands to try next.

use super::context::Context;
use super::other_go::Other;
use super::status;
use crate::error::{Kind, Result};
use crate::select::selection::{Selected, Selection};
use crate::select::trace::Trace;
use crate::store::inventory;

/// Prints the line, and the commands unless gox is to be quiet.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let selection = match context.select("go", &mut Trace::default()) {
        Err(error) if error.kind() == Kind::NotThere => Err(error.line()),
        selection => Ok(selection?),
    };
    let other = Other::than(selection.as_ref().ok().and_then(Selection::go), "go", context);
    context.printer.text(&match (&other, &selection) {
        (Some(other), _) if other.is_started() => other.to_string(),
        (other, Ok(selection)) => status::headline(selection, other.is_none()),
        (_, Err(line)) => line.clone(),
    })?;
    if context.printer.is_quiet() {
        return Ok(());
    }
    let missing = match selection.map(|selection| selection.selected) {
        Ok(Selected::Missing { request, .. }) => Some(request.quoted()),
        _ => None,
    };
    context.printer.data("")?;
    context.printer.rows(&commands(missing, other.as_ref(), context))
}

/// The commands to try next, with what each does, the most urgent first.
fn commands(missing: Option<String>, other: Option<&Other>, context: &Context<'_>) -> Vec<[String; 2]> {
    let mut rows = Vec::new();
    let mut row = |command: &str, does: &str| rows.push([command.to_owned(), does.to_owned()]);
    let installed = inventory::all(&context.world.homes);
    if let Some(request) = missing {
        row(&format!("gox install {request}"), "install what is asked for here");
    } else if installed.is_empty() {
        row("gox install latest", "install the newest Go");
    }
    if let Some([command, does]) = other.and_then(|other| other.mend(context)) {
        row(&command, &does);
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
