//! Several gox at once.

use std::fs;

use rustix::process::Signal;

use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;

#[test]
fn two_installs_of_one_version_are_one_download() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.22.4"));
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let (gate, zip) = (Gate::new(), zip_path(toolchain.version()));
    let stalled = Response::new(toolchain.zip()).fault(Fault::StallAfter(100, gate.clone()));
    proxy.server.route(&zip, stalled);
    let first = sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).spawn();
    gate.wait_reached();
    let second = sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).spawn();
    second.wait_for_stderr("waiting for another gox");
    gate.open();
    first.wait().assert(0, "", &lines::by_proxy(&toolchain));
    let expected = "\
waiting for another gox that installs go1.22.4 (`[HOME]/locks/go1.22.4.lock`)
go1.22.4 is installed already: `[HOME]/toolchains/go1.22.4`
";
    second.wait().assert(0, "", expected);
    assert_eq!(proxy.server.targets().iter().filter(|target| **target == zip).count(), 1);
}

#[test]
fn installs_of_two_versions_do_not_wait_for_each_other() {
    let sandbox = Sandbox::in_use();
    let toolchains = ["1.22.4", "1.21.0"].map(FakeToolchain::new);
    let proxy = ModuleProxy::start(&toolchains);
    let (gate, zip) = (Gate::new(), zip_path(toolchains[0].version()));
    proxy.server.route(&zip, Response::new(toolchains[0].zip()).fault(Fault::StallAfter(100, gate.clone())));
    let first = sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).spawn();
    gate.wait_reached();
    let second = sandbox.gox(["install", "1.21.0"]).envs(proxy.environment());
    second.stderr(&lines::by_proxy(&toolchains[1])).check();
    gate.open();
    let run = first.wait();
    assert_eq!((run.code(), run.stderr.lines().count()), (0, 3), "{}", run.stderr);
    assert_eq!(
        sandbox.listing("shims"),
        "0755 file go\n0755 file go1.21.0\n0755 file go1.22.4\n0755 file gofmt\n"
    );
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn a_lock_that_is_never_given_back_ends_the_wait() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4"]));
    let _held = sandbox.hold("locks/go1.22.4.lock");
    let expected = "\
waiting for another gox that installs go1.22.4 (`[HOME]/locks/go1.22.4.lock`)
error: another gox holds `[HOME]/locks/go1.22.4.lock` for more than [TIME]
hint: wait for it, or wait longer: `export GOX_LOCK_TIMEOUT=600`
";
    let run = sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).env("GOX_LOCK_TIMEOUT", "1");
    run.code(6).stderr(expected).check();
}

#[test]
fn what_a_killed_install_left_is_swept_and_what_a_living_one_has_is_not() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4"]));
    for left in ["go1.22.4.abc", "go1.21.0.def", "go1.20.1.ghi"] {
        sandbox.write(&format!("user/.local/go/staging/{left}/tree/bin/go"), "half");
    }
    let _held = sandbox.hold("locks/go1.20.1.lock");
    let run = sandbox.gox(["install", "1.22.4"]).envs(proxy.environment());
    run.stderr(&lines::by_proxy(&FakeToolchain::new("1.22.4"))).check();
    let left = "0755 dir go1.20.1.ghi\n0755 dir go1.20.1.ghi/tree\n0755 dir go1.20.1.ghi/tree/bin\n0644 file go1.20.1.ghi/tree/bin/go\n";
    assert_eq!(sandbox.listing("staging"), left);
}

#[test]
fn a_lock_that_a_stopped_process_holds_is_waited_for_and_then_an_error() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4", "1.21.0", "1.20.1"]));
    // Once the head of the log is known, nobody stops with its lock.
    assert_eq!(sandbox.gox(["install", "1.20.1"]).envs(proxy.environment()).run().code(), 0);
    let (gate, toolchain) = (Gate::new(), FakeToolchain::new("1.22.4"));
    let zip = zip_path(toolchain.version());
    proxy.server.route(&zip, Response::new(toolchain.zip()).fault(Fault::StallAfter(100, gate.clone())));
    let stopped = sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).spawn();
    stopped.wait_for_stderr("downloading");
    gate.wait_reached();
    stopped.signal(Signal::STOP);
    let gox =
        |arguments: [&str; 2]| sandbox.gox(arguments).envs(proxy.environment()).env("GOX_LOCK_TIMEOUT", "1");
    let expected = "\
waiting for another gox that installs go1.22.4 (`[HOME]/locks/go1.22.4.lock`)
error: another gox holds `[HOME]/locks/go1.22.4.lock` for more than [TIME]
hint: wait for it, or wait longer: `export GOX_LOCK_TIMEOUT=600`
";
    gox(["install", "1.22.4"]).code(6).stderr(expected).check();
    // Nobody else is in its way, and nobody takes its staging directory away.
    assert_eq!(gox(["install", "1.21.0"]).run().code(), 0);
    stopped.signal(Signal::CONT);
    gate.open();
    assert_eq!(stopped.wait().code(), 0);
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn the_locks_that_are_held_for_a_moment_have_an_end_too() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4"]));
    let gox =
        |arguments: &[&str]| sandbox.gox(arguments).envs(proxy.environment()).env("GOX_LOCK_TIMEOUT", "1");
    let held = sandbox.hold("sumdb/sumdb.test/lock");
    let run = gox(&["install", "1.22.4"]).run();
    let error = "
error: could not lock the tree head `[HOME]/sumdb/sumdb.test/latest`
  while proving `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.22.4.[OS]-[ARCH].zip`
  caused by: another gox holds it for more than [TIME]
hint: wait for it, or wait longer: `export GOX_LOCK_TIMEOUT=600`
";
    assert!(run.code() == 6 && run.stderr.contains(error), "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    drop(held);
    // What was downloaded is kept; this test is not about that.
    fs::remove_dir_all(sandbox.home().join("cache")).unwrap();
    let held = sandbox.hold("locks/.store.lock");
    let store = "\
waiting for another gox (`[HOME]/locks/.store.lock`)
error: another gox holds `[HOME]/locks/.store.lock` for more than [TIME]
hint: wait for it, or wait longer: `export GOX_LOCK_TIMEOUT=600`
";
    let installed = lines::by_proxy(&FakeToolchain::new("1.22.4")) + store;
    gox(&["install", "1.22.4"]).code(6).stderr(&installed).check();
    for waiting in [["uninstall", "1.22.4"], ["default", "1.22.4"]].map(|arguments| gox(&arguments).spawn()) {
        waiting.wait().assert(6, "", store);
    }
    drop(held);
    // It is there already, and gets its launcher now.
    let expected = "go1.22.4 is installed already: `[HOME]/toolchains/go1.22.4`\n";
    gox(&["install", "1.22.4"]).stderr(expected).check();
    sandbox.shim("go1.22.4", ["version"]).stdout("go version go1.22.4 [OS]/[ARCH]\n").check();
    assert!(sandbox.listing("shims").contains("file go1.22.4\n"));
}
