//! The staging directories: `staging/<toolchain>.<random>/tree` is where a toolchain is unpacked. Only its owner
//! can enter it, and it is on the store's own file system, so that one rename makes the complete tree a toolchain.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::layout::Home;
use super::lock::Lock;
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_absence;
use crate::fs::write::{create_all, create_directory};
use crate::go::name::ToolchainName;
use crate::os::sync;
use crate::os::threads::lock;

/// A staging directory, which is removed with all its files when this is dropped.
#[derive(Debug)]
pub struct Staging {
    directory: PathBuf,
    /// The directory holds the only copy of a toolchain, and is not removed.
    is_needed: bool,
}

impl Staging {
    /// Creates a staging directory with an empty tree for `toolchain`.
    pub fn create(home: &Home, toolchain: &ToolchainName) -> Result<Self> {
        ready(home)?;
        let failed =
            |error| Error::unwritable(format!("could not create `{}`", home.staging().display()), error);
        // The list is locked until the directory is on it, so that `abandon` misses none.
        let mut work = lock(&WORK);
        // The mode keeps other users from files that are not verified yet.
        let directory = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o700))
            .prefix(&format!("{toolchain}."))
            .tempdir_in(home.staging())
            .map_err(failed)?
            .keep();
        work.directories.push(directory.clone());
        drop(work);
        let staging = Staging { directory, is_needed: false };
        fs::create_dir(staging.tree()).map_err(failed)?;
        fs::set_permissions(staging.tree(), Permissions::from_mode(0o755)).map_err(failed)?;
        Ok(staging)
    }

    /// Takes a toolchain out of the store by one rename into a staging directory, which needs no space on the disk.
    /// Its files are removed when the value is dropped.
    pub fn take(home: &Home, toolchain: &ToolchainName) -> io::Result<Self> {
        create_all(&home.staging())?;
        if let Some(path) = linked_part(home) {
            let text = format!("`{}` is a symbolic link", path.display());
            return Err(io::Error::new(io::ErrorKind::NotADirectory, text));
        }
        let path = home.toolchain(toolchain);
        let mut work = lock(&WORK);
        let taken = tempfile::Builder::new().prefix(&format!("{toolchain}.")).make_in(home.staging(), |to| {
            fs::rename(&path, to).or_else(|error| {
                // Moving a directory changes its entry `..`, so it must be writable.
                fs::set_permissions(&path, Permissions::from_mode(0o755)).map_err(|_| error)?;
                fs::rename(&path, to)
            })
        });
        let directory = taken?.into_temp_path().keep().map_err(|error| error.error)?;
        work.directories.push(directory.clone());
        Ok(Staging { directory, is_needed: false })
    }

    /// The staging directory; after [`Staging::take`] it is the toolchain itself.
    pub fn path(&self) -> &Path {
        &self.directory
    }

    /// Puts a toolchain that was taken out of the store back into its place.
    pub fn give_back(mut self, target: &Path) -> io::Result<()> {
        // `abandon` must not remove the directory while it is renamed.
        let _work = lock(&WORK);
        // If the rename fails, this is the only copy of the toolchain, and must not be removed.
        self.is_needed = true;
        fs::rename(&self.directory, target)
    }

    /// The directory to unpack into, which becomes the GOROOT.
    pub fn tree(&self) -> PathBuf {
        self.directory.join("tree")
    }

    /// A free path beside the tree, for a file that is put into it.
    pub fn aside(&self) -> PathBuf {
        self.directory.join("file")
    }

    /// Makes the tree a toolchain: waits until it is on the disk, then renames it to `target`. If `target` exists,
    /// the two are exchanged in one step, so that there is a toolchain of that name at any moment.
    pub fn publish(mut self, target: &Path) -> Result<()> {
        let tree = self.tree();
        let failed = |error| Error::store(format!("could not put `{}` in place", target.display()), error);
        sync::file_system(&tree).map_err(failed)?;
        {
            // `abandon` removes the tree file by file. The lock keeps it from doing so while the tree is renamed,
            // and since `abandon` never gives the lock back, nothing half removed is renamed into place.
            let mut work = lock(&WORK);
            work.has_changed_store = true;
            let aside = self.directory.join(ASIDE);
            put(&tree, target, &aside).map_err(|error| {
                self.is_needed = aside.symlink_metadata().is_ok();
                failed(error)
            })?;
        }
        let parent = target.parent().unwrap_or(target);
        File::open(parent).and_then(|directory| sync::file(&directory)).map_err(failed)?;
        // The replaced tree is in the staging directory now, and removed with it.
        Ok(())
    }
}

/// Creates the directories that an install needs; an error if one of them is a symbolic link.
pub(super) fn ready(home: &Home) -> Result<()> {
    create_directory(&home.toolchains())?;
    create_directory(&home.staging())?;
    check_own(home)
}

/// An error if `toolchains/` or `staging/` is a symbolic link: whoever owns the directory that it leads to could
/// replace files after they were verified.
fn check_own(home: &Home) -> Result<()> {
    let Some(path) = linked_part(home) else { return Ok(()) };
    let message = format!("`{}` is a symbolic link, but has to be a folder of the store", path.display());
    Err(Error::new(Kind::Store, message)
        .hint("move the whole store, not a part of it: `export GOX_HOME=/path/to/go`"))
}

