//! What has to be done so that a machine is as declared, and which rules it breaks then.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::action::{Action, Task};
use super::asked::asked;
use super::declared::Declared;
use super::owed::Owed;
use super::policy::Violation;
use super::removal::removals;
use super::subject::{Fleet, Subject};
use crate::error::Result;
use crate::go::lifecycle::Lifecycle;
use crate::go::name::ToolchainName;
use crate::select::world::World;
use crate::select::{resolve, system};
use crate::settings::Settings;
use crate::settings::file::SettingsFile;
use crate::settings::keys::{self, Key};
use crate::setup::plan::Plan as SetupPlan;
use crate::setup::target::Target;
use crate::setup::wants::Site;
use crate::source::known;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::Home;
use crate::store::receipt::{self, Receipt};
use crate::text;

/// What has to be done, and what must not be.
#[derive(Debug, Default)]
pub struct Plan {
    /// The actions, in their order.
    pub actions: Vec<Action>,
    /// The rules that are broken after the actions.
    pub violations: Vec<Violation>,
}

impl Plan {
    /// Whether the machine is as declared.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty() && self.violations.is_empty()
    }

    /// Whether a setting gets another value.
    pub fn changes(&self, key: &Key) -> bool {
        self.actions.iter().any(|action| matches!(action.task, Task::Settings(name) if name == key.name))
    }

    /// The settings as they are after the actions.
    pub fn settings(&self) -> Result<Settings> {
        let mut file = SettingsFile::read(|_| ())?;
        for Action { task, to, .. } in &self.actions {
            if let Task::Settings(name) = task
                && let Some(key) = keys::find(name)
            {
                file.set(key, to.as_deref());
            }
        }
        Settings::of(&file)
    }

    /// The actions and the violations, each in a line.
    pub fn lines(&self) -> Vec<String> {
        let actions = self.actions.iter().map(ToString::to_string);
        let lines = actions.chain(self.violations.iter().map(ToString::to_string));
        // A value of the file may have line feeds.
        lines.map(|line| text::escaped(&line)).collect()
    }

    /// Looks at the machine. `file` is the fleet file, `owed` is what was put for it, `damaged` are toolchains that are
    /// not as they were installed. Changes nothing, and uses no network.
    pub fn make(
        declared: &Declared,
        file: &Path,
        owed: &Owed,
        damaged: &BTreeSet<ToolchainName>,
        site: &Site,
        world: &World,
    ) -> Result<Self> {
        let installed = inventory::all(&world.homes);
        let mut actions = settings(declared, owed)?;
        actions.extend(installs(declared, damaged, &installed));
        let first = actions.iter().find_map(Action::install).cloned();
        actions.extend(default(declared, first, world));
        for (target, is_wanted, _) in declared.setup.values() {
            actions.extend(setup(*target, *is_wanted, site));
        }
        for (target, files) in owed.left_out(declared, site) {
            actions.push(Action::new(Task::GiveBack(target, files), Some("set up"), None));
        }
        let names = installed.iter().map(|toolchain| toolchain.name.clone());
        let mut after: BTreeSet<ToolchainName> = names.chain(declared.toolchains().iter().cloned()).collect();
        let own = inventory::all(std::slice::from_ref(world.home()));
        // Only what goes and what breaks a rule depends on projects, whose files need not be read otherwise.
        let is_needed = declared.is_exclusive() || declared.policy.has_rules();
        let asked = if is_needed { asked(declared, &after, world)? } else { BTreeMap::new() };
        for name in removals(declared, &own, &after, &asked, world)? {
            // Another store may have the same version.
            if inventory::find(&world.homes[1..], &name).is_none() {
                after.remove(&name);
            }
            actions.push(Action::new(Task::Remove(name), Some("installed"), None));
        }
        let mut plan = Plan { actions, violations: Vec::new() };
        if declared.policy.has_rules() {
            let subject = |name| subject(name, declared, &installed, &asked, world);
            let subjects: Vec<Subject> = after.iter().map(subject).collect();
            plan.violations = plan.violations_of(&subjects, declared, file, world)?;
        }
        Ok(plan)
    }

    /// The rules that these toolchains break.
    fn violations_of(
        &self,
        subjects: &[Subject],
        declared: &Declared,
        file: &Path,
        world: &World,
    ) -> Result<Vec<Violation>> {
        let dl_url = self.settings()?.dl_url;
        let fleet = Fleet { file, dl_url: dl_url.as_str(), is_exclusive: declared.is_exclusive() };
        let lifecycle = Lifecycle::of(known::versions(world.home()));
        let today = text::date(receipt::now());
        Ok(declared.policy.violations(subjects, &lifecycle, &today, &fleet))
    }
}

