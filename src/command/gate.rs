//! `gox gate`: checks what is about to be committed, for a Git hook and for CI.

use std::cell::{Cell, OnceCell};
use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::context::Context;
use super::{interrupt, requests, supply};
use crate::env::{GOFLAGS, GOWORK};
use crate::error::{Error, Kind, Result};
use crate::gate::{Gate, GoSettings, Outcome, Report, State, Step, Subject, Tool};
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::select::call::Call;
use crate::select::exec::{self, Program};
use crate::select::goenv::GoEnv;
use crate::select::selection::{Go, Selected, Selection};
use crate::select::world::World;
use crate::select::{handover, resolve, system};
use crate::text;
use crate::ui::progress::Activity;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox gate
  gox gate --also test
  gox gate --head
  gox gate --from origin/main --json

The working tree is left alone: what is not to be committed is hidden from the
tools, not moved away. The exit code is 0 where nothing was found, 1 for
findings, 127 for a missing tool, 126 where one failed.")]
pub(super) struct Arguments {
    /// Check the whole tree of the last commit
    #[arg(long, conflicts_with = "from")]
    pub head: bool,
    /// Check what changed from the merge base with REV
    #[arg(long, value_name = "REV")]
    pub from: Option<String>,
    /// Run only these steps
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    pub only: Vec<Step>,
    /// Leave steps out
    #[arg(long, value_name = "STEP", value_delimiter = ',', hide_possible_values = true)]
    pub skip: Vec<Step>,
    /// Run `test` or `vuln`, too, which else do not run
    #[arg(long, value_name = "STEP", value_delimiter = ',', hide_possible_values = true)]
    pub also: Vec<Step>,
    /// Stop a tool that runs longer than this
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: u64,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

impl Arguments {
    fn subject(&self) -> Subject {
        match &self.from {
            Some(revision) => Subject::Since(revision.clone()),
            None if self.head => Subject::Head,
            None => Subject::Staged,
        }
    }

    fn steps(&self) -> Vec<Step> {
        let usual: &[Step] = if self.only.is_empty() { &Step::USUAL } else { &self.only };
        let mut steps = [usual, &self.also].concat();
        steps.retain(|step| !self.skip.contains(step));
        steps.sort_unstable();
        steps.dedup();
        steps
    }
}

/// Runs the steps. The exit code is the greatest that one gives.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let steps = arguments.steps();
    if steps.is_empty() {
        return Err(Error::new(Kind::Usage, "no step is left to run").hint("see `gox gate --help`"));
    }
    let limit = Duration::from_secs(arguments.timeout);
    let gate = Gate { subject: arguments.subject(), steps, limit, settings: settings(context) };
    interrupt::watch(context.printer)?;
    let (code, mut objects, activity) = (Cell::new(0), Vec::new(), OnceCell::new());
    let found = gate.run(
        &|tool, directory| find(tool, directory, context),
        &|line| context.printer.note(line),
        &|step| activity.get_or_init(|| Activity::of(step.id(), context.printer)).show(step.id()),
        &mut |report| {
            code.set(code.get().max(code_of(&report)));
            objects.push(object(&report));
            tell(&report, arguments.json, context)
        },
    );
    drop(activity);
    interrupt::settle();
    found?;
    if arguments.json {
        context.printer.json(&json!({ "ok": code.get() == 0, "steps": objects }))?;
    } else if objects.is_empty() {
        context.printer.step("nothing to check");
    }
    Ok(code.get())
}

/// Go's settings of the user.
fn settings(context: &Context<'_>) -> GoSettings {
    let goenv = GoEnv::of_user(&context.world);
    let value = |name| goenv.get(name).map_or_else(String::new, |(value, _)| value);
    GoSettings { flags: value(GOFLAGS), workspace: value(GOWORK) }
}

