//! The real network, once: Go 1.22.4 through the module proxy of this machine, proven by the real
//! checksum database, then put to work.

use std::env;

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;
use crate::support::{is_offline, real_go};

/// The h1 that the checksum database has for `golang.org/toolchain@v0.0.1-go1.22.4.linux-amd64`.
const H1: &str = "h1:fpN6sm7ztDx02tXUzDKA/dY3Ir5VY3Eid9lluf0PK30=";

#[test]
fn go_1_22_4_is_installed_proven_and_builds_a_program() {
    if is_offline() {
        return;
    }
    let sandbox = Sandbox::new();
    real_go::install(&sandbox, "1.22.4");

    let receipt = sandbox.receipt("1.22.4");
    assert_eq!(receipt["proofs"], serde_json::json!(["log"]));
    if (env::consts::OS, env::consts::ARCH) == ("linux", "x86_64") {
        assert_eq!(receipt["h1"], H1);
    }
    let manifest = ["--check", "--quiet", ".gox/manifest"];
    sandbox.command("sha256sum").args(manifest).cwd("user/.local/go/toolchains/go1.22.4").check();

    sandbox.write("code/go.mod", "module hello\n\ngo 1.22\n");
    sandbox.write("code/main.go", "package main\n\nfunc main() { println(\"hello, gopher\") }\n");
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    for tool in ["go", "go1.22.4"] {
        let run = sandbox.command(sandbox.home().join("shims").join(tool)).args(["run", "."]);
        run.env("PATH", &path).stderr("hello, gopher\n").check();
    }
    let version = sandbox.command(sandbox.home().join("shims/go")).arg("version");
    version.stdout("go version go1.22.4 [OS]/[ARCH]\n").check();

    // The real go command finds gox's launchers on PATH and starts them as itself.
    sandbox.put_toolchain(&FakeToolchain::new("1.99.0"));
    std::fs::hard_link(sandbox.home().join("shims/go"), sandbox.home().join("shims/go1.99.0")).unwrap();
    let switch = sandbox.command(sandbox.home().join("toolchains/go1.22.4/bin/go")).arg("version");
    let switch = switch.env("PATH", &path).env("GOTOOLCHAIN", "go1.99.0+path");
    switch.stdout("go version go1.99.0 [OS]/[ARCH]\n").check();
}
