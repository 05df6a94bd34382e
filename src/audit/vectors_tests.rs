//! All entries of the database that affected Go itself on 2026-08-21, and all versions of Go by then.
//! `tests/data/vulndb/affected.json` has a bit for each version and entry, computed by another program.

use std::collections::BTreeMap;

use ::semver::Version as Semver;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::cache::Cache;
use super::entry::{self, Entry};
use super::remedy::Remedies;
use super::semver;
use crate::go::platform::Platform;
use crate::go::version::Version;

#[derive(Deserialize)]
struct Matrix {
    versions: Vec<String>,
    affected: BTreeMap<String, String>,
}

fn entries() -> Vec<Entry> {
    let texts: Vec<Value> =
        serde_json::from_str(include_str!("../../tests/data/vulndb/entries.json")).unwrap();
    texts.iter().map(|text| entry::read(text.to_string().as_bytes(), "2026-08-21").unwrap()).collect()
}

fn version(text: &str) -> Semver {
    semver::of(&format!("go{text}").as_str().into()).unwrap()
}

fn cache() -> Cache {
    let base = Url::parse("https://vuln.example/").unwrap();
    Cache::new(&base, None, "2026-08-21T20:38:00Z".to_owned(), entries())
}

#[test]
fn all_entries_by_all_versions() {
    let matrix: Matrix = serde_json::from_str(include_str!("../../tests/data/vulndb/affected.json")).unwrap();
    let versions: Vec<Semver> =
        matrix.versions.iter().map(|name| semver::of(&name.as_str().into()).expect(name)).collect();
    let entries = entries();
    assert_eq!((entries.len(), matrix.affected.len(), versions.len()), (199, 199, 380));
    // As it is read again from the cache.
    let entries: Vec<Entry> = serde_json::from_str(&serde_json::to_string(&entries).unwrap()).unwrap();
    for entry in entries {
        let digits = matrix.affected[&entry.id].chars().map(|digit| digit.to_digit(16).unwrap());
        let bits = digits.flat_map(|digit| [8, 4, 2, 1].map(|bit| digit & bit != 0));
        for ((version, name), expected) in versions.iter().zip(&matrix.versions).zip(bits) {
            assert_eq!(entry.affects(version), expected, "{} {name}", entry.id);
        }
    }
}

#[test]
fn the_boundaries() {
    let entries: BTreeMap<String, Entry> =
        entries().into_iter().map(|entry| (entry.id.clone(), entry)).collect();
    for (id, boundaries) in [
        ("GO-2021-0069", "-1.13.15 +1.14beta1 +1.14.11 -1.14.12 +1.15beta1 +1.15.4 -1.15.5"),
        ("GO-2022-0189", "+1.10.5 -1.10.6 +1.11beta1 +1.11.2 -1.11.3"),
        ("GO-2023-1987", "+1.20.6 -1.20.7 +1.21rc3 -1.21rc4"),
        ("GO-2023-2042", "-1.20.14 +1.21rc1 +1.21.0 -1.21.1"),
        ("GO-2024-2962", "+1.20.14 -1.21rc1"),
        ("GO-2025-3373", "+1.24rc1 -1.24rc2 -1.24.0"),
        ("GO-2025-3956", "-1.23.12 -1.24rc3 +1.24.0 -1.24.6"),
        ("GO-2026-6218", "+1.25.12 -1.25.13 +1.26.5 -1.26.6 +1.27rc2 -1.27rc3"),
    ] {
        for boundary in boundaries.split(' ') {
            let (sign, text) = boundary.split_at(1);
            assert_eq!(entries[id].affects(&version(text)), sign == "+", "{id} {boundary}");
        }
    }
}

#[test]
fn platforms_and_packages() {
    let entries = entries();
    let of = |id: &str| entries.iter().find(|entry| entry.id == id).unwrap();
    let [linux, windows, mac] = [("linux", "amd64"), ("windows", "amd64"), ("darwin", "arm64")]
        .map(|(os, arch)| Platform { os, arch });
    let both = of("GO-2025-3750");
    assert!(both.affects(&version("1.24.3")));
    assert!(!both.affects_on(&version("1.24.3"), linux) && both.affects_on(&version("1.24.3"), windows));
    assert_eq!(both.packages(&version("1.24.3"), windows), ["os", "syscall"]);
    let cmd = of("GO-2024-2825");
    assert_eq!(
        (cmd.packages(&version("1.22.2"), mac), cmd.packages(&version("1.22.2"), linux)),
        (vec!["cmd/go"], vec![])
    );
    // Two parts of one module, of which one has other versions.
    assert!(of("GO-2023-2185").affects_on(&version("1.21.3"), windows));
}

#[test]
fn the_newest_version_of_the_smallest_line_that_has_the_fewest() {
    let cache = cache();
    let known = [
        "1.21.0", "1.21.13", "1.25.12", "1.25.13", "1.26.4", "1.26.5", "1.26.6", "1.26.7", "1.27rc2",
        "1.27.0",
    ];
    let counts = cache.counts();
    let remedies = Remedies::new(&cache, &counts, known.map(|text| Version::parse(text).unwrap()));
    let of = |text: &str| {
        let version = Version::parse(text).unwrap();
        [remedies.in_line(&version), remedies.overall(&version)]
            .map(|found| {
                found.map_or_else(
                    || "-".to_owned(),
                    |found| format!("{} {}", found.version.full(), found.left),
                )
            })
            .join(", ")
    };
    assert_eq!(of("1.26.5"), "1.26.7 0, 1.26.7 0");
    assert_eq!(of("1.27rc2"), "1.27.0 0, 1.27.0 0");
    assert_eq!(of("1.25.12"), "1.25.13 0, 1.26.7 0");
    assert_eq!(of("1.27.0"), "-, -");
    // A line at its end of life has some left, and its newest may have no fewer than the one before.
    let [left, all, before] = ["1.21.12", "1.21.0", "1.21.11"].map(|text| counts.of(&version(text)));
    assert!(0 < left && left < all && before > left);
    assert_eq!(of("1.21.0"), format!("1.21.13 {left}, 1.26.7 0"));
    assert_eq!(of("1.21.13"), "-, 1.26.7 0");
}
