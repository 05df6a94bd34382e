//! The shim is gone once the tool runs: process, streams, signals and codes are the tool's.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::process::Signal;

use super::{sandbox, shim};
use crate::support::mount::namespace_if_allowed;
use crate::support::sandbox::{SHIM, Sandbox};

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
    // `wait` ends for a signal whenever it comes; `read` would miss one that comes just before it.
    let script = "trap 'kill $!; echo caught >&2; exit 42' INT; sleep 600 & echo ready >&2; wait; exit 1";
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

/// Whoever ignores SIGPIPE means the tool; whoever does not, too.
#[test]
fn what_becomes_of_a_closed_pipe_is_as_it_was() {
    let sandbox = with_shell();
    let script = "kill -PIPE $$; echo alive";
    sandbox.shim("go", ["-c", script]).code(128 + 13).check();
    let ignoring = || sandbox.command("sh").args(["-c", "trap '' PIPE; exec \"$@\"", "sh"]);
    let go = shim(&sandbox, "go");
    ignoring().arg(&go).args(["-c", script]).stdout("alive\n").check();
    // gox, whose runtime ignores it, does not hand that on.
    let missing = ["exec-missing", "--asked-by", "x", "--", "1.22.4", "go", "-c", script];
    sandbox.gox(missing).code(128 + 13).check();
    // The same where gox is asked for what is missing.
    sandbox.put_tool("gox", "#!/bin/sh\nkill -PIPE $$; echo alive\n");
    ignoring().arg(&go).arg("+1.99.0").stdout("alive\n").check();
    sandbox.shim("go", ["+1.99.0"]).code(128 + 13).check();
}

#[test]
fn streams_that_are_closed_stay_closed() {
    let sandbox = with_shell();
    let script = "exec \"$0\" -c 'test ! -e /dev/fd/0 && echo closed >&2' <&- >&-";
    sandbox.command("sh").args(["-c", script]).arg(shim(&sandbox, "go")).stderr("closed\n").check();
}

#[test]
fn a_message_that_nobody_reads_does_not_change_the_code() {
    let sandbox = sandbox(&[]);
    // The second opens both ends of a pipe, and lets the reader go.
    let gone = "mkfifo pipe; exec 3<>pipe; exec 4>pipe 3>&-; \"$0\" version 2>&4";
    for script in ["\"$0\" version 2>&-", gone] {
        sandbox.command("sh").args(["-c", script]).arg(shim(&sandbox, "go")).code(127).check();
    }
}

#[test]
fn a_file_that_is_no_program_is_126_and_never_a_script() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.put_script("user/.local/go/toolchains/go1.22.4/bin/go", "echo run by a shell\n");
    let error = "\
gox: could not run `[HOME]/toolchains/go1.22.4/bin/go`
  it is neither a program for this machine nor a script that begins with `#!`
  caused by: exec format error
hint: check its files: `gox verify 1.22.4 || gox install --force 1.22.4`
";
    sandbox.shim("go", ["version"]).code(126).stderr(error).check();
    // Neither is a gox.
    sandbox.put_tool("gox", "echo run by a shell\n");
    let error =
        "gox: `1.99.0` is not installed\n  asked for by `+1.99.0`\nhint: install it: `gox install 1.99.0`\n";
    sandbox.shim("go", ["+1.99.0"]).code(127).stderr(error).check();
}

/// An environment of a megabyte, and a stack of the least that holds it: the kernel gives words a quarter of the stack.
#[test]
fn much_is_passed_on_and_little_stack_is_needed() {
    let sandbox = with_shell();
    let shim = sandbox.put_program(SHIM, "bin/go");
    let script =
        "value=$(printf '%01000d' 0); for i in $(seq 1000); do export V$i=$value; done; ulimit -s 5000
        exec \"$0\" -c 'echo ${#V1}-${#V1000}'";
    sandbox.command("bash").args(["-c", script]).arg(&shim).stdout("1000-1000\n").check();
    sandbox
        .command("bash")
        .args(["-c", "ulimit -s 128; exec \"$0\" -c 'echo on'"])
        .arg(&shim)
        .stdout("on\n")
        .check();
}

/// As in a chroot.
#[test]
fn where_proc_is_not_mounted_the_name_tells() {
    let sandbox = sandbox(&["1.22.4", "1.99.0"]);
    let line = "mount -t tmpfs none /proc; PATH=$HOME/.local/go/shims:$PATH; go version; go1.99.0 version";
    let Some(command) = namespace_if_allowed(&sandbox, line) else { return };
    let said = "go version go1.22.4 [OS]/[ARCH]\ngo version go1.99.0 [OS]/[ARCH]\n";
    command.stdout(said).check();
}
