//! Where the folders of a manager are: by a variable, else by default.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::env::{Environment, G_EXPERIMENTAL, G_HOME, GOMODCACHE, GOPATH};
use crate::select::goenv::GoEnv;
use crate::select::world::World;

/// A folder that a manager may have.
#[derive(Clone, Copy)]
pub enum Place {
    /// The value of a variable, and a folder below it.
    Set(&'static str, &'static str),
    /// A folder below `$HOME`.
    Home(&'static str),
    /// An absolute path.
    At(&'static str),
}

/// What the places are found by.
pub struct Surroundings {
    environment: Environment,
    goenv: GoEnv,
    /// `$HOME`.
    pub home: Option<PathBuf>,
}

impl Surroundings {
    /// Those of this process, with what `go env -w` has set.
    pub fn new(world: &World) -> Self {
        let environment = world.environment.clone();
        let home = environment.user_home();
        Surroundings { environment, goenv: GoEnv::of_user(world), home }
    }

    /// The folders: that of the first variable that is set, else all others.
    pub fn folders(&self, places: &[Place]) -> Vec<PathBuf> {
        let set = places.iter().find_map(|place| match place {
            Place::Set(variable, below) => Some(self.value(variable)?.join(below)),
            _ => None,
        });
        if let Some(set) = set {
            return vec![set];
        }
        let other = |place: &Place| match place {
            Place::Set(..) => None,
            Place::Home(below) => Some(self.home.as_ref()?.join(below)),
            Place::At(path) => Some(PathBuf::from(path)),
        };
        places.iter().filter_map(other).collect()
    }

    /// The absolute path that a variable has; of GOPATH the first.
    fn value(&self, variable: &str) -> Option<PathBuf> {
        let value = match variable {
            // Go reads these from its own file too.
            GOMODCACHE | GOPATH => self.goenv.get(variable)?.0.into(),
            // g heeds it only where this is set, too.
            G_HOME if !self.environment.text(G_EXPERIMENTAL)?.eq_ignore_ascii_case("true") => return None,
            _ => self.environment.os(variable)?,
        };
        let path = std::env::split_paths(&value).next().filter(|_| variable == GOPATH);
        Some(path.unwrap_or_else(|| value.into())).filter(|path| path.is_absolute())
    }
}

/// The most folders that one pattern gives: far more than anybody keeps.
const MAX_MATCHES: usize = 1000;

/// What a pattern such as `versions/*` finds below a folder, sorted. A part of it may have one `*`, which stands for
/// anything but nothing.
pub(super) fn matching(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        found = match part.split_once('*') {
            None => found.into_iter().map(|path| path.join(part)).collect(),
            Some((before, after)) => {
                found.iter().flat_map(|path| children(path, before, after)).take(MAX_MATCHES).collect()
            }
        };
    }
    found
}

/// Whether a path is one that a pattern may find below a folder.
pub(super) fn is_matching(path: &Path, folder: &Path, pattern: &str) -> bool {
    let Ok(below) = path.strip_prefix(folder) else { return false };
    let fits = |(name, part): (&OsStr, &str)| match part.split_once('*') {
        None => name == part,
        Some((before, after)) => fits(name, before, after),
    };
    below.iter().count() == pattern.split('/').count() && below.iter().zip(pattern.split('/')).all(fits)
}

fn fits(name: &OsStr, before: &str, after: &str) -> bool {
    let rest = name.to_str().and_then(|name| name.strip_prefix(before)?.strip_suffix(after));
    rest.is_some_and(|rest| !rest.is_empty())
}

fn children(folder: &Path, before: &str, after: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> =
        entries.filter(|entry| fits(&entry.file_name(), before, after)).map(|entry| entry.path()).collect();
    found.sort();
    found
}
