//! How the shim fails: its exit codes and its words.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{sandbox, shim};
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

#[test]
fn what_somebody_typed_wrong_is_2() {
    let sandbox = sandbox(&["1.22.4"]);
    let error = "gox: `../x` is not a valid request: `/`, `\\` and `..` are not allowed\n  set by `GO_VERSION`\nhint: \
         start the command, or the `make` above it, without the variable: `env -u GO_VERSION …`\n";
    sandbox.shim("go", ["version"]).env("GO_VERSION", "../x").code(2).stderr(error).check();
    let error = "gox: the request is empty\n  asked for by `+`\n";
    sandbox.shim("gofmt", ["+"]).code(2).stderr(error).check();
    let error = "gox: the shim is called `go`, `gofmt` or `go1.22.4`, not `gox-shim`\n";
    sandbox.shim("gox-shim", ["version"]).code(2).stderr(error).check();
    let error = "gox: invalid `GOTOOLCHAIN`: `go1+x`\n  only `+auto` and `+path` can follow a name\n  \
                 set by `GOTOOLCHAIN`\n";
    sandbox.shim("go", ["version"]).env("GOTOOLCHAIN", "go1+x").code(2).stderr(error).check();
}

#[test]
fn an_invalid_file_is_7_with_its_line() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.write("code/.go-version", "# c\n1.22.4\n1.23\n");
    let error = "gox: [ROOT]/code/.go-version:3: `1.23` is a second request, but only one is allowed\nhint: \
                 replace it by one request, such as: `cd [ROOT]/code && gox pin --force 1.22.4`\n";
    sandbox.shim("go", ["version"]).code(7).stderr(error).check();
    sandbox.shim("go", ["+1.22.4", "version"]).stdout("go version go1.22.4 [OS]/[ARCH]\n").check();
}

#[test]
fn a_fifo_as_a_pin_does_not_hang() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.command("mkfifo").arg(".go-version").check();
    let error = "gox: could not read `[ROOT]/code/.go-version`\n  caused by: it is not a regular file\n\
                 hint: make it a readable file, or remove it: `rm -ri [ROOT]/code/.go-version`\n";
    sandbox.shim("go", ["version"]).code(7).stderr(error).check();
}

