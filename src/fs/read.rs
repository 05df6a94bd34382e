//! Reads files that may be anything: no function here blocks on a FIFO, and those that return content read
//! regular files only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::error::{Error, Kind, Result};
use crate::text;

/// Reads a whole file, which must be regular after symbolic links; the error names it.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    read_at_most(path, usize::MAX).map_err(|error| invalid(path, error))
}

/// Reads a file like [`read`], up to one byte more than `limit`; `None` if there is no such file.
pub fn read_if_there(path: &Path, limit: usize) -> Result<Option<Vec<u8>>> {
    // Not `metadata`: a dangling symbolic link exists, and must be an error.
    match fs::symlink_metadata(path) {
        Ok(_) => read_at_most(path, limit).map(Some).map_err(|error| invalid(path, error)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(invalid(path, error)),
    }
}

/// Reads a whole file as text; `None` if it cannot be read for whatever reason, or is not a regular file, such as
/// `/dev/null` or a pipe.
pub fn read_quietly(path: &Path) -> Option<String> {
    let bytes = read_at_most(path, usize::MAX).ok()?;
    Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into()))
}

/// Reads the first `length` bytes of a file as text; `None` if it cannot be read, as in [`read_quietly`].
pub fn read_beginning(path: &Path, length: usize) -> Option<String> {
    let mut bytes = read_at_most(path, length).ok()?;
    bytes.truncate(length);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether the error means that there is no such file.
pub fn is_absence(error: &io::Error) -> bool {
    // A name that the system finds too long (ENAMETOOLONG) cannot exist.
    let absences = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory, io::ErrorKind::InvalidFilename];
    absences.contains(&error.kind())
}

/// Whether `path` leads to the null device, by which users say that there is to be no such file.
pub fn is_null_device(path: &Path) -> bool {
    let device = |path: &Path| {
        fs::metadata(path).ok().filter(|data| data.file_type().is_char_device()).map(|data| data.rdev())
    };
    // Not by identity: a container may have a second node of the device, mounted over the file.
    device(path).is_some_and(|number| device(Path::new("/dev/null")) == Some(number))
}

/// Opens `path` itself: fails for a symbolic link, which could lead out of the store, and does not block on a
/// FIFO. Where the file is created nobody but its owner may write to it, whatever the umask allows.
pub fn open_itself(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.mode(0o644).custom_flags(ITSELF).open(path)
}

/// The flags of [`open_itself`].
const ITSELF: i32 = libc::O_NOFOLLOW | libc::O_NONBLOCK;

/// Opens a file of a toolchain for reading, as [`open_itself`] does, and leaves its access time as it is, by which
/// `gox prune` tells whether a program ran. Only the owner of a file may do that: the time of another user's file is
/// renewed. macOS has no such flag, and its file systems renew no time by default.
pub fn open_unnoticed(path: &Path) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    match OpenOptions::new().read(true).custom_flags(libc::O_NOATIME | ITSELF).open(path) {
        Err(error) if error.raw_os_error() == Some(libc::EPERM) => {}
        opened => return opened,
    }
    open_itself(path, OpenOptions::new().read(true))
}

/// Reads a regular file, up to one byte more than `limit`, by which the caller sees that the file is longer.
pub fn read_at_most(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    // Checked before opening, because opening a device can act on it, and again after, because the name may lead
    // to another file by then.
    check_regular(&fs::metadata(path)?)?;
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    let length = check_regular(&file.metadata()?)?;
    let limit = limit.saturating_add(1);
    let mut bytes = Vec::with_capacity(limit.min(usize::try_from(length).unwrap_or(0).saturating_add(1)));
    File::take(file, limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether `path` is, after symbolic links, a regular file with an execute permission for anybody.
pub fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// The length of a regular file, in bytes; an error for anything else.
pub fn check_regular(data: &fs::Metadata) -> io::Result<u64> {
    if data.is_file() { Ok(data.len()) } else { Err(io::Error::other("it is not a regular file")) }
}

fn invalid(path: &Path, cause: io::Error) -> Error {
    Error::new(Kind::InvalidFile, format!("could not read `{}`", text::path(path))).because(cause)
}
