//! The checks of what `gox setup` wrote: whether it is still there as it would be written today.

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use crate::setup::plan::Plan;
use crate::setup::shell::Shell;
use crate::setup::target::Target;
use crate::setup::wants::Site;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "setup-bash", area: Area::Setup, run: |facts| written(facts, Target::Shell(Shell::Bash)) },
    Check { id: "setup-zsh", area: Area::Setup, run: |facts| written(facts, Target::Shell(Shell::Zsh)) },
    Check { id: "setup-fish", area: Area::Setup, run: |facts| written(facts, Target::Shell(Shell::Fish)) },
    Check {
        id: "setup-nushell",
        area: Area::Setup,
        run: |facts| written(facts, Target::Shell(Shell::Nushell)),
    },
    Check {
        id: "setup-elvish",
        area: Area::Setup,
        run: |facts| written(facts, Target::Shell(Shell::Elvish)),
    },
    Check { id: "setup-xonsh", area: Area::Setup, run: |facts| written(facts, Target::Shell(Shell::Xonsh)) },
    Check { id: "setup-tcsh", area: Area::Setup, run: |facts| written(facts, Target::Shell(Shell::Tcsh)) },
    Check {
        id: "setup-powershell",
        area: Area::Setup,
        run: |facts| written(facts, Target::Shell(Shell::Powershell)),
    },
    Check { id: "setup-sh", area: Area::Setup, run: |facts| written(facts, Target::Shell(Shell::Sh)) },
    Check { id: "setup-git", area: Area::Setup, run: |facts| written(facts, Target::Git) },
    Check { id: "setup-ssh-agent", area: Area::Setup, run: |facts| written(facts, Target::SshAgent) },
    Check { id: "setup-wsl", area: Area::Setup, run: |facts| written(facts, Target::Wsl) },
    Check { id: "setup-readline", area: Area::Setup, run: |facts| written(facts, Target::Readline) },
    Check { id: "setup-direnv", area: Area::Setup, run: |facts| written(facts, Target::Direnv) },
    Check { id: "setup-attributes", area: Area::Setup, run: |facts| written(facts, Target::Attributes) },
    Check { id: "setup-hooks", area: Area::Setup, run: |facts| written(facts, Target::Hooks) },
];

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
