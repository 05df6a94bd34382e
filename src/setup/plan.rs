//! What `gox setup` would do to files: the changes of several targets, of which two may edit one file; and what is left
//! to the user.

use std::path::{Path, PathBuf};

use super::change::Change;
use super::edit::{Content, Edit};
use super::foreign::{self, Place};
use super::shell::Shell;
use super::target::Target;
use super::wants::{ByHand, Site};
use crate::error::{Error, Result};
use crate::machine::Machine;
use crate::text;

/// A plan for files.
#[derive(Default)]
pub struct Plan {
    /// The files that are left alone, because they have the line that evaluates `gox init`.
    pub by_hand: Vec<ByHand>,
    /// The other files, which are changed or are already as they should be.
    pub paths: Vec<PathBuf>,
    /// The changes that are left to make.
    pub changes: Vec<Change>,
    /// Why there is nothing to change for a target.
    pub notes: Vec<String>,
    /// What to do once the changes are made, each in a line.
    pub then: Vec<String>,
}

impl Plan {
    /// The plan that sets targets up.
    pub fn put(targets: &[Target], site: &Site) -> Result<Self> {
        let mut plan = Plan::default();
        for target in targets {
            let wants = target.wants(site)?;
            plan.by_hand.extend(wants.by_hand);
            plan.notes.extend(wants.notes);
            plan.then.extend(wants.then);
            for edit in wants.edits {
                plan.then(&edit, Edit::put)?;
            }
        }
        Ok(plan.planned())
    }

    /// The plan that takes targets back. A file that cannot be read and has nothing of gox is told to `warn`.
    pub fn take(targets: &[Target], site: &Site, warn: impl FnMut(&Error)) -> Result<Self> {
        Plan::take_where(|_| true, targets, site, warn)
    }

    /// [`Plan::take`] for the files that `is_meant` selects.
    pub fn take_where(
        is_meant: impl Fn(&Edit) -> bool,
        targets: &[Target],
        site: &Site,
        mut warn: impl FnMut(&Error),
    ) -> Result<Self> {
        let mut plan = Plan::default();
        for target in targets {
            let edits: Vec<Edit> = target.traces(site)?.into_iter().filter(&is_meant).collect();
            plan.then.extend(target.undone().filter(|_| edits.iter().any(Edit::is_there)));
            for edit in edits {
                match plan.then(&edit, Edit::take) {
                    // The file was made unreadable after gox had written there. The block is not removed, so this is
                    // an error.
                    Err(error) if edit.has_mark() => return Err(error),
                    Err(error) => warn(&error),
                    Ok(()) => {}
                }
            }
        }
        Ok(plan.planned())
    }

    /// Adds what `makes` makes of the file, after what is planned for it. Two names may be links to one file, such as
    /// `~/.bash_profile` to `~/.bashrc`.
    fn then(&mut self, edit: &Edit, makes: fn(&Edit, &Content) -> Result<Content>) -> Result<()> {
        let at = self.changes.iter().position(|change| change.place() == edit.place());
        if let Some(at) = at {
            let after = makes(edit, self.changes[at].after())?;
            self.changes[at].then(after);
            return Ok(());
        }
        let mut change = Change::none(edit.clone())?;
        change.then(makes(edit, change.after())?);
        self.paths.push(edit.path.clone());
        self.changes.push(change);
        Ok(())
    }

    /// The plan without files in which nothing changes.
    fn planned(mut self) -> Self {
        self.changes.retain(Change::is_some);
        self.then.dedup();
        self
    }
}

/// What the user does to have the shims first on PATH.
pub enum Remedy {
    /// Runs a command.
    Run(String),
    /// Moves a line that was written by hand behind another.
    Move(ByHand, usize),
    /// Removes a line that loads a manager which puts its Go in front again and again, and starts another shell.
    Remove(Place, Shell),
    /// Starts another shell: the start-up files are as they should be, and this one has not read them.
    Restart(Shell),
}

impl Remedy {
    /// What to type or to do.
    pub fn text(self) -> String {
        match self {
            Remedy::Run(command) => command,
            Remedy::Move(line, behind) => {
                format!("move line {} of `{}` behind line {behind}", line.line, line.path.display())
            }
            Remedy::Remove(line, shell) => line.removal_of_repeat(shell),
            Remedy::Restart(shell) => shell.restart(),
        }
    }
}

/// The remedy for the user's shell, in which `before` comes before the shims. For a shell that gox does not know, it is
/// the line that puts `shims` first on PATH.
pub fn remedy(shims: &Path, before: Option<&Path>) -> Remedy {
    let Some(shell) = Shell::of_user() else {
        return Remedy::Run(format!("export PATH={}:\"$PATH\"", text::quoted_path(shims)));
    };
    match Plan::put(&[Target::Shell(shell)], &Site::here(Machine::this(), before.is_some())) {
        Ok(plan) if plan.changes.is_empty() => {
            let moves = plan.by_hand.into_iter().find_map(|line| line.behind.map(|behind| (line, behind)));
            match moves {
                Some((line, behind)) => Remedy::Move(line, behind),
                None => in_shell(shell, before),
            }
        }
        _ => Remedy::Run("gox setup".to_owned()),
    }
}

/// The remedy where the start-up files are as they should be, and `before` comes before the shims in an open shell.
pub fn in_shell(shell: Shell, before: Option<&Path>) -> Remedy {
    let repeats = before.and_then(foreign::that_repeats);
    repeats.map_or(Remedy::Restart(shell), |line| Remedy::Remove(line, shell))
}
