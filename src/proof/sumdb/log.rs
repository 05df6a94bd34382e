//! Lookups in a Go checksum database: the hash on record for a module, with proof.
//!
//! An answer is accepted if its tree head is signed, belongs to the same log as the stored tree head, and its log has
//! exactly this record under the record's number. The protocol is that of Go's `golang.org/x/mod/sumdb`.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::cache::Cache;
use super::head::{HeadFile, SignedHead};
pub use super::log_error::{Fork, LogError, Refusal};
use super::merkle::{TileReader, TreeError};
use super::note::VerifierKey;
use super::record::{self, Answer};
use super::tile::{LogHash, Tile};
use crate::os::threads::join;

/// Access to a checksum database at its own URL or through a proxy, over HTTP or `file://`.
pub trait Remote: Sync {
    /// Reads `path`, such as `/lookup/module@version` or `/tile/8/0/000`.
    fn read(&self, path: &str) -> Result<Vec<u8>, RemoteError>;
}

/// Why a [`Remote`] has no answer; the text names the URL and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteError {
    /// There is nothing at this path: status 404 or 410, or no such file.
    NotFound(String),
    /// Anything else: no connection, another status, an answer that is too long or stops early.
    Unreachable(String),
}

/// A checksum database, with its stored tree head and its cache.
pub struct Log<'a> {
    key: VerifierKey,
    remote: &'a dyn Remote,
    head: HeadFile,
    cache: Cache,
}

impl<'a> Log<'a> {
    /// The database that signs with `key` and answers through `remote`.
    ///
    /// The tree head is stored at `<home>/sumdb/<name>/latest`, answers and tiles below `<home>/cache/sumdb/<name>`;
    /// a verifier key's name is always safe as a path. `lock_timeout` limits the wait for the tree head's lock.
    pub fn new(key: VerifierKey, remote: &'a dyn Remote, home: &Path, lock_timeout: Duration) -> Self {
        let head = HeadFile::new(home.join("sumdb").join(key.name()).join("latest"), lock_timeout);
        let cache = Cache(home.join("cache/sumdb").join(key.name()));
        Self { key, remote, head, cache }
    }

    /// The proven `h1:` hash on record for the zip of `module` at `version`.
    pub fn lookup(&self, module: &str, version: &str) -> Result<String, LogError> {
        let Some(path) = record::path(module, version) else {
            let reason =
                format!("`{}` is not a module version", format!("{module}@{version}").escape_debug());
            return Err(LogError::Missing(reason));
        };
        // Without a stored head this is first contact, and the cache is not used: the tree head in a cached answer
        // may belong to a history that the user has chosen to forget.
        let is_known = self.head.read(&self.key)?.is_some();
        let attempt = Lookup::new(self, is_known);
        match attempt.lookup(&path, module, version) {
            // The cache may be damaged: only an answer without it is held against the database.
            Err(LogError::Refused(_)) if attempt.cache_used.get() => {
                Lookup::new(self, false).lookup(&path, module, version)
            }
            result => result,
        }
    }
}

/// The bytes of each requested tile, in order.
type TileBytes = Result<Vec<Vec<u8>>, LogError>;

/// One attempt of a lookup, with or without the cache.
struct Lookup<'a> {
    log: &'a Log<'a>,
    use_cache: bool,
    /// Whether anything was read from the cache.
    cache_used: Cell<bool>,
    /// Tiles from the network, cached once everything is proven.
    fetched: RefCell<HashSet<Tile>>,
}

impl<'a> Lookup<'a> {
    fn new(log: &'a Log<'a>, use_cache: bool) -> Self {
        Self { log, use_cache, cache_used: Cell::new(false), fetched: RefCell::default() }
    }

    fn lookup(&self, path: &str, module: &str, version: &str) -> Result<String, LogError> {
        let cached = self.cached(|cache| cache.record(path));
        let bytes = match &cached {
            Some(bytes) => bytes,
            None => &self.log.remote.read(&format!("/{path}")).map_err(no_record)?,
        };
        let answer = Answer::parse(bytes)?;
        let head = SignedHead::open(answer.note.as_bytes(), &self.log.key)?;
        let mut reader = self.merge(&head)?;
        if reader.leaf(answer.record)? != answer.hash() {
            return Err(Refusal::ChangedRecord(answer.record).into());
        }
        let h1 = answer.h1(module, version)?.to_owned();
        if cached.is_none() {
            self.log.cache.keep(path, bytes);
        }
        let fetched = self.fetched.borrow();
        for (tile, bytes) in reader.proven().filter(|(tile, _)| fetched.contains(tile)) {
            self.log.cache.keep(&tile.path(), &bytes);
        }
        Ok(h1)
    }

