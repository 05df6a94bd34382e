//! Programs on PATH that are called as a toolchain is, and are none of gox's: the launchers of
//! golang.org/dl, a vendor's Go. The go command would switch to them, and so does the shim.

use std::fs;
use std::os::unix::fs::symlink;

use super::{sandbox, shim};
use crate::support::archives::FakeToolchain;

/// Shows how it was called, and what cmd/go tells a toolchain that it switches to.
const SCRIPT: &str = "#!/bin/sh
[ \"${_GOX_SYSTEM%.*}\" = \"$$.1\" ] && echo marked
echo \"${0##*/} $* $GOTOOLCHAIN_INTERNAL_SWITCH_VERSION ${GOROOT-none} ${GOTOOLCHAIN-none}\"
";

#[test]
fn a_program_on_path_is_what_go_would_switch_to() {
    let sandbox = sandbox(&["1.22.4"]);
    for name in ["go1.99.0", "go1.99.0-bigcorp", "go1.98"] {
        sandbox.put_tool(name, SCRIPT);
    }
    let seen = "marked\ngo1.99.0 build -v go1.99.0 none none\n";
    sandbox.write("code/go.mod", "go 1.99\n");
    sandbox.shim("go", ["build", "-v"]).env("GOROOT", "/x").stdout(seen).check();
    sandbox.write("code/go.mod", "go 1.22\n");
    for (setting, name) in [
        ("go1.99.0", "go1.99.0"),
        ("go1.99.0-bigcorp+auto", "go1.99.0-bigcorp"),
        ("go1.98+path", "go1.98"),
        ("go1.99.0+path", "go1.99.0"),
    ] {
        let seen = format!("marked\n{name} build -v {name} none {setting}\n");
        sandbox.shim("go", ["build", "-v"]).env("GOTOOLCHAIN", setting).stdout(&seen).check();
    }
}

#[test]
fn it_is_found_where_no_go_is_installed() {
    let sandbox = sandbox(&[]);
    sandbox.put_tool("go1.99.0", SCRIPT);
    sandbox.write("code/go.mod", "go 1.99\n");
    let seen = "marked\ngo1.99.0 build go1.99.0 none none\n";
    sandbox.shim("go", ["build"]).stdout(seen).check();
    sandbox.write("user/.local/go/default", "1.20.0\n");
    sandbox.shim("go", ["build"]).stdout(seen).check();
}

#[test]
fn a_toolchain_of_the_store_is_taken_first_and_a_pin_means_no_other() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.put_tool("go1.99.0", SCRIPT);
    sandbox.write("code/.go-version", "1.99.0\n");
    let error = "gox: `1.99.0` is not installed\n  set by [ROOT]/code/.go-version:1\n\
                 hint: install it: `gox install 1.99.0`\n";
    sandbox.shim("go", ["version"]).code(127).stderr(error).check();
    fs::remove_file(sandbox.code().join(".go-version")).unwrap();
    sandbox.write("code/go.mod", "go 1.99\n");
    sandbox.put_toolchain(&FakeToolchain::new("1.99.0"));
    sandbox.shim("go", ["version"]).stdout("go version go1.99.0 [OS]/[ARCH]\n").check();
}

#[test]
fn a_launcher_of_gox_itself_is_no_such_program() {
    let sandbox = sandbox(&["1.22.4"]);
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    sandbox.write("code/go.mod", "go 1.99\n");
    let error = "gox: `1.99.0` is not installed\n  asked for by the go line, [ROOT]/code/go.mod:1\n\
                 hint: install it: `gox install 1.99.0`\n";
    sandbox.shim("go", ["version"]).env("PATH", path).code(127).stderr(error).check();
}

#[test]
fn its_gofmt_is_beside_it_or_has_to_be_installed() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.write("code/go.mod", "go 1.99\n");
    let launcher = sandbox.put_tool("go1.99.0", SCRIPT);
    let error = "gox: `1.99.0` is not installed\n  asked for by the go line, [ROOT]/code/go.mod:1\n\
                 hint: install it: `gox install 1.99.0`\n";
    sandbox.shim("gofmt", ["-l"]).code(127).stderr(error).check();
    fs::remove_file(&launcher).unwrap();
    let goroot = sandbox.root().join("vendor");
    FakeToolchain::new("1.99.0").write_to(&goroot);
    symlink(goroot.join("bin/go"), &launcher).unwrap();
    sandbox.shim("gofmt", ["-l"]).stdout("gofmt of go1.99.0\n").check();
}

#[test]
fn one_that_starts_the_shim_again_is_a_loop() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.put_tool("go1.99.0", "#!/bin/sh\nexec go \"$@\"\n");
    sandbox.write("code/go.mod", "go 1.99\n");
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let path =
        std::env::join_paths([sandbox.home().join("shims")].into_iter().chain(std::env::split_paths(&path)));
    let error = "gox: `[ROOT]/bin/go1.99.0` starts `[HOME]/shims/go`, which starts it again\n\
                 hint: remove one of the two from PATH, or install a Go with gox: `gox install latest`\n";
    let go = sandbox.command(shim(&sandbox, "go")).arg("version").env("PATH", path.unwrap());
    go.code(127).stderr(error).check();
}

#[test]
fn gox_shows_where_it_is() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.put_tool("go1.99.0-bigcorp", SCRIPT);
    sandbox.write("code/go.mod", "go 1.99\ntoolchain go1.99.0-bigcorp\n");
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let gox = |arguments: &[&str]| sandbox.gox(arguments).env("PATH", &path);
    let output = gox(&["status"]).run();
    let headline = "go1.99.0-bigcorp runs here, asked for by the toolchain line, [ROOT]/code/go.mod:2: \
                    [ROOT]/bin/go1.99.0-bigcorp";
    assert_eq!(output.stdout.lines().next(), Some(headline));
    gox(&["status", "--short"]).stdout("1.99.0-bigcorp\n").check();
    let output = gox(&["status", "--json"]).run();
    let status: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    for (key, expected) in [
        ("version", "1.99.0-bigcorp".into()),
        ("toolchain", "go1.99.0-bigcorp".into()),
        ("goroot", serde_json::Value::Null),
        ("program", "[ROOT]/bin/go1.99.0-bigcorp".into()),
        ("installed", true.into()),
    ] {
        assert_eq!(status[key], expected, "{key}");
    }
    gox(&["which"]).stdout("[ROOT]/bin/go1.99.0-bigcorp\n").check();
    let error = "error: could not tell the GOROOT of `[ROOT]/bin/go1.99.0-bigcorp`\n";
    gox(&["root"]).code(3).stderr(error).check();
}
