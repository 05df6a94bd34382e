//! What is known of one version.

use ::semver::Version;

use super::targets::Target;
use crate::audit::cache::Cache;
use crate::audit::entry::Entry;
use crate::audit::remedy::{Remedies, Remedy};
use crate::audit::semver;
use crate::go::platform::Platform;

/// A Go, and what is known of it.
pub(super) struct Audited<'a> {
    pub(super) target: Target,
    /// `None` where the database cannot tell, as it is of no release.
    pub(super) known: Option<Known<'a>>,
}

/// What the database says of a release.
pub(super) struct Known<'a> {
    version: Version,
    /// The entries that affect it on this platform.
    pub(super) entries: Vec<&'a Entry>,
    /// How many affect it on other platforms alone.
    pub(super) elsewhere: usize,
    /// The smallest version of its line with the fewest, if that has fewer.
    pub(super) in_line: Option<Remedy>,
    /// The smallest of all versions with security fixes that has the fewest, if that has fewer.
    pub(super) overall: Option<Remedy>,
}

impl<'a> Audited<'a> {
    pub(super) fn new(target: Target, cache: &'a Cache, remedies: &Remedies<'_>) -> Self {
        let version = semver::of(&target.name).filter(|_| !target.is_linked);
        let release = target.name.version();
        let known = version.map(|version| Known {
            entries: cache.affecting(&version).collect(),
            elsewhere: cache.elsewhere(&version),
            in_line: release.and_then(|release| remedies.in_line(release)),
            overall: release.and_then(|release| remedies.overall(release)),
            version,
        });
        Audited { target, known }
    }

    /// Whether it is known to have none.
    pub(super) fn is_clean(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.entries.is_empty())
    }

    /// Each entry that affects it, with the packages.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a Entry, Vec<&'a str>)> {
        self.known.iter().flat_map(|known| {
            known.entries.iter().map(|entry| (*entry, entry.packages(&known.version, Platform::HOST)))
        })
    }
}
