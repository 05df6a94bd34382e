//! Which rule gives the base, and which toolchain its request means.

use std::fs;

use super::tree::{Tree, describe};
use crate::select::resolve::*;
use crate::select::trace::{Step, Trace};

#[test]
fn the_first_rule_that_speaks_gives_the_base() {
    let tree = Tree::new(&["go1.20.1", "go1.21.1", "go1.22.1", "go1.23.1", "go1.24.1"]);
    let tree = tree.set("PATH", "@/bin");
    assert!(tree.go().starts_with("127 no Go is selected, and there is no other `go` on PATH\nhint: "));
    let tree = tree.program("bin/go");
    assert_eq!((tree.go(), tree.why()), ("system bin/go".into(), "system bin/go".into()));
    let tree = tree.default("1.20.1");
    assert_eq!((tree.go(), tree.why()), ("go1.20.1".into(), "default home/default:1 1.20.1".into()));
    let tree = tree.file("p/.tool-versions", "node 1\ngolang 1.21.1\n");
    assert_eq!(tree.go(), "go1.21.1 (exact)");
    assert_eq!(tree.why(), "file p/.tool-versions:2 1.21.1");
    let tree = tree.file("p/.go-version", "1.22.1\n");
    assert_eq!((tree.go(), tree.why()), ("go1.22.1 (exact)".into(), "file p/.go-version:1 1.22.1".into()));
    let tree = tree.set("GOX_USE", "1.20.1");
    assert_eq!((tree.go(), tree.why()), ("go1.20.1 (exact)".into(), "use 1.20.1".into()));
    let tree = tree.set("GO_VERSION", "1.23.1");
    assert_eq!((tree.go(), tree.why()), ("go1.23.1 (exact)".into(), "env 1.23.1".into()));
    assert_eq!(tree.run("go +1.24.1 build"), "go1.24.1 (exact)");
    assert_eq!(tree.run("gofmt +1.24 -l ."), "go1.24.1 (exact)");
    let tree = tree.set("GO_VERSION", "");
    assert_eq!(tree.go(), "go1.20.1 (exact)");
    assert_eq!(tree.set("GOX_USE", "").go(), "go1.22.1 (exact)");
}

#[test]
fn the_users_default_hides_that_of_the_system() {
    let tree = Tree::new(&["go1.20.1"]).put_go("system/toolchains/go1.21.1", "go1.21.1");
    let tree = tree.file("system/default", "1.21.1\n").set("GOX_SYSTEM_HOME", "@/system");
    assert_eq!((tree.go(), tree.why()), ("go1.21.1".into(), "default system/default:1 1.21.1".into()));
    assert_eq!(tree.default("1.20.1").go(), "go1.20.1");
}

#[test]
fn a_system_go_decides_for_itself() {
    let tree = Tree::new(&["go1.22.0"]).program("bin/go").program("bin/gofmt").set("PATH", "@/bin");
    let tree = tree.file("p/go.mod", "go 1.22\n").set("GOTOOLCHAIN", "nonsense");
    assert_eq!(tree.go(), "system bin/go");
    assert_eq!(tree.run("gofmt -l ."), "system bin/gofmt");
    let tree = tree.default("1.22.0").set("GOTOOLCHAIN", "").set("GO_VERSION", "system");
    assert_eq!((tree.go(), tree.why()), ("system bin/go".into(), "env system".into()));
    let tree = tree.set("GO_VERSION", "").default("system");
    assert_eq!((tree.go(), tree.why()), ("system bin/go".into(), "default home/default:1 system".into()));
    let tree = tree.set("PATH", "bin");
    assert!(
        tree.go()
            .starts_with("127 the system's Go is asked for, but there is no other `go` on PATH\n  set by")
    );
}

#[test]
fn a_shim_is_no_system_go_under_any_name() {
    let tree = Tree::new(&[]).program("home/shims/go").program("real/go").folder("a").folder("b");
    fs::hard_link(tree.root.join("home/shims/go"), tree.root.join("a/go")).unwrap();
    let tree = tree.link("b/go", "../home/shims/go").set("PATH", "@/home/shims:@/a:@/b:@/real");
    assert_eq!(tree.go(), "system real/go");
}

#[test]
fn a_gofmt_that_is_not_on_path_is_beside_the_system_go() {
    let tree = Tree::new(&[]).put_go("opt/go", "go1.22.4").folder("bin").link("bin/go", "../opt/go/bin/go");
    assert_eq!(tree.set("PATH", "@/bin").run("gofmt -l ."), "system opt/go/bin/gofmt");
}

#[test]
fn the_first_installed_version_of_tool_versions_is_taken_else_the_first() {
    let tree = Tree::new(&["go1.21.5", "go1.20.1"]).file("p/.tool-versions", "golang 1.22.4 1.21 1.20.1\n");
    assert_eq!((tree.go(), tree.why()), ("go1.21.5 (exact)".into(), "file p/.tool-versions:1 1.21".into()));
    let tree = tree.file("p/.tool-versions", "golang 1.22.4 1.19\n");
    assert_eq!(tree.go(), "missing 1.22.4 (exact)");
    let tree = tree.file("p/.tool-versions", "golang 1.22.4 system\n").program("bin/go").set("PATH", "@/bin");
    assert_eq!(tree.go(), "system bin/go");
}

