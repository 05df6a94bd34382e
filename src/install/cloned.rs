//! Files of a tree that are clones: they share their blocks with a file of somebody else, on disks that can do that.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::writer::{Added, Writer, set_mtime};
use crate::error::Result;
use crate::os::clone;
use crate::os::threads::lock;
use crate::store::receipt::FileRecord;

impl Writer {
    /// Adds a file as a clone of `from`, and hashes what was cloned. Returns `false`, with nothing added, where the file
    /// system has no clones.
    pub fn add_clone(&self, path: &str, from: &File) -> Result<bool> {
        let own = self.root.join(path);
        let clone = || {
            let file = self.create(path)?;
            if !clone::file(&file, from) {
                return fs::remove_file(&own).map(|()| None);
            }
            set_mtime(&file)?;
            let (sha256, size) = hash(&own)?;
            let record = FileRecord { path: path.to_owned(), sha256 };
            let mut added = Added { record, size, donor: None };
            if let Some(donor) = self.donor_of(&added)? {
                fs::remove_file(&own)?;
                if !donor.link(&own)? {
                    return Ok(None);
                }
                added.donor = Some(donor.donor());
            }
            Ok(Some(added))
        };
        let added = clone().map_err(|error| self.failed(path, error))?;
        let is_added = added.is_some();
        lock(&self.files).extend(added);
        Ok(is_added)
    }
}

/// The sha256 of a file, and its length in bytes.
fn hash(path: &Path) -> io::Result<([u8; 32], u64)> {
    let (mut file, mut hasher, mut size) = (File::open(path)?, Sha256::new(), 0);
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok((hasher.finalize().into(), size));
        }
        hasher.update(&buffer[..count]);
        size += count as u64;
    }
}
