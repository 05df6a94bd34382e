//! `gox verify`: every change of an installed tree is found and named, and can be mended.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, FileType, mknodat};
use serde_json::{Value, json};

use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;
use crate::support::lines::bytes;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

/// A store with one version from a proxy.
fn installed() -> (Sandbox, ModuleProxy) {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1"]));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    (sandbox, proxy)
}

fn good(version: &str) -> String {
    let toolchain = FakeToolchain::new(version);
    let files = toolchain.zip_entries().len();
    format!("go{version}: {files} files, {}: as installed", bytes(toolchain.module_bytes()))
}

const REFUSED: &str = "\
error: go1.99.1 is not as it was installed
hint: build it anew: `gox install --force 1.99.1`
";

/// Other content, with size, mode and time as they were.
fn falsify(path: &Path) {
    let mode = fs::metadata(path).unwrap().permissions();
    let mut content = fs::read(path).unwrap();
    content[0] ^= 1;
    fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap();
    let time = fs::metadata(path).unwrap().modified().unwrap();
    fs::write(path, content).unwrap();
    File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    fs::set_permissions(path, mode).unwrap();
}

#[test]
fn what_is_as_it_was_installed() {
    let (sandbox, proxy) = installed();
    sandbox.gox(["verify"]).stdout(&format!("{}\n", good("1.99.1"))).check();
    sandbox.gox(["verify", "1.99"]).stdout(&format!("{}\n", good("1.99.1"))).check();
    let expected = format!("{}, and as the checksum database has it\n", good("1.99.1"));
    sandbox.gox(["verify", "--log", "1.99.1"]).envs(proxy.environment()).stdout(&expected).check();
    // Time says nothing about content.
    let file = File::open(sandbox.home().join("toolchains/go1.99.1/VERSION")).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(9)).unwrap();
    sandbox.gox(["verify"]).stdout(&format!("{}\n", good("1.99.1"))).check();
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn where_all_has_changed_only_some_of_it_is_shown() {
    let (sandbox, _) = installed();
    let goroot = sandbox.home().join("toolchains/go1.99.1");
    for number in 10..35 {
        fs::write(goroot.join(format!("src/{number}.go")), "").unwrap();
    }
    let mut lines: Vec<_> = (10..30).map(|number| format!("go1.99.1: added: src/{number}.go")).collect();
    lines.push("go1.99.1: and 5 more: `gox verify --json` has them all".to_owned());
    let shown = lines.join("\n") + "\n";
    sandbox.gox(["verify", "-q"]).code(5).stdout(&shown).stderr(REFUSED).check();
    let run = sandbox.gox(["verify", "--json"]).run();
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found[0]["changes"].as_array().unwrap().len(), 25);
}

