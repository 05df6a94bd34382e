//! The arithmetic of a checksum database's log: hashes, and the tiles in which the database serves them.
//!
//! The log is a Merkle tree as in RFC 6962. A tile of level `L` holds up to 256 consecutive hashes, each the root of a
//! complete subtree of 256^L records. The root of a full tile is thus one hash in a tile of the next level, its parent.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Bytes of a hash in the log.
pub const HASH_BYTES: usize = 32;
/// Levels of the Merkle tree in one tile, the same in every checksum database.
const TILE_HEIGHT: u32 = 8;
/// Hashes in a full tile.
const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;
/// Limit of records in a log. No log comes near it, and a size of 2^62 hangs a common client.
pub const MAX_TREE_SIZE: u64 = 1 << 48;
/// The level of the tile that holds the root of a log of [`MAX_TREE_SIZE`] records.
const TOP_LEVEL: u8 = 6;

/// A hash in the log, displayed as base64, as in tree heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogHash(pub [u8; HASH_BYTES]);

impl LogHash {
    /// The root of an empty log: the sha256 of no bytes (RFC 6962, 2.1).
    pub fn of_nothing() -> Self {
        Self(Sha256::digest(b"").into())
    }

    /// The leaf hash of a record's text. The zero byte before it tells leaves from inner nodes (RFC 6962, 2.1).
    pub fn of_record(text: &str) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(text).finalize().into())
    }

    /// The hash of an inner node (RFC 6962, 2.1).
    pub fn of_node(left: Self, right: Self) -> Self {
        Self(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// Parses base64, as in tree heads.
    pub fn parse(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for LogHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

/// The place of a tile, full or partial, and the number of hashes it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    level: u8,
    number: u64,
    width: u64,
}

impl Tile {
    /// The tile that holds the leaf hash of record `record` in a log of `size` records, and the index of the hash in
    /// the tile.
    pub fn of_record(record: u64, size: u64) -> Option<(Self, usize)> {
        let (number, place) = split(record);
        Some((Self::in_tree(0, number, size)?, place))
    }

    /// Tile `number` of `level` in a log of `size` records, if that log has one.
    fn in_tree(level: u8, number: u64, size: u64) -> Option<Self> {
        let width = hashes_at(level, size).checked_sub(number.checked_mul(TILE_WIDTH)?)?.min(TILE_WIDTH);
        (width > 0).then_some(Self { level, number, width })
    }

    /// The tiles from which the root of a log of `size` records is computed, lowest level first.
    ///
    /// These are the partial tiles at the log's right edge: each non-zero digit of `size` in base 256 is the width of
    /// one. Every hash in them goes into the root, so that a correct root proves them all.
    pub fn at_edge(size: u64) -> impl Iterator<Item = Self> {
        (0..=TOP_LEVEL).filter_map(move |level| {
            let hashes = hashes_at(level, size);
            let (number, width) = (hashes / TILE_WIDTH, hashes % TILE_WIDTH);
            (width > 0).then_some(Self { level, number, width })
        })
    }

    /// The tile that holds the root of this one, and the index of the root in it. Only full tiles have a parent.
    pub fn parent(self, size: u64) -> Option<(Self, usize)> {
        let (number, place) = split(self.number);
        let parent = Self::in_tree(self.level.checked_add(1)?, number, size)?;
        self.is_full().then_some((parent, place))
    }

    /// This tile with the width that it has in a larger log of `size` records.
    pub fn widened(self, size: u64) -> Option<Self> {
        Self::in_tree(self.level, self.number, size)
    }

    /// This tile with the width that it has once the log has grown past it.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: TILE_WIDTH, ..self }
    }

    /// Whether the tile is full, and therefore never changes again.
    pub fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Height above the leaves, counted in tiles.
    pub fn level(self) -> u8 {
        self.level
    }

    /// Number of hashes in the tile, 1 to 256.
    pub fn width(self) -> usize {
        usize::try_from(self.width).unwrap_or(usize::MAX)
    }

    /// Length of the tile in bytes.
    pub fn bytes(self) -> usize {
        self.width().saturating_mul(HASH_BYTES)
    }

    /// The path below a database's URL, without a leading slash: `tile/8/0/x097/380`, with `.p/W` appended for a
    /// partial tile of width W. The number is split into groups of three digits, all but the last prefixed with `x`.
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

/// Number of hashes in all tiles of `level` in a log of `size` records.
fn hashes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0)
}

/// The number of the tile that holds hash `number` of a level, and the index of the hash in it. The index is the lowest
/// byte of `number`, because a tile holds 256 hashes.
fn split(number: u64) -> (u64, usize) {
    let [place, ..] = number.to_le_bytes();
    (number / TILE_WIDTH, usize::from(place))
}

/// The root over `hashes` and everything to the right of them, whose root is `right`.
///
/// This is the tree hash of RFC 6962, computed from right to left: `hashes` is cut into the largest complete subtrees
/// that fit, the largest leftmost, and each is combined with the root of all that follows it.
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

/// The root of a complete subtree, whose number of hashes is a power of two.
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
