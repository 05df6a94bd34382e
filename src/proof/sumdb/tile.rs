//! The arithmetic of a checksum database's log: hashes, and the tiles in which it hands them out.
//!
//! The log is a Merkle tree as in RFC 6962. Its hashes come in tiles: a tile of level `L` holds up to
//! 256 neighbouring hashes, each of which is the root of a complete subtree of 256^L records. So the
//! root of a full tile is one hash in a tile of the next level: its parent.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Bytes of a hash in the log.
pub const HASH_BYTES: usize = 32;
/// Levels of the Merkle tree in one tile; every checksum database has tiles of this height.
const TILE_HEIGHT: u32 = 8;
/// Hashes in a full tile.
const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;
/// More records than this are malformed. No log comes near it, and a size of 2^62 hangs a common client.
pub const MAX_TREE_SIZE: u64 = 1 << 48;
/// The level of the tile that holds the root of the largest tree.
const TOP_LEVEL: u8 = 6;

/// A hash in the log; it is shown as base64, as tree heads write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogHash(pub [u8; HASH_BYTES]);

impl LogHash {
    /// The root of a log without records: sha256 of nothing (RFC 6962, 2.1).
    pub fn of_nothing() -> Self {
        Self(Sha256::digest(b"").into())
    }

    /// The leaf hash of a record's text (RFC 6962, 2.1): a zero byte keeps records and nodes apart.
    pub fn of_record(text: &str) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(text).finalize().into())
    }

    /// The hash of an inner node (RFC 6962, 2.1).
    pub fn of_node(left: Self, right: Self) -> Self {
        Self(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// Reads base64, as tree heads write it.
    pub fn parse(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for LogHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

/// A tile, full or partial: where it is and how many hashes it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    level: u8,
    number: u64,
    width: u64,
}

impl Tile {
    /// The tile that holds the leaf hash of record `record`, as wide as a log of `size` records makes it,
    /// and the place of the hash in it.
    pub fn of_record(record: u64, size: u64) -> Option<(Self, usize)> {
        let (number, place) = split(record);
        Some((Self::in_tree(0, number, size)?, place))
    }

    /// Tile `number` of `level`, as wide as a log of `size` records makes it; `None` where it has none.
    fn in_tree(level: u8, number: u64, size: u64) -> Option<Self> {
        let width = hashes_at(level, size).checked_sub(number.checked_mul(TILE_WIDTH)?)?.min(TILE_WIDTH);
        (width > 0).then_some(Self { level, number, width })
    }

    /// The tiles from which the root of a log of `size` records is made, lowest level first.
    ///
    /// They are the partial tiles at its right edge: written in base 256, each digit of `size` that is
    /// not zero is the width of one. Every hash in them goes into the root, so a right root proves them all.
    pub fn at_edge(size: u64) -> impl Iterator<Item = Self> {
        (0..=TOP_LEVEL).filter_map(move |level| {
            let hashes = hashes_at(level, size);
            let (number, width) = (hashes / TILE_WIDTH, hashes % TILE_WIDTH);
            (width > 0).then_some(Self { level, number, width })
        })
    }

    /// The tile in which the root of this one stands, and where; only full tiles have one.
    pub fn parent(self, size: u64) -> Option<(Self, usize)> {
        let (number, place) = split(self.number);
        let parent = Self::in_tree(self.level.checked_add(1)?, number, size)?;
        self.is_full().then_some((parent, place))
    }

    /// The same tile as wide as it is in a larger log of `size` records.
    pub fn widened(self, size: u64) -> Option<Self> {
        Self::in_tree(self.level, self.number, size)
    }

    /// The same tile when the log has grown past it.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: TILE_WIDTH, ..self }
    }

    /// Whether the tile will never change any more.
    pub fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Height above the records, in tiles.
    pub fn level(self) -> u8 {
        self.level
    }

    /// How many hashes it holds, 1 to 256.
    pub fn width(self) -> usize {
        usize::try_from(self.width).unwrap_or(usize::MAX)
    }

    /// How many bytes it has.
    pub fn bytes(self) -> usize {
        self.width().saturating_mul(HASH_BYTES)
    }

    /// The path under a database's URL, without a leading slash: `tile/8/0/x097/380`, with `.p/W` for
    /// a partial tile. The number is in groups of three digits, all but the last marked with `x`.
    pub fn path(self) -> String {
        let mut number = format!("{:03}", self.number % 1000);
        let mut rest = self.number / 1000;
        while rest > 0 {
            number = format!("x{:03}/{number}", rest % 1000);
            rest /= 1000;
        }
        let path = format!("tile/{TILE_HEIGHT}/{}/{number}", self.level);
        if self.is_full() { path } else { format!("{path}.p/{}", self.width) }
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

/// How many hashes the tiles of `level` hold together in a log of `size` records.
fn hashes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0)
}

/// The number of the tile that holds a hash, and the place in it: a tile is 256 wide, so the place is
/// the lowest byte of the hash's number.
fn split(number: u64) -> (u64, usize) {
    let [place, ..] = number.to_le_bytes();
    (number / TILE_WIDTH, usize::from(place))
}

/// The hash over `hashes` and whatever is to the right of them, `right` being the hash of that.
///
/// This is RFC 6962's tree hash, from right to left: the hashes are cut into the largest complete
/// subtrees that fit, the largest leftmost, and each takes all that follows as its right neighbour.
pub fn fold(hashes: &[LogHash], right: Option<LogHash>) -> Option<LogHash> {
    let mut hashes = hashes;
    let mut hash = right;
    while !hashes.is_empty() {
        let smallest = 1 << hashes.len().trailing_zeros();
        let (left, subtree) = hashes.split_at(hashes.len() - smallest);
        let root = complete(subtree)?;
        hash = Some(hash.map_or(root, |right| LogHash::of_node(root, right)));
        hashes = left;
    }
    hash
}

/// The root over a complete subtree: as many hashes as a power of two.
fn complete(hashes: &[LogHash]) -> Option<LogHash> {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.as_chunks().0.iter().map(|&[left, right]| LogHash::of_node(left, right)).collect();
    }
    row.first().copied()
}

#[cfg(test)]
#[path = "tile_tests.rs"]
mod tests;
