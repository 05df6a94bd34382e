//! The version to take in the place of one with known vulnerabilities: of those with the fewest the newest of the
//! smallest line, as what upgrades or installs a line takes its newest release.

use std::cmp::Reverse;

use super::affected::Interval;
use super::cache::Cache;
use super::counts::Counts;
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
    counts: &'a Counts,
    /// In any order, and some of them more than once.
    releases: Vec<Version>,
    lifecycle: Lifecycle,
}

impl<'a> Remedies<'a> {
    /// Looks among the `known` versions and those that the database names, as gox may be older than they are; `counts`
    /// are those of the database.
    pub fn new(cache: &Cache, counts: &'a Counts, known: impl IntoIterator<Item = Version>) -> Self {
        let intervals = cache.entries.iter().flat_map(|entry| &entry.affected).flat_map(|one| &one.versions);
        let named = intervals.filter_map(Interval::fixed).filter_map(Version::of_release);
        let releases: Vec<Version> = known.into_iter().filter(Version::is_release).chain(named).collect();
        let lifecycle = Lifecycle::of(releases.iter().cloned());
        Remedies { counts, releases, lifecycle }
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
        let count = |version: &Version| Some(self.counts.of(&version.to_semver()?));
        let newer = self.releases.iter().filter(|other| *other > version && is_wanted(other));
        let counted = newer.filter_map(|other| Some((count(other)?, other.line(), Reverse(other))));
        let (left, _, Reverse(least)) = counted.min()?;
        (left < count(version)?).then(|| Remedy { version: least.clone(), left })
    }
}
