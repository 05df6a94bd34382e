//! Looks for the trees of all managers, or takes those that the user names by a path.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::managers::{BY_PATH, Manager, named};
use super::places::{Surroundings, matching};
use super::written;
use crate::error::{Error, Kind, Result};
use crate::go::version::Version;
use crate::store::layout::Home;

/// The folders in which asdf and Homebrew have the tree of a version.
const INNER: [&str; 2] = ["go", "libexec"];

/// A folder that should be a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The name of the manager.
    pub manager: &'static str,
    /// The folder, without links.
    pub path: PathBuf,
}

impl Found {
    /// The release that the name of the folder tells, which may be another one than is in it: that of `go1.22.4`, of
    /// `1.22.4`, or of `1.22.4/go`.
    pub fn version(&self) -> Option<Version> {
        let is_inner = INNER.iter().any(|inner| self.path.ends_with(inner));
        let folder = if is_inner { self.path.parent()? } else { &self.path };
        let name = folder.file_name()?.to_str()?;
        written::release_named(name)
    }
}

/// The trees of the managers, each once, however many names or managers lead to it. Those of a gox are left out.
pub fn all(surroundings: &Surroundings, from: Option<&str>, homes: &[Home]) -> Vec<Found> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for manager in named(from) {
        for folder in surroundings.folders(manager.roots) {
            let mut paths: Vec<_> =
                manager.trees.iter().flat_map(|pattern| matching(&folder, pattern)).collect();
            // `latest` and `1.22` may be links to folders beside them, whose names say more.
            paths.sort_by_key(|path| path.is_symlink());
            let real = paths.into_iter().filter_map(|path| path.canonicalize().ok());
            // gvm has an empty `gos/system` for the Go of the system.
            let new =
                real.filter(|path| may_be_tree(path) && !is_of_gox(path, homes) && seen.insert(path.clone()));
            found.extend(new.map(|path| Found { manager: manager.name, path }));
        }
    }
    found
}

/// Where the trees of a manager are looked for, as patterns.
pub fn patterns(surroundings: &Surroundings, from: &str) -> Vec<PathBuf> {
    let of_manager = |manager: &Manager| {
        let below = |root: PathBuf| manager.trees.iter().map(move |pattern| root.join(pattern));
        surroundings.folders(manager.roots).into_iter().flat_map(below).collect::<Vec<_>>()
    };
    named(Some(from)).flat_map(of_manager).collect()
}

/// The tree at a path that the user names, or in its folder `go`. An error if there is none.
pub fn at(path: &Path, homes: &[Home]) -> Result<Found> {
    let failed = |text: String| Error::new(Kind::Usage, text);
    let real = path
        .canonicalize()
        .map_err(|error| failed(format!("could not find `{}`", path.display())).because(error))?;
    if is_of_gox(&real, homes) {
        return Err(failed(format!("`{}` is in a store of gox already", path.display())));
    }
    let inner = INNER.iter().map(|inner| real.join(inner));
    let tree = std::iter::once(real.clone()).chain(inner).find(|path| may_be_tree(path));
    let tree = tree.ok_or_else(|| {
        failed(format!("`{}` is not a Go tree: it has neither `VERSION` nor `bin/go`", path.display()))
            .hint("name a GOROOT: `go env GOROOT` prints one")
    })?;
    Ok(Found { manager: BY_PATH, path: tree })
}

fn may_be_tree(folder: &Path) -> bool {
    ["VERSION", "bin/go"].iter().any(|file| folder.join(file).exists())
}

/// Whether it is in a folder of a store: one of its toolchains, or what the next command may remove.
fn is_of_gox(path: &Path, homes: &[Home]) -> bool {
    let folders = homes.iter().flat_map(|home| [home.toolchains(), home.staging(), home.cache()]);
    folders.filter_map(|folder| folder.canonicalize().ok()).any(|folder| path.starts_with(folder))
}
