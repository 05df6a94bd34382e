//! What is asked of the system, as counts: they say more than times, which a busy machine changes.

use gox::store::shims::SHIM_TARGET;

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::sandbox::{GOX, Sandbox};

/// The most calls of the shim's own start: of libc, of the loader where it is linked dynamically, and of Rust's runtime.
fn start() -> usize {
    if SHIM_TARGET.contains("musl") { 15 } else { 60 }
}

/// A module four folders above `work/m/a/b/c/d`, with a pin.
fn module() -> Sandbox {
    let sandbox = Sandbox::in_use();
    sandbox.put_shims(&["go"]);
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    sandbox.write("work/m/go.mod", "module m\n\ngo 1.21\n");
    sandbox.write("work/m/.go-version", "1.22.4\n");
    sandbox.write("work/m/a/b/c/d/x.go", "package d\n");
    sandbox
}

/// The calls of a program below the module, and of those that it starts.
fn calls(sandbox: &Sandbox, traced: &str, command: &[&str]) -> Vec<String> {
    let log = sandbox.root().join("log");
    let strace = sandbox.command("strace").args(["-f", "-qq", "-e", traced, "-e", "signal=none", "-o"]);
    let run: Command = strace.arg(&log).args(command).cwd(sandbox.work().join("m/a/b/c/d"));
    let run = run.env("PATH", sandbox.path_after([sandbox.home().join("shims")])).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let text = std::fs::read_to_string(log).unwrap();
    text.lines().filter_map(|line| Some(line.split_once(' ')?.1.trim().to_owned())).collect()
}

/// The paths below the sandbox that calls name, in order, each once.
fn paths(sandbox: &Sandbox, calls: &[String]) -> Vec<String> {
    let root = format!("{}/", sandbox.root().display());
    let mut paths = Vec::new();
    for path in calls.iter().filter_map(|call| call.split('"').nth(1)?.strip_prefix(&root)) {
        if !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
    paths
}

/// Two names of pins in each folder up to the pin, what may set GOTOOLCHAIN, and go.work and go.mod: Go asks for the
/// last two itself.
#[test]
fn of_the_shim() {
    let sandbox = module();
    let shim = sandbox.home().join("shims/go");
    let mut calls = calls(&sandbox, "trace=all", &[shim.to_str().unwrap(), "version"]);
    let becomes = calls.iter().rposition(|call| call.starts_with("execve("));
    calls.truncate(becomes.unwrap());
    let mut expected = vec!["user/.local/go/shims/go".to_owned()];
    let folders = ["work/m/a/b/c/d", "work/m/a/b/c", "work/m/a/b", "work/m/a", "work/m"];
    expected.push(folders[0].to_owned());
    for folder in &folders[..4] {
        expected.extend([format!("{folder}/.go-version"), format!("{folder}/.tool-versions")]);
    }
    expected.push("work/m/.go-version".to_owned());
    let goroot = "user/.local/go/toolchains/go1.22.4";
    expected.extend([format!("{goroot}/bin/go"), format!("{goroot}/go.env")]);
    let above = ["work/go.work".to_owned(), "go.work".to_owned()];
    expected.extend(folders.iter().map(|folder| format!("{folder}/go.work")).chain(above));
    expected.extend(folders.iter().map(|folder| format!("{folder}/go.mod")));
    // A go.mod of the folder for temporary files would be none.
    expected.extend(["work/m", "tmp"].map(str::to_owned));
    assert_eq!(paths(&sandbox, &calls), expected);
    // Each path is asked about once or twice, three files are read, and go.work is looked for up to the root.
    let above = sandbox.root().ancestors().count();
    let most = start() + expected.len() + 3 * 8 + above;
    assert!(calls.len() <= most, "{} of {most}: {calls:#?}", calls.len());
}

#[test]
fn of_which() {
    let sandbox = module();
    let opened = calls(&sandbox, "trace=?open,openat", &[GOX, "which"]);
    let expected = [
        "user/.local/go/toolchains",
        "work/m/.go-version",
        "user/.local/go/toolchains/go1.22.4/go.env",
        "work/m/go.mod",
        "user/.local/go/projects",
    ];
    assert_eq!(paths(&sandbox, &opened), expected, "{opened:#?}");
}

#[test]
fn of_a_gate_with_nothing_to_check() {
    let sandbox = module();
    sandbox.put_git_user();
    sandbox.sh("cd m; git init -q; git add .; git commit -qm first");
    let started = calls(&sandbox, "trace=execve", &[GOX, "gate"]);
    assert_eq!(started.len(), 3, "{started:#?}");
}
