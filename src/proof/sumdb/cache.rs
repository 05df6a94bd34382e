//! The cache of answers and tiles between runs. It saves time and proves nothing: everything read from it is
//! verified like bytes from the network, and a lookup works without it.

use std::path::PathBuf;

use super::MAX_ANSWER_BYTES;
use super::tile::Tile;
use crate::fs::read::read_at_most;
use crate::fs::write::write_cached;

/// The cache directory of one checksum database, with the paths that the database itself uses.
#[derive(Debug)]
pub(super) struct Cache(pub(super) PathBuf);

impl Cache {
    /// The whole answer to an earlier lookup.
    pub(super) fn record(&self, path: &str) -> Option<Vec<u8>> {
        self.read(path)
    }

    /// The bytes of a tile; a file of the wrong length counts as absent.
    pub(super) fn tile(&self, tile: Tile) -> Option<Vec<u8>> {
        self.read(&tile.path()).filter(|bytes| bytes.len() == tile.bytes())
    }

    /// Keeps verified bytes. A failure is ignored: the next run asks the database again.
    pub(super) fn keep(&self, path: &str, bytes: &[u8]) {
        let _ = write_cached(&self.0.join(path), bytes);
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        read_at_most(&self.0.join(path), MAX_ANSWER_BYTES).ok()
    }
}
