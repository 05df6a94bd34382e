//! Which release lines still get security fixes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::version::{Line, Version};

/// How many lines the Go team supports: the two newest (go.dev/doc/devel/release, "Release Policy").
const SUPPORTED: usize = 2;

/// The supported lines, and the newest release of each line.
#[derive(Debug)]
pub struct Lifecycle {
    newest: BTreeMap<Line, Version>,
    /// Newest first.
    supported: Vec<Line>,
}

impl Lifecycle {
    /// Computes the lifecycle from the releases among `versions`; pre-releases do not count.
    pub fn of(versions: impl IntoIterator<Item = Version>) -> Self {
        let mut newest = BTreeMap::new();
        for version in versions.into_iter().filter(Version::is_release) {
            match newest.entry(version.line()) {
                Entry::Vacant(line) => _ = line.insert(version),
                Entry::Occupied(mut line) if *line.get() < version => _ = line.insert(version),
                Entry::Occupied(_) => {}
            }
        }
        let supported = newest.keys().rev().take(SUPPORTED).cloned().collect();
        Lifecycle { newest, supported }
    }

    /// The supported lines, newest first.
    pub fn supported(&self) -> &[Line] {
        &self.supported
    }

    /// Whether the line of `version` is no longer supported, because two newer lines have releases.
    pub fn is_over(&self, version: &Version) -> bool {
        self.supported.len() == SUPPORTED
            && self.supported.last().is_some_and(|oldest| version.line() < *oldest)
    }

    /// The newest release of the line of `version`, if it is newer than `version`.
    pub fn newer(&self, version: &Version) -> Option<&Version> {
        self.newest.get(&version.line()).filter(|newest| *newest > version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn the_two_newest_lines_are_supported() {
        let known = ["1.9.7", "1.10", "1.11rc1", "1.8.1"].map(version);
        let lifecycle = Lifecycle::of(known);
        let lines: Vec<String> = lifecycle.supported().iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["1.10", "1.9"], "a release candidate ends no line");
        assert!(lifecycle.is_over(&version("1.8.1")) && !lifecycle.is_over(&version("1.9.1")));
        assert!(!lifecycle.is_over(&version("1.11rc1")));
        assert!(!Lifecycle::of([version("1.9.7")]).is_over(&version("1.2.1")), "too little is known");
        assert_eq!(lifecycle.newer(&version("1.9rc1")), Some(&version("1.9.7")));
        assert_eq!(lifecycle.newer(&version("1.9.7")), None);
        assert_eq!(lifecycle.newer(&version("1.7.1")), None);
    }
}
