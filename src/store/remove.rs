//! Taking a toolchain out of the store: it vanishes by one rename, then its files go.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::layout::Home;
use super::lock::Store;
use super::staging::{self, Staging};
use super::usage::Usage;
use super::{running, shims};
use crate::error::{Error, Result};
use crate::go::name::ToolchainName;

/// Removes a toolchain and its launcher. A program that runs from it keeps its open files, no more.
pub fn toolchain(store: &Store<'_>, name: &ToolchainName) -> Result<()> {
    remove(store, name, None).map(drop)
}

/// Removes a toolchain and its launcher, but for one that a program runs from. Says whether it is gone; `freed` counts
/// its files.
pub fn unused(store: &Store<'_>, name: &ToolchainName, freed: &mut Usage) -> Result<bool> {
    remove(store, name, Some(freed))
}

fn remove(store: &Store<'_>, name: &ToolchainName, unused: Option<&mut Usage>) -> Result<bool> {
    let home = store.home;
    let _lock = store.lock_toolchain(name)?;
    staging::sweep(home, Some(name));
    let path = home.toolchain(name);
    let launcher = home.shims().join(name);
    let failed =
        |path: &Path, error| Error::unwritable(format!("could not remove `{}`", path.display()), error);
    // Until the tree is gone: whoever refreshes the shims meanwhile would link the launcher again.
    let shared = store.lock_shared()?;
    let runs = |tree: &Path| unused.is_some() && running::inside(tree);
    if runs(&path) {
        return Ok(false);
    }
    // The launcher first: it must never lead to nothing.
    if name.has_launcher() {
        match fs::remove_file(&launcher) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&launcher, error)),
            _ => {}
        }
    }
    if path.is_symlink() {
        return fs::remove_file(&path).map(|()| true).map_err(|error| failed(&path, error));
    }
    let put_back = |error| {
        // All is as it was.
        let _ = shims::link_launcher(home, name);
        failed(&path, error)
    };
    let taken = match Staging::take(home, name) {
        // A layer below an overlay gives nothing away.
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            return staging::remove_in_place(&path).map(|()| true).map_err(put_back);
        }
        taken => taken.map_err(put_back)?,
    };
    // From now on nothing can be started from it; something may have been just before.
    if runs(taken.path()) {
        taken.give_back(&path).map_err(|error| failed(&path, error))?;
        return shims::link_launcher(home, name).map(|()| false);
    }
    drop(shared);
    if let Some(freed) = unused {
        freed.add(taken.path());
    }
    // Its files; those that a kill leaves, the next gox sweeps.
    drop(taken);
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
