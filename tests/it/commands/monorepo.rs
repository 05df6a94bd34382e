//! A repository with many projects in it. A pin at or below a project's root is exact; one above is where
//! every project starts, and its go and toolchain lines may raise it, as the go command itself would.

use super::sandbox;
use crate::support::sandbox::Sandbox;

/// A repository in `[ROOT]/code`, by its files, on a machine that has all these versions and whose default
/// is 1.97.0.
fn repository(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = sandbox(&["1.97.0", "1.98.1", "1.99.1", "1.99.4", "1.100.1"]);
    for (path, text) in files {
        sandbox.write(&format!("code/{path}"), text);
    }
    sandbox
}

/// What runs in a directory, as `gox status` and the shim answer it.
#[track_caller]
fn runs(sandbox: &Sandbox, directory: &str, version: &str) {
    let folder = sandbox.code().join(directory);
    std::fs::create_dir_all(&folder).unwrap();
    sandbox.gox(["status", "--short"]).cwd(&folder).stdout(&format!("{version}\n")).check();
    let seen = format!("go version go{version} [OS]/[ARCH]\n");
    sandbox.shim("go", ["version"]).cwd(&folder).stdout(&seen).check();
}

#[test]
fn a_pin_above_the_modules_is_where_each_of_them_starts() {
    let repository = repository(&[
        (".go-version", "1.99.1\n"),
        ("tools/go.mod", "module tools\n\ngo 1.98\n"),
        ("service/go.mod", "module service\n\ngo 1.99.4\n"),
        ("service/internal/api/api.go", "package api\n"),
        ("client/go.mod", "module client\n\ngo 1.98.0\n\ntoolchain go1.100.1\n"),
        ("plain/go.mod", "module plain\n\ngo 1.100\ntoolchain default\n"),
    ]);
    // Whoever asks for less, or for nothing, is content with the pin.
    runs(&repository, "tools", "1.99.1");
    // Whoever asks for more gets it, from any depth.
    runs(&repository, "service", "1.99.4");
    runs(&repository, "service/internal/api", "1.99.4");
    runs(&repository, "client", "1.100.1");
    // `toolchain default` means: the Go that is there.
    runs(&repository, "plain", "1.99.1");
    // Where no project is, nothing but the pin has a say.
    runs(&repository, "", "1.99.1");
    runs(&repository, "docs", "1.99.1");
}

#[test]
fn a_pin_at_the_root_of_a_module_is_exact() {
    let repository = repository(&[
        (".go-version", "1.99.1\n"),
        ("legacy/.go-version", "1.98.1\n"),
        ("legacy/go.mod", "module legacy\n\ngo 1.97\ntoolchain go1.99.4\n"),
        ("legacy/cmd/main.go", "package main\n"),
    ]);
    runs(&repository, "legacy", "1.98.1");
    runs(&repository, "legacy/cmd", "1.98.1");
    // One more below it, for the part that must be built with another Go.
    repository.write("code/legacy/bench/.go-version", "1.100.1\n");
    runs(&repository, "legacy/bench", "1.100.1");
    runs(&repository, "legacy", "1.98.1");
}

#[test]
fn an_exact_pin_below_the_go_line_holds_and_says_so() {
    let repository = repository(&[
        ("old/.tool-versions", "nodejs 20.1.0\ngolang 1.98.1\n"),
        ("old/go.mod", "module old\n\ngo 1.99.4\n"),
    ]);
    let warning = "gox: warning: go1.98.1 runs, but go.mod:3 asks for 1.99.4: \
                   write `1.99.4` into line 2 of [ROOT]/code/old/.tool-versions\n";
    let run = repository.shim("go", ["version"]).cwd("code/old");
    run.stdout("go version go1.98.1 [OS]/[ARCH]\n").stderr(warning).check();
    repository.gox(["status", "--short"]).cwd("code/old").stdout("1.98.1\n").check();
    // Whoever names GOTOOLCHAIN wants Go's own rules, for which no pin is exact.
    let run = repository.shim("go", ["version"]).cwd("code/old").env("GOTOOLCHAIN", "auto");
    run.stdout("go version go1.99.4 [OS]/[ARCH]\n").check();
}

#[test]
fn where_a_workspace_governs_its_root_is_the_projects() {
    let repository = repository(&[
        (".go-version", "1.98.1\n"),
        ("space/go.work", "go 1.99.1\n\nuse ./app\n"),
        ("space/app/go.mod", "module app\n\ngo 1.99.4\n"),
        ("space/other/go.mod", "module other\n\ngo 1.100.1\n"),
        ("space/pinned/go.mod", "module pinned\n\ngo 1.98\n"),
        ("space/pinned/.go-version", "1.98.1\n"),
    ]);
    // The lines of go.work count, and those of the modules do not, not even of one that is not in use.
    runs(&repository, "space", "1.99.1");
    runs(&repository, "space/app", "1.99.1");
    runs(&repository, "space/other", "1.99.1");
    let short = |directory: &str, gowork: &str, version: &str| {
        let run = repository.gox(["status", "--short"]).cwd(format!("code/{directory}"));
        run.env("GOWORK", gowork).stdout(&format!("{version}\n")).check();
        let run = repository.shim("go", ["version"]).cwd(format!("code/{directory}"));
        run.env("GOWORK", gowork).stdout(&format!("go version go{version} [OS]/[ARCH]\n")).check();
    };
    // Without the workspace each module is for itself again.
    short("space/app", "off", "1.99.4");
    short("space/other", "off", "1.100.1");
    short("space/pinned", "off", "1.98.1");
    // A workspace that is named governs from anywhere.
    let named = repository.root().join("code/space/go.work");
    repository.write("code/docs/readme", "");
    short("docs", named.to_str().unwrap(), "1.99.1");
    // A pin at the workspace's root is exact.
    repository.write("code/space/.go-version", "1.99.4\n");
    runs(&repository, "space/other", "1.99.4");
}

