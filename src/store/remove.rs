//! Removes toolchains, the cache, and a store. A toolchain vanishes from `toolchains/` by one rename before its files
//! go.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::disk_usage::Usage;
use super::layout::Home;
use super::lock::Store;
use super::staging::{self, Staging};
use super::{running, shims};
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_absence;
use crate::go::name::ToolchainName;

/// Removes a toolchain and its launcher, even while programs run from it, which keep only their open files.
pub fn toolchain(store: &Store<'_>, name: &ToolchainName) -> Result<()> {
    remove(store, name, None).map(drop)
}

/// Removes a toolchain and its launcher unless a program runs from it, or that cannot be told. Returns why it was
/// kept, and adds the removed files to `freed`. One that another gox has removed meanwhile is no failure.
pub fn unused(store: &Store<'_>, name: &ToolchainName, freed: &mut Usage) -> Result<Option<&'static str>> {
    remove(store, name, Some(freed))
}

/// Removes a toolchain. With `unused` only one that no program runs from, whose files are counted there.
fn remove(
    store: &Store<'_>,
    name: &ToolchainName,
    mut unused: Option<&mut Usage>,
) -> Result<Option<&'static str>> {
    let home = store.home;
    let _lock = store.lock_toolchain(name)?;
    staging::sweep(home, Some(name));
    let path = home.toolchain(name);
    if path.symlink_metadata().is_err_and(|error| is_absence(&error)) {
        if unused.is_some() {
            return Ok(None);
        }
        let message = format!("`{}` is not installed: another gox has removed it", name.request());
        return Err(Error::new(Kind::NoSuchVersion, message));
    }
    // Held until the tree is gone, because another gox that refreshes the shims would link the launcher again.
    let shared = store.lock_shared()?;
    let is_asked = unused.is_some();
    let why_kept = |tree: &Path| if is_asked { running::inside(tree).reason_to_keep() } else { None };
    if let Some(reason) = why_kept(&path) {
        return Ok(Some(reason));
    }
    staging::change();
    // The launcher goes first, so that there is never one without its toolchain.
    if name.has_launcher() {
        remove_file(&home.shims().join(name))?;
    }
    if path.is_symlink() {
        return remove_file(&path).map(|()| None);
    }
    let Some(taken) = take(home, name, unused.as_deref_mut())? else { return Ok(None) };
    // Nothing can be started from the tree any more, but something may have been started since the first check.
    if let Some(reason) = why_kept(taken.path()) {
        taken.give_back(&path).map_err(|error| unremovable(&path, error))?;
        return shims::link_launcher(home, name).map(|()| Some(reason));
    }
    drop(shared);
    if let Some(freed) = unused {
        freed.add(taken.path());
    }
    // Deletes the files. If this process is killed, the next gox sweeps the rest.
    drop(taken);
    Ok(None)
}

/// Takes the tree of a toolchain out of the store; `None` where it could only be removed in its place, and its files
/// were added to `freed`.
fn take(home: &Home, name: &ToolchainName, freed: Option<&mut Usage>) -> Result<Option<Staging>> {
    let path = home.toolchain(name);
    let taken = match Staging::take(home, name) {
        // An overlay file system cannot rename a directory that is in a lower layer.
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            if let Some(freed) = freed {
                freed.add(&path);
            }
            staging::remove_in_place(&path).map(|()| None)
        }
        taken => taken.map(Some),
    };
    taken.map_err(|error| {
        // The tree is still there, so the launcher has to be.
        let _ = shims::link_launcher(home, name);
        unremovable(&path, error)
    })
}

/// Removes a file or link, if it is there.
fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if !is_absence(&error) => Err(unremovable(path, error)),
        _ => Ok(()),
    }
}

fn unremovable(path: &Path, cause: io::Error) -> Error {
    Error::unwritable(format!("could not remove `{}`", path.display()), cause)
}

/// Removes the cache: everything that can be fetched again.
pub fn cache(home: &Home) -> Result<()> {
    let path = home.cache();
    let is_absent = || path.symlink_metadata().is_err_and(|error| is_absence(&error));
    match fs::remove_dir_all(&path) {
        // Not empty: another gox is writing into it, and will use it.
        Err(error) if error.kind() != ErrorKind::DirectoryNotEmpty && !is_absent() => {
            Err(unremovable(&path, error))
        }
        _ => Ok(()),
    }
}

/// Removes all that gox keeps in a store beside toolchains, and the folders that are empty then. Gives the paths that
/// stay, because gox did not write them or could not remove them before.
pub fn rest(store: &Store<'_>) -> Result<Vec<PathBuf>> {
    let home = store.home;
    staging::sweep(home, None);
    // Until the end, as another gox may wait to install something.
    let _all = store.lock_all()?;
    shims::remove(home).map_err(|error| unremovable(&home.shims(), error))?;
    for file in [home.default_file(), home.projects(), home.synced()] {
        remove_file(&file)?;
    }
    cache(home)?;
    for folder in [home.sumdb(), home.staging(), home.locks()] {
        match fs::remove_dir_all(&folder) {
            Err(error) if !is_absence(&error) => return Err(unremovable(&folder, error)),
            _ => {}
        }
    }
    let folders = [home.shims(), home.bin(), home.toolchains(), home.root().to_owned()];
    let kept: Vec<_> = folders.into_iter().filter(|folder| fs::remove_dir(folder).is_err()).collect();
    let entries = kept.iter().flat_map(|folder| entries(folder));
    Ok(entries.filter(|path| !kept.contains(path)).collect())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
