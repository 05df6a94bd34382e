//! Verifies an installed tree: compares all files with the manifest, and the manifest with the receipt.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::layout::{self, OWN};
use super::modes;
use super::receipt::{FileRecord, Receipt, hex, manifest_records, manifest_text, read_manifest};
use crate::error::{Error, Kind, Result};
use crate::fs::read::open_unnoticed;
use crate::go::name::ToolchainName;
use crate::os::threads::{self, Queue};
use crate::text;

/// How a file or directory differs from what was installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// The content changed.
    Content,
    /// It is missing.
    Missing,
    /// It was not installed.
    Added,
    /// The permissions changed.
    Mode {
        /// The permissions now.
        found: u32,
        /// The permissions as installed.
        expected: u32,
    },
    /// It is a link, directory or device, not a regular file.
    Kind,
    /// It could not be read; with the reason.
    Unreadable(String),
}

impl FileChange {
    /// The name of the change in `--json`.
    pub fn word(&self) -> &'static str {
        match self {
            FileChange::Content => "changed",
            FileChange::Missing => "missing",
            FileChange::Added => "added",
            FileChange::Mode { .. } => "mode",
            FileChange::Kind => "kind",
            FileChange::Unreadable(_) => "unreadable",
        }
    }
}

impl fmt::Display for FileChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileChange::Mode { found, expected } => write!(f, "mode {found:04o}, not {expected:04o}"),
            FileChange::Kind => f.write_str("not a regular file"),
            FileChange::Unreadable(reason) => write!(f, "unreadable ({reason})"),
            change => f.write_str(change.word()),
        }
    }
}

/// The result of verifying a toolchain.
#[derive(Debug)]
pub struct Found {
    /// The receipt.
    pub receipt: Receipt,
    /// The `h1:` hash of the installed files as they are now.
    pub h1: String,
    /// The differences by path.
    pub changes: BTreeMap<String, FileChange>,
}

/// Computes the `h1:` hash of a toolchain from its files: `proof::dirhash`, on which the store does not depend.
pub type H1 = fn(&ToolchainName, &[FileRecord]) -> String;

/// Verifies the tree in `goroot`; calls `advance` with the number of bytes as they are hashed. `None` without a
/// receipt, because there is nothing to compare with.
pub fn tree(goroot: &Path, h1: H1, advance: &(dyn Fn(u64) + Sync)) -> Result<Option<Found>> {
    if layout::receipt(goroot).symlink_metadata().is_err() {
        return Ok(None);
    }
    let receipt = Receipt::read(goroot).ok_or_else(|| {
        let path = layout::receipt(goroot);
        Error::new(Kind::Verification, format!("the receipt is damaged: `{}`", path.display()))
    })?;
    let mut changes = BTreeMap::new();
    let manifest = expected_files(goroot, &receipt, h1, &mut changes);
    let mut walk = Walk { goroot, manifest: &manifest, changes, files: Vec::new() };
    if let Ok(data) = goroot.symlink_metadata() {
        walk.check_mode(".", &data, modes::DIRECTORY);
    }
    walk.directory("");
    let Walk { mut changes, files, .. } = walk;
    let mut hashed = Vec::with_capacity(files.len());
    for (path, digest) in hash_all(goroot, files, advance) {
        match digest {
            Ok(sha256) => {
                if manifest.get(&path).is_some_and(|expected| *expected != sha256) {
                    changes.insert(path.clone(), FileChange::Content);
                }
                hashed.push(FileRecord { path, sha256 });
            }
            Err(error) => drop(changes.insert(path, FileChange::Unreadable(text::cause(&error)))),
        }
    }
    let known: HashSet<&str> = hashed.iter().map(|file| file.path.as_str()).collect();
    for path in manifest.keys().filter(|path| !known.contains(path.as_str())) {
        changes.entry(path.clone()).or_insert(FileChange::Missing);
    }
    Ok(Some(Found { h1: h1(&receipt.toolchain, &hashed), receipt, changes }))
}

