//! Which directory a call is in, and which go.mod or go.work governs it.

use std::fs;

use super::tree::Tree;

#[test]
fn c_changes_the_directory_that_upward_begins_at() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0", "go1.25.0"]).default("1.22.4");
    let tree = tree.file("p/go.mod", "go 1.24\n").file("q/.go-version", "1.25.0\n").file("q/r/x", "");
    for (line, expected) in [
        ("go build", "go1.24.0"),
        ("go -C ../q build", "go1.25.0 (exact)"),
        ("go build -C ../q/r", "go1.25.0 (exact)"),
        ("go mod tidy -C=../q", "go1.25.0 (exact)"),
        ("go --C=.. build", "go1.22.4"),
        ("go frob -C ../q", "go1.24.0"),
        ("go build -x -C ../q", "go1.24.0"),
        ("gofmt -C ../q", "go1.24.0"),
        ("go -C ../missing build", "go1.22.4"),
        ("go -C= build", "go1.22.4"),
        ("go -C . build", "go1.24.0"),
    ] {
        assert_eq!(tree.run(line), expected, "{line}");
    }
    assert!(tree.warnings("go -C ../missing build").is_empty(), "the go command says it");
    let tree = tree.set("GOTOOLCHAIN", "go1.25.0");
    assert_eq!(tree.run("go -C ../missing build"), "go1.22.4", "and decides nothing before");
}

#[test]
fn upward_goes_by_the_spelling_of_pwd() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).default("1.22.4").folder("real/deep").folder("links");
    let tree = tree.file("links/.go-version", "1.24.0\n").link("links/deep", "../real/deep").cwd("real/deep");
    assert_eq!(tree.go(), "go1.22.4");
    let tree = tree.set("PWD", "@/links/deep");
    assert_eq!(tree.go(), "go1.24.0 (exact)");
    assert_eq!(tree.run("go -C ../deep version"), "go1.24.0 (exact)", "the same directory");
    assert_eq!(tree.run("go -C .. version"), "go1.22.4", "after a change, the real path");
    let tree = tree.set("PWD", "@/links/../links/./deep/");
    assert_eq!(tree.go(), "go1.24.0 (exact)");
    let tree = tree.set("PWD", "@/links");
    assert_eq!(tree.go(), "go1.22.4", "another directory is stale");
    assert_eq!(tree.set("PWD", "links/deep").go(), "go1.22.4", "relative");
}

#[test]
fn a_deleted_directory_is_skipped_with_one_warning() {
    let tree = Tree::new(&["go1.22.4"]).default("1.22.4").file(".go-version", "nonsense/\n").cwd("gone");
    fs::remove_dir(&tree.directory).unwrap();
    assert_eq!(tree.go(), "go1.22.4");
    assert_eq!(
        tree.warnings("go version"),
        ["pins and go.mod are not read: could not reach the current directory: no such file or directory"]
    );
    assert_eq!(tree.run("go +1.22.4 version"), "go1.22.4 (exact)");
}

#[test]
fn a_go_work_wins_over_the_go_mod_below_it() {
    let tree = Tree::new(&["go1.22.4", "go1.23.0", "go1.24.0"]).default("1.22.4").cwd("p/m");
    let tree = tree.file("p/go.work", "go 1.23\n").file("p/m/go.mod", "go 1.24\n");
    assert_eq!((tree.go(), tree.why()), ("go1.23.0".into(), "go-line p/go.work:1 1.23".into()));
    let tree = tree.set("GOWORK", "off");
    assert_eq!(tree.go(), "go1.24.0");
    let tree = tree.set("GOWORK", "@/missing.work");
    assert_eq!(tree.go(), "go1.24.0");
    let tree = tree.file("other.work", "use p\n").set("GOWORK", "@/other.work");
    assert_eq!(tree.go(), "go1.22.4");
    let tree = tree.set("GOWORK", "auto").file("p/go.work", "use m\n");
    assert_eq!(tree.go(), "go1.22.4");
    let tree = tree.remove("p/go.work").folder("p/go.work");
    assert_eq!(tree.go(), "go1.24.0", "a directory is no go.work");
}

#[test]
fn a_go_mod_right_in_the_temp_directory_is_ignored() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).default("1.22.4").file("t/go.mod", "go 1.24\n");
    let tree =
        tree.file("t/.go-version", "1.22.4\n").cwd("t/sub").file("t/sub/x", "").remove("t/.go-version");
    assert_eq!(tree.go(), "go1.24.0");
    let tree = tree.set("TMPDIR", "@/t");
    assert_eq!(tree.go(), "go1.22.4");
    assert_eq!(tree.set("TMPDIR", "@/t/").go(), "go1.22.4");
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).default("1.22.4").file("t/go.mod", "go 1.24\n");
    let tree = tree.link("alias", "t").set("TMPDIR", "@/alias").cwd("t");
    assert_eq!(tree.go(), "go1.22.4");
    let tree = tree.link("t/self", ".").set("TMPDIR", "@/t").set("PWD", "@/t/self");
    assert_eq!(tree.go(), "go1.24.0", "by its spelling it is further below");
}

#[test]
fn a_go_work_above_goroot_is_not_seen_from_its_sources() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).default("1.22.4");
    let tree = tree.file("home/toolchains/go.work", "go 1.24\n").cwd("home/toolchains/go1.22.4/src");
    assert_eq!(tree.go(), "go1.22.4");
    let tree = tree.cwd("home/toolchains/go1.22.4");
    assert_eq!(tree.go(), "go1.24.0", "in GOROOT itself the way up is free");
}

#[test]
fn modules_are_on_off_or_auto() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).default("1.22.4").file("p/go.work", "go 1.24\n");
    for (setting, expected) in
        [("on", "go1.24.0"), ("auto", "go1.24.0"), ("off", "go1.22.4"), ("x", "go1.22.4")]
    {
        assert_eq!(tree.set_and_run("GO111MODULE", setting), expected, "{setting}");
    }
    let tree = tree.remove("p/go.work").set("GO111MODULE", "auto").set("GOTOOLCHAIN", "go1.24.0");
    assert_eq!(tree.go(), "go1.22.4", "without a go.mod or go.work, auto is off");
    let tree = tree.set("GO111MODULE", "").set("GOENV", "@/env").file("env", "GO111MODULE=off\n");
    assert_eq!(tree.go(), "go1.22.4");
}
