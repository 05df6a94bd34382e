//! The gzip stream around a tar: what comes after it, and what it unfolds to.

use flate2::{Compress, Compression, Crc, FlushCompress};

use super::{archives_are_refused, refusal, tar_with, toolchain};
use crate::support::raw::{self, TarEntry};

/// The ten bytes before the data (RFC 1952), with these flags.
fn header(flags: u8) -> Vec<u8> {
    vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255]
}

/// A gzip stream of these bytes and then another piece so many times, which is compressed once.
fn bomb(start: &[u8], piece: &[u8], times: u32) -> Vec<u8> {
    let deflated = |bytes: &[u8], flush| {
        let mut packed = Vec::with_capacity(bytes.len() + 1024);
        Compress::new(Compression::best(), false).compress_vec(bytes, &mut packed, flush).unwrap();
        packed
    };
    let (mut sum, mut one) = (Crc::new(), Crc::new());
    sum.update(start);
    one.update(piece);
    let packed = deflated(piece, FlushCompress::Full);
    let mut stream = [header(0), deflated(start, FlushCompress::Full)].concat();
    for _ in 0..times {
        stream.extend_from_slice(&packed);
        sum.combine(&one);
    }
    stream.extend(deflated(&[], FlushCompress::Finish));
    stream.extend(sum.sum().to_le_bytes());
    let length = u64::from(times) * piece.len() as u64 + start.len() as u64;
    stream.extend(&length.to_le_bytes()[..4]);
    stream
}

#[test]
fn streams() {
    let whole = toolchain().tar_gz();
    let after = "there are bytes after the end of the gzip stream";
    let changed = |from_end: usize| {
        let mut bytes = whole.clone();
        let at = bytes.len() - from_end;
        bytes[at] ^= 1;
        bytes
    };
    let evil = raw::gzip(&raw::tar(&[TarEntry::special(b'2', "go/evil", 0o777, "/etc")]));
    archives_are_refused([
        ("a second member", [whole.clone(), raw::gzip(b"more")].concat(), after),
        ("a second member with a tar", [whole.clone(), evil].concat(), after),
        ("an empty second member", [whole.clone(), raw::gzip(b"")].concat(), after),
        ("a byte after the end", [whole.clone(), b"x".to_vec()].concat(), after),
        ("zeros after the end", [whole.clone(), vec![0; 512]].concat(), after),
        (
            "a wrong checksum",
            changed(8),
            "malformed gzip stream: corrupt gzip stream does not have a matching checksum",
        ),
        (
            "a wrong length",
            changed(1),
            "malformed gzip stream: corrupt gzip stream does not have a matching checksum",
        ),
        ("a zip", toolchain().zip(), "malformed gzip stream: invalid gzip header"),
        ("a tar", raw::tar(&toolchain().tar_entries()), "malformed gzip stream: invalid gzip header"),
        ("a flag of the future", header(0x80), "malformed gzip stream: invalid gzip header"),
        (
            "a name without end",
            [header(8), vec![b'x'; 1 << 20]].concat(),
            "malformed gzip stream: gzip header field too long",
        ),
        (
            "a comment without end",
            [header(16), vec![b'x'; 1 << 20]].concat(),
            "malformed gzip stream: gzip header field too long",
        ),
    ]);
}

/// A gibibyte and more from a few kilobytes.
#[test]
fn bombs() {
    let tar = raw::tar(&toolchain().tar_entries());
    let (entries, zeros) = (&tar[..tar.len() - 1024], vec![0; 1 << 20]);
    let without_end = |entries: &[TarEntry]| {
        let bytes = raw::tar(entries);
        bytes[..bytes.len() - 1024].to_vec()
    };
    let large = TarEntry { size: Some(1025 << 20), ..TarEntry::file("go/zeros", 0o644, []) };
    let large = [entries, &without_end(&[large])].concat();
    let target = TarEntry::gnu_long(b'K', "x".repeat(60 << 10));
    let headers = without_end(&[target, TarEntry::special(b'5', "go/src/", 0o755, "")]);
    archives_are_refused([
        ("a file of zeros", bomb(&large, &zeros, 1026), "more than 1073741824 bytes unpacked"),
        (
            "zeros after the end",
            bomb(&tar, &zeros, 1200),
            "there are more than 1048576 zeros after the end of the tar",
        ),
        (
            "zeros alone",
            bomb(&[], &zeros, 1200),
            "there are more than 1048576 zeros after the end of the tar",
        ),
        ("headers alone", bomb(entries, &headers, 20_000), "it inflates to more than 1176141824 bytes"),
    ]);
}

#[test]
fn damage() {
    let whole = toolchain().tar_gz();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    let tar = raw::tar(&toolchain().tar_entries());
    // The words are the library's; that it is refused, and by whom, is what counts.
    for (case, bytes) in [
        ("no archive", b"no archive".to_vec()),
        ("nothing", Vec::new()),
        ("cut in the checksum", whole[..whole.len() - 4].to_vec()),
        ("cut in the middle", whole[..middle].to_vec()),
        ("a flipped byte", flipped),
        ("no tar", raw::gzip(b"no tar")),
        ("half a tar", raw::gzip(&tar[..tar.len() / 2])),
    ] {
        let found = refusal(case, "dl", &bytes, &toolchain());
        assert!(found.starts_with("error: the archive is refused: malformed "), "{case}: {found}");
    }
}

/// The whole is proven before its content is blamed; the content is never reached.
#[test]
fn an_archive_of_another_release_is_not_this_one() {
    let other = tar_with([TarEntry::file("go/extra", 0o644, "x")]);
    assert_eq!(
        refusal("one file more", "dl", &other, &toolchain()),
        "error: the archive's content does not match the checksum database: `http://[SERVER]/go/go1.99.1.[OS]-[ARCH].tar.gz`"
    );
}
