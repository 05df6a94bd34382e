//! The shim is gone once the tool runs: process, streams, signals and codes are the tool's.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::process::Signal;

use super::sandbox;
use crate::support::sandbox::Sandbox;

/// Whose `go` is a shell.
fn with_shell() -> Sandbox {
    let sandbox = sandbox(&["1.22.4"]);
    let go = sandbox.home().join("toolchains/go1.22.4/bin/go");
    fs::remove_file(&go).unwrap();
    symlink("/bin/sh", go).unwrap();
    sandbox
}

#[test]
fn the_exit_code_is_the_tools() {
    let sandbox = with_shell();
    for code in [0, 1, 2, 7, 42, 127, 255] {
        sandbox.shim("go", ["-c", &format!("exit {code}")]).code(code).check();
    }
}

#[test]
fn standard_input_is_the_tools() {
    let sandbox = with_shell();
    sandbox.shim("go", ["-c", "cat; echo end >&2"]).stdin("a\nb").stdout("a\nb").stderr("end\n").check();
}

#[test]
fn the_process_is_the_same() {
    let sandbox = with_shell();
    let running = sandbox.shim("go", ["-c", "echo $$; read line"]).spawn();
    let id = running.id();
    assert_eq!(running.wait().stdout, format!("{id}\n"));
}

#[test]
fn an_interrupt_of_the_shims_process_reaches_the_tool() {
    let sandbox = with_shell();
    let script = "trap 'echo caught >&2; exit 42' INT; echo ready >&2; read line; exit 1";
    let running = sandbox.shim("go", ["-c", script]).spawn();
    running.wait_for_stderr("ready");
    running.signal(Signal::INT);
    running.wait_for_stderr("caught");
    running.wait().assert(42, "", "ready\ncaught\n");
}

#[test]
fn a_tool_that_dies_by_a_signal_is_seen_to() {
    let sandbox = with_shell();
    for (signal, number) in [(Signal::TERM, 15), (Signal::HUP, 1), (Signal::KILL, 9)] {
        let running = sandbox.shim("go", ["-c", "echo ready >&2; read line"]).spawn();
        running.wait_for_stderr("ready");
        running.signal(signal);
        running.wait().assert(128 + number, "", "ready\n");
    }
}
