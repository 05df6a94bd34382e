//! `gox gate`: whether what is about to be committed is formatted, vets, and has a go.mod that fits. The working tree
//! is never touched, so there is nothing to put back, whatever ends the gate.
//!
//! ```text
//! git     index (or HEAD) against HEAD (or a merge base)    → what changed: commit
//!         working tree against index, untracked, ignored    → what must be hidden: view
//! view    nothing to hide                → the tools work in the working tree
//!         all of it is read by go alone  → the same, with `-overlay`: other bytes, or none, in the place of a file
//!         else, and for tools that read files themselves    → in a copy of the commit: export
//! select  the folder of each module with changes            → its go and gofmt: bench
//! steps   format, vet, tidy, lint, test, vuln, side by side → outcome: ok, found, skipped, failed
//! ```
//!
//! The answer is that of a clean checkout of the commit with the files that git ignores. The overlay is the fast way
//! to it: it leaves paths, and with them Go's build cache, as they are every day. `view` decides whether it tells
//! the truth.

mod bench;
mod commit;
mod export;
mod format;
mod git;
mod located;
mod mend;
mod outcome;
mod process;
mod reading;
mod steps;
mod view;
mod words;
mod workspace;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::error::{Error, Kind, Result};
use crate::os::threads::join;

pub use bench::{Find, GoSettings, Tool};
pub use commit::Subject;
pub use outcome::{Outcome, State};
pub use process::abandon;

use bench::Bench;
use commit::Commit;
use process::Folder;
use view::View;

/// A step, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Step {
    /// gofmt on the changed files
    Format,
    /// go vet in each module with changes
    Vet,
    /// go mod tidy -diff, where Go has it
    Tidy,
    /// golangci-lint, where it is configured
    Lint,
    /// go test of the changed packages
    Test,
    /// govulncheck
    Vuln,
}

impl Step {
    /// The steps that run if none is named.
    pub const USUAL: [Step; 4] = [Step::Format, Step::Vet, Step::Tidy, Step::Lint];

    /// The name of the step.
    pub fn id(self) -> &'static str {
        match self {
            Step::Format => "format",
            Step::Vet => "vet",
            Step::Tidy => "tidy",
            Step::Lint => "lint",
            Step::Test => "test",
            Step::Vuln => "vuln",
        }
    }
}

/// What the gate is to do.
#[derive(Debug)]
pub struct Gate {
    /// What is judged.
    pub subject: Subject,
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// The longest time of a tool.
    pub limit: Duration,
    /// The settings of Go.
    pub settings: GoSettings,
}

/// What a step found, and how long it took.
#[derive(Debug)]
pub struct Report {
    /// The step.
    pub step: Step,
    /// What it found; an error if it could not be begun.
    pub outcome: Result<Outcome>,
    /// The time that it took.
    pub time: Duration,
}

impl Gate {
    /// Runs the steps, and gives each report to `tell`, in their order; none if nothing changed. `find` finds the
    /// tools, `note` gets what the user should know, and `show` the step that is waited for.
    pub fn run(
        &self,
        find: Find<'_>,
        note: &dyn Fn(&str),
        show: &dyn Fn(Step),
        tell: &mut dyn FnMut(Report) -> Result<()>,
    ) -> Result<()> {
        let folder = Folder::create()?;
        let temporary = &folder.path();
        let has_tests = self.has(&[Step::Test]);
        let Some(commit) = &Commit::read(&self.subject, has_tests, temporary)? else { return Ok(()) };
        check_paths(commit, temporary)?;
        let mut view = View::of(commit, self.settings.may_write(), temporary)?;
        if let Some(why) = &view.why_copied {
            note(&format!("the commit is checked in a copy: {why}"));
        }
        let mut files = format::Files::default();
        if self.has(&[Step::Format]) {
            files = format::files(commit, &mut view, temporary, find)?;
        }
        let Gate { settings, limit, .. } = self;
        let (has_other_data, differing) = (view.has_other_data, view.code());
        let mut bench = Bench {
            commit,
            settings,
            modules: Vec::new(),
            temporary,
            has_other_data,
            differing,
            limit: *limit,
        };
        if self.has(&[Step::Vet, Step::Tidy, Step::Lint, Step::Test, Step::Vuln]) {
            let is_linted = |module: &Path| self.has(&[Step::Lint]) && commit.is_linted(module);
            let is_read = |module: &Path| self.has(&[Step::Vuln]) || is_linted(module);
            bench.add_modules(&mut view, find, is_read)?;
        }
        side_by_side(&self.steps, &|step| judge(step, &bench, &files), show, tell)
    }

    fn has(&self, steps: &[Step]) -> bool {
        self.steps.iter().any(|step| steps.contains(step))
    }
}

/// Go opens no file below a folder whose name is not UTF-8.
fn check_paths(commit: &Commit, temporary: &Path) -> Result<()> {
    match [commit.git.top(), temporary].into_iter().find(|path| path.to_str().is_none()) {
        Some(path) => {
            let message = format!("go cannot check what is in `{}`", crate::text::path(path));
            Err(Error::new(Kind::CannotRun, message).detail("its path is not UTF-8"))
        }
        None => Ok(()),
    }
}

fn judge(step: Step, bench: &Bench<'_>, files: &format::Files) -> Report {
    let start = Instant::now();
    let outcome = match step {
        Step::Format => Ok(format::run(bench, files)),
        Step::Vet => steps::vet(bench),
        Step::Tidy => steps::tidy(bench),
        Step::Lint => steps::lint(bench),
        Step::Test => steps::test(bench),
        Step::Vuln => steps::vuln(bench),
    };
    Report { step, outcome, time: start.elapsed() }
}

/// Runs the steps in threads, and tells their reports in the given order.
fn side_by_side(
    steps: &[Step],
    judge: &(dyn Fn(Step) -> Report + Sync),
    show: &dyn Fn(Step),
    tell: &mut dyn FnMut(Report) -> Result<()>,
) -> Result<()> {
    thread::scope(|scope| {
        let start = |step: &Step| {
            let step = *step;
            thread::Builder::new().spawn_scoped(scope, move || judge(step))
        };
        let threads: Vec<_> = steps.iter().map(start).collect();
        for (step, thread) in steps.iter().zip(threads) {
            show(*step);
            // Where no more threads are allowed, this one does the work.
            tell(thread.map_or_else(|_| judge(*step), join))?;
        }
        Ok(())
    })
}
