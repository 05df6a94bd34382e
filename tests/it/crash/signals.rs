//! INT, TERM and HUP in every phase of an install: staging is removed, one line says so, the code is 128 and
//! the signal's number, and nothing is half done.

use std::fs;
use std::io;
use std::path::Path;

use rustix::process::Signal;

use super::scene::{NEIGHBOUR, Scene, VERSION};
use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::strace::{self, Call};
use crate::support::wait_until;

const SIGNALS: [(Signal, i32); 3] = [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)];
pub(super) const LINE: &str = "interrupted; the store is as it was\n";
/// What gox says instead where it keeps bytes of a download.
const GOES_ON: &str =
    "interrupted; the store is as it was; the next run goes on from what is downloaded, if the server can\n";
/// What gox says where it has changed the store before.
const CHANGED: &str = "interrupted\n";

fn toolchain() -> FakeToolchain {
    FakeToolchain::new(VERSION).large(2_000_000)
}

/// Sends each signal to an install that has said `phase`, and wants the same of all.
#[track_caller]
fn interrupt(
    phase: &str,
    line: &str,
    gate: Option<&Gate>,
    sandbox: &Sandbox,
    environment: &[(&'static str, String)],
) {
    for (signal, code) in SIGNALS {
        let running = sandbox.gox(["install", VERSION]).envs(environment.to_vec()).spawn();
        running.wait_for_stderr(phase);
        if let Some(gate) = gate {
            gate.wait_reached();
        }
        if line == GOES_ON {
            // The server may have sent what gox has not yet written.
            wait_for_bytes(&sandbox.home().join("cache/partial"));
        }
        running.signal(signal);
        let run = running.wait();
        assert_eq!(run.code(), code, "{phase}: {}", run.stderr);
        let (before, last) = run.stderr.split_at(run.stderr.len().saturating_sub(line.len()));
        assert!(last == line && before.lines().last().unwrap().starts_with(phase), "{phase}: {}", run.stderr);
        assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "", "{phase}");
        // The next download would go on from there, and be over before it stalls.
        let _ = fs::remove_dir_all(sandbox.home().join("cache/partial"));
    }
}

fn wait_for_bytes(folder: &Path) {
    let has_bytes = |file: io::Result<fs::DirEntry>| {
        file.is_ok_and(|file| {
            let is_part = file.path().extension().is_some_and(|extension| extension == "part");
            is_part && file.metadata().is_ok_and(|data| data.len() > 0)
        })
    };
    wait_until("a part has bytes", || fs::read_dir(folder).is_ok_and(|mut files| files.any(has_bytes)));
}

#[test]
fn while_another_gox_is_waited_for() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let _held = sandbox.hold(&format!("locks/go{VERSION}.lock"));
    interrupt("waiting for another gox", LINE, None, &sandbox, &proxy.environment());
}

#[test]
fn while_a_module_zip_is_downloaded() {
    // Each interrupted run keeps its bytes, and the next one goes on from there: all three must stall before the end.
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let (gate, zip) = (Gate::new(), zip_path(toolchain().version()));
    proxy.server.route(zip, Response::new(toolchain().zip()).fault(Fault::StallAfter(500_000, gate.clone())));
    interrupt("downloading", GOES_ON, Some(&gate), &sandbox, &proxy.environment());
    gate.open();
    assert_eq!(sandbox.gox(["install", VERSION]).envs(proxy.environment()).run().code(), 0);
}

#[test]
fn while_an_archive_is_downloaded_and_unpacked() {
    let sandbox = Sandbox::in_use();
    let (go_dev, gate) = (GoDev::start(&sandbox, &[toolchain()]), Gate::new());
    let stalled = Response::new(toolchain().tar_gz()).fault(Fault::StallAfter(1_000_000, gate.clone()));
    go_dev.server.route(format!("/dl/{}", toolchain().file_name()), stalled);
    interrupt("downloading", LINE, Some(&gate), &sandbox, &go_dev.environment());
    gate.open();
    assert_eq!(sandbox.gox(["install", VERSION]).envs(go_dev.environment()).run().code(), 0);
}

#[test]
fn while_the_database_is_waited_for() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let (gate, version) = (Gate::new(), toolchain().module_version());
    let record = format!("/sumdb/sumdb.test/lookup/golang.org/toolchain@{version}");
    proxy.server.route(record, Response::new("").fault(Fault::StallHead(gate.clone())));
    interrupt("verifying", GOES_ON, Some(&gate), &sandbox, &proxy.environment());
}

