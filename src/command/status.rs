//! `gox status`: what runs here and why, each rule in order.

use std::path::Path;

use serde_json::{Value, json};

use super::Context;
use super::cli::Status;
use crate::error::{Error, Kind, Result};
use crate::go::lifecycle::Lifecycle;
use crate::go::request::{self, Request};
use crate::go::version::{Version, version_of_toolchain};
use crate::select::call::Call;
use crate::select::reason::{Reason, Rule};
use crate::select::resolve::{self, Answer, Selection};
use crate::select::system;
use crate::select::trace::{Kept, Trace, Verdict};
use crate::source::known;
use crate::text;

/// Prints what runs here; a version that is missing is an answer, not an error.
pub fn run(arguments: &Status, context: &Context<'_>) -> Result<()> {
    let mut trace = Trace::default();
    let selection = match resolve::select(&context.world, &Call::new("go", &[]), &mut |step| trace.keep(step))
    {
        Err(error) if error.kind() == Kind::NotThere => return nothing(arguments, &error, &trace, context),
        selection => selection?,
    };
    context.note_project(&selection.reason);
    if arguments.short {
        return context.printer.data(&short(&selection.answer));
    }
    if arguments.json {
        return context.printer.data(&object(&selection, &trace).to_string());
    }
    context.printer.data(&headline(&selection))?;
    context.printer.data("")?;
    let rows: Vec<[String; 2]> =
        trace.steps.iter().map(|step| [label(step.rule()).to_owned(), text(step)]).collect();
    context.printer.table(["RULE", "SAYS"], &rows)?;
    for warning in &selection.warnings {
        context.printer.warn(&warning.to_string());
    }
    if let Some(line) = version(&selection.answer).and_then(|version| end_of_life(&version, context)) {
        context.printer.note(&line);
    }
    if let Answer::Missing { request, .. } = &selection.answer {
        context.printer.hint(&request.install_hint());
    }
    Ok(())
}

/// `1.22.4 runs here, set by /p/.go-version:1`
pub fn headline(selection: &Selection) -> String {
    let Selection { answer, reason, .. } = selection;
    match answer {
        Answer::Toolchain(toolchain) => format!("{} runs here, {reason}", toolchain.name),
        Answer::System(path) => format!("the system's Go runs here, {reason}: {}", text::path(path)),
        Answer::OnPath { name, path } => {
            format!("{} runs here, {reason}: {}", text::escaped(name), text::path(path))
        }
        Answer::Missing { request, .. } => {
            format!("{request} is to run here, {reason}, and is not installed")
        }
    }
}

/// Where nothing is installed and nothing is on PATH.
fn nothing(arguments: &Status, error: &Error, trace: &Trace, context: &Context<'_>) -> Result<()> {
    if arguments.json {
        let object = json!({
            "version": null, "toolchain": null, "goroot": null, "installed": false, "exact": false,
            "reason": null, "rules": trace.steps.iter().map(rule).collect::<Vec<_>>(), "warnings": [error.line()],
        });
        return context.printer.data(&object.to_string());
    }
    if arguments.short {
        return context.printer.data("none");
    }
    context.printer.error(error);
    Ok(())
}

/// For a prompt: a version, `system`, or a request with a mark that it is missing.
fn short(answer: &Answer) -> String {
    match answer {
        Answer::Toolchain(toolchain) => request::of_toolchain(&toolchain.name),
        Answer::System(_) => Request::System.to_string(),
        Answer::OnPath { name, .. } => text::escaped(&request::of_toolchain(name)),
        Answer::Missing { request, .. } => format!("{request}?"),
    }
}

fn version(answer: &Answer) -> Option<Version> {
    match answer {
        Answer::Toolchain(toolchain) => version_of_toolchain(&toolchain.name),
        Answer::System(path) => version_of_toolchain(&system::version(&system::goroot(path)?)?),
        Answer::OnPath { name, .. } => version_of_toolchain(name),
        Answer::Missing { request, .. } => version_of_toolchain(&request.toolchain()?),
    }
}

fn object(selection: &Selection, trace: &Trace) -> Value {
    let (toolchain, goroot) = match &selection.answer {
        Answer::Toolchain(toolchain) => (Some(toolchain.name.clone()), Some(&toolchain.path)),
        Answer::System(_) => (None, None),
        Answer::OnPath { name, .. } => (Some(name.clone()), None),
        Answer::Missing { request, .. } => (request.toolchain(), None),
    };
    let mut object = json!({
        "version": toolchain.as_deref().map(request::of_toolchain),
        "toolchain": toolchain,
        "goroot": goroot.map(|path| path.to_string_lossy()),
        "installed": !matches!(selection.answer, Answer::Missing { .. }),
        "exact": selection.exact,
        "reason": reason(&selection.reason),
        "rules": trace.steps.iter().map(rule).collect::<Vec<_>>(),
        "warnings": selection.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    if let Answer::OnPath { path, .. } = &selection.answer {
        object["program"] = path.to_string_lossy().into();
    }
    object
}

fn reason(reason: &Reason) -> Value {
    let path = reason.path.as_deref().map(Path::to_string_lossy);
    json!({ "kind": reason.rule.word(), "path": path, "line": reason.line, "text": reason.text })
}

fn rule(step: &Kept) -> Value {
    let mut value = match step {
        Kept::Said(said, _) => reason(said),
        Kept::Nothing(rule) | Kept::NotAsked(rule, _) => json!({ "kind": rule.word() }),
    };
    value["result"] = match step {
        Kept::Said(_, verdict) => match verdict {
            Verdict::Exact => "exact",
            Verdict::Floor => "floor",
            Verdict::Raises => "raises",
            Verdict::Keeps => "keeps",
            Verdict::Default => "default",
        },
        Kept::Nothing(_) => "nothing",
        Kept::NotAsked(..) => "not-asked",
    }
    .into();
    value
}

fn label(rule: Rule) -> &'static str {
    match rule {
        Rule::Launcher => "launcher",
        Rule::Argument => "+version",
        Rule::Environment => "GO_VERSION",
        Rule::File => "pin files",
        Rule::Default => "default",
        Rule::System => "system Go",
        Rule::Gotoolchain => "GOTOOLCHAIN",
        Rule::ToolchainLine => "toolchain line",
        Rule::GoLine => "go line",
    }
}

fn text(step: &Kept) -> String {
    match step {
        Kept::Said(said, Verdict::Default) => format!("{} by default", said.text),
        Kept::Said(said, verdict) => {
            let what = match verdict {
                Verdict::Exact => "decides",
                Verdict::Floor => "decides, and lines may raise it",
                Verdict::Raises => "raises it",
                Verdict::Keeps | Verdict::Default => "changes nothing",
            };
            format!("{} {what}, {said}", text::escaped(&said.text))
        }
        Kept::Nothing(_) => "-".to_owned(),
        Kept::NotAsked(_, why) => format!("not asked: {why}"),
    }
}

/// What Go's policy says, as far as this gox knows the releases.
fn end_of_life(version: &Version, context: &Context<'_>) -> Option<String> {
    let lifecycle = Lifecycle::of(known::versions(context.world.home()));
    if !lifecycle.is_over(version) {
        return None;
    }
    let names: Vec<String> = lifecycle.supported().iter().map(ToString::to_string).collect();
    Some(format!("{} gets no more security fixes; supported are {}", version.line(), names.join(" and ")))
}
