//! Zips that are not as Go writes them: the scan refuses nothing, and the directory alone decides.

use super::super::{PARTS, TOOLCHAIN, is_empty, is_whole};
use super::{no, wait_for, without_ranges};
use crate::support::raw::{ZipEntry, ZipParts};
use crate::support::rows::side_by_side;
use crate::support::running::Running;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::wait_until;

/// The zip once its parts are others.
fn changed(change: impl Fn(&mut ZipParts)) -> Vec<u8> {
    let mut parts = PARTS.clone();
    change(&mut parts);
    parts.join()
}

/// The zip once a byte of a file's local header, data or descriptor is another, counted from its start or, if negative,
/// from its end.
fn local(path: &str, at: isize) -> Vec<u8> {
    let index = PARTS.index(path);
    let length = PARTS.entries[index].len().cast_signed();
    let at = (at + if at < 0 { length } else { 0 }).cast_unsigned();
    changed(|parts| parts.entries[index][at] ^= 1)
}

/// The zip once a byte of a file's header in the central directory is another.
fn central(path: &str, at: usize) -> Vec<u8> {
    changed(|parts| parts.directory[PARTS.index(path)][at] ^= 1)
}

fn path_of(path: &str) -> String {
    format!("golang.org/toolchain@{}/{path}", TOOLCHAIN.module_version())
}

/// The large file, which each of these zips has before what is wrong with it.
const LARGE: usize = 9_000_000;

/// Waits until so many bytes are unpacked beside the zip, and until they are thrown away, because the scan has come to
/// an entry that is not as it seemed.
fn wait_for_nothing(running: &Running, sandbox: &Sandbox, zip: &[u8], unpacked: usize) {
    wait_until("much is unpacked", || running.io("wchar") >= zip.len() + unpacked);
    wait_until("nothing is there", || !["LICENSE", "lib/large"].iter().any(|path| sandbox.is_staged(path)));
}

/// Each is refused as one in a folder is. The last column is whether the scan throws away what it has unpacked; else it
/// comes to all files but the last one.
#[test]
fn a_hostile_zip_is_refused_as_one_in_a_folder() {
    let last = PARTS.index("src/many/69.go");
    let twice = |parts: &mut ZipParts| {
        for header in [&mut parts.entries[last][30..], &mut parts.directory[last][46..]] {
            let at = path_of("src/many/6").len();
            header[at] = b'8';
        }
    };
    let between = "there are bytes that belong to no entry".to_owned();
    let table = [
        ("data", local("lib/large", 5_000_000), "`lib/large`: invalid checksum".to_owned(), true),
        ("a descriptor", local("src/fmt/print.go", -1), between.clone(), true),
        ("a descriptor of a large file", local("lib/large", -12), between.clone(), true),
        ("a checksum", central("bin/go", 16), "`bin/go`: invalid checksum".to_owned(), false),
        (
            "a checksum of a large file",
            central("lib/large", 16),
            "`lib/large`: invalid checksum".into(),
            false,
        ),
        (
            "a size",
            central("src/fmt/print.go", 24),
            "`src/fmt/print.go` does not have the 13 bytes that its header says".to_owned(),
            false,
        ),
        (
            "a time",
            local("bin/gofmt", 10),
            format!("malformed zip: last modified time mismatch for '{}'", path_of("bin/gofmt")),
            false,
        ),
        (
            "an entry that is in no directory",
            changed(|parts| drop(parts.directory.remove(last))),
            "malformed zip: local file header missing from central directory".to_owned(),
            false,
        ),
        (
            "an entry that is in the directory alone",
            changed(|parts| drop(parts.entries.remove(last))),
            format!("`{}` is not before the central directory", path_of("src/many/69.go")),
            false,
        ),
        ("bytes behind the last entry", changed(|parts| parts.entries[last].push(0)), between, false),
        (
            "a name twice",
            changed(twice),
            "malformed zip: duplicate file names in central directory".to_owned(),
            false,
        ),
        (
            "a link",
            changed(|parts| {
                let header = &mut parts.directory[last];
                header[5] = 3;
                header[40..42].copy_from_slice(&0o120_777_u16.to_le_bytes());
            }),
            format!("`{}` is not a regular file", path_of("src/many/69.go")),
            false,
        ),
    ];
    side_by_side(table, |(name, zip, reason, throws_away)| {
        let (sandbox, proxy) = (Sandbox::in_use(), without_ranges(&TOOLCHAIN, &zip, no(404)));
        let running = proxy.command(&sandbox).spawn();
        if throws_away {
            wait_for_nothing(&running, &sandbox, &zip, LARGE);
        } else {
            wait_for(&sandbox, "src/many/68.go", 12);
        }
        proxy.gate.open();
        let run = running.wait();
        let error = run.stderr.lines().find(|line| line.starts_with("error: "));
        let platform = TOOLCHAIN.module_version().rsplit_once('.').unwrap().1.to_owned();
        let expected =
            format!("error: the module zip is refused: {reason}").replace(&platform, "[OS]-[ARCH]");
        assert_eq!((run.code(), error), (5, Some(expected.as_str())), "{name}: {}", run.stderr);
        is_empty(&sandbox);
    });
}

