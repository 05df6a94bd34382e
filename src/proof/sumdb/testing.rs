//! Logs and remotes for tests, written independently of the code under test.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};

use super::log::{Remote, RemoteError};
use super::note::VerifierKey;
use super::tile::LogHash;

/// The test key of Go's own checksum database tests, which signs the fixture.
pub(super) const FIXTURE_KEY: &str =
    "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6";

/// A file of `tests/data`.
pub(super) fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

/// Facts recorded from sum.golang.org, as JSON.
pub(super) fn vectors() -> serde_json::Value {
    serde_json::from_slice(&fs::read(data("sumdb_vectors.json")).unwrap()).unwrap()
}

/// A string in [`vectors`].
pub(super) fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap()
}

/// The tree hash as RFC 6962, 2.1 defines it: the left part has the largest power of two below the number of leaves.
pub(super) fn tree_hash(leaves: &[LogHash]) -> LogHash {
    match leaves {
        [] => LogHash(Sha256::digest([]).into()),
        [leaf] => *leaf,
        _ => {
            let mut half = 1;
            while half * 2 < leaves.len() {
                half *= 2;
            }
            let (left, right) = leaves.split_at(half);
            node(tree_hash(left), tree_hash(right))
        }
    }
}

fn node(left: LogHash, right: LogHash) -> LogHash {
    LogHash(Sha256::digest([&[1], &left.0[..], &right.0[..]].concat()).into())
}

/// A log in memory, with a key of its own.
pub(super) struct TestLog {
    pub(super) records: Vec<String>,
    /// `rows[L]` holds the hashes of all tiles of level L.
    rows: Vec<Vec<LogHash>>,
    /// The hashes of ranges of records that were asked for before.
    known: Mutex<HashMap<Range<usize>, LogHash>>,
    pair: Ed25519KeyPair,
}

impl TestLog {
    /// A log of `size` records. Logs of different `flavour` share only the first `shared` records.
    pub(super) fn new(size: usize, shared: usize, flavour: &str) -> Self {
        let records: Vec<String> = (0..size)
            .map(|number| {
                let flavour = if number < shared { "" } else { flavour };
                let hash = STANDARD.encode(Sha256::digest(format!("{number}{flavour}")));
                format!(
                    "example.com/m{number} v1.0.0 h1:{hash}\nexample.com/m{number} v1.0.0/go.mod h1:{hash}\n"
                )
            })
            .collect();
        let mut rows = vec![records.iter().map(|text| leaf_hash(text)).collect::<Vec<_>>()];
        while let Some(row) = rows.last().filter(|row| row.len() >= 256) {
            rows.push(row.chunks_exact(256).map(tree_hash).collect());
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        Self { records, rows, known: Mutex::default(), pair }
    }

    pub(super) fn h1(&self, number: usize) -> &str {
        self.records[number].lines().next().unwrap().rsplit(' ').next().unwrap()
    }

    pub(super) fn root(&self, size: usize) -> LogHash {
        self.hash(0..size)
    }

    /// The [`tree_hash`] of a range of records.
    fn hash(&self, range: Range<usize>) -> LogHash {
        if range.len() < 2 {
            return tree_hash(&self.rows[0][range]);
        }
        let known = self.known.lock().unwrap().get(&range).copied();
        known.unwrap_or_else(|| {
            let middle = range.start + range.len().next_power_of_two() / 2;
            let hash = node(self.hash(range.start..middle), self.hash(middle..range.end));
            self.known.lock().unwrap().insert(range, hash);
            hash
        })
    }

    pub(super) fn leaf(&self, number: usize) -> LogHash {
        self.rows[0][number]
    }

    pub(super) fn key(&self) -> VerifierKey {
        let key = self.key_bytes();
        VerifierKey::parse(&format!("test.example+{}+{}", hex(self.key_hash()), STANDARD.encode(key)))
            .unwrap()
    }

    /// The signed tree head of the first `size` records.
    pub(super) fn note(&self, size: usize) -> String {
        self.sign(&format!("go.sum database tree\n{size}\n{}\n", self.root(size)))
    }

    pub(super) fn sign(&self, text: &str) -> String {
        let mut signature = self.key_hash().to_vec();
        signature.extend(self.pair.sign(text.as_bytes()).as_ref());
        format!("{text}\n— test.example {}\n", STANDARD.encode(signature))
    }

    /// The database's answer at `path` when it has `size` records.
    pub(super) fn serve(&self, size: usize, path: &str) -> Option<Vec<u8>> {
        if let Some(module) = path.strip_prefix("/lookup/example.com/m") {
            let number: usize = module.strip_suffix("@v1.0.0")?.parse().ok()?;
            let answer = format!("{number}\n{}\n{}", self.records[..size].get(number)?, self.note(size));
            return Some(answer.into_bytes());
        }
        let (level, number) = path.strip_prefix("/tile/8/")?.split_once('/')?;
        let (number, width) = match number.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok()?),
            None => (number, 256),
        };
        let level: usize = level.parse().ok()?;
        let number: usize = number.replace(['x', '/'], "").parse().ok()?;
        let row = &self.rows[level][..size >> (8 * level)];
        let hashes = row.get(number * 256..number * 256 + width)?;
        Some(hashes.iter().map(|hash| hash.0).collect::<Vec<_>>().concat())
    }

    fn key_bytes(&self) -> Vec<u8> {
        let mut key = vec![1];
        key.extend(self.pair.public_key().as_ref());
        key
    }

    fn key_hash(&self) -> [u8; 4] {
        let mut text = b"test.example\n".to_vec();
        text.extend(self.key_bytes());
        Sha256::digest(text)[..4].try_into().unwrap()
    }
}