fn settings(declared: &Declared, owed: &Owed) -> Result<Vec<Action>> {
    let mut actions = Vec::new();
    if declared.settings.is_empty() && owed.settings.is_empty() {
        return Ok(actions);
    }
    // Who reads the settings warns of unknown keys.
    let file = SettingsFile::read(|_| ())?;
    for key in keys::ALL {
        let now = file.normal(key);
        let wanted = match (declared.settings.get(key.name), owed.settings.get(key.name)) {
            (Some(value), _) => Some(value),
            (None, Some(change)) => change.from.as_ref(),
            (None, None) => continue,
        };
        if now.as_ref() != wanted {
            actions.push(Action::new(Task::Settings(key.name), now.as_deref(), wanted.map(String::as_str)));
        }
    }
    Ok(actions)
}

/// Installs the declared toolchains that are not there or damaged.
fn installs(
    declared: &Declared,
    damaged: &BTreeSet<ToolchainName>,
    installed: &[Toolchain],
) -> impl Iterator<Item = Action> {
    declared.toolchains().iter().filter_map(|name| {
        let is_there = installed.iter().any(|toolchain| toolchain.name == *name);
        let from = is_there.then_some("damaged");
        (!is_there || damaged.contains(name))
            .then(|| Action::new(Task::Install(name.clone()), from, Some("installed")))
    })
}

/// Makes the declared toolchain the default, or the first that is installed where there is none.
fn default(declared: &Declared, first: Option<ToolchainName>, world: &World) -> Option<Action> {
    let Some(name) = declared.default_toolchain() else {
        let wanted = first.filter(|_| matches!(resolve::default(world), Ok(None)))?;
        let request = wanted.request().to_string();
        return Some(Action::new(Task::Default(wanted), None, Some(&request)));
    };
    let now = match resolve::default(world) {
        Ok(pin) => pin.map(|pin| pin.requests[0].to_string()),
        Err(_) => Some("invalid".to_owned()),
    };
    let wanted = name.request().to_string();
    (now.as_ref() != Some(&wanted))
        .then(|| Action::new(Task::Default(name.clone()), now.as_deref(), Some(&wanted)))
}

fn setup(target: Target, is_wanted: bool, site: &Site) -> Option<Action> {
    let is_set_up = target.is_set_up(site);
    if !is_wanted {
        return is_set_up.then(|| Action::new(Task::Setup(target), Some("set up"), None));
    }
    let from = match SetupPlan::put(&[target], site) {
        Ok(plan) if plan.changes.is_empty() => return None,
        Ok(_) => is_set_up.then(|| "not as `gox setup` writes it".to_owned()),
        // Whoever does the action tells the whole error; the rest of the plan does not depend on it.
        Err(error) => Some(format!("refused: {}", error.summary())),
    };
    Some(Action::new(Task::Setup(target), from.as_deref(), Some("set up")))
}

/// What a policy has to know of a toolchain.
fn subject(
    name: &ToolchainName,
    declared: &Declared,
    installed: &[Toolchain],
    asked: &BTreeMap<ToolchainName, String>,
    world: &World,
) -> Subject {
    let toolchain = installed.iter().find(|toolchain| toolchain.name == *name);
    let linked = || toolchain.and_then(|toolchain| system::version(&toolchain.path));
    let version = name.version().cloned();
    let has_it = |home: &&Home| toolchain.is_some_and(|toolchain| toolchain.path.starts_with(home.root()));
    Subject {
        name: name.clone(),
        version: version.or_else(|| ToolchainName::new(linked()?).version().cloned()),
        receipt: toolchain.and_then(|toolchain| Receipt::read(&toolchain.path)),
        is_planned: toolchain.is_none(),
        declared: declared.place(name),
        asked: asked.get(name).cloned(),
        system: world.homes[1..].iter().find(has_it).map(|home| home.root().to_owned()),
    }
}
