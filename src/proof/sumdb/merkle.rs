//! Tree heads, and a reader that returns no hash of a log without proof by the log's tree head.
//!
//! The tiles at the right edge of the log are proven together, because they give the root. Every other tile is full,
//! and is proven by the hash in its parent tile, which was proven before it. The two rules cover every tile: Go's
//! client told the two kinds apart by counting hashes, not tiles, and left some unproven (CVE-2026-56865).

use std::collections::HashMap;

use super::tile::{HASH_BYTES, LogHash, MAX_TREE_SIZE, Tile, fold};

/// The first line of a tree head's text; any other means another format.
const FIRST_LINE: &str = "go.sum database tree";

/// The state of a log at one moment: the number of records, and the root over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    size: u64,
    root: LogHash,
}

impl TreeHead {
    /// A log of `size` records with the given root; an error above [`MAX_TREE_SIZE`].
    pub fn new(size: u64, root: LogHash) -> Result<Self, TreeError> {
        if size > MAX_TREE_SIZE {
            Err(TreeError::TooLarge(size.to_string()))
        } else {
            Ok(Self { size, root })
        }
    }

    /// Parses the text of a tree head: a fixed line, then the size and the root in a line each.
    /// Further lines are ignored; a client that took hashes from them was vulnerable (CVE-2026-56864).
    pub fn parse(text: &str) -> Result<Self, TreeError> {
        let mut lines = text.split_inclusive('\n').map_while(|line| line.strip_suffix('\n'));
        let (Some(FIRST_LINE), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(TreeError::Malformed);
        };
        let root = LogHash::parse(root).ok_or(TreeError::Malformed)?;
        if !is_decimal(size) {
            return Err(TreeError::Malformed);
        }
        // `size` is all digits, so that only a number that is too large fails to parse.
        let number = size.parse().map_err(|_| TreeError::TooLarge(size.chars().take(40).collect()))?;
        Self::new(number, root)
    }

    /// Number of records.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all records.
    pub fn root(&self) -> LogHash {
        self.root
    }
}

/// Whether `text` is a decimal number in its only form: digits without a leading zero.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text == "0" || !text.starts_with('0'))
}

/// Why a tree head or the tiles under it are not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The text of the tree head is not in the format.
    #[error("malformed tree head")]
    Malformed,
    /// The tree head claims more records than [`MAX_TREE_SIZE`]; holds the size as written, at most 40 digits.
    #[error("malformed tree head: no log has `{0}` records")]
    TooLarge(String),
    /// A tile does not have the length that its width requires.
    #[error("`{tile}` must be {} bytes, but is {found}", tile.bytes())]
    WrongLength {
        /// The tile.
        tile: Tile,
        /// Its length in bytes.
        found: usize,
    },
    /// The tiles at the edge of the log of so many records do not give its root. Which tile is wrong cannot be known.
    #[error("the tiles do not make the signed root of the log of {0} records")]
    WrongRoot(u64),
    /// A tile does not have the hash that its parent tile holds for it.
    #[error("`{tile}` does not have the hash that `{parent}` holds for it")]
    WrongTile {
        /// The wrong tile.
        tile: Tile,
        /// Its parent.
        parent: Tile,
    },
    /// A record or a smaller log that is not part of this log.
    #[error("{number} is outside of the log of {size} records")]
    Outside {
        /// The number of the record, or the size of the other log.
        number: u64,
        /// The size of this log.
        size: u64,
    },
}

/// Reads hashes of a log, each proven by the log's tree head.
pub struct TileReader<F> {
    tree: TreeHead,
    fetch: F,
    proven: HashMap<Tile, Vec<LogHash>>,
}

