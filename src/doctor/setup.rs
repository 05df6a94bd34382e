//! The checks of what `gox setup` wrote: whether it is still there as it would be written today.

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use crate::setup::plan::Plan;
use crate::setup::shell::Shell;
use crate::setup::target::Target;
use crate::setup::wants::Site;

pub(super) const CHECKS: &[Check<Facts>] = &[
    check("setup-bash", |facts| written(facts, Target::Shell(Shell::Bash))),
    check("setup-zsh", |facts| written(facts, Target::Shell(Shell::Zsh))),
    check("setup-fish", |facts| written(facts, Target::Shell(Shell::Fish))),
    check("setup-nushell", |facts| written(facts, Target::Shell(Shell::Nushell))),
    check("setup-elvish", |facts| written(facts, Target::Shell(Shell::Elvish))),
    check("setup-xonsh", |facts| written(facts, Target::Shell(Shell::Xonsh))),
    check("setup-tcsh", |facts| written(facts, Target::Shell(Shell::Tcsh))),
    check("setup-powershell", |facts| written(facts, Target::Shell(Shell::Powershell))),
    check("setup-sh", |facts| written(facts, Target::Shell(Shell::Sh))),
    check("setup-git", |facts| written(facts, Target::Git)),
    check("setup-ssh-agent", |facts| written(facts, Target::SshAgent)),
    check("setup-wsl", |facts| written(facts, Target::Wsl)),
    check("setup-readline", |facts| written(facts, Target::Readline)),
    check("setup-direnv", |facts| written(facts, Target::Direnv)),
    check("setup-attributes", |facts| written(facts, Target::Attributes)),
    check("setup-hooks", |facts| written(facts, Target::Hooks)),
];

const fn check(id: &'static str, run: fn(&Facts) -> Finding) -> Check<Facts> {
    Check { id, area: Area::Setup, run }
}

fn written(facts: &Facts, target: Target) -> Finding {
    // The order of PATH is a question of the area `path`.
    let site = Site::here(facts.machine.clone(), false);
    if !target.is_set_up(&site) {
        return Finding::skipped("not set up");
    }
    let command = format!("gox setup {}", target.name());
    let plan = match Plan::put(&[target], &site) {
        Ok(plan) => plan,
        Err(error) => {
            let finding = Finding::of_error(State::Warning, &error, "gox cannot renew what it wrote there");
            let is_long = error.hints().iter().any(|hint| hint.contains('\n'));
            return if is_long { finding.mend(command) } else { finding };
        }
    };
    let Some(change) = plan.changes.first() else { return Finding::ok(format!("as `{command}` writes it")) };
    let seen = format!("`{}` is not as `{command}` writes it", change.path().display());
    let why = "it was changed by hand, or written by another version of gox";
    Finding::new(State::Warning, seen, why).mend(command)
}
