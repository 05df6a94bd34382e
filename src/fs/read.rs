//! Reading files that anybody may have put there: nothing here hangs on a FIFO, wakes a device, or reads
//! without an end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::error::{Error, Kind, Result};
use crate::text;

/// All of a file that must be regular after links; an error names it.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    read_at_most(path, usize::MAX).map_err(|error| invalid(path, error))
}

/// The same where the file need not be there.
pub fn read_if_there(path: &Path, limit: usize) -> Result<Option<Vec<u8>>> {
    // Not `metadata`: a link that leads nowhere is there, and cannot be read.
    match fs::symlink_metadata(path) {
        Ok(_) => read_at_most(path, limit).map(Some).map_err(|error| invalid(path, error)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(invalid(path, error)),
    }
}

/// All of a file as text, where nothing but its content matters: a missing one says nothing, and neither
/// does `/dev/null` nor a pipe, which only one process can read.
pub fn read_quietly(path: &Path) -> Option<String> {
    let bytes = read_at_most(path, usize::MAX).ok()?;
    Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into()))
}

/// The beginning of a file as text, where a missing one says nothing.
pub fn read_beginning(path: &Path, length: usize) -> Option<String> {
    let mut bytes = read_at_most(path, length).ok()?;
    bytes.truncate(length);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether this error says that there is no such file.
pub fn is_absence(error: &io::Error) -> bool {
    // A path may be too long where the directory is not: then nothing of that name can be in it.
    let absences = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory, io::ErrorKind::InvalidFilename];
    absences.contains(&error.kind())
}

/// Opens by `options` what has this very name. A symbolic link, which could lead out of the store, is an error, and
/// a FIFO is not waited for.
pub fn open_itself(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

/// The bytes of a regular file, with one more than the limit where there are more.
pub fn read_at_most(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    // Looked at before it is opened, because opening a device can act on it; and again after, because
    // the name can have changed hands.
    check_regular(&fs::metadata(path)?)?;
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    let length = check_regular(&file.metadata()?)?;
    let limit = limit.saturating_add(1);
    let mut bytes = Vec::with_capacity(limit.min(usize::try_from(length).unwrap_or(0).saturating_add(1)));
    File::take(file, limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether `path` is a regular file (after links) that somebody may execute.
pub fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

fn check_regular(data: &fs::Metadata) -> io::Result<u64> {
    if data.is_file() { Ok(data.len()) } else { Err(io::Error::other("it is not a regular file")) }
}

fn invalid(path: &Path, cause: io::Error) -> Error {
    Error::new(Kind::InvalidFile, format!("could not read `{}`", text::path(path))).because(cause)
}
