//! Writing the `default` file. Reading it is the resolver's.

use std::time::Duration;

use super::layout::Home;
use super::lock::{Lock, STORE};
use crate::error::{Error, Result};
use crate::fs::write::{sweep, write_atomic};

/// Makes `request` the default.
pub fn set(home: &Home, request: &str, lock_timeout: Duration, waiting: impl FnOnce(&str)) -> Result<()> {
    let _lock = Lock::acquire(home, STORE, lock_timeout, waiting)?;
    write(home, request)
}

/// Makes a version the default where no store of `homes` has one yet; says whether it did. Of two first installs at
/// once one wins.
pub fn set_first(
    homes: &[Home],
    version: &str,
    lock_timeout: Duration,
    waiting: impl FnOnce(&str),
) -> Result<bool> {
    let is_taken = || homes.iter().any(|home| home.default_file().symlink_metadata().is_ok());
    let Some(home) = homes.first().filter(|_| !is_taken()) else { return Ok(false) };
    let _lock = Lock::acquire(home, STORE, lock_timeout, waiting)?;
    if is_taken() {
        return Ok(false);
    }
    write(home, version).map(|()| true)
}

/// Writes the file, under the store's lock.
fn write(home: &Home, text: &str) -> Result<()> {
    let path = home.default_file();
    sweep(&path);
    write_atomic(&path, format!("{text}\n").as_bytes())
        .map_err(|error| Error::unwritable(format!("could not write `{}`", path.display()), error))
}
