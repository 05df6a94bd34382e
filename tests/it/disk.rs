//! What the disk, the umask, signals and a terminal that goes away can do to an install.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;

use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;
use crate::support::gate::Gate;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::tree::Kind;
use crate::support::{lines, mount, strace};

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
    let (gate, zip) = (Gate::new(), zip_path(toolchain().version()));
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
    let (gate, zip) = (Gate::new(), zip_path(toolchain().version()));
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
    let (gate, zip) = (Gate::new(), zip_path(toolchain().version()));
    let stalled = Response::new(toolchain().zip()).fault(Fault::StallAfter(1_000_000, gate.clone()));
    proxy.server.route(zip, stalled);
    // A pipe whose reader has ended stands for the terminal.
    let script = "{ gox install 1.99.1 & echo $! >pid; wait $!; echo $? >code; } 2>&1 | true";
    let running = sandbox.command("/bin/sh").args(shell(script)).envs(proxy.environment()).spawn();
    gate.wait_reached();
    let pid = sandbox.read("code/pid").trim().parse().unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, Signal::HUP).unwrap();
    running.wait().assert(0, "", "");
    assert_eq!(sandbox.read("code/code"), "129\n");
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

#[test]
fn without_a_thread_to_watch_for_signals_nothing_is_installed() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let limited = ["-qq", "-o", "/dev/null", "-e", "inject=clone3:error=EAGAIN", GOX, "install", "1.99.1"];
    let run = sandbox.command("strace").args(limited).envs(proxy.environment());
    let error = "error: could not watch for signals\n  caused by: resource temporarily unavailable\n";
    run.code(6).stderr(error).check();
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

#[test]
fn a_signal_that_is_ignored_stays_so() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let (gate, zip) = (Gate::new(), zip_path(toolchain().version()));
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

/// Lets nobody write to a folder of the store and those below it.
fn set_writable(sandbox: &Sandbox, folder: &str, writable: bool) {
    let mode = Permissions::from_mode(if writable { 0o755 } else { 0o555 });
    let root = sandbox.home().join(folder);
    let below = sandbox.entries(folder).into_iter().filter(|entry| entry.kind == Kind::Dir);
    let folders: Vec<_> = below.map(|entry| root.join(entry.path)).chain([root.clone()]).collect();
    for folder in folders {
        fs::set_permissions(folder, mode.clone()).unwrap();
    }
}

#[test]
fn a_home_that_is_read_only_can_be_used_and_says_why_it_does_not_grow() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4", "1.21.0"]));
    assert_eq!(sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).run().code(), 0);
    set_writable(&sandbox, "", false);
    let before = sandbox.listing("");
    let gox = |arguments: &[&str]| sandbox.gox_under_modes(arguments).envs(proxy.environment());
    let denied = |place: &str| {
        format!(
            "error: {place}\n  caused by: permission denied\nhint: keep the store where you may write: `export GOX_HOME=/path/to/go`\n"
        )
    };
    gox(&["install", "1.21.0"])
        .code(6)
        .stderr(&denied("could not open the lock `[HOME]/locks/go1.21.0.lock`"))
        .check();
    gox(&["install", "--force", "1.22.4"])
        .code(6)
        .stderr(&denied("could not create `[HOME]/staging`"))
        .check();
    gox(&["uninstall", "1.22.4"]).code(6).stderr(&denied("could not remove `[HOME]/shims/go1.22.4`")).check();
    gox(&["default", "1.22.4"]).code(6).stderr(&denied("could not write `[HOME]/default`")).check();
    let expected = "go1.22.4 is installed already: `[HOME]/toolchains/go1.22.4`\n";
    gox(&["install", "1.22.4"]).stderr(expected).check();
    assert_eq!(gox(&["list"]).run().code(), 0);
    sandbox.shim("go1.22.4", ["version"]).stdout("go version go1.22.4 [OS]/[ARCH]\n").check();
    assert_eq!(sandbox.listing(""), before);
    set_writable(&sandbox, "", true);
    assert_eq!(gox(&["install", "1.21.0"]).run().code(), 0);
}

#[test]
fn a_cache_that_cannot_be_written_costs_only_what_needs_it() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4"]));
    fs::create_dir_all(sandbox.home().join("cache")).unwrap();
    set_writable(&sandbox, "cache", false);
    let first = lines::by_proxy(&FakeToolchain::new("1.22.4"));
    let expected = format!(
        "{}
error: could not write `[HOME]/cache/partial/v0.0.1-go1.22.4.[OS]-[ARCH].zip.part`
  caused by: permission denied
hint: keep the store where you may write: `export GOX_HOME=/path/to/go`
",
        first.lines().next().unwrap()
    );
    let run = sandbox.gox_under_modes(&["install", "1.22.4"]).envs(proxy.environment());
    run.code(6).stderr(&expected).check();
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    // An archive goes from the network into the tree, and what the database said is only kept.
    // Its log is another than that of the proxy, whose head may have been seen by now.
    let _ = fs::remove_dir_all(sandbox.home().join("sumdb"));
    let go_dev = GoDev::start(&sandbox, &[FakeToolchain::new("1.99.1")]);
    let run = sandbox.gox_under_modes(&["install", "1.99.1"]).envs(go_dev.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    set_writable(&sandbox, "cache", true);
}

