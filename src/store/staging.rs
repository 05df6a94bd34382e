//! Where a toolchain grows until it is complete: `staging/<toolchain>.<random>/tree`, private, on the
//! store's own file system, so that one rename publishes it.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::TempDir;

use super::layout::Home;
use super::lock::Lock;
use super::write::create_directory;
use crate::error::{Error, Result};

/// A staging directory; it is removed when dropped, whatever became of it.
#[derive(Debug)]
pub struct Staging {
    directory: TempDir,
}

impl Staging {
    /// Creates an empty one for `toolchain`.
    pub fn create(home: &Home, toolchain: &str) -> Result<Self> {
        create_directory(&home.toolchains())?;
        create_directory(&home.staging())?;
        let failed =
            |error| Error::unwritable(format!("could not create `{}`", home.staging().display()), error);
        // Nothing unverified can be reached by others.
        let directory = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o700))
            .prefix(&format!("{toolchain}."))
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(home.staging())
            .map_err(failed)?;
        let staging = Staging { directory };
        in_use().push(staging.directory.path().to_owned());
        fs::create_dir(staging.tree()).map_err(failed)?;
        fs::set_permissions(staging.tree(), Permissions::from_mode(0o755)).map_err(failed)?;
        Ok(staging)
    }

    /// The GOROOT to be.
    pub fn tree(&self) -> PathBuf {
        self.directory.path().join("tree")
    }

    /// Makes the tree a toolchain: syncs it, then renames it into place. With something there already,
    /// the two change places in one step, so that nobody ever finds neither.
    pub fn publish(self, target: &Path) -> Result<()> {
        let tree = self.tree();
        let failed = |error| Error::store(format!("could not put `{}` in place", target.display()), error);
        sync(&tree).map_err(failed)?;
        if target.symlink_metadata().is_ok() {
            replace(&tree, target, &self.directory.path().join("old")).map_err(failed)?;
        } else {
            fs::rename(&tree, target).map_err(failed)?;
        }
        let parent = target.parent().unwrap_or(target);
        File::open(parent).and_then(|directory| directory.sync_all()).map_err(failed)?;
        // The old tree is removed with the staging directory.
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        in_use().retain(|path| path != self.directory.path());
    }
}

/// The staging directories of this process, for whoever ends it by a signal.
static IN_USE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn in_use() -> MutexGuard<'static, Vec<PathBuf>> {
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the staging directories of this process while its threads may still be writing into them.
pub fn abandon() {
    for path in in_use().iter() {
        // A file that appears meanwhile stops a removal; there are only so many threads that make them.
        for _ in 0..100 {
            if fs::remove_dir_all(path).is_ok() || !path.exists() {
                break;
            }
        }
    }
}

fn replace(tree: &Path, target: &Path, aside: &Path) -> std::io::Result<()> {
    if renameat_with(CWD, tree, CWD, target, RenameFlags::EXCHANGE).is_ok() {
        return Ok(());
    }
    // A file system without the exchange: aside and in.
    fs::rename(target, aside)?;
    fs::rename(tree, target).inspect_err(|_| {
        // Nothing is lost: the old one goes back. If that fails too, the first error says more.
        let _ = fs::rename(aside, target);
    })
}

/// One sync for ten thousand files; a sync per file takes longer than the download.
#[cfg(target_os = "linux")]
fn sync(tree: &Path) -> std::io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(tree)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync(_tree: &Path) -> std::io::Result<()> {
    rustix::fs::sync();
    Ok(())
}

/// Removes what earlier installs left behind: those of `toolchain`, whose lock the caller holds, and
/// those of others that nobody is working on.
pub fn sweep(home: &Home, toolchain: &str) {
    let Ok(entries) = fs::read_dir(home.staging()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((owner, _)) = name.rsplit_once('.') else { continue };
        let lock = if owner == toolchain { None } else { Lock::try_acquire(home, owner) };
        if owner == toolchain || lock.is_some() {
            // Killed between aside and in: the old tree goes back before the rest is removed.
            let target = home.toolchain(owner);
            if target.symlink_metadata().is_err() {
                let _ = fs::rename(entry.path().join("old"), target);
            }
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
