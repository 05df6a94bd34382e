//! `gox status`: what runs here and why, rule by rule; a version that is missing is an answer too.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use serde_json::{Value, json};

use super::{put_system_go, sandbox};
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::running::Output;
use crate::support::sandbox::Sandbox;

/// The one line of `gox status --json`.
fn json(sandbox: &Sandbox) -> Value {
    json_of(&sandbox.gox(["status", "--json"]).run())
}

fn json_of(output: &Output) -> Value {
    assert_eq!((output.code(), output.stdout.lines().count(), output.stderr.as_str()), (0, 1, ""));
    serde_json::from_slice(&output.raw_stdout).unwrap()
}

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
        let object = json(&sandbox);
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
    let mut found = json(&sandbox);
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
    let found = json(&sandbox);
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
fn json_has_the_whole_chain() {
    let sandbox = sandbox(&["1.20"]);
    let pin = sandbox.write("code/.go-version", "1.20.0\n");
    let goroot = sandbox.home().join("toolchains/go1.20");
    let not_asked = |kind: &str| json!({ "kind": kind, "result": "not-asked" });
    let expected = json!({
        "version": "1.20.0",
        "toolchain": "go1.20",
        "goroot": goroot,
        "installed": true,
        "exact": true,
        "reason": { "kind": "file", "path": pin, "line": 1, "text": "1.20.0" },
        "rules": [
            { "kind": "argument", "result": "nothing" },
            { "kind": "env", "result": "nothing" },
            { "kind": "use", "result": "nothing" },
            { "kind": "file", "path": pin, "line": 1, "text": "1.20.0", "result": "exact" },
            not_asked("default"),
            not_asked("system"),
            not_asked("gotoolchain"),
            not_asked("toolchain-line"),
            not_asked("go-line"),
        ],
        "warnings": [],
        "vulnerabilities": null,
        "on_path": { "path": sandbox.home().join("shims/go"), "shim": true, "version": null },
    });
    assert_eq!(json(&sandbox), expected);
}

#[test]
fn json_of_a_version_that_is_missing_and_of_a_line_that_is() {
    let sandbox = sandbox(&[]);
    let pin = sandbox.write("code/.go-version", "1.99.1\n");
    let mut object = json(&sandbox);
    object.as_object_mut().unwrap().retain(|key, _| key != "rules" && key != "on_path");
    let reason = |text: &str| json!({ "kind": "file", "path": pin, "line": 1, "text": text });
    let expected = json!({
        "version": "1.99.1", "toolchain": "go1.99.1", "goroot": null, "installed": false, "exact": true,
        "reason": reason("1.99.1"), "warnings": [], "vulnerabilities": null,
    });
    assert_eq!(object, expected);
    sandbox.write("code/.go-version", "1.99\n");
    let mut object = json(&sandbox);
    object.as_object_mut().unwrap().retain(|key, _| key != "rules" && key != "on_path");
    let expected = json!({
        "version": null, "toolchain": null, "goroot": null, "installed": false, "exact": true,
        "reason": reason("1.99"), "warnings": [], "vulnerabilities": null,
    });
    assert_eq!(object, expected, "which version it will be, nobody knows yet");
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
    let object = json(&sandbox);
    assert_eq!(object["version"], Value::Null);
    assert_eq!(object["goroot"], Value::Null);
    assert_eq!(object["installed"], true);
    assert_eq!(object["reason"]["kind"], "system");
}

#[test]
fn a_pin_that_is_older_than_the_go_line_is_a_warning() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("code/.go-version", "1.99.1\n");
    sandbox.write("code/go.mod", "module m\n\ngo 1.100\n");
    let warning = "go1.99.1 runs, but go.mod:3 asks for 1.100: `gox pin 1.100`";
    let output = sandbox.gox(["status"]).run();
    assert_eq!((output.code(), output.stderr), (0, format!("warning: {warning}\n")));
    sandbox.gox(["status", "--short"]).stdout("1.99.1\n").check();
    assert_eq!(json(&sandbox)["warnings"], json!([warning]));
    // Each `go` may fail here, so a job that asks stops, whatever made the choice.
    sandbox.gox(["status", "--check", "--quiet"]).code(1).check();
    for variable in ["GO_VERSION", "GOX_USE"] {
        sandbox.gox(["status", "--check", "--quiet"]).env(variable, "1.99.1").code(1).check();
    }
    sandbox.write("code/go.mod", "module m\n\ngo 1.99.1\n");
    sandbox.gox(["status", "--check", "--quiet"]).check();
}

#[test]
fn a_go_line_that_no_go_command_accepts_is_a_warning() {
    let sandbox = sandbox(&["1.99.1"]);
    let seen = |file: &str, line: &str, word: &str| {
        let text =
            format!("go commands fail here: [ROOT]/code/{file}:3 has `{word}` for a version such as `1.23`");
        sandbox.write(&format!("code/{file}"), format!("// a comment\n\n{line}\n"));
        assert_eq!(sandbox.gox(["status"]).run().stderr, format!("warning: {text}\n"), "{line}");
        let which = sandbox.gox(["which"]).stdout("[HOME]/toolchains/go1.99.1/bin/go\n");
        which.stderr(&format!("warning: {text}\n")).check();
        assert_eq!(
            json(&sandbox)["warnings"],
            json!([text.replace("[ROOT]", sandbox.root().to_str().unwrap())])
        );
        // Go says it itself.
        sandbox.shim("go", ["version"]).stdout("go version go1.99.1 [OS]/[ARCH]\n").check();
    };
    for line in ["banana", "1.22 1.23", "\"1.22\"", "v1.22", "1"] {
        seen("go.mod", &format!("go {line}"), line);
    }
    assert_eq!(sandbox.gox(["status"]).env("GO111MODULE", "off").run().stderr, "");
    // Also where an exact pin decides, and in the go.work that governs.
    sandbox.write("code/.go-version", "1.99.1\n");
    seen("go.mod", "go banana", "banana");
    seen("go.work", "go 1.x", "1.x");
    sandbox.write("code/go.work", "go 1.22.4rc1\n");
    assert_eq!(sandbox.gox(["status"]).run().stderr, "");
}

