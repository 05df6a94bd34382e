//! `gox doctor`: what is wrong, why it matters, and the command that mends it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::doctor::{self, Check, Facts, Finding, State};
use crate::error::{Error, Kind, Result};
use crate::machine::Machine;
use crate::text;
use crate::ui::color::Color;
use crate::ui::printer::Printer;
use crate::ui::progress::Activity;
use crate::ui::table;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox doctor
  gox doctor --offline
  gox doctor path-shims hook
  gox doctor store network git
  gox doctor --deep
  gox doctor --json

Areas: path, shell, environment, store, selection, network, editors, wsl, build, git, ssh, bash, setup

Nothing is changed. The exit code is 1 if a check failed; warnings do not count.")]
pub(super) struct Arguments {
    /// Names of checks or of areas; without one, all
    #[arg(value_name = "CHECK|AREA")]
    pub checks: Vec<String>,
    /// Build programs too, which takes seconds to minutes
    #[arg(long)]
    pub deep: bool,
    /// Leave out the checks that need the network
    #[arg(long)]
    pub offline: bool,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
    /// Internal: ask this shell a question, without the terminal
    #[arg(long, hide = true, value_name = "SHELL")]
    pub ask_shell: Option<OsString>,
    /// Internal: look at a machine that was recorded in this folder, in place of `/`
    #[arg(long, hide = true, value_name = "DIR")]
    pub machine: Option<PathBuf>,
}

/// Runs the checks. It works where the settings are invalid or there is no place for a store, because it reports that.
pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<u8> {
    if let Some(shell) = &arguments.ask_shell {
        let question = arguments.checks.first().map_or("", String::as_str);
        match doctor::become_shell(Path::new(shell), question)? {}
    }
    let checks = chosen(&arguments.checks, arguments.deep)?;
    let machine = arguments.machine.as_ref().map_or_else(Machine::this, Machine::recorded);
    let found: Vec<(&Check, Finding)> = match Facts::gather(arguments.offline, machine) {
        Ok(facts) => run_all(checks, &facts, printer),
        Err(error) => vec![doctor::without_store(&error)],
    };
    let failed = found.iter().any(|(_, finding)| finding.state == State::Failed);
    if arguments.json {
        printer.json(&object(&found, !failed))?;
    } else if printer.is_quiet() {
        let is_wrong = |finding: &Finding| matches!(finding.state, State::Warning | State::Failed);
        show(
            &found.into_iter().filter(|(_, finding)| is_wrong(finding)).collect::<Vec<_>>(),
            false,
            printer,
        )?;
    } else {
        // Who names a check wants to see it.
        let folds = arguments.checks.iter().all(|word| doctor::is_area(word));
        show(&found, folds, printer)?;
    }
    Ok(if failed { Kind::Refused.code() } else { 0 })
}

/// Runs the checks. On a terminal the name of each is shown while it runs.
fn run_all<'a>(checks: Vec<&'a Check>, facts: &Facts, printer: &Printer) -> Vec<(&'a Check, Finding)> {
    let activity = Activity::of("checks", printer);
    let run = |check: &'a Check| {
        activity.show(check.id);
        (check, (check.run)(facts))
    };
    checks.into_iter().map(run).collect()
}

/// The checks that are named by their ids or areas, else all, in their own order. Those of `--deep` have to be named by
/// their ids, or wanted.
fn chosen(words: &[String], deep: bool) -> Result<Vec<&'static Check>> {
    for word in words {
        if !doctor::all().any(|check| check.is_named(word)) {
            let error = Error::new(Kind::Usage, format!("`{}` is not a check or area", word.escape_debug()));
            return Err(match doctor::nearest(word) {
                Some(nearest) => error.hint(format!("the nearest is `gox doctor {nearest}`")),
                None => error.hint("`gox doctor` runs all of them"),
            });
        }
    }
    let is_named = |name| words.iter().any(|word| word == name);
    let is_wanted = |check: &&Check| {
        let is_meant = words.is_empty() || is_named(check.area.word());
        is_named(check.id) || (is_meant && (deep || !doctor::is_deep(check)))
    };
    Ok(doctor::all().filter(is_wanted).collect())
}

