//! Transfers that break: what is taken up again, what starts over, and what an interrupt leaves.

mod ranges;

use std::fs;

use rustix::process::Signal;

use crate::support::archives::FakeToolchain;
use crate::support::dl::{self, GoDev};
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::response::{Fault, Framing, Response};
use crate::support::rows::side_by_side;
use crate::support::sandbox::Sandbox;
use crate::support::server::{Request, Server};
use crate::support::wait_until;

/// Large enough for many reads.
const SIZE: usize = 2_000_000;
/// Where transfers break.
const BREAK: usize = 1_000_000;

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1").large(SIZE)
}

fn zip() -> String {
    zip_path(toolchain().version())
}

/// The `Range` headers of all requests for a target; `-` for none.
fn ranges(server: &Server, target: &str) -> Vec<String> {
    let range = |request: Request| request.header("range").unwrap_or("-").to_owned();
    server.requests().into_iter().filter(|request| request.target == target).map(range).collect()
}

#[track_caller]
fn is_whole(sandbox: &Sandbox) {
    let goroot = sandbox.home().join("toolchains/go1.99.1");
    let audit = ["--check", "--strict", "--quiet", ".gox/manifest"];
    sandbox.command("sha256sum").args(audit).cwd(&goroot).check();
    let toolchain = toolchain();
    let (_, large) = &toolchain.files()["lib/large"];
    assert!(fs::read(goroot.join("lib/large")).unwrap() == *large, "the large file differs");
    assert_eq!(sandbox.listing("cache/partial") + &sandbox.listing("staging"), "");
}

#[test]
fn a_zip_that_breaks_off_is_taken_up_where_it_broke() {
    side_by_side([Fault::CutAfter(BREAK), Fault::ResetAfter(BREAK)], |fault| {
        let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
        let whole = Response::new(toolchain().zip());
        proxy.server.sequence(zip(), vec![whole.clone().fault(fault), whole]);
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        run.stderr(&lines::by_proxy(&toolchain())).check();
        let asked = ranges(&proxy.server, &zip());
        // After a reset the client may have seen fewer bytes than were sent.
        assert!(asked.len() == 2 && asked[0] == "-" && asked[1].starts_with("bytes="), "{asked:?}");
        is_whole(&sandbox);
    });
}

#[test]
fn an_archive_that_breaks_off_is_taken_up_where_it_broke() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    let file = format!("/dl/{}", toolchain().file_name());
    let whole = Response::new(toolchain().tar_gz());
    go_dev.server.sequence(&file, vec![whole.clone().fault(Fault::CutAfter(BREAK)), whole]);
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
    let address = "https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz";
    run.stderr(&lines::by_archive(&toolchain(), address, "dl", "list and log")).check();
    let asked = ranges(&go_dev.server, &file);
    assert!(asked.len() == 2 && asked[1].starts_with("bytes="), "{asked:?}");
    is_whole(&sandbox);
}

#[test]
fn a_server_without_ranges_serves_as_well() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let whole = Response::new(toolchain().zip()).ignore_range();
    proxy.server.sequence(zip(), vec![whole.clone().fault(Fault::CutAfter(BREAK)), whole]);
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    // What is read once more counts as well.
    run.assert(0, "", &lines::with_amount(&lines::by_proxy(&toolchain()), toolchain().zip().len() + BREAK));
    is_whole(&sandbox);
}

#[test]
fn a_server_that_falls_silent_is_asked_again() {
    let from_break = format!("bytes={BREAK}-");
    let silences = [
        (Fault::StallAfter(BREAK, Gate::new()), from_break.as_str()),
        (Fault::StallHead(Gate::new()), "-"),
        (Fault::Swallow, "-"),
    ];
    side_by_side(silences, |(silence, second)| {
        let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
        let whole = Response::new(toolchain().zip());
        proxy.server.sequence(zip(), vec![whole.clone().fault(silence), whole]);
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOX_TIMEOUT", "1");
        run.stderr(&lines::by_proxy(&toolchain())).check();
        assert_eq!(ranges(&proxy.server, &zip()), ["-", second]);
        is_whole(&sandbox);
    });
}

#[test]
fn a_body_without_a_length_serves_as_well() {
    for framing in [Framing::Chunked, Framing::Close] {
        let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
        proxy.server.route(zip(), Response::new(toolchain().zip()).framing(framing));
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
        let lines = lines::by_proxy(&toolchain());
        assert_eq!(run.stderr.lines().skip(1).collect::<Vec<_>>(), lines.lines().skip(1).collect::<Vec<_>>());
        is_whole(&sandbox);
    }
}

#[test]
fn a_length_that_is_a_lie_is_found_out() {
    let length = toolchain().zip().len();
    // Too short: the file is cut, and no zip any more. Too long: the rest never comes.
    side_by_side([(length - 100, 5), (length + 100, 4)], |(lie, code)| {
        let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
        let response = Response::new(toolchain().zip()).content_length(u64::try_from(lie).unwrap());
        proxy.server.route(zip(), response.ignore_range());
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
        assert_eq!(run.code(), code, "{lie}: {}", run.stderr);
        assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    });
}

