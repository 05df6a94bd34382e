//! Writes small files completely or not at all: to a temporary file in the same directory, which then replaces
//! the old one by a rename.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use fs2::FileExt;
use rustix::process::geteuid;
use tempfile::{NamedTempFile, TempPath};

use crate::error::{Error, Result};
use crate::fs::read::open_itself;
use crate::os::sync;
use crate::os::threads::lock;

/// The prefix of the names of temporary files and directories, by which [`sweep`] finds them.
pub const TEMPORARY: &str = ".gox-";

/// The length of the random part in the names of temporary files beside a file of the user's, and how they end. No file
/// of the user's has such a name by accident.
const RANDOM: usize = 12;
const END: &str = ".tmp";
/// The age at which no gox that runs can be about to put such a file in its place, also where the disk is slow.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Replaces the content of `path` in one step: a crash or a power failure leaves the old file or the new one.
pub fn write_atomic(path: &Path, content: &[u8]) -> io::Result<()> {
    temporary(path, content, true)?.persist(path).map(drop).map_err(|error| error.error)
}

/// [`write_atomic`] for a file of the user's: the new file gets the mode of the old one, and its owner if this
/// user may set it.
pub fn write_in_place_of(path: &Path, content: &[u8]) -> io::Result<()> {
    let new = Replacement::of(path, content)?;
    sweep_abandoned(path);
    new.persist(path)
}

/// The replacements of this process, which [`abandon`] ends.
struct Replacing {
    /// Where they are, or were.
    paths: Vec<PathBuf>,
    /// Whether one took its place.
    has_replaced: bool,
}

static REPLACING: Mutex<Replacing> = Mutex::new(Replacing { paths: Vec::new(), has_replaced: false });

/// Removes the replacements that wait for their place, and tells whether one took it before. The process must end
/// afterwards: the lock is never given back, so no thread can write or place another.
pub fn abandon() -> bool {
    let replacing = lock(&REPLACING);
    for path in &replacing.paths {
        let _ = fs::remove_file(path);
    }
    let has_replaced = replacing.has_replaced;
    std::mem::forget(replacing);
    has_replaced
}

/// The complete new content of a file of the user's, beside the old one, in whose place it is put by a rename.
pub struct Replacement(TempPath);

impl Replacement {
    /// Writes the new content of `path`, with the mode of the old one, and its owner if this user may set it.
    pub fn of(path: &Path, content: &[u8]) -> io::Result<Self> {
        create_by_umask(directory_of(path))?;
        let mut replacing = lock(&REPLACING);
        // Mode 0600 until it is complete: the old file may be private.
        let mut name = tempfile::Builder::new();
        let new = private(path, content, true, name.rand_bytes(RANDOM).suffix(END))?;
        replacing.paths.push(new.path().to_owned());
        match fs::metadata(path) {
            Ok(old) => {
                let _ = std::os::unix::fs::fchown(new.as_file(), Some(old.uid()), Some(old.gid()));
                new.as_file().set_permissions(old.permissions())?;
            }
            Err(_) => new.as_file().set_permissions(Permissions::from_mode(0o644))?,
        }
        Ok(Replacement(new.into_temp_path()))
    }

    /// Where it is until then. No file is open for writing, so that a program can be run there.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Puts it in the place of `path`.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        let mut replacing = lock(&REPLACING);
        self.0.persist(path).map_err(|error| error.error)?;
        replacing.has_replaced = true;
        Ok(())
    }

    /// Puts it where nothing is. Fails if something is there by now.
    pub fn persist_new(self, path: &Path) -> io::Result<()> {
        let mut replacing = lock(&REPLACING);
        match self.0.persist_noclobber(path) {
            Ok(()) => {
                replacing.has_replaced = true;
                Ok(())
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(error.error),
            // The file system has neither a rename that fails so nor hard links.
            Err(error) => {
                drop(replacing);
                Replacement(error.path).persist(path)
            }
        }
    }
}

/// The right to put a [`Replacement`] in the place of a file, from the comparison with what it was made from to the
/// rename. Another gox that replaces the file has it not at the same time, and finds another text at the path then.
#[must_use = "the right is given back when this is dropped"]
pub struct Claim {
    /// None where there is no file, of which [`Replacement::persist_new`] takes care.
    _file: Option<File>,
}

