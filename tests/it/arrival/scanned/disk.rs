//! What a scan may cost: a disk that is full, or slow, and memory.

use super::super::{PARTS, Proxy, TAIL, TOOLCHAIN, answer, larger, memory_is_bounded, path, tail_range};
use super::{no, wait_for, without_ranges};
use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::response::{Fault, Response};
use crate::support::rows::side_by_side;
use crate::support::running::{MEMORY_LIMIT, peak_of};
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::server::Server;

/// Nobody waits for the rest, whether the file is written by the thread that inflates or, since it is small, by another
/// one. The last column is how much of the zip does not come: the thread that inflates waits for it.
#[test]
fn a_full_disk_ends_the_download() {
    // Half of it compresses: so the zip is shorter than the file, and no bomb.
    let half = |length: usize| [vec![0; length], PARTS.entries.concat()[..length].to_vec()].concat();
    let small = FakeToolchain::new("1.99.1").large(100_000).with_file("lib/half", 0o644, half(450_000));
    let rows = [
        ("lib/zeros", TOOLCHAIN.clone().with_file("lib/zeros", 0o644, vec![0; 12_000_000]), 10_485_760, 1),
        ("lib/half", small, 600_000, 90_000),
    ];
    side_by_side(rows, |(file, toolchain, limit, left)| {
        let (sandbox, zip) = (Sandbox::in_use(), toolchain.zip());
        assert!(zip.len() < limit);
        let whole = answer(zip.as_slice()).fault(Fault::StallAfter(zip.len() - left, Gate::new()));
        let proxy = Proxy::start_for(&toolchain, Server::start(), move |_| whole.clone(), |_| no(404));
        // No file may grow above the limit; the signal that would kill is ignored, as on a full disk.
        let line = format!("trap '' XFSZ; ulimit -f {}; exec '{GOX}' install 1.99.1", limit / 512);
        let limited = proxy.with(sandbox.command("/bin/sh").args(["-c".to_owned(), line]));
        let run = limited.env("GOX_TIMEOUT", "2").run();
        assert_eq!(run.code(), 6, "{}", run.stderr);
        let error = format!("/tree/{file}`\n  caused by: file too large\n");
        assert!(run.stderr.contains(&error), "{}", run.stderr);
        assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
        let mut ranges = proxy.ranges();
        ranges.retain(|range| zip.len() < TAIL || *range != tail_range(&zip));
        assert_eq!(ranges, ["-"]);
    });
}

/// The limit holds for a zip that is larger.
#[test]
fn memory_does_not_grow_with_the_zip() {
    let (toolchain, zip) = larger();
    assert!(zip.len() > 10 * TAIL);
    let (proxy, sandbox) = (without_ranges(&toolchain, &zip, no(404)), Sandbox::in_use());
    memory_is_bounded(&proxy, &sandbox, &toolchain, || wait_for(&sandbox, "lib/large", 70_000_000));
    assert_eq!(proxy.server.requests().iter().filter(|request| request.target == path()).count(), 2);
}

/// The first file that each thread writes takes it as long as many are inflated. All of them, of nearly a megabyte
/// each, are more than the limit.
#[test]
fn files_that_wait_for_the_disk_are_few_at_a_time() {
    const COUNT: usize = 100;
    let random = FakeToolchain::new("1.99.1").large(260_000).files()["lib/large"].1.clone();
    let content = [random, vec![0; 740_000]].concat();
    assert!(COUNT * content.len() > MEMORY_LIMIT * 1024);
    let toolchain = (0..COUNT).fold(FakeToolchain::new("1.99.1"), |toolchain, number| {
        toolchain.with_file(&format!("src/many/{number:02}"), 0o644, content.clone())
    });
    let proxy = without_ranges(&toolchain, &toolchain.zip(), no(404));
    // The record comes when all else is done.
    let gate = Gate::new();
    let stalled = Response::new("").fault(Fault::StallHead(gate.clone()));
    proxy.server.route("/sumdb/sumdb.test/supported", stalled);
    let sandbox = Sandbox::in_use();
    let log = sandbox.root().join("log");
    let slow = ["-f", "-qq", "--seccomp-bpf", "-e", "trace=utimensat", "-e"];
    let slow =
        sandbox.command("strace").args(slow).arg("inject=utimensat:delay_enter=4000000:when=1").arg("-o");
    let line = format!("echo $$ >pid; exec '{GOX}' install 1.99.1");
    let running = proxy.with(slow.arg(&log).args(["sh", "-c", &line])).spawn();
    wait_for(&sandbox, &format!("src/many/{}", COUNT - 1), 1_000_000);
    proxy.gate.open();
    running.wait_for_stderr("verifying ");
    let peak = peak_of(sandbox.read("code/pid").trim().parse().unwrap());
    gate.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(peak <= MEMORY_LIMIT, "{peak} KiB");
}