/// A file that has much more than it says is given up as soon as no tree has as much: long before its end, at which it
/// would be larger than any file here may be.
#[test]
fn a_bomb_is_not_unpacked_to_its_end() {
    let zeros = ZipEntry { size: Some(1), ..ZipEntry::file(path_of("lib/zeros"), vec![0; 60_000_000]) };
    let zip = ZipParts::new(&[TOOLCHAIN.zip_entries(), vec![zeros]].concat()).join();
    // What a tree may have beside the large file, and a little more.
    let most = 4 * zip.len() - LARGE + 1_000_000;
    assert!((LARGE..60_000_000).contains(&most), "{most}");
    let (sandbox, proxy) = (Sandbox::in_use(), without_ranges(&TOOLCHAIN, &zip, no(404)));
    let line = format!("trap '' XFSZ; ulimit -f {}; exec '{GOX}' install 1.99.1", most / 512);
    let running = proxy.with(sandbox.command("/bin/sh").args(["-c".to_owned(), line])).spawn();
    wait_for_nothing(&running, &sandbox, &zip, LARGE + 20_000_000);
    proxy.gate.open();
    let run = running.wait();
    let reason =
        "error: the module zip is refused: `lib/zeros` does not have the 1 bytes that its header says\n";
    assert!(run.code() == 5 && run.stderr.contains(reason), "{}", run.stderr);
    is_empty(&sandbox);
}

/// Files that say what they have, and have more than the scan unpacks: the directory tells it beforehand, and there is
/// room for it.
#[test]
fn what_unfolds_to_much_is_left_to_the_directory() {
    let toolchain = (0..40).fold(TOOLCHAIN.clone(), |toolchain, number| {
        toolchain.with_file(&format!("src/zeros/{number}"), 0o644, vec![0; 1_000_000])
    });
    let zip = toolchain.zip();
    assert!(toolchain.module_bytes() > 4 * zip.len());
    let (sandbox, proxy) = (Sandbox::in_use(), without_ranges(&toolchain, &zip, no(404)));
    let running = proxy.command(&sandbox).spawn();
    wait_for_nothing(&running, &sandbox, &zip, LARGE);
    proxy.gate.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(sandbox.receipt("1.99.1")["h1"], toolchain.h1());
}

/// The last column is a file that the scan has unpacked and that is kept: none where it throws everything away.
#[test]
fn an_unusual_zip_is_unpacked_all_the_same() {
    let entries = TOOLCHAIN.zip_entries();
    let each = |change: &dyn Fn(usize, ZipEntry) -> ZipEntry| {
        let changed = entries.iter().cloned().enumerate().map(|(index, entry)| change(index, entry));
        ZipParts::new(&changed.collect::<Vec<_>>()).join()
    };
    let large = PARTS.index("lib/large");
    // A byte behind the end of the deflated data, which no reader looks at.
    let trailing = |parts: &mut ZipParts| {
        let entry = parts.last();
        let (data, at) = (entry.len() - 16, entry.len() - 8);
        let length = u32::from_le_bytes(entry[at..][..4].try_into().unwrap()) + 1;
        entry[at..][..4].copy_from_slice(&length.to_le_bytes());
        entry.insert(data, 0);
        parts.last_central()[20..24].copy_from_slice(&length.to_le_bytes());
    };
    let without_signature = |parts: &mut ZipParts| {
        let entry = parts.last();
        let descriptor = entry.len() - 16;
        entry.drain(descriptor..descriptor + 4);
    };
    let wide = |parts: &mut ZipParts| {
        let entry = parts.last();
        let size = entry.len() - 4;
        entry.splice(size..size, [0; 4]);
        entry.extend([0; 4]);
    };
    let zips = [
        (
            "stored, its end behind it",
            each(&|index, entry| ZipEntry { method: if index == large { 0 } else { 8 }, ..entry }),
            Some(("LICENSE", 31)),
        ),
        ("its end before it", each(&|_, entry| ZipEntry { flags: 0, ..entry }), Some(("lib/large", LARGE))),
        ("stored", each(&|_, entry| ZipEntry { method: 0, flags: 0, ..entry }), Some(("lib/large", LARGE))),
        (
            "a directory in another order",
            changed(|parts| parts.directory.reverse()),
            Some(("lib/large", LARGE)),
        ),
        ("data that goes on", changed(trailing), None),
        ("a descriptor without a signature", changed(without_signature), None),
        ("a descriptor of 64 bits", changed(wide), None),
    ];
    side_by_side(zips, |(name, zip, kept)| {
        let (sandbox, proxy) = (Sandbox::in_use(), without_ranges(&TOOLCHAIN, &zip, no(404)));
        let running = proxy.command(&sandbox).spawn();
        let inode = |folder: &str, path: &str| {
            let mut files = sandbox.entries(folder).into_iter();
            files.find(|file| file.path.ends_with(path)).map(|file| file.inode)
        };
        let scanned = kept.map(|(path, size)| {
            wait_for(&sandbox, path, u64::try_from(size).unwrap());
            inode("staging", &format!("/tree/{path}"))
        });
        if kept.is_none() {
            wait_for_nothing(&running, &sandbox, &zip, LARGE);
        }
        proxy.gate.open();
        let run = running.wait();
        assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
        let installed = kept.map(|(path, _)| inode("toolchains", &format!("go1.99.1/{path}")));
        assert_eq!(installed, scanned, "{name}");
        is_whole(&sandbox);
    });
}
