//! What programs read: JSON, and codes.

use super::status_json;

use serde_json::{Value, json};

use crate::commands::{put_system_go, sandbox};

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
    assert_eq!(status_json(&sandbox), expected);
}

#[test]
fn json_of_a_version_that_is_missing_and_of_a_line_that_is() {
    let sandbox = sandbox(&[]);
    let pin = sandbox.write("code/.go-version", "1.99.1\n");
    let mut object = status_json(&sandbox);
    object.as_object_mut().unwrap().retain(|key, _| key != "rules" && key != "on_path");
    let reason = |text: &str| json!({ "kind": "file", "path": pin, "line": 1, "text": text });
    let expected = json!({
        "version": "1.99.1", "toolchain": "go1.99.1", "goroot": null, "installed": false, "exact": true,
        "reason": reason("1.99.1"), "warnings": [], "vulnerabilities": null,
    });
    assert_eq!(object, expected);
    sandbox.write("code/.go-version", "1.99\n");
    let mut object = status_json(&sandbox);
    object.as_object_mut().unwrap().retain(|key, _| key != "rules" && key != "on_path");
    let expected = json!({
        "version": null, "toolchain": null, "goroot": null, "installed": false, "exact": true,
        "reason": reason("1.99"), "warnings": [], "vulnerabilities": null,
    });
    assert_eq!(object, expected, "which version it will be, nobody knows yet");
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