#[test]
fn a_pin_inside_a_workspace_is_exact() {
    let repository = repository(&[
        ("go.work", "go 1.98\n\nuse (\n\t./app\n\t./lib\n)\n"),
        ("app/go.mod", "module app\n\ngo 1.98\n"),
        ("app/.go-version", "1.98.1\n"),
        ("lib/go.mod", "module lib\n\ngo 1.98\n"),
        ("libs/.go-version", "1.99.4\n"),
        ("libs/deep/go.mod", "module deep\n\ngo 1.100.1\n"),
    ]);
    runs(&repository, "app", "1.98.1");
    // Above its module, and yet below the root that governs.
    runs(&repository, "libs/deep", "1.99.4");
    let run = repository.shim("go", ["version"]).cwd("code/libs/deep").env("GOWORK", "off");
    run.stdout("go version go1.100.1 [OS]/[ARCH]\n").check();
}

#[test]
fn a_submodule_keeps_its_own_pin() {
    let repository = repository(&[
        (".go-version", "1.99.4\n"),
        ("go.mod", "module main\n\ngo 1.99\n"),
        ("third_party/lib/.go-version", "1.98.1\n"),
        ("third_party/lib/go.mod", "module lib\n\ngo 1.98\n"),
        ("third_party/many/.go-version", "1.98.1\n"),
        ("third_party/many/v2/go.mod", "module many/v2\n\ngo 1.99.1\n"),
        ("third_party/none/go.mod", "module none\n\ngo 1.100.1\n"),
        ("third_party/text/readme", ""),
    ]);
    runs(&repository, "", "1.99.4");
    runs(&repository, "third_party/lib", "1.98.1");
    // A monorepo in a monorepo: its pin is above the module, so the go line may raise it.
    runs(&repository, "third_party/many/v2", "1.99.1");
    // Without a pin of its own it starts from the nearest above, which for this module is a floor.
    runs(&repository, "third_party/none", "1.100.1");
    // What belongs to the outer module is pinned by it.
    runs(&repository, "third_party/text", "1.99.4");
}

#[test]
fn what_is_vendored_has_a_say_only_inside() {
    let repository = repository(&[
        ("app/go.mod", "module app\n\ngo 1.99.1\n"),
        ("app/.go-version", "1.99.4\n"),
        ("app/vendor/modules.txt", "# example.com/dep v1.0.0\n"),
        ("app/vendor/example.com/dep/dep.go", "package dep\n"),
        ("app/vendor/example.com/old/.go-version", "1.98.1\n"),
        ("free/go.mod", "module free\n\ngo 1.99.1\n"),
        ("free/vendor/example.com/old/.go-version", "1.98.1\n"),
    ]);
    runs(&repository, "app", "1.99.4");
    runs(&repository, "app/vendor/example.com/dep", "1.99.4");
    runs(&repository, "free", "1.99.1");
    // There it is the nearest pin, below the root of the module.
    let warned = repository.shim("go", ["version"]).cwd("code/free/vendor/example.com/old").run();
    assert_eq!(warned.stdout, "go version go1.98.1 [OS]/[ARCH]\n");
    assert!(
        warned.stderr.starts_with("gox: warning: go1.98.1 runs, but go.mod:3 asks for 1.99.1: "),
        "{}",
        warned.stderr
    );
}

#[test]
fn what_is_not_installed_is_named_and_never_replaced() {
    let repository = repository(&[
        (".go-version", "1.99.1\n"),
        ("next/go.mod", "module next\n\ngo 1.101\n"),
        ("past/.go-version", "1.96.3\n"),
        ("past/go.mod", "module past\n\ngo 1.96\n"),
    ]);
    for (directory, version, place) in [
        ("next", "1.101.0", "asked for by the go line, [ROOT]/code/next/go.mod:3"),
        ("past", "1.96.3", "set by [ROOT]/code/past/.go-version:1"),
    ] {
        let folder = format!("code/{directory}");
        repository.gox(["status", "--short"]).cwd(&folder).stdout(&format!("{version}?\n")).check();
        let error = format!(
            "error: `{version}` is not installed\n  {place}\nhint: install it: `gox install {version}`\n"
        );
        let run = repository.shim("go", ["version"]).cwd(&folder).env("GOX_AUTO_INSTALL", "never");
        run.code(127).stderr(&error).check();
    }
}
