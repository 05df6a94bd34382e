//! Writes the `default` file of a store, which `select::base` reads.

use super::layout::Home;
use super::lock::Store;
use crate::error::{Error, Result};
use crate::fs::read::is_absence;
use crate::fs::write::{sweep, write_atomic};
use crate::go::request::Request;

/// Sets the default.
pub fn set(store: &Store<'_>, request: &Request) -> Result<()> {
    let _lock = store.lock_shared()?;
    write(store.home, request)
}

/// Removes the default; none is no error.
pub fn remove(store: &Store<'_>) -> Result<()> {
    let _lock = store.lock_shared()?;
    let path = store.home.default_file();
    match std::fs::remove_file(&path) {
        Err(error) if !is_absence(&error) => {
            Err(Error::unwritable(format!("could not remove `{}`", path.display()), error))
        }
        _ => Ok(()),
    }
}

/// Sets the default if neither the store nor one of `others` has one, and returns whether it did. Two concurrent
/// first installs set it once.
pub fn set_first(store: &Store<'_>, others: &[Home], request: &Request) -> Result<bool> {
    let is_set = |home: &Home| home.default_file().symlink_metadata().is_ok();
    let is_taken = || is_set(store.home) || others.iter().any(is_set);
    if is_taken() {
        return Ok(false);
    }
    let _lock = store.lock_shared()?;
    if is_taken() {
        return Ok(false);
    }
    write(store.home, request).map(|()| true)
}

/// Writes the file; the caller holds the shared lock.
fn write(home: &Home, request: &Request) -> Result<()> {
    let path = home.default_file();
    sweep(&path);
    write_atomic(&path, format!("{request}\n").as_bytes())
        .map_err(|error| Error::unwritable(format!("could not write `{}`", path.display()), error))
}
