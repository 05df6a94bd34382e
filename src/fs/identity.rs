//! The identity of a file: its device and inode, which are the same under all its names and through every link.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::{fmt, io};

/// Identifies a file or directory among all that exist at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// Of the file or directory at `path`, after symbolic links.
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

/// Prints device and inode, as in `fe01:4711`.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{}", self.device, self.inode)
    }
}

/// Whether both paths lead to the same existing file or directory.
pub fn is_same(a: &Path, b: &Path) -> bool {
    matches!((Identity::of(a), Identity::of(b)), (Ok(a), Ok(b)) if a == b)
}

/// The path without symbolic links and `..`, as far as it exists.
pub fn real(path: &Path) -> PathBuf {
    let known = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    match known.and_then(|(above, real)| Some(real.join(path.strip_prefix(above).ok()?))) {
        // `join` of an empty path adds a slash.
        Some(real) => real.components().collect(),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::real;

    #[test]
    fn a_path_is_real_as_far_as_it_exists() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("a")).unwrap();
        std::os::unix::fs::symlink("a", root.join("link")).unwrap();
        assert_eq!(real(&root.join("link")), root.join("a"));
        assert_eq!(real(&root.join("link/b/c")), root.join("a/b/c"));
        assert_eq!(real(&root.join("none/b")), root.join("none/b"));
        assert_eq!(real(Path::new("relative/none")), Path::new("relative/none"));
    }
}
