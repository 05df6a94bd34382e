//! Entries of a module zip that are no plain files, or whose data is not what it says.

use super::{Row, in_module, toolchain, zip_parts_with, zip_with, zips_are_refused};
use crate::support::raw::{self, ZipEntry};

fn file(body: impl Into<Vec<u8>>) -> ZipEntry {
    ZipEntry::file(in_module("x"), body)
}

fn with_mode(case: &'static str, mode: u32) -> Row<'static> {
    (case, zip_with(file("/etc/passwd").unix_mode(mode)), "`%x` is not a regular file")
}

#[test]
fn of_other_kinds() {
    let on_mac = ZipEntry { creator: 0x1314, ..file("/etc").unix_mode(0o120_777) };
    let dos_folder = ZipEntry { attributes: 0x10, ..file("") };
    zips_are_refused([
        with_mode("a symbolic link", 0o120_777),
        with_mode("a folder", 0o040_755),
        with_mode("a character device", 0o020_666),
        with_mode("a block device", 0o060_666),
        with_mode("a FIFO", 0o010_666),
        with_mode("a socket", 0o140_666),
        ("a symbolic link of a Mac", zip_with(on_mac), "`%x` is not a regular file"),
        ("a folder of DOS", zip_with(dos_folder), "`%x` is not a regular file"),
        ("a folder's entry", zip_with(ZipEntry::file(in_module("x/"), "")), "`%x/` is not a regular file"),
        ("the root's entry", zip_with(ZipEntry::file(in_module(""), "")), "`%` is not a regular file"),
    ]);
}

#[test]
fn sizes() {
    let sized = |size: u32, body: usize| zip_with(ZipEntry { size: Some(size), ..file(vec![b'x'; body]) });
    zips_are_refused([
        ("a byte more than it says", sized(1, 2), "`x` does not have the 1 bytes that its header says"),
        ("a byte less than it says", sized(3, 2), "`x` does not have the 3 bytes that its header says"),
        ("much more than it says", sized(1, 8 << 20), "`x` does not have the 1 bytes that its header says"),
        (
            "a byte more, a large file",
            sized(1_500_000, 1_500_001),
            "`x`: got 1500001 bytes instead of 1500000",
        ),
        (
            "a byte less, a large file",
            sized(1_500_000, 1_499_999),
            "`x`: got 1499999 bytes instead of 1500000",
        ),
        ("more than is unpacked", sized(1 << 30, 1), "more than 1073741824 bytes unpacked"),
        ("the largest size", sized(u32::MAX - 1, 1), "more than 1073741824 bytes unpacked"),
    ]);
}

#[test]
fn data() {
    let raw = raw::gzip(b"x");
    let mut stored = zip_parts_with(ZipEntry { method: 0, flags: 0, ..file("plain") });
    stored.last()[8] = 8;
    stored.last_central()[10] = 8;
    let method = |method: u16| zip_with(ZipEntry { method, ..file("x") });
    let flags = |flags: u16| zip_with(ZipEntry { flags, ..file("x") });
    zips_are_refused([
        ("a wrong checksum", zip_with(ZipEntry { crc: Some(1), ..file("xx") }), "`x`: invalid checksum"),
        (
            "a wrong checksum, stored",
            zip_with(ZipEntry { crc: Some(1), method: 0, ..file("xx") }),
            "`x`: invalid checksum",
        ),
        (
            "stored, of another size",
            zip_with(ZipEntry { method: 0, size: Some(3), ..file(raw) }),
            "`x` does not have the 3 bytes that its header says",
        ),
        ("plain bytes called deflated", stored.join(), "`x`: corrupt deflate stream"),
        ("bzip2", method(12), "`%x` has a compression method that no file of Go has"),
        ("LZMA", method(14), "`%x` has a compression method that no file of Go has"),
        ("Zstandard", method(93), "`%x` has a compression method that no file of Go has"),
        ("encrypted by AES", method(99), "`%x` has a compression method that no file of Go has"),
        ("no method", method(0xffff), "`%x` has a compression method that no file of Go has"),
        ("encrypted", flags(1), "`%x` has flags that no file of Go has"),
        ("strongly encrypted", flags(1 | 1 << 6), "`%x` has flags that no file of Go has"),
        ("with encrypted headers", flags(1 << 13), "`%x` has flags that no file of Go has"),
        ("a patch", flags(1 << 5), "`%x` has flags that no file of Go has"),
    ]);
}

#[test]
fn numbers() {
    let many: Vec<_> = (0..65_535).map(|number| ZipEntry::file(in_module(&number.to_string()), "")).collect();
    let folders = (0..10_001).map(|number| ZipEntry::file(in_module(&format!("{number}/x")), ""));
    let folders = [toolchain().zip_entries(), folders.collect()].concat();
    zips_are_refused([
        ("as many files as say zip64", raw::zip(&many), "its end record is for zip64, or for several disks"),
        ("folders", raw::zip(&folders), "more than 10000 directories"),
    ]);
}
