//! Archives that want to do harm, or are damaged: each is refused with its reason, and leaves nothing.
//! The database vouches for all of them, so that it is the unpacker alone that refuses.

use crate::support::archives::FakeToolchain;
use crate::support::lines;
use crate::support::proxy::MODULE;
use crate::support::raw::{self, TarEntry, ZipEntry};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::sumdb::SumDb;
use crate::support::tree;

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1")
}

/// The archive with one more entry at its end.
fn tar_with(entry: TarEntry) -> Vec<u8> {
    raw::gzip(&raw::tar(&[toolchain().tar_entries(), vec![entry]].concat()))
}

fn tar_with_file(name: impl AsRef<[u8]>) -> Vec<u8> {
    tar_with(TarEntry::file(name, 0o644, "x"))
}

/// A name in the module.
fn in_module(path: &str) -> String {
    format!("golang.org/toolchain@{}/{path}", toolchain().module_version())
}

/// The module zip with one more entry at its end.
fn zip_with(entry: ZipEntry) -> Vec<u8> {
    raw::zip(&[toolchain().zip_entries(), vec![entry]].concat())
}

fn zip_with_file(path: &str) -> Vec<u8> {
    zip_with(ZipEntry::file(in_module(path), "x"))
}

/// A server with an archive below `/go` and a zip in its module proxy, and a database for this toolchain.
fn serve(archive: Vec<u8>, zip: Vec<u8>, recorded: &FakeToolchain) -> (Server, Vec<(&'static str, String)>) {
    let (server, sumdb) = (Server::start(), SumDb::new("sumdb.test"));
    server.route(format!("/go/{}", toolchain().file_name()), Response::new(archive));
    server.route(format!("{MODULE}/{}.zip", toolchain().module_version()), Response::new(zip));
    sumdb.add_toolchain(recorded).serve(&server, "/sumdb/sumdb.test");
    let variables =
        vec![("GOPROXY", server.url()), ("GOX_DL_URL", server.url() + "/go"), ("GOSUMDB", sumdb.verifier())];
    (server, variables)
}

/// All that is in the sandbox apart from what gox keeps for itself.
fn outside(sandbox: &Sandbox) -> String {
    tree::listing(sandbox.root()).lines().filter(|line| !line.contains(" user/.local")).collect()
}

/// Installs by a source and wants a refusal for this reason.
#[track_caller]
fn refused(source: &str, archive: &[u8], zip: &[u8], recorded: &FakeToolchain, reason: &str) {
    let sandbox = Sandbox::in_use();
    let (_server, variables) = serve(archive.to_vec(), zip.to_vec(), recorded);
    let before = outside(&sandbox);
    let run = sandbox.gox(["install", "1.99.1"]).envs(variables).env("GOX_SOURCES", source).run();
    let platform = toolchain().module_version().rsplit_once('.').unwrap().1.to_owned();
    let reason = reason.replace(&platform, "[OS]-[ARCH]");
    let error = run.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
    assert_eq!((error, run.code()), (format!("error: {reason}").as_str(), 5), "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "", "{reason}");
    assert_eq!(sandbox.listing("cache/partial"), "", "{reason}");
    assert_eq!(outside(&sandbox), before, "{reason}");
}

#[test]
fn hostile_archives() {
    let double = [toolchain().tar_gz(), raw::gzip(b"more")].concat();
    let after_end = [raw::tar(&toolchain().tar_entries()), vec![b'x'; 512]].concat();
    let long = "d/".repeat(45);
    let table: Vec<(Vec<u8>, String)> = vec![
        (tar_with_file("go/../../../../evil"), "`go/../../../../evil` leaves its directory".into()),
        (tar_with_file("go/./evil"), "`go/./evil` leaves its directory".into()),
        (tar_with_file("../evil"), "`../evil` is outside `go/`".into()),
        (tar_with_file("/tmp/evil"), "`/tmp/evil` is outside `go/`".into()),
        (tar_with_file("evil"), "`evil` is outside `go/`".into()),
        (tar_with_file("go//evil"), "`go//evil` has an empty part".into()),
        (tar_with_file("go/a\\b"), "`go/a\\\\b` has a character that no file of Go has".into()),
        (tar_with_file("go/a\nb"), "`go/a\\nb` has a character that no file of Go has".into()),
        (tar_with_file(b"go/\xff"), "the name go/\\xff is not UTF-8".into()),
        (
            tar_with(TarEntry::special(b'2', "go/evil", 0o777, "/etc/passwd")),
            "`go/evil` is a symbolic link".into(),
        ),
        (
            tar_with(TarEntry::special(b'1', "go/evil", 0o644, "go/VERSION")),
            "`go/evil` is a hard link".into(),
        ),
        (tar_with(TarEntry::special(b'3', "go/evil", 0o666, "")), "`go/evil` is a device".into()),
        (tar_with(TarEntry::special(b'4', "go/evil", 0o666, "")), "`go/evil` is a device".into()),
        (tar_with(TarEntry::special(b'6', "go/evil", 0o666, "")), "`go/evil` is a FIFO".into()),
        (tar_with_file("go/VERSION"), "`VERSION` is there twice".into()),
        (tar_with_file("go/version"), "`version` and `VERSION` differ in case only".into()),
        (tar_with_file("go/SRC/x"), "`SRC` and `src` differ in case only".into()),
        (tar_with_file("go/src"), "`src` is both a file and a directory".into()),
        (tar_with_file("go/VERSION/x"), "`VERSION` is both a file and a directory".into()),
        (
            raw::gzip(&raw::tar(
                &[
                    toolchain().tar_entries(),
                    vec![
                        TarEntry::pax(&[("path", &format!("go/{}", "x".repeat(256)))]),
                        TarEntry::file("go/x", 0o644, "x"),
                    ],
                ]
                .concat(),
            )),
            "a part of 256 bytes is too long".into(),
        ),
        (
            raw::gzip(&raw::tar(
                &[
                    toolchain().tar_entries(),
                    vec![
                        TarEntry::pax(&[("path", &format!("go/{}x", long.repeat(12)))]),
                        TarEntry::file("go/x", 0o644, "x"),
                    ],
                ]
                .concat(),
            )),
            "a name of 1081 bytes is too long".into(),
        ),
        (
            tar_with_file("go/.gox/receipt.json"),
            "`go/.gox/receipt.json` would stand among gox's own files".into(),
        ),
        (tar_with_file("go/.GOX/x"), "`go/.GOX/x` would stand among gox's own files".into()),
        (tar_with_file("go/src/_go.mod"), "`src/_go.mod` has a name that this form does not have".into()),
        (
            tar_with(TarEntry { size: Some(2 << 30), ..TarEntry::file("go/large", 0o644, "x") }),
            "more than 1073741824 bytes unpacked".into(),
        ),
        (double, "there are bytes after the end of the gzip stream".into()),
        (
            [toolchain().tar_gz(), b"x".to_vec()].concat(),
            "there are bytes after the end of the gzip stream".into(),
        ),
        (raw::gzip(&after_end), "there are bytes after the end of the tar".into()),
    ];
    for (archive, reason) in table {
        refused("dl", &archive, &[], &toolchain(), &format!("the archive is refused: {reason}"));
    }
}

#[test]
fn damaged_archives() {
    let whole = toolchain().tar_gz();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    let tar = raw::tar(&toolchain().tar_entries());
    for archive in [
        b"no archive".to_vec(),
        Vec::new(),
        whole[..whole.len() - 4].to_vec(),
        flipped,
        raw::gzip(b"no tar"),
        raw::gzip(&tar[..tar.len() / 2]),
    ] {
        let sandbox = Sandbox::in_use();
        let (_server, variables) = serve(archive, Vec::new(), &toolchain());
        let run = sandbox.gox(["install", "1.99.1"]).envs(variables).env("GOX_SOURCES", "dl").run();
        assert_eq!(run.code(), 5, "{}", run.stderr);
        assert!(run.stderr.contains("\n  from `http://[SERVER]/go/go1.99.1."), "{}", run.stderr);
        assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    }
}

#[test]
fn hostile_module_zips() {
    let (whole, up) = (toolchain().zip(), in_module("../evil"));
    let hidden = ZipEntry {
        central_name: Some(in_module("seen").into_bytes()),
        ..ZipEntry::file(in_module("hide"), "x")
    };
    let wrong_size = ZipEntry { size: Some(9), ..ZipEntry::file(in_module("x"), "xx") };
    let too_long =
        ZipEntry { size: Some(1_500_000), ..ZipEntry::file(in_module("x"), vec![b'x'; 1_500_001]) };
    let too_short =
        ZipEntry { size: Some(1_500_000), ..ZipEntry::file(in_module("x"), vec![b'x'; 1_499_999]) };
    let wrong_sum = ZipEntry { crc: Some(1), ..ZipEntry::file(in_module("x"), "xx") };
    let refused_name =
        |path: &str, reason: &str| (zip_with_file(path), format!("`{}` {reason}", in_module(path)));
    let table: Vec<(Vec<u8>, String)> = vec![
        (zip_with(ZipEntry::file(&up, "x")), format!("`{up}` leaves its directory")),
        (zip_with(ZipEntry::file("/tmp/evil", "x")), format!("`/tmp/evil` is outside `{}`", in_module(""))),
        (
            zip_with(ZipEntry::file("golang.org/toolchain@v0.0.1-go1.99.2/x", "x")),
            format!("`golang.org/toolchain@v0.0.1-go1.99.2/x` is outside `{}`", in_module("")),
        ),
        (
            zip_with(ZipEntry::file(in_module("evil"), "/etc/passwd").unix_mode(0o120_777)),
            format!("`{}` is not a regular file", in_module("evil")),
        ),
        (
            zip_with(ZipEntry::file(in_module("folder/"), "")),
            format!("`{}` is not a regular file", in_module("folder/")),
        ),
        refused_name("a\\b", "has a character that no file of Go has").replace_escape(),
        (zip_with_file("VERSION"), "it is no sound zip: duplicate file names in central directory".into()),
        (zip_with_file("version"), "`version` and `VERSION` differ in case only".into()),
        (zip_with_file("src"), "`src` is both a file and a directory".into()),
        (zip_with_file(&"x".repeat(256)), "a part of 256 bytes is too long".into()),
        refused_name(".gox/manifest", "would stand among gox's own files"),
        (zip_with_file("lib/go.mod"), "`lib/go.mod` has a name that this form does not have".into()),
        (zip_with_file("go.mod"), "`go.mod` has a name that this form does not have".into()),
        (zip_with_file("_go.mod"), "`_go.mod` has a name that this form does not have".into()),
        (
            zip_with(hidden),
            "it is no sound zip: local file header filename mismatch (does not match central directory)"
                .into(),
        ),
        (zip_with(too_long), "`x`: file is larger than its declared uncompressed size".into()),
        (zip_with(too_short), "`x`: 1499999 bytes came in place of 1500000".into()),
        (zip_with(wrong_size), "`x` has not the 9 bytes that it says".into()),
        (zip_with(wrong_sum), "`x`: invalid checksum".into()),
        (
            [b"#!/bin/sh\n".to_vec(), whole.clone()].concat(),
            "it does not end in a central directory and its plain end record".into(),
        ),
        (
            whole[..whole.len() / 2].to_vec(),
            "it does not end in a central directory and its plain end record".into(),
        ),
    ];
    for (zip, reason) in table {
        refused("proxy", &[], &zip, &toolchain(), &format!("the module zip is refused: {reason}"));
    }
}

/// Backslashes are shown as they are written in Go.
trait Escaped {
    fn replace_escape(self) -> Self;
}

impl Escaped for (Vec<u8>, String) {
    fn replace_escape(self) -> Self {
        (self.0, self.1.replace('\\', "\\\\"))
    }
}

#[test]
fn a_tree_that_is_not_the_toolchain() {
    let gone = toolchain().without_file("bin/go");
    let other = toolchain().with_file("VERSION", 0o644, "go1.99.2\ntime 2024-05-30T19:26:07Z\n");
    let longer = toolchain().with_file("VERSION", 0o644, "go1.99.1 X:exp\n");
    let none = toolchain().without_file("VERSION");
    for (changed, reason) in [
        (gone, "it has no `bin/go`"),
        (other, "its VERSION says `go1.99.2`, not `go1.99.1`"),
        (longer, "its VERSION says `go1.99.1 X:exp`, not `go1.99.1`"),
        (none, "its VERSION says ``, not `go1.99.1`"),
    ] {
        for source in ["dl", "proxy"] {
            let reason = format!("the toolchain is refused: {reason}");
            refused(source, &changed.tar_gz(), &changed.zip(), &changed, &reason);
        }
    }
}

#[test]
fn honest_ones_pass_and_modes_come_from_the_rule() {
    let mut entries = toolchain().tar_entries();
    for entry in &mut entries {
        // Set-uid, set-gid and sticky, and nothing to execute.
        entry.mode = 0o7666;
    }
    let padded = [raw::tar(&entries), vec![0; 8192]].concat();
    let archive = "http://[SERVER]/go/go1.99.1.[OS]-[ARCH].tar.gz";
    for (source, packed) in [("dl", raw::gzip(&padded)), ("dl", toolchain().tar_gz_with_folders())] {
        let sandbox = Sandbox::in_use();
        let (_server, variables) = serve(packed, Vec::new(), &toolchain());
        let run = sandbox.gox(["install", "1.99.1"]).envs(variables).env("GOX_SOURCES", source).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let last = lines::by_archive(&toolchain(), archive, "dl", "log");
        assert_eq!(run.stderr.lines().last(), last.lines().last());
        assert_eq!(sandbox.listing("toolchains/go1.99.1/bin"), "0555 file go\n0555 file gofmt\n");
        let modes: Vec<_> = sandbox.entries("toolchains").into_iter().map(|entry| entry.mode).collect();
        assert!(modes.iter().all(|mode| [0o444, 0o555, 0o755].contains(mode)), "{modes:?}");
    }
    let set_uid =
        toolchain().zip_entries().into_iter().map(|entry| entry.unix_mode(0o104_777)).collect::<Vec<_>>();
    let stored = toolchain()
        .zip_entries()
        .into_iter()
        .map(|entry| ZipEntry { method: 0, ..entry })
        .collect::<Vec<_>>();
    for zip in [raw::zip(&set_uid), raw::zip(&stored)] {
        let sandbox = Sandbox::in_use();
        let (_server, variables) = serve(Vec::new(), zip, &toolchain());
        let run = sandbox.gox(["install", "1.99.1"]).envs(variables).run();
        let last = lines::by_proxy(&toolchain());
        assert_eq!((run.code(), run.stderr.lines().last()), (0, last.lines().last()), "{}", run.stderr);
        let modes: Vec<_> = sandbox.entries("toolchains").into_iter().map(|entry| entry.mode).collect();
        assert!(modes.iter().all(|mode| [0o444, 0o555, 0o755].contains(mode)), "{modes:?}");
    }
}
