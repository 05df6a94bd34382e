//! Servers that do not give the end of a zip: the download goes on to its own, and nothing else is asked for.

use super::{LINES, PARTS, Proxy, TAIL, ZIP, answer, downloaded, is_whole, tail_range, tail_start};
use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::raw::zip_end;
use crate::support::response::{Fault, Framing, Response};
use crate::support::rows::side_by_side;
use crate::support::sandbox::Sandbox;

/// Every answer to the request for a part leads to the same tree by the plain way. Up to `more` bytes of such
/// an answer come beside the zip.
#[track_caller]
fn the_plain_way_serves(more: usize, parts: impl IntoIterator<Item = (&'static str, Response)>) {
    side_by_side(parts, |(name, part)| {
        let proxy = Proxy::start(|_| answer(ZIP.as_slice()), move |_| part.clone());
        let sandbox = Sandbox::in_use();
        let run = proxy.install(&sandbox);
        let downloaded = downloaded(&sandbox);
        assert!((ZIP.len()..=ZIP.len() + more).contains(&downloaded), "{name}: {downloaded}");
        assert_eq!((run.code(), run.stderr), (0, lines::with_amount(&LINES, downloaded)), "{name}");
        assert_eq!(proxy.ranges(), ["-", &tail_range(&ZIP)], "{name}");
        is_whole(&sandbox);
    });
}

/// What says that it is the part, with this body.
fn part(body: &[u8]) -> Response {
    let (start, length) = (tail_start(&ZIP), ZIP.len());
    let head = Response::status(206, body).etag(Some("\"1\""));
    head.header("Content-Range", format!("bytes {start}-{}/{length}", length - 1))
}

#[test]
fn that_have_no_ranges() {
    let status = |status: u16| Response::status(status, "no");
    the_plain_way_serves(
        0,
        [
            ("200 and all", answer(ZIP.as_slice()).ignore_range()),
            ("200 and all, in chunks", answer(ZIP.as_slice()).ignore_range().framing(Framing::Chunked)),
            ("a redirect", Response::redirect(302, "/elsewhere")),
            ("403", status(403)),
            ("404", status(404)),
            ("416", status(416)),
            ("429", status(429).header("Retry-After", "1")),
            ("500", status(500)),
            ("501", status(501)),
            ("503", status(503)),
            ("a web page", Response::new("<html>").content_type("text/html")),
        ],
    );
}

#[test]
fn that_say_something_else() {
    let (start, end, length) = (tail_start(&ZIP), ZIP.len() - 1, ZIP.len());
    let said = |range: String| answer(ZIP.as_slice()).content_range(range);
    let tail = &ZIP[start..];
    let without_range = Response::status(206, tail).etag(Some("\"1\""));
    the_plain_way_serves(
        0,
        [
            ("no range", without_range.clone()),
            ("several ranges", without_range.content_type("multipart/byteranges; boundary=x")),
            ("another start", said(format!("bytes {}-{end}/{length}", start + 1))),
            ("another end", said(format!("bytes {start}-{}/{length}", end - 1))),
            ("another length", said(format!("bytes {start}-{}/{}", end + 1, length + 1))),
            ("no length", said(format!("bytes {start}-{end}/*"))),
            ("nonsense", said("x".into())),
            ("another file", answer(ZIP.as_slice()).etag(Some("\"2\""))),
            ("perhaps another file", answer(ZIP.as_slice()).etag(None)),
            ("an encoding", answer(ZIP.as_slice()).header("Content-Encoding", "gzip")),
            ("a shorter body", part(&tail[1..])),
            ("a longer body", part(&ZIP[start - 1..])),
        ],
    );
    the_plain_way_serves(
        TAIL,
        [
            ("a shorter body, of any length", part(&tail[1..]).framing(Framing::Close)),
            ("a longer body, of any length", part(&ZIP[start - 1..]).framing(Framing::Chunked)),
        ],
    );
}

#[test]
fn that_break_off_or_never_answer() {
    let broken = |fault: Fault| answer(ZIP.as_slice()).fault(fault);
    the_plain_way_serves(
        0,
        [
            ("no answer", broken(Fault::HangUp)),
            ("a reset", broken(Fault::Reset)),
            ("no HTTP", broken(Fault::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()))),
            ("silence", broken(Fault::Swallow)),
            ("no head", broken(Fault::StallHead(Gate::new()))),
        ],
    );
    the_plain_way_serves(
        TAIL / 2,
        [
            ("half of it", broken(Fault::CutAfter(TAIL / 2))),
            ("a reset after half of it", broken(Fault::ResetAfter(TAIL / 2))),
            ("silence after half of it", broken(Fault::StallAfter(TAIL / 2, Gate::new()))),
        ],
    );
}

