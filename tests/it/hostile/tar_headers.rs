//! Headers of a tar that two readers may take for different things: pax records, GNU's long names, sparse
//! files, and what comes after the end.

use super::{archives_are_refused, tar_with, toolchain};
use crate::support::raw::{self, TarEntry};

/// An archive whose last file has these pax records.
fn with_records(records: &[(&str, &str)]) -> Vec<u8> {
    tar_with([TarEntry::pax(records), TarEntry::file("go/x", 0o644, "x")])
}

fn with_raw_records(records: &str) -> Vec<u8> {
    tar_with([TarEntry::raw_pax(records), TarEntry::file("go/x", 0o644, "x")])
}

fn with_long(kind: u8, text: &str) -> Vec<u8> {
    tar_with([TarEntry::gnu_long(kind, text), TarEntry::file("go/x", 0o644, "x")])
}

#[test]
fn pax_records() {
    // What one reader skips as a content, another takes for entries (CVE-2025-62518).
    let inner = raw::tar(&[TarEntry::special(b'2', "go/evil", 0o777, "/etc/passwd")]);
    let smuggled = TarEntry { size: Some(0), ..TarEntry::file("go/x", 0o644, inner.clone()) };
    let hidden = TarEntry::file("go/x", 0o644, inner.clone());
    let full = inner.len().to_string();
    let sparse = "`go/x` has the pax record `GNU.sparse.major`, which no file of Go has";
    let global = TarEntry { kind: b'g', ..TarEntry::pax(&[("path", "go/evil")]) };
    archives_are_refused([
        ("a path out", with_records(&[("path", "../evil")]), "`../evil` is outside `go/`"),
        ("an absolute path", with_records(&[("path", "/etc/evil")]), "`/etc/evil` is outside `go/`"),
        ("an empty path", with_records(&[("path", "")]), "`` is outside `go/`"),
        ("a path that is there", with_records(&[("path", "go/VERSION")]), "`VERSION` appears twice"),
        (
            "two paths",
            with_records(&[("path", "go/a"), ("path", "go/b")]),
            "`go/a` has two pax records `path`",
        ),
        (
            "a size above the header's",
            tar_with([TarEntry::pax(&[("size", &full)]), smuggled]),
            "`go/x` has the pax record `size`, which no file of Go has",
        ),
        (
            "a size below the header's",
            tar_with([TarEntry::pax(&[("size", "0")]), hidden]),
            "`go/x` has the pax record `size`, which no file of Go has",
        ),
        (
            "a size that is no number",
            with_records(&[("size", "-1")]),
            "`go/x` has the pax record `size`, which no file of Go has",
        ),
        (
            "a link's target",
            with_records(&[("linkpath", "/etc/passwd")]),
            "`go/x` has the pax record `linkpath`, which no file of Go has",
        ),
        (
            "another charset",
            with_records(&[("hdrcharset", "BINARY")]),
            "`go/x` has the pax record `hdrcharset`, which no file of Go has",
        ),
        (
            "a sparse file",
            with_records(&[
                ("GNU.sparse.major", "1"),
                ("GNU.sparse.minor", "0"),
                ("GNU.sparse.name", "go/evil"),
            ]),
            sparse,
        ),
        (
            "a symbolic link's target",
            tar_with([
                TarEntry::pax(&[("linkpath", "/etc")]),
                TarEntry::special(b'2', "go/x", 0o777, "VERSION"),
            ]),
            "`go/x` is a symbolic link",
        ),
        ("a length too short", with_raw_records("9 path=go/a\n"), "`go/x` has a malformed pax record"),
        ("a length too long", with_raw_records("99 path=go/a\n"), "`go/x` has a malformed pax record"),
        (
            "a value of two lines",
            with_raw_records("26 comment=a\n13 path=go/a\n\n"),
            "`go/a` has a malformed pax record",
        ),
        ("no equals sign", with_raw_records("7 path\n"), "`go/x` has a malformed pax record"),
        ("no records", with_raw_records("\0\0\0\0"), "`go/x` has a malformed pax record"),
        (
            "two headers for one file",
            tar_with([
                TarEntry::pax(&[("path", "go/a")]),
                TarEntry::pax(&[("path", "go/b")]),
                TarEntry::file("go/x", 0o644, "x"),
            ]),
            "malformed tar: two pax extensions entries describing the same member",
        ),
        (
            "a header for no file",
            tar_with([TarEntry::pax(&[("path", "go/a")])]),
            "malformed tar: members found describing a future member but no future member found",
        ),
        ("a global header", tar_with([global]), "`pax` is of a kind that Go's archives do not have"),
    ]);
}

