//! Taking a toolchain out of the store: one rename takes its name away, then its files are removed.

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

/// Removes a toolchain and its launcher, unless a program runs from it or that cannot be told: then the answer is
/// why it stays. `freed` counts the files that are removed.
pub fn unused(store: &Store<'_>, name: &ToolchainName, freed: &mut Usage) -> Result<Option<&'static str>> {
    remove(store, name, Some(freed))
}

/// Removes a toolchain. With `unused` only one that no program runs from, whose files are counted there.
fn remove(
    store: &Store<'_>,
    name: &ToolchainName,
    unused: Option<&mut Usage>,
) -> Result<Option<&'static str>> {
    let home = store.home;
    let _lock = store.lock_toolchain(name)?;
    staging::sweep(home, Some(name));
    let path = home.toolchain(name);
    let launcher = home.shims().join(name);
    let failed =
        |path: &Path, error| Error::unwritable(format!("could not remove `{}`", path.display()), error);
    // Held until the tree is gone: another gox that refreshes the shims meanwhile would link the launcher again.
    let shared = store.lock_shared()?;
    let is_asked = unused.is_some();
    let why_kept = |tree: &Path| if is_asked { running::inside(tree).reason_to_keep() } else { None };
    if let Some(reason) = why_kept(&path) {
        return Ok(Some(reason));
    }
    // The launcher goes first: it must never lead to nothing.
    if name.has_launcher() {
        match fs::remove_file(&launcher) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&launcher, error)),
            _ => {}
        }
    }
    if path.is_symlink() {
        return fs::remove_file(&path).map(|()| None).map_err(|error| failed(&path, error));
    }
    let put_back = |error| {
        // The toolchain is still there, so its launcher comes back.
        let _ = shims::link_launcher(home, name);
        failed(&path, error)
    };
    let taken = match Staging::take(home, name) {
        // A directory in the lower layer of an overlay file system cannot be renamed.
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            return staging::remove_in_place(&path).map(|()| None).map_err(put_back);
        }
        taken => taken.map_err(put_back)?,
    };
    // Since the rename nothing can be started from it any more, but something may have been just before.
    if let Some(reason) = why_kept(taken.path()) {
        taken.give_back(&path).map_err(|error| failed(&path, error))?;
        return shims::link_launcher(home, name).map(|()| Some(reason));
    }
    drop(shared);
    if let Some(freed) = unused {
        freed.add(taken.path());
    }
    // This removes the files. If gox is killed meanwhile, the next one sweeps the rest.
    drop(taken);
    Ok(None)
}

/// Removes the cache: everything that can be fetched again.
pub fn cache(home: &Home) -> Result<()> {
    let path = home.cache();
    match fs::remove_dir_all(&path) {
        // Another gox that writes into the cache meanwhile creates it again.
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) => {
            Err(Error::unwritable(format!("could not remove `{}`", path.display()), error))
        }
        _ => Ok(()),
    }
}
