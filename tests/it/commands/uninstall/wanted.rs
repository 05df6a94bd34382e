//! What somebody wants stays: the default, what runs here, pins.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::symlink;

use crate::commands::{put_system_go, sandbox};
use crate::support::archives::FakeToolchain;

#[test]
fn the_default_stays_unless_forced() {
    let sandbox = sandbox(&["1.99.1"]);
    let refused = "\
error: could not remove `go1.99.1`: it is the default
hint: remove it all the same: `gox uninstall --force 1.99.1`
";
    for default in ["1.99.1\n", "1.99\n", "latest\n"] {
        sandbox.write("user/.local/go/default", default);
        sandbox.gox(["uninstall", "1.99.1"]).code(1).stderr(refused).check();
    }
    let said = "removed go1.99.1\nthe default, latest, is gone with it: no Go runs now where nothing else is asked for\n";
    sandbox.gox(["uninstall", "--force", "1.99.1"]).stderr(said).check();
    assert_eq!(sandbox.listing("toolchains"), "");
    assert!(!sandbox.home().join("default").exists());
}

#[test]
fn a_default_that_nothing_answers_any_more_goes_too() {
    let sandbox = sandbox(&["1.99.1", "1.99.4", "1.98.1"]);
    put_system_go(&sandbox, "1.97.0");
    sandbox.write("user/.local/go/default", "1.99\n");
    let said = "removed go1.99.4\nthe default, 1.99, means go1.99.1 now\n";
    sandbox.gox(["uninstall", "--force", "1.99.4"]).stderr(said).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.99\n");
    let said = "removed go1.99.1\nthe default, 1.99, is gone with it: the system's go1.97.0 runs now where nothing else is asked for\n";
    sandbox.gox(["uninstall", "--force", "1.99.1"]).stderr(said).check();
    sandbox.shim("go", ["version"]).stdout("go version go1.97.0 [OS]/[ARCH]\n").check();
    sandbox.gox(["default"]).stdout("system\n").check();
    // A linked GOROOT that leads nowhere by then.
    symlink(sandbox.home().join("toolchains/go1.98.1"), sandbox.home().join("toolchains/tip")).unwrap();
    sandbox.write("user/.local/go/default", "tip\n");
    let said = "removed go1.98.1\nremoved tip\nthe default, tip, is gone with it: the system's go1.97.0 runs now where nothing else is asked for\n";
    sandbox.gox(["uninstall", "--force", "1.98.1", "tip"]).stderr(said).check();
}

#[test]
fn where_the_machine_has_a_default_that_runs_then() {
    let (user, machine) = (sandbox(&["1.99.1"]), sandbox(&["1.98.1"]));
    let uninstall = || user.gox(["uninstall", "--force", "1.99.1"]).env("GOX_SYSTEM_HOME", machine.home());
    let said = "removed go1.99.1\nthe default, 1.99.1, is gone with it: 1.98.1, the default of the system store, runs now where nothing else is asked for\n";
    uninstall().stderr(said).check();
    user.put_toolchain(&FakeToolchain::new("1.99.1"));
    machine.write("user/.local/go/default", "1.99.1\n");
    let said = "removed go1.99.1\nhint: the default of the system store asks for it; choose another: `gox default latest`\n";
    uninstall().stderr(said).check();
    assert_eq!(machine.read("user/.local/go/default"), "1.99.1\n");
}

#[test]
fn where_the_machine_has_the_release_too_nothing_changes() {
    let (user, machine) = (sandbox(&["1.99.1"]), sandbox(&["1.99.1"]));
    let uninstall = |arguments: &[&str]| {
        user.put_toolchain(&FakeToolchain::new("1.99.1"));
        let run = user.gox(["uninstall", "1.99.1"]).args(arguments);
        run.env("GOX_SYSTEM_HOME", machine.home())
    };
    user.write("code/.go-version", "1.99.1\n");
    for default in ["1.99.1\n", "1.99\n", "latest\n"] {
        user.write("user/.local/go/default", default);
        uninstall(&[]).stderr("removed go1.99.1\n").check();
        uninstall(&["--force"]).stderr("removed go1.99.1\n").check();
        assert_eq!(user.read("user/.local/go/default"), default);
    }
    uninstall(&["--dry-run"]).env("GO_VERSION", "1.99.1").stdout("would remove go1.99.1\n").check();
    // A name that somebody gave to two GOROOTs means another one then.
    for sandbox in [&user, &machine] {
        let goroot = sandbox.root().join("src/go");
        FakeToolchain::new("1.98.2").write_to(&goroot);
        symlink(&goroot, sandbox.home().join("toolchains/tip")).unwrap();
    }
    user.write("user/.local/go/default", "tip\n");
    let refused = "error: could not remove `tip`: it is the default\nhint: remove it all the same: `gox uninstall --force tip`\n";
    let gox = |arguments: &[&str]| user.gox(arguments).env("GOX_SYSTEM_HOME", machine.home());
    gox(&["uninstall", "tip"]).code(1).stderr(refused).check();
    let said = "removed tip\nthe default, tip, means tip now\n";
    gox(&["uninstall", "--force", "tip"]).stderr(said).check();
}