fn leaf_hash(text: &str) -> LogHash {
    let mut bytes = vec![0];
    bytes.extend(text.as_bytes());
    LogHash(Sha256::digest(bytes).into())
}

fn hex(bytes: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(bytes))
}

type Serve<'a> = dyn Fn(&str) -> Option<Vec<u8>> + Sync + 'a;

/// A remote that answers from a function and records the paths it was asked for.
pub(super) struct TestRemote<'a> {
    serve: Box<Serve<'a>>,
    /// Answers by path that replace those of the function.
    pub(super) changed: HashMap<String, Vec<u8>>,
    /// Paths answered with not found.
    pub(super) absent: Vec<String>,
    /// Whether every read fails as unreachable.
    pub(super) offline: bool,
    asked: Mutex<Vec<String>>,
}

impl<'a> TestRemote<'a> {
    pub(super) fn new(serve: impl Fn(&str) -> Option<Vec<u8>> + Sync + 'a) -> Self {
        let serve = Box::new(serve);
        Self { serve, changed: HashMap::new(), absent: Vec::new(), offline: false, asked: Mutex::default() }
    }

    /// The first `size` records of `log`.
    pub(super) fn of_log(log: &'a TestLog, size: usize) -> Self {
        Self::new(move |path| log.serve(size, path))
    }

    /// The fixture's honest database, with the files of `attack` in place of its own.
    pub(super) fn of_fixture(attack: &str) -> Self {
        let folders = [data("sumdb_fixture").join(attack), data("sumdb_fixture/honest")];
        Self::new(move |path| folders.iter().find_map(|folder| fs::read(folder.join(&path[1..])).ok()))
    }

    /// The paths asked for since the last call, sorted.
    pub(super) fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.sort();
        asked
    }
}

impl Remote for TestRemote<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, RemoteError> {
        if self.offline {
            return Err(RemoteError::Unreachable("no network".to_owned()));
        }
        self.asked.lock().unwrap().push(path.to_owned());
        let served = || (self.serve)(path).filter(|_| !self.absent.iter().any(|absent| absent == path));
        let answer = self.changed.get(path).cloned().or_else(served);
        answer.ok_or_else(|| RemoteError::NotFound(format!("404 for {path}")))
    }
}
