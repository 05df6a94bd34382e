//! The lines of a GOENV file: as Go's `cfg.readEnvFile`, which keeps them all in a map.
#![no_main]

use std::collections::HashMap;

use gox::select::goenv;
use libfuzzer_sys::fuzz_target;

fn read(text: &str) -> HashMap<&str, &str> {
    let mut map = HashMap::new();
    for line in text.split('\n') {
        let first = line.as_bytes().first().copied().unwrap_or(0);
        if let Some(at) = line.find('=').filter(|_| first.is_ascii_uppercase()) {
            map.insert(&line[..at], &line[at + 1..]);
        }
    }
    map
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let map = read(&text);
    for key in ["GOTOOLCHAIN", "GOPROXY", "GOROOT"] {
        assert_eq!(goenv::lookup(&text, key), map.get(key).copied(), "{key}");
    }
});
