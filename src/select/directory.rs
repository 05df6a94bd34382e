//! The directory in which a call looks for pins and go.mod: the current one, in the spelling of `$PWD`, or that of
//! the option `-C`.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::world::World;
use crate::env::PWD;
use crate::fs::current;
use crate::fs::identity::Identity;

/// The directory of a call.
#[derive(Debug)]
pub enum Directory {
    /// The directory, as an absolute path without `.`, `..` and double slashes.
    At(PathBuf),
    /// The current directory was deleted, or this user cannot reach it by its path: no pin or go.mod is read.
    Gone(io::Error),
    /// `-C` does not name a directory, which the go command will report.
    Unreachable,
}

impl Directory {
    /// The directory of a call, where `change` is the value of `-C`.
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

    /// The path, if the directory is known.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Directory::At(path) => Some(path),
            Directory::Gone(_) | Directory::Unreachable => None,
        }
    }
}

/// The current directory, spelled as in `$PWD` if that is valid.
pub fn current(world: &World) -> io::Result<PathBuf> {
    spelled(world, &world.directory)
}

/// The path of the directory `dot`: `$PWD` if that is absolute and the same directory, cleaned as by
/// `filepath.Clean`, else the real path (Go source `os.Getwd`). cmd/go walks upward from the same spelling.
fn spelled(world: &World, dot: &Path) -> io::Result<PathBuf> {
    let pwd = world.environment.os(PWD).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(spelled) = pwd {
        let here = Identity::of(dot)?;
        if Identity::of(&spelled).is_ok_and(|there| there == here) {
            return Ok(clean(&spelled));
        }
    }
    let real = if dot == Path::new(".") { current::directory()? } else { dot.canonicalize()? };
    match real.metadata() {
        // The path is too long (ENAMETOOLONG), but those of the directories above may not be.
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => Ok(real),
        // Fails if this user cannot reach the path, as after `sudo -u`: then every look-up on the way upward would
        // fail too.
        seen => seen.map(|_| real),
    }
}

/// Removes `.`, `..` and double slashes from an absolute path, without looking at the disk.
pub fn clean(path: &Path) -> PathBuf {
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
