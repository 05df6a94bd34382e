//! Which file `gox exec` runs, and how: its own search along PATH and one `execve`, by the rules of the shim.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::sandbox;
use crate::support::sandbox::Sandbox;
use crate::support::{programs, strace};

/// Writes a file with this mode below `[ROOT]`.
fn put(sandbox: &Sandbox, path: impl AsRef<Path>, mode: u32, text: &str) -> PathBuf {
    let _programs = programs();
    let path = sandbox.write(path.as_ref().to_str().unwrap(), text);
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path
}

const BIN: &str = "user/.local/go/toolchains/go1.99.1/bin";

#[test]
fn a_tool_of_the_version_that_cannot_run_is_126_and_no_other_runs_in_its_place() {
    let sandbox = sandbox(&["1.99.1"]);
    put(&sandbox, "bin/gofmt", 0o755, "#!/bin/sh\necho another gofmt\n");
    let gofmt = sandbox.root().join(BIN).join("gofmt");
    fs::set_permissions(&gofmt, Permissions::from_mode(0o444)).unwrap();
    let error = "\
error: could not run `[HOME]/toolchains/go1.99.1/bin/gofmt`
  caused by: permission denied
";
    sandbox.gox(["exec", "1.99.1", "gofmt"]).code(126).stderr(error).check();
    fs::remove_file(gofmt).unwrap();
    let error = "\
error: could not run `[HOME]/toolchains/go1.99.1/bin/gofmt`
  caused by: no such file or directory
";
    sandbox.gox(["exec", "1.99.1", "gofmt"]).code(127).stderr(error).check();
}

#[test]
fn a_file_that_is_no_program_is_126_and_never_a_script() {
    let sandbox = sandbox(&["1.99.1"]);
    let script = "echo run by a shell\n";
    fs::remove_file(sandbox.root().join(BIN).join("go")).unwrap();
    put(&sandbox, format!("{BIN}/go"), 0o555, script);
    put(&sandbox, "bin/script", 0o755, script);
    put(&sandbox, "work/script", 0o755, script);
    for (name, path) in [
        ("go", "[HOME]/toolchains/go1.99.1/bin/go"),
        ("script", "[ROOT]/bin/script"),
        ("./script", "./script"),
    ] {
        let error = format!(
            "\
error: could not run `{path}`
  it is neither a program for this machine nor a script that begins with `#!`
  caused by: exec format error
"
        );
        sandbox.gox(["exec", "1.99.1", name]).code(126).stderr(&error).check();
    }
    put(&sandbox, "bin/script", 0o755, "#!/nonesuch/sh\n");
    let error = "\
error: could not run `[ROOT]/bin/script`
  the file exists, but not the interpreter or loader that it names
  caused by: no such file or directory
";
    sandbox.gox(["exec", "1.99.1", "script"]).code(126).stderr(error).check();
}

#[test]
fn the_first_executable_file_on_path_runs() {
    let sandbox = sandbox(&["1.99.1"]);
    let path = sandbox.path_after(["first", "second", "third"]);
    let tool = || sandbox.gox(["exec", "1.99.1", "tool", "a b"]).env("PATH", &path);
    sandbox.write("first/tool/file", "");
    tool().code(127).stderr("error: could not find `tool` on PATH\n").check();
    put(&sandbox, "second/tool", 0o644, "#!/bin/sh\n");
    let error = "error: could not run `[ROOT]/second/tool`\n  caused by: permission denied\n";
    tool().code(126).stderr(error).check();
    let show = |place: &str| format!("#!/bin/sh\necho \"{place} $1\"\n");
    put(&sandbox, "third/tool", 0o755, &show("third"));
    tool().stdout("third a b\n").check();
    put(&sandbox, format!("{BIN}/tool"), 0o755, &show("own"));
    tool().stdout("own a b\n").check();
}

#[test]
fn a_name_with_a_slash_is_not_looked_for() {
    let sandbox = sandbox(&["1.99.1"]);
    put(&sandbox, "bin/sub/tool", 0o755, "#!/bin/sh\necho on PATH\n");
    let error = "error: could not run `sub/tool`\n  caused by: no such file or directory\n";
    sandbox.gox(["exec", "1.99.1", "sub/tool"]).code(127).stderr(error).check();
    put(&sandbox, "work/sub/tool", 0o755, "#!/bin/sh\necho here\n");
    sandbox.gox(["exec", "1.99.1", "sub/tool"]).stdout("here\n").check();
}

#[test]
fn the_command_is_started_by_one_execve_under_the_name_that_was_typed() {
    let sandbox = sandbox(&["1.99.1"]);
    let log = sandbox.root().join("calls");
    let run = ["exec", "1.99.1", "sh", "-c", "echo $0"];
    strace::gox(&sandbox, &log, "execve", &[], &run).stdout("sh\n").check();
    let calls = strace::calls(&log);
    let texts: Vec<_> = calls.iter().map(|call| call.text.as_str()).collect();
    let [_gox, shell] = texts[..] else { panic!("{texts:#?}") };
    assert!(shell.contains("/sh\", [\"sh\", \"-c\", "), "{shell}");
}

/// The runtime of gox ignores SIGPIPE, and the command must not.
#[test]
fn a_closed_pipe_ends_the_command() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.gox(["exec", "1.99.1", "sh", "-c", "kill -PIPE $$; echo alive"]).code(128 + 13).check();
}