#[test]
fn a_line_that_gets_no_more_fixes_is_a_note() {
    let sandbox = sandbox(&["1.21.13"]);
    let output = sandbox.gox(["status"]).run();
    let note = output.stderr.strip_prefix("note: 1.21 gets no more security fixes; supported are 1.");
    assert!(note.is_some_and(|rest| rest.contains(" and 1.")), "{}", output.stderr);
    assert_eq!((output.code(), output.stderr.lines().count()), (0, 1));
    sandbox.gox(["status", "--short"]).stdout("1.21.13\n").check();
}

#[test]
fn what_is_invalid_is_an_error_with_its_place() {
    let sandbox = sandbox(&["1.99.1"]);
    for arguments in [vec!["status"], vec!["status", "--short"], vec!["status", "--json"]] {
        sandbox.write("code/.go-version", "1.99.1 1.99.2\n");
        let error = "error: [ROOT]/code/.go-version:1: `1.99.1 1.99.2` is not a valid request: only a range \
                     such as `>=1.21 <1.23` may contain blanks\nhint: replace it by one request, such as: `cd \
                     [ROOT]/code && gox pin --force 1.99.1`\n";
        sandbox.gox(&arguments).code(7).stderr(error).check();
        let error = "error: `1.99.1/x` is not a valid request: `/`, `\\` and `..` are not allowed\n  set by \
                     `GO_VERSION`\nhint: start the command, or the `make` above it, without the variable: `env -u \
                     GO_VERSION …`\n";
        sandbox.gox(&arguments).env("GO_VERSION", "1.99.1/x").code(2).stderr(error).check();
    }
    let error = "error: `--short` cannot be used with `--json`\nhint: see `gox status --help`\n";
    sandbox.gox(["status", "--short", "--json"]).code(2).stderr(error).check();
}

#[test]
fn a_directory_may_have_a_name_that_is_no_text() {
    let sandbox = sandbox(&["1.99.1"]);
    let folder = sandbox.code().join(OsStr::from_bytes(b"a\xff"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(".go-version"), "1.99.1\n").unwrap();
    let object = json_of(&sandbox.gox(["status", "--json"]).cwd(&folder).run());
    let path = object["reason"]["path"].as_str().unwrap();
    assert!(path.ends_with("/code/a\u{fffd}/.go-version"), "{path}");
}

#[test]
fn what_a_file_says_cannot_drive_a_terminal() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("code/go.mod", "go 1.22\x1b[31m\n");
    let output = sandbox.gox(["status"]).run();
    assert!(!output.raw_stdout.contains(&0x1b), "{}", output.stdout);
}

#[test]
fn a_script_is_told_by_the_code_what_is_missing() {
    let sandbox = sandbox(&["1.99.1"]);
    let check = |option: &str| sandbox.gox(["status", "--check", option]).run();
    for (pin, code) in [("1.99.1", 0), ("1.99", 0), ("1.98.0", 1), ("1.98", 1), ("tip", 1)] {
        sandbox.write("code/.go-version", format!("{pin}\n"));
        for option in ["--short", "--json"] {
            let plain = sandbox.gox(["status", option]).run();
            let found = check(option);
            assert_eq!((found.code(), plain.code()), (code, 0), "{pin} {option}: {}", found.stderr);
            assert_eq!((found.stdout, found.stderr), (plain.stdout, plain.stderr), "{pin} {option}");
        }
        sandbox.gox(["status", "--check", "-q"]).code(code).check();
    }
    // No Go at all.
    sandbox.write("code/.go-version", "system\n");
    assert_eq!((check("--short").code(), check("--short").stdout.as_str()), (1, "none\n"));
    sandbox.gox(["status", "--check", "-q"]).code(1).check();
    put_system_go(&sandbox, "1.97.0");
    assert_eq!((check("--short").code(), check("--short").stdout.as_str()), (0, "system\n"));
}

#[test]
fn a_script_is_told_by_the_code_that_another_go_runs() {
    let sandbox = sandbox(&["1.99.1"]);
    let check = |path: &std::ffi::OsStr, said: &str, code| {
        let gox = |option| sandbox.gox(["status", "--check", option]).env("PATH", path);
        gox("--short").code(code).stdout(said).check();
        gox("-q").code(code).check();
        let run = gox("--json").run();
        let object: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(
            (run.code(), &object["installed"], &object["version"]),
            (code, &true.into(), &"1.99.1".into())
        );
    };
    check(&sandbox.path_after([""; 0]), "1.99.1\n", 0);
    put_system_go(&sandbox, "1.97.0");
    check(&sandbox.path_after(["bin"]), "1.97.0\n", 1);
    check("/nowhere".as_ref(), "none\n", 1);
    // What is selected runs, though no shim starts it.
    check(&sandbox.path_after([sandbox.home().join("toolchains/go1.99.1/bin")]), "1.99.1\n", 0);
}
