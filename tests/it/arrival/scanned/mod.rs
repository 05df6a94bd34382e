//! Servers that do not give the end of a zip: it is unpacked while it arrives all the same, by its local headers, and
//! what was unpacked counts once the central directory says so too.

mod disk;
mod judged;

use std::fs;

use rustix::process::Signal;

use super::{LINES, Proxy, TOOLCHAIN, ZIP, answer, is_whole, tail_range};
use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::response::{Fault, Framing, Response};
use crate::support::rows::side_by_side;
use crate::support::sandbox::Sandbox;
use crate::support::server::{Request, Server};
use crate::support::wait_until;

/// A server that sends all of a toolchain's zip but its last byte, that one once the gate is open; and this for any
/// part.
fn without_ranges(toolchain: &FakeToolchain, zip: &[u8], part: Response) -> Proxy {
    let gate = Gate::new();
    let whole = answer(zip).fault(Fault::StallAfter(zip.len() - 1, gate.clone()));
    let proxy = Proxy::start_for(toolchain, Server::start(), move |_| whole.clone(), move |_| part.clone());
    Proxy { gate, ..proxy }
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
    let proxy = without_ranges(&TOOLCHAIN, &ZIP, no(404));
    folder.write(&format!("files/{}.zip", TOOLCHAIN.module_version()), ZIP.as_slice());
    let source = format!("dir:{}", folder.root().join("files").display());
    let run = proxy.command(&folder).env("GOX_SOURCES", source).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);

    let parts = [answer(ZIP.as_slice()).ignore_range(), no(404), no(416), no(501)];
    side_by_side(parts, |part| {
        let (sandbox, proxy) = (Sandbox::in_use(), without_ranges(&TOOLCHAIN, &ZIP, part));
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

/// Of a zip whose length is not known no end is asked for.
#[test]
fn so_is_a_zip_whose_length_nobody_tells() {
    let (_, lines) = LINES.split_once(&format!(" ({})\n", lines::bytes(ZIP.len()))).unwrap();
    side_by_side([Framing::Chunked, Framing::Close], |framing| {
        let (sandbox, gate) = (Sandbox::in_use(), Gate::new());
        let whole = answer(ZIP.as_slice()).framing(framing);
        let whole = whole.fault(Fault::StallAfter(ZIP.len() - 1, gate.clone()));
        let proxy = Proxy { gate, ..Proxy::start(move |_| whole.clone(), |_| no(404)) };
        let running = proxy.command(&sandbox).spawn();
        wait_for(&sandbox, "lib/large", 9_000_000);
        wait_for(&sandbox, "LICENSE", 31);
        proxy.gate.open();
        let run = running.wait();
        assert!(run.code() == 0 && run.stderr.ends_with(&format!(".zip\n{lines}")), "{}", run.stderr);
        assert_eq!(proxy.ranges(), ["-"]);
        is_whole(&sandbox);
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
