//! Invalid input, and the messages for it.

use std::fs;

use super::tree::Tree;

#[test]
fn what_cannot_be_a_request_is_a_usage_error_that_names_its_place() {
    let tree = Tree::new(&["go1.22.4"]).default("1.22.4");
    assert!(tree.run("go +x/y build").starts_with("2 `x/y` is not a valid request: "));
    assert!(tree.run("go +x/y build").ends_with("\n  asked for by `+x/y`"));
    assert_eq!(tree.run("go + build"), "2 the request is empty\n  asked for by `+`");
    let tree = tree.set("GO_VERSION", "1.22,");
    assert!(tree.go().starts_with("2 `1.22,` is not a valid request: "));
    let hint = "start the command, or the `make` above it, without the variable: `env -u GO_VERSION …`";
    assert!(tree.go().ends_with(&format!("\n  set by `GO_VERSION`\nhint: {hint}")), "{}", tree.go());
    let tree = tree.set("GO_VERSION", "go version devel go1.23-abcdef Mon linux/amd64");
    assert!(
        tree.go().starts_with("2 `go version devel go1.23-abcdef Mon linux/amd64` is not a valid request: ")
    );
    assert!(tree.go().ends_with(&format!("\nhint: {hint}")), "{}", tree.go());
    let tree = tree.set("GO_VERSION", "").set("GOX_USE", "go version go1.22.4 linux/amd64");
    assert!(tree.go().starts_with("2 `go version go1.22.4 linux/amd64` is not a valid request: "));
    let hint = "hint: let files and the default choose in this shell: `gox use --unset`";
    assert!(tree.go().ends_with(&format!("\n  set by `GOX_USE`\n{hint}")), "{}", tree.go());
    let tree = tree.set("GOX_USE", "").set("GOTOOLCHAIN", "go1.22.4+foo");
    let error = "2 invalid `GOTOOLCHAIN`: `go1.22.4+foo`\n  only `+auto` and `+path` can follow a name\n  set by \
                 `GOTOOLCHAIN`";
    assert_eq!(tree.go(), error);
    let tree = tree.set("GOTOOLCHAIN", "go1.22");
    let error = "2 invalid `GOTOOLCHAIN`: `go1.22`\n  `go1.22` is a language version; the first \
                 toolchain of its line is `go1.22.0`\n  set by `GOTOOLCHAIN`";
    assert_eq!(tree.go(), error);
}

#[test]
fn a_line_that_cmd_go_rejects_is_an_invalid_file() {
    let tree = Tree::new(&["go1.22.4"]).default("1.22.4");
    for (lines, expected) in [
        ("toolchain local\n", "7 invalid toolchain `local` in p/go.mod:1\n  a toolchain has a name"),
        ("\ntoolchain go1.9-/x\n", "7 invalid toolchain `go1.9-/x` in p/go.mod:2\n"),
        (
            "toolchain go1.99\n",
            "7 invalid toolchain `go1.99` in p/go.mod:1\n  `go1.99` is a language version",
        ),
        (
            "toolchain go1.99.1 x\n",
            "7 invalid toolchain `go1.99.1 x` in p/go.mod:1\n  it is not a valid toolchain name",
        ),
        ("go 2.0\n", "7 invalid toolchain `2.0` in p/go.mod:1\n  the only major version"),
        ("go x.y\n", "go1.22.4"),
        ("go 1.22.4 x\n<<<<\n", "go1.22.4"),
    ] {
        fs::write(tree.root.join("p/go.mod"), lines).unwrap();
        assert!(tree.go().starts_with(expected), "{lines}{}", tree.go());
    }
}

#[test]
fn a_project_file_that_is_not_regular_or_cannot_be_read_is_an_error() {
    let tree = Tree::new(&["go1.22.4"]).default("1.22.4");
    let fifo = |path: &str| {
        let path = tree.root.join(path);
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    fifo("p/go.mod");
    assert_eq!(tree.go(), "7 could not read `p/go.mod`\n  caused by: it is not a regular file");
    fifo("p/go.work");
    assert_eq!(tree.go(), "7 could not read `p/go.work`\n  caused by: it is not a regular file");
    let tree = Tree::new(&["go1.22.4"]).default("1.22.4").folder("p/go.mod").link("p/go.work", "nowhere");
    assert_eq!(tree.go(), "go1.22.4", "cmd/go walks past a directory and a dangling link");
    let tree = tree.link("p/.go-version", "nowhere");
    assert!(tree.go().starts_with("7 could not read `p/.go-version`\n  caused by: no such file"));
    let tree = tree.remove("p/.go-version").remove("home/default").folder("home/default");
    let error = "7 could not read `home/default`\n  caused by: it is not a regular file\n\
        hint: make it a readable file, or remove it: `rm -ri home/default`";
    assert_eq!(tree.go(), error);
}

#[test]
fn a_terminal_does_not_obey_what_stands_in_a_name() {
    let tree = Tree::new(&[]).cwd("p/a\n\u{1b}[31mb").file("p/a\n\u{1b}[31mb/.go-version", "\n");
    let error = "7 p/a\\n\\u{1b}[31mb/.go-version: it contains no request\n\
        hint: replace it by one request, such as: `cd $'p/a\\n\\x1b[31mb' && gox pin --force latest`";
    assert_eq!(tree.go(), error);
}
