//! The `go` and `toolchain` lines of a go.mod: as Go's `gover.GoModLookup`, word for word.
#![no_main]

use gox::select::gomod;
use libfuzzer_sys::fuzz_target;

fn lookup(text: &str, key: &str) -> Option<String> {
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find('\n').unwrap_or(rest.len());
        let line = rest[..end].trim();
        rest = rest.get(end + 1..).unwrap_or("");
        if !line.starts_with(key) {
            continue;
        }
        let value = &line[key.len()..];
        if value.is_empty() || (value.as_bytes()[0] != b' ' && value.as_bytes()[0] != b'\t') {
            continue;
        }
        let end = value.find("//").unwrap_or(value.len());
        return Some(value[..end].trim().to_owned());
    }
    None
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for key in ["go", "toolchain", "module"] {
        let found = gomod::lookup(&text, key);
        assert_eq!(found.map(|(value, _)| value.to_owned()), lookup(&text, key), "{key}");
        if let Some((value, line)) = found {
            assert!(text.split('\n').nth(line - 1).unwrap().contains(value));
        }
    }
});
