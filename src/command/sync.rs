//! `gox sync`: brings this machine to the state that a fleet file declares: shows what would change, asks, and does it.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::context::Context;
use super::several::{self, Wanted};
use super::sync_report::Report;
use super::{config, confirm, supply, sync_exists, sync_update, verify};
use crate::env;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::install::installer::Installer;
use crate::machine::Machine;
use crate::settings::Settings;
use crate::settings::file::normal;
use crate::setup::wants::Site;
use crate::store::inventory;
use crate::sync::apply;
use crate::sync::attempt::Attempt;
use crate::sync::file::{Declared, FleetFile};
use crate::sync::plan::{Action, Plan, Task};
use crate::sync::record::{self, Record};
use crate::sync::repository::{self, Origin, Read};
use crate::text;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox sync fleet/gox.toml
  gox sync --check
  gox sync --yes --target ci fleet/gox.toml
  gox sync --at HEAD~1
  gox sync --update fleet/gox.toml

docs/fleet.md has the file by example.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Arguments {
    /// The fleet file; without it the one that was applied last
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The target in the file; by default the one for this host
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Compare only, without the network; 1 if something differs
    #[arg(long, conflicts_with_all = ["dry_run", "yes", "update"])]
    pub check: bool,
    /// Only show what would change
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Make the changes without asking
    #[arg(long, conflicts_with = "update")]
    pub yes: bool,
    /// Take the file as it is in this commit, to go back
    #[arg(long, value_name = "COMMIT", conflicts_with = "update")]
    pub at: Option<String>,
    /// Also hash the toolchains, and reinstall damaged ones
    #[arg(long, conflicts_with = "update")]
    pub deep: bool,
    /// Fetch module zips whole, not only what is missing
    #[arg(long, conflicts_with = "update")]
    pub no_delta: bool,
    /// Raise the versions in the file to the newest patches
    #[arg(long, conflicts_with_all = ["target", "json"])]
    pub update: bool,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

/// A declared state, and what it is compared with.
struct Sync {
    /// The absolute path of the fleet file.
    file: PathBuf,
    read: Read,
    target: Option<String>,
    /// Whether the target was named, and not found by the host.
    is_named: bool,
    declared: Declared,
    site: Site,
    /// The toolchains that are not as they were installed.
    damaged: BTreeSet<ToolchainName>,
}

/// Shows what would change, asks, and does it.
pub(super) fn run(arguments: &Arguments, mut context: Context<'_>) -> Result<u8> {
    let last = record::last(context.world.home());
    let file = file(arguments, last.as_ref())?;
    if arguments.update {
        return sync_update::run(&file, arguments.dry_run, &context).map(|()| 0);
    }
    let mut report = Report::default();
    let ended = sync(file, arguments, last.as_ref(), &mut report, &mut context);
    if arguments.json {
        let is_done = !arguments.check && !arguments.dry_run;
        let ok = ended.is_ok() && (is_done || report.plan.is_empty());
        context.printer.data(&report.object(ok, ended.as_ref().err()).to_string())?;
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
    let is_done = !arguments.check && !arguments.dry_run;
    let read = match &arguments.at {
        Some(commit) => repository::read_at(&file, commit)?,
        None => repository::read(&file)?,
    };
    if arguments.json || is_done {
        report.origin = origin(&file, &read, context);
    }
    let mut sync = Sync::read(file, read, arguments, last)?;
    report.target.clone_from(&sync.target);
    sync.tell_other_target(last, context);
    if arguments.deep {
        sync.damaged = damaged(&sync.declared, context)?;
    }
    report.plan = sync.plan(context)?;
    // A quiet command shows a plan only if it does not carry it out at once.
    if !(arguments.json || arguments.yes && context.printer.is_quiet()) {
        report.plan.lines().iter().try_for_each(|line| context.printer.text(&text::visible(line)))?;
    }
    for (key, value) in sync.declared.settings() {
        // Who changes a setting tells of its variable.
        let is_changed = is_done && report.plan.changes(key);
        if !is_changed && env::text(key.variable).is_some_and(|text| normal(key, &text) != value) {
            config::tell_variable(key, context.printer);
        }
    }
    if is_done {
        return sync.change(report, arguments, last, context).map(|()| 0);
    }
    sync.look(&mut report.plan, arguments, context)
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

impl Sync {
    fn read(file: PathBuf, read: Read, arguments: &Arguments, last: Option<&Record>) -> Result<Self> {
        let again = last.filter(|record| arguments.file.is_none() && record.named);
        let name = arguments.target.clone().or_else(|| again.and_then(|record| record.target.clone()));
        let (target, declared) = FleetFile::parse(&read.name, &read.text)?.choose(name.as_deref())?;
        // What is first on PATH is a question of the shell that asks, not of the machine.
        let site = Site::here(Machine::this(), false);
        let (is_named, damaged) = (name.is_some(), BTreeSet::new());
        Ok(Sync { file, read, target, is_named, declared, site, damaged })
    }

    fn plan(&self, context: &Context<'_>) -> Result<Plan> {
        self.plan_for(&self.damaged, context)
    }

    fn plan_for(&self, damaged: &BTreeSet<ToolchainName>, context: &Context<'_>) -> Result<Plan> {
        let mut owed = record::owed(context.world.home(), &self.file);
        owed.settle(&self.site)?;
        Plan::make(&self.declared, &self.file, &owed, damaged, &self.site, &context.world)
    }

    /// Tells whether the machine is as declared, and with `--dry-run` whether it could be.
    fn look(&self, plan: &mut Plan, arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
        if plan.is_empty() {
            self.tell_all_is_well(context);
            return Ok(0);
        }
        if !plan.violations.is_empty() {
            return Ok(Kind::Refused.code());
        }
        if arguments.check {
            let code = sync_exists::known(plan, &self.declared, context);
            return Ok(if code == 0 { Kind::Refused.code() } else { code });
        }
        sync_exists::asked(plan, &self.declared, context)
    }

    /// Notes that it was another target the last time, which only a run without FILE takes again.
    fn tell_other_target(&self, last: Option<&Record>, context: &Context<'_>) {
        let is_other =
            |record: &&Record| record.named && record.target != self.target && record.is_of(&self.file);
        let named =
            last.filter(|_| !self.is_named).filter(is_other).and_then(|record| record.target.as_ref());
        if let Some(name) = named {
            let command = command_line("", Some(name), None, &self.file);
            let shown = text::escaped(name);
            context.printer.note(&format!("the last time it was the target `{shown}`: `{command}`"));
        }
    }

    fn tell_all_is_well(&self, context: &Context<'_>) {
        context.printer.say(&format!(
            "this machine is as declared in `{}`{}",
            self.read.name.display(),
            self.of_target()
        ));
    }

    fn of_target(&self) -> String {
        self.target.as_ref().map_or_else(String::new, |name| format!(", target `{}`", text::escaped(name)))
    }

    /// Asks, and does what was shown. Another `gox sync` waits meanwhile.
    fn change(
        &self,
        report: &mut Report,
        arguments: &Arguments,
        last: Option<&Record>,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let Report { origin, plan: shown, .. } = report;
        self.refuse_violations(shown)?;
        if !shown.actions.is_empty() && !arguments.yes {
            self.ask(arguments, context)?;
        }
        let _lock = match context.store().lock_sync() {
            // A machine that is as declared is so, even if the store cannot be written.
            Err(error) if shown.is_empty() => {
                context.printer.note(&error.line());
                self.tell_all_is_well(context);
                return Ok(());
            }
            lock => lock?,
        };
        let plan = self.plan(context)?;
        if plan.actions != shown.actions && !arguments.yes {
            let error =
                Error::new(Kind::Refused, "this machine changed in the meantime, so nothing was changed");
            let command =
                command_line(" --dry-run", arguments.target.as_deref(), arguments.at.as_deref(), &self.file);
            return Err(error.hint(format!("look again: `{command}`")));
        }
        *shown = plan;
        let plan = shown;
        self.refuse_violations(plan)?;
        sync_exists::refuse_absent(plan, &self.declared, context)?;
        let mut attempt = self.attempt(origin.clone(), context)?;
        self.act(&mut plan.actions, &mut attempt, arguments.no_delta, context)?;
        if plan.actions.is_empty() {
            self.tell_all_is_well(context);
        } else {
            self.check_again(context)?;
            tell_way_back(last, attempt.record(), context);
        }
        attempt.end()
    }

    /// An attempt to reach the declared state.
    fn attempt(&self, origin: Option<Origin>, context: &Context<'_>) -> Result<Attempt<'_>> {
        let record = Record::new(&self.file, &self.read.text, origin, self.target.clone(), self.is_named);
        Attempt::begin(context.world.home(), &self.site, record)
    }

    fn refuse_violations(&self, plan: &Plan) -> Result<()> {
        if plan.violations.is_empty() {
            return Ok(());
        }
        let message =
            format!("the policy of `{}` is violated, so nothing was changed", self.read.name.display());
        Err(Error::new(Kind::Refused, message))
    }

    fn ask(&self, arguments: &Arguments, context: &Context<'_>) -> Result<()> {
        let flag = |is_given: bool, flag| if is_given { flag } else { "" };
        let (deep, no_delta) = (flag(arguments.deep, " --deep"), flag(arguments.no_delta, " --no-delta"));
        let flags = format!(" --yes{deep}{no_delta}");
        let (target, at) = (arguments.target.as_deref(), arguments.at.as_deref());
        if confirm::is_wanted(&command_line(&flags, target, at, &self.file), context.printer)? {
            return Ok(());
        }
        Err(Error::new(Kind::Refused, "nothing was changed"))
    }

    /// Does the actions. The settings come first, and count for the rest.
    fn act(
        &self,
        actions: &mut [Action],
        attempt: &mut Attempt<'_>,
        no_delta: bool,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let is_setting = |action: &&Action| matches!(action.task, Task::Settings(_));
        let (settings, rest) = actions.split_at_mut(actions.iter().take_while(is_setting).count());
        for action in settings {
            attempt.act(action, |action| set(action, no_delta, context))?;
        }
        if rest.is_empty() {
            return Ok(());
        }
        let context = &*context;
        supply::with_installer(context, |installer| {
            let is_install = |action: &&Action| action.install().is_some();
            let (installs, others) = rest.split_at_mut(rest.iter().take_while(is_install).count());
            self.install(installs, attempt, installer, context)?;
            others.iter_mut().try_for_each(|action| {
                attempt.act(action, |action| {
                    for line in apply::one(action, &context.store(), &self.site)? {
                        context.printer.say(&line);
                    }
                    Ok(())
                })
            })
        })
    }

    /// Does the actions that install. Where one fails, no other is begun.
    fn install(
        &self,
        actions: &mut [Action],
        attempt: &mut Attempt<'_>,
        installer: &Installer<'_>,
        context: &Context<'_>,
    ) -> Result<()> {
        let (has_failed, mut failure) = (Cell::new(false), None);
        let items = actions.iter_mut().filter_map(|action| Some((action.install()?.clone(), action)));
        let plan = |(name, action): &(ToolchainName, &mut Action), _: &Installer<'_>| Wanted::Install {
            name: name.clone(),
            force: action.from.is_some(),
        };
        let items = items.take_while(|_| !has_failed.get());
        several::install(items, installer, context, plan, |(name, action), done| {
            let of_file = |error| sync_exists::of_file(error, &name, &self.declared, context);
            let Err(error) = attempt.act(action, |_| done.result.map(drop).map_err(of_file)) else { return };
            has_failed.set(true);
            match &failure {
                None => failure = Some(error),
                Some(_) => context.fail(&error),
            }
        });
        failure.map_or(Ok(()), Err)
    }

    /// An error if something is left to do, such as where an install broke a rule that only its receipt tells.
    fn check_again(&self, context: &Context<'_>) -> Result<()> {
        let left = self.plan_for(&BTreeSet::new(), context)?;
        if left.is_empty() {
            return Ok(());
        }
        let message = format!("this machine is not yet as `{}` declares", self.read.name.display());
        Err(left.lines().into_iter().fold(Error::new(Kind::Refused, message), Error::detail))
    }
}

/// Gives a setting the value of an action. It counts from then on.
fn set(action: &Action, no_delta: bool, context: &mut Context<'_>) -> Result<()> {
    let Some((key, line)) = apply::setting(action)? else { return Ok(()) };
    context.printer.say(&line);
    config::tell_variable(key, context.printer);
    // Its warnings were given when the command began.
    context.settings = Settings::read(|_| ())?.with_no_delta(no_delta);
    Ok(())
}

/// Prints the command that goes back to the state before, if a commit has it.
fn tell_way_back(last: Option<&Record>, now: &Record, context: &Context<'_>) {
    let is_back = |before: &&Record| {
        before.is_of(Path::new(&now.file))
            && (&before.sha256, &before.target) != (&now.sha256, &now.target)
            && before.dirty == Some(false)
    };
    let Some(before) = last.filter(is_back) else { return };
    let Some(commit) = &before.commit else { return };
    let target = before.target.as_deref().filter(|_| before.named);
    let command = command_line("", target, Some(repository::short(commit)), Path::new(&before.file));
    context.printer.say(&format!("to go back: `{command}`"));
}

/// The command line that applies a fleet file.
fn command_line(flags: &str, target: Option<&str>, at: Option<&str>, file: &Path) -> String {
    let option = |name: &str, value: Option<&str>| {
        value.map_or_else(String::new, |value| format!(" {name} {}", text::quoted(value)))
    };
    let (target, at) = (option("--target", target), option("--at", at));
    format!("gox sync{flags}{target}{at} {}", text::quoted_path(file))
}

/// The declared toolchains that are not as they were installed.
fn damaged(declared: &Declared, context: &Context<'_>) -> Result<BTreeSet<ToolchainName>> {
    let mut damaged = BTreeSet::new();
    for name in declared.toolchains() {
        let Some(toolchain) = inventory::find(&context.world.homes, name) else { continue };
        let is_damaged = verify::is_damaged(&toolchain, context)?;
        damaged.extend(is_damaged.then(|| name.clone()));
    }
    Ok(damaged)
}
