//! What the shim is made of, and what it costs: few crates, few bytes, few system calls, no thread.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

/// In bytes; it has 507,544 today.
const MAX_SIZE: u64 = 700_000;
/// From its own execve to the tool's, five directories deep in a module with a pin; 77 today, 30 of
/// which are the loader's and the C library's.
const MAX_CALLS: usize = 88;

fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["--locked", "--offline"]);
    cargo
}

/// The shim as it is released, built in a folder of this test's own.
fn released() -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("released");
    let mut build = cargo();
    build.args([
        "build",
        "--quiet",
        "--release",
        "--no-default-features",
        "--bin",
        "gox-shim",
        "--target-dir",
    ]);
    let output = build.arg(&target).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("release/gox-shim")
}

#[test]
fn nothing_but_semver_and_libc_is_within_the_wall() {
    let mut tree = cargo();
    tree.args([
        "tree",
        "--no-default-features",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{lib}",
    ]);
    let output = tree.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "gox\nlibc\nsemver\n");
}

#[test]
fn the_shim_is_small_and_makes_few_system_calls() {
    let shim = released();
    let size = fs::metadata(&shim).unwrap().len();
    assert!(size <= MAX_SIZE, "{size} bytes");

    let sandbox = Sandbox::new();
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    sandbox.write("work/go.mod", "module m\n\ngo 1.21\n");
    sandbox.write("work/.go-version", "1.22.4\n");
    let deep = sandbox.work().join("a/b/c/d");
    fs::create_dir_all(&deep).unwrap();
    let (log, go) = (sandbox.root().join("calls"), sandbox.root().join("go"));
    fs::copy(&shim, &go).unwrap();
    let trace = sandbox.command("strace").args(["-f", "-o"]).arg(&log).arg(&go).arg("version").cwd(&deep);
    trace.stdout("go version go1.22.4 [OS]/[ARCH]\n").check();

    let calls = fs::read_to_string(&log).unwrap();
    let is_execve = |line: &&str| line.contains(" execve(");
    let ours: Vec<&str> = calls.lines().skip(1).take_while(|line| !is_execve(line)).collect();
    assert!(calls.lines().nth(ours.len() + 1).unwrap().contains("/toolchains/go1.22.4/bin/go"), "{calls}");
    assert!(ours.len() <= MAX_CALLS, "{} system calls:\n{}", ours.len(), ours.join("\n"));
    for word in ["clone", "fork", "O_WRONLY", "O_RDWR|O_CREAT", "mkdir", "unlink", "rename"] {
        assert!(!ours.iter().any(|line| line.contains(word)), "{word}:\n{}", ours.join("\n"));
    }
}
