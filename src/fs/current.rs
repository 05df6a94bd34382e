//! The path of the current directory, however long it is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use super::identity::Identity;

/// The path of the current directory without symbolic links. The system call knows none that is longer than `PATH_MAX`
/// (4096 bytes on Linux), and of the C libraries musl leaves it at that.
pub fn directory() -> io::Result<PathBuf> {
    match env::current_dir() {
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => walk(),
        path => path,
    }
}

/// Asks each directory upward for the name of the one below.
fn walk() -> io::Result<PathBuf> {
    let (mut here, mut names) = (PathBuf::from("."), Vec::new());
    loop {
        let above = here.join("..");
        let identity = Identity::of(&here)?;
        if Identity::of(&above)? == identity {
            let root = PathBuf::from("/");
            return Ok(names.iter().rev().fold(root, |path, name| path.join(name)));
        }
        names.push(name_in(&above, identity)?);
        here = above;
    }
}

/// The name in `folder` of what has this identity. One on which a file system is mounted has another in the list of
/// its folder, so each is asked by its path.
fn name_in(folder: &Path, identity: Identity) -> io::Result<OsString> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if folder.join(&name).symlink_metadata().is_ok_and(|data| Identity::from(&data) == identity) {
            return Ok(name);
        }
    }
    Err(io::ErrorKind::NotFound.into())
}
