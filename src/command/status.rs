//! `gox status`: shows which Go runs here and why, with each rule in order.

use clap::Args;
use std::path::Path;

use serde_json::{Value, json};

use super::context::Context;
use super::other_go::Other;
use super::vulnerable::{Vulnerable, doubt};
use super::{requests, unsearched};
use crate::error::{Error, Kind, Result};
use crate::go::lifecycle::Lifecycle;
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::import::unread;
use crate::select::reason::{Reason, Rule};
use crate::select::selection::{Go, Selected, Selection};
use crate::select::trace::{Step, Trace, Verdict};
use crate::select::typed::Typed;
use crate::select::{switch, system};
use crate::source::known;
use crate::text;
use crate::ui::color::Color;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox status
  gox status --short
  gox status --check --quiet
  gox status --json

`--short` is for prompts: one word, with `?` where that version is missing, and
`other` for a Go before the shims that does not tell its version. `--check` is 1
where the version is missing or older than the go line asks for, or a typed `go`
starts another Go or none.")]
pub(super) struct Arguments {
    /// Print one word
    #[arg(long, conflicts_with = "json")]
    pub short: bool,
    /// Fail (1) unless a typed `go` starts what is selected here
    #[arg(long)]
    pub check: bool,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

/// Prints which Go runs here. That another Go runs than the selected one, or none, or one that is older than the go
/// line, is no error, unless `--check` makes it one.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let mut trace = Trace::default();
    let selected = match context.select("go", &mut trace) {
        Err(error) if error.kind() == Kind::NotThere => Err(error),
        selection => Ok(selection?),
    };
    let go = selected.as_ref().ok().and_then(Selection::go);
    let other = Other::than(go, "go", context);
    let is_older = selected.as_ref().is_ok_and(|selection| selection.older().is_some());
    let runs = go.is_some() && other.is_none() && !is_older;
    // The code alone answers a quiet question.
    let is_asked = !arguments.check || arguments.short || arguments.json;
    if is_asked || !context.printer.is_quiet() {
        match &selected {
            Ok(selection) => show(arguments, selection, other.as_ref(), &trace, context)?,
            Err(error) => nothing(arguments, error, other.as_ref(), &trace, context)?,
        }
    }
    Ok(if arguments.check && !runs { Kind::Refused.code() } else { 0 })
}

fn show(
    arguments: &Arguments,
    selection: &Selection,
    other: Option<&Other>,
    trace: &Trace,
    context: &Context<'_>,
) -> Result<()> {
    if arguments.short {
        return context.printer.data(&other.map_or_else(|| short(&selection.selected), Other::short));
    }
    if arguments.json {
        return context.printer.json(&object(selection, trace, context));
    }
    if let Some(other) = other {
        context.printer.text(&other.to_string())?;
    }
    context.printer.text(&headline(selection, other.is_none()))?;
    show_rules(trace, context)?;
    for warning in &selection.warnings {
        context.printer.warn(&warning.to_string());
    }
    let switched = switched(selection, context);
    let running = switched.as_ref().unwrap_or(selection);
    if let Some(name) = release(&running.selected) {
        let known = known::versions(context.world.home());
        let over = name.version().and_then(|version| end_of_life(version, known.clone()));
        let vulnerable = known_of(&name, &running.selected, context)
            .and_then(|all| all.of_one(&name, &running.reason, known, context));
        over.iter().chain(&vulnerable).for_each(|line| context.printer.note(line));
    }
    tell_unread(context);
    if let Selected::Missing { request, .. } = &selection.selected {
        unsearched::warn(context);
        for hint in requests::missing_hints(request, &selection.reason, context) {
            context.printer.hint(&hint);
        }
    }
    if let Some(other) = other {
        other.hint(context);
    }
    Ok(())
}

/// Notes a file of another manager that pins a version here, and gox does not read.
fn tell_unread(context: &Context<'_>) {
    if let Some(unread) = unread::nearest(&context.world) {
        context.printer.note(&unread.seen);
        context.printer.hint(&format!("pin the same for gox: `{}`", unread.pin));
    }
}

