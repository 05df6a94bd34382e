//! Ranges that do not bring what the plan needs: the plain way serves, or one more attempt does.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::{PARTS, TAIL, Upgrade, ZIP, answer, cc_range, downloaded, end, honest, place, tail_range};
use crate::support::gate::Gate;
use crate::support::response::{Fault, Framing, Response};
use crate::support::rows::side_by_side;
use crate::support::running::Output;
use crate::support::sandbox::GOX;

/// How often a range is asked for that never comes.
const ATTEMPTS: usize = 5;

/// The answer that says that it is the range, with this body.
fn cc(body: &[u8]) -> Response {
    let (place, head) = (place("lib/cc"), Response::status(206, body).etag(Some("\"1\"")));
    head.header("Content-Range", format!("bytes {}-{}/{}", place.start, place.end - 1, ZIP.len()))
}

/// Everything is fetched once more, plainly, after the range was asked for so many times and brought up to so many
/// bytes.
#[track_caller]
fn the_plain_way_serves(
    attempts: usize,
    brought: usize,
    reason: &str,
    rows: impl IntoIterator<Item = (&'static str, Response)>,
) {
    side_by_side(rows, |(name, range)| {
        let upgrade = Upgrade::with_range(move || range.clone());
        let run = upgrade.run();
        assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
        let note = format!("note: {reason}; starting over\n");
        assert_eq!(run.stderr.matches(&note).count(), 1, "{name}: {}", run.stderr);
        assert_eq!(upgrade.asked(), (2, attempts), "{name}");
        let downloaded = downloaded(&upgrade.sandbox);
        let least = ZIP.len() + TAIL;
        assert!((least + 1..=least + end() + brought).contains(&downloaded), "{name}: {downloaded}");
        upgrade.is_whole();
    });
}

#[test]
fn that_never_come() {
    let body = &ZIP[place("lib/cc")];
    let (start, end, all) = (place("lib/cc").start, place("lib/cc").end - 1, ZIP.len());
    let said = |range: String| Response::status(206, body).etag(Some("\"1\"")).header("Content-Range", range);
    let none = Response::status(206, body).etag(Some("\"1\""));
    let missing = format!("could not fetch the bytes {start} to {end} of the module zip");
    the_plain_way_serves(
        ATTEMPTS,
        0,
        &missing,
        [
            ("200 and all", answer(ZIP.as_slice()).ignore_range()),
            ("416", Response::status(416, "no").header("Content-Range", format!("bytes */{all}"))),
            ("several ranges", none.content_type("multipart/byteranges; boundary=x")),
            ("another total", said(format!("bytes {start}-{end}/{}", all + 1))),
            ("the bytes before it as well", said(format!("bytes {}-{end}/{all}", start - 9))),
            ("another file", cc(body).etag(Some("\"2\""))),
        ],
    );
}

/// The range is asked for of a server that breaks off each answer after so many bytes.
fn broken_after(piece: usize) -> (Upgrade, Output, Vec<String>) {
    let last = format!("-{}", place("lib/cc").end - 1);
    let upgrade = Upgrade::new({
        let last = last.clone();
        move |request| match request.header("range") {
            Some(range) if range.ends_with(&last) => honest(request).fault(Fault::CutAfter(piece)),
            _ => honest(request),
        }
    });
    let run = upgrade.run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let mut asked = upgrade.proxy.ranges();
    asked.retain(|range| range.ends_with(&last));
    upgrade.is_whole();
    (upgrade, run, asked)
}

/// The first requests for the rest of the range, each so many bytes further on.
fn pieces(count: usize, piece: usize) -> Vec<String> {
    let place = place("lib/cc");
    (0..count).map(|number| format!("bytes={}-{}", place.start + number * piece, place.end - 1)).collect()
}

/// Each answer breaks off before it has brought much, and the rest is asked for as often as for any download.
#[test]
fn that_come_in_small_pieces() {
    for piece in [1_000, (256 << 10) - 1] {
        let (_, run, asked) = broken_after(piece);
        assert_eq!(asked, pieces(ATTEMPTS, piece));
        let (missing, last) = (place("lib/cc").start + ATTEMPTS * piece, place("lib/cc").end - 1);
        let note = format!("note: could not fetch the bytes {missing} to {last} of");
        assert!(run.stderr.contains(&note), "{}", run.stderr);
    }
}

/// Each answer breaks off, but brings enough that it is worth asking for the rest.
#[test]
fn that_come_in_large_pieces() {
    let piece = 256 << 10;
    let (upgrade, run, asked) = broken_after(piece);
    assert!(!run.stderr.contains("note: "), "{}", run.stderr);
    let count = place("lib/cc").len().div_ceil(piece);
    assert!(count > ATTEMPTS + 1, "{count}");
    assert_eq!(asked, pieces(count, piece));
    assert_eq!(upgrade.receipt()["downloaded"], end() + place("lib/cc").len() + TAIL);
}

/// The entry of `lib/cc` with its data replaced, as long as it was.
fn with_data(data: &[u8]) -> Vec<u8> {
    let mut entry = PARTS.entries[PARTS.index("lib/cc")].clone();
    let (name, extra) =
        (u16::from_le_bytes([entry[26], entry[27]]), u16::from_le_bytes([entry[28], entry[29]]));
    let start = 30 + usize::from(name) + usize::from(extra);
    entry[start..start + data.len()].copy_from_slice(data);
    entry
}

#[test]
fn that_have_other_bytes() {
    let mut other = PARTS.entries[PARTS.index("lib/cc")].clone();
    other[100_000] ^= 1;
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::fast());
    deflate.write_all(&vec![0; 10_000_000]).unwrap();
    let zeros = deflate.finish().unwrap();
    assert!(zeros.len() < place("lib/cc").len());
    let refused = "the module zip is refused: `lib/cc`: ";
    for (name, range, reason) in [
        ("a bit", other, "invalid checksum"),
        ("a bomb", with_data(&zeros), "got 1700002 bytes instead of 1700001"),
    ] {
        the_plain_way_serves(1, range.len(), &format!("{refused}{reason}"), [(name, cc(&range))]);
    }
}

