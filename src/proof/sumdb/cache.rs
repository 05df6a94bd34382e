//! Records and tiles kept between runs. They save time and prove nothing: what is read from here is
//! checked as if it came from the network, and everything works without it.

use std::path::PathBuf;

use super::MAX_ANSWER_BYTES;
use super::tile::Tile;
use crate::fs::read::read_at_most;
use crate::fs::write::write_cached;

/// The directory of one checksum database, with the paths that the database itself uses.
#[derive(Debug)]
pub(super) struct Cache(pub(super) PathBuf);

impl Cache {
    /// A record's whole answer; `None` where there is none.
    pub(super) fn record(&self, path: &str) -> Option<Vec<u8>> {
        self.read(path)
    }

    /// A tile; a file of the wrong length counts as absent.
    pub(super) fn tile(&self, tile: Tile) -> Option<Vec<u8>> {
        self.read(&tile.path()).filter(|bytes| bytes.len() == tile.bytes())
    }

    /// Keeps what was verified. A failure is not an error: the next run asks the database again.
    pub(super) fn keep(&self, path: &str, bytes: &[u8]) {
        let _ = write_cached(&self.0.join(path), bytes);
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        read_at_most(&self.0.join(path), MAX_ANSWER_BYTES).ok()
    }
}
