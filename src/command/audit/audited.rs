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
    /// An error says that the database cannot tell, and why.
    pub(super) known: Result<Known<'a>, String>,
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
        let known = released(&target).map(|version| {
            let release = target.name.version();
            Known {
                entries: cache.affecting(&version).collect(),
                elsewhere: cache.elsewhere(&version),
                in_line: release.and_then(|release| remedies.in_line(release)),
                overall: release.and_then(|release| remedies.overall(release)),
                version,
            }
        });
        Audited { target, known }
    }

    /// Whether it is known to have none.
    pub(super) fn is_clean(&self) -> bool {
        self.known.as_ref().is_ok_and(|known| known.entries.is_empty())
    }

    /// Whether it is known to have any.
    pub(super) fn is_affected(&self) -> bool {
        self.known.as_ref().is_ok_and(|known| !known.entries.is_empty())
    }

    /// Each entry that affects it, with the packages.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a Entry, Vec<&'a str>)> {
        self.known.iter().flat_map(|known| {
            known.entries.iter().map(|entry| (*entry, entry.packages(&known.version, Platform::HOST)))
        })
    }
}

/// The version of a release; an error says that nothing is known of what is none.
fn released(target: &Target) -> Result<Version, String> {
    let unknown = |reason| format!("what {} has is unknown: {reason}", target.shown);
    if let Some(doubt) = target.doubt {
        return Err(unknown(doubt));
    }
    semver::of(&target.name).ok_or_else(|| unknown("it is no release of Go"))
}
