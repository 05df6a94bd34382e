//! `--all`, and directories that somebody put there.

use std::fs;
use std::os::unix::fs::symlink;

use crate::commands::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

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