#[test]
fn gnu_headers() {
    let name = |text: &str| TarEntry::gnu_long(b'L', text);
    let file = TarEntry::file("go/x", 0o644, "x");
    let both = tar_with([name("go/a"), TarEntry::pax(&[("path", "go/b")]), file.clone()]);
    archives_are_refused([
        ("a long name out", with_long(b'L', "../evil"), "`../evil` is outside `go/`"),
        (
            "a long name with NUL",
            with_long(b'L', "go/a\0b"),
            "`go/a\\0b` has a character that no file of Go has",
        ),
        ("an empty long name", with_long(b'L', ""), "`` is outside `go/`"),
        (
            "a long part",
            with_long(b'L', &format!("go/{}", "x".repeat(256))),
            "a part of 256 bytes is too long",
        ),
        ("a long target", with_long(b'K', "/etc/passwd"), "`go/x` is a file with a link target"),
        (
            "a target in a file's header",
            tar_with([TarEntry { link: b"/etc/passwd".to_vec(), ..file.clone() }]),
            "`go/x` is a file with a link target",
        ),
        ("a long name and a pax path", both, "`go/a` has a different name in its pax records"),
        (
            "two long names",
            tar_with([name("go/a"), name("go/b"), file.clone()]),
            "malformed tar: two long name entries describing the same member",
        ),
        (
            "a long name for no file",
            tar_with([name("go/a")]),
            "malformed tar: members found describing a future member but no future member found",
        ),
        (
            "a long name for a symbolic link",
            tar_with([name("go/long"), TarEntry::special(b'2', "go/x", 0o777, "/etc")]),
            "`go/long` is a symbolic link",
        ),
    ]);
}

#[test]
fn sparse_files() {
    let gnu = |blocks: &[u8]| {
        let header = TarEntry { kind: b'S', magic: *b"ustar  \0", ..TarEntry::file("go/x", 0o644, []) };
        header.patch(386, blocks)
    };
    let octal = |value: u64| format!("{value:011o}\0").into_bytes();
    // Offset and length of a block that has nothing, and the size of the whole.
    let hole = |size: u64| gnu(&[octal(size), octal(0)].concat()).patch(483, &octal(size));
    // A block of no more holes that says that another follows.
    let more = [&[0; 504][..], &[1], &[0; 7]].concat();
    let wrong = "malformed tar: mismatch in sparse file chunks and size in header";
    archives_are_refused([
        ("a small hole", tar_with([hole(512)]), "`go/x` is a sparse file"),
        ("a hole of 8 GiB", tar_with([hole(0o77_777_777_777)]), "`go/x` is a sparse file"),
        ("blocks that do not add up", tar_with([hole(512).patch(483, &octal(9))]), wrong),
        (
            "no GNU header",
            tar_with([TarEntry { kind: b'S', ..TarEntry::file("go/x", 0o644, []) }]),
            "malformed tar: sparse entry type listed but not GNU header",
        ),
        (
            "more headers without end",
            tar_with([TarEntry { size: Some(0), body: more.repeat(200), ..hole(512).patch(482, &[1]) }]),
            "malformed tar: the headers of an entry are too long",
        ),
    ]);
}

#[test]
fn blocks() {
    let tar = raw::tar(&toolchain().tar_entries());
    let evil = raw::tar(&[TarEntry::special(b'2', "go/evil", 0o777, "/etc")]);
    let end = tar.len() - 1024;
    let after = "there are bytes after the end of the tar";
    let mut wrong_sum = tar.clone();
    wrong_sum[0] ^= 1;
    let cases = [
        ("a byte after the end", [&tar[..], b"x"].concat(), after),
        ("a block after the end", [&tar[..], &[b'x'; 512]].concat(), after),
        ("a second tar", [&tar[..], &evil].concat(), after),
        ("a second tar after one block of zeros", [&tar[..end], &[0; 512], &evil].concat(), after),
        ("a wrong checksum", wrong_sum, "malformed tar: archive header checksum mismatch"),
        ("half a header", [&tar[..end], &evil[..200]].concat(), "malformed tar: failed to read entire block"),
    ];
    archives_are_refused(cases.map(|(case, bytes, reason)| (case, raw::gzip(&bytes), reason)));
}
