//! Many processes at once in one store: none ever sees half a toolchain, or misses one that was there.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::response::{Fault, Response};
use crate::support::running::Running;
use crate::support::sandbox::Sandbox;
use crate::support::strace;

fn times(proxy: &ModuleProxy, target: &str) -> usize {
    proxy.server.targets().iter().filter(|asked| *asked == target).count()
}

#[test]
fn sixteen_installs_of_one_version_are_one_download() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1"]));
    let (gate, zip) = (Gate::new(), zip_path("1.99.1"));
    let stalled =
        Response::new(FakeToolchain::new("1.99.1").zip()).fault(Fault::StallAfter(100, gate.clone()));
    proxy.server.route(&zip, stalled);
    let install = || sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).spawn();
    let first = install();
    gate.wait_reached();
    let others: Vec<Running> = (1..16).map(|_| install()).collect();
    for other in &others {
        other.wait_for_stderr("waiting for another gox");
    }
    gate.open();
    let run = first.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let expected = "\
waiting for another gox that installs go1.99.1 (`[HOME]/locks/go1.99.1.lock`)
go1.99.1 is installed already: `[HOME]/toolchains/go1.99.1`
";
    // All at once they may have to wait for each other too.
    let short = "waiting for another gox (`[HOME]/locks/.store.lock`)\n";
    for other in others {
        let run = other.wait();
        assert_eq!((run.code(), run.stderr.replace(short, "").as_str()), (0, expected));
    }
    assert_eq!(times(&proxy, &zip), 1);
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn first_installs_of_different_versions_are_independent() {
    let versions = ["1.98.1", "1.98.2", "1.98.3", "1.99.1", "1.99.2", "1.99.3"];
    let (sandbox, proxy) = (Sandbox::new().with_programs(), ModuleProxy::with_versions(&versions));
    let runs = versions.map(|version| sandbox.gox(["install", version]).envs(proxy.environment()).spawn());
    let runs = runs.map(Running::wait);
    let mut defaults = 0;
    for run in runs {
        assert_eq!(run.code(), 0, "{}", run.stderr);
        defaults += run.stderr.matches("default is now").count();
    }
    assert_eq!(defaults, 1, "the first one only");
    let default = sandbox.read("user/.local/go/default");
    assert!(versions.contains(&default.trim()), "{default}");
    let shims: BTreeSet<_> =
        sandbox.entries("shims").into_iter().map(|entry| (entry.path, entry.links)).collect();
    let links = shims.first().unwrap().1;
    let expected =
        versions.map(|version| format!("go{version}")).into_iter().chain(["go".into(), "gofmt".into()]);
    assert_eq!(shims, expected.map(|name| (name, links)).collect());
    for version in versions {
        assert_eq!(times(&proxy, &zip_path(version)), 1, "{version}");
        sandbox.shim(&format!("go{version}"), ["version"]).stdout(&said(version)).check();
    }
    assert_eq!(sandbox.listing("staging"), "");
}

fn said(version: &str) -> String {
    format!("go version go{version} [OS]/[ARCH]\n")
}

/// Calls programs of the store without a pause while `work` runs; each must say what it always says.
fn while_tools_run<T>(sandbox: &Sandbox, calls: &[(&str, String)], work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for (name, expected) in calls {
            let program: PathBuf = sandbox.home().join("shims").join(name);
            let done = &done;
            scope.spawn(move || {
                while !done.load(Ordering::SeqCst) {
                    let run = sandbox.command(&program).arg("version").env("GOX_AUTO_INSTALL", "never").run();
                    if run.code() != 0 || run.stdout != *expected {
                        done.store(true, Ordering::SeqCst);
                        run.assert(0, expected, "");
                    }
                }
            });
        }
        let result = work();
        assert!(!done.swap(true, Ordering::SeqCst), "a tool failed before the end");
        result
    })
}

#[test]
fn a_version_that_is_replaced_is_never_missed() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1"]));
    let install = |arguments: &[&str]| sandbox.gox(arguments).envs(proxy.environment()).run();
    assert_eq!(install(&["install", "1.99.1"]).code(), 0);
    sandbox.write("user/.local/go/default", "1.99.1\n");
    let calls = [("go", said("1.99.1")), ("go1.99.1", said("1.99.1"))];
    let inode =
        || sandbox.entries("toolchains").into_iter().find(|entry| entry.path == "go1.99.1").unwrap().inode;
    while_tools_run(&sandbox, &calls, || {
        for _ in 0..10 {
            let before = inode();
            let run = install(&["install", "--force", "1.99.1"]);
            assert_eq!(run.code(), 0, "{}", run.stderr);
            assert_ne!(inode(), before, "it was built anew");
        }
    });
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn the_neighbours_of_what_comes_and_goes_are_never_missed() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1", "1.99.4"]));
    let gox = |arguments: &[&str]| {
        let run = sandbox.gox(arguments).envs(proxy.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
    };
    gox(&["install", "1.99.1"]);
    sandbox.write("user/.local/go/default", "1.99.1\n");
    // They share every file that has the same content.
    while_tools_run(&sandbox, &[("go", said("1.99.1")), ("go1.99.1", said("1.99.1"))], || {
        for _ in 0..10 {
            gox(&["install", "1.99.4"]);
            gox(&["uninstall", "1.99.4"]);
        }
    });
    assert_eq!(sandbox.listing("shims"), "0755 file go\n0755 file go1.99.1\n0755 file gofmt\n");
}

