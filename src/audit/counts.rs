//! How many entries affect a version, for those who ask for many versions.

use semver::Version;

use super::entry::Entry;
use crate::go::platform::Platform;

/// Where the versions begin and end that entries affect on this machine's platform, each in order.
pub struct Counts {
    /// `None` is the beginning of time.
    begins: Vec<Option<Version>>,
    ends: Vec<Version>,
}

impl Counts {
    /// Those of these entries.
    pub(super) fn new(entries: &[Entry]) -> Self {
        let (mut begins, mut ends) = (Vec::new(), Vec::new());
        for (from, to) in entries.iter().flat_map(|entry| entry.apart(Platform::HOST)) {
            begins.push(from.cloned());
            ends.extend(to.cloned());
        }
        begins.sort_unstable();
        ends.sort_unstable();
        Counts { begins, ends }
    }

    /// How many entries affect the version.
    pub fn of(&self, version: &Version) -> usize {
        let begun = self.begins.partition_point(|from| from.as_ref().is_none_or(|from| from <= version));
        let ended = self.ends.partition_point(|to| to <= version);
        begun - ended
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use semver::Version;
    use serde_json::json;

    use super::super::entry::Entry;
    use super::Counts;
    use crate::go::platform::Platform;

    fn version() -> impl Strategy<Value = Version> {
        let text = (1..4u8, 0..3u8, prop::sample::select(vec!["", "-0", "-rc.1"]));
        text.prop_map(|(line, patch, pre)| format!("1.{line}.{patch}{pre}").parse().unwrap())
    }

    /// An entry as it is kept, whose intervals may have versions in common, or none in them.
    fn entry() -> impl Strategy<Value = Entry> {
        let intervals = vec((option::of(version()), option::of(version())), 0..4);
        let affected = (intervals, option::of(Just("plan9"))).prop_map(|(versions, goos)| {
            let packages: Vec<_> =
                goos.map(|goos| json!({"path": "os", "goos": [goos]})).into_iter().collect();
            json!({"module": "stdlib", "packages": packages, "versions": versions})
        });
        vec(affected, 1..4).prop_map(|affected| {
            let entry = json!({"id": "", "modified": "", "aliases": [], "summary": "", "affected": affected});
            serde_json::from_value(entry).unwrap()
        })
    }

    proptest! {
        #[test]
        fn they_are_those_of_each_entry(entries in vec(entry(), 0..6), version in version()) {
            let affecting = entries.iter().filter(|entry| entry.affects_on(&version, Platform::HOST)).count();
            prop_assert_eq!(Counts::new(&entries).of(&version), affecting);
        }
    }
}
