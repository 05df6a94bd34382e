//! The gate of archives, an entry a line: names that passed it together make one tree, on every file system.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use gox::go::source::Format;
use gox::install::guard::{Guard, MAX_PATH, MAX_UNPACKED};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (&form, entries) = input.split_first().unwrap_or((&b'a', &[]));
    let (format, prefix) =
        if form == b'z' { (Format::ModuleZip, "golang.org/toolchain@v/") } else { (Format::Archive, "go/") };
    let mut guard = Guard::new(format, prefix.to_owned());
    let (mut files, mut directories, mut bytes) = (BTreeMap::new(), BTreeSet::new(), 0_u64);
    for entry in entries.split(|byte| *byte == b'\n') {
        // Capital letters: the whole name is there. `g` and `G`: half of what a tree may have.
        let (&kind, name) = entry.split_first().unwrap_or((&b'f', &[]));
        let directory = kind.eq_ignore_ascii_case(&b'd');
        let size = if kind.eq_ignore_ascii_case(&b'g') { MAX_UNPACKED / 2 } else { 1 };
        let name =
            if !kind.is_ascii_uppercase() { [prefix.as_bytes(), name].concat() } else { name.to_vec() };
        let admitted =
            if directory { guard.directory(&name).map(|()| None) } else { guard.file(&name, size).map(Some) };
        match admitted {
            // An installer stops at the first that is refused.
            Err(reason) => return assert!(!reason.contains(char::is_control), "{reason:?}"),
            Ok(None) => {
                let name = std::str::from_utf8(&name).unwrap();
                let path = name.strip_suffix('/').unwrap_or(name);
                if let Some(path) = path.strip_prefix(prefix) {
                    directories.insert(path.to_owned());
                } else {
                    assert_eq!(path, prefix.trim_end_matches('/'));
                }
            }
            Ok(Some(path)) => {
                bytes += size;
                assert!(files.insert(path, size).is_none());
            }
        }
    }
    assert!(bytes <= MAX_UNPACKED);
    for path in files.keys().chain(&directories) {
        assert!(path.len() <= MAX_PATH && !path.contains(['\\', '\0']), "{path:?}");
        assert!(path.split('/').all(|part| !["", ".", ".."].contains(&part)), "{path:?}");
        assert!(!path.split('/').next().unwrap().eq_ignore_ascii_case(".gox"), "{path:?}");
    }
    // Every directory above, too: one spelling where case does not count, and no file in its place.
    let mut all: BTreeSet<&str> = files.keys().chain(&directories).map(String::as_str).collect();
    for path in all.clone() {
        all.extend(path.match_indices('/').map(|(end, _)| &path[..end]));
    }
    let folded: BTreeSet<String> = all.iter().map(|path| path.to_lowercase()).collect();
    assert_eq!(folded.len(), all.len(), "{all:?}");
    for path in &all {
        assert!(path.match_indices('/').all(|(end, _)| !files.contains_key(&path[..end])), "{path:?}");
    }
});
