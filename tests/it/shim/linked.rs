//! A linked GOROOT whose name begins as a toolchain's does: `gotip`, `gofoo`.

use std::fs;
use std::os::unix::fs::symlink;

use super::sandbox;
use crate::support::archives::FakeToolchain;

#[test]
fn it_keeps_its_name_everywhere() {
    let sandbox = sandbox(&["1.22.4"]);
    let goroot = sandbox.root().join("src/go");
    FakeToolchain::new("1.99.2").write_to(&goroot);
    symlink(goroot, sandbox.home().join("toolchains/gotip")).unwrap();
    sandbox.gox(["use", "gotip"]).env("_GOX_BY_FUNCTION", "1").stdout("use:gotip\n").check();
    let seen = "gotip [HOME]/toolchains/gotip/bin/go\n";
    let script = "echo \"$GOX_USE $(command -v go)\"";
    sandbox.gox(["exec", "gotip", "sh", "-c", script]).stdout(seen).check();
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let status = sandbox.gox(["status", "--short"]).env("GO_VERSION", "gotip").env("PATH", path);
    status.stdout("gotip\n").check();
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = sandbox.gox(arguments).env("GO_VERSION", "gotip").run();
        serde_json::from_str(&output.stdout).unwrap()
    };
    assert_eq!(json(&["status", "--json"])["version"], "gotip");
    let list = json(&["list", "--json"]);
    assert_eq!([&list[0]["version"], &list[1]["version"]], ["1.22.4", "gotip"]);
    let output = sandbox.gox(["list"]).run();
    let first: Vec<_> = output.stdout.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(first, ["VERSION", "1.22.4", "gotip"]);
    sandbox.write("code/.go-version", "gotip\n");
    sandbox.shim("go", ["version"]).stdout("go version go1.99.2 [OS]/[ARCH]\n").check();
    let output = sandbox.gox(["uninstall", "gotip"]).run();
    let hint = "hint: remove it all the same: `gox uninstall --force gotip`";
    assert_eq!((output.code(), output.stderr.lines().last()), (1, Some(hint)), "{}", output.stderr);
    fs::remove_file(sandbox.home().join("toolchains/gotip")).unwrap();
    let error = "gox: `gotip` is not installed\n  set by [ROOT]/code/.go-version:1\n\
                 hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`\n\
                 hint: give a GOROOT that name: `gox link gotip PATH`\n";
    sandbox.shim("go", ["version"]).code(127).stderr(error).check();
}
