//! The directory that a call is about: the current one as the user spells it, or the one after `-C`.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::world::World;
use crate::env::PWD;
use crate::fs::identity::Identity;

/// Where the files are that have a say.
#[derive(Debug)]
pub enum Directory {
    /// Here, in a clean absolute spelling.
    At(PathBuf),
    /// The current directory was deleted, or its path leads nowhere for this user: no file can be looked for.
    Gone(io::Error),
    /// `-C` names no directory; the go command itself will say so.
    Unreachable,
}

impl Directory {
    /// The directory of a call whose arguments say `-C change`.
    pub(super) fn find(world: &World, change: Option<&OsStr>) -> Self {
        let Some(change) = change else {
            return match current(world) {
                Ok(path) => Directory::At(path),
                Err(error) => Directory::Gone(error),
            };
        };
        let path = world.path(change);
        if change.is_empty() || !path.is_dir() {
            return Directory::Unreachable;
        }
        spelled(world, &path).map_or(Directory::Unreachable, Directory::At)
    }

    /// The path, where there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Directory::At(path) => Some(path),
            Directory::Gone(_) | Directory::Unreachable => None,
        }
    }
}

/// The current directory, as the user spells it.
pub fn current(world: &World) -> io::Result<PathBuf> {
    spelled(world, &world.directory)
}

/// `$PWD` where it is absolute and the same directory as `dot`, else the real path (Go source
/// `os.Getwd`); cleaned as `filepath.Clean` does, because cmd/go goes upward from that.
fn spelled(world: &World, dot: &Path) -> io::Result<PathBuf> {
    let pwd = world.environment.os(PWD).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(spelled) = pwd {
        let here = Identity::of(dot)?;
        if Identity::of(&spelled).is_ok_and(|there| there == here) {
            return Ok(clean(&spelled));
        }
    }
    let real = if dot == Path::new(".") { std::env::current_dir()? } else { dot.canonicalize()? };
    match real.metadata() {
        // Only the first looks upward are too long then.
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => Ok(real),
        // After `sudo -u` the way to it may be closed; then each look upward would fail.
        seen => seen.map(|_| real),
    }
}

/// Without `.`, `..` and doubled slashes, by the spelling alone.
pub(super) fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::with_capacity(path.as_os_str().len());
    for component in path.components() {
        match component {
            Component::ParentDir => drop(clean.pop()),
            Component::CurDir => {}
            _ => clean.push(component),
        }
    }
    clean
}
