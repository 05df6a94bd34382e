//! The receipt of a toolchain: what was installed, from where, by which proofs; and the manifest of all
//! its files, which `sha256sum -c` reads, so that an auditor needs no gox.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize};

use super::layout::{self, LAYOUT};
use crate::fs::read::read_at_most;
use crate::go::name::ToolchainName;
use crate::go::proof::Proof;
use crate::go::source::SourceName;

/// A receipt has less than a kilobyte; a longer file is none.
const MAX_RECEIPT: usize = 1 << 20;
/// Twelve thousand files take a megabyte.
const MAX_MANIFEST: usize = 64 << 20;

/// A receipt, as it stands in `.gox/receipt.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// The layout number of the store.
    pub layout: u32,
    /// The toolchain's name: `go1.22.4`.
    pub toolchain: ToolchainName,
    /// GOOS and GOARCH: `linux-amd64`.
    pub platform: String,
    /// Where the bytes came from.
    pub source: SourceName,
    /// The address of the bytes, without credentials.
    pub address: String,
    /// sha256 of the archive, in hex; none for a module zip, whose proof is its content.
    pub sha256: Option<String>,
    /// The directory hash of the module form, as the checksum database has it.
    pub h1: String,
    /// Why they are believed; words of another gox are passed over.
    #[serde(deserialize_with = "proofs")]
    pub proofs: Vec<Proof>,
    /// Seconds since 1970.
    pub installed: u64,
    /// sha256 of the manifest, in hex, which covers what `h1` does not; receipts of an early gox lack it.
    #[serde(default)]
    pub manifest: Option<String>,
    /// The number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The bytes among them that other toolchains had already.
    pub shared: u64,
    /// The version of gox.
    pub gox: String,
}

impl Receipt {
    /// The receipt of a toolchain; none when there is none, or when it cannot be read.
    pub fn read(goroot: &Path) -> Option<Self> {
        let text = read_at_most(&layout::receipt(goroot), MAX_RECEIPT).ok()?;
        let receipt: Receipt = serde_json::from_slice(&text).ok()?;
        // A receipt that was copied from elsewhere says nothing about this one.
        let is_its_own = goroot.file_name().is_some_and(|name| name == receipt.toolchain.as_str());
        (receipt.layout == LAYOUT && is_its_own).then_some(receipt)
    }
}

fn proofs<'de, D: Deserializer<'de>>(words: D) -> Result<Vec<Proof>, D::Error> {
    let words = Vec::<String>::deserialize(words)?;
    Ok(words.iter().filter_map(|word| Proof::parse(word)).collect())
}

/// A file of a toolchain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileRecord {
    /// The path below the GOROOT, with slashes.
    pub path: String,
    /// The content's sha256.
    pub sha256: [u8; 32],
}

/// The text of a toolchain's manifest.
pub fn read_manifest(goroot: &Path) -> io::Result<String> {
    let text = read_at_most(&layout::manifest(goroot), MAX_MANIFEST)?;
    String::from_utf8(text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The text of a manifest: `<sha256>  <path>` a line, by path.
pub fn manifest_text(files: &[FileRecord]) -> String {
    let mut text = String::with_capacity(files.len() * 110);
    for file in files {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {}", hex(&file.sha256), file.path);
    }
    text
}

/// The records of a manifest; lines that are none are passed over.
pub fn manifest_records(text: &str) -> impl Iterator<Item = FileRecord> + '_ {
    text.lines().filter_map(|line| {
        let (digest, path) = line.split_once("  ")?;
        Some(FileRecord { path: path.to_owned(), sha256: unhex(digest)? })
    })
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| DIGITS[usize::from(digit)] as char)
        .collect()
}

/// The sha256 that 64 hex digits, of either case, stand for.
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
        /// No path with a control character passes the guard.
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
