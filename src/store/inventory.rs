//! What is installed: the directories in `toolchains/` of the user's store and of the system's.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::layout::Home;
use crate::select::version::{self, Version};

/// A GOROOT in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// The directory's name: `go1.22.4`, or the name of a linked GOROOT.
    pub name: String,
    /// The version that the name stands for; none for a linked or odd name.
    pub version: Option<Version>,
    /// The GOROOT.
    pub path: PathBuf,
}

impl Toolchain {
    fn at(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_owned();
        // A name with a suffix matches by its full name only, so it stands for no version here.
        let version = version::version_of_toolchain(&name).filter(|version| version.toolchain() == name);
        is_executable(&path.join("bin/go")).then_some(Toolchain { name, version, path })
    }
}

/// The toolchain of that name: the user's own, else the system's.
pub fn find(homes: &[Home], name: &str) -> Option<Toolchain> {
    homes.iter().find_map(|home| Toolchain::at(home.toolchain(name)))
}

/// All toolchains, newest version first, then the other names; the user's own hides the system's.
pub fn all(homes: &[Home]) -> Vec<Toolchain> {
    let mut found: Vec<Toolchain> = Vec::new();
    for home in homes {
        let Ok(entries) = std::fs::read_dir(home.toolchains()) else { continue };
        for toolchain in entries.flatten().filter_map(|entry| Toolchain::at(entry.path())) {
            if !found.iter().any(|other| other.name == toolchain.name) {
                found.push(toolchain);
            }
        }
    }
    found.sort_by(|a, b| b.version.cmp(&a.version).then_with(|| a.name.cmp(&b.name)));
    found
}

/// The user's store, then the system's when there is one.
pub fn homes(home: &Home) -> Vec<Home> {
    std::iter::once(home.clone()).chain(Home::system()).collect()
}

/// Whether `path` is a regular file (after links) that somebody may execute.
pub fn is_executable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}
