//! Locks of others, and signals in the middle.

use std::fs;

use rustix::fs::{FlockOperation, flock};
use rustix::process::Signal;

use super::{VERSIONS, by_proxy, sharing, stall};
use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::sandbox::Sandbox;
use crate::support::wait_until;

/// Two commands that name the same versions in another order would wait for each other for ever if each held the lock
/// of one while it waits for the other.
#[test]
fn who_waits_for_a_lock_holds_none() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&VERSIONS));
    let held = sandbox.hold("locks/go1.98.7.lock");
    let running = sandbox.gox(["install", "1.99.1", "1.98.7"]).envs(proxy.environment()).spawn();
    running.wait_for_stderr("waiting for another gox");
    let lock = fs::File::open(sandbox.home().join("locks/go1.99.1.lock")).unwrap();
    flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
    assert!(sandbox.listing("toolchains").contains("0555 file go1.99.1/bin/go\n"));
    drop(held);
    let waiting = "waiting for another gox that installs go1.98.7 (`[HOME]/locks/go1.98.7.lock`)\n";
    let said = by_proxy("1.99.1") + waiting + &sharing("1.98.7", "1.99.1");
    running.wait().assert(0, "", &said);
}

#[test]
fn the_same_versions_in_another_order_at_the_same_time() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&VERSIONS));
    let [first, second, third] = VERSIONS;
    let orders =
        [[first, second, third], [third, second, first], [second, third, first], [third, first, second]];
    let runs = orders.map(|order| sandbox.gox(["install"]).args(order).envs(proxy.environment()).spawn());
    for run in runs {
        let run = run.wait();
        assert_eq!(run.code(), 0, "{}", run.stderr);
    }
    for version in VERSIONS {
        let targets = proxy.server.targets();
        assert_eq!(targets.iter().filter(|target| **target == zip_path(version)).count(), 1, "{version}");
    }
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn a_signal_in_the_middle_of_two() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&VERSIONS));
    let gates = ["1.98.7", "1.99.1"].map(|version| stall(&proxy, version));
    let has_bytes = |version: &str| {
        let part = format!("cache/partial/{}.zip.part", FakeToolchain::new(version).module_version());
        fs::metadata(sandbox.home().join(part)).is_ok_and(|part| part.len() > 0)
    };
    let start = || {
        let running = sandbox.gox(["install", "1.98.7", "1.99.1"]).envs(proxy.environment()).spawn();
        gates.iter().for_each(Gate::wait_reached);
        wait_until("both have bytes", || has_bytes("1.98.7") && has_bytes("1.99.1"));
        wait_until("both are staged", || sandbox.listing("staging").matches("/tree\n").count() == 2);
        running
    };
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let running = start();
        running.signal(signal);
        let first_line = by_proxy("1.98.7").lines().next().unwrap().to_owned();
        let line = "interrupted; the store is as it was; the next run goes on from what is downloaded, if the server can";
        running.wait().assert(code, "", &format!("{first_line}\n{line}\n"));
        assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
        fs::remove_dir_all(sandbox.home().join("cache/partial")).unwrap();
    }
    let running = start();
    running.signal(Signal::KILL);
    assert_eq!(running.wait().code(), 137);
    assert_eq!(sandbox.listing("staging").matches("/tree\n").count(), 2);
    gates.iter().for_each(Gate::open);
    fs::remove_dir_all(sandbox.home().join("cache/partial")).unwrap();
    let said = by_proxy("1.98.7") + &sharing("1.99.1", "1.98.7");
    sandbox.gox(["install", "1.98.7", "1.99.1"]).envs(proxy.environment()).stderr(&said).check();
    assert_eq!(sandbox.listing("staging"), "");
}

/// The end of one is no news of the bytes that the other keeps.
#[test]
fn a_signal_after_the_first_of_two_has_come() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&VERSIONS));
    let (first, second) = (stall(&proxy, "1.98.7"), stall(&proxy, "1.99.1"));
    let running = sandbox.gox(["install", "1.98.7", "1.99.1"]).envs(proxy.environment()).spawn();
    first.wait_reached();
    second.wait_reached();
    wait_until("both are staged", || sandbox.listing("staging").matches("/tree\n").count() == 2);
    first.open();
    running.wait_for_stderr("downloading go1.99.1 ");
    running.signal(Signal::TERM);
    let first_line = by_proxy("1.99.1").lines().next().unwrap().to_owned();
    let line = "interrupted; the next run goes on from what is downloaded, if the server can";
    running.wait().assert(143, "", &format!("{}{first_line}\n{line}\n", by_proxy("1.98.7")));
    assert_eq!(sandbox.listing("staging"), "");
}
