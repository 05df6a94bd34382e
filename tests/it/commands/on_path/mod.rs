//! What every command says where the first `go` on PATH is not the shim: the Go that really runs.

mod arrangements;
mod hints;
mod said;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::commands::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::programs;
use crate::support::sandbox::Sandbox;

const OTHER: &str = "go1.98.0 runs here, the first on PATH, before the shims: [ROOT]/usr/local/go/bin/go";
const SELECTED: &str = "go1.99.1 runs here, set by [ROOT]/code/.go-version:1";
const HINT: &str = "hint: put the shims first on PATH: `gox setup`\n";

/// The commands that `gox` alone names where a version runs.
const NEXT: &str = "\
gox install 1.27  install another version
gox use 1.99      choose the version of this shell
gox pin 1.99      choose the version of this directory
gox status        show every rule that was asked
gox help          show all commands
";

/// A Go that gox did not install, in a GOROOT below `[ROOT]`.
fn put_go(sandbox: &Sandbox, version: &str, goroot: &str) {
    FakeToolchain::new(version).write_to(&sandbox.root().join(goroot));
}

/// A user of bash with two versions and a pin, who has an unpacked Go in front of the shims.
fn shadowed() -> Sandbox {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    sandbox.write("code/.go-version", "1.99.1\n");
    put_go(&sandbox, "1.98.0", "usr/local/go");
    sandbox
}

fn gox<'a>(sandbox: &'a Sandbox, arguments: &[&str]) -> Command<'a> {
    sandbox.gox(arguments).env("PATH", sandbox.path_after(["usr/local/go/bin"])).env("SHELL", "/bin/bash")
}

fn put_script(sandbox: &Sandbox, path: &str, mode: u32) {
    let _programs = programs();
    let path = sandbox.write(path, "#!/bin/sh\necho go version other x/y\n");
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}
