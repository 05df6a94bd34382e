//! Names that leave the tree, stand in another's place, or are none that a file of Go has; the same ones in
//! both forms.

use super::{archives_are_refused, in_module, tar_with, zip_with, zips_are_refused};
use crate::support::raw::{TarEntry, ZipEntry};

/// A file of this name at the end of an archive.
fn tar_named(name: &str) -> Vec<u8> {
    let long = name.len() > 100 || name.contains('\0');
    let header = long.then(|| TarEntry::pax(&[("path", name)]));
    let file = TarEntry::file(if long { "go/x" } else { name }, 0o644, "x");
    tar_with(header.into_iter().chain([file]))
}

/// The same with the second field for long names.
fn tar_prefixed(prefix: &str, name: &str) -> Vec<u8> {
    tar_with([TarEntry { prefix: prefix.into(), ..TarEntry::file(name, 0o644, "x") }])
}

/// Case, path below the root, and the reason, in which `%` is for the root.
fn paths() -> Vec<(&'static str, String, &'static str)> {
    let own = |path: &'static str| path.to_owned();
    vec![
        ("up and out", own("../../../../evil"), "`%../../../../evil` leaves its directory"),
        ("up from inside", own("src/../../../evil"), "`%src/../../../evil` leaves its directory"),
        ("up to the root", own("src/.."), "`%src/..` leaves its directory"),
        ("this folder", own("./evil"), "`%./evil` has a part `.`"),
        ("this folder inside", own("src/./evil"), "`%src/./evil` has a part `.`"),
        ("two slashes", own("src//evil"), "`%src//evil` has an empty part"),
        ("a slash first", own("/tmp/evil"), "`%/tmp/evil` has an empty part"),
        ("a backslash", own("a\\b"), "`%a\\\\b` has a character that no file of Go has"),
        ("up, as Windows has it", own("..\\evil"), "`%..\\\\evil` has a character that no file of Go has"),
        ("a line feed", own("a\nb"), "`%a\\nb` has a character that no file of Go has"),
        ("an escape", own("\u{1b}[2J"), "`%\\u{1b}[2J` has a character that no file of Go has"),
        ("delete", own("a\u{7f}"), "`%a\\u{7f}` has a character that no file of Go has"),
        ("a control of C1", own("a\u{9b}"), "`%a\\u{9b}` has a character that no file of Go has"),
        ("NUL", own("bin/go\0.txt"), "`%bin/go\\0.txt` has a character that no file of Go has"),
        ("right to left", own("a\u{202e}b"), "`%a\\u{202e}b` has a character that no file of Go has"),
        (
            "a blank of no width",
            own(".g\u{200c}ox/x"),
            "`%.g\\u{200c}ox/x` has a character that no file of Go has",
        ),
        ("the Kelvin sign", own("\u{212a}"), "`%\u{212a}` has a character that no file of Go has"),
        ("a full-width letter", own("\u{ff21}"), "`%\u{ff21}` has a character that no file of Go has"),
        ("a ligature", own("\u{fb01}"), "`%\u{fb01}` has a character that no file of Go has"),
        ("an accent of its own", own("e\u{301}"), "`%e\u{301}` has a character that no file of Go has"),
        ("a file twice", own("VERSION"), "`VERSION` appears twice"),
        ("another case", own("version"), "`version` and `VERSION` differ in case only"),
        ("a folder in another case", own("SRC/x"), "`SRC` and `src` differ in case only"),
        ("the long s", own("\u{17f}rc/x"), "`\u{17f}rc` and `src` differ in case only"),
        ("a file where a folder is", own("src"), "`src` is both a file and a directory"),
        ("a folder where a file is", own("VERSION/x"), "`VERSION` is both a file and a directory"),
        ("a long part", "x".repeat(256), "a part of 256 bytes is too long"),
        ("a long part in UTF-8", "\u{e9}".repeat(128), "a part of 256 bytes is too long"),
        ("a long path", "d/".repeat(540) + "x", "a name of 1081 bytes is too long"),
        (
            "gox's receipt",
            own(".gox/receipt.json"),
            "`%.gox/receipt.json` is in `.gox`, which is reserved for gox",
        ),
        ("gox's folder as a file", own(".gox"), "`%.gox` is in `.gox`, which is reserved for gox"),
        ("gox's folder in another case", own(".GOX/x"), "`%.GOX/x` is in `.gox`, which is reserved for gox"),
    ]
}