/// Reads the manifest, and records a change if its sha256, number of files or `h1:` differ from the receipt.
fn expected_files(
    goroot: &Path,
    receipt: &Receipt,
    h1: H1,
    changes: &mut BTreeMap<String, FileChange>,
) -> BTreeMap<String, [u8; 32]> {
    let name = format!("{OWN}/manifest");
    let text = match read_manifest(goroot) {
        Ok(text) => text,
        Err(error) => {
            changes.insert(name, FileChange::Unreadable(text::cause(&error)));
            return BTreeMap::new();
        }
    };
    let records: Vec<FileRecord> = manifest_records(&text).collect();
    let sound = text == manifest_text(&records)
        && receipt.manifest.as_ref().is_none_or(|sha256| *sha256 == hex(&Sha256::digest(&text)))
        && records.len() as u64 == receipt.files
        && h1(&receipt.toolchain, &records) == receipt.h1;
    if !sound {
        changes.insert(name, FileChange::Content);
    }
    records.into_iter().map(|record| (record.path, record.sha256)).collect()
}

/// A walk through the tree, which compares names, types and modes.
struct Walk<'a> {
    goroot: &'a Path,
    manifest: &'a BTreeMap<String, [u8; 32]>,
    changes: BTreeMap<String, FileChange>,
    /// The regular files to hash, with their sizes.
    files: Vec<(String, u64)>,
}

impl Walk<'_> {
    fn directory(&mut self, path: &str) {
        let entries = fs::read_dir(self.goroot.join(path)).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                return drop(
                    self.changes.insert(path.to_owned(), FileChange::Unreadable(text::cause(&error))),
                );
            }
        };
        for entry in entries {
            let name = entry.file_name();
            let full = if path.is_empty() { PathBuf::from(&name) } else { Path::new(path).join(&name) };
            let shown = full.to_string_lossy().into_owned();
            match entry.metadata() {
                Ok(data) if full.to_str().is_some() => self.entry(shown, &data),
                // gox installs no names that are not UTF-8.
                Ok(_) => drop(self.changes.insert(shown, FileChange::Added)),
                Err(error) => drop(self.changes.insert(shown, FileChange::Unreadable(text::cause(&error)))),
            }
        }
    }

    fn entry(&mut self, path: String, data: &Metadata) {
        if data.is_dir() && (path == OWN || self.holds_files(&path)) {
            self.check_mode(&path, data, modes::DIRECTORY);
            return self.directory(&path);
        }
        let is_own =
            [layout::receipt(Path::new("")), layout::manifest(Path::new(""))].contains(&path.as_str().into());
        if !is_own && !self.manifest.contains_key(&path) {
            self.changes.insert(path, FileChange::Added);
        } else if !data.is_file() {
            self.changes.insert(path, FileChange::Kind);
        } else {
            self.check_mode(&path, data, modes::of_file(&path));
            if !is_own {
                self.files.push((path, data.len()));
            }
        }
    }

    /// Whether the manifest has a file in the directory `path` or below.
    fn holds_files(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        self.manifest.range(inside.clone()..).next().is_some_and(|(file, _)| file.starts_with(&inside))
    }

    fn check_mode(&mut self, path: &str, data: &Metadata, expected: u32) {
        let found = data.mode() & 0o7777;
        if found != expected {
            self.changes.insert(path.to_owned(), FileChange::Mode { found, expected });
        }
    }
}

/// Hashes all files on several threads, the largest files first.
fn hash_all(
    goroot: &Path,
    mut files: Vec<(String, u64)>,
    advance: &(dyn Fn(u64) + Sync),
) -> Vec<(String, io::Result<[u8; 32]>)> {
    files.sort_unstable_by_key(|(_, size)| std::cmp::Reverse(*size));
    let queue = Queue::new(&files);
    let work = || {
        let mut buffer = vec![0; 256 << 10];
        let mut digests = Vec::new();
        for (_, (path, _)) in queue.take() {
            digests.push((path.clone(), hash(&goroot.join(path), &mut buffer, advance)));
        }
        digests
    };
    threads::run(usize::MAX, work).into_iter().flatten().collect()
}

/// The sha256 of a file, which is read by `buffer`. `advance` is told of the bytes.
pub fn hash(path: &Path, buffer: &mut [u8], advance: &(dyn Fn(u64) + Sync)) -> io::Result<[u8; 32]> {
    let mut file = open_unnoticed(path)?;
    let mut hasher = Sha256::new();
    loop {
        let count = file.read(buffer)?;
        if count == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(&buffer[..count]);
        advance(count as u64);
    }
}
