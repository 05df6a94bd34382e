//! A folder as a sorted listing, to compare stores before and after, and to see what was linked
//! and what was written.

use std::fmt::{self, Write};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// One file, folder or link; links are not followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// The path below the listed folder.
    pub(crate) path: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// The permission bits, setuid and sticky bits included.
    pub(crate) mode: u32,
    /// The size of a file.
    pub(crate) size: u64,
    /// Seconds since 1970.
    pub(crate) mtime: i64,
    /// The inode: equal for hard links.
    pub(crate) inode: u64,
    /// How many names the file has.
    pub(crate) links: u64,
}

/// What an [`Entry`] is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Dir,
    /// A symbolic link, with its target.
    Link(String),
    /// A device, FIFO or socket.
    Other,
}

impl fmt::Display for Entry {
    /// `0555 file bin/go`, `0755 dir bin`, `0777 link tip -> /opt/go`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry { path, mode, .. } = self;
        match &self.kind {
            Kind::File => write!(f, "{mode:04o} file {path}"),
            Kind::Dir => write!(f, "{mode:04o} dir {path}"),
            Kind::Link(target) => write!(f, "{mode:04o} link {path} -> {target}"),
            Kind::Other => write!(f, "{mode:04o} other {path}"),
        }
    }
}

/// All that is below a folder, sorted by path; nothing where the folder does not exist. What a running gox removes
/// meanwhile may be missing.
pub(crate) fn entries(folder: &Path) -> Vec<Entry> {
    let mut entries = Vec::new();
    collect(folder, "", &mut entries);
    entries.sort();
    entries
}

/// The [`entries`] as text, one a line.
pub(crate) fn listing(folder: &Path) -> String {
    let mut text = String::new();
    for entry in entries(folder) {
        writeln!(text, "{entry}").unwrap();
    }
    text
}

fn collect(folder: &Path, prefix: &str, entries: &mut Vec<Entry>) {
    for child in there(fs::read_dir(folder)).into_iter().flatten() {
        let child = child.unwrap();
        let Some(metadata) = there(child.metadata()) else { continue };
        let path = format!("{prefix}{}", child.file_name().display());
        let kind = if metadata.is_file() {
            Kind::File
        } else if metadata.is_dir() {
            collect(&child.path(), &format!("{path}/"), entries);
            Kind::Dir
        } else if metadata.is_symlink() {
            Kind::Link(fs::read_link(child.path()).unwrap().display().to_string())
        } else {
            Kind::Other
        };
        entries.push(Entry {
            path,
            kind,
            mode: metadata.mode() & 0o7777,
            size: metadata.size(),
            mtime: metadata.mtime(),
            inode: metadata.ino(),
            links: metadata.nlink(),
        });
    }
}

/// The answer, unless what was asked for is not there.
fn there<T>(answer: io::Result<T>) -> Option<T> {
    match answer {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        answer => Some(answer.unwrap()),
    }
}
