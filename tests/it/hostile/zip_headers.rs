//! What a zip says twice, in two ways: local and central headers, descriptors, the end record. One reader
//! goes by one of them, another by the other.

use super::{in_module, toolchain, zip_parts_with, zips_are_refused};
use crate::support::raw::{ZipEntry, ZipParts, zip_end};

/// With an entry `x` whose sizes are in its local header.
fn plain() -> ZipParts {
    zip_parts_with(ZipEntry { flags: 0, ..ZipEntry::file(in_module("x"), "xx") })
}

/// With an entry `x` whose sizes come after its data.
fn described() -> ZipParts {
    zip_parts_with(ZipEntry::file(in_module("x"), "xx"))
}

/// The archive once a byte of the last local header is another.
fn local(mut parts: ZipParts, at: usize) -> Vec<u8> {
    parts.last()[at] ^= 1;
    parts.join()
}

/// The same for the last header in the central directory.
fn central(mut parts: ZipParts, at: usize) -> Vec<u8> {
    parts.last_central()[at] ^= 1;
    parts.join()
}

#[test]
fn local_against_central() {
    let longer = {
        let mut parts = plain();
        let name = in_module("x").len();
        // A local name that takes the first byte of the data.
        parts.last()[26] += 1;
        assert_eq!(usize::from(parts.last()[26]), name + 1);
        parts.join()
    };
    zips_are_refused([
        ("signature", local(plain(), 0), "malformed zip: invalid local file header"),
        ("flags: encrypted", local(plain(), 6), "malformed zip: encryption flag mismatch for '%x'"),
        (
            "flags: a descriptor",
            {
                let mut p = plain();
                p.last()[6] = 8;
                p.join()
            },
            "malformed zip: data descriptor flag mismatch for '%x'",
        ),
        (
            "method",
            local(plain(), 8),
            "malformed zip: compression method mismatch (does not match central directory)",
        ),
        (
            "checksum",
            local(plain(), 14),
            "malformed zip: CRC32 checksum mismatch (does not match central directory)",
        ),
        (
            "packed size",
            local(plain(), 18),
            "malformed zip: compressed size mismatch (does not match central directory)",
        ),
        (
            "size",
            local(plain(), 22),
            "malformed zip: uncompressed size mismatch (does not match central directory)",
        ),
        (
            "size where a descriptor follows",
            local(described(), 22),
            "malformed zip: uncompressed size mismatch (does not match central directory)",
        ),
        (
            "a name's length",
            longer,
            "malformed zip: local file header filename mismatch (does not match central directory)",
        ),
        (
            "a name's letter",
            local(plain(), 30),
            "malformed zip: local file header filename mismatch (does not match central directory)",
        ),
        (
            "a name's last letter",
            local(plain(), 29 + in_module("x").len()),
            "malformed zip: local file header filename mismatch (does not match central directory)",
        ),
        (
            "the central signature",
            central(plain(), 0),
            "its central directory does not have the 16 entries that its end record says",
        ),
        ("the central method", central(plain(), 10), "`%x` has a compression method that no file of Go has"),
        (
            "the central packed size",
            central(plain(), 20),
            "malformed zip: compressed size mismatch (does not match central directory)",
        ),
        ("the central offset", central(plain(), 43), "malformed zip: invalid local file header"),
        ("another disk", central(plain(), 34), "`%x` is for zip64, or for several disks"),
    ]);
}

#[test]
fn descriptors_and_gaps() {
    let changed = |from_end: usize| {
        let mut parts = described();
        let at = parts.last().len() - from_end;
        parts.last()[at] ^= 1;
        parts.join()
    };
    let without = {
        let mut parts = described();
        let length = parts.last().len() - 16;
        parts.last().truncate(length);
        parts.join()
    };
    let gap = |bytes: &[u8]| {
        let mut parts = plain();
        parts.last().extend_from_slice(bytes);
        parts.join()
    };
    let hidden = ZipParts::new(&[ZipEntry::file(in_module("hidden"), "x")]);
    let mut before = plain();
    before.entries[0].insert(0, b'x');
    for header in &mut before.directory {
        let offset = u32::from_le_bytes(header[42..46].try_into().unwrap()) + 1;
        header[42..46].copy_from_slice(&offset.to_le_bytes());
    }
    let between = "there are bytes that belong to no entry";
    zips_are_refused([
        ("another checksum after the data", changed(12), between),
        ("another packed size after the data", changed(8), between),
        ("another size after the data", changed(4), between),
        ("another signature after the data", changed(16), between),
        ("nothing after the data", without, between),
        ("a byte between", gap(b"x"), between),
        ("a byte before the first entry", before.join(), between),
        ("a descriptor where none is promised", gap(&[0; 16]), between),
        (
            "an entry that is in no directory",
            gap(&hidden.entries[0]),
            "malformed zip: local file header missing from central directory",
        ),
    ]);
}

