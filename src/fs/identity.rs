//! Which file a name leads to: its device and inode, the same under every name and through every link.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A file or directory, told from every other one that exists at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// Of what `path` leads to, through links.
    pub fn of(path: &Path) -> io::Result<Self> {
        path.metadata().map(|data| Identity::from(&data))
    }

    /// Of an open file.
    pub fn of_file(file: &File) -> io::Result<Self> {
        file.metadata().map(|data| Identity::from(&data))
    }
}

impl From<&Metadata> for Identity {
    fn from(data: &Metadata) -> Self {
        Identity { device: data.dev(), inode: data.ino() }
    }
}

/// Whether both paths lead to one file or directory that exists.
pub fn is_same(a: &Path, b: &Path) -> bool {
    matches!((Identity::of(a), Identity::of(b)), (Ok(a), Ok(b)) if a == b)
}
