//! Which file `gox exec` runs, and how: its own search along PATH and one `execve`, by the rules of the shim.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::{can_mount, programs, strace};

/// Writes a file with this mode below `[ROOT]`.
fn put(sandbox: &Sandbox, path: impl AsRef<Path>, mode: u32, text: &str) -> PathBuf {
    let _programs = programs();
    let path = sandbox.write(path.as_ref().to_str().unwrap(), text);
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path
}

const BIN: &str = "user/.local/go/toolchains/go1.99.1/bin";
/// Where the file may be damaged.
const CHECK: &str = "hint: check its files: `gox verify 1.99.1 || gox install --force 1.99.1`\n";

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
    sandbox.gox(["exec", "1.99.1", "gofmt"]).code(126).stderr(&format!("{error}{CHECK}")).check();
    fs::remove_file(gofmt).unwrap();
    let error = "\
error: could not run `[HOME]/toolchains/go1.99.1/bin/gofmt`
  caused by: no such file or directory
";
    sandbox.gox(["exec", "1.99.1", "gofmt"]).code(127).stderr(&format!("{error}{CHECK}")).check();
}

#[test]
fn a_file_that_is_no_program_is_126_and_never_a_script() {
    let sandbox = sandbox(&["1.99.1"]);
    let script = "echo run by a shell\n";
    fs::remove_file(sandbox.root().join(BIN).join("go")).unwrap();
    put(&sandbox, format!("{BIN}/go"), 0o555, script);
    put(&sandbox, "bin/script", 0o755, script);
    put(&sandbox, "code/script", 0o755, script);
    for (name, path, hint) in [
        ("go", "[HOME]/toolchains/go1.99.1/bin/go", CHECK),
        ("script", "[ROOT]/bin/script", ""),
        ("./script", "./script", ""),
    ] {
        let error = format!(
            "\
error: could not run `{path}`
  it is neither a program for this machine nor a script that begins with `#!`
  caused by: exec format error
{hint}"
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

/// What keeps the tool at a path from running.
type Make<'a> = &'a dyn Fn(&Path);

/// Whatever keeps a tool of the version from running, a tool of that name elsewhere, first on PATH or in the user's
/// folder for tools, is another version's.
#[test]
fn no_tool_of_another_folder_runs_in_place_of_one_of_the_version() {
    // A program for a machine that no other has: ELF with the number 0xffff.
    let mut foreign = b"\x7fELF\x02\x01\x01".to_vec();
    foreign.resize(64, 0);
    foreign[16..20].copy_from_slice(&[2, 0, 0xff, 0xff]);
    let format = "  it is neither a program for this machine nor a script that begins with `#!`\n  caused by: exec format error\n";
    let denied = "  caused by: permission denied\n";
    let absent = "  caused by: no such file or directory\n";
    let interpreter = "  the file exists, but not the interpreter or loader that it names\n";
    let cases: [(Make<'_>, i32, &str); 5] = [
        (&|tool| fs::set_permissions(tool, Permissions::from_mode(0o444)).unwrap(), 126, denied),
        (&|tool| replace(tool, &foreign), 126, format),
        (&|tool| replace(tool, b"text\n"), 126, format),
        (&|tool| replace(tool, b"#!/nonesuch\n"), 126, &format!("{interpreter}{absent}")),
        (&|tool| std::os::unix::fs::symlink("nowhere", gone(tool)).unwrap(), 127, absent),
    ];
    for (make, code, cause) in cases {
        for name in ["gofmt", "godoc"] {
            let sandbox = sandbox(&["1.99.1"]);
            let own = put(&sandbox, format!("{BIN}/new"), 0o755, "#!/bin/sh\n");
            fs::rename(own, sandbox.root().join(BIN).join(name)).unwrap();
            make(&sandbox.root().join(BIN).join(name));
            for folder in ["bin", "user/go/bin"] {
                put(&sandbox, format!("{folder}/{name}"), 0o755, "#!/bin/sh\necho another\n");
            }
            let error =
                format!("error: could not run `[HOME]/toolchains/go1.99.1/bin/{name}`\n{cause}{CHECK}");
            let run = sandbox.gox(["exec", "1.99.1", name]).env("PATH", sandbox.path_after(["user/go/bin"]));
            run.env("GOBIN", sandbox.root().join("user/go/bin")).code(code).stderr(&error).check();
        }
    }
}

fn replace(tool: &Path, content: &[u8]) {
    let _programs = programs();
    fs::write(gone(tool), content).unwrap();
    fs::set_permissions(tool, Permissions::from_mode(0o555)).unwrap();
}

fn gone(tool: &Path) -> &Path {
    fs::remove_file(tool).unwrap();
    tool
}

#[test]
fn a_linked_goroot_without_the_tool_has_none() {
    let sandbox = sandbox(&["1.99.1"]);
    let goroot = sandbox.root().join("src/go");
    FakeToolchain::new("1.99.2").write_to(&goroot);
    sandbox.gox(["link", "tip"]).arg(&goroot).run();
    sandbox.gox(["exec", "tip", "gofmt"]).stdout("gofmt of go1.99.2\n").check();
    fs::remove_file(goroot.join("bin/gofmt")).unwrap();
    put(&sandbox, "bin/gofmt", 0o755, "#!/bin/sh\necho another\n");
    let error = "\
error: could not run `[HOME]/toolchains/tip/bin/gofmt`
  caused by: no such file or directory
";
    sandbox.gox(["exec", "tip", "gofmt"]).code(127).stderr(error).check();
}

/// In a mount namespace of its own.
#[test]
fn a_store_where_nothing_can_be_executed_is_126() {
    let sandbox = sandbox(&["1.99.1"]);
    put(&sandbox, "bin/gofmt", 0o755, "#!/bin/sh\necho another\n");
    let store = sandbox.home().join("toolchains");
    let store = store.display();
    let mount = format!("mount --bind {store} {store} && mount -o remount,bind,noexec {store}");
    let namespace = |script: &str| {
        let line = format!("{mount} && {script}");
        sandbox.command("unshare").args(["--map-root-user", "--mount", "sh", "-c", &line])
    };
    if !can_mount(&namespace("true").run()) {
        return;
    }
    let error =
        "error: could not run `[HOME]/toolchains/go1.99.1/bin/gofmt`\n  caused by: permission denied\n";
    let error = format!("{error}{CHECK}");
    namespace(&format!("exec '{GOX}' exec 1.99.1 gofmt")).code(126).stderr(&error).check();
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
    put(&sandbox, "code/sub/tool", 0o755, "#!/bin/sh\necho here\n");
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