/// The first of `toolchains/` and `staging/` that is a symbolic link.
fn linked_part(home: &Home) -> Option<PathBuf> {
    [home.toolchains(), home.staging()].into_iter().find(|path| path.is_symlink())
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_needed {
            clear(&self.directory);
        }
        lock(&WORK).directories.retain(|path| *path != self.directory);
    }
}

/// What this process does to the store.
struct Work {
    /// Its staging directories, which [`abandon`] removes.
    directories: Vec<PathBuf>,
    /// Whether it has changed the toolchains or the default, or was about to.
    has_changed_store: bool,
}

static WORK: Mutex<Work> = Mutex::new(Work { directories: Vec::new(), has_changed_store: false });

/// Called before a toolchain or the default is changed other than by [`Staging::publish`]. After [`abandon`] it never
/// returns, so that the answer of `abandon` stays true.
pub(super) fn change() {
    lock(&WORK).has_changed_store = true;
}

/// Removes the staging directories of this process while its other threads may still write into them, and tells
/// whether the store was changed before. The process must end afterwards: the lock is never given back, so no thread
/// can create or publish a staging directory again.
pub fn abandon() -> bool {
    let work = lock(&WORK);
    for path in &work.directories {
        // After the rename other threads find no directory to create files in; those that are in the middle of
        // such a call may still add one, so the removal is repeated.
        let mut renamed = path.clone().into_os_string();
        renamed.push("-");
        let path = if fs::rename(path, &renamed).is_ok() { Path::new(&renamed) } else { path };
        for _ in 0..100 {
            clear(path);
            if path.symlink_metadata().is_err() {
                break;
            }
        }
    }
    let has_changed_store = work.has_changed_store;
    std::mem::forget(work);
    has_changed_store
}

/// Removes a file or directory as far as possible. What is left over does no harm, and the next install tries again.
fn clear(path: &Path) {
    if fs::remove_dir_all(path).is_err() && path.symlink_metadata().is_ok_and(|data| data.is_dir()) {
        open_up(path);
        let _ = fs::remove_dir_all(path);
    }
}

/// Removes a toolchain without renaming it first: `bin/go`, without which it counts as not installed, and then the
/// other files.
pub fn remove_in_place(toolchain: &Path) -> io::Result<()> {
    open_up(toolchain);
    match fs::remove_file(toolchain.join("bin/go")) {
        Err(error) if !is_absence(&error) => return Err(error),
        _ => {}
    }
    fs::remove_dir_all(toolchain)
}

/// Makes a directory and those below it writable, without which their files cannot be removed. The directories
/// that gox unpacks are writable, those of other programs may not be.
fn open_up(directory: &Path) {
    let _ = fs::set_permissions(directory, Permissions::from_mode(0o755));
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

/// The name that a replaced toolchain gets in the staging directory of its successor, where two directories cannot be
/// exchanged.
const ASIDE: &str = "old";

/// The errors of a kernel or a file system that cannot exchange two directories. For the last, Linux has EOPNOTSUPP
/// and macOS ENOTSUP, which are two numbers there.
const NO_EXCHANGE: [Errno; 5] = [Errno::NOSYS, Errno::INVAL, Errno::PERM, Errno::OPNOTSUPP, Errno::NOTSUP];

/// Renames `tree` to `target`. A toolchain that is there comes to the place of `tree`, or else to `aside`.
fn put(tree: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    if target.symlink_metadata().is_err() {
        return fs::rename(tree, target);
    }
    match renameat_with(CWD, tree, CWD, target, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        Err(error) if NO_EXCHANGE.contains(&error) => {
            fs::rename(target, aside)?;
            fs::rename(tree, target).inspect_err(|_| {
                // The old toolchain goes back. If that fails too, the first error says more about the cause.
                let _ = fs::rename(aside, target);
            })
        }
        // A directory in the lower layer of an overlay file system cannot be renamed.
        Err(Errno::XDEV) => {
            remove_in_place(target)?;
            fs::rename(tree, target)
        }
        Err(error) => Err(error.into()),
    }
}

/// The name of the toolchain to which a staging directory belongs; `None` for the name of anything else, such as
/// `.DS_Store`, which the Finder of macOS leaves.
pub fn owner(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(owner, _)| owner).filter(|owner| !owner.is_empty())
}

/// Removes the staging directories that ended processes left behind: those of the toolchain `held`, whose lock the
/// caller has, and those of others whose lock is free.
pub fn sweep(home: &Home, held: Option<&ToolchainName>) {
    // The files in a directory outside of the store are not gox's to remove.
    if linked_part(home).is_some() {
        return;
    }
    let Ok(entries) = fs::read_dir(home.staging()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(owner) = owner(&name) else { continue };
        let is_held = held.is_some_and(|held| held.as_str() == owner);
        let lock = if is_held { None } else { Lock::try_acquire(home, owner) };
        if is_held || lock.is_some() {
            // That process ended between the two renames of `put`: the old toolchain goes back before the rest
            // is removed.
            let (old, target) = (entry.path().join(ASIDE), home.toolchain(owner));
            if old.is_dir() && target.symlink_metadata().is_err() && fs::rename(old, target).is_err() {
                continue;
            }
            clear(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    #[test]
    fn a_toolchain_with_a_file_in_the_place_of_its_bin_is_removed_in_place() {
        let root = tempfile::TempDir::new().unwrap();
        let toolchain = root.path().join("go1.22.4");
        fs::create_dir(&toolchain).unwrap();
        fs::write(toolchain.join("bin"), "").unwrap();
        super::remove_in_place(&toolchain).unwrap();
        assert!(!toolchain.exists());
    }
}