/// Whoever calls it meets the whole version or none.
#[test]
fn installs_and_uninstalls_of_one_version_at_once() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1", "1.99.4"]));
    let gox = |arguments: &[&str]| sandbox.gox(arguments).envs(proxy.environment()).run();
    let missing = "`1.99.4` is not installed";
    thread::scope(|scope| {
        for arguments in [["install", "1.99.4"], ["uninstall", "1.99.4"]] {
            scope.spawn(move || {
                for _ in 0..15 {
                    let run = gox(&arguments);
                    let nothing_to_do = run.code() == 3 && run.stderr.contains(missing);
                    assert!(run.code() == 0 || nothing_to_do, "{arguments:?}: {}", run.stderr);
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..60 {
                let run = gox(&["exec", "1.99.4", "go", "version"]);
                // It may go between the choice and the start: then nothing ran.
                // A script such as this fake is opened once more, by its shell, which says 2.
                let is_gone = [2, 3, 126, 127].contains(&run.code()) && run.stdout.is_empty();
                assert!(is_gone || (run.code(), run.stdout) == (0, said("1.99.4")), "{}", run.stderr);
            }
        });
    });
    assert_eq!(gox(&["install", "1.99.4"]).code(), 0);
    assert_eq!(sandbox.listing("staging"), "");
    sandbox.shim("go1.99.4", ["version"]).stdout(&said("1.99.4")).check();
}

/// A file system that cannot exchange two names: aside and in, which is no step but two.
#[test]
fn a_version_is_replaced_where_nothing_can_be_exchanged() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1"]));
    assert_eq!(sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run().code(), 0);
    let before = sandbox.listing("toolchains");
    let log = sandbox.root().join("log");
    for error in ["ENOSYS", "EINVAL", "EOPNOTSUPP", "EPERM"] {
        let old = sandbox.write("user/.local/go/toolchains/go1.99.1/old", "");
        let injection = [format!("renameat2:error={error}")];
        let run = strace::gox(&sandbox, &log, strace::CHANGES, &injection, &["install", "--force", "1.99.1"]);
        let run = run.envs(proxy.environment()).run();
        assert_eq!(run.code(), 0, "{error}: {}", run.stderr);
        assert!(!old.exists(), "{error}");
        assert_eq!(
            (sandbox.listing("toolchains"), sandbox.listing("staging")),
            (before.clone(), String::new())
        );
    }
    // Killed between the two: the next gox of whatever kind puts it back, and downloads nothing.
    {
        let injections = ["renameat2:error=ENOSYS".to_owned(), "rename:signal=KILL:when=2".to_owned()];
        let run =
            strace::gox(&sandbox, &log, strace::CHANGES, &injections, &["install", "--force", "1.99.1"]);
        assert_eq!(run.envs(proxy.environment()).run().code(), 137);
        assert!(!sandbox.home().join("toolchains/go1.99.1").exists(), "killed at another place");
        let downloads = times(&proxy, &zip_path("1.99.1"));
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        run.stderr("go1.99.1 is installed already: `[HOME]/toolchains/go1.99.1`\n").check();
        assert_eq!(times(&proxy, &zip_path("1.99.1")), downloads);
        assert_eq!(
            (sandbox.listing("toolchains"), sandbox.listing("staging")),
            (before.clone(), String::new())
        );
    }
    // What cannot go in does not cost what was there, even if that cannot go back.
    for (fails, missing) in [("rename:error=EIO:when=2", false), ("rename:error=EIO:when=2+", true)] {
        let injections = ["renameat2:error=ENOSYS".to_owned(), fails.to_owned()];
        let run =
            strace::gox(&sandbox, &log, strace::CHANGES, &injections, &["install", "--force", "1.99.1"]);
        let run = run.envs(proxy.environment()).run();
        assert_eq!(run.code(), 6, "{}", run.stderr);
        assert_eq!(sandbox.home().join("toolchains/go1.99.1").exists(), !missing);
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        run.stderr("go1.99.1 is installed already: `[HOME]/toolchains/go1.99.1`\n").check();
        assert_eq!(
            (sandbox.listing("toolchains"), sandbox.listing("staging")),
            (before.clone(), String::new())
        );
    }
}

#[test]
fn sixteen_tools_that_miss_one_version_are_one_download() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1"]));
    sandbox.put_gox();
    sandbox.write("code/.go-version", "1.99.1\n");
    let go = || sandbox.shim("go", ["version"]).envs(proxy.environment()).spawn();
    let runs: Vec<Running> = (0..16).map(|_| go()).collect();
    for run in runs.into_iter().map(Running::wait) {
        assert_eq!((run.code(), run.stdout), (0, said("1.99.1")), "{}", run.stderr);
    }
    assert_eq!(times(&proxy, &zip_path("1.99.1")), 1);
    assert_eq!(sandbox.listing("staging"), "");
}