/// Prints a table with a row for each rule, set off by an empty line.
fn show_rules(trace: &Trace, context: &Context<'_>) -> Result<()> {
    context.printer.data("")?;
    let is_line = |step: &&Step| matches!(step.rule(), Rule::ToolchainLine | Rule::GoLine);
    let mut lines = trace.steps.iter().filter(is_line);
    let lines_are_asked = lines.any(|line| !matches!(line, Step::NotAsked(..)));
    let rows = trace.steps.iter().map(|step| [label(step.rule()).to_owned(), says(step, lines_are_asked)]);
    context.printer.table(["RULE", "SAYS"], &rows.collect::<Vec<_>>())
}

/// `1.22.4 runs here, set by /p/.go-version:1`; `would run` where a typed `go` starts another Go.
pub(super) fn headline(selection: &Selection, is_started: bool) -> String {
    let Selection { selected, reason, .. } = selection;
    let runs = if is_started { "runs" } else { "would run" };
    match selected {
        Selected::Present(Go::Toolchain(toolchain)) => {
            format!("{} {runs} here, {reason}", Color::Bold.paint(toolchain.name.as_str()))
        }
        Selected::Present(Go::System(path)) => {
            format!("the system's Go {runs} here, {reason}: {}", text::path(path))
        }
        Selected::Present(Go::OnPath { name, path }) => {
            format!("{} {runs} here, {reason}: {}", text::escaped(name.as_str()), text::path(path))
        }
        Selected::Missing { request, .. } => {
            let runs = if is_started { "is to run" } else { runs };
            format!("{request} {runs} here, {reason}, and is not installed")
        }
    }
}

/// Prints that nothing is selected, and why.
fn nothing(
    arguments: &Arguments,
    error: &Error,
    other: Option<&Other>,
    trace: &Trace,
    context: &Context<'_>,
) -> Result<()> {
    if arguments.json {
        let object = json!({
            "version": null, "toolchain": null, "goroot": null, "installed": false, "exact": false,
            "reason": null, "rules": trace.steps.iter().map(rule).collect::<Vec<_>>(), "warnings": [error.line()],
            "on_path": on_path(context),
            "vulnerabilities": null,
        });
        return context.printer.json(&object);
    }
    if arguments.short {
        return context.printer.data(&other.map_or_else(|| "none".to_owned(), Other::short));
    }
    // That no `go` is on PATH the note says.
    if let Some(other) = other.filter(|other| other.is_started()) {
        context.printer.text(&other.to_string())?;
    }
    context.printer.text("no Go is selected here")?;
    show_rules(trace, context)?;
    unsearched::warn(context);
    // The answer, and no failure of this command.
    context.printer.note(&error.body());
    tell_unread(context);
    error.hints().iter().for_each(|hint| context.printer.hint(hint));
    Ok(())
}

/// The first `go` on PATH.
fn on_path(context: &Context<'_>) -> Option<Value> {
    let typed = Typed::find("go", &context.world);
    let version = typed.name().map(|name| name.request().to_string());
    let path = typed.program.as_ref()?;
    Some(json!({ "path": path.to_string_lossy(), "shim": typed.is_shim(), "version": version }))
}

/// The word for a prompt: a version, `system`, or a missing request with `?` behind it.
fn short(selected: &Selected) -> String {
    match selected {
        Selected::Present(go) => text::escaped(&go.request().to_string()),
        Selected::Missing { request, .. } => format!("{request}?"),
    }
}

/// What the system's Go switches to by itself, if that is selected and does.
fn switched(selection: &Selection, context: &Context<'_>) -> Option<Selection> {
    match selection.go()? {
        Go::System(go) => switch::of_system(&context.world, go).ok()?,
        _ => None,
    }
}

/// The name of the release that is selected.
fn release(selected: &Selected) -> Option<ToolchainName> {
    match selected {
        Selected::Present(Go::System(path)) => system::version_of(path).map(ToolchainName::new),
        selected => selected.name(),
    }
}

