//! `gox doctor`: what is wrong, why it matters, and the command that mends it.

use clap::Args;
use std::ffi::OsString;
use std::path::Path;

use serde_json::{Value, json};

use crate::doctor::{self, Check, Facts, Finding, State};
use crate::error::{Error, Kind, Result};
use crate::text;
use crate::ui::color::Color;
use crate::ui::printer::Printer;
use crate::ui::table;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox doctor
  gox doctor --offline
  gox doctor path-shims hook
  gox doctor --json

Nothing is changed. The exit code is 1 if a check failed; warnings do not count.")]
pub(super) struct Arguments {
    /// The names of the checks to run; without one, all
    #[arg(value_name = "CHECK")]
    pub checks: Vec<String>,
    /// Leave out the checks that need the network
    #[arg(long)]
    pub offline: bool,
    /// Print an object
    #[arg(long)]
    pub json: bool,
    /// Internal: ask this shell a question, without the terminal
    #[arg(long, hide = true, value_name = "SHELL")]
    pub ask_shell: Option<OsString>,
}

/// Runs the checks. It works where the settings are invalid or there is no place for a store, because it reports that.
pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<u8> {
    if let Some(shell) = &arguments.ask_shell {
        let question = arguments.checks.first().map_or("", String::as_str);
        match doctor::ask_shell(Path::new(shell), question)? {}
    }
    let checks = chosen(&arguments.checks)?;
    let found: Vec<(&Check, Finding)> = match Facts::gather(arguments.offline) {
        Ok(facts) => checks.into_iter().map(|check| (check, (check.run)(&facts))).collect(),
        Err(error) => vec![doctor::without_store(&error)],
    };
    let failed = found.iter().any(|(_, finding)| finding.state == State::Failed);
    if arguments.json {
        printer.data(&object(&found, !failed).to_string())?;
    } else if printer.is_quiet() {
        let is_wrong = |finding: &Finding| matches!(finding.state, State::Warning | State::Failed);
        show(&found.into_iter().filter(|(_, finding)| is_wrong(finding)).collect::<Vec<_>>(), printer)?;
    } else {
        show(&found, printer)?;
    }
    Ok(if failed { Kind::Refused.code() } else { 0 })
}

/// The checks that are named, else all, in their own order.
fn chosen(ids: &[String]) -> Result<Vec<&'static Check>> {
    for id in ids {
        if doctor::find(id).is_none() {
            let error = Error::new(Kind::Usage, format!("`{}` is no check", id.escape_debug()));
            return Err(match doctor::nearest(id) {
                Some(nearest) => error.hint(format!("the nearest is `gox doctor {nearest}`")),
                None => error.hint("`gox doctor` runs all of them"),
            });
        }
    }
    let is_wanted = |check: &&Check| ids.is_empty() || ids.iter().any(|id| id == check.id);
    Ok(doctor::all().filter(is_wanted).collect())
}

/// Prints nothing for no checks, else a line for each check; under one that is not fine also why it matters and what
/// mends it. The last line has the counts.
fn show(found: &[(&Check, Finding)], printer: &Printer) -> Result<()> {
    let Some(width) = found.iter().map(|(check, _)| check.id.len()).max() else { return Ok(()) };
    let mut area = None;
    for (check, finding) in found {
        if area != Some(check.area) {
            if area.is_some() {
                printer.data("")?;
            }
            printer.data(check.area.word())?;
            area = Some(check.area);
        }
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
    }
    printer.data("")?;
    printer.data(&counts(found))
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
