//! A declared state beside this machine's, and what is said of the two.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::arguments::Arguments;
use super::exists;
use crate::command::context::Context;
use crate::command::verify;
use crate::error::{Kind, Result};
use crate::go::name::ToolchainName;
use crate::machine::Machine;
use crate::setup::wants::Site;
use crate::store::inventory;
use crate::sync::declared::Declared;
use crate::sync::file::FleetFile;
use crate::sync::plan::Plan;
use crate::sync::record::{self, Record};
use crate::sync::repository::Read;
use crate::text;

/// A declared state, and what it is compared with.
pub(super) struct Sync {
    /// The absolute path of the fleet file.
    pub(super) file: PathBuf,
    pub(super) read: Read,
    pub(super) target: Option<String>,
    /// Whether the target was named, and not found by the host.
    pub(super) is_named: bool,
    pub(super) declared: Declared,
    pub(super) site: Site,
    /// The toolchains that are not as they were installed.
    pub(super) damaged: BTreeSet<ToolchainName>,
}

impl Sync {
    /// Reads the state of a target from a file: the target that is named, that of the last time, or the one for this
    /// host.
    pub(super) fn read(
        file: PathBuf,
        read: Read,
        arguments: &Arguments,
        last: Option<&Record>,
    ) -> Result<Self> {
        let again = last.filter(|record| arguments.file.is_none() && record.named);
        let name = arguments.target.clone().or_else(|| again.and_then(|record| record.target.clone()));
        let (target, declared) = FleetFile::parse(&read.name, &read.text)?.choose(name.as_deref())?;
        // What is first on PATH is a question of the shell that asks, not of the machine.
        let site = Site::here(Machine::this(), false);
        let (is_named, damaged) = (name.is_some(), BTreeSet::new());
        Ok(Sync { file, read, target, is_named, declared, site, damaged })
    }

    /// What is left to do.
    pub(super) fn plan(&self, context: &Context<'_>) -> Result<Plan> {
        self.plan_for(&self.damaged, context)
    }

    /// What is left to do where these toolchains are not as they were installed.
    pub(super) fn plan_for(&self, damaged: &BTreeSet<ToolchainName>, context: &Context<'_>) -> Result<Plan> {
        let mut owed = record::owed(context.world.home(), &self.file);
        owed.settle(&self.site)?;
        Plan::make(&self.declared, &self.file, &owed, damaged, &self.site, &context.world)
    }

    /// Tells whether the machine is as declared, and with `--dry-run` whether it could be.
    pub(super) fn look(&self, plan: &mut Plan, arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
        if plan.is_empty() {
            self.tell_all_is_well(context);
            return Ok(0);
        }
        if !plan.violations.is_empty() {
            return Ok(Kind::Refused.code());
        }
        if arguments.check {
            let code = exists::known(plan, &self.declared, context);
            return Ok(if code == 0 { Kind::Refused.code() } else { code });
        }
        exists::asked(plan, &self.declared, context)
    }

    /// Notes that the last run had another target, which only a run without FILE takes again.
    pub(super) fn tell_other_target(&self, last: Option<&Record>, context: &Context<'_>) {
        let is_other =
            |record: &&Record| record.named && record.target != self.target && record.is_of(&self.file);
        let named =
            last.filter(|_| !self.is_named).filter(is_other).and_then(|record| record.target.as_ref());
        if let Some(name) = named {
            let command = command_line("", Some(name), None, &self.file);
            let shown = text::escaped(name);
            context.printer.note(&format!("the last run had the target `{shown}`: `{command}`"));
        }
    }

    /// Tells that nothing is left to do.
    pub(super) fn tell_all_is_well(&self, context: &Context<'_>) {
        let target = self.target.as_ref();
        let target = target.map_or_else(String::new, |name| format!(", target `{}`", text::escaped(name)));
        let name = self.read.name.display();
        context.printer.say(&format!("this machine is as declared in `{name}`{target}"));
    }
}

/// The command line that applies a fleet file.
pub(super) fn command_line(flags: &str, target: Option<&str>, at: Option<&str>, file: &Path) -> String {
    let option = |name: &str, value: Option<&str>| {
        value.map_or_else(String::new, |value| format!(" {name} {}", text::quoted(value)))
    };
    let (target, at) = (option("--target", target), option("--at", at));
    format!("gox sync{flags}{target}{at} {}", text::quoted_path(file))
}

/// The declared toolchains that are not as they were installed.
pub(super) fn damaged(declared: &Declared, context: &Context<'_>) -> Result<BTreeSet<ToolchainName>> {
    let mut damaged = BTreeSet::new();
    for name in declared.toolchains() {
        let Some(toolchain) = inventory::find(&context.world.homes, name) else { continue };
        let is_damaged = verify::is_damaged(&toolchain, context)?;
        damaged.extend(is_damaged.then(|| name.clone()));
    }
    Ok(damaged)
}
