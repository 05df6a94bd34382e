//! Locks between processes: one per toolchain for an install, and a short one for the shims and the default.
//! The only file besides the free-space check that names fs2.
//!
//! Lock order: a toolchain's lock before the store's; nobody holds two toolchains' locks.
//! Lock files are never deleted: whoever waits on a deleted file holds a lock that others do not see.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use fs2::FileExt;

use super::layout::Home;
use crate::error::{Error, Kind, Result};
use crate::fs::read::open_itself;
use crate::fs::write::create_directory;

/// The lock of `shims/`, `bin/` and `default`; no toolchain can have a name that begins with a dot.
pub const STORE: &str = ".store";

/// What to do when a wait was too long.
pub const LONGER: &str = "wait for it, or wait longer: `export GOX_LOCK_TIMEOUT=600`";

/// How often a held lock is tried again.
const POLL: Duration = Duration::from_millis(50);
/// A wait that is over sooner is not worth a line.
const QUIET: Duration = Duration::from_millis(300);

/// A lock that is held until it is dropped, or the process ends.
#[derive(Debug)]
#[must_use = "the lock is given back when this is dropped"]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock `name`; when another process holds it, waits, and if that takes a while calls `waiting`
    /// with its path, once.
    pub fn acquire(home: &Home, name: &str, timeout: Duration, waiting: impl FnOnce(&str)) -> Result<Self> {
        create_directory(&home.locks())?;
        let path = home.locks().join(format!("{name}.lock"));
        let file = open(&path)?;
        if try_lock(&file).map_err(|error| refused(&path, error))? {
            return Ok(Lock { _file: file });
        }
        let mut waiting = Some(waiting);
        let taken = poll(&file, timeout, |waited| {
            if let Some(waiting) = waiting.take_if(|_| waited >= QUIET) {
                waiting(&path.display().to_string());
            }
        });
        if taken.map_err(|error| refused(&path, error))? {
            return Ok(Lock { _file: file });
        }
        let message = format!("another gox holds `{}` for more than {} s", path.display(), timeout.as_secs());
        Err(Error::new(Kind::Store, message).hint(LONGER))
    }

    /// Takes the lock only when it is free.
    pub fn try_acquire(home: &Home, name: &str) -> Option<Self> {
        let path = home.locks().join(format!("{name}.lock"));
        let file = open(&path).ok()?;
        try_lock(&file).ok()?.then_some(Lock { _file: file })
    }
}

fn open(path: &Path) -> Result<File> {
    open_own(path)
        .map_err(|error| Error::unwritable(format!("could not open the lock `{}`", path.display()), error))
}

/// In a store that others write to, a link would make, or hold, a file elsewhere.
fn open_own(path: &Path) -> io::Result<File> {
    open_itself(path, File::options().read(true).write(true).create(true).truncate(false))
}

fn try_lock(file: &File) -> io::Result<bool> {
    // By path, since std's own methods of this name shadow those of fs2.
    match FileExt::try_lock_exclusive(file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == fs2::lock_contended_error().kind() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Tries again and again, for `timeout` at the most; `waiting` is told for how long already.
fn poll(file: &File, timeout: Duration, mut waiting: impl FnMut(Duration)) -> io::Result<bool> {
    let start = Instant::now();
    while start.elapsed() < timeout {
        std::thread::sleep(POLL.min(timeout));
        waiting(start.elapsed());
        if try_lock(file)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn refused(path: &Path, error: io::Error) -> Error {
    Error::store(format!("could not lock `{}`", path.display()), error)
        .hint("the store needs a file system with locks: `export GOX_HOME=/path/on/a/local/disk`")
}

/// Waits for a lock that is only ever held for a moment, with its directory; an error of kind `TimedOut`
/// when whoever holds it has stopped.
pub fn wait(path: &Path, timeout: Duration) -> io::Result<File> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let file = open_own(path)?;
    if try_lock(&file)? || poll(&file, timeout, |_| {})? {
        return Ok(file);
    }
    let text = format!("another gox holds it for more than {} s", timeout.as_secs());
    Err(io::Error::new(io::ErrorKind::TimedOut, text))
}

/// Creates the root of the store.
pub fn make_root(home: &Home) -> Result<()> {
    create_directory(home.root())
}

/// Free bytes on the file system of the store; none when it cannot be told.
pub fn available_space(home: &Home) -> Option<u64> {
    fs2::available_space(home.root()).ok()
}
