//! The files of an archive that is not unpacked.

use std::io::Read;

use flate2::read::GzDecoder;

use super::inflate::MAX_INFLATED;
use super::untar::{each_file, unsound};
use crate::error::Result;
use crate::proof::hashing::Hashing;
use crate::store::receipt::FileRecord;

/// Reads an archive to the end of its tar and hashes each file, with the limits of an install and its checks of
/// entries. What follows the tar is not checked.
pub fn records(packed: impl Read) -> Result<Vec<FileRecord>> {
    let mut files = Vec::new();
    each_file(GzDecoder::new(packed).take(MAX_INFLATED), |path, entry| {
        let sha256 = Hashing::new(entry).finish().map_err(|error| unsound(&error))?;
        files.push(FileRecord { path, sha256 });
        Ok(true)
    })?;
    Ok(files)
}