#[test]
fn of_archives() {
    let rows = paths().into_iter().map(|(case, path, reason)| {
        (case, tar_named(&format!("go/{path}")), &*reason.replace('%', "go/").leak())
    });
    archives_are_refused(rows);
    archives_are_refused([
        ("out of the root", tar_named("../evil"), "`../evil` is outside `go/`"),
        ("absolute", tar_named("/tmp/evil"), "`/tmp/evil` is outside `go/`"),
        ("beside the root", tar_named("evil"), "`evil` is outside `go/`"),
        ("a root that begins alike", tar_named("gone/x"), "`gone/x` is outside `go/`"),
        ("a root in another case", tar_named("GO/x"), "`GO/x` is outside `go/`"),
        ("a root below this folder", tar_named("./go/x"), "`./go/x` is outside `go/`"),
        ("the root as a file", tar_named("go"), "`go` is outside `go/`"),
        ("the root as a file with a slash", tar_named("go/"), "`go/` has an empty part"),
        ("a file with a slash", tar_named("go/x/"), "`go/x/` has an empty part"),
        ("no name", tar_named(""), "`` is outside `go/`"),
        ("a prefix that goes up", tar_prefixed("go/..", "evil"), "`go/../evil` leaves its directory"),
        ("a prefix that is absolute", tar_prefixed("/tmp", "evil"), "`/tmp/evil` is outside `go/`"),
        ("no UTF-8", tar_with([TarEntry::file(b"go/\xff", 0o644, "x")]), "the name go/\\xff is not UTF-8"),
        (
            "UTF-8 the long way",
            tar_with([TarEntry::file(b"go/\xc0\xae\xc0\xae/x", 0o644, "x")]),
            "the name go/\\xc0\\xae\\xc0\\xae/x is not UTF-8",
        ),
        (
            "a module's name",
            tar_named("go/src/_go.mod"),
            "`src/_go.mod` has a name that no archive of Go has",
        ),
        (
            "the same in another case",
            tar_named("go/lib/_GO.mod"),
            "`lib/_GO.mod` has a name that no archive of Go has",
        ),
    ]);
}

#[test]
fn of_module_zips() {
    let named = |name: &str| zip_with(ZipEntry::file(name, "x"));
    let below = |path: &str| zip_with(ZipEntry::file(in_module(path), "x"));
    // That a name is there twice is the library's to say.
    let rows = paths().into_iter().filter(|(case, ..)| *case != "a file twice");
    zips_are_refused(rows.map(|(case, path, reason)| (case, below(&path), reason)));
    zips_are_refused([
        ("absolute", named("/tmp/evil"), "`/tmp/evil` is outside `%`"),
        ("out of everything", named("../evil"), "`../evil` is outside `%`"),
        ("no name", named(""), "`` is outside `%`"),
        (
            "another version",
            named("golang.org/toolchain@v0.0.1-go1.99.2/x"),
            "`golang.org/toolchain@v0.0.1-go1.99.2/x` is outside `%`",
        ),
        ("as in an archive", named("go/x"), "`go/x` is outside `%`"),
        (
            "no UTF-8",
            zip_with(ZipEntry::file([in_module("").as_bytes(), b"\xff"].concat(), "x")),
            "the name %\\xff is not UTF-8",
        ),
        ("a file twice", below("VERSION"), "malformed zip: duplicate file names in central directory"),
        ("a module inside", below("lib/go.mod"), "`lib/go.mod` has a name that no module zip of Go has"),
        (
            "the same in another case",
            below("lib/GO.MOD"),
            "`lib/GO.MOD` has a name that no module zip of Go has",
        ),
        ("a module's own file", below("go.mod"), "`go.mod` has a name that no module zip of Go has"),
        ("its other name at the root", below("_go.mod"), "`_go.mod` has a name that no module zip of Go has"),
        // The checksum database says nothing of these folders.
        ("below api", below("api/x"), "`api/x` has a name that no module zip of Go has"),
        ("below doc", below("doc/x"), "`doc/x` has a name that no module zip of Go has"),
        (
            "below misc",
            below("misc/go_x_y_exec"),
            "`misc/go_x_y_exec` has a name that no module zip of Go has",
        ),
        ("below test", below("test/x.go"), "`test/x.go` has a name that no module zip of Go has"),
        ("below .github", below(".github/x"), "`.github/x` has a name that no module zip of Go has"),
    ]);
}
