//! Ends of zips that could be true and are not, and zips that are hostile themselves: what was unpacked is thrown away,
//! and everything is fetched once more, plainly. What is wrong then is wrong.

use super::{LINES, PARTS, Proxy, TAIL, TOOLCHAIN, ZIP, answer, downloaded, is_empty, is_whole, tail_range};
use crate::support::lines;
use crate::support::raw::ZipParts;
use crate::support::rows::side_by_side;
use crate::support::sandbox::Sandbox;
use crate::support::sumdb::SumDb;

/// The zip once a byte of a file's header in the central directory is another.
fn central(path: &str, at: usize) -> Vec<u8> {
    let mut parts = PARTS.clone();
    parts.directory[PARTS.index(path)][at] ^= 1;
    parts.join()
}

/// The zip once a byte of a file's local header, data or descriptor is another, counted from its start or, if negative,
/// from its end.
fn local(path: &str, at: isize) -> Vec<u8> {
    let mut parts = PARTS.clone();
    let entry = &mut parts.entries[PARTS.index(path)];
    let length = entry.len().cast_signed();
    entry[(at + if at < 0 { length } else { 0 }).cast_unsigned()] ^= 1;
    parts.join()
}

#[test]
fn a_side_that_lies_costs_a_second_download() {
    let first_line = LINES.lines().next().unwrap();
    let large = "`lib/large`: ";
    let header = |text: &str| format!("malformed zip: {text} (does not match central directory)");
    let table = [
        ("data", local("lib/large", -20), format!("{large}invalid checksum")),
        ("a descriptor", local("src/many/40.go", -4), "there are bytes that belong to no entry".into()),
        ("a checksum", central("src/many/40.go", 16), "`src/many/40.go`: invalid checksum".into()),
        ("a checksum of what was there before", central("bin/go", 16), "`bin/go`: invalid checksum".into()),
        (
            "a size",
            central("src/fmt/print.go", 24),
            "`src/fmt/print.go` does not have the 13 bytes that its header says".into(),
        ),
        ("a name", central("bin/gofmt", 46 + 49 + 8), header("local file header filename mismatch")),
    ];
    side_by_side(table, |(name, parts, reason)| {
        let (sandbox, proxy) = (Sandbox::in_use(), Proxy::with_zips(&ZIP, &ZIP, &parts));
        let run = proxy.install(&sandbox);
        let note = format!("note: the module zip is refused: {reason}; starting over");
        let downloaded = downloaded(&sandbox);
        // The side has come by then, and at most all that precedes it.
        assert!((ZIP.len() + TAIL..=2 * ZIP.len()).contains(&downloaded), "{name}: {downloaded}");
        let expected = lines::with_amount(&format!("{first_line}\n{note}\n{}", *LINES), downloaded);
        assert_eq!((run.code(), run.stderr), (0, expected), "{name}");
        assert_eq!(proxy.ranges(), ["-", "-", &tail_range(&ZIP)], "{name}");
        is_whole(&sandbox);
    });
}

/// Once a lie is found, a download that stalls is not taken up again.
#[test]
fn a_lie_ends_a_download_that_stalls() {
    let (sandbox, proxy) = (Sandbox::in_use(), Proxy::with_zips(&ZIP, &ZIP, &central("bin/go", 16)));
    let run = proxy.command(&sandbox).env("GOX_TIMEOUT", "5").run();
    let note = "note: the module zip is refused: `bin/go`: invalid checksum; starting over\n";
    assert!(run.code() == 0 && run.stderr.contains(note), "{}", run.stderr);
    assert_eq!(proxy.ranges(), ["-", "-", &tail_range(&ZIP)]);
    is_whole(&sandbox);
}

/// What both say is said by the way that needs no side, after two attempts at the most.
#[test]
fn a_hostile_zip_is_refused_as_ever() {
    let mut hidden = PARTS.clone();
    let at = PARTS.index("src/many/40.go");
    hidden.entries[at].extend_from_slice(&PARTS.entries[at]);
    for header in &mut hidden.directory[at + 1..] {
        let offset = u32::from_le_bytes(header[42..46].try_into().unwrap());
        let more = u32::try_from(PARTS.entries[at].len()).unwrap();
        header[42..46].copy_from_slice(&(offset + more).to_le_bytes());
    }
    let between = "there are bytes that belong to no entry";
    let header = |text: &str| format!("malformed zip: {text} mismatch (does not match central directory)");
    let table = [
        (
            "an entry that is in no directory",
            hidden.join(),
            "malformed zip: local file header missing from central directory".into(),
            1,
        ),
        ("a descriptor", local("src/fmt/print.go", -1), between.to_owned(), 2),
        ("a method", local("bin/go", 8), header("compression method"), 2),
        ("a local size", local("bin/go", 22), header("uncompressed size"), 2),
        ("data", local("lib/large", 5_000_000), "`lib/large`: invalid checksum".into(), 2),
    ];
    side_by_side(table, |(name, zip, reason, downloads)| {
        let proxy = if downloads == 1 {
            let (whole, part) = (answer(zip.as_slice()), answer(zip.as_slice()));
            Proxy::start(move |_| whole.clone(), move |_| part.clone())
        } else {
            Proxy::with_zips(&zip, &zip, &zip)
        };
        let sandbox = Sandbox::in_use();
        let run = proxy.install(&sandbox);
        let error = run.stderr.lines().find(|line| line.starts_with("error: "));
        let expected = format!("error: the module zip is refused: {reason}");
        assert_eq!((run.code(), error), (5, Some(expected.as_str())), "{name}: {}", run.stderr);
        let expected = [vec!["-".to_owned(); downloads], vec![tail_range(&zip)]].concat();
        assert_eq!(proxy.ranges(), expected, "{name}");
        is_empty(&sandbox);
    });
}

/// A zip without a fault that is not the one on record.
#[test]
fn a_tree_that_is_not_on_record_is_refused_after_a_second_download() {
    let other = TOOLCHAIN.clone().with_file("src/many/40.go", 0o644, "package p41\n");
    let zip = ZipParts::new(&other.zip_entries()).join();
    assert_eq!(zip.len(), ZIP.len());
    let (sandbox, proxy) = (Sandbox::in_use(), Proxy::with_zips(&zip, &zip, &zip));
    let run = proxy.install(&sandbox);
    let address = "http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
    let mismatch = format!("the module zip does not match the checksum database: `{address}`");
    assert_eq!(run.code(), 5, "{}", run.stderr);
    assert!(run.stderr.contains(&format!("note: {mismatch}; starting over\n")), "{}", run.stderr);
    assert!(run.stderr.contains(&format!("error: {mismatch}\n")), "{}", run.stderr);
    assert_eq!(proxy.ranges(), ["-", "-", &tail_range(&ZIP)]);
    is_empty(&sandbox);
}

/// Other bytes do not mend it that nothing proves them.
#[test]
fn what_the_database_does_not_have_is_not_fetched_twice() {
    let (sandbox, mut proxy) = (Sandbox::in_use(), Proxy::with_zips(&ZIP, &ZIP, &ZIP));
    proxy.sumdb = SumDb::new("sumdb.test");
    proxy.sumdb.fill(3).serve(&proxy.server, "/sumdb/sumdb.test");
    let run = proxy.install(&sandbox);
    assert_eq!(run.code(), 5, "{}", run.stderr);
    assert_eq!(proxy.ranges().iter().filter(|range| *range == "-").count(), 1);
    assert!(!run.stderr.contains("starting over"), "{}", run.stderr);
    is_empty(&sandbox);
}
