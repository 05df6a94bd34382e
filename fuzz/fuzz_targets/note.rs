//! Signed notes: whatever the bytes, no other text is accepted than one that the key's owner signed.
#![no_main]

use gox::proof::sumdb::merkle::TreeHead;
use gox::proof::sumdb::note::{VerifierKey, open};
use libfuzzer_sys::fuzz_target;

const KEY: &str = "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6";
/// All that this key has signed in tests/data.
const SIGNED: [&str; 3] = [
    include_str!("../../tests/data/sumdb_fixture/honest/latest"),
    include_str!("../../tests/data/sumdb_fixture/heads/tree_300"),
    include_str!("../../tests/data/sumdb_fixture/heads/tree_300_fork"),
];

fuzz_target!(|bytes: &[u8]| {
    let key = VerifierKey::parse(KEY).unwrap();
    if let Ok(text) = open(bytes, &key) {
        assert!(SIGNED.iter().any(|note| note.starts_with(&format!("{text}\n"))), "{text:?}");
        assert!(bytes.starts_with(text.as_bytes()));
        let _ = TreeHead::parse(text).unwrap();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = TreeHead::parse(text);
        if let Ok(key) = VerifierKey::parse(text) {
            assert!(!key.name().starts_with(['.', '/']) && !key.name().contains(".."), "{}", key.name());
        }
    }
});
