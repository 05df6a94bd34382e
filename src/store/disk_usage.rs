//! Counts disk usage, with each file once however many hard links it has; and the space that is left.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::layout::Home;
use crate::fs::identity::Identity;

/// The files counted so far.
#[derive(Debug, Default)]
pub struct Usage {
    files: HashMap<Identity, Counted>,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    bytes: u64,
    /// The number of hard links to the file.
    names: u64,
    /// The number of those links that were counted.
    seen: u64,
}

impl Usage {
    /// Counts a file, or all files below a directory. What cannot be read is left out.
    pub fn add(&mut self, path: &Path) {
        let Ok(data) = path.symlink_metadata() else { return };
        if data.is_dir() {
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                self.add(&entry.path());
            }
            return;
        }
        let counted = Counted { bytes: data.len(), names: data.nlink(), seen: 0 };
        self.files.entry(Identity::from(&data)).or_insert(counted).seen += 1;
    }

    /// Counts all that `other` has counted.
    pub fn include(&mut self, other: &Usage) {
        for (file, counted) in &other.files {
            self.files.entry(*file).or_insert(Counted { seen: 0, ..*counted }).seen += counted.seen;
        }
    }

    /// The size of all counted files, in bytes.
    pub fn total(&self) -> u64 {
        self.files.values().map(|file| file.bytes).sum()
    }

    /// The size of the counted files without other links, in bytes: what removing all of them frees.
    pub fn alone(&self) -> u64 {
        self.files.values().filter(|file| file.seen >= file.names).map(|file| file.bytes).sum()
    }
}

/// How many bytes are free on the file system of the store; none if the system does not tell.
pub fn available_space(home: &Home) -> Option<u64> {
    fs2::available_space(home.root()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_two_names_counts_once_and_is_free_when_both_go() {
        let folder = tempfile::TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["a", "b/c"] {
            fs::create_dir_all(at(name)).unwrap();
        }
        fs::write(at("a/1"), "12345").unwrap();
        fs::write(at("a/2"), "123").unwrap();
        fs::hard_link(at("a/1"), at("b/c/1")).unwrap();
        let count = |names: &[&str]| {
            let (mut usage, mut all) = (Usage::default(), Usage::default());
            for name in names {
                usage.add(&at(name));
                let mut one = Usage::default();
                one.add(&at(name));
                all.include(&one);
            }
            assert_eq!((usage.total(), usage.alone()), (all.total(), all.alone()));
            (usage.total(), usage.alone())
        };
        assert_eq!(count(&["a"]), (8, 3));
        assert_eq!(count(&["b"]), (5, 0));
        assert_eq!(count(&["a", "b"]), (8, 8));
        assert_eq!(count(&["nothing"]), (0, 0));
    }
}
