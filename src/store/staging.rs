//! Where a toolchain grows until it is complete: `staging/<toolchain>.<random>/tree`, private, on the
//! store's own file system, so that one rename publishes it.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::layout::Home;
use super::lock::Lock;
use crate::error::{Error, Kind, Result};
use crate::fs::write::create_directory;
use crate::go::name::ToolchainName;

/// A staging directory; it is removed when dropped, whatever became of it.
#[derive(Debug)]
pub struct Staging {
    directory: PathBuf,
    /// The directory holds the only copy of a toolchain.
    is_needed: bool,
}

impl Staging {
    /// Creates an empty one for `toolchain`.
    pub fn create(home: &Home, toolchain: &ToolchainName) -> Result<Self> {
        ready(home)?;
        let failed =
            |error| Error::unwritable(format!("could not create `{}`", home.staging().display()), error);
        // Held while it comes into being, so that whoever abandons all misses none.
        let mut in_use = in_use();
        // Nothing unverified can be reached by others.
        let directory = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o700))
            .prefix(&format!("{toolchain}."))
            .tempdir_in(home.staging())
            .map_err(failed)?
            .keep();
        in_use.push(directory.clone());
        drop(in_use);
        let staging = Staging { directory, is_needed: false };
        fs::create_dir(staging.tree()).map_err(failed)?;
        fs::set_permissions(staging.tree(), Permissions::from_mode(0o755)).map_err(failed)?;
        Ok(staging)
    }

    /// Takes a toolchain out of the store, in one step and with no need of space on the disk; its files go
    /// when this is dropped.
    pub fn take(home: &Home, toolchain: &ToolchainName) -> io::Result<Self> {
        fs::create_dir_all(home.staging())?;
        if let Some(path) = linked_part(home) {
            let text = format!("`{}` is a symbolic link", path.display());
            return Err(io::Error::new(io::ErrorKind::NotADirectory, text));
        }
        let path = home.toolchain(toolchain);
        let mut in_use = in_use();
        let taken = tempfile::Builder::new().prefix(&format!("{toolchain}.")).make_in(home.staging(), |to| {
            fs::rename(&path, to).or_else(|error| {
                // A directory that is read-only cannot change its parent.
                fs::set_permissions(&path, Permissions::from_mode(0o755)).map_err(|_| error)?;
                fs::rename(&path, to)
            })
        });
        let directory = taken?.into_temp_path().keep().map_err(|error| error.error)?;
        in_use.push(directory.clone());
        Ok(Staging { directory, is_needed: false })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.directory
    }

    /// Puts a toolchain that was taken back into its place.
    pub fn give_back(mut self, target: &Path) -> io::Result<()> {
        let _whole = in_use();
        // If that fails, it is the only copy: it stays until the next gox sweeps.
        self.is_needed = true;
        fs::rename(&self.directory, target)
    }

    /// The GOROOT to be.
    pub fn tree(&self) -> PathBuf {
        self.directory.join("tree")
    }

    /// Makes the tree a toolchain: syncs it, then renames it into place. With something there already,
    /// the two change places in one step, so that nobody ever finds neither.
    pub fn publish(mut self, target: &Path) -> Result<()> {
        let tree = self.tree();
        let failed = |error| Error::store(format!("could not put `{}` in place", target.display()), error);
        sync(&tree).map_err(failed)?;
        {
            // Whoever abandons the tree takes it to pieces: never while it moves, nor does it move after that.
            let _whole = in_use();
            let aside = self.directory.join(ASIDE);
            put(&tree, target, &aside).map_err(|error| {
                self.is_needed = aside.symlink_metadata().is_ok();
                failed(error)
            })?;
        }
        let parent = target.parent().unwrap_or(target);
        File::open(parent).and_then(|directory| directory.sync_all()).map_err(failed)?;
        // The old tree is removed with the staging directory.
        Ok(())
    }
}

