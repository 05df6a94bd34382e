//! Locks between processes: one for each toolchain, held while it is installed or removed, and a shared one for the
//! shims and the default, held for a moment. `gox sync` holds a third one from its plan to its last action.
//!
//! Lock order: that of `gox sync`, a toolchain's, the shared one. A holder of the lock of a toolchain takes that of
//! another only if it is free: two processes that install the same toolchains in another order would wait for each
//! other. Lock files are deleted only with the whole store, by a gox that holds all of them: a process that waits for a
//! file that was deleted would get a lock that no other process sees.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use fs2::FileExt;

use super::layout::Home;
use crate::error::{Error, Kind, Result};
use crate::fs::read::open_itself;
use crate::fs::write::{create_all, create_directory};
use crate::go::name::ToolchainName;

/// The lock of `shims/`, `bin/` and `default`; no toolchain can have a name that begins with a dot.
const SHARED: &str = ".store";

/// The lock of `gox sync`.
const SYNC: &str = ".sync";

/// The hint of the error when a lock was waited for too long.
pub const LONGER: &str = "wait for it, or wait longer: `export GOX_LOCK_TIMEOUT=600`";

/// How often a held lock is tried again.
const POLL: Duration = Duration::from_millis(50);
/// How long a lock is waited for before gox says so.
const QUIET: Duration = Duration::from_millis(300);

/// A lock that is held until this is dropped or the process ends.
#[derive(Debug)]
#[must_use = "the lock is given back when this is dropped"]
pub struct Lock {
    _file: File,
}

/// A store to be changed, and what to do while another gox holds a lock of it.
pub struct Store<'a> {
    /// The paths of the store.
    pub home: &'a Home,
    /// How long a lock is waited for.
    pub lock_timeout: Duration,
    /// Called with the path of a lock, once, when it has been waited for a while.
    pub waiting: Box<dyn Fn(&str) + Sync + 'a>,
}

impl Store<'_> {
    /// Takes the lock of the toolchain of that name, and waits for it up to the time-out.
    pub fn lock_toolchain(&self, name: &ToolchainName) -> Result<Lock> {
        self.lock(name.as_str())
    }

    /// Takes the lock of `shims/`, `bin/` and `default`, and waits for it up to the time-out.
    pub fn lock_shared(&self) -> Result<Lock> {
        self.lock(SHARED)
    }

    /// Takes the lock under which `gox sync` plans and acts, and waits for it up to the time-out.
    pub fn lock_sync(&self) -> Result<Lock> {
        self.lock(SYNC)
    }

    /// Takes all locks that there are, in their order, for a caller that removes the store.
    pub fn lock_all(&self) -> Result<Vec<Lock>> {
        let mut locks = vec![self.lock_sync()?];
        let files = std::fs::read_dir(self.home.locks()).into_iter().flatten().flatten();
        let names =
            files.filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".lock")?.to_owned()));
        for name in names.filter(|name| !name.starts_with('.')) {
            locks.push(self.lock(&name)?);
        }
        locks.push(self.lock_shared()?);
        Ok(locks)
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
    /// Takes the lock of the toolchain of that name if it is free; none if it is not, or cannot be locked.
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

/// Opens or creates a lock file, never through a symbolic link: in a store that others can write to, a link could
/// lead to any file.
fn open_own(path: &Path) -> io::Result<File> {
    open_itself(path, File::options().read(true).write(true).create(true).truncate(false))
}

fn try_lock(file: &File) -> io::Result<bool> {
    // Called by its path, because methods of std with such names would come before those of the trait.
    match FileExt::try_lock_exclusive(file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == fs2::lock_contended_error().kind() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Tries to take the lock until it is free or `timeout` has passed, and says whether it was taken. `waiting` is called
/// with the time waited so far.
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

/// Takes a lock that is only ever held for a moment, and creates its directory. The error has the kind `TimedOut` if
/// the lock is not free within `timeout`.
pub fn wait(path: &Path, timeout: Duration) -> io::Result<File> {
    if let Some(directory) = path.parent() {
        create_all(directory)?;
    }
    let file = open_own(path)?;
    if acquire(&file, timeout, &mut |_| {})? {
        return Ok(file);
    }
    let text = format!("another gox holds it for more than {} s", timeout.as_secs());
    Err(io::Error::new(io::ErrorKind::TimedOut, text))
}
