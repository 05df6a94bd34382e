//! What was released, as far as it is known without asking anybody: the versions of the compiled table, and
//! those that a list named at some time. Good for marks and completions, never for a proof.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::platform::Platform;
use crate::proof::pinned;
use crate::select::file::read_at_most;
use crate::select::version::{Line, Version, version_of_toolchain};
use crate::store::layout::Home;

/// The lines that Go's authors support: the two newest (go.dev/doc/devel/release, "Release Policy").
const SUPPORTED: usize = 2;

/// A hundred times what there is.
const MAX_BYTES: usize = 1 << 20;

/// The file in the cache with the names that lists had, one a line.
fn path(home: &Home) -> PathBuf {
    home.cache().join("released")
}

/// Adds what a list named. Failing to keep it costs nothing but marks.
pub fn keep(home: &Home, toolchains: &[String]) {
    let path = path(home);
    let before = kept(&path);
    let mut names = before.clone();
    names.extend(toolchains.iter().filter(|name| version(name).is_some()).cloned());
    if names.len() > before.len() {
        let text = names.into_iter().collect::<Vec<_>>().join("\n") + "\n";
        let _ = crate::store::write_cached(&path, text.as_bytes());
    }
}

/// A damaged line is no name, and left out.
fn kept(path: &Path) -> BTreeSet<String> {
    let text = read_at_most(path, MAX_BYTES).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().filter(|name| version(name).is_some()).map(str::to_owned).collect()
}

/// A name with a suffix is no release of Go's.
fn version(name: &str) -> Option<Version> {
    version_of_toolchain(name).filter(|version| version.toolchain() == name)
}

/// The known versions for this machine.
pub fn versions(home: &Home) -> Vec<Version> {
    let mut names = kept(&path(home));
    names.extend(pinned::toolchains(Platform::HOST));
    names.iter().filter_map(|name| version(name)).collect()
}

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
    use std::fs;

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

    #[test]
    fn what_lists_named_is_kept_and_damage_is_left_out() {
        let folder = tempfile::TempDir::new().unwrap();
        let home = Home::at(folder.path());
        let all = versions(&home).len();
        keep(&home, &["go1.999.1".into(), "go1.999.0-x".into(), "go1.999.0".into()]);
        keep(&home, &["go1.999.2".into()]);
        assert_eq!(fs::read_to_string(path(&home)).unwrap(), "go1.999.0\ngo1.999.1\ngo1.999.2\n");
        fs::write(path(&home), b"go1.999.0\n\xff\0\ngo1.9").unwrap();
        assert_eq!(versions(&home).len(), all + 1);
    }
}
