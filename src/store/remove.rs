//! Taking a toolchain out of the store: it vanishes by one rename, then its files go.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::layout::Home;
use super::lock::{Lock, STORE};
use super::shims;
use super::staging::Staging;
use crate::error::{Error, Result};

/// Removes a toolchain and its launcher. A program that runs from it keeps its open files, no more.
pub fn toolchain(home: &Home, name: &str, lock_timeout: Duration, waiting: impl FnMut(&str)) -> Result<()> {
    toolchain_unless(home, name, lock_timeout, waiting, |_| false).map(drop)
}

/// The same, but for a toolchain that is wanted: asked once nobody can start anything from it, and then it
/// goes back to its place. Says whether it is gone.
pub fn toolchain_unless(
    home: &Home,
    name: &str,
    lock_timeout: Duration,
    mut waiting: impl FnMut(&str),
    is_wanted: impl FnOnce(&Path) -> bool,
) -> Result<bool> {
    let _lock = Lock::acquire(home, name, lock_timeout, &mut waiting)?;
    let path = home.toolchain(name);
    let failed = |error| Error::unwritable(format!("could not remove `{}`", path.display()), error);
    // Until the tree is gone: whoever refreshes the shims meanwhile would link the launcher again.
    let store = Lock::acquire(home, STORE, lock_timeout, &mut waiting)?;
    // The launcher first: it must never lead to nothing.
    match fs::remove_file(home.shims().join(name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    if path.is_symlink() {
        return fs::remove_file(&path).map(|()| true).map_err(failed);
    }
    let staging = Staging::create(home, name)?;
    fs::rename(&path, staging.tree())
        .or_else(|error| {
            // A directory that is read-only cannot change its parent.
            fs::set_permissions(&path, Permissions::from_mode(0o755)).map_err(|_| error)?;
            fs::rename(&path, staging.tree())
        })
        .map_err(failed)?;
    if is_wanted(&staging.tree()) {
        fs::rename(staging.tree(), &path).map_err(failed)?;
        return shims::launcher(home, name).map(|()| false);
    }
    drop(store);
    if fs::remove_dir_all(staging.tree()).is_err() {
        open_up(&staging.tree());
    }
    // What is left goes with the staging directory; what a kill leaves, the next install sweeps.
    Ok(true)
}

/// Removes all that can be fetched again.
pub fn cache(home: &Home) -> Result<()> {
    let path = home.cache();
    match fs::remove_dir_all(&path) {
        // Whoever writes into it meanwhile makes it anew.
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) => {
            Err(Error::unwritable(format!("could not remove `{}`", path.display()), error))
        }
        _ => Ok(()),
    }
}

/// Makes read-only directories writable, such as those that another program unpacked: what is in them
/// cannot be removed otherwise.
fn open_up(directory: &Path) {
    let _ = fs::set_permissions(directory, Permissions::from_mode(0o755));
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}
