//! The smallest version that has none of the known vulnerabilities or, where there is none, the fewest.

use std::collections::BTreeSet;

use super::affected::Interval;
use super::cache::Cache;
use crate::go::lifecycle::Lifecycle;
use crate::go::version::Version;

/// A newer version with fewer known vulnerabilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The version.
    pub version: Version,
    /// How many it has.
    pub left: usize,
}

/// The releases among which a remedy is looked for.
pub struct Remedies<'a> {
    cache: &'a Cache,
    /// From the oldest to the newest.
    releases: Vec<Version>,
    lifecycle: Lifecycle,
}

impl<'a> Remedies<'a> {
    /// Looks among the `known` versions and those that the database names, as gox may be older than they are.
    pub fn new(cache: &'a Cache, known: impl IntoIterator<Item = Version>) -> Self {
        let intervals = cache.entries.iter().flat_map(|entry| &entry.affected).flat_map(|one| &one.versions);
        let fixed: BTreeSet<_> = intervals.filter_map(Interval::fixed).collect();
        let named = fixed.into_iter().filter_map(|version| Version::parse(&version.to_string()));
        let mut releases: Vec<Version> = known.into_iter().chain(named).filter(Version::is_release).collect();
        releases.sort_unstable();
        releases.dedup();
        let lifecycle = Lifecycle::of(releases.iter().cloned());
        Remedies { cache, releases, lifecycle }
    }

    /// That of the version's own line, which may be at its end of life.
    pub fn in_line(&self, version: &Version) -> Option<Remedy> {
        self.least(version, |other| other.line() == version.line())
    }

    /// That of all lines that get security fixes.
    pub fn overall(&self, version: &Version) -> Option<Remedy> {
        self.least(version, |other| !self.lifecycle.is_over(other))
    }

    fn least(&self, version: &Version, is_wanted: impl Fn(&Version) -> bool) -> Option<Remedy> {
        let count = |version: &Version| Some(self.cache.count(&version.to_semver()?));
        let newer = self.releases.iter().filter(|other| *other > version && is_wanted(other));
        // Of several with as few, the first one.
        let (left, least) =
            newer.filter_map(|other| Some((count(other)?, other))).min_by_key(|(left, _)| *left)?;
        (left < count(version)?).then(|| Remedy { version: least.clone(), left })
    }
}