#[test]
fn a_default_that_another_gox_sets_meanwhile_stays() {
    let sandbox = sandbox(&["1.99.1", "1.98.1"]);
    let held = sandbox.hold("locks/.store.lock");
    let running = sandbox.gox(["uninstall", "--force", "1.99.1"]).spawn();
    running.wait_for_stderr("waiting for another gox");
    sandbox.write("user/.local/go/default", "1.98.1\n");
    drop(held);
    let waiting = "waiting for another gox (`[HOME]/locks/.store.lock`)\n";
    running.wait().assert(0, "", &format!("{waiting}removed go1.99.1\n"));
    assert_eq!(sandbox.read("user/.local/go/default"), "1.98.1\n");
}

#[test]
fn a_default_whose_toolchain_could_not_be_removed_stays() {
    let sandbox = sandbox(&["1.99.1"]);
    // Its lock cannot be a file.
    fs::create_dir_all(sandbox.home().join("locks/go1.99.1.lock")).unwrap();
    let before = sandbox.listing("toolchains");
    let error = "error: could not open the lock `[HOME]/locks/go1.99.1.lock`\n  caused by: is a directory\n";
    sandbox.gox(["uninstall", "--force", "1.99.1"]).code(6).stderr(error).check();
    assert_eq!(sandbox.listing("toolchains"), before);
    assert_eq!(sandbox.read("user/.local/go/default"), "1.99.1\n");
}

#[test]
fn what_runs_here_stays_unless_forced() {
    let sandbox = sandbox(&["1.99.1", "1.99.4", "1.20"]);
    sandbox.write("code/.go-version", "1.99.4\n");
    let refused = "\
error: could not remove `go1.99.4`: it is pinned here, set by [ROOT]/code/.go-version:1
hint: remove it all the same: `gox uninstall --force 1.99.4`
";
    sandbox.gox(["uninstall", "1.99.4"]).code(1).stderr(refused).check();
    let refused = "\
error: could not remove `go1.20`: it runs here, set by `GO_VERSION`
hint: remove it all the same: `gox uninstall --force 1.20.0`
";
    sandbox.gox(["uninstall", "1.20.0"]).env("GO_VERSION", "<1.99").code(1).stderr(refused).check();
    sandbox
        .gox(["uninstall", "1.20.0", "--force"])
        .env("GO_VERSION", "<1.99")
        .stderr("removed go1.20\n")
        .check();
    sandbox.gox(["uninstall", "1.99.4"]).cwd("user").stderr("removed go1.99.4\n").check();
}

#[test]
fn a_pin_that_this_shell_overrides_is_a_pin_all_the_same() {
    let sandbox = sandbox(&["1.99.1", "1.98.2", "1.98.1"]);
    sandbox.write("code/.tool-versions", "golang 1.97.0 1.98.1\n");
    let refused = "\
error: could not remove `go1.98.1`: it is pinned here, set by [ROOT]/code/.tool-versions:1
hint: remove it all the same: `gox uninstall --force 1.98.1`
";
    let run = sandbox.gox(["uninstall", "1.98.1", "1.98.2"]).env("GO_VERSION", "1.99.1");
    run.code(1).stderr(&format!("{refused}removed go1.98.2\nerror: 1 of 2 failed: `1.98.1`\n")).check();
}

