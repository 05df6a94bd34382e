//! A tree head, and the hashes of the log that it vouches for.
//!
//! A [`TileReader`] gives no hash that the tree head does not prove. The tiles at the right edge of the
//! log are proven together, as they make the root. Every other tile is full and is proven by the hash
//! in its parent tile, which was proven before it. There is no tile that neither rule covers: Go's
//! client left some out (CVE-2026-56865), as it told the two kinds apart by counting hashes, not tiles.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;

use super::tile::{HASH_BYTES, LogHash, MAX_TREE_SIZE, Tile, fold};

/// The first line of a tree head's text; another one would be another format.
const FIRST_LINE: &str = "go.sum database tree";

/// The log at one moment: how many records, and the hash over all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    size: u64,
    root: LogHash,
}

impl TreeHead {
    /// A log of `size` records with the given root.
    pub fn new(size: u64, root: LogHash) -> Result<Self, TreeError> {
        if size > MAX_TREE_SIZE {
            Err(TreeError::TooLarge(size.to_string()))
        } else {
            Ok(Self { size, root })
        }
    }

    /// Reads the text of a tree head: a fixed line, the size, the root, each in a line of its own.
    /// More lines may follow; they mean nothing (CVE-2026-56864 was a client that took hashes from them).
    pub fn parse(text: &str) -> Result<Self, TreeError> {
        let mut lines = text.split_inclusive('\n').map_while(|line| line.strip_suffix('\n'));
        let (Some(FIRST_LINE), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(TreeError::Malformed);
        };
        let root = LogHash::parse(root).ok_or(TreeError::Malformed)?;
        if !is_decimal(size) {
            return Err(TreeError::Malformed);
        }
        // Only a number with more digits than any acceptable one does not fit.
        let number = size.parse().map_err(|_| TreeError::TooLarge(size.chars().take(40).collect()))?;
        Self::new(number, root)
    }

    /// How many records it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hash over all records.
    pub fn root(&self) -> LogHash {
        self.root
    }
}

/// Whether `text` is how a number is written: digits only, no leading zero.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text == "0" || !text.starts_with('0'))
}

/// Why a tree head or the tiles under it are not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeError {
    /// The text of the tree head is not in the format.
    Malformed,
    /// The tree head claims more records than [`MAX_TREE_SIZE`]; the size as it was written.
    TooLarge(String),
    /// A tile is not as many bytes as it must be.
    WrongLength {
        /// The tile.
        tile: Tile,
        /// How many bytes there were.
        found: usize,
    },
    /// The tiles at the edge do not make the root; one of them is wrong, and nobody can say which.
    WrongRoot(u64),
    /// A tile does not have the hash that its parent tile says.
    WrongTile {
        /// The tile that is wrong.
        tile: Tile,
        /// The tile that says so.
        parent: Tile,
    },
    /// A record or a smaller log that this log does not reach to.
    Outside {
        /// The number of the record, or the size of the other log.
        number: u64,
        /// The size of this log.
        size: u64,
    },
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("malformed tree head"),
            Self::TooLarge(size) => write!(f, "malformed tree head: no log has `{size}` records"),
            Self::WrongLength { tile, found } => {
                write!(f, "`{tile}` must be {} bytes, but is {found}", tile.bytes())
            }
            Self::WrongRoot(size) => {
                write!(f, "the tiles do not make the signed root of the log of {size} records")
            }
            Self::WrongTile { tile, parent } => {
                write!(f, "`{tile}` does not have the hash that `{parent}` holds for it")
            }
            Self::Outside { number, size } => write!(f, "{number} is outside of the log of {size} records"),
        }
    }
}

impl StdError for TreeError {}

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
    /// A reader of `tree`. `fetch` is given tiles and returns the bytes of each, in order; nothing that
    /// it returns is trusted. The tiles at the edge are fetched at once and must make the root.
    pub fn new(tree: TreeHead, mut fetch: F) -> Result<Self, E> {
        let tiles: Vec<Tile> = Tile::at_edge(tree.size).collect();
        let rows = fetch_hashes(&mut fetch, &tiles)?;
        let root = rows.iter().fold(None, |right, hashes| fold(hashes, right));
        if root.unwrap_or_else(LogHash::of_nothing) != tree.root {
            return Err(TreeError::WrongRoot(tree.size).into());
        }
        Ok(Self { tree, fetch, proven: tiles.into_iter().zip(rows).collect() })
    }

    /// The leaf hash of record `record`, counted from 0: the proof that it is in the log.
    pub fn leaf(&mut self, record: u64) -> Result<LogHash, E> {
        let outside = TreeError::Outside { number: record, size: self.tree.size };
        let Some((tile, place)) = Tile::of_record(record, self.tree.size) else {
            return Err(outside.into());
        };
        self.prove(&[tile])?;
        self.hashes(tile).get(place).copied().ok_or_else(|| outside.into())
    }

    /// The root that the log had when it was `size` records long: the proof that it only grew since.
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

    /// The tiles that are proven so far, with their bytes: what may be kept.
    pub fn proven(&self) -> impl Iterator<Item = (Tile, Vec<u8>)> {
        self.proven.iter().map(|(tile, hashes)| (*tile, hashes.iter().flat_map(|hash| hash.0).collect()))
    }

    fn hashes(&self, tile: Tile) -> &[LogHash] {
        self.proven.get(&tile).map_or(&[], Vec::as_slice)
    }

    /// Fetches the given tiles and all between them and a proven one, and proves them from the top down.
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

    /// Accepts a full tile whose parent is proven and holds its root.
    fn prove_one(&mut self, tile: Tile, hashes: Vec<LogHash>) -> Result<(), E> {
        let Some((parent, place)) = tile.parent(self.tree.size) else {
            // Only a partial tile has no parent, and those are at the edge, proven from the start.
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

/// Fetches tiles and cuts them into hashes; the length of each must be exactly right.
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
