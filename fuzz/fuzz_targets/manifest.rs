//! Receipts and manifests: what is written is read back, and strange bytes are no receipt.
#![no_main]

use gox::store::receipt::{FileRecord, Receipt, hex, manifest_records, manifest_text, unhex};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    // No path with a control character passes the guard.
    let paths = text.split('\n').filter(|path| !path.contains(char::is_control));
    let record = |path: &str| FileRecord { path: path.to_owned(), sha256: Sha256::digest(path).into() };
    let files: Vec<FileRecord> = paths.map(record).collect();
    let written = manifest_text(&files);
    assert_eq!(manifest_records(&written).collect::<Vec<_>>(), files);
    assert_eq!(written.lines().count(), files.len());
    for record in manifest_records(&text) {
        assert_eq!(unhex(&hex(&record.sha256)), Some(record.sha256));
        let again = manifest_text(std::slice::from_ref(&record));
        assert_eq!(manifest_records(&again).collect::<Vec<_>>(), [record]);
    }
    if let Ok(receipt) = serde_json::from_slice::<Receipt>(bytes) {
        let text = serde_json::to_string(&receipt).unwrap();
        let again: Receipt = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }
});