#[test]
fn a_killed_download_goes_on_in_the_next_run() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let (gate, whole) = (Gate::new(), Response::new(toolchain().zip()));
    proxy.server.route(zip(), whole.clone().fault(Fault::StallAfter(BREAK, gate.clone())));
    let killed = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).spawn();
    gate.wait_reached();
    let part = sandbox.home().join(format!("cache/partial/{}.zip.part", toolchain().module_version()));
    wait_for_length(&part, BREAK);
    killed.signal(Signal::KILL);
    assert_eq!(killed.wait().code(), 128 + 9);
    assert!(sandbox.listing("staging").contains("/tree\n"), "nobody could clean up");

    proxy.server.route(zip(), whole);
    proxy.server.forget_requests();
    let lines = lines::by_proxy(&toolchain());
    let (first, rest) = lines.split_once('\n').unwrap();
    let expected = format!("{first}, 1.0 MB of it from before\n{rest}");
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    run.stderr(&expected).check();
    assert_eq!(ranges(&proxy.server, &zip()), [format!("bytes={BREAK}-")]);
    let request = proxy.server.requests().into_iter().find(|request| request.target == zip()).unwrap();
    assert!(request.header("if-range").is_some());
    is_whole(&sandbox);
}

#[test]
fn a_file_that_changed_since_the_killed_download_starts_over() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let (gate, zip_bytes) = (Gate::new(), toolchain().zip());
    let older = Response::new(vec![b'x'; zip_bytes.len()]);
    proxy.server.route(zip(), older.fault(Fault::StallAfter(BREAK, gate.clone())));
    let killed = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).spawn();
    gate.wait_reached();
    let part = sandbox.home().join(format!("cache/partial/{}.zip.part", toolchain().module_version()));
    wait_for_length(&part, BREAK);
    killed.signal(Signal::KILL);
    drop(killed.wait());
    proxy.server.route(zip(), Response::new(zip_bytes));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    run.stderr(&lines::by_proxy(&toolchain())).check();
    is_whole(&sandbox);
}

/// Puts bytes where a killed download would have left them, said to be of this server's file.
fn leave_part(sandbox: &Sandbox, name: &str, address: &str, part: &[u8], total: usize) {
    let folder = "user/.local/go/cache/partial";
    sandbox.write(&format!("{folder}/{name}.part"), part);
    let origin = format!("{{\"url\":\"{address}\",\"validator\":null,\"total\":{total}}}");
    sandbox.write(&format!("{folder}/{name}.part.json"), origin);
}

#[test]
fn a_part_that_does_not_hold_is_fetched_again_from_zero_once() {
    let mut damaged = toolchain().zip()[..BREAK].to_vec();
    damaged[BREAK / 2] ^= 1;
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let address = proxy.url() + &zip();
    let name = format!("{}.zip", toolchain().module_version());
    leave_part(&sandbox, &name, &address, &damaged, toolchain().zip().len());
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let notes: Vec<_> = run.stderr.lines().filter(|line| line.starts_with("note: ")).collect();
    assert!(notes.len() == 1 && notes[0].ends_with("; starting over"), "{}", run.stderr);
    assert_eq!(ranges(&proxy.server, &zip()), [format!("bytes={BREAK}-"), "-".to_owned()]);
    is_whole(&sandbox);
}

#[test]
fn the_same_for_an_archive() {
    let archive = toolchain().tar_gz();
    let mut damaged = archive[..BREAK].to_vec();
    damaged[BREAK / 2] ^= 1;
    for with_list in [true, false] {
        let sandbox = Sandbox::in_use();
        let go_dev = GoDev::start(&sandbox, &[toolchain()]);
        if !with_list {
            go_dev.server.route(format!("/dl{}", dl::ALL), Response::status(404, "no"));
        }
        let address = format!("https://go.dev/dl/{}", toolchain().file_name());
        leave_part(&sandbox, &toolchain().file_name(), &address, &damaged, archive.len());
        let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let again =
            run.stderr.lines().filter(|line| line.starts_with("note: ") && line.ends_with("; starting over"));
        assert_eq!(again.count(), 1, "{}", run.stderr);
        let file = format!("/dl/{}", toolchain().file_name());
        assert_eq!(ranges(&go_dev.server, &file), [format!("bytes={BREAK}-"), "-".to_owned()]);
        is_whole(&sandbox);
    }
}

#[test]
fn parts_that_belong_to_something_else_are_not_used() {
    let whole = toolchain().zip();
    let name = format!("{}.zip", toolchain().module_version());
    let proxy = ModuleProxy::start(&[toolchain()]);
    let address = proxy.url() + &zip();
    for (address, part, total) in [
        ("http://127.0.0.1:1/other.zip", &whole[..BREAK], whole.len()),
        (address.as_str(), &whole[..BREAK], BREAK - 1),
        (address.as_str(), &whole[..0], whole.len()),
    ] {
        let sandbox = Sandbox::in_use();
        leave_part(&sandbox, &name, address, part, total);
        proxy.server.forget_requests();
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        run.stderr(&lines::by_proxy(&toolchain())).check();
        assert_eq!(ranges(&proxy.server, &zip()), ["-"]);
        is_whole(&sandbox);
    }
}

#[test]
fn an_interrupt_leaves_nothing_behind_and_says_one_line() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let sandbox = Sandbox::in_use();
        let go_dev = GoDev::start(&sandbox, &[toolchain()]);
        let gate = Gate::new();
        let file = format!("/dl/{}", toolchain().file_name());
        let stalled = Response::new(toolchain().tar_gz()).fault(Fault::StallAfter(BREAK, gate.clone()));
        go_dev.server.route(file, stalled);
        let running = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).spawn();
        gate.wait_reached();
        running.wait_for_stderr("downloading");
        running.signal(signal);
        let expected = format!(
            "downloading go1.99.1 from https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz ({})\ninterrupted; the store is as it was\n",
            lines::bytes(toolchain().tar_gz().len())
        );
        running.wait().assert(code, "", &expected);
        assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    }
}

/// Returns when a file that another process writes has this length.
fn wait_for_length(path: &std::path::Path, length: usize) {
    wait_until(&format!("`{}` has {length} bytes", path.display()), || {
        fs::metadata(path).is_ok_and(|data| data.len() >= u64::try_from(length).unwrap())
    });
}
