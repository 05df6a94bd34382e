//! Adds files to a tree as clones, which take no room on disks that can do that: their blocks are shared until one of the
//! two is written to.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::writer::{Added, Writer, set_mtime};
use crate::error::Result;
use crate::os::clone;
use crate::os::threads::lock;
use crate::store::receipt::FileRecord;
use crate::store::verify;

impl Writer {
    /// Adds a file as a clone of `from`, which must still have `size` bytes, and hashes what was cloned. `number` is
    /// another one for each file. Returns `false`, with nothing added, where the file system has no clones.
    pub fn add_clone(&self, path: &str, from: &File, size: u64, number: usize) -> Result<bool> {
        let aside = self.root.with_file_name("clone").with_extension(number.to_string());
        let clone = || {
            let file = self.create(path)?;
            if !clone::file(&file, from) {
                return fs::remove_file(self.root.join(path)).map(|()| false);
            }
            // What has grown may be too long to hash.
            if file.metadata()?.len() != size {
                return Err(io::Error::other("the file that was cloned had changed"));
            }
            set_mtime(&file)?;
            self.keep(path, size, &aside).map(|()| true)
        };
        clone().map_err(|error| self.failed(path, error))
    }

    /// Adds a file that is in its place already; or, where it can be linked, a donor's with the same bytes. `aside` is
    /// as for [`Writer::share_with_newer`].
    fn keep(&self, path: &str, size: u64, aside: &Path) -> io::Result<()> {
        let own = self.root.join(path);
        let sha256 = verify::hash(&own, &mut vec![0; 256 << 10], &|_| ())?;
        let record = FileRecord { path: path.to_owned(), sha256 };
        let mut added = Added { record, size, donor: None };
        added.donor = self.replaced_by_link(&added, aside)?;
        lock(&self.files).push(added);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use crate::go::name::ToolchainName;
    use crate::install::donors::Donors;
    use crate::install::writer::tests::{donor, put};
    use crate::store::layout::Home;

    #[test]
    fn a_donor_that_cannot_be_linked_costs_one_file() {
        let folder = tempfile::TempDir::new().unwrap();
        let home = Home::at(folder.path());
        donor(&home, &[("bin/go", b"go"), ("src/a.go", b"same")]);
        let root = folder.path().join("new");
        for path in ["linked", "kept"] {
            put(&root.join(path), b"same", 0o444);
        }
        let tree = Writer::new(root.clone(), Donors::nearest(&home, &ToolchainName::new("go1.99.2")));
        tree.keep("linked", 4, &folder.path().join("aside")).unwrap();
        // The system links nothing there.
        tree.keep("kept", 4, &folder.path().join("none/aside")).unwrap();
        let links = |path: &str| fs::metadata(root.join(path)).unwrap().nlink();
        assert_eq!((links("linked"), links("kept")), (2, 1));
        assert_eq!(fs::read(root.join("kept")).unwrap(), b"same");
        assert_eq!(tree.records().iter().map(|file| &file.path).collect::<Vec<_>>(), ["kept", "linked"]);
        assert_eq!((tree.totals().written, tree.totals().shared), (4, 4));
        assert!(!folder.path().join("aside").exists());
    }
}
