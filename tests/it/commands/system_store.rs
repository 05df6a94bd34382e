//! A store that is not there, or that this user may not read.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::doctor::lines;
use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

#[test]
fn one_that_is_not_there_is_said_where_nothing_is_found() {
    let sandbox = Sandbox::new();
    let gox = |arguments: &[&str]| sandbox.gox(arguments).env("GOX_SYSTEM_HOME", "/nonexist");
    let warning = "warning: `GOX_SYSTEM_HOME=/nonexist` names no folder\n";
    let nothing = "nothing is installed\nhint: install the newest Go: `gox install latest`\n";
    gox(&["list"]).stderr(&format!("{warning}{nothing}")).check();
    let error = "error: `1.99.1` is not installed\nhint: install it: `gox install 1.99.1`\n";
    let exec = gox(&["exec", "1.99.1", "go"]).env("GOX_AUTO_INSTALL", "never");
    exec.code(127).stderr(&format!("{warning}{error}")).check();
    let text = [
        "`GOX_SYSTEM_HOME=/nonexist` names no folder",
        "nothing is found there; the name may be misspelt",
        "unset GOX_SYSTEM_HOME",
    ];
    let text = lines("store", "warning", "store-system", text);
    gox(&["doctor", "store-system"]).stdout(&text).check();
    // What is found needs no word.
    sandbox.put_toolchain(&FakeToolchain::new("1.99.1"));
    gox(&["exec", "1.99.1", "go", "version"]).stdout("go version go1.99.1 [OS]/[ARCH]\n").check();
}

#[test]
fn one_that_cannot_be_read_is_said_always() {
    let sandbox = Sandbox::new();
    let store = sandbox.root().join("opt/go");
    FakeToolchain::new("1.99.1").write_to(&store.join("toolchains/go1.99.1"));
    let gox = |arguments: &[&str]| sandbox.gox_under_modes(arguments).env("GOX_SYSTEM_HOME", &store);
    let warning = "warning: could not read the store `[ROOT]/opt/go`: permission denied; let its owner open it: \
                   `chmod -R u+rX [ROOT]/opt/go`\n";
    let nothing = "nothing is installed\nhint: install the newest Go: `gox install latest`\n";
    let default = "warning: could not read `[ROOT]/opt/go/default`\n  caused by: permission denied\n";
    for (closed, more) in [(store.clone(), default), (store.join("toolchains"), "")] {
        fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
        gox(&["list"]).stderr(&format!("{warning}{more}{nothing}")).check();
        let text = [
            "could not read the store `[ROOT]/opt/go`, caused by: permission denied",
            "what is installed there is not found, and is installed again",
            "let its owner open it: `chmod -R u+rX [ROOT]/opt/go`",
        ];
        let text = lines("store", "warning", "store-system", text);
        gox(&["doctor", "store-system"]).stdout(&text).check();
        fs::set_permissions(&closed, Permissions::from_mode(0o755)).unwrap();
    }
    let text = "store\n  ok      store-system  [ROOT]/opt/go\n\n1 ok\n";
    gox(&["doctor", "store-system"]).stdout(text).check();
}
