//! A checksum database with a key of its own: records, the Merkle tree over them (RFC 6962, tiles
//! of height 8) and signed heads, served as routes of any server. Each route can be replaced by a
//! lie afterwards, for an exact route wins over the database's.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};

use super::archives::{FakeToolchain, h1};
use super::gate::Gate;
use super::response::{Fault, Response};
use super::server::Server;

/// A node of the tree.
pub(crate) type Hash = [u8; 32];

/// The width of a full tile.
const TILE: usize = 256;
const TEXT: &str = "text/plain; charset=UTF-8";

/// The database; clones are the same one, so that what is added later is served too.
#[derive(Clone)]
pub(crate) struct SumDb {
    name: String,
    key: Arc<Ed25519KeyPair>,
    records: Arc<Mutex<Vec<Record>>>,
}

#[derive(Clone)]
struct Record {
    /// `module@version`.
    id: String,
    text: String,
}

impl SumDb {
    /// An empty database with this name, and always the same key.
    pub(crate) fn new(name: &str) -> Self {
        SumDb::with_seed(name, [7; 32])
    }

    /// One with another key.
    pub(crate) fn with_seed(name: &str, seed: [u8; 32]) -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        SumDb { name: name.to_owned(), key: Arc::new(key), records: Arc::default() }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// `name+hash+key`, for GOSUMDB.
    pub(crate) fn verifier(&self) -> String {
        let [a, b, c, d] = self.key_hash();
        format!("{}+{a:02x}{b:02x}{c:02x}{d:02x}+{}", self.name, STANDARD.encode(self.public_key()))
    }

    /// The algorithm's number and the key.
    fn public_key(&self) -> Vec<u8> {
        [&[1], self.key.public_key().as_ref()].concat()
    }

    fn key_hash(&self) -> [u8; 4] {
        let digest = Sha256::digest([self.name.as_bytes(), b"\n", &self.public_key()].concat());
        [digest[0], digest[1], digest[2], digest[3]]
    }

    /// Adds a record with any text, which ends with a newline.
    pub(crate) fn add_record(&self, id: &str, text: &str) -> &Self {
        self.records.lock().unwrap().push(Record { id: id.to_owned(), text: text.to_owned() });
        self
    }

    /// Adds the record of a module version.
    pub(crate) fn add(&self, module: &str, version: &str, sum: &str, gomod_sum: &str) -> &Self {
        let text = format!("{module} {version} {sum}\n{module} {version}/go.mod {gomod_sum}\n");
        self.add_record(&format!("{module}@{version}"), &text)
    }

    /// Adds the true record of a toolchain.
    pub(crate) fn add_toolchain(&self, toolchain: &FakeToolchain) -> &Self {
        let gomod = h1([("go.mod".to_owned(), b"module golang.org/toolchain\n".as_slice())]);
        self.add("golang.org/toolchain", &toolchain.module_version(), &toolchain.h1(), &gomod)
    }

    /// Adds so many records of no interest, so that the tree has more tiles.
    pub(crate) fn fill(&self, count: usize) -> &Self {
        for _ in 0..count {
            let version = format!("v1.0.{}", self.size());
            self.add("example.com/m", &version, "h1:0", "h1:1");
        }
        self
    }

    /// How many records there are.
    pub(crate) fn size(&self) -> usize {
        self.records.lock().unwrap().len()
    }

    /// The tree over the first `size` records.
    pub(crate) fn tree(&self, size: usize) -> Tree {
        let records = self.records.lock().unwrap();
        Tree(records[..size].iter().map(|record| leaf(record.text.as_bytes())).collect())
    }

    /// The signed head of the whole tree.
    pub(crate) fn head(&self) -> String {
        self.head_of(&self.tree(self.size()))
    }

    /// The signed head of any tree, also of one that this database never had.
    pub(crate) fn head_of(&self, tree: &Tree) -> String {
        let size = tree.0.len();
        self.sign(&format!("go.sum database tree\n{size}\n{}\n", STANDARD.encode(tree.root())))
    }