/// The tool that a shim would run in a directory; it is installed if it is missing.
fn find(tool: &str, directory: &Path, context: &Context<'_>) -> Result<Tool> {
    let world = World { directory: directory.to_owned(), ..context.world.clone() };
    for _ in 0..supply::MAX_INSTALLS {
        // Not noted among the known projects, because the directory may be a temporary one.
        let selection = resolve::select(&world, &Call::new(tool, &[]))?;
        match &selection.selected {
            Selected::Present(go) => return of(tool, go, &selection, &world),
            Selected::Missing { request, install: true } => {
                let asked_by = selection.reason.to_string();
                let printer = &context.printer.terse();
                supply::toolchain(request, Some(&asked_by), Kind::NotThere, context, printer)
                    .map_err(|error| requests::asked_for(error, request, &selection.reason, context))?;
            }
            Selected::Missing { request, .. } => {
                return Err(handover::not_installed(request, &selection.reason));
            }
        }
    }
    Err(Error::new(
        Kind::NotThere,
        format!("`{tool}` is missing after {} versions were installed", supply::MAX_INSTALLS),
    ))
}

fn of(tool: &str, go: &Go, selection: &Selection, world: &World) -> Result<Tool> {
    let program = Program { argv0: OsStr::new(tool), tool, launcher: false };
    let (path, changes) = exec::tool(world, go, selection, program)?;
    Ok(Tool { path, changes, version: version(go) })
}

fn version(go: &Go) -> Option<Version> {
    let name = match go {
        Go::Toolchain(toolchain) if !toolchain.name.is_linked() => toolchain.name.clone(),
        Go::OnPath { name, .. } => name.clone(),
        go => ToolchainName::new(system::version(&go.goroot()?)?),
    };
    name.version().cloned()
}

/// The exit code that a report gives.
fn code_of(report: &Report) -> u8 {
    report.outcome.as_ref().map_or_else(|error| error.kind().code(), |outcome| outcome.code)
}

/// Prints a line for the step to stderr, and what was found to stdout; for a step that failed an error.
fn tell(report: &Report, is_json: bool, context: &Context<'_>) -> Result<()> {
    let printer = context.printer;
    let id = report.step.id();
    let outcome = match &report.outcome {
        Err(error) => {
            context.fail(error);
            return Ok(());
        }
        Ok(outcome) if outcome.state == State::Failed => {
            context.fail(&failure(report.step, outcome));
            return Ok(());
        }
        Ok(outcome) => outcome,
    };
    let mut rest = if outcome.state == State::Skipped { String::new() } else { text::duration(report.time) };
    if !outcome.why.is_empty() {
        let separator = if rest.is_empty() { "" } else { ", " };
        rest = format!("{rest}{separator}{}", outcome.why);
    }
    interrupt::settle();
    printer.step(format!("{id:<6}  {:<7}  {rest}", outcome.state.word()).trim_end());
    let findings = text::visible_with_tabs(outcome.findings.trim_end_matches('\n'));
    if !is_json && !findings.is_empty() {
        printer.data(&findings)?;
    }
    if let Some(hint) = &outcome.hint {
        printer.hint(hint);
    }
    Ok(())
}

/// The error for a step whose tool is missing, or did not do its work.
fn failure(step: Step, outcome: &Outcome) -> Error {
    let id = step.id();
    let error = Error::new(Kind::CannotRun, format!("{id}: {}", outcome.why));
    let mut error = outcome.findings.trim_end().lines().fold(error, Error::detail);
    if outcome.code == Kind::NotThere.code() {
        error = match step {
            Step::Lint => error.hint("install it: see https://golangci-lint.run"),
            Step::Vuln => error
                .hint("install it: `GOTOOLCHAIN=auto go install golang.org/x/vuln/cmd/govulncheck@latest`"),
            _ => error,
        };
    }
    error.hint(format!(
        "do without the step: `gox gate --skip {id}`; in a hook, put `--skip {id}` behind `gate`"
    ))
}

fn object(report: &Report) -> Value {
    let (state, why, findings) = match &report.outcome {
        Ok(outcome) => (outcome.state, outcome.why.clone(), outcome.findings.as_str()),
        Err(error) => (State::Failed, error.summary(), ""),
    };
    json!({
        "id": report.step.id(),
        "state": state.word(),
        "code": code_of(report),
        "ms": u64::try_from(report.time.as_millis()).unwrap_or(u64::MAX),
        "why": why,
        "findings": findings.lines().collect::<Vec<_>>(),
    })
}
