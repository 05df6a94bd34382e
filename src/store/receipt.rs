//! The receipt of a toolchain: what was installed, from where, by which proofs. And its manifest: the sha256 of
//! all files, in the format of `sha256sum -c`, so that an auditor needs no gox.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize};

use super::layout::{self, LAYOUT};
use crate::fs::read::read_at_most;
use crate::go::name::ToolchainName;
use crate::go::proof::Proof;
use crate::go::source::SourceName;

/// The longest receipt, in bytes; real ones have less than 1 KiB.
const MAX_RECEIPT: usize = 1 << 20;
/// The longest manifest, in bytes; one of 12,000 files has about 1 MB.
const MAX_MANIFEST: usize = 64 << 20;

/// A receipt, in JSON as `.gox/receipt.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// The number of the store's layout.
    pub layout: u32,
    /// The toolchain's name: `go1.22.4`.
    pub toolchain: ToolchainName,
    /// GOOS and GOARCH, as in `linux-amd64`.
    pub platform: String,
    /// The source of the bytes.
    pub source: SourceName,
    /// The URL or path of the bytes, without credentials.
    pub address: String,
    /// The sha256 of the archive, in hex; `None` for a module zip, for which `h1` is the proof.
    pub sha256: Option<String>,
    /// The `h1:` hash of the toolchain as a module, as in the checksum database.
    pub h1: String,
    /// The proofs that held; names that only another version of gox knows are ignored.
    #[serde(deserialize_with = "proofs")]
    pub proofs: Vec<Proof>,
    /// The time of the install, in seconds since 1970.
    pub installed: u64,
    /// The sha256 of the manifest, in hex, which covers the files that `h1` does not. `None` from an early gox.
    #[serde(default)]
    pub manifest: Option<String>,
    /// The number of files.
    pub files: u64,
    /// The size of all files, in bytes.
    pub bytes: u64,
    /// The size of the files that are shared with other toolchains by hard links, in bytes.
    pub shared: u64,
    /// The packed bytes that were downloaded for it, 0 where a file of this machine was read. `None` from an early gox.
    #[serde(default)]
    pub downloaded: Option<u64>,
    /// The version of gox that installed the toolchain.
    pub gox: String,
}

impl Receipt {
    /// Reads the receipt in `goroot`; `None` if it is missing or invalid, or has another layout or toolchain.
    pub fn read(goroot: &Path) -> Option<Self> {
        let text = read_at_most(&layout::receipt(goroot), MAX_RECEIPT).ok()?;
        let receipt: Receipt = serde_json::from_slice(&text).ok()?;
        // A tree that was copied under another name has the receipt of the original.
        let is_its_own = goroot.file_name().is_some_and(|name| name == receipt.toolchain.as_str());
        (receipt.layout == LAYOUT && is_its_own).then_some(receipt)
    }
}

/// The time now, as a receipt has it: in seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

fn proofs<'de, D: Deserializer<'de>>(words: D) -> Result<Vec<Proof>, D::Error> {
    let words = Vec::<String>::deserialize(words)?;
    Ok(words.iter().filter_map(|word| Proof::parse(word)).collect())
}

/// A line of a manifest: a file of a toolchain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileRecord {
    /// The path below the GOROOT, separated by slashes.
    pub path: String,
    /// The sha256 of the content.
    pub sha256: [u8; 32],
}

/// Reads the text of a toolchain's manifest.
pub fn read_manifest(goroot: &Path) -> io::Result<String> {
    let text = read_at_most(&layout::manifest(goroot), MAX_MANIFEST)?;
    String::from_utf8(text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The text of the manifest with these files, in their order: lines of `<sha256>  <path>`.
pub fn manifest_text(files: &[FileRecord]) -> String {
    let mut text = String::with_capacity(files.len() * 110);
    for file in files {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {}", hex(&file.sha256), file.path);
    }
    text
}

/// Parses the text of a manifest. Invalid lines are ignored.
pub fn manifest_records(text: &str) -> impl Iterator<Item = FileRecord> + '_ {
    text.lines().filter_map(|line| {
        let (digest, path) = line.split_once("  ")?;
        Some(FileRecord { path: path.to_owned(), sha256: unhex(digest)? })
    })
}

/// Encodes bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| DIGITS[usize::from(digit)] as char)
        .collect()
}

/// Decodes a sha256 from 64 hex digits, in upper or lower case.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FileRecord, hex, manifest_records, manifest_text, unhex};

    #[test]
    fn lines_that_are_no_record_are_passed_over() {
        let digest = "0aF9".repeat(16);
        let text =
            format!("{digest}  a  b\n{digest} c\n{digest}0  d\n{digest}  \n\n  e\n+{}  f\n", &digest[1..]);
        let paths: Vec<String> = manifest_records(&text).map(|record| record.path).collect();
        assert_eq!(paths, ["a  b", ""]);
        assert_eq!(hex(&unhex(&digest).unwrap()), digest.to_lowercase());
    }

    proptest! {
        /// Paths have no control characters, because the guard of the install refuses them.
        #[test]
        fn a_manifest_is_read_back(files in proptest::collection::vec(("[^\\p{Cc}]{1,20}", any::<[u8; 32]>()), 0..5)) {
            let files: Vec<FileRecord> = files.into_iter().map(|(path, sha256)| FileRecord { path, sha256 }).collect();
            prop_assert_eq!(manifest_records(&manifest_text(&files)).collect::<Vec<_>>(), files);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[0-9a-fé]{60,68}  .{0,5}") {
            for text in [text, near] {
                for record in manifest_records(&text) {
                    prop_assert_eq!(unhex(&hex(&record.sha256)), Some(record.sha256));
                }
            }
        }
    }
}