#[test]
fn a_request_takes_the_newest_that_is_installed() {
    let tree = Tree::new(&["go1.22.4", "go1.22.10", "go1.22.9", "go1.23rc1", "go1.23.0-bigcorp", "go1.2.2"]);
    let tree = tree.folder("home/toolchains/go1.22.11").link("home/toolchains/tip", "go1.22.4");
    for (request, expected) in [
        ("1.22", "go1.22.10"),
        ("1.22.x", "go1.22.10"),
        ("1.2", "go1.2.2"),
        ("latest", "go1.22.10"),
        ("1.23", "go1.23rc1"),
        (">=1.22 <1.22.10", "go1.22.9"),
        ("1.23.0", "missing 1.23.0"),
        ("1.23.0-bigcorp", "go1.23.0-bigcorp"),
        ("tip", "tip"),
        ("nope", "missing nope"),
        ("oldstable", "go1.2.2"),
        ("1.22.11", "missing 1.22.11"),
    ] {
        let found = tree.set_and_run("GO_VERSION", request);
        assert_eq!(found, format!("{expected} (exact)"), "{request}");
    }
}

#[test]
fn the_words_of_go_version_are_a_request_for_that_version() {
    let tree = Tree::new(&["go1.20", "go1.20.14", "go1.21.13", "go1.22.4"]).default("1.22.4");
    for (words, expected) in [
        ("go version go1.21.13 linux/amd64", "go1.21.13"),
        ("go1.21.13 linux/amd64", "go1.21.13"),
        ("go version go1.20 plan9/mips", "go1.20"),
        ("go1.20", "go1.20.14"),
        ("go version go1.99.9 linux/amd64", "missing 1.99.9"),
    ] {
        let found = tree.set_and_run("GO_VERSION", words);
        assert_eq!(found, format!("{expected} (exact)"), "{words}");
    }
    let tree = tree.set("GO_VERSION", "go version go1.21.13 linux/amd64");
    assert_eq!(tree.why(), "env go version go1.21.13 linux/amd64");
}

#[test]
fn a_linked_toolchain_is_as_new_as_its_version_file_says() {
    let tree = Tree::new(&["go1.28.0", "go1.29.0"]).put_go("src/go", "go1.28-devel_abcdef").default("tip");
    let tree = tree.link("home/toolchains/tip", "../../src/go").file("p/go.mod", "go 1.28\n");
    assert_eq!(tree.go(), "tip");
    let tree = tree.file("p/go.mod", "go 1.28.0\n");
    assert_eq!(tree.go(), "go1.28.0", "a development version is below the first release");
    let tree = tree.file("src/go/VERSION", "devel go1.28-abcdef Mon\n").file("p/go.mod", "go 1.29\n");
    assert_eq!(tree.go(), "go1.29.0");
    assert_eq!(tree.remove("src/go/VERSION").go(), "tip", "without a VERSION it decides for itself");
}

#[test]
fn a_launchers_name_is_the_whole_answer() {
    let tree = Tree::new(&["go1.22.4"]).set("GO_VERSION", "1.99.0").set("GOTOOLCHAIN", "nonsense");
    let launch = |name: &str| match launch(&tree.world(), &name.into()) {
        Ok(selection) => describe(&selection),
        Err(error) => format!("{} {error}", error.kind().code()),
    };
    assert_eq!(launch("go1.22.4"), "go1.22.4");
    assert_eq!(launch("go1.22.5"), "missing 1.22.5");
    assert_eq!(launch("go1.22.5-x"), "missing 1.22.5-x");
    assert_eq!(launch("go1.22"), "2 invalid launcher `go1.22`");
}

#[test]
fn every_rule_is_in_the_trace_once_and_in_order() {
    let tree = Tree::new(&["go1.22.4", "go1.24.0"]).default("1.22.4").file("p/go.mod", "go 1.24\n");
    let steps = [
        "argument: -",
        "env: -",
        "use: -",
        "file: -",
        "default: 1.22.4 Floor",
        "system: BaseFound",
        "gotoolchain: auto Keeps",
        "toolchain-line: -",
        "go-line: 1.24 Raises",
    ];
    assert_eq!(tree.trace(), steps);
    let tree = tree.file("p/.go-version", "1.22.4\n");
    let steps = [
        "argument: -",
        "env: -",
        "use: -",
        "file: 1.22.4 Exact",
        "default: BaseFound",
        "system: BaseFound",
        "gotoolchain: Exact",
        "toolchain-line: Exact",
        "go-line: Exact",
    ];
    assert_eq!(tree.trace(), steps);
    let tree = tree.remove("p/.go-version").set("GOTOOLCHAIN", "go1.24.0+auto");
    let tree = tree.file("p/go.mod", "go 1.23\ntoolchain default\n");
    assert_eq!(
        tree.trace()[6..],
        ["gotoolchain: go1.24.0+auto Raises", "toolchain-line: default Keeps", "go-line: ToolchainDefault"]
    );
    for setting in [
        "GO111MODULE=off",
        "GOTOOLCHAIN=local",
        "GO_VERSION=1.22.4",
        "GOX_USE=1.22.4",
        "PWD=/",
        "GOTOOLCHAIN=auto",
    ] {
        let (name, value) = setting.split_once('=').unwrap();
        let tree = Tree::new(&["go1.22.4"]).default("1.22.4").set(name, value);
        let mut trace = Trace::default();
        tree.select_with("go version", &mut trace).unwrap();
        let rules: Vec<_> = trace.steps.iter().map(Step::rule).collect();
        assert_eq!(rules, Rule::ALL, "{setting}");
    }
}
