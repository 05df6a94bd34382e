//! `gox upgrade`: the newest patch of what is installed.

use serde_json::Value;

use super::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::lines;
use crate::support::proxy::{MODULE, ModuleProxy, zip_path};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;

const RELEASED: [&str; 7] = ["1.100rc2", "1.99.4", "1.99.3", "1.98.9", "1.98.1", "1.97.2", "1.97.1"];
const PRUNE: &str = "hint: what nothing asks for any more: `gox prune --dry-run`\n";

fn installed() -> (Sandbox, ModuleProxy) {
    let sandbox = sandbox(&["1.98.1", "1.100rc1", "1.99.4", "1.97.1", "1.97.2"]);
    (sandbox, ModuleProxy::with_versions(&RELEASED))
}

fn downloads(proxy: &ModuleProxy) -> usize {
    let zip = |target: &&String| target.starts_with(MODULE) && target.contains(".zip");
    proxy.server.targets().iter().filter(zip).count()
}

#[test]
fn each_line_and_the_default_move_to_the_newest_patch() {
    let (sandbox, proxy) = installed();
    let plan = "1.100rc1 -> 1.100rc2\n1.98.1 -> 1.98.9, and the default with it\n";
    sandbox.gox(["upgrade", "--dry-run"]).envs(proxy.environment()).stdout(plan).check();
    assert_eq!(downloads(&proxy), 0);
    let said = format!(
        "{}{}default is now 1.98.9 (was 1.98.1); to go back: `gox default 1.98.1`\n{PRUNE}",
        lines::by_proxy(&FakeToolchain::new("1.100rc2")),
        // They have files in common.
        lines::by_proxy(&FakeToolchain::new("1.98.9"))
            .replace("821 B, from", "504 B new, 317 B shared on disk with go1.100rc2, from"),
    );
    sandbox.gox(["upgrade"]).envs(proxy.environment()).stdout(plan).stderr(&said).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.98.9\n");
    sandbox.shim("go1.98.1", ["version"]).stdout("go version go1.98.1 [OS]/[ARCH]\n").check();
    sandbox.gox(["upgrade"]).envs(proxy.environment()).stderr("all is up to date\n").check();
}

#[test]
fn a_default_that_is_older_than_what_is_installed_moves() {
    let (sandbox, proxy) = (sandbox(&["1.98.1", "1.98.9"]), ModuleProxy::with_versions(&RELEASED));
    let upgrade = |arguments: &[&str]| sandbox.gox(["upgrade"]).args(arguments).envs(proxy.environment());
    let found: Value = serde_json::from_slice(&upgrade(&["--dry-run", "--json"]).run().raw_stdout).unwrap();
    assert_eq!((&found[0]["result"], &found[0]["default"]), (&"present".into(), &true.into()));
    let said = format!("default is now 1.98.9 (was 1.98.1); to go back: `gox default 1.98.1`\n{PRUNE}");
    let plan = "default 1.98.1 -> 1.98.9\n";
    upgrade(&["--dry-run", "1.98"]).stdout(plan).check();
    upgrade(&[]).stdout(plan).stderr(&said).check();
    upgrade(&[]).stderr("all is up to date\n").check();
    assert_eq!(downloads(&proxy), 0);
    // What is newer than all that is listed, or of another line, is no reason.
    for default in ["1.98.10", "1.97.1", "1.98", "system"] {
        sandbox.write("user/.local/go/default", default);
        upgrade(&[]).stderr("all is up to date\n").check();
    }
}

#[test]
fn a_default_that_another_gox_sets_meanwhile_stays() {
    let (sandbox, proxy) = (sandbox(&["1.98.1", "1.98.9"]), ModuleProxy::with_versions(&RELEASED));
    let held = sandbox.hold("locks/.store.lock");
    let running = sandbox.gox(["upgrade"]).envs(proxy.environment()).spawn();
    running.wait_for_stderr("waiting for another gox");
    sandbox.write("user/.local/go/default", "1.98\n");
    drop(held);
    let said = format!("waiting for another gox (`[HOME]/locks/.store.lock`)\n{PRUNE}");
    running.wait().assert(0, "default 1.98.1 -> 1.98.9\n", &said);
    assert_eq!(sandbox.read("user/.local/go/default"), "1.98\n");
}

#[test]
fn lines_that_are_named_and_a_default_that_is_no_version() {
    let (sandbox, proxy) = installed();
    sandbox.write("user/.local/go/default", "1.98\n");
    let run = sandbox.gox(["upgrade", "1.99", "1.98.1"]).envs(proxy.environment());
    let said = format!("{}{PRUNE}", lines::by_proxy(&FakeToolchain::new("1.98.9")));
    run.stdout("1.98.1 -> 1.98.9\n").stderr(&said).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.98\n");
}

#[test]
fn what_cannot_be_upgraded() {
    let (sandbox, proxy) = installed();
    let error = "error: `1.96` is not installed\nhint: install it: `gox install 1.96`\n";
    sandbox.gox(["upgrade", "1.96"]).envs(proxy.environment()).code(3).stderr(error).check();
    let error = "error: `latest` is not a line of releases\nhint: name lines: `gox upgrade 1.22`\n";
    sandbox.gox(["upgrade", "latest"]).envs(proxy.environment()).code(2).stderr(error).check();
    let run = sandbox.gox(["upgrade"]).envs(proxy.environment()).env("GOX_OFFLINE", "1").run();
    assert_eq!((run.code(), run.stdout.as_str()), (4, ""), "{}", run.stderr);
    let nothing = Sandbox::in_use();
    nothing.gox(["upgrade"]).envs(proxy.environment()).stderr("all is up to date\n").check();
}

#[test]
fn a_default_that_did_not_move_is_told_as_such() {
    let (sandbox, proxy) = installed();
    proxy.server.route(zip_path("1.98.9"), Response::status(404, ""));
    let upgrade = |options: &[&str]| {
        let run = sandbox.gox(["upgrade", "--json", "1.98"]).args(options).envs(proxy.environment());
        let run = run.env("GOX_SOURCES", "proxy").run();
        let found: Value = serde_json::from_slice(&run.raw_stdout).unwrap();
        (run.code(), found[0]["result"].clone(), found[0]["default"].clone())
    };
    assert_eq!(upgrade(&["--dry-run"]), (0, "planned".into(), true.into()));
    assert_eq!(upgrade(&[]), (4, "failed".into(), false.into()));
    assert_eq!(sandbox.read("user/.local/go/default"), "1.98.1\n");
}
