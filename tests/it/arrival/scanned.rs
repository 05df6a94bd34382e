//! Servers that do not give the end of a zip: it is unpacked while it arrives all the same, by its local headers, and
//! what was unpacked counts once the central directory says so too.

use std::fs;

use rustix::process::Signal;

use super::{
    LINES, PARTS, Proxy, TAIL, TOOLCHAIN, ZIP, answer, is_empty, is_whole, larger, memory_is_bounded, path,
    tail_range,
};
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::raw::{ZipEntry, ZipParts};
use crate::support::response::{Fault, Response};
use crate::support::rows::side_by_side;
use crate::support::sandbox::Sandbox;
use crate::support::server::Request;
use crate::support::wait_until;

/// A server that sends all of a zip but its last byte, that one once the gate is open; and this for any part.
fn without_ranges(zip: &[u8], part: Response) -> Proxy {
    let gate = Gate::new();
    let whole = answer(zip).fault(Fault::StallAfter(zip.len() - 1, gate.clone()));
    Proxy { gate, ..Proxy::start(move |_| whole.clone(), move |_| part.clone()) }
}

fn no(status: u16) -> Response {
    Response::status(status, "no")
}

/// Waits until a file in staging has so many bytes.
fn wait_for(sandbox: &Sandbox, path: &str, size: u64) {
    let end = format!("/tree/{path}");
    let is_there =
        || sandbox.entries("staging").iter().any(|file| file.path.ends_with(&end) && file.size == size);
    wait_until(path, is_there);
}

/// What an install leaves of itself, but for when it was, from where it came and how much came.
fn left(sandbox: &Sandbox) -> (String, serde_json::Value) {
    let mut receipt = sandbox.receipt("1.99.1");
    for key in ["installed", "address", "source", "downloaded"] {
        receipt[key].take();
    }
    (sandbox.listing("toolchains/go1.99.1"), receipt)
}

#[test]
fn all_but_the_end_is_unpacked_before_the_last_byte_comes() {
    let folder = Sandbox::in_use();
    let proxy = without_ranges(&ZIP, no(404));
    folder.write(&format!("files/{}.zip", TOOLCHAIN.module_version()), ZIP.as_slice());
    let source = format!("dir:{}", folder.root().join("files").display());
    let run = proxy.command(&folder).env("GOX_SOURCES", source).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);

    let parts = [answer(ZIP.as_slice()).ignore_range(), no(404), no(416), no(501)];
    side_by_side(parts, |part| {
        let (sandbox, proxy) = (Sandbox::in_use(), without_ranges(&ZIP, part));
        let running = proxy.command(&sandbox).spawn();
        wait_for(&sandbox, "lib/large", 9_000_000);
        wait_for(&sandbox, "LICENSE", 31);
        proxy.gate.open();
        running.wait().assert(0, "", &LINES);
        assert_eq!(proxy.ranges(), ["-", &tail_range(&ZIP)]);
        is_whole(&sandbox);
        assert_eq!(left(&sandbox), left(&folder));
    });
}

/// The prefix that is on disk is read by the same way.
#[test]
fn what_was_killed_goes_on_from_what_is_kept() {
    const KILLED: usize = 5_000_000;
    let (sandbox, gate) = (Sandbox::in_use(), Gate::new());
    let whole = answer(ZIP.as_slice()).fault(Fault::StallAfter(KILLED, gate.clone()));
    let rest = answer(ZIP.as_slice()).fault(Fault::StallAfter(ZIP.len() - KILLED - 1, gate.clone()));
    let part = move |request: &Request| match request.header("range") {
        Some(range) if range.ends_with('-') => rest.clone(),
        _ => no(404),
    };
    let proxy = Proxy { gate, ..Proxy::start(move |_| whole.clone(), part) };
    let killed = proxy.command(&sandbox).spawn();
    wait_until("it unpacks", || sandbox.is_staged("lib/large"));
    let part = sandbox.home().join(format!("cache/partial/{}.zip.part", TOOLCHAIN.module_version()));
    wait_until("all that came is kept", || {
        fs::metadata(&part).is_ok_and(|data| data.len() == u64::try_from(KILLED).unwrap())
    });
    killed.signal(Signal::KILL);
    assert_eq!(killed.wait().code(), 128 + 9);
    fs::remove_dir_all(sandbox.home().join("staging")).unwrap();
    proxy.server.forget_requests();

    let running = proxy.command(&sandbox).spawn();
    wait_for(&sandbox, "lib/large", 9_000_000);
    proxy.gate.open();
    let (first, rest) = LINES.split_once('\n').unwrap();
    let expected = format!("{first}, {} of it from before\n{rest}", lines::bytes(KILLED));
    running.wait().assert(0, "", &expected);
    assert_eq!(proxy.ranges(), [format!("bytes={KILLED}-"), tail_range(&ZIP)]);
    is_whole(&sandbox);
}

