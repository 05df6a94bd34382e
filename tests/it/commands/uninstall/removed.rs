//! What goes, whatever its state.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::{Value, json};

use crate::commands::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

#[test]
fn the_tree_and_its_launcher_go_and_nothing_else_does() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1", "1.99.4"]));
    sandbox.gox(["install", "1.99.4"]).envs(proxy.environment()).run();
    let before =
        [sandbox.listing("toolchains"), sandbox.listing("shims"), sandbox.read("user/.local/go/default")];
    sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    sandbox.gox(["uninstall", "1.99.1"]).stderr("removed go1.99.1\n").check();
    let after =
        [sandbox.listing("toolchains"), sandbox.listing("shims"), sandbox.read("user/.local/go/default")];
    assert_eq!(after, before);
    assert_eq!(sandbox.listing("staging"), "");
    // The other one shares files with it, and is whole.
    sandbox.shim("go1.99.4", ["version"]).stdout("go version go1.99.4 [OS]/[ARCH]\n").check();
}

#[test]
fn a_line_is_not_the_name_of_one_version() {
    let sandbox = sandbox(&["1.99.1", "1.98.2", "1.98.1", "1.20"]);
    for (word, message) in [
        ("1.98", "`1.98` is not the name of one version\nhint: say which: `gox uninstall 1.98.2 1.98.1`"),
        ("1.20", "`1.20` is not the name of one version\nhint: say which: `gox uninstall 1.20.0`"),
        ("latest", "`latest` is not the name of one version\nhint: say which: `gox uninstall 1.99.1`"),
        ("<1.98", "`<1.98` is not the name of one version\nhint: say which: `gox uninstall 1.20.0`"),
    ] {
        let error = format!("error: {message}\n");
        sandbox.gox(["uninstall", "--force", word]).code(2).stderr(&error).check();
    }
    for word in ["1.97", "system"] {
        let error = format!(
            "error: no installed version matches `{word}`\nhint: `gox list` shows what is installed\n"
        );
        sandbox.gox(["uninstall", "--force", word]).code(3).stderr(&error).check();
    }
    let error = "\
error: `../go` is not a valid request: `/`, `\\` and `..` are not allowed
hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`
";
    sandbox.gox(["uninstall", "../go"]).code(2).stderr(error).check();
}

#[test]
fn what_is_not_installed_is_3_and_several_are_all_tried() {
    let sandbox = sandbox(&["1.99.1", "1.98.1", "1.98.2"]);
    let said = "\
removed go1.98.1
error: `1.97.0` is not installed
hint: `gox list` shows what is installed
error: could not remove `go1.99.1`: it is the default
hint: remove it all the same: `gox uninstall --force 1.99.1`
removed go1.98.2
error: 2 of 4 failed: `1.97.0`, `1.99.1`
";
    sandbox.gox(["uninstall", "1.98.1", "1.97.0", "1.99.1", "1.98.2"]).code(3).stderr(said).check();
    sandbox
        .gox(["list"])
        .stdout(
            "VERSION  SIZE  SOURCE  PROOFS      STATE\n1.99.1   -     -       unverified  here, default\n",
        )
        .check();
}

#[test]
fn a_tool_that_runs_ends_as_if_nothing_had_happened() {
    let sandbox = sandbox(&["1.99.1"]);
    let waiting = "#!/bin/sh\necho ready >&2\nread line\necho \"read $line\"\nexit 7\n";
    sandbox.put_toolchain(&FakeToolchain::new("1.98.1").with_file("bin/go", 0o755, waiting));
    sandbox.put_shims(&["go", "go1.98.1"]);
    let mut running = sandbox.shim("go1.98.1", ["build"]).spawn();
    running.wait_for_stderr("ready");
    sandbox.gox(["uninstall", "1.98.1"]).stderr("removed go1.98.1\n").check();
    assert!(!sandbox.home().join("toolchains/go1.98.1").exists());
    assert_eq!(sandbox.listing("shims"), "0755 file go\n0755 file gofmt\n");
    running.write("on\n");
    running.wait().assert(7, "read on\n", "ready\n");
}

#[test]
fn a_tree_that_is_read_only_is_removed_all_the_same() {
    let sandbox = sandbox(&["1.99.1"]);
    let goroot = sandbox.put_toolchain(&FakeToolchain::new("1.98.1"));
    for folder in ["bin", "src/fmt", "src/cmd", "src", ""] {
        fs::set_permissions(goroot.join(folder), Permissions::from_mode(0o555)).unwrap();
    }
    sandbox.gox(["uninstall", "1.98.1"]).stderr("removed go1.98.1\n").check();
    assert_eq!(sandbox.listing("staging"), "");
    assert!(!goroot.exists());
}

#[test]
fn a_linked_goroot_is_only_unlinked() {
    let sandbox = sandbox(&["1.99.1"]);
    let goroot = sandbox.root().join("src/go");
    FakeToolchain::new("1.99.2").write_to(&goroot);
    symlink(&goroot, sandbox.home().join("toolchains/tip")).unwrap();
    sandbox.gox(["uninstall", "tip"]).stderr("removed tip\n").check();
    assert!(!sandbox.home().join("toolchains/tip").is_symlink());
    assert!(goroot.join("bin/go").is_file() && goroot.join("VERSION").is_file());
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn the_store_of_the_machine_is_not_the_users_to_change() {
    let (user, machine) = (sandbox(&["1.99.1"]), sandbox(&["1.98.1"]));
    let error = format!(
        "error: `1.98.1` is not in your own store\n  it is in the system store: {0}/toolchains/go1.98.1\n\
         hint: as the owner of that: `GOX_HOME={0} gox uninstall 1.98.1`\n",
        machine.home().display()
    );
    let run = user.gox(["uninstall", "1.98.1"]).env("GOX_SYSTEM_HOME", machine.home());
    run.code(3).stderr(&error).check();
    assert!(machine.home().join("toolchains/go1.98.1/bin/go").is_file());
}

#[test]
fn a_tree_without_its_go_is_removed_by_name() {
    let sandbox = sandbox(&["1.99.1", "1.98.1"]);
    fs::remove_file(sandbox.home().join("toolchains/go1.98.1/bin/go")).unwrap();
    sandbox.gox(["uninstall", "1.98.1"]).stderr("removed go1.98.1\n").check();
    assert!(!sandbox.home().join("toolchains/go1.98.1").exists());
}

#[test]
fn the_path_of_what_was_removed_is_never_that_of_the_system_store() {
    let (user, machine) = (sandbox(&["1.99.1", "1.98.1", "1.97.1"]), sandbox(&["1.98.1", "1.97.1"]));
    let run = |words: &[&str]| {
        let run = user.gox(words).arg("--json").env("GOX_SYSTEM_HOME", machine.home()).run();
        serde_json::from_slice::<Value>(&run.raw_stdout).unwrap()
    };
    let path = |name: &str| json!(user.home().join("toolchains").join(name));
    for dry_run in [&["--dry-run"][..], &[]] {
        let found = run(&[&["uninstall", "1.98.1"], dry_run].concat());
        assert_eq!(found[0]["path"], path("go1.98.1"), "{dry_run:?}");
    }
    // Now only the system store has it.
    let found = run(&["install", "--dry-run", "--force", "1.98.1"]);
    assert_eq!((&found[0]["path"], &found[0]["source"]), (&path("go1.98.1"), &Value::Null));
    let found = run(&["install", "--dry-run", "1.98.1"]);
    let of_machine = json!(machine.home().join("toolchains/go1.98.1"));
    assert_eq!((&found[0]["path"], &found[0]["result"]), (&of_machine, &json!("present")));
    // Those that gox did not install are kept: the path is that of the user's own.
    let found = run(&["prune"]);
    let kept: Vec<_> = found["toolchains"].as_array().unwrap().iter().map(|item| &item["path"]).collect();
    assert_eq!(kept, [&path("go1.99.1"), &path("go1.97.1")]);
}
