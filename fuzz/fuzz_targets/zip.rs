//! A module zip through the whole unpacker: only regular files, all below the tree, no panic. So too where its end
//! comes beforehand, and what is accepted then is accepted as a whole; and where it is unpacked in the order of its
//! bytes, by the local headers, by which just that is accepted.
//!
//! The end record is set right, since each insertion would make it wrong and nothing else be read.
#![no_main]

mod grown;

use std::fs::File;

use gox::install::module_zip::{Job, Tail, unpack, unpack_in_order, unpack_in_two};
use gox::install::writer::Writer;
use libfuzzer_sys::fuzz_target;

const END: usize = 22;
/// Deflate makes at most this many bytes of one; a directory can name the same bytes many times.
const FACTOR: u64 = 1032;

fn repair(zip: &mut [u8]) {
    let Some(end) = zip.len().checked_sub(END) else { return };
    let directory = zip[..end].windows(4).position(|signature| signature == b"PK\x01\x02").unwrap_or(end);
    let count = zip[directory..end].windows(4).filter(|signature| *signature == b"PK\x01\x02").count();
    let count = u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
    let record = &mut zip[end..];
    record.fill(0);
    record[..4].copy_from_slice(b"PK\x05\x06");
    record[8..10].copy_from_slice(&count);
    record[10..12].copy_from_slice(&count);
    record[12..16].copy_from_slice(&u32::try_from(end - directory).unwrap().to_le_bytes());
    record[16..20].copy_from_slice(&u32::try_from(directory).unwrap().to_le_bytes());
}

fn job(tree: &Writer) -> Job<'_> {
    let version = "v0.0.1-go1.22.4.linux-amd64";
    Job { version, address: "", tree, is_provable: &|_| Ok(()), phases: &() }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&flags, zip)) = bytes.split_first() else { return };
    let mut zip = zip.to_vec();
    if flags & 1 != 0 {
        repair(&mut zip);
    }
    let most = zip.len() as u64 * FACTOR * (1 + zip.len() as u64 / 46);
    let mut is_whole = false;
    grown::check(&zip, most, |archive, tree| {
        let unpacked = unpack(File::open(archive).unwrap(), &job(tree));
        is_whole = unpacked.is_ok();
        unpacked
    });
    grown::check(&zip, most, |archive, tree| {
        let unpacked = unpack_in_order(File::open(archive).unwrap(), &job(tree));
        assert_eq!(unpacked.is_ok(), is_whole);
        unpacked
    });
    // The other flags are the place of the cut.
    let start = zip.len() * usize::from(flags >> 1) / 128;
    let tail = Tail { start: start as u64, bytes: zip[start..].to_vec() };
    grown::check(&zip[..start], most, |archive, tree| {
        let unpacked = unpack_in_two(File::open(archive).unwrap(), tail, &job(tree));
        assert!(is_whole || !matches!(unpacked, Some(Ok(()))));
        unpacked.unwrap_or(Ok(()))
    });
});
