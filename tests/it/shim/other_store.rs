//! Shims of a store that is not searched, as where an image forgot `GOX_SYSTEM_HOME` for its users.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::sandbox::{SHIM, Sandbox};

/// A store in `[ROOT]/opt/go` with a version and its shims, and a user who has nothing.
fn shared() -> Sandbox {
    let sandbox = Sandbox::new();
    let root = sandbox.root().join("opt/go");
    FakeToolchain::new("1.22.4").write_to(&root.join("toolchains/go1.22.4"));
    let shim = sandbox.put_program(SHIM, "opt/go/shims/go");
    for name in ["gofmt", "go1.22.4"] {
        fs::hard_link(&shim, shim.with_file_name(name)).unwrap();
    }
    sandbox
}

/// A program in `[ROOT]`, with the shims of the store first on PATH.
fn run<'a>(sandbox: &'a Sandbox, program: &str, arguments: &[&str]) -> Command<'a> {
    let path = sandbox.path_after(["opt/go/shims"]);
    sandbox.command(sandbox.root().join(program)).name("go").args(arguments).env("PATH", path)
}

fn warning(shim: &str) -> String {
    format!(
        "warning: the shim `[ROOT]/opt/go/shims/{shim}` belongs to the store `[ROOT]/opt/go`, but gox searches only `[HOME]`; \
         to search both: `export GOX_SYSTEM_HOME=[ROOT]/opt/go`\n"
    )
}

#[test]
fn a_shim_that_finds_nothing_names_its_own_store() {
    let sandbox = shared();
    let missing = |shim, place: &str| {
        format!(
            "gox: {}gox: `1.22.4` is not installed\n{place}hint: install it: `gox install 1.22.4`\n",
            warning(shim)
        )
    };
    let version = "go version go1.22.4 [OS]/[ARCH]\n";
    let launcher = |program| run(&sandbox, program, &["version"]);
    let named = "  asked for by the launcher's name\n";
    launcher("opt/go/shims/go1.22.4").code(127).stderr(&missing("go1.22.4", named)).check();
    symlink(sandbox.root().join("opt/go/shims/go1.22.4"), sandbox.root().join("bin/go1.22.4")).unwrap();
    launcher("bin/go1.22.4").code(127).stderr(&missing("go1.22.4", named)).check();
    sandbox.write("code/.go-version", "1.22.4\n");
    let pinned = "  set by [ROOT]/code/.go-version:1\n";
    launcher("opt/go/shims/go").code(127).stderr(&missing("go", pinned)).check();
    fs::remove_file(sandbox.code().join(".go-version")).unwrap();
    let nothing = "gox: no Go is selected, and there is no other `go` on PATH\nhint: install the newest: `gox install latest`\n";
    launcher("opt/go/shims/go").code(127).stderr(&format!("gox: {}{nothing}", warning("go"))).check();
    // The way out that is named is one.
    let store = sandbox.root().join("opt/go");
    launcher("opt/go/shims/go1.22.4").env("GOX_SYSTEM_HOME", &store).stdout(version).check();
    // What is found needs no word.
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    launcher("opt/go/shims/go1.22.4").stdout(version).check();
}

#[test]
fn gox_calls_it_a_shim_and_names_its_store() {
    let sandbox = shared();
    let gox = |arguments: &[&str]| sandbox.gox(arguments).env("PATH", sandbox.path_after(["opt/go/shims"]));
    let nothing = "nothing is installed\nhint: install the newest Go: `gox install latest`\n";
    gox(&["list"]).stderr(&format!("{}{nothing}", warning("go"))).check();
    sandbox.put_toolchain(&FakeToolchain::new("1.21.0"));
    let list = "VERSION  SIZE  SOURCE  PROOFS      STATE\n1.21.0   -     -       unverified  end of life, 1.21.13 is out\n";
    gox(&["list"]).stdout(list).stderr(&warning("go")).check();
    sandbox.write("code/.go-version", "1.22.4\n");
    let run = gox(&["status"]).run();
    let first = "1.22.4 is to run here, set by [ROOT]/code/.go-version:1, and is not installed";
    assert_eq!(run.stdout.lines().next(), Some(first));
    assert!(
        run.stderr.ends_with(&format!("{}hint: install it: `gox install 1.22.4`\n", warning("go"))),
        "{}",
        run.stderr
    );
    let found: Value = serde_json::from_str(&gox(&["status", "--json"]).run().stdout).unwrap();
    assert_eq!(found["on_path"]["shim"], true);
    let text = "\
path
  warning path-shims  the shim `[ROOT]/opt/go/shims/go` belongs to the store `[ROOT]/opt/go`, but gox searches only `[HOME]`
                      why: what is installed in that store is not found, and is installed again
                      mend: echo 'export GOX_SYSTEM_HOME=[ROOT]/opt/go' >>[ROOT]/user/.profile && export GOX_SYSTEM_HOME=[ROOT]/opt/go

1 warning
";
    gox(&["doctor", "path-shims"]).stdout(text).check();
}
