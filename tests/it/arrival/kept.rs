//! What a kill leaves of a zip that was being unpacked: the store as it was, and a beginning that the next run goes on
//! from.

use std::fs;

use rustix::process::Signal;
use serde_json::json;

use super::{LINES, Proxy, TOOLCHAIN, ZIP, answer, is_whole, path, start, tail_range, tail_start};
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::raw::ZipParts;
use crate::support::response::{Fault, Response};
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::server::Request;
use crate::support::wait_until;

/// Kills an install whose download has come to `length` bytes, once `path` is in the tree. Then installs.
fn killed_at(length: usize, path: &str) {
    let (sandbox, stalled, gate) = (Sandbox::in_use(), Gate::new(), Gate::new());
    let whole = answer(ZIP.as_slice()).fault(Fault::StallAfter(length, stalled.clone()));
    let proxy = Proxy { gate: gate.clone(), ..Proxy::start(move |_| whole.clone(), parts(length, &gate)) };
    let killed = proxy.command(&sandbox).spawn();
    stalled.wait_reached();
    wait_until(path, || sandbox.is_staged(path));
    let part = sandbox.home().join(format!("cache/partial/{}.zip.part", TOOLCHAIN.module_version()));
    wait_until("all that came is kept", || {
        fs::metadata(&part).is_ok_and(|data| data.len() == u64::try_from(length).unwrap())
    });
    killed.signal(Signal::KILL);
    assert_eq!(killed.wait().code(), 128 + 9);
    assert_eq!(sandbox.listing("toolchains"), "");
    proxy.server.forget_requests();
    goes_on(&sandbox, &proxy, length);
}

/// Gives the rest from `length` on after the gate is open, and without the end; and all that a side asks for.
fn parts(length: usize, gate: &Gate) -> impl Fn(&Request) -> Response + use<> {
    let said = format!("bytes {length}-{}/{}", ZIP.len() - 1, ZIP.len());
    let rest = answer(&ZIP[..tail_start(&ZIP).max(length + 1)]).content_range(said);
    let rest = rest.content_length(u64::try_from(ZIP.len() - length).unwrap());
    let (rest, whole) = (rest.fault(Fault::StallAfter(0, gate.clone())), answer(ZIP.as_slice()));
    move |request| match request.header("range") {
        Some(range) if range.ends_with('-') => rest.clone(),
        _ => whole.clone(),
    }
}

/// Installs from the bytes that are there.
fn goes_on(sandbox: &Sandbox, proxy: &Proxy, length: usize) {
    let (first, rest) = LINES.split_once('\n').unwrap();
    let kept = lines::bytes(length);
    proxy.install(sandbox).assert(0, "", &format!("{first}, {kept} of it from before\n{rest}"));
    let mut expected = [format!("bytes={length}-"), tail_range(&ZIP)];
    expected.sort_by_key(|range| start(range));
    assert_eq!(proxy.ranges(), expected);
    is_whole(sandbox);
}

#[test]
fn killed_between_two_files() {
    killed_at(1_000_000, "bin/go");
}

#[test]
fn killed_within_a_large_file() {
    killed_at(5_000_000, "lib/large");
}

/// All that was missing was the tail.
#[test]
fn killed_before_the_tail() {
    killed_at(tail_start(&ZIP) - 1, "lib/large");
}

/// A part that holds more than the download needs.
#[test]
fn a_part_that_ends_in_the_tail() {
    let (sandbox, gate, length) = (Sandbox::in_use(), Gate::new(), tail_start(&ZIP) + 1000);
    let whole = |_| panic!("the whole is not asked for");
    let proxy = Proxy { gate: gate.clone(), ..Proxy::start(whole, parts(length, &gate)) };
    let name = format!("user/.local/go/cache/partial/{}.zip.part", TOOLCHAIN.module_version());
    let origin = json!({ "url": proxy.server.url() + &path(), "validator": "\"1\"", "total": ZIP.len() });
    sandbox.write(&name, &ZIP[..length]);
    sandbox.write(&format!("{name}.json"), origin.to_string());
    goes_on(&sandbox, &proxy, length);
}

