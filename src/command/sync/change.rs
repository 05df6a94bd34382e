//! Does what `gox sync` has shown, one action at a time.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::Path;

use super::arguments::Arguments;
use super::exists;
use super::report::Report;
use super::state::{Sync, command_line};
use crate::command::context::Context;
use crate::command::several::{self, Wanted};
use crate::command::{config, confirm, supply};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::install::installer::Installer;
use crate::settings::{Settings, keys};
use crate::sync::action::{Action, Task};
use crate::sync::apply;
use crate::sync::attempt::Attempt;
use crate::sync::plan::Plan;
use crate::sync::record::Record;
use crate::sync::repository::{self, Origin};

impl Sync {
    /// Asks, and does what was shown. Another `gox sync` waits meanwhile.
    pub(super) fn change(
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
            return Err(error.hint(format!("look again: `{}`", self.again(" --dry-run", arguments))));
        }
        *shown = plan;
        let plan = shown;
        self.refuse_violations(plan)?;
        exists::refuse_absent(plan, &self.declared, context)?;
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
        let (target, toolchains) = (self.target.clone(), self.declared.toolchains());
        let record = Record::new(&self.file, &self.read.text, origin, target, self.is_named, toolchains);
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
        if confirm::is_wanted(&self.again(" --yes", arguments), context.printer)? {
            return Ok(());
        }
        Err(Error::new(Kind::Refused, "nothing was changed"))
    }

    /// The command line of the arguments, with a flag more.
    fn again(&self, flag: &str, arguments: &Arguments) -> String {
        let given = |is_given: bool, flag| if is_given { flag } else { "" };
        let (deep, no_delta) = (given(arguments.deep, " --deep"), given(arguments.no_delta, " --no-delta"));
        let flags = format!("{flag}{deep}{no_delta}");
        command_line(&flags, arguments.target.as_deref(), arguments.at.as_deref(), &self.file)
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
        let failure = OnceCell::new();
        let items = actions.iter_mut().filter_map(|action| Some((action.install()?.clone(), action)));
        let plan = |(name, action): &(ToolchainName, &mut Action), _: &Installer<'_>| Wanted::Install {
            name: name.clone(),
            force: action.from.is_some(),
        };
        let items = items.take_while(|_| failure.get().is_none());
        several::install(items, installer, context, plan, |(name, action), done| {
            let of_file = |error| exists::of_file(error, &name, &self.declared, context);
            let ended = attempt.act(action, |_| done.result.map(drop).map_err(of_file));
            if let Err(error) = ended
                && let Err(later) = failure.set(error)
            {
                context.fail(&later);
            }
        });
        failure.into_inner().map_or(Ok(()), Err)
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
    let Task::Settings(name) = action.task else { return Ok(()) };
    if let Some(key) = keys::find(name) {
        config::write(key, action.to.as_deref(), context.printer)?;
    }
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