/// The bytes that come again are skipped.
#[test]
fn what_breaks_off_is_taken_up_where_it_broke() {
    const BREAK: usize = 3_000_000;
    let (sandbox, gate) = (Sandbox::in_use(), Gate::new());
    let whole = answer(ZIP.as_slice()).ignore_range();
    let (first, again) = (whole.clone().fault(Fault::CutAfter(BREAK)), whole.clone());
    let last = again.fault(Fault::StallAfter(ZIP.len() - 1, gate.clone()));
    let part = move |request: &Request| match request.header("range") {
        Some(range) if range.ends_with('-') => last.clone(),
        _ => whole.clone(),
    };
    let proxy = Proxy { gate, ..Proxy::start(move |_| first.clone(), part) };
    let running = proxy.command(&sandbox).spawn();
    wait_for(&sandbox, "lib/large", 9_000_000);
    proxy.gate.open();
    running.wait().assert(0, "", &lines::with_amount(&LINES, ZIP.len() + BREAK));
    is_whole(&sandbox);
}

/// Whatever the local headers and descriptors say, a zip is refused as one in a folder is.
#[test]
fn a_hostile_zip_is_refused_as_one_in_a_folder() {
    let last = PARTS.index("src/many/69.go");
    let changed = |change: &dyn Fn(&mut ZipParts)| {
        let mut parts = PARTS.clone();
        change(&mut parts);
        parts.join()
    };
    let local = |path: &str, at: isize| {
        let index = PARTS.index(path);
        changed(&|parts| {
            let length = parts.entries[index].len().cast_signed();
            parts.entries[index][(at + if at < 0 { length } else { 0 }).cast_unsigned()] ^= 1;
        })
    };
    let central = |path: &str, at: usize| changed(&|parts| parts.directory[PARTS.index(path)][at] ^= 1);
    let zeros = ZipEntry { size: Some(1), ..ZipEntry::file(path_of("lib/zeros"), vec![0; 60_000_000]) };
    let bomb = ZipParts::new(&[TOOLCHAIN.zip_entries(), vec![zeros]].concat()).join();
    let between = "there are bytes that belong to no entry";
    let table = [
        ("data", local("lib/large", 5_000_000), "`lib/large`: invalid checksum".to_owned()),
        ("a descriptor", local("src/fmt/print.go", -1), between.to_owned()),
        ("a descriptor of a large file", local("lib/large", -12), between.to_owned()),
        ("a checksum", central("bin/go", 16), "`bin/go`: invalid checksum".to_owned()),
        ("a checksum of a large file", central("lib/large", 16), "`lib/large`: invalid checksum".to_owned()),
        (
            "a size",
            central("src/fmt/print.go", 24),
            "`src/fmt/print.go` does not have the 13 bytes that its header says".to_owned(),
        ),
        (
            "a time",
            local("bin/gofmt", 10),
            format!("malformed zip: last modified time mismatch for '{}'", path_of("bin/gofmt")),
        ),
        (
            "an entry that is in no directory",
            changed(&|parts| drop(parts.directory.remove(last))),
            "malformed zip: local file header missing from central directory".to_owned(),
        ),
        (
            "an entry that is in the directory alone",
            changed(&|parts| {
                let entry = parts.entries.remove(last);
                assert!(entry.len() > 100);
            }),
            String::new(),
        ),
        (
            "a link",
            changed(&|parts| {
                let header = &mut parts.directory[last];
                header[5] = 3;
                header[40..42].copy_from_slice(&0o120_777_u16.to_le_bytes());
            }),
            format!("`{}` is not a regular file", path_of("src/many/69.go")),
        ),
        ("a bomb", bomb, "`lib/zeros` does not have the 1 bytes that its header says".to_owned()),
    ];
    side_by_side(table, |(name, zip, reason)| {
        let sandbox = Sandbox::in_use();
        let proxy = Proxy::start(move |_| answer(zip.as_slice()), |_| no(404));
        let run = proxy.command(&sandbox).run();
        let error = run.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
        let platform = TOOLCHAIN.module_version().rsplit_once('.').unwrap().1.to_owned();
        let expected =
            format!("error: the module zip is refused: {reason}").replace(&platform, "[OS]-[ARCH]");
        assert_eq!(run.code(), 5, "{name}: {}", run.stderr);
        assert!(error == expected || reason.is_empty(), "{name}: {error}");
        is_empty(&sandbox);
    });
}

