//! `gox uninstall`: a toolchain vanishes whole, with its launcher; what is wanted stays.

use std::fmt::Write;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::{Value, json};

use super::{put_system_go, sandbox};
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

/// Names that somebody chose, which no request can have.
const BY_HAND: [&str; 9] =
    ["go1.25.0-rc2", "go1.22.4.bak", "go1.21", "1.20", "Foo", "a b", "latest", "go", "go1.22.4 (copy)"];

#[test]
fn a_directory_that_somebody_named_is_removed_by_its_exact_name() {
    let sandbox = sandbox(&["1.99.1", "1.20.2"]);
    let put = |name: &str| sandbox.write(&format!("user/.local/go/toolchains/{name}/VERSION"), "");
    for name in BY_HAND {
        let before = sandbox.listing("toolchains");
        put(name);
        let said = format!("removed {name}\n");
        sandbox.gox(["uninstall", name]).stderr(&said).check();
        assert_eq!(sandbox.listing("toolchains"), before, "{name}");
    }
    // Without the prefix.
    put("go1.25.0-rc2");
    sandbox.gox(["uninstall", "1.25.0-rc2"]).stderr("removed go1.25.0-rc2\n").check();
    let error = "error: `1.25.0-rc2` is not a valid request: Go writes it `1.25rc2`\n";
    sandbox.gox(["uninstall", "1.25.0-rc2"]).code(2).stderr(error).check();
    // A name is no path, and what is no directory or link is no toolchain.
    put("Foo");
    sandbox.write("user/.local/go/toolchains/file", "");
    let before = sandbox.listing("toolchains");
    let forms = "hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`\n";
    let path = "is not a valid request: `/`, `\\` and `..` are not allowed";
    let name = "is not a valid request: a name has only `a` to `z`, digits, `.`, `_` and `-`, and begins with a letter";
    let list = "hint: `gox list` shows what is installed\n";
    for (word, code, error, hint) in [
        ("../toolchains/Foo", 2, format!("`../toolchains/Foo` {path}"), forms),
        ("Foo/", 2, format!("`Foo/` {path}"), forms),
        ("./Foo", 2, format!("`./Foo` {path}"), forms),
        ("Fo", 2, format!("`Fo` {name}"), forms),
        (".", 2, format!("`.` {name}"), forms),
        ("", 2, "the request is empty".to_owned(), forms),
        ("foo", 3, "`foo` is not installed".to_owned(), list),
        ("1.2", 3, "no installed version matches `1.2`".to_owned(), list),
        (
            "go1.20",
            2,
            "`1.20` is not the name of one version".to_owned(),
            "hint: say which: `gox uninstall 1.20.2`\n",
        ),
    ] {
        sandbox.gox(["uninstall", word]).code(code).stderr(&format!("error: {error}\n{hint}")).check();
    }
    assert_eq!(sandbox.listing("toolchains"), before);
    // The directory has the name of the line `1.20` with Go's prefix, and is that of 1.20.0.
    sandbox.put_toolchain(&FakeToolchain::new("1.20"));
    sandbox.gox(["uninstall", "go1.20"]).stderr("removed go1.20\n").check();
}

#[test]
fn all_is_also_what_somebody_put_there() {
    let sandbox = sandbox(&["1.99.1"]);
    for name in BY_HAND {
        sandbox.write(&format!("user/.local/go/toolchains/{name}/VERSION"), "");
    }
    symlink("/nowhere", sandbox.home().join("toolchains/tip")).unwrap();
    sandbox.write("user/.local/go/toolchains/.snapshot/x", "");
    let said = "\
removed go1.99.1
the default, 1.99.1, is gone with it: no Go runs now where nothing else is asked for
removed go1.21
removed 1.20
removed Foo
removed a b
removed go
removed go1.22.4 (copy)
removed go1.22.4.bak
removed go1.25.0-rc2
removed latest
removed tip
";
    sandbox.gox(["uninstall", "--all", "--force"]).stderr(said).check();
    assert_eq!(sandbox.listing("toolchains"), "0755 dir .snapshot\n0644 file .snapshot/x\n");
}

#[test]
fn all_that_the_user_installed_goes_but_what_is_wanted_and_with_force_that_too() {
    let (sandbox, system) = (sandbox(&["1.99.1", "1.98.0", "1.97.2", "1.95.0"]), Sandbox::new());
    system.put_toolchain(&FakeToolchain::new("1.96.0"));
    sandbox.write("code/.tool-versions", "golang 1.94.0 1.97.2\n");
    let gox =
        |words: &[&str]| sandbox.gox(words).env("GOX_SYSTEM_HOME", system.home()).env("GO_VERSION", "1.95.0");
    let said = "\
note: kept go1.99.1: it is the default
removed go1.98.0
note: kept go1.97.2: it is pinned here, set by [ROOT]/code/.tool-versions:1
note: kept go1.95.0: it runs here, set by `GO_VERSION`
hint: remove the kept ones, too: `gox uninstall --all --force`
";
    gox(&["uninstall", "--all"]).stderr(said).check();
    gox(&["uninstall", "--all", "-q"]).check();
    // By its name it is refused, as ever.
    let refused = "\
error: could not remove `go1.97.2`: it is pinned here, set by [ROOT]/code/.tool-versions:1
hint: remove it all the same: `gox uninstall --force 1.97.2`
";
    gox(&["uninstall", "1.97.2"]).code(1).stderr(refused).check();
    let said = "\
removed go1.99.1
the default, 1.99.1, is gone with it: no Go runs now where nothing else is asked for
removed go1.97.2
removed go1.95.0
hint: let one that is installed run: `gox default 1.96.0`
";
    gox(&["uninstall", "--all", "--force"]).stderr(said).check();
    assert_eq!(sandbox.listing("toolchains"), "");
    assert!(system.home().join("toolchains/go1.96.0/bin/go").is_file());
    gox(&["uninstall", "--all"]).check();
    let error = "error: `--all` cannot be used with VERSION\nhint: see `gox uninstall --help`\n";
    gox(&["uninstall", "--all", "1.99.1"]).code(2).stderr(error).check();
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
fn a_failure_among_all_gives_the_code_and_nothing_goes_where_nobody_knows_what_is_wanted() {
    let sandbox = sandbox(&["1.99.1", "1.98.0"]);
    sandbox.write("code/.go-version", "1.98.1 or so\n");
    let refused = "\
error: [ROOT]/code/.go-version:1: `1.98.1 or so` is not a valid request: only a range such as `>=1.21 <1.23` may contain blanks
hint: replace it by one request, such as: `cd [ROOT]/code && gox pin --force 1.98.1`
hint: remove all of it all the same: `gox uninstall --all --force`
";
    sandbox.gox(["uninstall", "--all"]).code(7).stderr(refused).check();
    fs::remove_file(sandbox.code().join(".go-version")).unwrap();
    // Its lock cannot be a file.
    fs::create_dir_all(sandbox.home().join("locks/go1.98.0.lock")).unwrap();
    let before = sandbox.listing("toolchains");
    let said = "\
note: kept go1.99.1: it is the default
error: could not open the lock `[HOME]/locks/go1.98.0.lock`
  caused by: is a directory
error: 1 of 2 failed: `go1.98.0`
hint: remove the kept ones, too: `gox uninstall --all --force`
";
    sandbox.gox(["uninstall", "--all"]).code(6).stderr(said).check();
    assert_eq!(sandbox.listing("toolchains"), before);
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
