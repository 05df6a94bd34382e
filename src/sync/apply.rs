//! Does the actions of a plan, by the functions of the commands that do the same. Each is done in one step, or not at
//! all.

use super::action::{Action, Task};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::select::pin;
use crate::setup::change::Change;
use crate::setup::edit::Edit;
use crate::setup::plan::Plan as SetupPlan;
use crate::setup::wants::Site;
use crate::store::disk_usage::Usage;
use crate::store::lock::Store;
use crate::store::{default_file, remove};

/// Does an action that neither sets a setting nor installs; the command does those. Returns the lines that tell of it.
pub fn one(action: &Action, store: &Store<'_>, site: &Site) -> Result<Vec<String>> {
    match &action.task {
        Task::Settings(_) | Task::Install(_) => Ok(Vec::new()),
        Task::Default(name) => {
            let request = name.request();
            // The first install of a store sets it, and says so.
            if pin::read(&store.home.default_file())
                .is_ok_and(|pin| pin.is_some_and(|pin| pin.requests[0] == request))
            {
                return Ok(Vec::new());
            }
            default_file::set(store, &request)?;
            let was = action.from.as_ref().map_or_else(String::new, |from| format!(" (was {from})"));
            Ok(vec![format!("default is now {request}{was}")])
        }
        Task::Setup(target) if action.to.is_some() => written(SetupPlan::put(&[*target], site)?),
        // What cannot be read and has nothing of gox stays as it is.
        Task::Setup(target) => written(SetupPlan::take(&[*target], site, |_| ())?),
        Task::GiveBack(target, files) => {
            let is_meant = |edit: &Edit| files.contains(&edit.name());
            written(SetupPlan::take_where(is_meant, &[*target], site, |_| ())?)
        }
        Task::Remove(name) => removed(name, store).map(|line| vec![line]),
    }
}

/// Makes the changes of a target of `gox setup`.
fn written(plan: SetupPlan) -> Result<Vec<String>> {
    plan.changes.iter().try_for_each(Change::check_writable)?;
    let mut lines = Vec::new();
    for change in &plan.changes {
        change.write()?;
        lines.push(format!("{} `{}`", change.done(), change.path().display()));
    }
    lines.extend(plan.then);
    Ok(lines)
}

/// Removes a toolchain. One from which a program runs stays, so that no build is broken, and that is an error.
fn removed(name: &ToolchainName, store: &Store<'_>) -> Result<String> {
    match remove::unused(store, name, &mut Usage::default())? {
        None => Ok(format!("removed {name}")),
        Some(reason) => {
            let error = Error::new(Kind::Refused, format!("could not remove `{name}`: {reason}"));
            Err(error
                .hint(format!("remove it all the same: `gox uninstall --force {}`", name.request().quoted())))
        }
    }
}