#[test]
fn offsets() {
    // Both entries are at the place of the first: the bytes are read twice.
    let mut twice =
        ZipParts::new(&[ZipEntry::file(in_module("a"), "x"), ZipEntry::file(in_module("a"), "x")]);
    twice.entries.truncate(1);
    twice.directory[1][42..46].copy_from_slice(&[0; 4]);
    // A local header inside the data of another entry.
    let inner = ZipParts::new(&[ZipEntry { flags: 0, ..ZipEntry::file(in_module("b"), "x") }]);
    let outer = ZipEntry { method: 0, flags: 0, ..ZipEntry::file(in_module("a"), inner.entries[0].clone()) };
    let mut nested = ZipParts::new(&[outer]);
    let at = u32::try_from(30 + in_module("a").len()).unwrap();
    let mut header = inner.directory[0].clone();
    header[42..46].copy_from_slice(&at.to_le_bytes());
    nested.directory.push(header);
    // The last entry's data is the central directory.
    let mut into_directory = plain();
    into_directory.last_central()[20] += 9;
    into_directory.last()[18] += 9;
    // Data that is said to reach into what comes next, by the bytes of a field that its local header has beside it.
    let extra = [&[9, 0, 5, 0][..], b"field"].concat();
    let [in_the_middle, at_the_end] = [0, 1].map(|at| {
        let longer = ZipEntry { flags: 0, extra: extra.clone(), ..ZipEntry::file(in_module("b"), "x") };
        let mut entries = vec![ZipEntry::file(in_module("a"), "x"), ZipEntry::file(in_module("c"), "x")];
        entries.insert(at + 1, longer);
        let mut parts = ZipParts::new(&entries);
        parts.entries[at + 1][18] += 9;
        parts.directory[at + 1][20] += 9;
        parts.join()
    });
    let mut behind = plain();
    behind.last_central()[42..46].copy_from_slice(&u32::MAX.to_le_bytes()[..]);
    let mut far = plain();
    far.last_central()[42..46].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
    zips_are_refused([
        ("the same entry twice", twice.join(), "malformed zip: duplicate file names in central directory"),
        ("an entry inside another", nested.join(), "malformed zip: archive contains overlapping entries"),
        (
            "data that runs into the directory",
            into_directory.join(),
            "malformed zip: archive contains overlapping entries",
        ),
        ("data that runs into the next entry", in_the_middle, "there are bytes that belong to no entry"),
        (
            "data that runs into the directory beside a field",
            at_the_end,
            "there are bytes that belong to no entry",
        ),
        ("an offset in zip64", behind.join(), "`%x` is for zip64, or for several disks"),
        ("an offset behind the end", far.join(), "`%x` is not before the central directory"),
    ]);
}

#[test]
fn extra_fields() {
    let with =
        |extra: Vec<u8>| zip_parts_with(ZipEntry { extra, ..ZipEntry::file(in_module("x"), "xx") }).join();
    let field = |id: u16, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap();
        [&id.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
    };
    // Another name in UTF-8, with the checksum of the plain one (APPNOTE 4.6.9).
    let mut sum = flate2::Crc::new();
    sum.update(in_module("x").as_bytes());
    let unicode = [&[1][..], &sum.sum().to_le_bytes(), b"../evil"].concat();
    let mut zip64 = zip_parts_with(ZipEntry {
        extra: field(1, &[2, 0, 0, 0, 0, 0, 0, 0]),
        ..ZipEntry::file(in_module("x"), "xx")
    });
    zip64.last_central()[24..28].copy_from_slice(&u32::MAX.to_le_bytes());
    zips_are_refused([
        ("another name in UTF-8", with(field(0x7075, &unicode)), "`../evil` is outside `%`"),
        (
            "a field longer than the rest",
            with(vec![0x55, 0x54, 0xff, 0x7f, 1]),
            "malformed zip: i/o error: failed to fill whole buffer",
        ),
        ("a size in zip64", zip64.join(), "`%x` is for zip64, or for several disks"),
    ]);
}

