//! What the disk, the umask, signals and a terminal that goes away can do to an install.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;

use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::{MODULE, ModuleProxy};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::{GOX, Sandbox};

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1").large(2_000_000)
}

/// Runs a line of shell, in which `gox` is the program under test.
fn shell(line: &str) -> [String; 2] {
    ["-c".to_owned(), line.replace("gox", &format!("'{GOX}'"))]
}

#[test]
fn a_disk_that_takes_no_more_leaves_the_store_as_it_was() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    // No file may grow above a megabyte; the signal that would kill is ignored, as on a full disk.
    let limited = shell("trap '' XFSZ; ulimit -f 2048; exec gox install 1.99.1");
    let lines = lines::by_proxy(&toolchain());
    let expected = format!(
        "{}\n\
error: could not write `[HOME]/cache/partial/v0.0.1-go1.99.1.[OS]-[ARCH].zip.part`
  caused by: file too large
",
        lines.lines().next().unwrap()
    );
    let before = sandbox.listing("toolchains") + &sandbox.listing("shims");
    let run = sandbox.command("/bin/sh").args(&limited).envs(proxy.environment());
    run.code(6).stderr(&expected).check();
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("shims"), before);
    assert_eq!(sandbox.listing("staging"), "");
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "nothing must be cleaned up by hand: {}", run.stderr);
    assert_eq!(sandbox.listing("cache/partial"), "");

    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    let run = sandbox.command("/bin/sh").args(&limited).envs(go_dev.environment()).run();
    assert_eq!(run.code(), 6, "{}", run.stderr);
    assert!(run.stderr.contains("/tree/lib/large`\n  caused by: file too large\n"), "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

#[test]
fn the_umask_does_not_reach_into_a_toolchain() {
    let mut listings = Vec::new();
    for umask in ["022", "077", "000"] {
        let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4"]));
        let line = format!("umask {umask}; exec gox install 1.22.4");
        let run = sandbox.command("/bin/sh").args(shell(&line)).envs(proxy.environment());
        run.stderr(&lines::by_proxy(&FakeToolchain::new("1.22.4"))).check();
        listings.push(sandbox.listing("toolchains"));
    }
    assert_eq!(listings[1], listings[0]);
    assert_eq!(listings[2], listings[0]);
}

#[test]
fn half_a_toolchain_is_replaced() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4"]));
    sandbox.write("user/.local/go/toolchains/go1.22.4/half", "");
    let path = sandbox.write("user/.local/go/toolchains/go1.22.4/bin/go", "not executable");
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    let run = sandbox.gox(["install", "1.22.4"]).envs(proxy.environment());
    run.stderr(&lines::by_proxy(&FakeToolchain::new("1.22.4"))).check();
    let listing = sandbox.listing("toolchains/go1.22.4");
    assert!(listing.contains("0555 file bin/go\n") && !listing.contains("half"), "{listing}");
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn the_cache_may_be_deleted_while_an_install_runs() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let (gate, zip) = (Gate::new(), format!("{MODULE}/{}.zip", toolchain().module_version()));
    let stalled = Response::new(toolchain().zip()).fault(Fault::StallAfter(1_000_000, gate.clone()));
    proxy.server.route(zip, stalled);
    let running = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).spawn();
    running.wait_for_stderr("downloading");
    gate.wait_reached();
    let cache = sandbox.home().join("cache");
    while cache.exists() {
        // What the database said may be written at this very moment.
        let _ = fs::remove_dir_all(&cache);
    }
    gate.open();
    running.wait().assert(0, "", &lines::by_proxy(&toolchain()));
}

#[test]
fn staging_is_private() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let (gate, zip) = (Gate::new(), format!("{MODULE}/{}.zip", toolchain().module_version()));
    let stalled = Response::new(toolchain().zip()).fault(Fault::StallAfter(1_000_000, gate.clone()));
    proxy.server.route(zip, stalled);
    let running = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).spawn();
    running.wait_for_stderr("downloading");
    gate.wait_reached();
    let modes: Vec<_> = sandbox.entries("staging").into_iter().map(|entry| entry.mode).collect();
    assert_eq!(modes, [0o700, 0o755]);
    gate.open();
    assert_eq!(running.wait().code(), 0);
}

#[test]
fn a_terminal_that_goes_away_ends_an_install_in_order() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let (gate, zip) = (Gate::new(), format!("{MODULE}/{}.zip", toolchain().module_version()));
    let stalled = Response::new(toolchain().zip()).fault(Fault::StallAfter(1_000_000, gate.clone()));
    proxy.server.route(zip, stalled);
    // A pipe whose reader has ended stands for the terminal.
    let script = "{ gox install 1.99.1 & echo $! >pid; wait $!; echo $? >code; } 2>&1 | true";
    let running = sandbox.command("/bin/sh").args(shell(script)).envs(proxy.environment()).spawn();
    gate.wait_reached();
    let pid = sandbox.read("work/pid").trim().parse().unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, Signal::HUP).unwrap();
    running.wait().assert(0, "", "");
    assert_eq!(sandbox.read("work/code"), "129\n");
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

#[test]
fn a_signal_that_is_ignored_stays_so() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let (gate, zip) = (Gate::new(), format!("{MODULE}/{}.zip", toolchain().module_version()));
    let stalled = Response::new(toolchain().zip()).fault(Fault::StallAfter(1_000_000, gate.clone()));
    proxy.server.route(zip, stalled);
    // As `nohup` does it.
    let line = shell("trap '' HUP; exec gox install 1.99.1");
    let running = sandbox.command("/bin/sh").args(line).envs(proxy.environment()).spawn();
    running.wait_for_stderr("downloading");
    gate.wait_reached();
    running.signal(Signal::HUP);
    gate.open();
    running.wait().assert(0, "", &lines::by_proxy(&toolchain()));
}
