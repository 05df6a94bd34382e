//! The known vulnerabilities of what is installed, in a line, from what was kept of the database: without a network.

use super::context::Context;
use crate::audit::cache::Cache;
use crate::audit::database::Database;
use crate::audit::remedy::{Remedies, Remedy};
use crate::audit::semver;
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::source::sources::Sources;
use crate::store::inventory;

/// The database to ask; `None` where it is switched off, where gox keeps off the network, and where nobody named a
/// database and all sources are folders.
pub(super) fn database(sources: &Sources, context: &Context<'_>) -> Option<Database> {
    let vulndb = &context.settings.vulndb;
    let Ok(Some(base)) = vulndb.address.clone() else { return None };
    let is_folder = base.scheme() == "file";
    let may_ask = context.settings.offline.is_none() && (vulndb.is_users || !sources.are_folders());
    (is_folder || may_ask).then(|| Database::new(sources.http.clone(), base))
}

/// What is known of vulnerabilities.
pub(super) struct Vulnerable(Cache);

impl Vulnerable {
    /// Reads what was kept; `None` where that is nothing.
    pub(super) fn read(context: &Context<'_>) -> Option<Self> {
        let Ok(Some(base)) = &context.settings.vulndb.address else { return None };
        Cache::read(context.world.home(), base).map(Vulnerable)
    }

    /// How many a toolchain has; `None` for one that is no release of Go.
    pub(super) fn count(&self, toolchain: &ToolchainName) -> Option<usize> {
        semver::of(toolchain).map(|version| self.0.count(&version))
    }

    /// What to say of one toolchain; `None` if it has none.
    pub(super) fn of_one(
        &self,
        toolchain: &ToolchainName,
        known: Vec<Version>,
        context: &Context<'_>,
    ) -> Option<String> {
        let count = self.count(toolchain).filter(|count| *count > 0)?;
        let remedy = self.remedy(toolchain, known, context);
        let (name, many, day) = (toolchain.request(), vulnerabilities(count), self.0.day());
        Some(format!("{name} has {many}, as of {day}{remedy}"))
    }

    /// What to say of all toolchains, which have these `counts`, with a remedy for `foremost`; `None` if none has any.
    pub(super) fn of_all(
        &self,
        counts: &[Option<usize>],
        foremost: Option<(&ToolchainName, usize)>,
        known: Vec<Version>,
        context: &Context<'_>,
    ) -> Option<String> {
        let (toolchain, count) = foremost?;
        let affected = counts.iter().filter(|count| count.is_some_and(|count| count > 0)).count();
        let (verb, name) = (if affected == 1 { "has" } else { "have" }, toolchain.request());
        let remedy = self.remedy(toolchain, known, context);
        let (all, day) = (counts.len(), self.0.day());
        Some(format!(
            "{affected} of {all} versions {verb} known vulnerabilities, as of {day} (`gox audit`): {name} has {count}{remedy}"
        ))
    }

    /// What to say behind that: a version with fewer, and what to type; or nothing.
    fn remedy(&self, toolchain: &ToolchainName, known: Vec<Version>, context: &Context<'_>) -> String {
        let remedies = Remedies::new(&self.0, known);
        let Some((version, Remedy { version: better, left })) =
            toolchain.version().and_then(|version| Some((version, remedies.overall(version)?)))
        else {
            return String::new();
        };
        let line = better.line();
        let is_installed = |name: &ToolchainName| inventory::find(&context.world.homes, name).is_some();
        let way = if is_installed(&better.toolchain()) {
            ", and is installed".to_owned()
        } else if line == version.line() && is_installed(toolchain) && toolchain.is_release() {
            format!(": `gox upgrade {line}`")
        } else {
            format!(": `gox install {line}`")
        };
        format!("; {} has {}{way}", better.full(), none_or(left))
    }
}

/// `none`, or a number.
pub(super) fn none_or(count: usize) -> String {
    if count == 0 { "none".to_owned() } else { count.to_string() }
}

/// `10 known vulnerabilities`
pub(super) fn vulnerabilities(count: usize) -> String {
    let noun = if count == 1 { "vulnerability" } else { "vulnerabilities" };
    format!("{} known {noun}", if count == 0 { "no".to_owned() } else { count.to_string() })
}
