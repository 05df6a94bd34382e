//! Entries of a tar that are no plain files, or too many, or too large.

use super::{Row, archives_are_refused, tar_with, toolchain};
use crate::support::raw::{self, TarEntry};

fn special(case: &'static str, kind: u8, link: &str, reason: &'static str) -> Row<'static> {
    (case, tar_with([TarEntry::special(kind, "go/evil", 0o777, link)]), reason)
}

#[test]
fn of_other_kinds() {
    let unknown = "`go/evil` is of a kind that Go's archives do not have";
    let below = TarEntry::file("go/evil/passwd", 0o644, "x");
    let link = TarEntry::special(b'2', "go/evil", 0o777, "/etc");
    archives_are_refused([
        special("a symbolic link out", b'2', "/etc/passwd", "`go/evil` is a symbolic link"),
        special("a symbolic link inside", b'2', "VERSION", "`go/evil` is a symbolic link"),
        special("a hard link out", b'1', "/etc/passwd", "`go/evil` is a hard link"),
        special("a hard link inside", b'1', "go/VERSION", "`go/evil` is a hard link"),
        ("a file through a link", tar_with([link, below]), "`go/evil` is a symbolic link"),
        special("a character device", b'3', "", "`go/evil` is a device"),
        special("a block device", b'4', "", "`go/evil` is a device"),
        special("a FIFO", b'6', "", "`go/evil` is a FIFO"),
        special("a contiguous file", b'7', "", unknown),
        special("a folder's list", b'D', "", unknown),
        special("a rest of another volume", b'M', "", unknown),
        special("a volume's label", b'V', "", unknown),
        special("a kind of nobody", b'Z', "", unknown),
        special("Solaris's header", b'X', "", unknown),
    ]);
}

#[test]
fn folders() {
    let folder = |name: &str| TarEntry::special(b'5', name, 0o755, "");
    archives_are_refused([
        ("out", tar_with([folder("../evil/")]), "`../evil` is outside `go/`"),
        ("up", tar_with([folder("go/../../evil/")]), "`go/../../evil` leaves its directory"),
        ("two slashes at the end", tar_with([folder("go/evil//")]), "`go/evil/` has an empty part"),
        ("where a file is", tar_with([folder("go/VERSION/")]), "`VERSION` is both a file and a directory"),
        ("in another case", tar_with([folder("go/SRC")]), "`SRC` and `src` differ in case only"),
        ("gox's own", tar_with([folder("go/.gox/")]), "`go/.gox` is in `.gox`, which is reserved for gox"),
        (
            "with a content",
            tar_with([TarEntry { kind: b'5', ..TarEntry::file("go/evil/", 0o755, "x") }]),
            "`go/evil/` is a directory with content",
        ),
        (
            "with a file in its content",
            tar_with([TarEntry {
                kind: b'5',
                ..TarEntry::file("go/evil/", 0o755, raw::tar(&toolchain().tar_entries()))
            }]),
            "`go/evil/` is a directory with content",
        ),
    ]);
}

#[test]
fn sizes() {
    let sized = |bytes: u64| TarEntry { size: Some(bytes), ..TarEntry::file("go/large", 0o644, "x") };
    let binary = |bytes: [u8; 12]| TarEntry::file("go/large", 0o644, "x").patch(124, &bytes);
    let unpacked = "more than 1073741824 bytes unpacked";
    archives_are_refused([
        ("one large file", tar_with([sized(2 << 30)]), unpacked),
        ("the largest size in octal", tar_with([sized(0o77_777_777_777)]), unpacked),
        ("a size in binary", tar_with([binary([0x80, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0])]), unpacked),
        ("a size that overflows", tar_with([binary([0xff; 12])]), "malformed tar: size overflow"),
        (
            "a size that is nearly the largest",
            tar_with([binary([0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0])]),
            unpacked,
        ),
        (
            "a size that is no number",
            tar_with([binary(*b"0000000000x\0")]),
            "malformed tar: numeric field was not a number: 0000000000x when getting size for go/large",
        ),
        (
            "a negative size",
            tar_with([binary(*b"-0000000001\0")]),
            "malformed tar: numeric field was not a number: -0000000001 when getting size for go/large",
        ),
        ("more than there is", tar_with([sized(1 << 20)]), "malformed tar: unexpected end of file"),
        (
            "much more than there is",
            tar_with([sized(8 << 20)]),
            "malformed tar: got 1536 bytes instead of 8388608",
        ),
    ]);
}

#[test]
fn numbers() {
    let many = (0..100_001).map(|number| TarEntry::file(format!("go/{number}"), 0o644, []));
    let folders = (0..10_001).map(|number| TarEntry::special(b'5', format!("go/d{number}"), 0o755, ""));
    archives_are_refused([
        ("files", raw::gzip(&raw::tar(&many.collect::<Vec<_>>())), "more than 100000 entries"),
        ("folders", tar_with(folders), "more than 10000 directories"),
    ]);
}
