//! Writes the `default` file of a store, which `select::base` reads.

use super::layout::Home;
use super::lock::Store;
use super::staging;
use crate::error::{Error, Result};
use crate::fs::read::is_absence;
use crate::fs::write::{sweep, write_atomic};
use crate::go::request::Request;

/// Sets the default.
pub fn set(store: &Store<'_>, request: &Request) -> Result<()> {
    set_if(store, request, || true).map(drop)
}

/// Sets the default if `is_wanted`, which is asked under the lock; returns whether it did.
pub fn set_if(store: &Store<'_>, request: &Request, is_wanted: impl FnOnce() -> bool) -> Result<bool> {
    change_if(store, is_wanted, || write(store.home, request))
}

/// Removes the default if `is_wanted`, which is asked under the lock; returns whether it did.
pub fn remove_if(store: &Store<'_>, is_wanted: impl FnOnce() -> bool) -> Result<bool> {
    change_if(store, is_wanted, || {
        staging::change();
        let path = store.home.default_file();
        match std::fs::remove_file(&path) {
            Err(error) if !is_absence(&error) => {
                Err(Error::unwritable(format!("could not remove `{}`", path.display()), error))
            }
            _ => Ok(()),
        }
    })
}

/// Makes a change if `is_wanted`, which is asked under the lock: another gox may have changed the default since it was
/// read. Returns whether it did.
fn change_if(
    store: &Store<'_>,
    is_wanted: impl FnOnce() -> bool,
    change: impl FnOnce() -> Result<()>,
) -> Result<bool> {
    let _lock = store.lock_shared()?;
    if !is_wanted() {
        return Ok(false);
    }
    change().map(|()| true)
}

/// Sets the default if neither the store nor one of `others` has one, and returns whether it did. Two concurrent
/// first installs set it once.
pub fn set_first(store: &Store<'_>, others: &[Home], request: &Request) -> Result<bool> {
    let is_set = |home: &Home| home.default_file().symlink_metadata().is_ok();
    let is_taken = || is_set(store.home) || others.iter().any(is_set);
    // Without the lock, which a store that cannot be written does not give.
    if is_taken() {
        return Ok(false);
    }
    set_if(store, request, || !is_taken())
}

/// Writes the file; the caller holds the shared lock.
fn write(home: &Home, request: &Request) -> Result<()> {
    staging::change();
    let path = home.default_file();
    sweep(&path);
    write_atomic(&path, format!("{request}\n").as_bytes())
        .map_err(|error| Error::unwritable(format!("could not write `{}`", path.display()), error))
}