/// Each leaves a thread and a connection behind: those that come after them do without.
#[test]
fn that_never_answer_are_few_at_a_time() {
    let versions = ["1.99.1", "1.99.2", "1.99.3", "1.99.4"];
    let toolchains = versions.map(|version| FakeToolchain::new(version).large(9_000_000));
    let proxy = ModuleProxy::start(&toolchains);
    for toolchain in toolchains {
        let whole = Response::new(toolchain.zip());
        let silent = whole.clone().fault(Fault::Swallow);
        proxy.server.handle(zip_path(toolchain.version()), move |request| {
            if request.header("range").is_some() { silent.clone() } else { whole.clone() }
        });
    }
    let sandbox = Sandbox::in_use();
    let run = sandbox.gox(["install"]).args(versions).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
    let run = run.env("GOX_TIMEOUT", "600").run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(run.stderr.matches("\ninstalled ").count(), versions.len(), "{}", run.stderr);
    let sides = proxy.server.requests().into_iter().filter(|request| request.header("range").is_some());
    assert_eq!(sides.count(), 2);
}

/// Central directories that no zip of a toolchain has. The zip itself is another.
#[test]
fn whose_end_is_not_that_of_the_zip() {
    let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut parts = PARTS.clone();
        change(&mut parts.directory);
        // What is missing becomes a comment, so that the zip is as long as before.
        let missing = PARTS.directory.concat().len() - parts.directory.concat().len();
        let last = parts.last_central();
        last[32..34].copy_from_slice(&u16::try_from(missing).unwrap().to_le_bytes());
        last.resize(last.len() + missing, b'x');
        part(&parts.join()[tail_start(&ZIP)..])
    };
    let end = |count: usize, size: usize, offset: usize| {
        let tail = &ZIP[tail_start(&ZIP)..];
        part(&[&tail[..TAIL - 22], &zip_end(count, size, offset)].concat())
    };
    let (count, size) = (PARTS.directory.len(), PARTS.directory.concat().len());
    let offset = PARTS.entries.concat().len();
    let put = |at: usize, bytes: &'static [u8]| {
        move |directory: &mut Vec<Vec<u8>>| {
            directory.last_mut().unwrap()[at..at + bytes.len()].copy_from_slice(bytes);
        }
    };
    the_plain_way_serves(
        TAIL,
        [
            ("zeros", part(&vec![0; TAIL])),
            (
                "an end record alone",
                part(&[&vec![0; TAIL - 22][..], &zip_end(0, 0, ZIP.len() - 22)].concat()),
            ),
            ("one entry more", end(count + 1, size, offset)),
            ("a byte less", end(count, size - 1, offset + 1)),
            ("an offset elsewhere", end(count, size, offset - 1)),
            ("a directory of 5 MB", end(count, 5 << 20, ZIP.len() - 22 - (5 << 20))),
            ("a directory before the file", end(count, size, usize::try_from(u32::MAX).unwrap())),
            ("zip64", end(0xffff, size, offset)),
            ("an encrypted entry", with(&put(8, &[1]))),
            // Made on Unix (3), where the mode is in the upper half of the attributes.
            (
                "an entry that is a link",
                with(&|directory| {
                    let header = directory.last_mut().unwrap();
                    header[5] = 3;
                    header[40..42].copy_from_slice(&0o120_777_u16.to_le_bytes());
                }),
            ),
            ("an entry over another", with(&put(42, &[0, 0, 0, 0]))),
            ("an entry behind the directory", with(&put(42, &[0, 0, 0, 0x7f]))),
            ("an entry that is longer", with(&put(20, &[0xff, 0xff]))),
            ("no first entry", with(&|directory| drop(directory.remove(0)))),
            ("a gap", with(&|directory| drop(directory.remove(40)))),
            ("no last entry", with(&|directory| drop(directory.pop()))),
            ("an entry twice", with(&|directory| directory[40] = directory[41].clone())),
            ("a name elsewhere", with(&put(46, b"x"))),
            ("a name that leaves", with(&put(PARTS.directory[40].len() - "/many/00.go".len(), b"/../"))),
        ],
    );
}