/// The server breaks off once, as any may.
#[test]
fn that_come_at_the_second_attempt() {
    let (half, cc) = (place("lib/cc").len() / 2, place("lib/cc"));
    let rest = || format!("bytes={}-{}", cc.start + half, cc.end - 1);
    let rows = [
        ("half of it", "30", answer(ZIP.as_slice()).fault(Fault::CutAfter(half)), rest()),
        (
            "silence after half of it",
            "5",
            answer(ZIP.as_slice()).fault(Fault::StallAfter(half, Gate::new())),
            rest(),
        ),
        ("503", "30", Response::status(503, ""), cc_range()),
    ];
    side_by_side(rows, |(name, timeout, first, second)| {
        let count = AtomicUsize::new(0);
        let upgrade = Upgrade::with_range(move || match count.fetch_add(1, Ordering::SeqCst) {
            0 => first.clone(),
            _ => answer(ZIP.as_slice()),
        });
        let run = upgrade.run_command(upgrade.command("install 1.99.1").env("GOX_TIMEOUT", timeout));
        assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
        assert!(!run.stderr.contains("note: "), "{name}: {}", run.stderr);
        assert_eq!(upgrade.proxy.ranges(), ["-", &cc_range(), &second, &tail_range(&ZIP)], "{name}");
        upgrade.is_whole();
    });
}

/// What comes behind the bytes that were asked for is not read.
#[test]
fn that_bring_more() {
    let body = &ZIP[place("lib/cc")];
    let rows = [
        ("a longer body", cc(&[body, b"x"].concat()).framing(Framing::Chunked)),
        ("a body without end", cc(body).framing(Framing::Close).fault(Fault::Endless)),
    ];
    side_by_side(rows, |(name, range)| {
        let upgrade = Upgrade::with_range(move || range.clone());
        let run = upgrade.run();
        assert_eq!((run.code(), upgrade.asked()), (0, (1, 1)), "{name}: {}", run.stderr);
        upgrade.is_whole();
    });
}

/// A second download would not fit on the disk either.
#[test]
fn that_the_disk_does_not_take() {
    let upgrade = Upgrade::new(honest);
    // No file may grow above two megabytes, and the range begins above three; the signal that would kill is ignored.
    let line = format!("trap '' XFSZ; ulimit -f 4096; exec '{GOX}' install 1.99.1");
    let limited = upgrade.with_proxy(upgrade.sandbox.command("/bin/sh").args(["-c".to_owned(), line]));
    let run = upgrade.run_command(limited);
    assert_eq!(run.code(), 6, "{}", run.stderr);
    let error = "error: could not write into the store's `staging` folder\n  caused by: file too large\n";
    assert!(run.stderr.ends_with(error), "{}", run.stderr);
    assert!(!run.stderr.contains("note: "), "{}", run.stderr);
    assert_eq!(upgrade.asked(), (1, 1));
    assert_eq!(upgrade.sandbox.listing("staging"), "");
    assert!(!upgrade.goroot("1.99.1").exists());
}
