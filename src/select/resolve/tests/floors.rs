//! How GOTOOLCHAIN and the lines raise a base that is not exact.

use std::fs;

use super::tree::Tree;

#[test]
fn a_gotoolchain_in_the_goenv_file_moves_floors_and_no_exact_base() {
    let tree =
        Tree::new(&["go1.20.1", "go1.22.4"]).file("env", "GOTOOLCHAIN=go1.20.1\n").set("GOENV", "@/env");
    let tree = tree.default("1.22.4");
    assert_eq!((tree.go(), tree.why()), ("go1.20.1".into(), "gotoolchain env go1.20.1".into()));
    assert_eq!(tree.run("go +1.22.4 build"), "go1.22.4 (exact)");
    let tree = tree.file("env", "GOTOOLCHAIN=auto\r\n");
    let error = "2 invalid `GOTOOLCHAIN`: `auto\\r`\n  it must be `local`, `auto`, `path`, a name such as `go1.22.4`, \
                 or `go1.22.4+auto`\n  set by `GOTOOLCHAIN` in env";
    assert_eq!(tree.go(), error);
    let tree = tree.file("env", "GOTOOLCHAIN=\n").file("p/go.mod", "go 1.99\n");
    assert_eq!(tree.go(), "go1.22.4", "an empty line hides go.env, and no setting means local");
}

#[test]
fn a_relative_goenv_is_relative_to_the_directory_before_c() {
    let tree = Tree::new(&["go1.20.1", "go1.22.4"]).default("1.22.4").folder("p/d");
    let tree = tree.file("p/env", "GOTOOLCHAIN=go1.20.1\n").set("GOENV", "env");
    assert_eq!(tree.run("go -C d version"), "go1.20.1");
}

#[test]
fn a_go_env_of_the_base_may_keep_it_from_switching() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).default("1.22.4").file("p/go.mod", "go 1.24\n");
    assert_eq!(tree.go(), "go1.24.0");
    let tree = tree.file("home/toolchains/go1.22.4/go.env", "GOTOOLCHAIN=local\n");
    assert_eq!(tree.go(), "go1.22.4");
    let tree = tree.file("home/toolchains/go1.22.4/go.env", "# nothing\n");
    assert_eq!(tree.go(), "go1.22.4");
}

#[test]
fn a_toolchain_that_would_switch_again_by_its_own_go_env_is_told_to_stay() {
    let tree =
        Tree::new(&["go1.22.4", "go1.24.0", "go1.25.0"]).default("1.22.4").file("p/go.mod", "go 1.24\n");
    let own = "home/toolchains/go1.24.0/go.env";
    for (settings, expected) in [
        ("GOTOOLCHAIN=auto\n", "go1.24.0"),
        ("GOTOOLCHAIN=local\n", "go1.24.0"),
        ("GOTOOLCHAIN=go1.24.0\n", "go1.24.0"),
        ("GOTOOLCHAIN=go1.25.0\n", "go1.24.0 (local)"),
        ("GOTOOLCHAIN=go1.22.4+auto\n", "go1.24.0"),
        ("GOTOOLCHAIN=go1.25.0+path\n", "go1.24.0 (local)"),
        ("GOTOOLCHAIN=nonsense\n", "go1.24.0 (local)"),
    ] {
        fs::write(tree.root.join(own), settings).unwrap();
        assert_eq!(tree.go(), expected, "{settings}");
    }
    let tree = tree.file("home/toolchains/go1.22.4/go.env", "GOTOOLCHAIN=go1.24.0\n");
    let tree = tree.file(own, "GOTOOLCHAIN=auto\n").file("p/go.mod", "go 1.25\n");
    assert_eq!(tree.go(), "go1.24.0 (local)", "the base's go.env gave the lines no say");
}

#[test]
fn a_goroot_line_in_the_goenv_file_moves_go_env() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).default("1.22.4").file("p/go.mod", "go 1.24\n");
    let tree = tree.file("other/go.env", "GOTOOLCHAIN=local\n").set("GOENV", "@/env");
    let goroot = tree.root.join("other").display().to_string();
    assert_eq!(tree.file("env", &format!("GOROOT={goroot}\n")).go(), "go1.22.4");
}

#[test]
fn a_base_below_1_21_counts_as_auto() {
    let tree = Tree::new(&["go1.4.3", "go1.20.1", "go1.21.0", "go1.22.0"]).default("1.20.1");
    for (lines, expected) in [
        ("go 1.19\n", "go1.20.1"),
        ("go 1.20\n", "go1.20.1"),
        ("go 1.21\n", "go1.21.0"),
        ("go 1.19\ntoolchain go1.22.0\n", "go1.22.0"),
        ("go 1.22\ntoolchain default\n", "go1.20.1"),
        ("go 1.20.5\n", "missing 1.20.5"),
    ] {
        fs::write(tree.root.join("p/go.mod"), lines).unwrap();
        assert_eq!(tree.go(), expected, "{lines}");
    }
    assert_eq!(tree.default("1.4.3").file("p/go.mod", "go 1.20.1\n").go(), "go1.20.1");
}

