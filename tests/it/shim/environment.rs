//! What the tool is given: the user's arguments and environment, and the few differences.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use super::{sandbox, shim};
use crate::support::sandbox::Sandbox;

/// Makes the toolchain's `go` a shell, which shows all that it was given.
fn with_shell_as_go(sandbox: &Sandbox, version: &str) {
    let go = sandbox.home().join(format!("toolchains/go{version}/bin/go"));
    fs::remove_file(&go).unwrap();
    symlink("/bin/sh", go).unwrap();
}

#[test]
fn an_exact_base_is_told_to_stay_and_a_floor_is_not() {
    let sandbox = sandbox(&["1.22.4"]);
    let seen = "file [HOME]/toolchains/go1.22.4/bin/go\nargument build\n";
    sandbox.shim("go", ["build"]).stdout(seen).check();
    let exact = format!("{seen}GOTOOLCHAIN=local\n");
    sandbox.shim("go", ["+1.22", "build"]).stdout(&exact).check();
    sandbox.write("code/.go-version", "1.22.4\n");
    sandbox.shim("go", ["build"]).stdout(&exact).check();
    let own = format!("{seen}GOTOOLCHAIN=auto\n");
    sandbox.shim("go", ["build"]).env("GOTOOLCHAIN", "auto").stdout(&own).check();
    let stated = format!("{seen}GOTOOLCHAIN=local\nGO_VERSION=1.22.4\n");
    sandbox.shim("go", ["build"]).env("GO_VERSION", "1.22.4").stdout(&stated).check();
}

#[test]
fn an_inherited_goroot_is_removed() {
    let sandbox = sandbox(&["1.22.4", "1.9", "1.8.7", "1.4.3"]);
    for (version, expected) in [
        ("1.22.4", ""),
        ("1.9.0", ""),
        ("1.8.7", "GOROOT=[HOME]/toolchains/go1.8.7\n"),
        ("1.4.3", "GOROOT=[HOME]/toolchains/go1.4.3\n"),
    ] {
        let name = version.trim_end_matches(".0");
        let seen =
            format!("file [HOME]/toolchains/go{name}/bin/go\nargument build\n{expected}GOTOOLCHAIN=local\n");
        let plus = format!("+{version}");
        sandbox.shim("go", [plus.as_str(), "build"]).env("GOROOT", "/usr/lib/go").stdout(&seen).check();
        sandbox.shim("go", [plus.as_str(), "build"]).stdout(&seen).check();
    }
}

#[test]
fn a_goroot_line_in_the_goenv_file_is_answered_with_goroot() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.write("user/.config/go/env", "GOROOT=/usr/lib/go\nGOFLAGS=-v\n");
    let seen = "file [HOME]/toolchains/go1.22.4/bin/go\nargument build\n";
    let with = format!("{seen}GOROOT=[HOME]/toolchains/go1.22.4\n");
    sandbox.shim("go", ["build"]).env_remove("GOENV").stdout(&with).check();
    sandbox.shim("go", ["build"]).stdout(seen).check();
    sandbox.write("user/.config/go/env", "GOROOT=\n");
    sandbox.shim("go", ["build"]).env_remove("GOENV").stdout(seen).check();
}

#[test]
fn what_cmd_go_tells_its_child_reaches_launchers_alone() {
    let sandbox = sandbox(&["1.22.4"]);
    let internal = [
        ("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go1.22.4".to_owned()),
        ("GOTOOLCHAIN_INTERNAL_SWITCH_COUNT", "1".to_owned()),
        ("GOROOT", "/usr/lib/go".to_owned()),
    ];
    let seen = "file [HOME]/toolchains/go1.22.4/bin/go\nargument build\n";
    sandbox.shim("go", ["build"]).envs(internal.clone()).stdout(seen).check();
    let kept =
        format!("{seen}GOTOOLCHAIN_INTERNAL_SWITCH_VERSION=go1.22.4\nGOTOOLCHAIN_INTERNAL_SWITCH_COUNT=1\n");
    sandbox.shim("go1.22.4", ["build"]).envs(internal).stdout(&kept).check();
}

#[test]
fn a_launcher_decides_nothing_and_knows_no_plus() {
    let sandbox = sandbox(&["1.22.4", "1.23.0"]);
    sandbox.write("code/go.mod", "go 1.99\ntoolchain nonsense\n");
    sandbox.write("code/.go-version", "1.23.0\n");
    let seen = "file [HOME]/toolchains/go1.22.4/bin/go\nargument +1.23\nargument build\nGO_VERSION=1.23.0\n";
    sandbox.shim("go1.22.4", ["+1.23", "build"]).env("GO_VERSION", "1.23.0").stdout(seen).check();
}

#[test]
fn arguments_and_everything_else_are_the_users() {
    let sandbox = sandbox(&["1.22.4"]);
    with_shell_as_go(&sandbox, "1.22.4");
    let script = "printf '<%s>' \"$0\" \"$@\"";
    let odd = [OsStr::new("-c"), OsStr::new(script)];
    let output = sandbox.shim("/x y/go", odd).args(["", "a b", "+1.20", "\n"]).run();
    assert_eq!(output.stdout, "<><a b><+1.20><\n>");
    let output = sandbox.shim("/x y/go", odd).run();
    assert_eq!(output.stdout, "</x y/go>", "also the name that the shim was called by");
    let output = sandbox.shim("go", odd).arg(OsStr::from_bytes(b"\xff")).run();
    assert_eq!(output.raw_stdout, b"<\xff>");
    let same = |name: &'static str, value: &'static str| (name, value.to_owned());
    let variables = [
        same("GOPATH", "/g"),
        same("GOBIN", "/b"),
        same("GOCACHE", "/c"),
        same("GOMODCACHE", "/m"),
        same("GOFLAGS", ""),
        same("ODD", "a\nb"),
    ];
    let through = sandbox.shim("go", ["-c", "env"]).envs(variables.clone()).run();
    let direct = sandbox.command("/bin/sh").args(["-c", "env"]).envs(variables).run();
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("_="));
        lines.sort();
        lines
    };
    assert_eq!(lines(&through.stdout), lines(&direct.stdout));
}

#[test]
fn the_system_go_is_given_the_users_environment_and_a_mark() {
    let sandbox = sandbox(&[]);
    sandbox.put_tool(
        "go",
        "#!/bin/sh\n[ \"${_GOX_SYSTEM%.*}\" = \"$$.1\" ] && echo marked\necho \"${GOROOT-none} $GOTOOLCHAIN $*\"\n",
    );
    let seen = "marked\nnone go1.99.0 build\n";
    sandbox.shim("go", ["build"]).env("GOROOT", "/x").env("GOTOOLCHAIN", "go1.99.0").stdout(seen).check();
}

#[test]
fn gofmt_is_that_of_the_same_selection() {
    let sandbox = sandbox(&["1.22.4", "1.23.0"]);
    sandbox.shim("gofmt", ["-l", "."]).stdout("gofmt of go1.22.4\n").check();
    sandbox.write("code/go.mod", "go 1.23\n");
    sandbox.shim("gofmt", ["-l", "."]).stdout("gofmt of go1.23.0\n").check();
    sandbox.shim("gofmt", ["+1.22.4", "-l", "."]).stdout("gofmt of go1.22.4\n").check();
    let name = shim(&sandbox, "gofmt");
    sandbox.command(name).args(["-l"]).stdout("gofmt of go1.23.0\n").check();
}
