//! `gox` without a command: prints in one line which Go runs here and why, then the commands to try next.

use super::context::Context;
use super::other_go::Other;
use super::{requests, status};
use crate::error::{Kind, Result};
use crate::go::lifecycle::Lifecycle;
use crate::go::version::Line;
use crate::select::selection::{Selected, Selection};
use crate::select::trace::Trace;
use crate::source::known;
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
    context.printer.data("")?;
    let selection = selection.ok();
    context.printer.rows(&commands(selection.as_ref(), other.as_ref(), context))?;
    if let Some(Selection { selected: Selected::Missing { request, .. }, reason, .. }) = &selection
        && !requests::may_exist(request, context)
    {
        for hint in requests::missing_hints(request, reason, context) {
            context.printer.hint(&hint);
        }
    }
    Ok(())
}

/// The commands to try next, with what each does, the most urgent first.
fn commands(selection: Option<&Selection>, other: Option<&Other>, context: &Context<'_>) -> Vec<[String; 2]> {
    let mut rows = Vec::new();
    let mut row = |command: &str, does: &str| rows.push([command.to_owned(), does.to_owned()]);
    let newest = inventory::newest(&context.world.homes);
    match (selection, &newest) {
        (Some(Selection { selected: Selected::Missing { request, .. }, .. }), _)
            if requests::may_exist(request, context) =>
        {
            row(&format!("gox install {}", request.quoted()), "install what is asked for here");
        }
        (_, None) => row("gox install latest", "install the newest Go"),
        (None, Some(newest)) => {
            let command = format!("gox default {}", newest.name.request().quoted());
            row(&command, "let it run where nothing else is asked for");
        }
        (Some(_), Some(_)) => {}
    }
    if let Some([command, does]) = other.and_then(|other| other.mend(context)) {
        row(&command, &does);
    }
    if let Some(newest) = newest {
        if let Some(line) = newest_absent_line(context) {
            row(&format!("gox install {line}"), "install another version");
        }
        let line = newest.version().map(|version| version.line().to_string());
        let line = line.unwrap_or_else(|| newest.name.request().quoted());
        row(&format!("gox use {line}"), "choose the version of this shell");
        row(&format!("gox pin {line}"), "choose the version of this directory");
    }
    row("gox status", "show every rule that was asked");
    row("gox help", "show all commands");
    rows
}

/// The newest line with security fixes of which nothing is installed.
fn newest_absent_line(context: &Context<'_>) -> Option<Line> {
    let installed = inventory::all(&context.world.homes);
    let is_absent = |line: &Line| {
        !installed.iter().any(|toolchain| toolchain.version().is_some_and(|version| version.line() == *line))
    };
    let lifecycle = Lifecycle::of(known::versions(context.world.home()));
    lifecycle.supported().iter().find(|line| is_absent(line)).cloned()
}
