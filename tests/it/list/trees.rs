//! Directories and receipts that are not as gox made them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::store;
use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

/// Names in `toolchains/` that no request can have.
const UNKNOWN: [&str; 6] = ["Backup", "go1.22.3 (copy)", "go1.22.3.bak", "go1.22", "1.22.3", "latest"];

#[test]
fn what_has_a_name_that_no_request_can_have_is_ignored() {
    let (sandbox, url) = store();
    let list = sandbox.gox(["list"]).run().stdout;
    let go = sandbox.home().join("toolchains/go1.22.4");
    for name in UNKNOWN {
        let copy = sandbox.home().join("toolchains").join(name);
        sandbox.command("cp").args(["-al"]).args([&go, &copy]).check();
    }
    std::os::unix::fs::symlink(&go, sandbox.home().join("toolchains/TIP")).unwrap();
    std::os::unix::fs::symlink("/nowhere", sandbox.home().join("toolchains/Gone")).unwrap();
    sandbox.gox(["list"]).stdout(&list).check();
    for command in ["verify", "prune"] {
        let run = sandbox.gox([command]).run();
        let said = run.stdout.clone() + &run.stderr;
        assert!(
            run.stdout.contains("go1.22.4") && !UNKNOWN[..3].iter().any(|name| said.contains(name)),
            "{said}"
        );
    }
    let shims = sandbox.listing("shims").replace("file gofmt", "file go1.23rc1\n0755 file gofmt");
    sandbox.gox(["install", "1.22.4"]).env("GOPROXY", &url).env("GOX_SOURCES", "proxy").run();
    assert_eq!(sandbox.listing("shims"), shims, "no launcher is made");
    // A line of go.mod may have any text.
    sandbox.write("code/go.mod", "module m\n\ngo 1.21\ntoolchain go1.22.3-(copy)\n");
    let named = sandbox.home().join("toolchains/go1.22.3-(copy)");
    sandbox.command("cp").args(["-al"]).args([&go, &named]).check();
    sandbox.gox(["list"]).stdout(&list).check();
}

#[test]
fn names_that_are_no_toolchains_are_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.local/go/toolchains/go1.22.4/README.md", "half a toolchain");
    sandbox.write("user/.local/go/toolchains/notes.txt", "");
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4-bigcorp"));
    std::os::unix::fs::symlink(
        sandbox.home().join("toolchains/go1.22.4-bigcorp"),
        sandbox.home().join("toolchains/tip"),
    )
    .unwrap();
    let table = "\
VERSION         SIZE  SOURCE  PROOFS      STATE
1.22.4-bigcorp  -     -       unverified
tip             -     linked  unverified  1.22.4-bigcorp in [HOME]/toolchains/go1.22.4-bigcorp
";
    let warning = "\
warning: `bin/go` cannot be executed in go1.22.4, so it does not count as installed
hint: what mends that: `gox doctor store-layout`
";
    sandbox.gox(["list"]).stdout(table).stderr(warning).check();
}

#[test]
fn toolchains_that_lost_their_modes_are_not_nothing() {
    let sandbox = Sandbox::in_use();
    sandbox.put_shims(&["go", "gofmt", "go1.22.4", "go1.21.1"]);
    for version in ["1.22.4", "1.21.1", "1.22.4-bigcorp"] {
        let go = sandbox.put_toolchain(&FakeToolchain::new(version)).join("bin/go");
        fs::set_permissions(go, Permissions::from_mode(0o644)).unwrap();
    }
    let warning = "\
warning: `bin/go` cannot be executed in go1.22.4, go1.21.1, go1.22.4-bigcorp, so they do not count as installed
hint: what mends that: `gox doctor store-layout`
";
    sandbox.gox(["list"]).stderr(warning).check();
    // One mend for all of them, and no other that undoes it.
    let found = "\
store
  failed  store-layout  `[HOME]/toolchains/go1.22.4`, `[HOME]/toolchains/go1.21.1`, `[HOME]/toolchains/go1.22.4-bigcorp` have no `bin/go` that can be run
                        why: they count as not installed, and take space; gox never leaves a toolchain like this
                        mend: gox install --force 1.22.4 1.21.1 1.22.4-bigcorp
  ok      store-shims   go, gofmt and a launcher for each version, for [TARGET]

1 failed, 1 ok
";
    sandbox.gox(["doctor", "store-layout", "store-shims"]).code(1).stdout(found).check();
}

#[test]
fn a_receipt_that_cannot_be_read_proves_nothing() {
    let sandbox = Sandbox::new();
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    for receipt in ["", "{", "{\"layout\": 1}", "{\"layout\": 2, \"proofs\": [\"log\"]}"] {
        sandbox.write("user/.local/go/toolchains/go1.22.4/.gox/receipt.json", receipt);
        let table = "\
VERSION  SIZE  SOURCE  PROOFS      STATE
1.22.4   -     -       unverified  end of life, 1.22.12 is out
";
        sandbox.gox(["list"]).stdout(table).check();
    }
}

#[test]
fn a_receipt_of_an_early_gox_is_read() {
    let (sandbox, _) = store();
    let path = "user/.local/go/toolchains/go1.22.4/.gox/receipt.json";
    let mut receipt = sandbox.receipt("1.22.4");
    receipt.as_object_mut().unwrap().remove("manifest").unwrap();
    receipt["gox"] = json!("0.0.1");
    std::fs::remove_file(sandbox.root().join(path)).unwrap();
    sandbox.write(path, receipt.to_string());
    let list: Value = serde_json::from_slice(&sandbox.gox(["list", "--json"]).run().raw_stdout).unwrap();
    let found = ["gox", "h1", "installed_at", "sha256"].map(|key| &list[1][key]);
    assert_eq!(found, [&json!("0.0.1"), &receipt["h1"], &receipt["installed"], &Value::Null]);
}