#[test]
fn a_file_system_without_hard_links_does_without() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4", "1.22.5"]));
    assert_eq!(sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).run().code(), 0);
    let log = sandbox.root().join("log");
    for error in ["EPERM", "EMLINK", "EOPNOTSUPP"] {
        let injection = [format!("?link,linkat:error={error}")];
        let arguments = ["install", "--force", "1.22.5"];
        let run = strace::gox(&sandbox, &log, strace::CHANGES, &injection, &arguments);
        let expected = lines::by_proxy(&FakeToolchain::new("1.22.5"));
        run.envs(proxy.environment()).stderr(&expected).check();
        let files =
            sandbox.entries("toolchains/go1.22.5").into_iter().filter(|entry| entry.kind == Kind::File);
        assert!(files.map(|file| file.links).all(|links| links == 1), "{error}");
        sandbox.shim("go1.22.5", ["version"]).stdout("go version go1.22.5 [OS]/[ARCH]\n").check();
    }
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn a_file_system_without_locks_is_an_error_with_a_way_out() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4"]));
    let log = sandbox.root().join("log");
    for (error, cause) in [("ENOLCK", "no locks available"), ("ENOSYS", "function not implemented")] {
        let injection = [format!("flock:error={error}")];
        let run = strace::gox(&sandbox, &log, strace::CHANGES, &injection, &["install", "1.22.4"]);
        let expected = format!(
            "error: could not lock `[HOME]/locks/go1.22.4.lock`\n  caused by: {cause}\nhint: the store needs a file system with locks: `export GOX_HOME=/path/on/a/local/disk`\n"
        );
        run.envs(proxy.environment()).code(6).stderr(&expected).check();
    }
    assert_eq!(sandbox.listing("toolchains"), "");
}

#[test]
fn a_file_system_that_runs_no_programs_is_refused_before_the_download() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4"]));
    let requests = || proxy.server.requests().len();
    let before = requests();
    let Some(run) = mount::shell(&sandbox, "noexec", "gox install 1.22.4") else { return };
    let error = "\
error: the file system of `[HOME]` is mounted with `noexec`: no Go can run from it
hint: keep the store elsewhere: `export GOX_HOME=/path/to/go`
hint: or let programs run there: `sudo mount -o remount,exec \"$(df -P [HOME] | sed -n '$s/^[^%]*% *//p')\"`
";
    run.envs(proxy.environment()).code(6).stderr(error).check();
    // Nor for a list, which tells what would be installed.
    for command in [
        "install latest",
        "install --dry-run latest",
        "install --dry-run 1.22.4",
        "upgrade",
        "upgrade --dry-run",
    ] {
        let Some(run) = mount::shell(&sandbox, "noexec", &format!("gox {command}")) else { return };
        run.envs(proxy.environment()).code(6).stderr(error).check();
    }
    assert_eq!(requests(), before);
    // Not even the folder of the store is made there.
    let line = "HOME=$HOME/.local/go; gox install 1.22.4 2>/dev/null || echo $?; test ! -e $HOME/.local";
    let Some(run) = mount::shell(&sandbox, "noexec", line) else { return };
    let run = run.envs(proxy.environment()).run();
    assert_eq!(run.stdout, "6\n", "{}", run.stderr);
    assert_eq!(requests(), before);
    let finding = "\
store
  failed  store-exec  the file system of `[HOME]` is mounted with `noexec`
                      why: neither a shim nor an installed Go can run from it
                      mend: sudo mount -o remount,exec \"$(df -P [HOME] | sed -n '$s/^[^%]*% *//p')\"

1 failed
";
    let Some(run) = mount::shell(&sandbox, "noexec", "gox doctor store-exec") else { return };
    run.code(1).stdout(finding).check();
    let Some(run) = mount::shell(&sandbox, "exec", "gox doctor store-exec") else { return };
    run.stdout("store\n  ok      store-exec  programs can run from the store\n\n1 ok\n").check();
}

/// The command that gox suggests finds the mount point, whatever its name.
#[test]
fn the_way_to_a_mount_point_may_have_blanks() {
    let sandbox = Sandbox::in_use();
    let line = "\
mkdir '100% of a  disk' && mount -t tmpfs -o noexec none '100% of a  disk' || exit
export GOX_HOME=\"$PWD/100% of a  disk/go\"
mend=$(gox doctor store-exec | sed -n 's/.*mend: sudo //p')
eval \"$mend\" && gox doctor store-exec";
    let Some(run) = mount::shell(&sandbox, "exec", line) else { return };
    run.stdout("store\n  ok      store-exec  programs can run from the store\n\n1 ok\n").check();
}