impl<F, E> TileReader<F>
where
    F: FnMut(&[Tile]) -> Result<Vec<Vec<u8>>, E>,
    E: From<TreeError>,
{
    /// A reader of `tree`. `fetch` returns the bytes of the tiles it is given, in order, and need not be trusted.
    /// Fetches the tiles at the edge right away and fails unless they give the root.
    pub fn new(tree: TreeHead, mut fetch: F) -> Result<Self, E> {
        let tiles: Vec<Tile> = Tile::at_edge(tree.size).collect();
        let rows = fetch_hashes(&mut fetch, &tiles)?;
        let root = rows.iter().fold(None, |right, hashes| fold(hashes, right));
        if root.unwrap_or_else(LogHash::of_nothing) != tree.root {
            return Err(TreeError::WrongRoot(tree.size).into());
        }
        Ok(Self { tree, fetch, proven: tiles.into_iter().zip(rows).collect() })
    }

    /// The leaf hash of record `record`, counted from 0, with proof that the log has it there.
    pub fn leaf(&mut self, record: u64) -> Result<LogHash, E> {
        let outside = TreeError::Outside { number: record, size: self.tree.size };
        let Some((tile, place)) = Tile::of_record(record, self.tree.size) else {
            return Err(outside.into());
        };
        self.prove(&[tile])?;
        self.hashes(tile).get(place).copied().ok_or_else(|| outside.into())
    }

    /// The root over the first `size` records. A log that only grew had this root at that size.
    pub fn root_at(&mut self, size: u64) -> Result<LogHash, E> {
        if size == self.tree.size {
            return Ok(self.tree.root);
        }
        let outside = TreeError::Outside { number: size, size: self.tree.size };
        let edge: Vec<Tile> = Tile::at_edge(size).collect();
        let tiles: Option<Vec<Tile>> = edge.iter().map(|tile| tile.widened(self.tree.size)).collect();
        let Some(tiles) = tiles.filter(|_| size < self.tree.size) else {
            return Err(outside.into());
        };
        self.prove(&tiles)?;
        let root = edge.iter().zip(&tiles).fold(None, |right, (narrow, wide)| {
            fold(self.hashes(*wide).get(..narrow.width()).unwrap_or_default(), right)
        });
        Ok(root.unwrap_or_else(LogHash::of_nothing))
    }

    /// The tiles proven so far, with their bytes. Only these may be cached.
    pub fn proven(&self) -> impl Iterator<Item = (Tile, Vec<u8>)> {
        self.proven.iter().map(|(tile, hashes)| (*tile, hashes.iter().flat_map(|hash| hash.0).collect()))
    }

    fn hashes(&self, tile: Tile) -> &[LogHash] {
        self.proven.get(&tile).map_or(&[], Vec::as_slice)
    }

    /// Fetches `tiles` and their parents up to a proven tile, and proves them from the top down.
    fn prove(&mut self, tiles: &[Tile]) -> Result<(), E> {
        let mut missing = Vec::new();
        for &tile in tiles {
            let mut above = Some(tile);
            while let Some(tile) =
                above.filter(|tile| !self.proven.contains_key(tile) && !missing.contains(tile))
            {
                missing.push(tile);
                above = tile.parent(self.tree.size).map(|(parent, _)| parent);
            }
        }
        missing.sort_by_key(|tile| std::cmp::Reverse(tile.level()));
        let rows = fetch_hashes(&mut self.fetch, &missing)?;
        for (tile, hashes) in missing.into_iter().zip(rows) {
            self.prove_one(tile, hashes)?;
        }
        Ok(())
    }

    /// Accepts a full tile if its parent, proven before, holds its root.
    fn prove_one(&mut self, tile: Tile, hashes: Vec<LogHash>) -> Result<(), E> {
        let Some((parent, place)) = tile.parent(self.tree.size) else {
            // Only partial tiles have no parent. They are at the edge, which `new` has proven.
            return Err(TreeError::WrongRoot(self.tree.size).into());
        };
        let expected = self.hashes(parent).get(place).copied();
        if expected.is_none() || fold(&hashes, None) != expected {
            return Err(TreeError::WrongTile { tile, parent }.into());
        }
        self.proven.insert(tile, hashes);
        Ok(())
    }
}

/// Fetches tiles and cuts them into hashes; a tile of the wrong length is an error.
fn fetch_hashes<F, E>(fetch: &mut F, tiles: &[Tile]) -> Result<Vec<Vec<LogHash>>, E>
where
    F: FnMut(&[Tile]) -> Result<Vec<Vec<u8>>, E>,
    E: From<TreeError>,
{
    if tiles.is_empty() {
        return Ok(Vec::new());
    }
    let mut answers = fetch(tiles)?.into_iter();
    let hashes = |&tile: &Tile| {
        let bytes = answers.next().unwrap_or_default();
        if bytes.len() != tile.bytes() {
            return Err(TreeError::WrongLength { tile, found: bytes.len() }.into());
        }
        Ok(bytes.as_chunks::<HASH_BYTES>().0.iter().copied().map(LogHash).collect())
    };
    tiles.iter().map(hashes).collect()
}

#[cfg(test)]
#[path = "merkle_tests.rs"]
mod tests;