    /// A note: the text, which ends with a newline, and this database's signature.
    pub(crate) fn sign(&self, text: &str) -> String {
        let signature = [&self.key_hash(), self.key.sign(text.as_bytes()).as_ref()].concat();
        format!("{text}\n\u{2014} {} {}\n", self.name, STANDARD.encode(signature))
    }

    /// What `/lookup/<id>` answers: the record's number, its text, and the head.
    pub(crate) fn lookup(&self, id: &str) -> Option<String> {
        let records = self.records.lock().unwrap();
        let number = records.iter().position(|record| record.id == id)?;
        let text = records[number].text.clone();
        drop(records);
        Some(format!("{number}\n{text}\n{}", self.head()))
    }

    /// What `/tile/8/<path>` answers, `path` being `0/000`, `1/x001/234.p/5`, `data/000` …
    pub(crate) fn tile(&self, path: &str) -> Option<Vec<u8>> {
        let (level, rest) = path.split_once('/')?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok().filter(|width| (1..TILE).contains(width))?),
            None => (rest, TILE),
        };
        let number: usize = number.replace(['x', '/'], "").parse().ok()?;
        let tile = if level == "data" {
            let records = self.records.lock().unwrap();
            let records = records.get(number * TILE..number * TILE + width)?;
            records.iter().flat_map(|record| [record.text.as_bytes(), b"\n"].concat()).collect()
        } else {
            self.tree(self.size()).tile(level.parse().ok()?, number, width)?
        };
        Some(tile)
    }

    /// Serves the database under a prefix: `/sumdb/<name>` as a module proxy does, or nothing directly.
    pub(crate) fn serve(&self, server: &Server, prefix: &str) -> &Self {
        let answer = |body: Option<Vec<u8>>, kind: &str| match body {
            Some(body) => Response::new(body).content_type(kind),
            None => Response::status(404, "not found\n"),
        };
        server.route(format!("{prefix}/supported"), Response::new(""));
        let (db, target) = (self.clone(), format!("{prefix}/latest"));
        server.handle(target, move |_| answer(Some(db.head().into_bytes()), TEXT));
        let (db, start) = (self.clone(), format!("{prefix}/lookup/"));
        server.handle_prefix(start.clone(), move |request| {
            answer(db.lookup(&request.target[start.len()..]).map(String::into_bytes), TEXT)
        });
        let (db, start) = (self.clone(), format!("{prefix}/tile/8/"));
        server.handle_prefix(start.clone(), move |request| {
            answer(db.tile(&request.target[start.len()..]), "application/octet-stream")
        });
        self
    }

    /// Lets the record of a toolchain wait, where this database is served under a prefix.
    pub(crate) fn stall(&self, server: &Server, prefix: &str, toolchain: &FakeToolchain) -> Gate {
        let (gate, id) = (Gate::new(), format!("golang.org/toolchain@{}", toolchain.module_version()));
        let lookup = Response::new(self.lookup(&id).unwrap()).fault(Fault::StallHead(gate.clone()));
        server.route(format!("{prefix}/lookup/{id}"), lookup);
        gate
    }
}

/// A Merkle tree, by its leaves.
#[derive(Clone)]
pub(crate) struct Tree(pub(crate) Vec<Hash>);

impl Tree {
    /// The root.
    pub(crate) fn root(&self) -> Hash {
        root(&self.0)
    }

    /// A tile with `width` hashes, if the tree has them.
    pub(crate) fn tile(&self, level: u32, number: usize, width: usize) -> Option<Vec<u8>> {
        let span = TILE.checked_pow(level)?;
        let first = number.checked_mul(TILE)?;
        let node = |index: usize| self.0.get(index * span..(index + 1) * span).map(root);
        let nodes: Option<Vec<Hash>> = (first..first + width).map(node).collect();
        nodes.map(|nodes| nodes.concat())
    }
}

/// The hash of a leaf.
pub(crate) fn leaf(text: &[u8]) -> Hash {
    Sha256::digest([&[0], text].concat()).into()
}

fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        _ => {
            let left = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(left);
            Sha256::digest([&[1], root(left).as_slice(), &root(right)].concat()).into()
        }
    }
}
