//! What is asked of the system, as counts: they say more than times, which a busy machine changes.

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::strace;

/// A module four folders above `code/m/a/b/c/d`, with a pin.
fn module() -> Sandbox {
    let sandbox = Sandbox::in_use();
    sandbox.put_shims(&["go"]);
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    sandbox.write("code/m/go.mod", "module m\n\ngo 1.21\n");
    sandbox.write("code/m/.go-version", "1.22.4\n");
    sandbox.write("code/m/a/b/c/d/x.go", "package d\n");
    sandbox
}

/// The calls of a program below the module, and of those that it starts.
fn calls(sandbox: &Sandbox, traced: &str, command: &[&str]) -> Vec<String> {
    let log = sandbox.root().join("log");
    let strace = sandbox.command("strace").args(["-f", "-qq", "-e", traced, "-e", "signal=none", "-o"]);
    let run: Command = strace.arg(&log).args(command).cwd(sandbox.code().join("m/a/b/c/d"));
    let run = run.env("PATH", sandbox.path_after([sandbox.home().join("shims")])).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let text = std::fs::read_to_string(log).unwrap();
    text.lines().filter_map(|line| Some(line.split_once(' ')?.1.trim().to_owned())).collect()
}

/// The paths below the sandbox that calls name, in the order of their first calls, and by how many.
fn counts(sandbox: &Sandbox, calls: &[String]) -> Vec<(String, usize)> {
    let root = format!("{}/", sandbox.root().display());
    let mut counts: Vec<(String, usize)> = Vec::new();
    for path in calls.iter().filter_map(|call| call.split('"').nth(1)?.strip_prefix(&root)) {
        match counts.iter_mut().find(|(known, _)| known == path) {
            Some((_, count)) => *count += 1,
            None => counts.push((path.to_owned(), 1)),
        }
    }
    counts
}

fn paths(sandbox: &Sandbox, calls: &[String]) -> Vec<String> {
    counts(sandbox, calls).into_iter().map(|(path, _)| path).collect()
}

/// Two names of pins in each folder up to the pin, what may set GOTOOLCHAIN, and go.work and go.mod: Go asks for the
/// last two itself. A file that is read is looked at before it is opened, one that is looked for, twice.
#[test]
fn of_the_shim() {
    let sandbox = module();
    let shim = sandbox.home().join("shims/go");
    let mut calls = calls(&sandbox, "trace=all", &[shim.to_str().unwrap(), "version"]);
    let becomes = calls.iter().rposition(|call| call.starts_with("execve("));
    calls.truncate(becomes.unwrap());
    let once = |path: &str| (path.to_owned(), 1);
    let found = |path: &str| (path.to_owned(), 3);
    let mut expected = vec![once("user/.local/go/shims/go")];
    let folders = ["code/m/a/b/c/d", "code/m/a/b/c", "code/m/a/b", "code/m/a", "code/m"];
    // By getcwd, and whether it is there.
    expected.push((folders[0].to_owned(), 2));
    for folder in &folders[..4] {
        expected.extend([".go-version", ".tool-versions"].map(|name| once(&format!("{folder}/{name}"))));
    }
    expected.push(found("code/m/.go-version"));
    let goroot = "user/.local/go/toolchains/go1.22.4";
    expected.extend([once(&format!("{goroot}/bin/go")), (format!("{goroot}/go.env"), 2)]);
    expected.extend(folders.iter().map(|folder| once(&format!("{folder}/go.work"))));
    expected.extend(["code/go.work", "go.work"].map(once));
    expected.extend(folders[..4].iter().map(|folder| once(&format!("{folder}/go.mod"))));
    expected.push(found("code/m/go.mod"));
    // A go.mod of the folder for temporary files would be none.
    expected.extend(["code/m", "tmp"].map(once));
    assert_eq!(counts(&sandbox, &calls), expected, "{calls:#?}");
}

#[test]
fn of_which() {
    let sandbox = module();
    let opened = calls(&sandbox, "trace=?open,openat", &[GOX, "which"]);
    let expected = [
        "user/.local/go/toolchains",
        "code/m/.go-version",
        "user/.local/go/toolchains/go1.22.4/go.env",
        "code/m/go.mod",
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
    let name = |call: &String| call.split('"').nth(1)?.rsplit('/').next().map(str::to_owned);
    let names: Vec<_> = started.iter().filter_map(name).collect();
    assert_eq!(names, ["gox", "git", "git"], "{started:#?}");
}

/// A file of a module zip in a folder is read by two calls: one for its header, one for all of it. Where a zip is
/// unpacked while it arrives, many small files are read by one.
#[test]
fn of_an_install_of_many_files() {
    const FILES: usize = 1000;
    let toolchain = (0..FILES).fold(FakeToolchain::new("1.99.1"), |toolchain, number| {
        toolchain.with_file(
            &format!("src/many/{number}.go"),
            0o644,
            format!("package p{number}\n").repeat(50),
        )
    });
    let (proxy, zip) = (ModuleProxy::start(std::slice::from_ref(&toolchain)), toolchain.zip());
    for (source, most) in [("dir", 2 * FILES + 100), ("proxy", FILES + 100)] {
        let (sandbox, mut name) = (Sandbox::in_use(), source.to_owned());
        if source == "dir" {
            sandbox.write(&format!("files/{}.zip", toolchain.module_version()), &zip);
            name = format!("dir:{}", sandbox.root().join("files").display());
        }
        let log = sandbox.root().join("log");
        let run = strace::gox(&sandbox, &log, "pread64", &[], &["install", "1.99.1"]);
        let run = run.envs(proxy.environment()).env("GOX_SOURCES", name).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let count = strace::calls(&log).iter().filter(|call| call.name == "pread64").count();
        assert!((1..=most).contains(&count), "{source}: {count}");
    }
}
