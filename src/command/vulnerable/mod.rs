//! The known vulnerabilities of what is installed, in a line, from what was kept of the database: without a network.

mod way;

use std::path::Path;
use std::slice;

use super::context::Context;
use crate::audit::cache::Cache;
use crate::audit::counts::Counts;
use crate::audit::database::Database;
use crate::audit::remedy::{Remedies, Remedy};
use crate::audit::semver;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::select::pin::{self, Pin};
use crate::select::reason::{Reason, Rule};
use crate::select::selection::Selection;
use crate::select::{directory, resolve, system};
use crate::source::sources::Sources;
use crate::store::inventory::{self, Toolchain};
use crate::store::receipt::Receipt;
use way::{Affected, Better, Place, way};

/// The database to ask, if there is one.
pub(super) fn database(sources: &Sources, context: &Context<'_>) -> Option<Database> {
    Database::asked(&context.settings.vulndb, context.settings.offline.is_some(), sources)
}

/// Why nobody knows whether a tree is the release that its name says; `None` for one that gox installed, and for one
/// whose VERSION file says the same.
pub(super) fn doubt(name: &ToolchainName, goroot: Option<&Path>) -> Option<&'static str> {
    if goroot.is_some_and(Path::is_symlink) {
        return Some("it is linked, and may be no release of Go");
    }
    let is_proven = goroot.is_some_and(|goroot| {
        let says = || semver::of(&ToolchainName::new(system::version(goroot)?));
        Receipt::read(goroot).is_some() || says() == semver::of(name)
    });
    (!is_proven).then_some("gox did not install it, and no VERSION file says that it is this release")
}

/// What is known of vulnerabilities.
pub(super) struct Vulnerable {
    cache: Cache,
    counts: Counts,
}

impl Vulnerable {
    /// Reads what was kept; `None` where that is nothing.
    pub(super) fn read(context: &Context<'_>) -> Option<Self> {
        let Ok(Some(base)) = &context.settings.vulndb.address else { return None };
        let cache = Cache::read(context.world.home(), base)?;
        Some(Vulnerable { counts: cache.counts(), cache })
    }

    /// How many a toolchain has; `None` for one that is no release of Go.
    pub(super) fn count(&self, toolchain: &ToolchainName) -> Option<usize> {
        semver::of(toolchain).map(|version| self.counts.of(&version))
    }

    /// What to say of one toolchain, for which `asked_by` asks; `None` if it has none.
    pub(super) fn of_one(
        &self,
        toolchain: &ToolchainName,
        asked_by: &Reason,
        known: Vec<Version>,
        context: &Context<'_>,
    ) -> Option<String> {
        let count = self.count(toolchain).filter(|count| *count > 0)?;
        let remedy = self.remedy(toolchain, Some(asked_by), known, context);
        let (name, many, day) = (toolchain.request(), vulnerabilities(count), self.cache.day());
        Some(format!("{name} has {many}, as of {day}{remedy}"))
    }

    /// What to say of all toolchains, which have these `counts`, with a remedy for `foremost`; `None` if none has any. `here`
    /// is what is selected.
    pub(super) fn of_all(
        &self,
        counts: &[Option<usize>],
        foremost: Option<(&ToolchainName, usize)>,
        known: Vec<Version>,
        here: Option<&Selection>,
        context: &Context<'_>,
    ) -> Option<String> {
        let (toolchain, count) = foremost?;
        let affected = counts.iter().filter(|count| count.is_some_and(|count| count > 0)).count();
        let (verb, name) = (if affected == 1 { "has" } else { "have" }, toolchain.request());
        let remedy = self.remedy(toolchain, asked_by(toolchain, here, context).as_ref(), known, context);
        let (all, day) = (counts.len(), self.cache.day());
        Some(format!(
            "{affected} of {all} versions {verb} known vulnerabilities, as of {day} (`gox audit`): {name} has {count}{remedy}"
        ))
    }

    /// What to say behind that: a version with fewer, and what to type; or nothing.
    fn remedy(
        &self,
        toolchain: &ToolchainName,
        asked_by: Option<&Reason>,
        known: Vec<Version>,
        context: &Context<'_>,
    ) -> String {
        let Vulnerable { cache, counts } = self;
        let remedy =
            toolchain.version().and_then(|version| Remedies::new(cache, counts, known).overall(version));
        remedy.map_or_else(String::new, |remedy| {
            format!("; {}", better(toolchain, asked_by, &remedy, counts, context))
        })
    }
}

/// How many the remedy for a toolchain has, and what to type. Where one of the remedy's line that has no more is
/// installed, it is that.
pub(super) fn better(
    toolchain: &ToolchainName,
    asked_by: Option<&Reason>,
    remedy: &Remedy,
    counts: &Counts,
    context: &Context<'_>,
) -> String {
    let homes = &context.world.homes;
    let count = |version: &Version| Some((counts.of(&version.to_semver()?), version.clone()));
    let newest = inventory::installed(homes, &Request::Line(remedy.version.line()));
    let newest = newest.filter(|newest| doubt(&newest.name, Some(&newest.path)).is_none());
    let installed = newest.as_ref().and_then(Toolchain::version).and_then(count);
    let installed = installed.filter(|(count, _)| *count <= remedy.left);
    let is_installed = installed.is_some();
    let (left, version) = installed.unwrap_or((remedy.left, remedy.version.clone()));
    let home = homes.iter().position(|home| inventory::find(slice::from_ref(home), toolchain).is_some());
    let place = match home {
        None => Place::Nowhere,
        Some(0) => Place::Own,
        Some(other) => Place::System(homes[other].root()),
    };
    let here = directory::current(&context.world).ok();
    let affected = Affected { name: toolchain, place, asked_by };
    let way = way(&affected, &Better { version: &version, is_installed }, here.as_deref());
    format!("{} has {}{way}", version.full(), none_or(left))
}

/// What asks for a toolchain, where `here` is selected: what decides, else a pin or default that a variable or a line overrides.
pub(super) fn asked_by(
    toolchain: &ToolchainName,
    here: Option<&Selection>,
    context: &Context<'_>,
) -> Option<Reason> {
    let world = &context.world;
    if let Some(here) = here.filter(|here| here.selected.name().as_ref() == Some(toolchain)) {
        return Some(here.reason.clone());
    }
    let pin = || pin::nearest(&directory::current(world).ok()?).ok().flatten();
    let default = || resolve::default(world).ok().flatten();
    let asks = |pin: Pin, rule: Rule| {
        let request = resolve::chosen(world, &pin);
        let is_it = inventory::installed(&world.homes, request).is_some_and(|it| it.name == *toolchain);
        is_it.then(|| pin.reason(rule, request))
    };
    pin().and_then(|pin| asks(pin, Rule::File)).or_else(|| default().and_then(|pin| asks(pin, Rule::Default)))
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