#[test]
fn where_it_cannot_be_told_what_is_wanted_nothing_goes() {
    let sandbox = sandbox(&["1.99.1", "1.98.1"]);
    sandbox.write("code/.go-version", "1.98.1 or so\n");
    let refused = "\
error: [ROOT]/code/.go-version:1: `1.98.1 or so` is not a valid request: only a range such as `>=1.21 <1.23` may contain blanks
hint: replace it by one request, such as: `cd [ROOT]/code && gox pin --force 1.98.1`
hint: remove it all the same: `gox uninstall --force 1.98.1`
";
    sandbox.gox(["uninstall", "1.98.1"]).code(7).stderr(refused).check();
    sandbox.write("user/.local/go/default", "1/2\n");
    let refused = "\
error: [HOME]/default:1: `1/2` is not a valid request: `/`, `\\` and `..` are not allowed
hint: choose another default: `gox default latest`
hint: remove it all the same: `gox uninstall --force 1.98.1`
";
    sandbox.gox(["uninstall", "1.98.1"]).code(7).stderr(refused).check();
    sandbox.gox(["uninstall", "--force", "1.98.1"]).stderr("removed go1.98.1\n").check();
}

/// What the next `go` in a project would install again.
#[test]
fn known_projects_whose_pins_ask_for_it_are_counted() {
    let sandbox = sandbox(&["1.99.1", "1.98.2", "1.98.1", "1.97.1"]);
    let projects = [
        ("a", ".go-version", "1.98.2\n"),
        ("b", ".go-version", "# why\n1.98.2\n"),
        ("b/sub", "go.mod", "module m\n"),
        ("c", ".tool-versions", "golang 1.96.1 1.98.2\n"),
        // Another that is installed answers these.
        ("d", ".go-version", "1.98\n"),
        ("e", ".tool-versions", "golang 1.98.2 1.99.1\n"),
        ("f", ".go-version", "latest\n"),
        ("g", ".go-version", "system\n"),
        ("h", ".go-version", "1.97\n"),
        // An invalid one is no reason to fail, and one that is gone is none.
        ("i", ".go-version", "1 2\n"),
        ("j", "go.mod", "module m\n"),
    ];
    let mut known = format!("{}/gone\n", sandbox.root().display());
    for (folder, file, text) in projects {
        let path = sandbox.write(&format!("p/{folder}/{file}"), text);
        writeln!(known, "{}", path.parent().unwrap().display()).unwrap();
    }
    sandbox.write("user/.local/go/projects", known);
    let note = "note: 3 projects that gox has seen still ask for 1.98.2, the first of them in [ROOT]/p/a/.go-version:1\n";
    sandbox.gox(["uninstall", "1.98.2", "--dry-run"]).stdout("would remove go1.98.2\n").stderr(note).check();
    sandbox.gox(["uninstall", "1.98.2"]).stderr(&format!("removed go1.98.2\n{note}")).check();
    // Now nothing else answers `1.98`.
    let note = "note: a project that gox has seen still asks for 1.98.1: [ROOT]/p/d/.go-version:1\n";
    sandbox
        .gox(["uninstall", "1.98.1", "1.97.1"])
        .stderr(&format!(
            "removed go1.98.1\n{note}removed go1.97.1\n{}",
            "note: a project that gox has seen still asks for 1.97.1: [ROOT]/p/h/.go-version:1\n"
        ))
        .check();
}

#[test]
fn what_the_system_store_has_is_not_missed() {
    let sandbox = sandbox(&["1.99.1", "1.98.2"]);
    let pin = sandbox.write("p/.go-version", "1.98.2\n");
    sandbox.write("user/.local/go/projects", format!("{}\n", pin.parent().unwrap().display()));
    let system = sandbox.root().join("system-store");
    FakeToolchain::new("1.98.2").write_to(&system.join("toolchains/go1.98.2"));
    let run = sandbox.gox(["uninstall", "1.98.2"]).env("GOX_SYSTEM_HOME", system);
    run.stderr("removed go1.98.2\n").check();
}

#[test]
fn where_the_default_is_gone_what_is_left_is_offered() {
    let sandbox = sandbox(&["1.97.1", "1.98.1", "1.99.1"]);
    sandbox.write("user/.local/go/default", "1.99.1\n");
    let said = "\
removed go1.99.1
the default, 1.99.1, is gone with it: no Go runs now where nothing else is asked for
removed go1.98.1
hint: let one that is installed run: `gox default 1.97.1`
";
    sandbox.gox(["uninstall", "--force", "1.99.1", "1.98.1"]).stderr(said).check();
    sandbox.gox(["uninstall", "--force", "1.97.1"]).stderr("removed go1.97.1\n").check();
}
