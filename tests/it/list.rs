//! `gox list`: what is installed, for people and for programs.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::archives::FakeToolchain;
use crate::support::programs;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::{GOX, Sandbox};

/// A store with two versions of a proxy and one that somebody unpacked.
fn store() -> Sandbox {
    let sandbox = Sandbox::in_use();
    let proxy = ModuleProxy::with_versions(&["1.22.4", "1.21.0"]);
    sandbox.gox(["install", "1.21.0", "1.22.4"]).envs(proxy.environment()).run();
    sandbox.put_toolchain(&FakeToolchain::new("1.23rc1"));
    sandbox
}

#[test]
fn an_empty_store() {
    let sandbox = Sandbox::new();
    let hint = "nothing is installed\nhint: install the newest Go: `gox install latest`\n";
    sandbox.gox(["list"]).stderr(hint).check();
    sandbox.gox(["list", "--json"]).stdout("[]\n").check();
    assert_eq!(sandbox.listing(""), "", "nothing is written");
}

#[test]
fn the_table_shows_the_newest_first_and_marks_the_default() {
    let sandbox = store();
    let table = "\
VERSION  SIZE   SOURCE  PROOFS
1.23rc1  -      -       unverified
1.22.4   821 B  proxy   log
1.21.0   821 B  proxy   log
";
    sandbox.gox(["list"]).stdout(table).check();
    sandbox.write("user/.local/go/default", "1.22\n");
    let table = table.replace("1.22.4   821 B  proxy   log", "1.22.4   821 B  proxy   log         default");
    sandbox.gox(["list"]).stdout(&table).check();
    sandbox.gox(["ls"]).stdout(&table).check();
}

#[test]
fn json_is_one_array() {
    let sandbox = store();
    sandbox.write("user/.local/go/default", "1.21.0\n");
    let output = sandbox.gox(["list", "--json"]).run();
    let text = String::from_utf8(output.raw_stdout.clone()).unwrap();
    assert_eq!((output.code(), text.lines().count(), output.stderr.as_str()), (0, 1, ""));
    let list: Value = serde_json::from_str(&text).unwrap();
    let path = |name: &str| sandbox.home().join("toolchains").join(name);
    let object = |version: &str, default: bool| {
        json!({
            "version": version,
            "toolchain": format!("go{version}"),
            "path": path(&format!("go{version}")),
            "verified": true,
            "proofs": ["log"],
            "source": "proxy",
            "default": default,
            "bytes": 821,
        })
    };
    let unverified = json!({
        "version": "1.23rc1",
        "toolchain": "go1.23rc1",
        "path": path("go1.23rc1"),
        "verified": false,
        "proofs": [],
        "source": null,
        "default": false,
        "bytes": null,
    });
    assert_eq!(list, json!([unverified, object("1.22.4", false), object("1.21.0", true)]));
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
VERSION         SIZE  SOURCE  PROOFS
1.22.4-bigcorp  -     -       unverified
tip             -     -       unverified
";
    sandbox.gox(["list"]).stdout(table).check();
}

#[test]
fn a_receipt_that_cannot_be_read_proves_nothing() {
    let sandbox = Sandbox::new();
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    for receipt in ["", "{", "{\"layout\": 1}", "{\"layout\": 2, \"proofs\": [\"log\"]}"] {
        sandbox.write("user/.local/go/toolchains/go1.22.4/.gox/receipt.json", receipt);
        let table = "VERSION  SIZE  SOURCE  PROOFS\n1.22.4   -     -       unverified\n";
        sandbox.gox(["list"]).stdout(table).check();
    }
}

#[test]
fn a_second_store_is_listed_behind_the_user_s_own() {
    let (sandbox, system) = (Sandbox::new(), Sandbox::new());
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    system.put_toolchain(&FakeToolchain::new("1.22.4"));
    system.put_toolchain(&FakeToolchain::new("1.21.0"));
    let output = sandbox.gox(["list", "--json"]).env("GOX_SYSTEM_HOME", system.home()).run();
    let list: Value = serde_json::from_slice(&output.raw_stdout).unwrap();
    let paths: Vec<_> =
        list.as_array().unwrap().iter().map(|object| object["path"].as_str().unwrap()).collect();
    let expected = [sandbox.home().join("toolchains/go1.22.4"), system.home().join("toolchains/go1.21.0")];
    assert_eq!(paths, expected.each_ref().map(|path| path.to_str().unwrap()));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = store();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let started = {
        let _programs = programs();
        std::process::Command::new(GOX)
            .arg("list")
            .env_clear()
            .env("HOME", sandbox.user())
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
    };
    let output = started.unwrap().wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}
