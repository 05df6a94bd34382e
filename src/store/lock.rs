//! Locks between processes: one per toolchain for an install, and a short one for the shims and the default.
//! The only file that names fs2.
//!
//! Lock order: a toolchain's lock before the shared one; nobody holds two toolchains' locks.
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
use crate::go::name::ToolchainName;

/// The lock of `shims/`, `bin/` and `default`; no toolchain can have a name that begins with a dot.
const SHARED: &str = ".store";

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

/// A store that is about to be changed.
pub struct Store<'a> {
    /// Its place.
    pub home: &'a Home,
    /// How long another gox that holds a lock of it is waited for.
    pub lock_timeout: Duration,
    /// Told the path of a lock that is waited for, once, when the wait takes a while.
    pub waiting: Box<dyn Fn(&str) + 'a>,
}

impl Store<'_> {
    /// Takes the lock of a toolchain, by its name.
    pub fn lock_toolchain(&self, name: &ToolchainName) -> Result<Lock> {
        self.lock(name.as_str())
    }

    /// Takes the lock of `shims/`, `bin/` and `default`.
    pub fn lock_shared(&self) -> Result<Lock> {
        self.lock(SHARED)
    }

    fn lock(&self, name: &str) -> Result<Lock> {
        create_directory(&self.home.locks())?;
        let path = self.home.locks().join(format!("{name}.lock"));
        let file = open(&path)?;
        let mut is_told = false;
        let mut waiting = |waited| {
            if waited >= QUIET && !is_told {
                (self.waiting)(&path.display().to_string());
                is_told = true;
            }
        };
        if acquire(&file, self.lock_timeout, &mut waiting).map_err(|error| refused(&path, error))? {
            return Ok(Lock { _file: file });
        }
        let timeout = self.lock_timeout.as_secs();
        let message = format!("another gox holds `{}` for more than {timeout} s", path.display());
        Err(Error::new(Kind::Store, message).hint(LONGER))
    }
}

impl Lock {
    /// Takes the lock of a toolchain only when it is free.
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

/// Takes the lock, and tries again and again for `timeout` at the most; `waiting` is told for how long already.
fn acquire(file: &File, timeout: Duration, waiting: &mut dyn FnMut(Duration)) -> io::Result<bool> {
    let start = Instant::now();
    loop {
        if try_lock(file)? {
            return Ok(true);
        }
        if start.elapsed() >= timeout {
            return Ok(false);
        }
        std::thread::sleep(POLL.min(timeout));
        waiting(start.elapsed());
    }
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
    if acquire(&file, timeout, &mut |_| {})? {
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
