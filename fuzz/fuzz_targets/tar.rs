//! A tar through the whole unpacker: only regular files, all below the tree, no panic.
//!
//! The bytes are those of the tar: it is packed here, and the checksums of its headers are set right, since
//! guessing those would teach nothing.
#![no_main]

mod grown;

use std::io::Write;
use std::sync::atomic::AtomicBool;

use flate2::{Compression, write::GzEncoder};
use gox::install::archive::{Job, unpack};
use gox::source::Bytes;
use libfuzzer_sys::fuzz_target;

const BLOCK: usize = 512;

fn repair(tar: &mut [u8]) {
    let mut at = 0;
    while let Some(header) = tar.get_mut(at..at + BLOCK) {
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        if sum == 8 * 32 {
            // An empty block has no checksum.
            header[148..156].fill(0);
        } else {
            header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
        let size = std::str::from_utf8(&header[124..135]).ok();
        let size = size.and_then(|size| usize::from_str_radix(size.trim(), 8).ok()).unwrap_or(0);
        at += BLOCK + size.min(tar.len()).next_multiple_of(BLOCK);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&flags, tar)) = bytes.split_first() else { return };
    let mut tar = tar.to_vec();
    repair(&mut tar);
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(&tar).unwrap();
    let packed = packed.finish().unwrap();
    grown::check(&packed, tar.len() as u64, |archive, tree| {
        let has_checksum = || flags & 1 != 0;
        let stop = AtomicBool::new(false);
        let job = Job { tree, has_checksum: &has_checksum, is_provable: &|_| Ok(()), phases: &(), stop };
        unpack(&mut Bytes::File(archive.into()), &job)?.content
    });
});