#[test]
fn a_tool_that_cannot_run_is_126_and_one_that_is_not_there_127() {
    let sandbox = sandbox(&["1.22.4"]);
    let bin = sandbox.home().join("toolchains/go1.22.4/bin");
    fs::remove_file(bin.join("gofmt")).unwrap();
    let output = sandbox.shim("gofmt", ["-l"]).run();
    let error = |cause: &str| {
        format!(
            "gox: could not run `[HOME]/toolchains/go1.22.4/bin/gofmt`\n  caused by: {cause}\n\
             hint: check its files: `gox verify 1.22.4 || gox install --force 1.22.4`\n"
        )
    };
    output.assert(127, "", &error("no such file or directory"));
    fs::write(bin.join("gofmt"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(bin.join("gofmt"), Permissions::from_mode(0o644)).unwrap();
    sandbox.shim("gofmt", ["-l"]).code(126).stderr(&error("permission denied")).check();
}

#[test]
fn without_any_go_the_command_that_installs_one_is_shown() {
    let sandbox = sandbox(&[]);
    let error = "gox: no Go is selected, and there is no other `go` on PATH\nhint: install the newest: `gox install latest`\n";
    sandbox.shim("go", ["version"]).code(127).stderr(error).check();
    let output = sandbox.shim("go", ["version"]).env_remove("HOME").run();
    assert_eq!(output.code(), 6, "{}", output.stderr);
}

#[test]
fn a_deleted_directory_is_a_warning() {
    let sandbox = sandbox(&["1.22.4"]);
    let go = sandbox.home().join("toolchains/go1.22.4/bin/go");
    fs::remove_file(&go).unwrap();
    symlink("/bin/echo", go).unwrap();
    let script = "mkdir d; cd d; rmdir ../d; exec \"$0\" version";
    let warning = "gox: warning: pins and go.mod are not read: could not reach the current directory: no such file or directory\n";
    let command = sandbox.command("/bin/sh").args(["-c", script]).arg(shim(&sandbox, "go"));
    command.stdout("version\n").stderr(warning).check();
}

/// U+202E turns the direction of what follows, and U+200B cannot be seen: both are written as they are in Rust.
#[test]
fn nothing_foreign_turns_a_line_around() {
    let sandbox = sandbox(&["1.22.4"]);
    let folder = "code/a\u{202e}b\u{301}";
    let shown = "[ROOT]/code/a\\u{202e}b\u{301}";
    let word = "$'[ROOT]/code/a\\xe2\\x80\\xaeb\u{301}'";
    let pin = format!("{folder}/.go-version");
    let not = |text: &str| format!("gox: {shown}/.go-version:1: `{text}` is not a valid request: ");
    let name = "a name has only `a` to `z`, digits, `.`, `_` and `-`, and begins with a letter\n";
    let range =
        "`>1\\u{200b}` is not a valid range: expected comma after major version number, found '\\u{200b}'\n";
    let sixty = "x".repeat(60);
    for (text, error) in [
        ("x\u{202e}4.22.1".to_owned(), not("x\\u{202e}4.22.1") + name),
        (format!("{sixty}\u{202e}"), not(&format!("{sixty}…")) + name),
        (">1\u{200b}".to_owned(), format!("gox: {shown}/.go-version:1: {range}")),
        (
            "1.22.4\nx\u{202e}".to_owned(),
            format!(
                "gox: {shown}/.go-version:2: `x\\u{{202e}}` is a second request, but only one is allowed\n"
            ),
        ),
    ] {
        let first = if text.starts_with("1.22.4\n") { "1.22.4" } else { "latest" };
        sandbox.write(&pin, text);
        let error = format!(
            "{error}hint: replace it by one request, such as: `cd {word} && gox pin --force {first}`\n"
        );
        sandbox.shim("go", ["version"]).cwd(folder).code(7).stderr(&error).check();
    }
    sandbox.write(&pin, "1.23.0\n");
    let error = format!(
        "gox: `1.23.0` is not installed\n  set by {shown}/.go-version:1\nhint: install it: `gox install 1.23.0`\n"
    );
    sandbox.shim("go", ["version"]).cwd(folder).code(127).stderr(&error).check();
    let error = "gox: invalid `GOTOOLCHAIN`: `go1\\u{2066}`\n  it must be `local`, `auto`, `path`, a name such as \
                 `go1.22.4`, or `go1.22.4+auto`\n  set by `GOTOOLCHAIN`\n";
    sandbox.shim("go", ["version"]).env("GOTOOLCHAIN", "go1\u{2066}").code(2).stderr(error).check();
}

/// `.go-version` and go.mod cannot be in a directory whose path leaves them no room, but above it.
#[test]
fn directories_may_be_deeper_than_a_path_is_long() {
    let sandbox = sandbox(&["1.22.4", "1.23.0"]);
    let part = "d".repeat(200);
    let script = "go=$1; shift; for part; do mkdir \"$part\"; cd -P \"$part\" || exit; done; \"$go\" version";
    for (file, text) in [("go.mod", "go 1.23\n"), (".go-version", "1.23.0\n")] {
        for length in [4085, 4095, 4096, 4500] {
            let work = sandbox.write(&format!("code/{length}{file}/{file}"), text);
            let work = work.parent().unwrap();
            let left = length - work.as_os_str().len();
            let parts = std::iter::repeat_n(part.as_str(), left / 201 - 1);
            let last = "d".repeat(left - (left / 201 - 1) * 201 - 2 - 100);
            let parts = parts.chain([last.as_str(), &part[..100]]);
            let deep = sandbox.command("bash").args(["-c", script, "bash"]).arg(shim(&sandbox, "go"));
            deep.args(parts).cwd(work).stdout("go version go1.23.0 [OS]/[ARCH]\n").check();
        }
    }
}

#[test]
fn directories_may_have_any_name() {
    for name in ["a b", "a\nb", "$(reboot)", "`x`", "'\"", "-C", "+1.20", "*", "é\u{1b}[31m"] {
        let sandbox: Sandbox = sandbox(&["1.22.4", "1.23.0"]);
        sandbox.write(&format!("code/{name}/.go-version"), "1.23.0\n");
        let command = sandbox.shim("go", ["version"]).cwd(format!("code/{name}"));
        command.stdout("go version go1.23.0 [OS]/[ARCH]\n").check();
    }
}

#[test]
fn a_pin_that_is_older_than_the_go_line_is_a_warning() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.write("code/.go-version", "1.22\n");
    sandbox.write("code/go.mod", "module m\n\ngo 1.23\n");
    sandbox.write("code/sub/x.go", "package x\n");
    let warned = |command: Command<'_>, instead: &str| {
        let warning = format!("gox: warning: go1.22.4 runs, but go.mod:3 asks for 1.23: {instead}\n");
        let run = command.run();
        assert_eq!((run.code(), run.stderr), (0, warning));
    };
    let version = || sandbox.shim("go", ["version"]);
    warned(version(), "`gox pin 1.23`");
    warned(version().cwd("code/sub"), "`cd [ROOT]/code && gox pin 1.23`");
    warned(sandbox.shim("go", ["-C", "sub", "version"]), "`cd [ROOT]/code && gox pin 1.23`");
    warned(sandbox.shim("go", ["-C", ".", "version"]), "`cd [ROOT]/code && gox pin 1.23`");
    warned(version().env("GO_VERSION", "1.22.4"), "`export GO_VERSION=1.23`");
    warned(version().env("GOX_USE", "1.22.4"), "`gox use 1.23`");
}