    /// Checks that `head` and the stored head belong to one log, stores the larger one, and returns a reader of it.
    fn merge(&self, head: &SignedHead) -> Result<TileReader<impl FnMut(&[Tile]) -> TileBytes>, LogError> {
        // Repeated when another process has stored a head meanwhile. This ends because stored heads only grow.
        loop {
            let stored = self.log.head.read(&self.log.key)?;
            let (larger, smaller, is_newer) = match &stored {
                Some(stored) if stored.tree.size() >= head.tree.size() => (stored, Some(head), false),
                stored => (head, stored.as_ref(), true),
            };
            let sizes = (larger.tree.size(), head.tree.size());
            let fetch = move |tiles: &[Tile]| self.tiles(tiles).map_err(|error| shrunken(error, sizes));
            let mut reader = TileReader::new(larger.tree, fetch)?;
            if let Some(smaller) = smaller {
                let expected = reader.root_at(smaller.tree.size())?;
                if expected != smaller.tree.root() {
                    return Err(fork(smaller, larger, expected).into());
                }
            }
            if !is_newer || self.log.head.advance(&self.log.key, stored.as_ref(), head)? {
                return Ok(reader);
            }
        }
    }

    /// The unproven bytes of each tile, from the cache or the network. Tiles from the network are fetched in parallel,
    /// as each costs a round trip; a tile whose thread cannot be started is fetched on this one.
    fn tiles(&self, tiles: &[Tile]) -> TileBytes {
        let remote = self.log.remote;
        let cached: Vec<Option<Vec<u8>>> =
            tiles.iter().map(|&tile| self.cached(|cache| cache.tile(tile))).collect();
        thread::scope(|scope| {
            let start = |(&tile, cached): (&Tile, Option<Vec<u8>>)| {
                let mut thread = None;
                if cached.is_none() {
                    self.fetched.borrow_mut().insert(tile);
                    let fetch = move || fetch_tile(remote, tile);
                    thread = thread::Builder::new().spawn_scoped(scope, fetch).ok();
                }
                (tile, cached, thread)
            };
            let started: Vec<_> = tiles.iter().zip(cached).map(start).collect();
            let answer = started.into_iter().map(|(tile, cached, thread)| match (cached, thread) {
                (Some(bytes), _) => Ok(bytes),
                (None, Some(thread)) => join(thread),
                (None, None) => fetch_tile(remote, tile),
            });
            answer.collect()
        })
    }

    fn cached(&self, read: impl FnOnce(&Cache) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
        let bytes = self.use_cache.then(|| read(&self.log.cache)).flatten();
        self.cache_used.set(self.cache_used.get() || bytes.is_some());
        bytes
    }
}

/// Fetches a tile. A partial tile that is no longer served has become full, and is cut from the full tile.
fn fetch_tile(remote: &dyn Remote, tile: Tile) -> Result<Vec<u8>, LogError> {
    let read = |tile: Tile| remote.read(&format!("/{tile}"));
    let absent = match read(tile) {
        Err(error @ RemoteError::NotFound(_)) if !tile.is_full() => error,
        answer => return answer.map_err(|error| no_tile(tile, error)),
    };
    match read(tile.full()) {
        Ok(mut full) if full.len() == tile.full().bytes() => {
            full.truncate(tile.bytes());
            Ok(full)
        }
        Ok(full) => Err(TreeError::WrongLength { tile: tile.full(), found: full.len() }.into()),
        // Report the answer for the tile that the proof needs.
        Err(RemoteError::NotFound(_)) => Err(no_tile(tile, absent)),
        Err(error) => Err(no_tile(tile, error)),
    }
}

fn no_record(error: RemoteError) -> LogError {
    match error {
        RemoteError::NotFound(reason) => LogError::Missing(reason),
        RemoteError::Unreachable(reason) => LogError::Unreachable(reason),
    }
}

/// A database that answers without a tile of its own log is refused; one that does not answer is unreachable.
fn no_tile(tile: Tile, error: RemoteError) -> LogError {
    match error {
        RemoteError::NotFound(reason) => Refusal::NoTile { tile, reason }.into(),
        RemoteError::Unreachable(reason) => LogError::Unreachable(reason),
    }
}

/// Reports a missing tile as a shrunken log if the answer's tree head is smaller than the stored one.
fn shrunken(error: LogError, (stored, now): (u64, u64)) -> LogError {
    match error {
        LogError::Refused(Refusal::NoTile { tile, reason }) if now < stored => {
            Refusal::Shrunken { stored, now, tile, reason }.into()
        }
        error => error,
    }
}

fn fork(older: &SignedHead, newer: &SignedHead, expected: LogHash) -> Refusal {
    Refusal::Fork(Box::new(Fork {
        older: (older.tree.size(), older.tree.root()),
        newer_size: newer.tree.size(),
        expected,
        notes: [older.note.clone(), newer.note.clone()],
    }))
}

#[cfg(test)]
#[path = "log_tests/mod.rs"]
mod tests;
