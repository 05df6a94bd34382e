//! What a signal leaves in the middle: the store as it was, nothing in staging for long, and a beginning that the next
//! run goes on from.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::Signal;

use super::{Upgrade, ZIP, answer, cc_range, end, place, tail_range};
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::response::{Fault, Response};
use crate::support::running::{Output, Running};
use crate::support::wait_until;

/// An upgrade whose first range stops in its middle, at a gate; a download that is taken up waits at another.
struct Stalled {
    upgrade: Upgrade,
    range: Gate,
    rest: Gate,
}

fn stalled() -> Stalled {
    let (gate, rest_gate, count) = (Gate::new(), Gate::new(), AtomicUsize::new(0));
    let half = answer(ZIP.as_slice()).fault(Fault::StallAfter(place("lib/cc").len() / 2, gate.clone()));
    let rest = answer(ZIP.as_slice()).fault(Fault::StallAfter(0, rest_gate.clone()));
    let upgrade = Upgrade::new(move |request| match request.header("range") {
        Some(range) if range.ends_with('-') => rest.clone(),
        Some(range) if range == cc_range() && count.fetch_add(1, Ordering::SeqCst) == 0 => half.clone(),
        _ => answer(ZIP.as_slice()),
    });
    Stalled { upgrade, range: gate, rest: rest_gate }
}

/// An install whose download is complete, and whose range stands still.
fn half_done(Stalled { upgrade, range: gate, .. }: &Stalled) -> Running {
    let running = upgrade.command("install 1.99.1").spawn();
    wait_until("it unpacks", || upgrade.unpacks());
    upgrade.proxy.gate.open();
    gate.wait_reached();
    wait_until("the file before it is there", || upgrade.sandbox.is_staged("lib/aa"));
    // What the ranges bring comes into a file without a name, where nobody else can enter.
    let open = fs::read_dir(format!("/proc/{}/fd", running.id())).unwrap();
    let open = open.filter_map(|file| Some(fs::read_link(file.ok()?.path()).ok()?.display().to_string()));
    let nameless: Vec<_> = open.filter(|path| path.ends_with(" (deleted)")).collect();
    let staging = upgrade.sandbox.home().join("staging").display().to_string();
    assert!(nameless.iter().any(|path| path.starts_with(&staging)), "{nameless:?}");
    running
}

/// Sends a signal in the middle.
fn ended_by(signal: Signal, stalled: &Stalled) -> Output {
    let (running, upgrade) = (half_done(stalled), &stalled.upgrade);
    running.signal(signal);
    let run = running.wait();
    stalled.range.open();
    assert!(!upgrade.goroot("1.99.1").exists());
    assert_eq!(fs::read_dir(upgrade.sandbox.root().join("tmp")).unwrap().count(), 0);
    upgrade.proxy.server.forget_requests();
    run
}

/// Nothing is fetched twice but the range that had not come.
#[track_caller]
fn goes_on(Stalled { upgrade, rest, .. }: &Stalled) {
    let running = upgrade.command("install 1.99.1").spawn();
    let is_asked = || upgrade.proxy.ranges().contains(&cc_range());
    wait_until("it goes on or ends", || is_asked() || running.stderr().contains("error: "));
    rest.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let kept = format!(", {} of it from before\n", lines::bytes(end()));
    assert!(run.stderr.contains(&kept) && !run.stderr.contains("note: "), "{}", run.stderr);
    assert_eq!(upgrade.proxy.ranges(), [format!("bytes={}-", end()), cc_range(), tail_range(&ZIP)]);
    upgrade.is_whole();
    assert_eq!(upgrade.links(["lib/aa", "lib/bb", "lib/cc", "lib/large"]), [1, 2, 1, 2]);
}

#[test]
fn a_kill_in_the_middle_of_a_range() {
    let stalled = stalled();
    assert_eq!(ended_by(Signal::KILL, &stalled).code(), 128 + 9);
    goes_on(&stalled);
}

#[test]
fn a_kill_when_only_the_proof_is_missing() {
    let (stalled, gate) = (stalled(), Gate::new());
    stalled.range.open();
    let proxy = &stalled.upgrade.proxy;
    let silent = Response::new("").fault(Fault::StallHead(gate.clone()));
    proxy.server.route("/sumdb/sumdb.test/supported", silent);
    let running = stalled.upgrade.command("install 1.99.1").spawn();
    wait_until("it unpacks", || stalled.upgrade.unpacks());
    proxy.gate.open();
    running.wait_for_stderr("verifying ");
    running.signal(Signal::KILL);
    assert_eq!(running.wait().code(), 128 + 9);
    gate.open();
    assert!(!stalled.upgrade.goroot("1.99.1").exists());
    proxy.server.forget_requests();
    goes_on(&stalled);
}

#[test]
fn an_interrupt_in_the_middle_of_a_range() {
    let stalled = stalled();
    let run = ended_by(Signal::INT, &stalled);
    assert_eq!(run.code(), 130, "{}", run.stderr);
    assert_eq!(stalled.upgrade.sandbox.listing("staging"), "");
    goes_on(&stalled);
}

/// What the two share stays when the donor goes.
#[test]
fn the_donor_may_be_uninstalled_in_the_middle() {
    let stalled = stalled();
    let (running, upgrade) = (half_done(&stalled), &stalled.upgrade);
    assert_eq!(upgrade.sandbox.gox(["uninstall", "1.99.0"]).run().code(), 0);
    stalled.range.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(upgrade.proxy.ranges(), ["-", &cc_range(), &tail_range(&ZIP)]);
    upgrade.is_whole();
    assert_eq!(upgrade.links(["lib/aa", "lib/bb", "lib/cc", "lib/large"]), [1; 4]);
}
