//! Honest archives with a few bytes changed at random: either the change did not matter, and the tree is
//! the honest one, or they are refused and nothing is left.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use gox::install::archive::{self, Job};
use gox::install::donors::Donors;
use gox::install::writer::Writer;
use gox::source::Bytes;
use gox::store::receipt::hex;
use proptest::prelude::*;
use proptest::sample::Index;
use sha2::{Digest, Sha256};

use super::{outside, serve, toolchain};
use crate::support::raw;
use crate::support::sandbox::Sandbox;
use crate::support::tree::{Kind, entries};

/// One change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Delete(Index, usize),
    /// Bytes from one place once more at another: headers where data is, and the other way round.
    Copy(Index, Index, usize),
    Cut(Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        6 => (at(), 1..=255_u8).prop_map(|(at, bits)| Change::Flip(at, bits)),
        2 => (at(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        2 => (at(), 1..600_usize).prop_map(|(at, count)| Change::Delete(at, count)),
        2 => (at(), at(), 1..600_usize).prop_map(|(from, to, count)| Change::Copy(from, to, count)),
        1 => at().prop_map(Change::Cut),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        match change {
            Change::Flip(at, bits) => bytes[at.index(length)] ^= bits,
            Change::Insert(at, new) => drop(bytes.splice(at.index(length)..at.index(length), new.clone())),
            Change::Delete(at, count) => {
                let start = at.index(length);
                bytes.drain(start..(start + count).min(length));
            }
            Change::Copy(from, to, count) => {
                let (from, to) = (from.index(length), to.index(length));
                let piece = bytes[from..(from + count).min(length)].to_vec();
                let end = (to + piece.len()).min(length);
                bytes.splice(to..end, piece);
            }
            Change::Cut(at) => bytes.truncate(at.index(length)),
        }
    }
    bytes
}

/// Installs through the program.
fn check(source: &str, bytes: &[u8], honest: &str) -> Result<(), TestCaseError> {
    let sandbox = Sandbox::in_use();
    let (_server, variables) = serve(bytes.to_vec(), bytes.to_vec(), &toolchain());
    let before = outside(&sandbox);
    let run = sandbox.gox(["install", "1.99.1"]).envs(variables).env("GOX_SOURCES", source).run();
    let listing = if run.code() == 0 {
        honest.to_owned()
    } else {
        prop_assert_eq!(run.code(), 5, "{}", run.stderr);
        prop_assert_eq!(outside(&sandbox), before);
        String::new()
    };
    prop_assert_eq!(sandbox.listing("toolchains/go1.99.1"), listing, "{}", run.stderr);
    prop_assert_eq!(sandbox.listing("staging"), "");
    Ok(())
}

fn honest(source: &str, bytes: Vec<u8>) -> String {
    let sandbox = Sandbox::in_use();
    let (_server, variables) = serve(bytes.clone(), bytes, &toolchain());
    let run = sandbox.gox(["install", "1.99.1"]).envs(variables).env("GOX_SOURCES", source).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    sandbox.listing("toolchains/go1.99.1")
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() }
}

/// Path and sha256 of all files below a folder, and the folders.
fn on_disk(root: &Path) -> Vec<(String, String)> {
    let files = entries(root).into_iter().filter(|entry| entry.kind != Kind::Dir);
    let hashed = files.map(|entry| {
        assert_eq!(entry.kind, Kind::File, "{}", entry.path);
        let sha256: [u8; 32] = Sha256::digest(fs::read(root.join(&entry.path)).unwrap()).into();
        (entry.path, hex(&sha256))
    });
    hashed.collect()
}

#[test]
fn archives() {
    let tree = honest("dl", toolchain().tar_gz());
    let tar = raw::tar(&toolchain().tar_entries());
    let changes = prop::collection::vec(change(), 1..4);
    let run = |(changes, packed): (Vec<Change>, bool)| {
        let bytes = if packed {
            changed(raw::gzip(&tar), &changes)
        } else {
            raw::gzip(&changed(tar.clone(), &changes))
        };
        check("dl", &bytes, &tree)
    };
    let strategy = (changes, prop::bool::weighted(0.2));
    proptest::test_runner::TestRunner::new(config(48)).run(&strategy, run).unwrap();
}

#[test]
fn module_zips() {
    let (tree, zip) = (honest("proxy", toolchain().zip()), toolchain().zip());
    let changes = prop::collection::vec(change(), 1..3);
    let run = |changes: Vec<Change>| check("proxy", &changed(zip.clone(), &changes), &tree);
    proptest::test_runner::TestRunner::new(config(48)).run(&changes, run).unwrap();
}

/// What the unpacker makes of a tar before anything is proven: only regular files, only below the root,
/// and it knows all of them.
#[test]
fn the_unpacker_knows_what_it_wrote() {
    let tar = raw::tar(&toolchain().tar_entries());
    let run = |changes: Vec<Change>| {
        let folder = tempfile::tempdir().unwrap();
        let (root, file) = (folder.path().join("tree"), folder.path().join("archive"));
        fs::create_dir(&root).unwrap();
        fs::write(&file, raw::gzip(&changed(tar.clone(), &changes))).unwrap();
        let tree = Writer::new(root.clone(), Donors::default());
        let stop = AtomicBool::new(false);
        let job = Job { tree: &tree, has_checksum: &|| true, is_provable: &|_| Ok(()), phases: &(), stop };
        let unpacked = archive::unpack(&mut Bytes::File(file), &job);
        let unpacked = unpacked.map_err(|error| TestCaseError::fail(error.line()))?;
        let records = tree.records();
        let known: Vec<_> = records.into_iter().map(|file| (file.path, hex(&file.sha256))).collect();
        if unpacked.content.is_ok() {
            prop_assert_eq!(on_disk(&root), known);
        }
        prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        Ok(())
    };
    let changes = prop::collection::vec(change(), 1..4);
    proptest::test_runner::TestRunner::new(config(256)).run(&changes, run).unwrap();
}
