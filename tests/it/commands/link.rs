//! `gox link`: a GOROOT of one's own.

use std::fs;

use super::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

/// A sandbox with a default, and two GOROOTs elsewhere.
fn with_goroots() -> Sandbox {
    let sandbox = sandbox(&["1.99.1"]);
    for (folder, version) in [("src/go", "1.100.7"), ("src/fork", "1.99.9")] {
        FakeToolchain::new(version).write_to(&sandbox.root().join(folder));
    }
    sandbox
}

#[test]
fn it_is_used_by_its_name() {
    let sandbox = with_goroots();
    sandbox.gox(["link", "tip", "../src/go"]).stderr("tip is `[ROOT]/src/go` (go1.100.7) now\n").check();
    sandbox.write("code/.go-version", "tip\n");
    let version = "go version go1.100.7 [OS]/[ARCH]\n";
    sandbox.shim("go", ["version"]).stdout(version).check();
    sandbox.shim("go", ["version"]).cwd("user").env("GO_VERSION", "tip").stdout(version).check();
    sandbox.gox(["root", "tip"]).stdout("[HOME]/toolchains/tip\n").check();
    assert!(!sandbox.home().join("shims/tip").exists(), "a name is no command");
    // Again: nothing changes.
    sandbox.gox(["link", "tip", "../src/go"]).stderr("tip is `[ROOT]/src/go` (go1.100.7) now\n").check();
    sandbox.gox(["uninstall", "--force", "tip"]).stderr("removed tip\n").check();
    assert!(sandbox.root().join("src/go/bin/go").is_file());
}

#[test]
fn one_that_leads_elsewhere_is_replaced_only_by_force() {
    let sandbox = with_goroots();
    sandbox.gox(["link", "tip", "../src/go"]).run();
    let error = "\
error: `tip` is linked to `[ROOT]/src/go`
hint: link it here all the same: `gox link --force tip ../src/fork`
";
    sandbox.gox(["link", "tip", "../src/fork"]).code(1).stderr(error).check();
    let said = "tip is `[ROOT]/src/fork` (go1.99.9) now; was `[ROOT]/src/go`\n";
    sandbox.gox(["link", "--force", "tip", "../src/fork"]).stderr(said).check();
    fs::create_dir(sandbox.home().join("toolchains/own")).unwrap();
    let error = "error: `[HOME]/toolchains/own` is not a symbolic link\n";
    sandbox.gox(["link", "--force", "own", "../src/fork"]).code(1).stderr(error).check();
}

#[test]
fn what_is_no_goroot_or_no_name() {
    let sandbox = with_goroots();
    let error = "error: could not find `../nowhere`\n  caused by: no such file or directory\n";
    sandbox.gox(["link", "tip", "../nowhere"]).code(2).stderr(error).check();
    let error = "\
error: `[ROOT]/src` is no GOROOT: it has no `bin/go` that can be run
hint: one that was built from source has it after `cd src && ./make.bash`
";
    sandbox.gox(["link", "tip", "../src"]).code(2).stderr(error).check();
    for name in ["1.22", "go1.22.4", "latest", "go1.22.4-bigcorp"] {
        let run = sandbox.gox(["link", name, "../src/go"]).run();
        assert_eq!(run.code(), 2, "{name}: {}", run.stderr);
        assert!(run.stderr.contains("hint: choose a name: `gox link tip PATH`\n"), "{}", run.stderr);
    }
    for name in ["system", "auto", "../x", "Tip"] {
        assert_eq!(sandbox.gox(["link", name, "../src/go"]).run().code(), 2, "{name}");
    }
    assert_eq!(fs::read_dir(sandbox.home().join("toolchains")).unwrap().count(), 1);
}
