//! Which release lines get security fixes.

use std::collections::BTreeMap;

use super::version::{Line, Version};

/// The lines that Go's authors support: the two newest (go.dev/doc/devel/release, "Release Policy").
const SUPPORTED: usize = 2;

/// Which lines are alive, and how far each has come.
#[derive(Debug)]
pub struct Lifecycle {
    newest: BTreeMap<Line, Version>,
    /// The newest first.
    supported: Vec<Line>,
}

impl Lifecycle {
    /// By the releases among these versions.
    pub fn of(versions: impl IntoIterator<Item = Version>) -> Self {
        let mut versions: Vec<Version> = versions.into_iter().filter(Version::is_release).collect();
        versions.sort_unstable();
        // The last of a line stays.
        let newest: BTreeMap<Line, Version> =
            versions.into_iter().map(|version| (version.line(), version)).collect();
        let supported = newest.keys().rev().take(SUPPORTED).cloned().collect();
        Lifecycle { newest, supported }
    }

    /// The supported lines, the newest first.
    pub fn supported(&self) -> &[Line] {
        &self.supported
    }

    /// Whether two newer lines are there, so that this one gets no more security fixes.
    pub fn is_over(&self, version: &Version) -> bool {
        self.supported.len() == SUPPORTED
            && self.supported.last().is_some_and(|oldest| version.line() < *oldest)
    }

    /// The newest release of its line, where that is newer.
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
