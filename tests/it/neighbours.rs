//! A store that somebody else can write to, and a store of the machine that is not what it should be: what can
//! be refused is.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::fs::{CWD, FileType, mknodat};

use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

fn with_proxy() -> (Sandbox, ModuleProxy) {
    (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1"]))
}

#[test]
fn a_part_of_the_store_that_is_a_link_is_not_followed() {
    for part in ["staging", "toolchains"] {
        let (sandbox, proxy) = with_proxy();
        let elsewhere = sandbox.root().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        let _ = fs::remove_dir_all(sandbox.home().join(part));
        symlink(&elsewhere, sandbox.home().join(part)).unwrap();
        let error = format!(
            "error: `[HOME]/{part}` is a symbolic link, but has to be a folder of the store\n\
             hint: move the whole store, not a part of it: `export GOX_HOME=/path/to/go`\n"
        );
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
        assert_eq!(run.code(), 6, "{}", run.stderr);
        assert!(run.stderr.ends_with(&error), "{}", run.stderr);
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    }
}

#[test]
fn what_is_behind_a_link_is_not_swept() {
    let (sandbox, proxy) = with_proxy();
    assert_eq!(sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run().code(), 0);
    let thesis = sandbox.write("user/docs/thesis.final/text", "mine");
    sandbox.write("user/docs/key.pem", "secret");
    fs::remove_dir_all(sandbox.home().join("staging")).unwrap();
    symlink(sandbox.user().join("docs"), sandbox.home().join("staging")).unwrap();
    let before = sandbox.entries("../../docs").len();
    for arguments in [&["install", "1.99.1"][..], &["prune"], &["uninstall", "--force", "1.99.1"]] {
        sandbox.gox(arguments).envs(proxy.environment()).run();
    }
    assert_eq!(sandbox.entries("../../docs").len(), before);
    assert_eq!(fs::read_to_string(thesis).unwrap(), "mine");
    assert!(sandbox.home().join("toolchains/go1.99.1/bin/go").is_file(), "nor is anything moved through it");
}

#[test]
fn a_lock_that_is_a_link_makes_and_changes_nothing_elsewhere() {
    for target in ["user/.profile", "user/nothing"] {
        let (sandbox, proxy) = with_proxy();
        sandbox.write("user/.profile", "export A=1\n");
        fs::create_dir_all(sandbox.home().join("locks")).unwrap();
        symlink(sandbox.root().join(target), sandbox.home().join("locks/go1.99.1.lock")).unwrap();
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
        assert_eq!(run.code(), 6, "{}", run.stderr);
        assert!(
            run.stderr.starts_with("error: could not open the lock `[HOME]/locks/go1.99.1.lock`\n"),
            "{}",
            run.stderr
        );
        assert_eq!(sandbox.read("user/.profile"), "export A=1\n");
        assert!(!sandbox.root().join("user/nothing").exists());
    }
}

#[test]
fn a_staging_directory_of_somebody_else_is_swept_and_not_used() {
    let (sandbox, proxy) = with_proxy();
    let planted = sandbox.home().join("staging/go1.99.1.planted");
    FakeToolchain::new("1.99.1")
        .with_file("bin/go", 0o755, "#!/bin/sh\necho planted\n")
        .write_to(&planted.join("tree"));
    let secret = sandbox.write("user/secret", "mine");
    symlink(secret.parent().unwrap(), planted.join("link")).unwrap();
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    sandbox.shim("go1.99.1", ["version"]).stdout("go version go1.99.1 [OS]/[ARCH]\n").check();
    assert_eq!(sandbox.listing("staging"), "");
    assert_eq!(sandbox.read("user/secret"), "mine", "a link is removed, not followed");
}

#[test]
fn a_hostile_store_of_the_machine_hangs_and_paints_nothing() {
    let (user, machine) = with_proxy_of_machine();
    let gox = |verb: &str| user.gox([verb]).env("GOX_SYSTEM_HOME", machine.home()).run();
    let receipt = machine.home().join("toolchains/go1.99.1/.gox/receipt.json");
    let aside = machine.root().join("aside");
    fs::rename(&receipt, &aside).unwrap();
    let text = fs::read_to_string(&aside).unwrap();
    fs::write(
        &receipt,
        text.replace("\"proxy\"", "\"\\u001b[2J\\u202eproxy\"").replace("\"log\"", "\"\\u0007log\""),
    )
    .unwrap();
    let run = gox("list");
    assert!(run.code() == 0 && run.stdout.contains("1.99.1"), "{}", run.stderr);
    let visible = |text: &str| !text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}');
    assert!(visible(&String::from_utf8_lossy(&run.raw_stdout)), "{:?}", run.raw_stdout);
    let run = gox("verify");
    assert!(run.code() == 5 && run.stderr.contains("the receipt is damaged"), "{}", run.stderr);
    fs::rename(&aside, &receipt).unwrap();

    let whole = "go1.99.1: 15 files, 821 B: as installed\n";
    for (name, verify, said, status) in [
        ("default", 0, whole, 7),
        ("toolchains/go1.98.0/bin/go", 0, whole, 0),
        ("toolchains/go1.99.1/.gox/manifest", 5, "go1.99.1: not a regular file: .gox/manifest\n", 0),
        ("toolchains/go1.99.1/VERSION", 5, "go1.99.1: not a regular file: VERSION\n", 0),
    ] {
        let path = machine.home().join(name);
        let was_there = fs::rename(&path, &aside).is_ok();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        mknodat(CWD, &path, FileType::Fifo, 0o755.into(), 0).unwrap();
        let run = gox("list");
        assert!(run.code() == 0 && run.stdout.contains("\n1.99.1 "), "{name}: {}", run.stderr);
        let run = gox("verify");
        assert_eq!(run.code(), verify, "{name}: {}", run.stderr);
        assert!(run.stdout.starts_with(said), "{name}: {}", run.stdout);
        let run = gox("status");
        let names_pipe = run.stderr.contains("/default`\n  caused by: it is not a regular file\n");
        assert_eq!((run.code(), names_pipe), (status, status == 7), "{name}: {}", run.stderr);
        fs::remove_file(&path).unwrap();
        if was_there {
            fs::rename(&aside, &path).unwrap();
        }
    }
}