#[test]
fn every_change_is_found_by_name_and_mended_by_force() {
    let (sandbox, proxy) = installed();
    let goroot = sandbox.home().join("toolchains/go1.99.1");
    let at = |path: &str| goroot.join(path);
    let replaced = |path: &str| {
        fs::remove_file(at(path)).unwrap();
        at(path)
    };
    let mode = |path: &str, mode| fs::set_permissions(at(path), Permissions::from_mode(mode)).unwrap();
    let table: [(&str, &dyn Fn()); 17] = [
        ("changed: VERSION", &|| falsify(&at("VERSION"))),
        ("changed: bin/go", &|| falsify(&at("bin/go"))),
        ("missing: src/fmt/print.go", &|| drop(replaced("src/fmt/print.go"))),
        ("missing: src/fmt/print.go", &|| fs::remove_dir_all(at("src/fmt")).unwrap()),
        ("added: src/fmt/more.go", &|| fs::write(at("src/fmt/more.go"), "x").unwrap()),
        ("added: src/empty", &|| fs::create_dir(at("src/empty")).unwrap()),
        ("added: src/a\\nb\\u{1b}", &|| fs::write(at("src/a\nb\u{1b}"), "x").unwrap()),
        ("added: .gox/more", &|| fs::write(at(".gox/more"), "x").unwrap()),
        ("added: link", &|| symlink("/", at("link")).unwrap()),
        ("mode 0644, not 0444: VERSION", &|| mode("VERSION", 0o644)),
        ("mode 4555, not 0555: bin/go", &|| mode("bin/go", 0o4555)),
        ("mode 0777, not 0755: src", &|| mode("src", 0o777)),
        ("mode 0777, not 0755: .", &|| mode("", 0o777)),
        ("not a regular file: VERSION", &|| symlink("bin/go", replaced("VERSION")).unwrap()),
        ("not a regular file: VERSION", &|| fs::create_dir(replaced("VERSION")).unwrap()),
        ("not a regular file: VERSION", &|| {
            mknodat(CWD, replaced("VERSION"), FileType::Fifo, 0o444.into(), 0).unwrap();
        }),
        ("changed: .gox/manifest", &|| falsify(&at(".gox/manifest"))),
    ];
    for (expected, change) in table {
        change();
        let run = sandbox.gox(["verify"]).run();
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert!(lines.contains(&format!("go1.99.1: {expected}").as_str()), "{expected}: {}", run.stdout);
        assert_eq!((run.code(), run.stderr.as_str()), (5, REFUSED), "{expected}");
        let run = sandbox.gox(["install", "--force", "1.99.1"]).envs(proxy.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        sandbox.gox(["verify"]).stdout(&format!("{}\n", good("1.99.1"))).check();
    }
}

#[test]
fn a_receipt_that_is_damaged_or_not_there() {
    let (sandbox, _) = installed();
    let receipt = sandbox.home().join("toolchains/go1.99.1/.gox/receipt.json");
    fs::remove_file(&receipt).unwrap();
    let error = "\
error: go1.99.1 has no receipt: gox did not install it
hint: build it anew: `gox install --force 1.99.1`
";
    sandbox.gox(["verify"]).code(1).stderr(error).check();
    for damaged in ["", "{}", "\0\0\0\0", "{\"layout\":2}"] {
        fs::write(&receipt, damaged).unwrap();
        let error = "\
error: the receipt is damaged: `[HOME]/toolchains/go1.99.1/.gox/receipt.json`
hint: build it anew: `gox install --force 1.99.1`
";
        sandbox.gox(["verify"]).code(5).stderr(error).check();
    }
}

#[test]
fn the_database_knows_what_receipt_and_manifest_do_not_tell() {
    let (sandbox, proxy) = installed();
    // Another tree, whole and with a manifest and a receipt of its own, that never was in the database.
    let forged = FakeToolchain::new("1.99.1").with_file("src/fmt/print.go", 0o644, "package forged\n");
    let other = ModuleProxy::start(std::slice::from_ref(&forged));
    let (second, name) = (Sandbox::in_use(), "toolchains/go1.99.1");
    let run = second.gox(["install", "1.99.1"]).envs(other.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    fs::remove_dir_all(sandbox.home().join(name)).unwrap();
    fs::rename(second.home().join(name), sandbox.home().join(name)).unwrap();
    assert_eq!(sandbox.gox(["verify"]).run().code(), 0);
    let error = format!(
        "\
error: go1.99.1 does not match the checksum database
  expected {} (in the checksum database)
  found    {}
hint: build it anew: `gox install --force 1.99.1`
",
        FakeToolchain::new("1.99.1").h1(),
        forged.h1()
    );
    sandbox.gox(["verify", "--log"]).envs(proxy.environment()).code(5).stderr(&error).check();
}

#[test]
fn without_the_database_there_is_no_answer() {
    let (sandbox, proxy) = installed();
    let error = "\
error: the checksum database is switched off by `GOSUMDB=off`
hint: let gox ask the checksum database: `unset GOSUMDB`, or `go env -u GOSUMDB`
";
    let run = sandbox.gox(["verify", "--log"]).envs(proxy.environment()).env("GOSUMDB", "off");
    run.code(2).stderr(error).check();
    fs::remove_dir_all(sandbox.home().join("cache")).unwrap();
    let run = sandbox.gox(["verify", "--log"]).envs(proxy.environment()).env("GOX_OFFLINE", "1").run();
    assert_eq!((run.code(), run.stdout.as_str()), (4, ""), "{}", run.stderr);
}

#[test]
fn json_is_one_array_with_an_object_for_each_toolchain() {
    let (sandbox, _) = installed();
    sandbox.put_toolchain(&FakeToolchain::new("1.98.1"));
    fs::write(sandbox.home().join("toolchains/go1.99.1/more"), "x").unwrap();
    let run = sandbox.gox(["verify", "--json"]).run();
    assert_eq!(run.code(), 5);
    let text = String::from_utf8(run.raw_stdout).unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(text.lines().count(), 1);
    let path = |name: &str| sandbox.home().join("toolchains").join(name);
    let h1 = FakeToolchain::new("1.99.1").h1();
    assert_eq!(
        list,
        json!([
            {
                "version": "1.99.1", "toolchain": "go1.99.1", "path": path("go1.99.1"), "ok": false,
                "log": false, "h1": h1, "error": "go1.99.1 is not as it was installed",
                "changes": [{ "path": "more", "change": "added", "detail": "added" }],
            },
            {
                "version": "1.98.1", "toolchain": "go1.98.1", "path": path("go1.98.1"), "ok": false,
                "log": false, "h1": null, "error": "go1.98.1 has no receipt: gox did not install it",
                "changes": [],
            },
        ])
    );
}

#[test]
fn a_linked_goroot_is_somebody_elses() {
    let sandbox = Sandbox::in_use();
    let goroot = sandbox.root().join("src/go");
    FakeToolchain::new("1.99.2").write_to(&goroot);
    fs::create_dir_all(sandbox.home().join("toolchains")).unwrap();
    symlink(&goroot, sandbox.home().join("toolchains/tip")).unwrap();
    sandbox.gox(["verify"]).check();
    let error = "error: tip is a linked GOROOT: gox did not install it\n";
    sandbox.gox(["verify", "tip"]).code(1).stderr(error).check();
    let error = "error: `1.97.0` is not installed\nhint: `gox list` shows what is installed\n";
    sandbox.gox(["verify", "1.97.0"]).code(3).stderr(error).check();
}

#[test]
fn what_h1_does_not_cover_is_covered_by_the_hash_of_the_manifest() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.99.1").with_file("test/x.go", 0o644, "package x\n");
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(sandbox.gox(["verify"]).run().code(), 0);
    let goroot = sandbox.home().join("toolchains/go1.99.1");
    let before = sandbox.command("sha256sum").arg(goroot.join("test/x.go")).run().stdout;
    falsify(&goroot.join("test/x.go"));
    let after = sandbox.command("sha256sum").arg(goroot.join("test/x.go")).run().stdout;
    let manifest = goroot.join(".gox/manifest");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::remove_file(&manifest).unwrap();
    fs::write(&manifest, text.replace(&before[..64], &after[..64])).unwrap();
    fs::set_permissions(&manifest, Permissions::from_mode(0o444)).unwrap();
    let changed = "go1.99.1: changed: .gox/manifest\n";
    sandbox.gox(["verify"]).code(5).stdout(changed).stderr(REFUSED).check();
}

#[test]
fn a_tree_under_another_name_has_no_receipt_of_its_own() {
    let (sandbox, _) = installed();
    let toolchains = sandbox.home().join("toolchains");
    sandbox.command("cp").arg("-a").arg(toolchains.join("go1.99.1")).arg(toolchains.join("go1.99.2")).check();
    let error = "\
error: the receipt is damaged: `[HOME]/toolchains/go1.99.2/.gox/receipt.json`
hint: build it anew: `gox install --force 1.99.2`
";
    sandbox.gox(["verify", "1.99.2"]).code(5).stderr(error).check();
    let list = sandbox.gox(["list"]).run();
    assert!(
        list.stdout.lines().any(|line| line.starts_with("1.99.2") && line.contains("unverified")),
        "{}",
        list.stdout
    );
}

/// Such a toolchain counts as not installed, so that `gox list` does not show it.
#[test]
fn a_go_that_cannot_be_executed_any_more_is_a_change() {
    let (sandbox, proxy) = installed();
    let go = sandbox.home().join("toolchains/go1.99.1/bin/go");
    fs::set_permissions(&go, Permissions::from_mode(0o444)).unwrap();
    sandbox.gox(["list", "--json"]).stdout("[]\n").check();
    let changed = "go1.99.1: mode 0444, not 0555: bin/go\n";
    for words in [&["verify"][..], &["verify", "1.99.1"], &["verify", "1.99"]] {
        sandbox.gox(words).code(5).stdout(changed).stderr(REFUSED).check();
    }
    fs::remove_file(go).unwrap();
    sandbox.gox(["verify"]).code(5).stdout("go1.99.1: missing: bin/go\n").stderr(REFUSED).check();
    let run = sandbox.gox(["install", "--force", "1.99.1"]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    sandbox.gox(["verify"]).stdout(&format!("{}\n", good("1.99.1"))).check();
    // Without a receipt nothing says that it ever was a toolchain.
    sandbox.write("user/.local/go/toolchains/go1.98.1/VERSION", "go1.98.1\n");
    sandbox.gox(["verify"]).stdout(&format!("{}\n", good("1.99.1"))).check();
}

#[test]
fn all_are_tried_and_the_first_failure_gives_the_code() {
    let (sandbox, _) = installed();
    sandbox.put_toolchain(&FakeToolchain::new("1.98.1"));
    fs::write(sandbox.home().join("toolchains/go1.99.1/more"), "x").unwrap();
    let missing = "error: `1.97.1` is not installed\nhint: `gox list` shows what is installed\n";
    let unknown = "\
error: go1.98.1 has no receipt: gox did not install it
hint: build it anew: `gox install --force 1.98.1`
";
    for (order, code) in [
        (["1.97.1", "1.98.1", "1.99.1"], 3),
        (["1.98.1", "1.99.1", "1.97.1"], 1),
        (["1.99.1", "1.98.1", "1.97.1"], 5),
    ] {
        let error = |word: &str| match word {
            "1.97.1" => missing,
            "1.98.1" => unknown,
            _ => REFUSED,
        };
        let run = sandbox.gox(["verify"]).args(order).code(code).stdout("go1.99.1: added: more\n");
        run.stderr(&order.map(error).concat()).check();
    }
}
