//! A tar.gz as it comes: one gzip member, nothing after it, and no more than it can hold.
#![no_main]

mod grown;

use std::sync::atomic::AtomicBool;

use gox::install::archive::{Job, unpack};
use gox::source::Bytes;
use libfuzzer_sys::fuzz_target;

/// Deflate makes at most this many bytes of one.
const FACTOR: u64 = 1032;

fuzz_target!(|bytes: &[u8]| {
    grown::check(bytes, bytes.len() as u64 * FACTOR, |archive, tree| {
        let stop = AtomicBool::new(false);
        let job = Job { tree, has_checksum: &|| false, is_provable: &|_| Ok(()), phases: &(), stop };
        unpack(&mut Bytes::File(archive.into()), &job)?.content
    });
});
