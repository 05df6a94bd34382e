//! What decides instead of a pin, or beside it.

use std::fs;

use crate::commands::sandbox;

#[test]
fn without_a_request_the_nearest_is_shown() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("code/deep/file", "");
    sandbox.write("code/.go-version", "# c\ngo1.99.1\n");
    let show = || sandbox.gox(["pin"]).cwd("code/deep");
    show().stdout("1.99.1\n").stderr("set by [ROOT]/code/.go-version:2\n").check();
    sandbox.write("code/deep/.tool-versions", "nodejs 20.1.0\ngolang 1.98.1 1.99.1\n");
    // The first that is installed.
    show().stdout("1.99.1\n").stderr("set by [ROOT]/code/deep/.tool-versions:2\n").check();
    sandbox.write("code/deep/.go-version", "");
    let error = "error: [ROOT]/code/deep/.go-version: it contains no request\n\
                 hint: replace it by one request, such as: `cd [ROOT]/code/deep && gox pin --force latest`\n";
    show().code(7).stderr(error).check();
}

#[test]
fn a_variable_that_comes_before_the_pin_is_named() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    sandbox.write("code/deep/file", "");
    for (value, word) in [("1.99.1", "1.99.1"), ("go1.99", "go1.99"), ("1.77.0", "1.77.0")] {
        let note = format!(
            "note: the pin has no effect in this shell: {word} is selected, set by `GO_VERSION`\n\
             hint: let the pin decide: `unset GO_VERSION`\n"
        );
        let gox = |arguments: &[&str]| sandbox.gox(arguments).env("GO_VERSION", value);
        let said = format!("`[ROOT]/code/.go-version` asks for 1.99.4 now\n{note}");
        gox(&["pin", "1.99.4"]).stderr(&said).check();
        let said = format!("set by [ROOT]/code/.go-version:1\n{note}");
        gox(&["pin"]).cwd("code/deep").stdout("1.99.4\n").stderr(&said).check();
    }
    // An empty one is none, and one that is invalid each command that runs a Go reports.
    for value in ["", "1 2"] {
        let run = sandbox.gox(["pin", "1.99.4"]).env("GO_VERSION", value);
        run.stderr("`[ROOT]/code/.go-version` asks for 1.99.4 now\n").check();
    }
}

#[test]
fn a_variable_of_fish_is_erased() {
    let sandbox = sandbox(&["1.99.1"]);
    let said = "\
`[ROOT]/code/.go-version` asks for 1.99.1 now
note: the pin has no effect in this shell: 1.99 is selected, set by `GO_VERSION`
hint: let the pin decide: `set --erase GO_VERSION`
";
    let run = sandbox.gox(["pin", "1.99.1"]).env("GO_VERSION", "1.99").env("SHELL", "/usr/bin/fish");
    run.stderr(said).check();
}

/// The module asks for more than the pin gives, and from Go 1.21 on the go command refuses to build it.
#[test]
fn a_pin_below_the_go_line_is_written_with_a_warning() {
    let sandbox = sandbox(&["1.99.1", "1.98.5", "1.98.2"]);
    sandbox.write("code/sub/file", "");
    for (go, request, warned) in [
        ("1.99.2", "1.99.1", true),
        ("1.99.2", "1.98", true),
        ("1.99.2", "1.98.5", true),
        // The newest of the line that is installed is what runs.
        ("1.99.2", "1.99", true),
        ("1.99", "latest", false),
        ("1.99.2", "latest", true),
        ("1.98.4", "<1.98.5", true),
        ("1.98.4", "1.98", false),
        ("1.99.1", "1.99.1", false),
        ("1.98", "1.98.2", false),
        ("x", "1.98.2", false),
        // Of what is not installed an exact version and a line tell enough.
        ("1.22.4", "1.21", true),
        ("1.22.4", "1.21.x", true),
        ("1.22.4", "1.22.3", true),
        ("1.22rc1", "1.21", true),
        ("1.22.4", "1.22", false),
        ("1.22.4", "1.23", false),
        ("1.22.4", "~1.21", false),
        ("1.22.4", "system", false),
    ] {
        sandbox.write("code/go.mod", format!("module m\n\ngo {go}\n"));
        let run = sandbox.gox(["pin", request]).cwd("code/sub").run();
        let request = request.trim_end_matches(".x");
        let warning = format!(
            "warning: {request} is older than what the module asks for: [ROOT]/code/go.mod:3 has `go {go}`\n\
             hint: ask for that: `gox pin {go}`\n"
        );
        assert_eq!((run.code(), run.stderr.contains(&warning)), (0, warned), "go {go}: {}", run.stderr);
        assert_eq!(run.stderr.contains("is older than"), warned, "go {go}: {}", run.stderr);
    }
    fs::remove_file(sandbox.root().join("code/go.mod")).unwrap();
    sandbox.gox(["pin", "1.98"]).stderr("`[ROOT]/code/.go-version` asks for 1.98 now\n").check();
}

#[test]
fn where_nothing_is_pinned_the_answer_is_no() {
    let sandbox = sandbox(&["1.99.1"]);
    let error =
        "error: no `.go-version` or `.tool-versions` here or above\nhint: write one: `gox pin 1.22`\n";
    sandbox.gox(["pin"]).env("GO_VERSION", "1.99.1").code(1).stderr(error).check();
}

#[test]
fn a_line_for_other_tools_that_asks_for_something_else_is_named() {
    let sandbox = sandbox(&["1.99.1"]);
    let said = "`[ROOT]/code/.go-version` asks for 1.99.1 now\n";
    for (line, note) in [
        (
            "nodejs 20\ngolang 1.21.13\n",
            "note: [ROOT]/code/.tool-versions:2 asks for 1.21.13, which asdf and mise may follow\n",
        ),
        ("golang 1.21.13 1.99.1\n", ""),
        ("nodejs 20\n", ""),
        ("golang ref:x\n", ""),
    ] {
        sandbox.write("code/.tool-versions", line);
        let _ = fs::remove_file(sandbox.code().join(".go-version"));
        sandbox.gox(["pin", "1.99.1"]).stderr(&format!("{said}{note}")).check();
    }
}
