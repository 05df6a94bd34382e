//! A gox that is started from the `bin/` of a store, with no gox-shim beside it.

use std::fs;
use std::path::PathBuf;

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::lines;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::{GOX, SHIM, Sandbox};

/// A folder of programs below `[ROOT]`, like a store's; gives the path of its gox.
fn put_programs(sandbox: &Sandbox, root: &str) -> PathBuf {
    sandbox.put_program(SHIM, &format!("{root}/shims/go"));
    sandbox.put_program(GOX, &format!("{root}/bin/gox"))
}

const AGAIN: &str = "install gox again the way it was installed, both programs: `gox` and `gox-shim`";

#[test]
fn the_gox_of_another_store_brings_the_shim_of_that_store() {
    let (sandbox, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.99.1"]));
    let gox = put_programs(&sandbox, "sys");
    FakeToolchain::new("1.99.0").write_to(&sandbox.root().join("sys/toolchains/go1.99.0"));
    let run = |arguments: [&str; 2]| {
        let command = sandbox.command(&gox).args(arguments).envs(proxy.environment());
        command.env("GOX_SYSTEM_HOME", sandbox.root().join("sys"))
    };
    assert_eq!(run(["install", "1.99.1"]).run().code(), 0);
    let programs = "0755 file go\n0755 file go1.99.1\n0755 file gofmt\n";
    assert_eq!(sandbox.listing("shims"), programs);
    assert_eq!(sandbox.listing("bin"), "0755 file gox\n");
    // What is lost is brought back from there, too, without a word.
    fs::remove_dir_all(sandbox.home().join("shims")).unwrap();
    let said = "go1.99.1 is installed already: `[HOME]/toolchains/go1.99.1`\n\
        hint: put the shims first on PATH: `export PATH=\"[HOME]/shims:$PATH\"`\n";
    run(["install", "1.99.1"]).stderr(said).check();
    assert_eq!(sandbox.listing("shims"), programs);
}

#[test]
fn without_any_shim_nothing_is_downloaded() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1", "1.99.2"]));
    let gox = sandbox.home().join("bin/gox");
    let run = |arguments: &[&str]| -> Command<'_> {
        sandbox.command(&gox).args(arguments).envs(proxy.environment())
    };
    run(&["install", "1.99.1"]).stderr(&lines::by_proxy(&FakeToolchain::new("1.99.1"))).check();
    fs::remove_dir_all(sandbox.home().join("shims")).unwrap();
    let before = proxy.server.requests().len();
    let error =
        format!("error: could not find `gox-shim`: it belongs beside `[HOME]/bin/gox`\nhint: {AGAIN}\n");
    for version in ["1.99.1", "1.99.2"] {
        run(&["install", version]).code(6).stderr(&error).check();
    }
    run(&["exec", "1.99.2", "go", "version"]).code(6).stderr(&format!("installing 1.99.2\n{error}")).check();
    assert_eq!(proxy.server.requests().len(), before);
    let found = format!(
        "\
store
  failed  store-shims  `[HOME]/shims/go` is not there
                       why: no `go` is found on PATH, or another one
                       mend: {AGAIN}

1 failed
"
    );
    run(&["doctor", "store-shims"]).code(1).stdout(&found).check();
}

#[test]
fn the_folders_of_another_manager_are_no_store() {
    let (sandbox, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.99.1"]));
    let gox = put_programs(&sandbox, "user/.asdf");
    let error = format!(
        "error: could not find `gox-shim`: it belongs beside `[ROOT]/user/.asdf/bin/gox`\nhint: {AGAIN}\n"
    );
    let command = sandbox.command(&gox).args(["install", "1.99.1"]).envs(proxy.environment());
    command.code(6).stderr(&error.replace("[ROOT]/user", "~")).check();
    assert_eq!(sandbox.listing("toolchains"), "");
}
