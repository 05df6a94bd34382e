//! What looks strange and is as good as the real ones, so that the guard is seen to let those through.

use super::{in_module, serve, tar_with, toolchain, zip_with};
use crate::support::archives::FakeToolchain;
use crate::support::lines;
use crate::support::raw::{self, TarEntry, ZipEntry};
use crate::support::sandbox::Sandbox;

/// Installs, and gives the listing of the tree.
#[track_caller]
fn installed(case: &str, source: &str, bytes: &[u8], recorded: &FakeToolchain) -> String {
    let sandbox = Sandbox::in_use();
    let (_server, variables) = serve(bytes.to_vec(), bytes.to_vec(), recorded);
    let run = sandbox.gox(["install", "1.99.1"]).envs(variables).env("GOX_SOURCES", source).run();
    assert_eq!(run.code(), 0, "{case}: {}", run.stderr);
    if recorded.files() == toolchain().files() {
        let archive = "http://[SERVER]/go/go1.99.1.[OS]-[ARCH].tar.gz";
        let last = match source {
            "dl" => lines::by_archive(recorded, archive, "dl", "log"),
            _ => lines::by_proxy(recorded),
        };
        let last = lines::with_amount(&last, bytes.len());
        assert_eq!(run.stderr.lines().last(), last.lines().last(), "{case}");
    }
    let modes: Vec<_> = sandbox.entries("toolchains").into_iter().map(|entry| entry.mode).collect();
    assert!(modes.iter().all(|mode| [0o444, 0o555, 0o755].contains(mode)), "{case}: {modes:?}");
    sandbox.listing("toolchains/go1.99.1")
}

#[test]
fn archives() {
    let entries = toolchain().tar_entries();
    let each = |change: &dyn Fn(TarEntry) -> Vec<TarEntry>| {
        raw::gzip(&raw::tar(&entries.iter().cloned().flat_map(change).collect::<Vec<_>>()))
    };
    let root = [TarEntry::special(b'5', "go", 0o755, ""), TarEntry::special(b'5', "go/", 0o755, "")];
    let twice = [TarEntry::special(b'5', "go/src", 0o755, ""), TarEntry::special(b'5', "go/src/", 0o700, "")];
    let whole = raw::tar(&entries);
    let named = |file: &TarEntry| String::from_utf8(file.name.clone()).unwrap();
    let short = |file: TarEntry| TarEntry { name: b"go/short".to_vec(), ..file };
    let plain = installed("the real one", "dl", &toolchain().tar_gz(), &toolchain());
    let cases = [
        ("entries for folders", toolchain().tar_gz_with_folders()),
        // Set-uid, set-gid and sticky, and nothing to execute.
        ("modes of all kinds", each(&|file| vec![TarEntry { mode: 0o7666, ..file }])),
        ("zeros after the end", raw::gzip(&[&whole[..], &[0; 8192]].concat())),
        ("no end, as tar itself allows", raw::gzip(&whole[..whole.len() - 1024])),
        ("an entry for the root", raw::gzip(&raw::tar(&[&root[..], &entries].concat()))),
        ("a folder twice", tar_with(twice)),
        ("the type of old tars", each(&|file| vec![TarEntry { kind: 0, ..file }])),
        ("names in pax records", each(&|file| vec![TarEntry::pax(&[("path", &named(&file))]), short(file)])),
        ("names of GNU", each(&|file| vec![TarEntry::gnu_long(b'L', &file.name), short(file)])),
        (
            "names in two fields",
            each(&|file| vec![TarEntry { name: file.name[3..].to_vec(), prefix: b"go".to_vec(), ..file }]),
        ),
        (
            "times and owners in pax records",
            each(&|file| {
                let records =
                    [("mtime", "1717097167.5"), ("uid", "0"), ("uname", "root"), ("comment", "a b")];
                vec![TarEntry::pax(&records), file]
            }),
        ),
        (
            "sizes in binary",
            each(&|file| {
                let size = u32::try_from(file.body.len()).unwrap();
                vec![file.patch(124, &[&[0x80, 0, 0, 0, 0, 0, 0, 0], &size.to_be_bytes()[..]].concat())]
            }),
        ),
    ];
    for (case, archive) in cases {
        assert_eq!(installed(case, "dl", &archive, &toolchain()), plain, "{case}");
    }
}

#[test]
fn module_zips() {
    let each = |change: &dyn Fn(ZipEntry) -> ZipEntry| {
        raw::zip(&toolchain().zip_entries().into_iter().map(change).collect::<Vec<_>>())
    };
    let stamp = vec![0x55, 0x54, 5, 0, 1, 0, 0, 0, 0];
    let plain = installed("the real one", "proxy", &toolchain().zip(), &toolchain());
    let cases = [
        ("set-uid", each(&|file| file.unix_mode(0o104_777))),
        ("no bits of a kind", each(&|file| file.unix_mode(0o755))),
        ("stored", each(&|file| ZipEntry { method: 0, ..file })),
        ("without descriptors", each(&|file| ZipEntry { flags: 0, ..file })),
        ("stored without descriptors", each(&|file| ZipEntry { method: 0, flags: 0, ..file })),
        ("names in UTF-8", each(&|file| ZipEntry { flags: 1 << 11 | 1 << 3, ..file })),
        ("with a time in the extra field", each(&|file| ZipEntry { extra: stamp.clone(), ..file })),
    ];
    for (case, zip) in cases {
        assert_eq!(installed(case, "proxy", &zip, &toolchain()), plain, "{case}");
    }
}

#[test]
fn names() {
    let long = "x".repeat(255);
    let deep = "d/".repeat(500) + "x";
    for name in
        ["src/\u{de}foo.go", "src/\u{de}", "src/-x", "src/...", "src/a b", "src/x~1", "lib/CON", &long, &deep]
    {
        let changed = toolchain().with_file(name, 0o644, "x");
        let records = [TarEntry::pax(&[("path", &format!("go/{name}"))]), TarEntry::file("go/x", 0o644, "x")];
        let zip = zip_with(ZipEntry::file(in_module(name), "x"));
        for (source, bytes) in [("dl", tar_with(records)), ("proxy", zip)] {
            let listing = installed(name, source, &bytes, &changed);
            assert!(listing.lines().any(|line| line == format!("0444 file {name}")), "{source}: {listing}");
        }
    }
}
