//! Writing the `default` file. Reading it is the resolver's.

use std::time::Duration;

use super::layout::Home;
use super::lock::{Lock, STORE};
use super::write::{sweep, write_atomic};
use crate::error::{Error, Result};
use crate::select::system;
use crate::select::world::World;

/// Makes `request` the default.
pub fn set(home: &Home, request: &str, lock_timeout: Duration, waiting: impl FnOnce(&str)) -> Result<()> {
    let _lock = Lock::acquire(home, STORE, lock_timeout, waiting)?;
    write(home, request)
}

/// Makes a version the default where there is none yet; then says what ran before: `was system go1.26.8`.
/// Of two first installs at once one wins.
pub fn set_first(
    home: &Home,
    version: &str,
    lock_timeout: Duration,
    waiting: impl FnOnce(&str),
) -> Result<Option<String>> {
    let world = World::of_process(home.clone());
    let is_taken = || world.homes.iter().any(|home| home.default_file().symlink_metadata().is_ok());
    if is_taken() {
        return Ok(None);
    }
    let lock = Lock::acquire(home, STORE, lock_timeout, waiting)?;
    if is_taken() {
        return Ok(None);
    }
    write(home, version)?;
    drop(lock);
    let system = system::find("go", &world).and_then(|go| system::goroot(&go));
    let system = system.and_then(|root| system::version(&root));
    Ok(Some(system.map_or_else(|| "there was no Go".into(), |name| format!("was system {name}"))))
}

/// Writes the file, under the store's lock.
fn write(home: &Home, text: &str) -> Result<()> {
    let path = home.default_file();
    sweep(&path);
    write_atomic(&path, format!("{text}\n").as_bytes())
        .map_err(|error| Error::unwritable(format!("could not write `{}`", path.display()), error))
}
