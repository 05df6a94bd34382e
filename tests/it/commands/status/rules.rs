//! What runs, and by which rule.

use super::status_json;

use serde_json::{Value, json};

use crate::commands::{put_system_go, sandbox};
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

#[test]
fn an_exact_pin_takes_the_say_from_all_others() {
    let sandbox = sandbox(&["1.99.4", "1.99.1"]);
    sandbox.write("code/.go-version", "# until May\ngo1.99.1\n");
    sandbox.write("code/go.mod", "module m\n\ngo 1.99\n");
    let text = "\
go1.99.1 runs here, set by [ROOT]/code/.go-version:2

RULE            SAYS
+version        -
GO_VERSION      -
GOX_USE         -
pin files       1.99.1 decides, set by [ROOT]/code/.go-version:2
default         not asked: an earlier rule decided
system Go       not asked: an earlier rule decided
GOTOOLCHAIN     not asked: the choice is exact
toolchain line  not asked: the choice is exact
go line         not asked: the choice is exact
";
    sandbox.gox(["status"]).stdout(text).check();
    sandbox.gox(["status", "--short"]).stdout("1.99.1\n").check();
}

#[test]
fn a_floor_may_be_raised_by_the_lines_of_the_project() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    sandbox.write("code/go.mod", "module m\n\ngo 1.99.0\n\ntoolchain go1.99.4\n");
    let text = "\
go1.99.4 runs here, asked for by the toolchain line, [ROOT]/code/go.mod:5

RULE            SAYS
+version        -
GO_VERSION      -
GOX_USE         -
pin files       -
default         1.99.1 decides, and lines may raise it, set by [HOME]/default:1
system Go       not asked: an earlier rule decided
GOTOOLCHAIN     auto changes nothing, set by `GOTOOLCHAIN` in [HOME]/toolchains/go1.99.1/go.env
toolchain line  go1.99.4 raises it, asked for by the toolchain line, [ROOT]/code/go.mod:5
go line         1.99.0 changes nothing, asked for by the go line, [ROOT]/code/go.mod:3
";
    sandbox.gox(["status"]).stdout(text).check();
    let text = "\
go1.99.1 runs here, set by [HOME]/default:1

RULE            SAYS
+version        -
GO_VERSION      -
GOX_USE         -
pin files       -
default         1.99.1 decides, set by [HOME]/default:1
system Go       not asked: an earlier rule decided
GOTOOLCHAIN     local changes nothing, set by `GOTOOLCHAIN`
toolchain line  not asked: `GOTOOLCHAIN` does not allow it
go line         not asked: `GOTOOLCHAIN` does not allow it
";
    sandbox.gox(["status"]).env("GOTOOLCHAIN", "local").stdout(text).check();
    let text = text.replace("local changes nothing, set by `GOTOOLCHAIN`", "not asked: modules are off");
    let text = text.replace("`GOTOOLCHAIN` does not allow it", "modules are off");
    sandbox.gox(["status"]).env("GO111MODULE", "off").stdout(&text).check();
}

#[test]
fn a_missing_version_is_an_answer_with_the_command_that_installs_it() {
    let sandbox = sandbox(&[]);
    sandbox.write("user/.local/go/default", "1.99\n");
    let text = "\
1.99 is to run here, set by [HOME]/default:1, and is not installed

RULE            SAYS
+version        -
GO_VERSION      -
GOX_USE         -
pin files       -
default         1.99 decides, set by [HOME]/default:1
system Go       not asked: an earlier rule decided
GOTOOLCHAIN     auto by default
toolchain line  not asked: there is no go.mod or go.work
go line         not asked: there is no go.mod or go.work
";
    let hints = "hint: if there is such a version, install it: `gox install 1.99`\n\
        hint: ask for another: `gox default 1.98.3`\n";
    sandbox.write("user/.local/go/cache/released", "go1.98.3\n");
    sandbox.gox(["status"]).stdout(text).stderr(hints).check();

    sandbox.gox(["status", "--short"]).stdout("1.99?\n").check();
    assert_eq!(sandbox.listing("toolchains"), "", "nothing is installed by looking");
}

#[test]
fn what_counts_where_nobody_set_gotoolchain() {
    for (toolchain, expected) in [
        // Before 1.21 Go had no say in it, and from then on its go.env has.
        (FakeToolchain::new("1.20.3"), "GOTOOLCHAIN     auto by default\n"),
        (FakeToolchain::new("1.99.1").without_file("go.env"), "GOTOOLCHAIN     local by default\n"),
    ] {
        let sandbox = Sandbox::in_use();
        sandbox.put_toolchain(&toolchain);
        sandbox.write("user/.local/go/default", toolchain.version());
        let output = sandbox.gox(["status"]).run();
        assert!(output.stdout.contains(expected), "{}", output.stdout);
        let object = status_json(&sandbox);
        assert_eq!(object["rules"][6]["result"], "default", "{object}");
    }
}