/// Interrupts the command at each of its changes.
#[track_caller]
fn interrupt_at_every_change(scene: &Scene) {
    let checkpoints = strace::numbered(&scene.calls);
    let count = (0..checkpoints.len()).filter(|index| is_as_before(scene, &checkpoints, *index)).count();
    // On a busy machine the thread that notices signals may be late, each time.
    let noticed = count > 0 || (0..20).any(|_| is_as_before(scene, &checkpoints, 0));
    assert!(noticed, "no signal was noticed before the store changed");
}

/// Whether the command, interrupted at one of its changes, leaves the store as it was.
#[track_caller]
fn is_as_before(scene: &Scene, checkpoints: &[(&Call, usize)], index: usize) -> bool {
    let (call, number) = checkpoints[index];
    let (name, code) = [("INT", 130), ("TERM", 143), ("HUP", 129)][index % 3];
    let place = format!("SIG{name} at {} {number}, as in {}", call.name, call.text);
    scene.reset();
    let run = scene.run(&[format!("{}:signal={name}:when={number}", call.name)]);
    // The last changes are over before the signal is noticed.
    assert!([0, code].contains(&run.code()), "{place}: {} {}", run.code(), run.stderr);
    let mut is_as_before = false;
    if run.code() == code {
        assert!(!run.stderr.contains("error:"), "{place}: {}", run.stderr);
        is_as_before = [LINE, GOES_ON].iter().any(|line| run.stderr.ends_with(line));
        assert!(
            if is_as_before { scene.is_as_before() } else { run.stderr.ends_with(CHANGED) },
            "{place}: {}",
            run.stderr
        );
    }
    scene.assert_clean_failure(&place, false);
    scene.assert_next_run_needs_no_cleaning(&place);
    is_as_before
}

#[test]
fn at_every_change_of_an_install() {
    let first: [&[&str]; 2] = [&["install", VERSION], &["install", NEIGHBOUR]];
    interrupt_at_every_change(&Scene::new(false, &first, &["install", "--force", VERSION]));
}

#[test]
fn at_every_change_of_an_uninstall() {
    let first: [&[&str]; 2] = [&["install", NEIGHBOUR], &["install", VERSION]];
    interrupt_at_every_change(&Scene::new(false, &first, &["uninstall", VERSION]));
}

#[test]
fn at_every_change_of_an_uninstall_of_the_default() {
    interrupt_at_every_change(&Scene::new(
        false,
        &[&["install", VERSION], &["install", NEIGHBOUR]],
        &["uninstall", "--force", VERSION],
    ));
}

#[test]
fn after_another_toolchain_came_or_went() {
    let (sandbox, proxy) =
        (Sandbox::in_use(), ModuleProxy::start(&[toolchain(), FakeToolchain::new(NEIGHBOUR)]));
    let gate = Gate::new();
    let stalled = Response::new("").fault(Fault::StallHead(gate.clone()));
    proxy.server.route(zip_path(VERSION), stalled);
    let running = sandbox.gox(["install", NEIGHBOUR, VERSION]).envs(proxy.environment()).spawn();
    gate.wait_reached();
    running.signal(Signal::TERM);
    let run = running.wait();
    let said = lines::by_proxy(&FakeToolchain::new(NEIGHBOUR)) + CHANGED;
    run.assert(143, "", &said);

    sandbox.put_toolchain(&FakeToolchain::new(VERSION));
    let _held = sandbox.hold(&format!("locks/go{VERSION}.lock"));
    for (words, said) in [(&[VERSION, NEIGHBOUR][..], LINE), (&[NEIGHBOUR, VERSION], CHANGED)] {
        let running = sandbox.gox(["uninstall"]).args(words).spawn();
        running.wait_for_stderr("waiting for another gox");
        running.signal(Signal::TERM);
        let run = running.wait();
        assert!(run.code() == 143 && run.stderr.ends_with(&format!("`)\n{said}")), "{}", run.stderr);
    }
    assert!(!sandbox.home().join("toolchains").join(format!("go{NEIGHBOUR}")).exists());
}

/// The tree is complete and about to be renamed when the signal comes, and its removal takes a while.
#[test]
fn a_tree_that_is_taken_apart_is_not_published() {
    let scene = Scene::new(false, &[&["install", NEIGHBOUR]], &["install", VERSION]);
    scene.reset();
    let signal = "syncfs:retval=0:signal=INT:when=1".to_owned();
    let run =
        scene.run(&[signal, "unlinkat:delay_enter=20000".to_owned(), "rename:delay_enter=50000".to_owned()]);
    // 0 on a machine that is so busy that all is over before the signal is noticed.
    assert!([0, 130].contains(&run.code()), "{}", run.stderr);
    scene.assert_clean_failure("interrupted before the rename", false);
    scene.assert_next_run_needs_no_cleaning("interrupted before the rename");
}