/// The least number of checks that one line stands for.
const FOLDED: usize = 3;

/// Prints nothing for no checks, else a line for each check; under one that is not fine also why it matters and what
/// mends it. With `folds` the checks of an area that were skipped for one reason have one line together: to a user who
/// has not what they look at they say nothing. The last line has the counts.
fn show(found: &[(&Check, Finding)], folds: bool, printer: &Printer) -> Result<()> {
    let Some(width) = found.iter().map(|(check, _)| check.id.len()).max() else { return Ok(()) };
    let mut area = None;
    for alike in found.chunk_by(|(a, one), (b, other)| a.area == b.area && are_skipped_alike(one, other)) {
        let (check, finding) = &alike[0];
        if area != Some(check.area) {
            if area.is_some() {
                printer.data("")?;
            }
            printer.data(check.area.word())?;
            area = Some(check.area);
        }
        if folds && alike.len() >= FOLDED {
            let before = format!("  {} {:width$}  ", finding.state.word(), format!("{} checks", alike.len()));
            // All that the area has need no names.
            let is_all = found.iter().filter(|(other, _)| other.area == check.area).count() == alike.len();
            let ids = alike.iter().map(|(check, _)| check.id).collect::<Vec<_>>().join(", ");
            let ids = if is_all { String::new() } else { format!(": {ids}") };
            printer.text_behind(&before, &text::visible(&format!("{}{ids}", finding.seen)))?;
            continue;
        }
        for (check, finding) in alike {
            show_one(check, finding, width, printer)?;
        }
    }
    printer.data("")?;
    printer.data(&counts(found))
}

fn are_skipped_alike(one: &Finding, other: &Finding) -> bool {
    [one, other].iter().all(|finding| finding.state == State::Skipped) && one.seen == other.seen
}

fn show_one(check: &Check, finding: &Finding, width: usize, printer: &Printer) -> Result<()> {
    let state = color(finding.state).paint(finding.state.word());
    let (state, id) = (table::padded(&state, STATE_WIDTH), table::padded(check.id, width));
    let seen = text::visible(&finding.seen).replace('\n', " ");
    printer.text_behind(&format!("  {state} {id}  "), &seen)?;
    let indent = " ".repeat(STATE_WIDTH + width + 5);
    if !finding.why.is_empty() {
        printer.text_behind(&indent, &format!("why: {}", finding.why))?;
    }
    if let Some(mend) = &finding.mend {
        printer.command_behind(&indent, &format!("mend: {}", text::visible(mend)))?;
    }
    Ok(())
}

/// The width of the longest word for a state.
const STATE_WIDTH: usize = 7;

fn color(state: State) -> Color {
    match state {
        State::Ok | State::Skipped => Color::Plain,
        State::Note => Color::Bold,
        State::Warning => Color::Magenta,
        State::Failed => Color::Red,
    }
}

/// `2 failed, 1 warning, 3 notes, 20 ok, 4 skipped`, without states that no check has.
fn counts(found: &[(&Check, Finding)]) -> String {
    let states = [State::Failed, State::Warning, State::Note, State::Ok, State::Skipped];
    let parts = states.into_iter().filter_map(|state| {
        let count = found.iter().filter(|(_, finding)| finding.state == state).count();
        let several = count > 1 && matches!(state, State::Warning | State::Note);
        (count > 0).then(|| format!("{count} {}{}", state.word(), if several { "s" } else { "" }))
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn object(found: &[(&Check, Finding)], ok: bool) -> Value {
    let checks = found.iter().map(|(check, finding)| {
        json!({
            "id": check.id,
            "area": check.area.word(),
            "state": finding.state.word(),
            "seen": finding.seen,
            "why": finding.why,
            "mend": finding.mend,
        })
    });
    json!({ "ok": ok, "checks": checks.collect::<Vec<_>>() })
}