#[test]
fn a_base_that_is_not_installed_counts_as_auto() {
    let tree = Tree::new(&["go1.24.0"]).default("1.22.4").file("p/go.mod", "go 1.22\n");
    assert_eq!(tree.go(), "missing 1.22.4");
    let tree = tree.file("p/go.mod", "go 1.24\n");
    assert_eq!(tree.go(), "go1.24.0");
    let tree = tree.default("1.22");
    assert_eq!(tree.go(), "go1.24.0", "no release of the line 1.22 is enough");
    let tree = tree.file("p/go.mod", "go 1.22.9\n");
    assert_eq!(tree.go(), "missing 1.22", "the newest of the line may be enough");
    assert_eq!(tree.default(">=1.21 <1.23").go(), "missing >=1.21, <1.23");
}

#[test]
fn without_a_base_the_lines_alone_decide() {
    let tree = Tree::new(&["go1.22.0"]).file("p/go.mod", "go 1.22\n");
    assert_eq!((tree.go(), tree.why()), ("go1.22.0".into(), "go-line p/go.mod:1 1.22".into()));
    assert_eq!(tree.run("go env GOMOD"), "go1.22.0");
    let tree = tree.file("p/go.mod", "go 1.22\ntoolchain go1.23.1\n");
    assert_eq!(tree.go(), "missing 1.23.1");
    for lines in ["module m\n", "go 1.22\ntoolchain default\n", "go x\n"] {
        fs::write(tree.root.join("p/go.mod"), lines).unwrap();
        assert!(tree.go().starts_with("127 no Go is selected"), "{lines}");
    }
    assert_eq!(tree.set("GOTOOLCHAIN", "go1.22.0+auto").go(), "go1.22.0");
}

#[test]
fn names_with_a_suffix_match_by_full_name_only() {
    let tree = Tree::new(&["go1.22.4", "go1.24.1"]).default("1.22.4");
    let tree = tree.file("p/go.mod", "go 1.24.1\ntoolchain go1.24.1-bigcorp\n");
    assert_eq!(tree.go(), "missing 1.24.1-bigcorp");
    assert_eq!(tree.toolchain("go1.24.1-bigcorp").go(), "go1.24.1-bigcorp");
}

#[test]
fn gotoolchain_path_never_installs() {
    let tree = Tree::new(&["go1.22.4"]).default("1.22.4").file("p/go.mod", "go 1.24\n");
    assert_eq!(tree.go(), "missing 1.24.0");
    let tree = tree.set("GOTOOLCHAIN", "path");
    assert_eq!(tree.go(), "missing 1.24.0, not to be installed");
    assert_eq!(tree.default("1.22.9").file("p/go.mod", "go 1.22\n").go(), "missing 1.22.9");
}

#[test]
fn questions_about_the_setting_are_answered_by_the_base() {
    let tree = Tree::new(&["go1.22.4"]).default("1.22.4").file("p/go.mod", "go 1.24\ntoolchain nonsense\n");
    for line in ["go env GOTOOLCHAIN", "go env -w GOTOOLCHAIN=auto", "go env GOMOD", "go -C . env GOWORK"] {
        assert_eq!(tree.run(line), "go1.22.4", "{line}");
    }
    assert!(tree.run("go env GOTOOLCHAIN GOMOD").starts_with("7 invalid toolchain"));
    let tree = tree.set("GOTOOLCHAIN", "nonsense").set("GOWORK", "nonsense");
    assert_eq!(tree.run("go env GOTOOLCHAIN"), "go1.22.4");
}

#[test]
fn a_program_on_path_of_the_name_is_taken_before_anything_is_installed() {
    let tree = Tree::new(&["go1.22.4", "go1.20"]).default("1.22.4").set("PATH", "@/bin");
    let tree = ["go1.24.0", "go1.24", "go1.20.0", "go1.24.1-x", "go1.22.4-x"]
        .iter()
        .fold(tree, |tree, name| tree.program(&format!("bin/{name}")));
    let tree = tree.file("p/go.mod", "go 1.24\n");
    assert_eq!(
        (tree.go(), tree.why()),
        ("go1.24.0 on PATH bin/go1.24.0".into(), "go-line p/go.mod:1 1.24".into())
    );
    assert_eq!(tree.run("gofmt -l"), "missing 1.24.0");
    assert_eq!(tree.run("go +1.24.0 build"), "missing 1.24.0 (exact)", "a request is for gox");
    for (setting, expected) in [
        ("path", "go1.24.0 on PATH bin/go1.24.0"),
        ("go1.24", "go1.24 on PATH bin/go1.24"),
        ("go1.20.0", "go1.20.0 on PATH bin/go1.20.0"),
        ("go1.20", "go1.20"),
        ("go1.22.4-x+path", "go1.24.0 on PATH bin/go1.24.0"),
        ("go1.24.1-x+auto", "go1.24.1-x on PATH bin/go1.24.1-x"),
        ("go1.24.1-y", "missing 1.24.1-y"),
        ("go1.25.0+path", "missing 1.25.0, not to be installed"),
    ] {
        assert_eq!(
            tree.set_and_run("GOTOOLCHAIN", setting).replace(&format!("{}/", tree.root.display()), ""),
            expected,
            "{setting}"
        );
    }
    let tree = tree.default("1.19.1");
    assert_eq!(tree.go(), "go1.24.0 on PATH bin/go1.24.0", "a base that cannot switch, or is not there");
    let tree = tree.program("p/rel/go1.24.0").set("PATH", "rel:@/bin");
    assert_eq!(tree.go(), "missing 1.24.0", "a relative entry is never run, and hides what comes after");
    assert_eq!(tree.set("PATH", "@/bin:rel").toolchain("go1.24.0").go(), "go1.24.0");
}
