//! Waiting until what was written is on the disk.

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::io::Errno;

/// The errors of macOS for a file system that cannot make the disk empty its cache: SMB gives the first, FUSE the
/// second, ZFS the third.
const NO_FULL_SYNC: [Errno; 3] = [Errno::NOTSUP, Errno::INVAL, Errno::NOTTY];

/// Waits until the content of a file, or the names in a directory, are on the disk.
///
/// On macOS std's `sync_all` is `fcntl(F_FULLFSYNC)`, which some file systems refuse. `fsync` is the most that
/// they can do, and what libuv, for one, falls back to.
pub fn file(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(error) if cfg!(target_os = "macos") && has_no_full_sync(&error) => Ok(rustix::fs::fsync(file)?),
        result => result,
    }
}

/// Waits until everything that was written to the file system of a directory is on the disk: one call for ten
/// thousand files, where a sync per file takes longer than their download.
#[cfg(target_os = "linux")]
pub fn file_system(directory: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(directory)?)?)
}

/// Waits until everything that was written to the volume of a directory is on the disk.
///
/// `sync(2)` only schedules the writes on macOS. `sync_volume_np(3)` waits for those of one volume, and then
/// makes the disk empty its cache (xnu `bsd/vfs/vfs_syscalls.c`, `handle_sync_volume`). A file system without a
/// way to do the last fails only after the writes.
#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "neither std, libc nor rustix has the function")]
pub fn file_system(directory: &Path) -> io::Result<()> {
    use std::ffi::{CString, c_char, c_int};
    use std::os::unix::ffi::OsStrExt;

    // Apple's `unistd.h`, since macOS 10.8.
    unsafe extern "C" {
        fn sync_volume_np(path: *const c_char, flags: c_int) -> c_int;
    }
    const SYNC_VOLUME_FULLSYNC: c_int = 1;
    const SYNC_VOLUME_WAIT: c_int = 2;

    let path = CString::new(directory.as_os_str().as_bytes())?;
    // SAFETY: the path is a NUL-terminated string that outlives the call.
    match unsafe { sync_volume_np(path.as_ptr(), SYNC_VOLUME_FULLSYNC | SYNC_VOLUME_WAIT) } {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
    .or_else(|error| if has_no_full_sync(&error) { Ok(()) } else { Err(error) })
}

fn has_no_full_sync(error: &io::Error) -> bool {
    Errno::from_io_error(error).is_some_and(|error| NO_FULL_SYNC.contains(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_directories_and_file_systems_are_synced() {
        let folder = tempfile::TempDir::new().unwrap();
        file(&File::create(folder.path().join("file")).unwrap()).unwrap();
        file(&File::open(folder.path()).unwrap()).unwrap();
        file_system(folder.path()).unwrap();
        assert_eq!(file_system(&folder.path().join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_disk_that_fails_is_no_file_system_without_a_full_sync() {
        for (number, expected) in [
            (libc::ENOTSUP, true),
            (libc::EINVAL, true),
            (libc::ENOTTY, true),
            (libc::EIO, false),
            (libc::ENOSPC, false),
            (libc::EBADF, false),
        ] {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(has_no_full_sync(&error), expected, "{error}");
        }
        assert!(!has_no_full_sync(&io::Error::other("no number")));
    }
}