#[test]
fn the_end() {
    let whole = plain();
    let bytes = whole.join();
    let (offset, size) = (whole.entries.concat().len(), whole.directory.concat().len());
    let count = whole.directory.len();
    let body = &bytes[..offset + size];
    let ended = |end: Vec<u8>| [body, &end].concat();
    let patched = |at: usize, patch: &[u8]| {
        let mut end = zip_end(count, size, offset);
        end[at..at + patch.len()].copy_from_slice(patch);
        ended(end)
    };
    let no_end = "it does not end with a central directory and a plain end record";
    let other = ZipParts::new(&[ZipEntry::file(in_module("evil"), "x")]);
    let comment = |text: &[u8]| {
        let mut end = zip_end(count, size, offset);
        end[20..22].copy_from_slice(&u16::try_from(text.len()).unwrap().to_le_bytes());
        end.extend_from_slice(text);
        ended(end)
    };
    // A zip64 end record and its locator, as the last bytes of the central directory.
    let mut zip64 = b"PK\x06\x06".to_vec();
    zip64.extend(44_u64.to_le_bytes());
    zip64.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for value in [u64::MAX >> 20, u64::MAX >> 20, 1 << 40, 0] {
        zip64.extend(value.to_le_bytes());
    }
    let mut with_zip64 = [body, &zip64, b"PK\x06\x07\0\0\0\0"].concat();
    with_zip64.extend((body.len() as u64).to_le_bytes());
    with_zip64.extend(1_u32.to_le_bytes());
    let size64 = with_zip64.len() - offset;
    with_zip64.extend(zip_end(0xffff, size64, offset));
    zips_are_refused([
        ("bytes before", [b"#!/bin/sh\n".to_vec(), bytes.clone()].concat(), no_end),
        ("a byte after", [bytes.clone(), b"x".to_vec()].concat(), no_end),
        ("a second zip after", [bytes.clone(), other.join()].concat(), no_end),
        ("half of it", bytes[..bytes.len() / 2].to_vec(), no_end),
        ("nothing", Vec::new(), "it is too short"),
        ("a tar.gz", toolchain().tar_gz(), no_end),
        ("a comment", comment(b"a comment"), no_end),
        ("a second end in the comment", comment(&zip_end(0, 0, 0)), no_end),
        ("a comment that is not there", patched(20, &[9]), no_end),
        (
            "an entry fewer than there are",
            ended(zip_end(count - 1, size, offset)),
            "its central directory does not have the 15 entries that its end record says",
        ),
        (
            "an entry more than there are",
            ended(zip_end(count + 1, size, offset)),
            "its central directory does not have the 17 entries that its end record says",
        ),
        (
            "no entries",
            ended(zip_end(0, size, offset)),
            "its central directory does not have the 0 entries that its end record says",
        ),
        (
            "bytes after the headers of the entries",
            [body, b"more", &zip_end(count, size + 4, offset)].concat(),
            "its central directory does not have the 16 entries that its end record says",
        ),
        ("another disk", patched(4, &[1]), "its end record is for zip64, or for several disks"),
        (
            "a directory on another disk",
            patched(6, &[1]),
            "its end record is for zip64, or for several disks",
        ),
        ("other entries on this disk", patched(8, &[1]), "its end record is for zip64, or for several disks"),
        ("zip64", with_zip64, "its end record is for zip64, or for several disks"),
        (
            "a large directory",
            {
                let mut parts = plain();
                let length = parts.last_central().len();
                parts.last_central()[32..34].copy_from_slice(&[0xff, 0xff]);
                parts.last_central().resize(length + 0xffff, 0);
                let (entry, header) = (parts.entries.pop().unwrap(), parts.directory.pop().unwrap());
                parts.entries.push(entry);
                parts.directory.extend(std::iter::repeat_n(header, 600));
                parts.join()
            },
            "its central directory has 39380231 bytes",
        ),
    ]);
    // Who takes the last record that can be read finds another directory.
    let trap = [other.join(), bytes].concat();
    let (mut end, start) = (zip_end(count, size, other.join().len() + offset), trap.len() - 22);
    end[4] = 1;
    zips_are_refused([(
        "an earlier end record",
        [&trap[..start], &end].concat(),
        "its end record is for zip64, or for several disks",
    )]);
}