impl Claim {
    /// None if somebody else has it. A file system without locks gives it to everybody. Removes what a killed gox left
    /// beside the file.
    pub fn of(path: &Path) -> Option<Self> {
        let file = open_itself(path, OpenOptions::new().read(true)).ok();
        // Called by its path, because a method of std with this name would come before that of the trait.
        let is_held = |file: &File| {
            FileExt::try_lock_exclusive(file)
                .is_err_and(|error| error.kind() == fs2::lock_contended_error().kind())
        };
        if file.as_ref().is_some_and(is_held) {
            return None;
        }
        sweep_abandoned(path);
        Some(Claim { _file: file })
    }
}

/// Removes the temporary files that a killed gox left beside `path`. The caller holds the lock under which
/// files in that directory are written.
pub fn sweep(path: &Path) {
    let Some(Ok(entries)) = path.parent().map(fs::read_dir) else { return };
    for entry in entries.flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(TEMPORARY.as_bytes()) {
            // A leftover that cannot be removed does no harm.
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
        }
    }
}

/// Removes the temporary files of this user that a killed gox left beside a file of the user's.
fn sweep_abandoned(path: &Path) {
    let entries = fs::read_dir(directory_of(path)).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| is_temporary(&entry.file_name())) {
        let data = entry.metadata().ok().filter(|data| data.is_file() && data.uid() == geteuid().as_raw());
        let age = data.and_then(|data| data.modified().ok()?.elapsed().ok());
        if age.is_some_and(|age| age > ABANDONED) {
            // A leftover that cannot be removed does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether it is the name of a temporary file of a [`Replacement`].
fn is_temporary(name: &OsStr) -> bool {
    let random = name.to_str().and_then(|name| name.strip_prefix(TEMPORARY)?.strip_suffix(END));
    random.is_some_and(|random| random.len() == RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// [`write_atomic`] without fsync, for a file that can be fetched again: a power failure may leave it empty.
pub fn write_cached(path: &Path, content: &[u8]) -> io::Result<()> {
    temporary(path, content, false)?.persist(path).map(drop).map_err(|error| error.error)
}

fn temporary(path: &Path, content: &[u8], durable: bool) -> io::Result<NamedTempFile> {
    create_all(directory_of(path))?;
    let file = private(path, content, durable, &mut tempfile::Builder::new())?;
    file.as_file().set_permissions(Permissions::from_mode(0o644))?;
    Ok(file)
}

/// Writes `content` to a temporary file beside `path` that only its owner can read; with `durable` to the disk.
/// `name` may have more of its name.
fn private(
    path: &Path,
    content: &[u8],
    durable: bool,
    name: &mut tempfile::Builder<'_, '_>,
) -> io::Result<NamedTempFile> {
    let mut file = name.prefix(TEMPORARY).tempfile_in(directory_of(path))?;
    file.write_all(content)?;
    if durable {
        sync::file(file.as_file())?;
    }
    Ok(file)
}

fn directory_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

/// The mode of a new directory: nobody but its owner may write there, whatever the umask allows.
const DIRECTORY: u32 = 0o755;

/// Creates a directory with its parents; the umask may keep other users out.
fn create_by_umask(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(DIRECTORY).create(path)
}

/// Creates a directory of a store with its parents; one that exists stays as it is. The umask has no say, as it has
/// none for the files in them: other users may be meant to read the store.
pub fn create_all(path: &Path) -> io::Result<()> {
    let missing: Vec<_> = path.ancestors().take_while(|directory| !directory.exists()).collect();
    create_by_umask(path)?;
    for directory in missing {
        // It fails where another user has created the directory meanwhile.
        let _ = fs::set_permissions(directory, Permissions::from_mode(DIRECTORY));
    }
    Ok(())
}

/// Creates a directory of the store, with its parents.
pub fn create_directory(path: &Path) -> Result<()> {
    create_all(path)
        .map_err(|error| Error::unwritable(format!("could not create `{}`", path.display()), error))
}