#[test]
fn nothing_is_an_answer_too() {
    let sandbox = Sandbox::new();
    let text = "\
no Go is selected here

RULE            SAYS
+version        -
GO_VERSION      -
GOX_USE         -
pin files       -
default         -
system Go       -
GOTOOLCHAIN     auto by default
toolchain line  not asked: there is no go.mod or go.work
go line         not asked: there is no go.mod or go.work
";
    let note = "\
note: no Go is selected, and there is no other `go` on PATH
hint: install the newest: `gox install latest`
";
    sandbox.gox(["status"]).stdout(text).stderr(note).check();
    sandbox.gox(["status", "--check"]).code(1).stdout(text).stderr(note).check();
    sandbox.gox(["status", "--short"]).stdout("none\n").check();
    let mut found = status_json(&sandbox);
    let rules = found["rules"].take();
    let nothing = json!({
        "version": null, "toolchain": null, "goroot": null, "installed": false, "exact": false,
        "reason": null, "rules": null, "warnings": ["no Go is selected, and there is no other `go` on PATH"],
        "vulnerabilities": null,
        "on_path": null,
    });
    assert_eq!(found, nothing);
    assert_eq!(rules.as_array().unwrap().len(), 9);
    assert_eq!(rules[5], json!({ "kind": "system", "result": "nothing" }));
    assert_eq!(sandbox.listing(""), "", "nothing is written");
}

#[test]
fn the_rule_that_asks_for_a_system_go_that_is_not_there_is_in_the_table() {
    let sandbox = Sandbox::in_use();
    let place = sandbox.home().join("default");
    let text = "\
no Go is selected here

RULE            SAYS
+version        -
GO_VERSION      -
GOX_USE         -
pin files       -
default         system decides, set by [HOME]/default:1
system Go       not asked: an earlier rule decided
GOTOOLCHAIN     not asked: the system's Go decides for itself
toolchain line  not asked: the system's Go decides for itself
go line         not asked: the system's Go decides for itself
";
    let note = "\
note: the system's Go is asked for, but there is no other `go` on PATH
  set by [HOME]/default:1
hint: put one on PATH, or ask for a version: `gox default latest`
";
    sandbox.gox(["status"]).stdout(text).stderr(note).check();
    let found = status_json(&sandbox);
    assert_eq!(found["rules"].as_array().unwrap().len(), 9);
    let rule = json!({ "kind": "default", "path": place, "line": 1, "text": "system", "result": "exact" });
    assert_eq!(found["rules"][4], rule);
    // Whichever rule asks for it.
    sandbox.write("code/.go-version", "system\n");
    let row = |command: Command<'_>, row: &str| {
        let run = command.run();
        assert!(run.stdout.contains(row) && run.stdout.lines().count() == 12, "{}", run.stdout);
    };
    row(sandbox.gox(["status"]), "\npin files       system decides, set by [ROOT]/code/.go-version:1\n");
    for (variable, label) in [("GO_VERSION", "GO_VERSION     "), ("GOX_USE", "GOX_USE        ")] {
        let expected = format!("\n{label} system decides, set by `{variable}`\n");
        row(sandbox.gox(["status"]).env(variable, "system"), &expected);
    }
}

#[test]
fn the_systems_go_decides_for_itself() {
    let sandbox = Sandbox::new();
    put_system_go(&sandbox, "1.99.0");
    let text = "\
the system's Go runs here, the first Go on PATH: [ROOT]/bin/go

RULE            SAYS
+version        -
GO_VERSION      -
GOX_USE         -
pin files       -
default         -
system Go       [ROOT]/bin/go decides, the first Go on PATH
GOTOOLCHAIN     not asked: the system's Go decides for itself
toolchain line  not asked: the system's Go decides for itself
go line         not asked: the system's Go decides for itself
";
    sandbox.gox(["status"]).stdout(text).check();
    sandbox.gox(["status", "--short"]).stdout("system\n").check();
    let object = status_json(&sandbox);
    assert_eq!(object["version"], Value::Null);
    assert_eq!(object["goroot"], Value::Null);
    assert_eq!(object["installed"], true);
    assert_eq!(object["reason"]["kind"], "system");
}
