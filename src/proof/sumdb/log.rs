//! The client of a Go checksum database: what hash is on record for a module, with proof.
//!
//! An answer is believed when its tree head is signed, when that tree head and the one seen last
//! belong to one log, and when the log has exactly this record at its place.
//! The protocol is that of Go's `golang.org/x/mod/sumdb`.

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

/// Where the answers come from: a database's URL or a proxy's path for it, over HTTP or `file://`.
pub trait Remote: Sync {
    /// Reads `path`, such as `/lookup/module@version` or `/tile/8/0/000`.
    fn read(&self, path: &str) -> Result<Vec<u8>, RemoteError>;
}

/// Why a [`Remote`] has no answer; the text names the URL and what was said or went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteError {
    /// It answers that there is nothing at this path: status 404 or 410, or no such file.
    NotFound(String),
    /// Anything else: no connection, another status, an answer that is too long or stops early.
    Unreachable(String),
}

/// A checksum database, with what is known of it from earlier runs.
pub struct Log<'a> {
    key: VerifierKey,
    remote: &'a dyn Remote,
    head: HeadFile,
    cache: Cache,
}

impl<'a> Log<'a> {
    /// The database that signs with `key` and answers through `remote`.
    ///
    /// Its last tree head is kept at `<home>/sumdb/<name>/latest`, records and tiles below
    /// `<home>/cache/sumdb/<name>`. A key's name is always harmless as a path. Another process that holds
    /// the tree head is waited for as long as `lock_timeout`.
    pub fn new(key: VerifierKey, remote: &'a dyn Remote, home: &Path, lock_timeout: Duration) -> Self {
        let head = HeadFile::new(home.join("sumdb").join(key.name()).join("latest"), lock_timeout);
        let cache = Cache(home.join("cache/sumdb").join(key.name()));
        Self { key, remote, head, cache }
    }

    /// The `h1:` hash on record for the zip of `module` at `version`.
    pub fn lookup(&self, module: &str, version: &str) -> Result<String, LogError> {
        let Some(path) = record::path(module, version) else {
            let reason =
                format!("`{}` is no module with a version", format!("{module}@{version}").escape_debug());
            return Err(LogError::Missing(reason));
        };
        // Without a stored head this is first contact, and what counts is what the database says now:
        // the tree head of a cached answer may be of a history that the user has chosen to forget.
        let is_known = self.head.read(&self.key)?.is_some();
        let attempt = Lookup::new(self, is_known);
        match attempt.lookup(&path, module, version) {
            // The fault may lie with a damaged cache: only a fresh answer counts against the database.
            Err(LogError::Refused(_)) if attempt.cache_used.get() => {
                Lookup::new(self, false).lookup(&path, module, version)
            }
            result => result,
        }
    }
}

/// The bytes of each tile that was asked for, in order.
type TileBytes = Result<Vec<Vec<u8>>, LogError>;

/// One lookup, from the first question to the last proof.
struct Lookup<'a> {
    log: &'a Log<'a>,
    use_cache: bool,
    /// Whether anything came from the cache.
    cache_used: Cell<bool>,
    /// The tiles that came from the network, to be kept when all is proven.
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

    /// Checks that `head` and the stored head belong to one log, stores the larger, and gives a reader of it.
    fn merge(&self, head: &SignedHead) -> Result<TileReader<impl FnMut(&[Tile]) -> TileBytes>, LogError> {
        // Again whenever another process has stored a head meanwhile. Stored heads only grow, so this ends.
        loop {
            let stored = self.log.head.read(&self.log.key)?;
            let (larger, smaller, is_news) = match &stored {
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
            if !is_news || self.log.head.advance(&self.log.key, stored.as_ref(), head)? {
                return Ok(reader);
            }
        }
    }

    /// The bytes of each tile, from the cache or the network, not proven. Those from the network are
    /// fetched side by side, as each costs a round trip; one after the other where no thread is to be had.
    fn tiles(&self, tiles: &[Tile]) -> TileBytes {
        let remote = self.log.remote;
        let cached: Vec<Option<Vec<u8>>> =
            tiles.iter().map(|&tile| self.cached(|cache| cache.tile(tile))).collect();
        let missing = tiles.iter().zip(&cached).filter(|(_, bytes)| bytes.is_none());
        self.fetched.borrow_mut().extend(missing.map(|(tile, _)| *tile));
        thread::scope(|scope| {
            let start = |(&tile, bytes): (&Tile, Option<Vec<u8>>)| match bytes {
                Some(bytes) => Pending::Here(Ok(bytes)),
                None => thread::Builder::new()
                    .spawn_scoped(scope, move || fetch_tile(remote, tile))
                    .map_or_else(|_| Pending::Here(fetch_tile(remote, tile)), Pending::Running),
            };
            let pending: Vec<Pending> = tiles.iter().zip(cached).map(start).collect();
            pending.into_iter().map(Pending::finish).collect()
        })
    }

    fn cached(&self, read: impl FnOnce(&Cache) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
        let bytes = self.use_cache.then(|| read(&self.log.cache)).flatten();
        self.cache_used.set(self.cache_used.get() || bytes.is_some());
        bytes
    }
}

/// A tile that is here, or on its way.
enum Pending<'scope> {
    Here(Result<Vec<u8>, LogError>),
    Running(thread::ScopedJoinHandle<'scope, Result<Vec<u8>, LogError>>),
}

impl Pending<'_> {
    fn finish(self) -> Result<Vec<u8>, LogError> {
        match self {
            Self::Here(bytes) => bytes,
            Self::Running(handle) => handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        }
    }
}

/// Fetches a tile. A partial tile that is no longer served has become full: it is cut from that one.
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
        // What the database said first is what it was asked for.
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

/// A database that answers, but does not prove what it says, is refused; silence is not proof of anything.
fn no_tile(tile: Tile, error: RemoteError) -> LogError {
    match error {
        RemoteError::NotFound(reason) => Refusal::NoTile { tile, reason }.into(),
        RemoteError::Unreachable(reason) => LogError::Unreachable(reason),
    }
}

/// A tile that is missing says more where the database signed a larger log before than it shows now.
fn shrunken(error: LogError, (seen, now): (u64, u64)) -> LogError {
    match error {
        LogError::Refused(Refusal::NoTile { tile, reason }) if now < seen => {
            Refusal::Shrunken { seen, now, tile, reason }.into()
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
#[path = "log_tests.rs"]
mod tests;
