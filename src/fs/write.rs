//! Small files of the store, written whole or not at all.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::os::sync;

/// The names of files and directories that are about to be renamed begin with this.
pub const TEMPORARY: &str = ".gox-";

/// Replaces `path` by `content` in one step; a crash or a power failure leaves the old file or the new one.
pub fn write_atomic(path: &Path, content: &[u8]) -> io::Result<()> {
    temporary(path, content, true)?.persist(path).map(drop).map_err(|error| error.error)
}

/// The same for a file of the user's: mode and owner stay, the owner as far as this user may give it.
pub fn write_in_place_of(path: &Path, content: &[u8]) -> io::Result<()> {
    // Nobody reads a private file while it is written.
    let new = private(path, content, true)?;
    match fs::metadata(path) {
        Ok(old) => {
            let _ = std::os::unix::fs::fchown(new.as_file(), Some(old.uid()), Some(old.gid()));
            new.as_file().set_permissions(old.permissions())?;
        }
        Err(_) => new.as_file().set_permissions(Permissions::from_mode(0o644))?,
    }
    new.persist(path).map(drop).map_err(|error| error.error)
}

/// Removes what a killed gox left beside `path`; whoever writes there holds the lock of that directory.
pub fn sweep(path: &Path) {
    let Some(Ok(entries)) = path.parent().map(fs::read_dir) else { return };
    for entry in entries.flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(TEMPORARY.as_bytes()) {
            // A file, or a directory with one; what cannot be removed is in nobody's way.
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
        }
    }
}

/// The same for what can be fetched again: a power failure may leave an empty file.
pub fn write_cached(path: &Path, content: &[u8]) -> io::Result<()> {
    temporary(path, content, false)?.persist(path).map(drop).map_err(|error| error.error)
}

fn temporary(path: &Path, content: &[u8], durable: bool) -> io::Result<NamedTempFile> {
    let file = private(path, content, durable)?;
    file.as_file().set_permissions(Permissions::from_mode(0o644))?;
    Ok(file)
}

/// A new file with the content that only its owner can read.
fn private(path: &Path, content: &[u8], durable: bool) -> io::Result<NamedTempFile> {
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(directory)?;
    file.write_all(content)?;
    if durable {
        sync::file(file.as_file())?;
    }
    Ok(file)
}

/// Creates a directory of the store and those above it.
pub fn create_directory(path: &Path) -> Result<()> {
    fs::create_dir_all(path)
        .map_err(|error| Error::unwritable(format!("could not create `{}`", path.display()), error))
}
