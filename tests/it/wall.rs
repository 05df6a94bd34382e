//! What the shim is made of, and what it costs: few crates, few system calls, no thread. That the released
//! one has few bytes is checked by `.ci/run`, which builds it.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::{SHIM, Sandbox};

/// From its own execve to the tool's, five directories deep in a module with a pin; 77 today (80 without
/// optimisation), 30 of which are the loader's and the C library's.
const MAX_CALLS: usize = 88;

#[test]
fn nothing_but_semver_and_libc_is_within_the_wall() {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(env!("CARGO_MANIFEST_DIR")).args([
        "--locked",
        "--offline",
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
fn the_shim_makes_few_system_calls() {
    // The released one, where whoever runs the tests has built it.
    let shim = env::var_os("GOX_TEST_SHIM").map_or_else(|| PathBuf::from(SHIM), PathBuf::from);
    let sandbox = Sandbox::new();
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    sandbox.write("code/go.mod", "module m\n\ngo 1.21\n");
    sandbox.write("code/.go-version", "1.22.4\n");
    let deep = sandbox.code().join("a/b/c/d");
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