fn object(selection: &Selection, trace: &Trace, context: &Context<'_>) -> Value {
    let (toolchain, switched) = (selection.selected.name(), switched(selection, context));
    let goroot = match &selection.selected {
        Selected::Present(Go::Toolchain(toolchain)) => Some(toolchain.path.to_string_lossy()),
        _ => None,
    };
    let mut object = json!({
        "version": toolchain.as_ref().map(|name| name.request().to_string()),
        "toolchain": toolchain,
        "goroot": goroot,
        "installed": matches!(selection.selected, Selected::Present(_)),
        "exact": selection.exact,
        "reason": reason(&selection.reason),
        "rules": trace.steps.iter().map(rule).collect::<Vec<_>>(),
        "warnings": selection.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "on_path": on_path(context),
        "vulnerabilities": vulnerabilities(&switched.as_ref().unwrap_or(selection).selected, context),
    });
    if let Selected::Present(Go::OnPath { path, .. }) = &selection.selected {
        object["program"] = path.to_string_lossy().into();
    }
    object
}

/// How many known vulnerabilities it has, if that is known.
fn vulnerabilities(selected: &Selected, context: &Context<'_>) -> Option<usize> {
    release(selected).and_then(|name| known_of(&name, selected, context)?.count(&name))
}

/// What is known of vulnerabilities; `None` where it is in doubt that what is selected has this name.
fn known_of(name: &ToolchainName, selected: &Selected, context: &Context<'_>) -> Option<Vulnerable> {
    let is_doubted = match selected {
        // That of the system has its name from its VERSION.
        Selected::Present(Go::System(_)) | Selected::Missing { .. } => false,
        Selected::Present(go) => doubt(name, go.goroot().as_deref()).is_some(),
    };
    if is_doubted { None } else { Vulnerable::read(context) }
}

fn reason(reason: &Reason) -> Value {
    let path = reason.path.as_deref().map(Path::to_string_lossy);
    json!({ "kind": reason.rule.word(), "path": path, "line": reason.line, "text": reason.text })
}

fn rule(step: &Step) -> Value {
    let mut value = match step {
        Step::Heard(said, _) => reason(said),
        Step::Nothing(rule) | Step::NotAsked(rule, _) => json!({ "kind": rule.word() }),
    };
    value["result"] = match step {
        Step::Heard(_, verdict) => match verdict {
            Verdict::Exact => "exact",
            Verdict::Floor => "floor",
            Verdict::Raises => "raises",
            Verdict::Keeps => "keeps",
            Verdict::Default => "default",
        },
        Step::Nothing(_) => "nothing",
        Step::NotAsked(..) => "not-asked",
    }
    .into();
    value
}

fn label(rule: Rule) -> &'static str {
    match rule {
        Rule::Launcher => "launcher",
        Rule::Argument => "+version",
        Rule::Environment => "GO_VERSION",
        Rule::Use => "GOX_USE",
        Rule::File => "pin files",
        Rule::Default => "default",
        Rule::System => "system Go",
        Rule::Gotoolchain => "GOTOOLCHAIN",
        Rule::ToolchainLine => "toolchain line",
        Rule::GoLine => "go line",
    }
}

fn says(step: &Step, lines_are_asked: bool) -> String {
    match step {
        Step::Heard(said, Verdict::Default) => format!("{} by default", said.text),
        Step::Heard(said, verdict) => {
            let what = match verdict {
                Verdict::Floor if lines_are_asked => "decides, and lines may raise it",
                Verdict::Exact | Verdict::Floor => "decides",
                Verdict::Raises => "raises it",
                Verdict::Keeps | Verdict::Default => "changes nothing",
            };
            format!("{} {what}, {said}", text::escaped(&said.text))
        }
        Step::Nothing(_) => "-".to_owned(),
        Step::NotAsked(_, why) => format!("not asked: {why}"),
    }
}

/// A line that says that the version is at its end of life, by Go's release policy and the releases that gox knows.
fn end_of_life(version: &Version, known: Vec<Version>) -> Option<String> {
    let lifecycle = Lifecycle::of(known);
    if !lifecycle.is_over(version) {
        return None;
    }
    let names: Vec<String> = lifecycle.supported().iter().map(ToString::to_string).collect();
    Some(format!("{} gets no more security fixes; supported are {}", version.line(), names.join(" and ")))
}
