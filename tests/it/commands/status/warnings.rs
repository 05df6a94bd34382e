//! What is wrong with what somebody asks for.

use super::{json_of, status_json};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use serde_json::json;

use crate::commands::sandbox;

#[test]
fn a_pin_that_is_older_than_the_go_line_is_a_warning() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("code/.go-version", "1.99.1\n");
    sandbox.write("code/go.mod", "module m\n\ngo 1.100\n");
    let warning = "go1.99.1 runs, but go.mod:3 asks for 1.100: `gox pin 1.100`";
    let output = sandbox.gox(["status"]).run();
    assert_eq!((output.code(), output.stderr), (0, format!("warning: {warning}\n")));
    sandbox.gox(["status", "--short"]).stdout("1.99.1\n").check();
    assert_eq!(status_json(&sandbox)["warnings"], json!([warning]));
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
            status_json(&sandbox)["warnings"],
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
