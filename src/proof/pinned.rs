//! The sha256 of every archive known when this gox was released, compiled in.
//!
//! The data is `pinned.sha256`, which `sha256sum -c` can read; `build.rs` turns it into tables.
//! `cargo run --example pin -- LIST.json` adds the archives of a newer release list.

use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::version::Version;

include!(concat!(env!("OUT_DIR"), "/pinned.rs"));

/// Sorted records of [`RECORD`] bytes: the index of the toolchain in `TOOLCHAINS` (2 bytes, big-endian), the index of
/// the suffix in `SUFFIXES` (1 byte), the sha256 (32 bytes).
static RECORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pinned.bin"));
/// Bytes of a record's two indexes, by which records are sorted.
const KEY: usize = 3;
/// Bytes of a record.
const RECORD: usize = KEY + 32;

/// The pinned sha256 of an archive, such as `go1.22.4.linux-amd64.tar.gz`.
pub fn sha256(file: &str) -> Option<[u8; 32]> {
    SUFFIXES.iter().enumerate().find_map(|(index, suffix)| {
        let toolchain = file.strip_suffix(suffix)?.strip_suffix('.')?;
        record(TOOLCHAINS.binary_search(&toolchain).ok()?, index)
    })
}

/// The names of all toolchains with a pinned archive for `platform`.
pub fn toolchains(platform: Platform) -> Vec<ToolchainName> {
    let suffix = platform.archive_suffix();
    let Ok(suffix) = SUFFIXES.binary_search(&suffix.as_str()) else { return Vec::new() };
    let named = TOOLCHAINS.iter().enumerate().filter(|(index, _)| record(*index, suffix).is_some());
    named.map(|(_, name)| ToolchainName::new(*name)).collect()
}

/// The versions of all releases with a pinned archive for any platform, in no order.
pub fn released() -> Vec<Version> {
    TOOLCHAINS.iter().filter_map(|name| ToolchainName::new(*name).release().cloned()).collect()
}

fn record(toolchain: usize, suffix: usize) -> Option<[u8; 32]> {
    let [high, low] = u16::try_from(toolchain).ok()?.to_be_bytes();
    let key = [high, low, u8::try_from(suffix).ok()?];
    let (records, _) = RECORDS.as_chunks::<RECORD>();
    let found = records.binary_search_by(|record| record[..KEY].cmp(&key)).ok()?;
    records[found][KEY..].try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{RECORDS, SUFFIXES, TOOLCHAINS, released, sha256, toolchains};
    use crate::go::platform::Platform;
    use crate::go::version::Version;
    use crate::store::receipt::hex;

    #[test]
    fn every_line_of_the_source_is_found() {
        let text = include_str!("pinned.sha256");
        assert_eq!(text.lines().count(), 6605);
        for line in text.lines() {
            let (expected, file) = line.split_once("  ").unwrap();
            assert_eq!(sha256(file).map(|sha256| hex(&sha256)).as_deref(), Some(expected), "{file}");
        }
    }

    /// A pin is for all platforms: Go 1.15 had no archive for Apple's processors.
    #[test]
    fn a_release_is_known_on_a_platform_without_it() {
        let version = Version::parse("1.15.15").unwrap();
        let apple = Platform { os: "darwin", arch: "arm64" };
        assert!(!toolchains(apple).contains(&version.toolchain()));
        assert!(!toolchains(apple).is_empty() && released().contains(&version));
    }

    #[test]
    fn other_names_are_not_found() {
        for file in [
            "",
            ".",
            "go1.22.4",
            "go1.22.4.linux-amd64",
            "go1.22.linux-amd64.tar.gz",
            "go1.22.4.linux-amd64.tar.gz.asc",
        ] {
            assert_eq!(sha256(file), None, "{file:?}");
        }
    }

    #[test]
    fn the_tables_are_small() {
        let strings: usize =
            TOOLCHAINS.iter().chain(&SUFFIXES).map(|text| text.len() + size_of::<&str>()).sum();
        assert!(RECORDS.len() + strings <= 300_000, "{}", RECORDS.len() + strings);
    }

    #[test]
    fn toolchains_are_those_of_the_platform() {
        let linux = toolchains(Platform { os: "linux", arch: "arm" });
        assert!(linux.contains(&"go1.22.4".into()) && !linux.contains(&"go1.5".into()));
        let mac = toolchains(Platform { os: "darwin", arch: "arm64" });
        assert!(mac.contains(&"go1.22.4".into()) && !mac.contains(&"go1.10".into()), "{mac:?}");
        assert!(toolchains(Platform { os: "linux", arch: "pdp11" }).is_empty());
    }
}
