//! `gox which` and `gox root`: a path and nothing else on stdout; nothing is ever installed.

use std::fs;
use std::os::unix::fs::symlink;

use super::{put_system_go, sandbox};
use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

#[test]
fn the_tools_of_what_runs_here() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    sandbox.gox(["which"]).stdout("[HOME]/toolchains/go1.99.1/bin/go\n").check();
    sandbox.gox(["which", "go"]).stdout("[HOME]/toolchains/go1.99.1/bin/go\n").check();
    sandbox.gox(["root"]).stdout("[HOME]/toolchains/go1.99.1\n").check();
    sandbox.write("code/go.mod", "go 1.99.2\ntoolchain go1.99.4\n");
    sandbox.gox(["which", "gofmt"]).stdout("[HOME]/toolchains/go1.99.4/bin/gofmt\n").check();
    sandbox.gox(["root"]).stdout("[HOME]/toolchains/go1.99.4\n").check();
}

#[test]
fn the_goroot_of_a_request_that_is_installed() {
    let sandbox = sandbox(&["1.99.1", "1.99.4", "1.20", "1.20.3"]);
    for (request, toolchain) in [
        ("1.99.1", "go1.99.1"),
        ("1.99", "go1.99.4"),
        ("latest", "go1.99.4"),
        ("oldstable", "go1.20.3"),
        ("1.20.0", "go1.20"),
        ("<1.99", "go1.20.3"),
    ] {
        sandbox.gox(["root", request]).stdout(&format!("[HOME]/toolchains/{toolchain}\n")).check();
    }
}

#[test]
fn the_systems_go() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "error: there is no other `go` on PATH\n";
    sandbox.gox(["root", "system"]).code(3).stderr(error).check();
    put_system_go(&sandbox, "1.98.0");
    sandbox.gox(["root", "system"]).stdout("[ROOT]/usr/lib/go\n").check();
    sandbox.write("code/.go-version", "system\n");
    sandbox.gox(["which"]).stdout("[ROOT]/bin/go\n").check();
    sandbox.gox(["which", "gofmt"]).stdout("[ROOT]/bin/gofmt\n").check();
    sandbox.gox(["root"]).stdout("[ROOT]/usr/lib/go\n").check();
}

#[test]
fn a_go_that_is_no_tree_has_no_goroot() {
    let sandbox = Sandbox::new();
    sandbox.put_tool("go", "#!/bin/sh\n");
    sandbox.gox(["which"]).stdout("[ROOT]/bin/go\n").check();
    sandbox.gox(["root"]).code(3).stderr("error: could not tell the GOROOT of `[ROOT]/bin/go`\n").check();
}

#[test]
fn a_linked_goroot_is_shown_where_it_is_linked() {
    let sandbox = sandbox(&["1.99.1"]);
    let goroot = sandbox.root().join("src/go");
    FakeToolchain::new("1.99.2").write_to(&goroot);
    symlink(goroot, sandbox.home().join("toolchains/tip")).unwrap();
    sandbox.gox(["root", "tip"]).stdout("[HOME]/toolchains/tip\n").check();
    sandbox.gox(["which"]).env("GO_VERSION", "tip").stdout("[HOME]/toolchains/tip/bin/go\n").check();
}

#[test]
fn what_is_missing_is_3_and_stays_missing() {
    let (sandbox, proxy) = (sandbox(&["1.99.1"]), ModuleProxy::with_versions(&["1.99.4"]));
    sandbox.write("code/.go-version", "1.99.4\n");
    sandbox.write("user/.local/go/cache/released", "go1.99.1\n");
    let missing = "\
error: `1.99.4` is not installed
  set by [ROOT]/code/.go-version:1
hint: if there is such a version, install it: `gox install 1.99.4`
hint: ask for another: `gox pin 1.99.1`
";
    for arguments in [vec!["which"], vec!["which", "gofmt"], vec!["root"]] {
        let run = sandbox.gox(arguments).envs(proxy.environment()).env("GOX_AUTO_INSTALL", "always");
        run.code(3).stderr(missing).check();
    }
    let missing = "error: `>=1.99.4` is not installed\nhint: install it: `gox install '>=1.99.4'`\n";
    sandbox.gox(["root", ">=1.99.4"]).envs(proxy.environment()).code(3).stderr(missing).check();
    assert_eq!(proxy.server.targets(), [""; 0]);
    let missing = "\
error: no Go is selected, and there is no other `go` on PATH
hint: install the newest: `gox install latest`
";
    Sandbox::new().gox(["which"]).code(3).stderr(missing).check();
    fs::remove_file(sandbox.home().join("toolchains/go1.99.1/bin/gofmt")).unwrap();
    let missing = "error: `[HOME]/toolchains/go1.99.1/bin/gofmt` is not there\n";
    sandbox.gox(["which", "gofmt"]).env("GO_VERSION", "1.99.1").code(3).stderr(missing).check();
}

#[test]
fn words_that_mean_nothing() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "\
error: invalid value `vet` for TOOL: it must be one of `go`, `gofmt`
hint: see `gox which --help`
";
    sandbox.gox(["which", "vet"]).code(2).stderr(error).check();
    let error = "\
error: `../x` is not a valid request: `/`, `\\` and `..` are not allowed
hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`
";
    sandbox.gox(["root", "../x"]).code(2).stderr(error).check();
}