/// Makes the directories that an install needs, none of which may lead elsewhere.
pub(super) fn ready(home: &Home) -> Result<()> {
    create_directory(&home.toolchains())?;
    create_directory(&home.staging())?;
    check_own(home)
}

/// What is proven in a directory that somebody else can rename is not proven.
fn check_own(home: &Home) -> Result<()> {
    let Some(path) = linked_part(home) else { return Ok(()) };
    let message = format!("`{}` is a symbolic link, and has to be a directory of the store", path.display());
    Err(Error::new(Kind::Store, message)
        .hint("move the whole store, not a part of it: `export GOX_HOME=/path/to/go`"))
}

/// A part of the store that leads elsewhere.
fn linked_part(home: &Home) -> Option<PathBuf> {
    [home.toolchains(), home.staging()].into_iter().find(|path| path.is_symlink())
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_needed {
            clear(&self.directory);
        }
        in_use().retain(|path| *path != self.directory);
    }
}

/// The staging directories of this process, for whoever ends it by a signal.
static IN_USE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn in_use() -> MutexGuard<'static, Vec<PathBuf>> {
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the staging directories of this process while its threads may still be writing into them. The
/// process must end then: from here on nothing is published any more, and nothing begun.
pub fn abandon() {
    let in_use = in_use();
    for path in in_use.iter() {
        // Under another name nothing new can be made in it, but for what is being made this very moment.
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
    std::mem::forget(in_use);
}

/// Removes what is of no use any more; what cannot be removed is in nobody's way.
fn clear(path: &Path) {
    if fs::remove_dir_all(path).is_err() && path.symlink_metadata().is_ok_and(|data| data.is_dir()) {
        open_up(path);
        let _ = fs::remove_dir_all(path);
    }
}

/// Removes a toolchain where it is: without its `bin/go` it counts as absent, and then the rest goes.
pub fn remove_in_place(toolchain: &Path) -> io::Result<()> {
    open_up(toolchain);
    match fs::remove_file(toolchain.join("bin/go")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::remove_dir_all(toolchain)
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

/// Where a toolchain waits, in the staging directory of its successor, if the two cannot change places.
const ASIDE: &str = "old";

fn put(tree: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    if target.symlink_metadata().is_err() {
        return fs::rename(tree, target);
    }
    match renameat_with(CWD, tree, CWD, target, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // A kernel or a file system without the exchange: aside and in.
        Err(Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP | Errno::PERM) => {
            fs::rename(target, aside)?;
            fs::rename(tree, target).inspect_err(|_| {
                // Nothing is lost: the old one goes back. If that fails too, the first error says more.
                let _ = fs::rename(aside, target);
            })
        }
        // A layer below an overlay lets nothing go: the old one is removed where it is.
        Err(Errno::XDEV) => {
            remove_in_place(target)?;
            fs::rename(tree, target)
        }
        Err(error) => Err(error.into()),
    }
}

/// One sync for ten thousand files; a sync per file takes longer than the download.
#[cfg(target_os = "linux")]
fn sync(tree: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(tree)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync(_tree: &Path) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}

/// Removes what earlier installs left behind: those of `held`, whose lock the caller has, and those of
/// others that nobody is working on.
pub fn sweep(home: &Home, held: Option<&ToolchainName>) {
    // What is elsewhere is somebody else's.
    if linked_part(home).is_some() {
        return;
    }
    let Ok(entries) = fs::read_dir(home.staging()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((owner, _)) = name.rsplit_once('.') else { continue };
        let is_held = held.is_some_and(|held| held.as_str() == owner);
        let lock = if is_held { None } else { Lock::try_acquire(home, owner) };
        if is_held || lock.is_some() {
            // Killed between aside and in: the old tree goes back before the rest is removed.
            let (old, target) = (entry.path().join(ASIDE), home.toolchain(owner));
            if old.is_dir() && target.symlink_metadata().is_err() && fs::rename(old, target).is_err() {
                continue;
            }
            clear(&entry.path());
        }
    }
}
