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
        let job = Job { tree, has_checksum: &|| false, phases: &(), stop: AtomicBool::new(false) };
        unpack(&mut Bytes::File(archive.into()), &job)?.content
    });
});