fn path_of(path: &str) -> String {
    format!("golang.org/toolchain@{}/{path}", TOOLCHAIN.module_version())
}

/// What is not written as Go writes it is unpacked all the same.
#[test]
fn an_unusual_zip_is_unpacked_all_the_same() {
    let entries = TOOLCHAIN.zip_entries();
    let each = |change: &dyn Fn(usize, ZipEntry) -> ZipEntry| {
        let changed = entries.iter().cloned().enumerate().map(|(index, entry)| change(index, entry));
        ZipParts::new(&changed.collect::<Vec<_>>())
    };
    let middle = PARTS.index("lib/large");
    let mut reversed = PARTS.clone();
    reversed.directory.reverse();
    let mut trailing = PARTS.clone();
    // A byte behind the end of the deflated data, which no reader looks at.
    let entry = trailing.last();
    let (data, length) =
        (entry.len() - 16, u32::from_le_bytes(entry[entry.len() - 8..][..4].try_into().unwrap()));
    entry.insert(data, 0);
    let at = entry.len() - 8;
    entry[at..at + 4].copy_from_slice(&(length + 1).to_le_bytes());
    trailing.last_central()[20..24].copy_from_slice(&(length + 1).to_le_bytes());
    let zips = [
        (
            "stored, its end behind it",
            each(&|index, entry| ZipEntry { method: if index == middle { 0 } else { 8 }, ..entry }),
        ),
        ("its end before it", each(&|_, entry| ZipEntry { flags: 0, ..entry })),
        ("stored", each(&|_, entry| ZipEntry { method: 0, flags: 0, ..entry })),
        ("a directory in another order", reversed),
        ("data that goes on", trailing),
    ];
    side_by_side(zips, |(name, parts)| {
        let (sandbox, zip) = (Sandbox::in_use(), parts.join());
        let proxy = Proxy::start(move |_| answer(zip.as_slice()), |_| no(404));
        let run = proxy.command(&sandbox).run();
        assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
        is_whole(&sandbox);
    });
}

#[test]
fn a_full_disk_ends_the_download() {
    let toolchain = TOOLCHAIN.clone().with_file("lib/zeros", 0o644, vec![0; 12_000_000]);
    let zip = ZipParts::new(&toolchain.zip_entries()).join();
    let proxy = without_ranges(&zip, no(404));
    proxy.sumdb.add_toolchain(&toolchain);
    let sandbox = Sandbox::in_use();
    // No file may grow above ten megabytes; the signal that would kill is ignored, as on a full disk.
    let gox = crate::support::sandbox::GOX;
    let line = format!("trap '' XFSZ; ulimit -f 20480; exec '{gox}' install 1.99.1");
    let variables = [("GOPROXY", proxy.server.url()), ("GOSUMDB", proxy.sumdb.verifier())];
    let limited = sandbox.command("/bin/sh").args(["-c".to_owned(), line]).envs(variables);
    let run = limited.env("GOX_SOURCES", "proxy").env("GOX_TIMEOUT", "2").run();
    assert_eq!(run.code(), 6, "{}", run.stderr);
    assert!(run.stderr.contains("/tree/lib/zeros`\n  caused by: file too large\n"), "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

/// The limit holds for a zip that is larger.
#[test]
fn memory_does_not_grow_with_the_zip() {
    let (toolchain, zip) = larger();
    assert!(zip.len() > 10 * TAIL);
    let (proxy, sandbox) = (without_ranges(&zip, no(404)), Sandbox::in_use());
    memory_is_bounded(&proxy, &sandbox, &toolchain, || wait_for(&sandbox, "lib/large", 70_000_000));
    assert_eq!(proxy.server.requests().iter().filter(|request| request.target == path()).count(), 2);
}
