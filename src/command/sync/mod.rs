//! `gox sync`: brings this machine to the state that a fleet file declares: shows what would change, asks, and does it.

mod arguments;
mod change;
mod exists;
mod report;
mod state;
mod update;

use std::path::{Path, PathBuf};

use super::config;
use super::context::{Context, Needed};
use crate::env;
use crate::error::{Error, Kind, Result};
use crate::settings::file::normal;
use crate::sync::plan::Plan;
use crate::sync::record::{self, Record};
use crate::sync::repository::{self, Origin, Read};
use crate::text;
use report::Report;
use state::{Sync, damaged};

pub(super) use arguments::Arguments;

/// Shows what would change, asks, and does it.
pub(super) fn run(arguments: &Arguments, mut context: Context<'_>) -> Result<u8> {
    let last = record::last(context.world.home());
    let file = file(arguments, last.as_ref())?;
    if arguments.update {
        context.check_stores(Needed::None)?;
        return update::run(&file, arguments.dry_run, &context).map(|()| 0);
    }
    let mut report = Report::default();
    let ended = sync(file, arguments, last.as_ref(), &mut report, &mut context);
    if arguments.json {
        let ok = ended.is_ok() && (arguments.changes() || report.plan.is_empty());
        context.printer.json(&report.object(ok, ended.as_ref().err()))?;
    }
    ended
}

/// Does it, and notes in the report what it finds out.
fn sync(
    file: PathBuf,
    arguments: &Arguments,
    last: Option<&Record>,
    report: &mut Report,
    context: &mut Context<'_>,
) -> Result<u8> {
    let read = match &arguments.at {
        Some(commit) => repository::read_at(&file, commit)?,
        None => repository::read(&file)?,
    };
    if arguments.json || arguments.changes() {
        report.origin = origin(&file, &read, context);
    }
    let mut sync = Sync::read(file, read, arguments, last)?;
    report.target.clone_from(&sync.target);
    sync.tell_other_target(last, context);
    context.check_stores(Needed::Own)?;
    if arguments.deep {
        sync.damaged = damaged(&sync.declared, context)?;
    }
    let asked;
    (report.plan, asked) = plan(&sync, arguments, context)?;
    // A quiet command shows a plan only if it does not carry it out at once.
    if !(arguments.json || arguments.yes && context.printer.is_quiet()) {
        report.plan.lines().iter().try_for_each(|line| context.printer.text(&text::visible(line)))?;
    }
    asked?;
    for (key, value) in sync.declared.settings() {
        // A change of a setting tells of its variable.
        let is_changed = arguments.changes() && report.plan.changes(key);
        if !is_changed && env::text(key.variable).is_some_and(|text| normal(key, &text) != value) {
            config::tell_variable(key, context.printer);
        }
    }
    if arguments.changes() {
        return sync.change(report, arguments, last, context).map(|()| 0);
    }
    sync.look(&mut report.plan, arguments, context)
}

/// The plan; where its policy needs the release list, by that, and with the error that this could not be had.
fn plan(sync: &Sync, arguments: &Arguments, context: &Context<'_>) -> Result<(Plan, Result<()>)> {
    let plan = sync.plan(context)?;
    if arguments.check || !sync.declared.needs_releases() {
        return Ok((plan, Ok(())));
    }
    let asked = exists::ask_releases(&plan, arguments, context);
    Ok((sync.plan(context)?, asked))
}

/// Where the file comes from, as far as Git tells.
fn origin(file: &Path, read: &Read, context: &Context<'_>) -> Option<Origin> {
    let found = read.at.clone().map_or_else(|| repository::origin(file), |at| Ok(Some(at)));
    found.unwrap_or_else(|error| {
        let why = error.summary();
        context.printer.warn(&format!("the commit of the fleet file is not known: {why}"));
        None
    })
}

/// The fleet file of the command line, else the one that was applied last.
fn file(arguments: &Arguments, last: Option<&Record>) -> Result<PathBuf> {
    let file = arguments.file.clone().or_else(|| last.map(|record| record.file.clone().into()));
    let file = file.ok_or_else(|| {
        let error = Error::new(Kind::Usage, "no fleet file was applied yet, so there is none to apply again");
        error.hint("name one: `gox sync FILE`")
    })?;
    std::path::absolute(&file)
        .map_err(|error| Error::store(format!("could not tell where `{}` is", file.display()), error))
}
