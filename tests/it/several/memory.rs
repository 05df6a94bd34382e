//! The memory of two at a time.

use std::fmt::Write;
use std::fs;
use std::time::{Duration, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::is_built;
use crate::support::archives::{FakeToolchain, STORED_MTIME};
use crate::support::dl::GoDev;
use crate::support::proxy::ModuleProxy;
use crate::support::response::hex;
use crate::support::running::MEMORY_LIMIT;
use crate::support::sandbox::Sandbox;
use crate::support::wait_until;

/// What two archives need, each of which is longer.
#[test]
fn memory_is_bounded_for_two_archives() {
    let sandbox = Sandbox::in_use();
    let toolchains = ["1.98.7", "1.99.1"].map(|version| FakeToolchain::new(version).large(70_000_000));
    let go_dev = GoDev::start(&sandbox, &toolchains);
    // The second is complete when this is waited for.
    let gate = go_dev.sumdb.stall(&go_dev.server, "", &toolchains[0]);
    let command = sandbox.gox(["install", "1.98.7", "1.99.1"]).envs(go_dev.environment());
    let running = command.env("GOX_VERIFY", "log").spawn();
    running.wait_for_stderr("verifying go1.98.7");
    let is_whole = || {
        let staged = sandbox.entries("staging").into_iter();
        staged.filter(|file| file.path.ends_with("/tree/lib/large") && file.size == 70_000_000).count() == 2
    };
    wait_until("both are unpacked", is_whole);
    let peak = running.peak();
    gate.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(peak <= MEMORY_LIMIT, "{peak} KiB");
}

/// A toolchain of as many files as a real one has, with paths as long, and of a length for which its end is asked for.
fn with_many_files(version: &str) -> FakeToolchain {
    let path = |index| format!("src/cmd/vendor/golang.org/x/tools/package{}/file{index}.go", index / 40);
    let toolchain = FakeToolchain::new(version).large(9_000_000);
    (0..12_000).fold(toolchain, |toolchain, index| toolchain.with_file(&path(index), 0o644, path(index)))
}

/// Puts a toolchain into the store as an install leaves it, but for its receipt: others share its files.
fn put_donor(sandbox: &Sandbox, toolchain: &FakeToolchain) {
    let (goroot, mut manifest) = (sandbox.put_toolchain(toolchain), String::new());
    let time = UNIX_EPOCH + Duration::from_secs(STORED_MTIME);
    for (path, (_, content)) in toolchain.files() {
        fs::File::open(goroot.join(path)).unwrap().set_modified(time).unwrap();
        writeln!(manifest, "{}  {path}", hex(&Sha256::digest(content))).unwrap();
    }
    fs::create_dir(goroot.join(".gox")).unwrap();
    fs::write(goroot.join(".gox/manifest"), manifest).unwrap();
}

/// What two module zips need: their listings and trees, and beside each the files of another version.
#[test]
fn memory_is_bounded_for_two_zips() {
    let [donors, toolchains] =
        [["1.98.6", "1.99.0"], ["1.98.7", "1.99.1"]].map(|pair| pair.map(with_many_files));
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&toolchains));
    for donor in &donors {
        put_donor(&sandbox, donor);
    }
    let gate = proxy.stall_record("1.98.7");
    let running = sandbox.gox(["install", "1.98.7", "1.99.1"]).envs(proxy.environment()).spawn();
    running.wait_for_stderr("verifying go1.98.7");
    wait_until("the second is built", || is_built(&sandbox, "1.99.1"));
    let peak = running.peak();
    gate.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    for donor in &donors {
        let shared = format!(" shared on disk with {}, from proxy", donor.name());
        assert!(run.stderr.contains(&shared), "{}", run.stderr);
    }
    assert!(peak <= MEMORY_LIMIT, "{peak} KiB");
}
