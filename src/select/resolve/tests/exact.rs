//! Which bases are exact.

use std::fs;

use super::tree::Tree;

#[test]
fn a_pin_at_or_below_the_projects_root_is_exact() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).file("p/go.mod", "module m\ngo 1.24\n");
    let tree = tree.file("p/.go-version", "1.22.4\n");
    assert_eq!(tree.go(), "go1.22.4 (exact)");
    let tree = tree.cwd("p/sub").file("p/sub/.go-version", "1.24.0\n");
    assert_eq!(tree.go(), "go1.24.0 (exact)");
    let tree = tree.file("p/sub/go.mod", "module s\ngo 1.24\n").remove("p/sub/.go-version");
    assert_eq!(tree.go(), "go1.24.0", "the pin is above the nested module's root");
    assert_eq!(tree.why(), "go-line p/sub/go.mod:2 1.24");
}

#[test]
fn where_there_is_no_project_every_pin_is_exact() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).file(".go-version", "1.22.4\n");
    assert_eq!(tree.go(), "go1.22.4 (exact)");
    let tree = tree.file("p/go.mod", "module m\ngo 1.24\n");
    assert_eq!(tree.go(), "go1.24.0");
    assert_eq!(tree.set("GO111MODULE", "off").go(), "go1.22.4 (exact)", "modules are off");
}

#[test]
fn an_invalid_gowork_makes_pins_exact_and_is_an_error_above_a_floor() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).file("p/go.mod", "module m\ngo 1.24\n").default("1.22.4");
    let tree = tree.set("GOWORK", "rel.work");
    let error = "2 invalid `GOWORK`: `rel.work`: it is not an absolute path\n  set by the environment";
    assert_eq!(tree.go(), error);
    let tree = tree.set("GOWORK", "@/p");
    assert_eq!(
        tree.go(),
        "2 invalid `GOWORK`: `@/p`: it is a directory\n  set by the environment".replace("@/", "")
    );
    let tree = tree.file(".go-version", "1.22.4\n");
    assert_eq!(tree.go(), "go1.22.4 (exact)");
}

#[test]
fn where_gotoolchain_is_set_in_the_environment_no_base_is_exact() {
    let tree = Tree::new(&["go1.20.1", "go1.22.4", "go1.24.0"]).file("p/go.mod", "module m\ngo 1.24\n");
    let tree = tree.file("p/.go-version", "1.22.4\n").set("GOTOOLCHAIN", "auto");
    assert_eq!(tree.go(), "go1.24.0");
    assert_eq!(tree.run("go +1.22.4 build"), "go1.24.0");
    let tree = tree.set("GOTOOLCHAIN", "local");
    assert_eq!((tree.go(), tree.why()), ("go1.22.4".into(), "file p/.go-version:1 1.22.4".into()));
    let tree = tree.set("GOTOOLCHAIN", "go1.20.1").set("GO_VERSION", "1.22.4");
    assert_eq!((tree.go(), tree.why()), ("go1.20.1".into(), "gotoolchain go1.20.1".into()));
    assert_eq!(tree.set("GOTOOLCHAIN", "").go(), "go1.22.4 (exact)");
}

#[test]
fn an_exact_pin_that_is_older_than_the_go_line_runs_with_a_warning() {
    let tree =
        Tree::new(&["go1.22.4"]).file("p/go.mod", "module m\ngo 1.24\n").file("p/.go-version", "1.22\n");
    let warning = "go1.22.4 runs, but go.mod:2 asks for 1.24: `gox pin 1.24`";
    assert_eq!((tree.go(), tree.warnings("go build")), ("go1.22.4 (exact)".into(), vec![warning.into()]));
    assert!(tree.warnings("gofmt -l .").is_empty());
    assert!(tree.warnings("go +1.22 build").is_empty());
    for lines in ["go 1.22\ntoolchain go1.99.0\n", "go 1.22.4\n", "go 1.99\u{e9}\n", ""] {
        fs::write(tree.root.join("p/go.mod"), lines).unwrap();
        assert!(tree.warnings("go build").is_empty(), "{lines}");
    }
}

#[test]
fn the_root_of_a_workspace_is_where_its_go_work_is() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).file("p/.go-version", "1.22.4\n").cwd("p/m");
    let tree = tree.file("p/go.work", "go 1.24\n").file("p/m/go.mod", "go 1.24\n");
    assert_eq!(tree.go(), "go1.22.4 (exact)");
    let tree = tree.set("GOWORK", "off");
    assert_eq!(tree.go(), "go1.24.0");
    let tree = tree.folder("w").file("w/go.work", "go 1.24\n").set("GOWORK", "@/w/go.work");
    assert_eq!(tree.go(), "go1.24.0", "the pin is not below the workspace elsewhere");
    let tree = tree.link("alias", "p").set("GOWORK", "@/alias/go.work");
    assert_eq!(tree.go(), "go1.22.4 (exact)", "the same root in another spelling");
}

#[test]
fn each_directory_of_a_monorepo_has_its_own_answer() {
    let tree = Tree::new(&["go1.22.4", "go1.23.1", "go1.24.0", "go1.21.0"]).default("1.21.0");
    let tree = tree
        .file("p/.go-version", "1.22.4\n")
        .file("p/old/go.mod", "go 1.20\n")
        .file("p/new/go.mod", "go 1.24\n")
        .file("p/new/deep/x", "")
        .file("p/vendored/.go-version", "1.23.1\n")
        .file("p/vendored/go.mod", "go 1.24\n")
        .file("p/vendored/tools/.tool-versions", "golang 1.24.0\n")
        .file("p/docs/x", "");
    for (directory, expected) in [
        ("p", "go1.22.4 (exact)"),
        ("p/docs", "go1.22.4 (exact)"),
        ("p/old", "go1.22.4"),
        ("p/new", "go1.24.0"),
        ("p/new/deep", "go1.24.0"),
        ("p/vendored", "go1.23.1 (exact)"),
        ("p/vendored/tools", "go1.24.0 (exact)"),
        (".", "go1.21.0"),
    ] {
        assert_eq!(
            tree.run(&format!("go -C {}/{directory} build", tree.root.display())),
            expected,
            "{directory}"
        );
    }
    let tree = tree.file("p/go.work", "go 1.24\nuse ./old\nuse ./new\n");
    for (directory, expected) in [
        ("p/old", "go1.22.4 (exact)"),
        ("p/new/deep", "go1.22.4 (exact)"),
        ("p/vendored", "go1.23.1 (exact)"),
        ("p/vendored/tools", "go1.24.0 (exact)"),
    ] {
        assert_eq!(
            tree.run(&format!("go -C {}/{directory} build", tree.root.display())),
            expected,
            "{directory}"
        );
    }
}