/// A user without a default, and a machine with one version.
fn with_proxy_of_machine() -> (Sandbox, Sandbox) {
    let (machine, proxy) = with_proxy();
    assert_eq!(machine.gox(["install", "1.99.1"]).envs(proxy.environment()).run().code(), 0);
    let user = Sandbox::in_use();
    let _ = fs::remove_file(user.home().join("default"));
    (user, machine)
}

#[test]
fn what_gox_writes_is_not_led_elsewhere_and_hangs_on_no_pipe() {
    let (sandbox, proxy) = with_proxy();
    assert_eq!(sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run().code(), 0);
    sandbox.write("code/.go-version", "1.99.1\n");
    let projects = sandbox.home().join("projects");
    let _ = fs::remove_file(&projects);
    mknodat(CWD, &projects, FileType::Fifo, 0o644.into(), 0).unwrap();
    sandbox.gox(["status", "--short"]).stdout("1.99.1\n").check();
    // Nobody can tell what projects ask for.
    let error = "error: could not read `[HOME]/projects`\n  caused by: it is not a regular file\n";
    sandbox.gox(["prune"]).code(6).stderr(error).check();
    fs::remove_file(&projects).unwrap();
    let victim = sandbox.write("user/victim", "mine");
    symlink(&victim, &projects).unwrap();
    sandbox.gox(["status", "--short"]).stdout("1.99.1\n").check();
    assert_eq!(sandbox.read("user/victim"), "mine");

    let config = sandbox.user().join(".config/gox/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    symlink(sandbox.user().join("nowhere"), &config).unwrap();
    let error = "error: the settings file `~/.config/gox/config.toml` is a dangling symbolic link\n";
    sandbox.gox(["config", "set", "timeout", "5"]).code(7).stderr(error).check();
    assert!(config.is_symlink());
}
