//! `gox default`: what runs where nothing else is asked for.

use std::fs;

use super::{put_system_go, sandbox};
use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

#[test]
fn without_a_request_it_is_shown() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.gox(["default"]).stdout("1.99.1\n").check();
    sandbox.write("user/.local/go/default", "# mine\n>=1.99 <1.100\n");
    sandbox.gox(["default"]).stdout(">=1.99, <1.100\n").check();
    let nothing = Sandbox::new();
    nothing.gox(["default"]).stdout("system\n").check();
    assert_eq!(nothing.listing(""), "", "showing it writes nothing");
}

#[test]
fn the_default_of_the_machine_is_shown_where_the_user_has_none() {
    let (user, machine) = (Sandbox::new(), sandbox(&["1.99.1"]));
    user.gox(["default"]).env("GOX_SYSTEM_HOME", machine.home()).stdout("1.99.1\n").check();
}

#[test]
fn it_is_written_and_holds_at_once() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    for (word, written, runs, before) in
        [("1.99", "1.99", "1.99.4", "1.99.1"), ("go1.99.1", "1.99.1", "1.99.1", "1.99")]
    {
        let said = format!("default is now {written} (was {before}); to go back: `gox default {before}`\n");
        sandbox.gox(["default", word]).stderr(&said).check();
        sandbox.gox(["default", word]).stderr(&format!("default is now {written}\n")).check();
        assert_eq!(sandbox.read("user/.local/go/default"), format!("{written}\n"));
        sandbox.shim("go", ["version"]).stdout(&format!("go version go{runs} [OS]/[ARCH]\n")).check();
    }
}

#[test]
fn system_is_the_first_other_go_on_path() {
    let sandbox = sandbox(&["1.99.1"]);
    put_system_go(&sandbox, "1.98.0");
    sandbox
        .gox(["default", "system"])
        .stderr("default is now system (was 1.99.1); to go back: `gox default 1.99.1`\n")
        .check();
    sandbox.shim("go", ["version"]).stdout("go version go1.98.0 [OS]/[ARCH]\n").check();
    sandbox.gox(["default"]).stdout("system\n").check();
}

#[test]
fn system_is_set_with_a_warning_where_there_is_no_other_go() {
    let sandbox = sandbox(&["1.99.1"]);
    let warning = "warning: `system` selects no Go yet: there is no other `go` on PATH\n";
    let said = format!("{warning}default is now system (was 1.99.1); to go back: `gox default 1.99.1`\n");
    sandbox.gox(["default", "system"]).stderr(&said).check();
    sandbox.gox(["default", "system"]).stderr(&format!("{warning}default is now system\n")).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "system\n");
    sandbox.gox(["default", "-q", "system"]).stderr(warning).check();
    sandbox.gox(["default", "--force", "system"]).stderr("default is now system\n").check();
}

#[test]
fn one_that_is_not_installed_may_be_named_before_it_is() {
    let sandbox = sandbox(&["1.99.1"]);
    let said = "default is now ~1.22 (was 1.99.1); to go back: `gox default 1.99.1`\nhint: it is not installed; install it: `gox install '~1.22'`\n";
    sandbox.gox(["default", "~1.22"]).stderr(said).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "~1.22\n");
}

#[test]
fn a_word_that_is_no_request_changes_nothing() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "\
error: `1.99.` is not a valid request: a version is written as `1.22.4`, `1.22`, `1.22.x` or `1.22rc1`
hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`
";
    sandbox.gox(["default", "1.99."]).code(2).stderr(error).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.99.1\n");
}

#[test]
fn a_file_that_is_invalid_is_named_and_can_be_replaced() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("user/.local/go/default", "1.99.1\n1.99.2\n");
    let error = "error: [HOME]/default:2: `1.99.2` is a second request, but only one is allowed\n\
                 hint: choose another default: `gox default 1.99.1`\n";
    sandbox.gox(["default"]).code(7).stderr(error).check();
    sandbox.gox(["default", "1.99.1"]).stderr("default is now 1.99.1\n").check();
    sandbox.gox(["default"]).stdout("1.99.1\n").check();
}

#[test]
fn a_name_that_nothing_has_is_refused_with_the_nearest() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "\
error: `lates` is not a version, and no GOROOT has that name
hint: the nearest is `latest`
hint: give a GOROOT that name: `gox link lates PATH`
";
    let default = format!("{error}hint: set it all the same: `gox default --force lates`\n");
    sandbox.gox(["default", "lates"]).code(3).stderr(&default).check();
    let error = format!("{error}hint: pin it all the same: `gox pin --force lates`\n");
    sandbox.gox(["pin", "lates"]).code(3).stderr(&error).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.99.1\n");
    assert!(!sandbox.code().join(".go-version").exists());
    sandbox.gox(["pin", "--force", "tip"]).run();
    assert_eq!(sandbox.read("code/.go-version"), "tip\n");
}

#[test]
fn a_variable_that_comes_before_the_default_is_named() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    put_system_go(&sandbox, "1.26.8");
    for (variable, value, command) in [
        ("GO_VERSION", "1.99.1", "unset GO_VERSION"),
        ("GOX_USE", "1.99.1", "gox use --unset"),
        ("GOX_USE", "1.77.0", "gox use --unset"),
        ("GOX_USE", "system", "gox use --unset"),
    ] {
        let note = format!(
            "note: the default has no effect in this shell: {value} is selected, set by `{variable}`\n\
             hint: let the default decide: `{command}`\n"
        );
        let gox = |arguments: &[&str]| sandbox.gox(arguments).env(variable, value);
        gox(&["default", "1.99.4"])
            .stderr(&format!("default is now 1.99.4 (was 1.99.1); to go back: `gox default 1.99.1`\n{note}"))
            .check();
        gox(&["default"]).stdout("1.99.4\n").stderr(&note).check();
        sandbox.write("user/.local/go/default", "1.99.1\n");
    }
    // A pin is the project's own, and an invalid variable each command that runs a Go reports.
    sandbox.write("code/.go-version", "1.99.4\n");
    sandbox.gox(["default"]).stdout("1.99.1\n").check();
    sandbox.gox(["default"]).env("GO_VERSION", "1 2").stdout("1.99.1\n").check();
}

/// `gox default "$(gox status --short)"` in a job: the word is no name, and the error says why nothing runs.
#[test]
fn the_word_for_no_go_says_why_none_runs() {
    let sandbox = Sandbox::new();
    sandbox.put_toolchain(&FakeToolchain::new("1.99.1"));
    sandbox.write("user/.local/go/default", "1.99.1\n");
    let none = "error: `none` is no version: `gox status --short` prints it where no Go runs\n";
    let gox = |path: &str| {
        let path = sandbox.path_after((!path.is_empty()).then(|| sandbox.root().join(path)));
        sandbox.gox(["default", "none"]).env("PATH", path).code(2)
    };
    let why = "  the shims are not first on PATH: [HOME]/shims\n\
               hint: put them there: `export PATH=[HOME]/shims:\"$PATH\"`\n";
    gox("").stderr(&format!("{none}{why}")).check();
    fs::create_dir_all(sandbox.home().join("shims")).unwrap();
    gox("user/.local/go/shims").stderr(&format!("{none}hint: make the shims: `gox install`\n")).check();
    sandbox.write("code/.go-version", "1.98.1\n");
    gox("").stderr(&format!("{none}hint: install it: `gox install 1.98.1`\n")).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.99.1\n");
    let install = "hint: install the newest: `gox install latest`\n";
    Sandbox::new().gox(["default", "none"]).code(2).stderr(&format!("{none}{install}")).check();
}
