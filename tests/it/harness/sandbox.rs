//! The sandbox, its outputs and its listings.

use std::panic;

use rustix::process::Signal;

use crate::support::archives::FakeToolchain;
use crate::support::redact::redact;
use crate::support::sandbox::Sandbox;
use crate::support::{diff, tree};

#[test]
fn a_sandbox_is_a_small_world() {
    let sandbox = Sandbox::new();
    sandbox.put_tool("hello", "#!/bin/sh\necho \"$1 from $PWD\"\necho \"$HOME/.local/go\" >&2\nexit 3\n");
    sandbox
        .command("/bin/sh")
        .args(["-c", "hello me; exit $?"])
        .code(3)
        .stdout("me from [ROOT]/code\n")
        .stderr("[HOME]\n")
        .check();
    sandbox.command("/bin/sh").args(["-c", "command -v go gofmt gox"]).code(127).check();
    sandbox.command("/bin/cat").stdin("text").stdout("text").check();
}

#[test]
fn an_output_that_is_not_expected_fails_with_a_difference() {
    let sandbox = Sandbox::new();
    let output = sandbox.command("/bin/echo").args(["-e", "a\nb\nc"]).run();
    let failure = panic::catch_unwind(|| output.assert(1, "a\nx\nc\n", "").code()).unwrap_err();
    let expected =
        "`echo -e a\nb\nc`:\nexit code 0, not 1\nstdout (- expected, + actual):\n  a\n- x\n+ b\n  c\n";
    assert_eq!(failure.downcast_ref::<String>().unwrap(), expected);
    assert_eq!(diff::lines("a\n", "a"), "- a\n+ a [no newline]\n");
}

#[test]
fn what_could_never_fail_is_refused() {
    type Mistake = fn(&Sandbox);
    let sandbox = Sandbox::new();
    let mistakes: [(Mistake, &str); 4] = [
        (
            |sandbox| drop(sandbox.command("true").code(0).run()),
            "what is expected is compared by `check` alone",
        ),
        (
            |sandbox| drop(sandbox.command("true").stdout("").spawn()),
            "what is expected is compared by `check` alone",
        ),
        (|sandbox| drop(sandbox.entries("user")), "`user` is no folder of the store"),
        (|sandbox| drop(sandbox.listing("code/p")), "`code/p` is no folder of the store"),
    ];
    for (make, said) in mistakes {
        let failure = panic::catch_unwind(panic::AssertUnwindSafe(|| make(&sandbox))).unwrap_err();
        let text = failure.downcast_ref::<String>().map(String::as_str);
        assert_eq!(text.or(failure.downcast_ref::<&str>().copied()), Some(said));
    }
}

#[test]
fn a_running_program_can_be_met_and_killed() {
    let sandbox = Sandbox::new();
    let script = "echo ready >&2; read line; echo \"$line\" >&2; read line";
    let mut running = sandbox.command("/bin/sh").args(["-c", script]).spawn();
    running.wait_for_stderr("ready");
    running.write("word\n");
    running.wait_for_stderr("word");
    running.signal(Signal::TERM);
    running.wait().assert(128 + 15, "", "ready\nword\n");
}

#[test]
fn a_toolchain_in_the_store_runs_and_is_listed() {
    let sandbox = Sandbox::new();
    let toolchain = FakeToolchain::new("1.22.4");
    let goroot = sandbox.put_toolchain(&toolchain);
    sandbox.command(goroot.join("bin/go")).arg("version").stdout("go version go1.22.4 [OS]/[ARCH]\n").check();
    let seen =
        "file [HOME]/toolchains/go1.22.4/bin/go\nargument build\nargument ./a b\nGOROOT=/x\nGOTOOLCHAIN=\n";
    sandbox
        .command(goroot.join("bin/go"))
        .args(["build", "./a b"])
        .envs([("GOROOT", "/x".to_owned()), ("GOTOOLCHAIN", String::new()), ("FAKE_GO_EXIT", "9".to_owned())])
        .code(9)
        .stdout(seen)
        .check();
    assert_eq!(sandbox.listing("toolchains/go1.22.4/bin"), "0555 file go\n0555 file gofmt\n");
    std::os::unix::fs::symlink(sandbox.root(), sandbox.home().join("toolchains/tip")).unwrap();
    assert!(sandbox.listing("").contains("\n0777 link toolchains/tip -> [ROOT]\n"));
    let version = tree::entries(&goroot).into_iter().find(|entry| entry.path == "VERSION").unwrap();
    assert_eq!((version.mode, version.links, version.size), (0o444, 1, 35));
}

#[test]
fn shims_are_one_file() {
    let sandbox = Sandbox::new();
    sandbox.put_shims(&["go", "gofmt"]);
    let shims = sandbox.entries("shims");
    assert_eq!((shims.len(), shims[0].links, shims[0].inode), (2, 2, shims[1].inode));
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let seen = sandbox.command("/bin/sh").args(["-c", "command -v go"]).env("PATH", path);
    seen.stdout("[HOME]/shims/go\n").check();
}

#[test]
fn redactions_touch_only_what_varies() {
    let names = [("/tmp/x".to_owned(), "[ROOT]".to_owned())];
    for (text, expected) in [
        ("from http://127.0.0.1:4711/a in 0.9 s", "from http://[SERVER]/a in [TIME]"),
        ("12.3 MB/s, 12.3 MB, 5 ms.", "[RATE], 12.3 MB, [TIME]."),
        ("go1.22.4 s; 4 shims; 1.22 source", "go1.22.4 s; 4 shims; 1.22 source"),
        ("/tmp/x/y", "[ROOT]/y"),
    ] {
        assert_eq!(redact(text, &names), expected);
    }
}
