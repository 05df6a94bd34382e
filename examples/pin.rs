//! Adds the archives of a release list to the checksums that are compiled into gox:
//!
//! ```text
//! curl -o list.json 'https://go.dev/dl/?mode=json&include=all'
//! cargo run --example pin -- list.json
//! ```
//!
//! A line is never changed: a list that names another checksum for a file that is there already is an
//! error. Archives without a sha256 (before Go 1.5.3 there is only a sha1) are left out.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

use gox::source::releases::Release;

const PINNED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/proof/pinned.sha256");

#[expect(clippy::print_stderr, reason = "a program for maintainers")]
fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: pin LIST.json")?;
    let releases: Vec<Release> = serde_json::from_slice(&fs::read(&path)?)?;
    let text = fs::read_to_string(PINNED)?;
    let mut pinned: BTreeMap<String, String> = text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sha256, file)| (file.into(), sha256.into()))
        .collect();
    let before = pinned.len();
    for file in releases.into_iter().flat_map(|release| release.files) {
        if file.kind != "archive" || file.sha256.is_empty() {
            continue;
        }
        gox::store::receipt::unhex(&file.sha256).ok_or_else(|| format!("{}: no sha256", file.filename))?;
        let known = pinned.entry(file.filename.clone()).or_insert_with(|| file.sha256.clone());
        if *known != file.sha256 {
            return Err(format!("{}: pinned {known}, listed {}", file.filename, file.sha256).into());
        }
    }
    let lines = pinned.iter().map(|(file, sha256)| format!("{sha256}  {file}\n"));
    fs::write(PINNED, lines.collect::<String>())?;
    eprintln!("{} checksums, {} of them new", pinned.len(), pinned.len() - before);
    Ok(())
}