/// A file that the disk does not take ends the download, whatever the bytes before it were.
#[test]
fn a_disk_that_takes_no_more_leaves_the_store_as_it_was() {
    let toolchain = TOOLCHAIN.clone().with_file("lib/zeros", 0o644, vec![0; 12_000_000]);
    let zip = ZipParts::new(&toolchain.zip_entries()).join();
    let proxy = Proxy::with_zips(&zip, &zip, &zip);
    proxy.sumdb.add_toolchain(&toolchain);
    let sandbox = Sandbox::in_use();
    // No file may grow above ten megabytes; the signal that would kill is ignored, as on a full disk.
    let line = format!("trap '' XFSZ; ulimit -f 20480; exec '{GOX}' install 1.99.1");
    let variables = [("GOPROXY", proxy.server.url()), ("GOSUMDB", proxy.sumdb.verifier())];
    let limited = sandbox.command("/bin/sh").args(["-c".to_owned(), line]).envs(variables);
    let run = proxy.run(&sandbox, limited.env("GOX_SOURCES", "proxy"));
    assert_eq!(run.code(), 6, "{}", run.stderr);
    assert!(run.stderr.contains("/tree/lib/zeros`\n  caused by: file too large\n"), "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    assert_eq!(proxy.ranges(), ["-", &tail_range(&zip)]);
}

#[test]
fn the_cache_may_be_deleted_while_a_zip_arrives() {
    let (sandbox, proxy) = (Sandbox::in_use(), Proxy::with_zips(&ZIP, b"", &ZIP));
    let running = proxy.command(&sandbox).spawn();
    wait_until("it unpacks", || sandbox.is_staged("LICENSE"));
    let cache = sandbox.home().join("cache");
    while cache.exists() {
        // What the database said may be written at this very moment.
        let _ = fs::remove_dir_all(&cache);
    }
    proxy.gate.open();
    running.wait().assert(0, "", &LINES);
    is_whole(&sandbox);
}

#[test]
fn an_interrupt_ends_all_threads_and_leaves_nothing_in_staging() {
    let (sandbox, proxy) = (Sandbox::in_use(), Proxy::with_zips(&ZIP, b"", &ZIP));
    let running = proxy.command(&sandbox).spawn();
    wait_until("it unpacks", || sandbox.is_staged("LICENSE"));
    running.signal(Signal::INT);
    let run = running.wait();
    assert_eq!(run.code(), 130, "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

/// The threads that unpack wait meanwhile.
#[test]
fn a_zip_that_breaks_off_while_it_arrives_is_taken_up_where_it_broke() {
    const BREAK: usize = 3_000_000;
    let (sandbox, gate) = (Sandbox::in_use(), Gate::new());
    let first = answer(&ZIP[..BREAK]).content_length(u64::try_from(ZIP.len()).unwrap());
    let first = first.fault(Fault::StallAfter(5_000, gate.clone()));
    let proxy = Proxy { gate: gate.clone(), ..Proxy::start(move |_| first.clone(), parts(BREAK, &gate)) };
    proxy.install(&sandbox).assert(0, "", &LINES);
    assert_eq!(proxy.ranges(), ["-", &format!("bytes={BREAK}-"), &tail_range(&ZIP)]);
    is_whole(&sandbox);
}

/// An end of the network in the middle is no fault of the zip.
#[test]
fn a_server_that_goes_away_while_a_zip_arrives_is_a_failure_of_the_network() {
    let (sandbox, gate) = (Sandbox::in_use(), Gate::new());
    let first = answer(&ZIP[..3_000_000]).content_length(u64::try_from(ZIP.len()).unwrap());
    let first = first.fault(Fault::StallAfter(5_000, gate.clone()));
    let part = |request: &Request| match request.header("range") {
        Some(range) if range.ends_with('-') => Response::status(404, "gone"),
        _ => answer(ZIP.as_slice()),
    };
    let proxy = Proxy { gate, ..Proxy::start(move |_| first.clone(), part) };
    let run = proxy.install(&sandbox);
    let address = "http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
    let expected = format!("error: `{address}`: status 404 (not found)");
    assert_eq!((run.code(), run.stderr.lines().nth(1)), (4, Some(expected.as_str())), "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}
