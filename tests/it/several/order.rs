//! What is said and done is in the order of the request.

use std::fs;

use serde_json::{Value, json};

use super::{VERSIONS, by_proxy, is_asked, is_built, sharing, stall};
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::gate::Gate;
use crate::support::proxy::{MODULE, ModuleProxy, zip_path};
use crate::support::pty::Terminal;
use crate::support::response::{Fault, Response};
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::tree::Kind;
use crate::support::wait_until;

/// The exit code, what each object of `--json` says of the result, and the default.
fn results(sandbox: &Sandbox, command: Command<'_>) -> (i32, Value, String) {
    let run = command.run();
    let objects: Value = serde_json::from_slice(&run.raw_stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let result = |object: &Value| json!([object["request"], object["version"], object["result"]]);
    let default = fs::read_to_string(sandbox.home().join("default")).unwrap_or_default();
    (run.code(), objects.as_array().unwrap().iter().map(result).collect(), default)
}

/// The second is complete before the first is, and no more than two are asked for.
#[test]
fn what_is_said_and_done_is_in_the_order_of_the_request() {
    let (sandbox, proxy) = (Sandbox::new().with_programs(), ModuleProxy::with_versions(&VERSIONS));
    let gate = stall(&proxy, "1.98.7");
    // The third looks for donors once its answer comes.
    let third = Gate::new();
    let answer = Response::new(FakeToolchain::new("1.97.3").zip()).fault(Fault::StallHead(third.clone()));
    proxy.server.route(zip_path("1.97.3"), answer);
    let running = sandbox.gox(["install", "1.98", "1.99.1", "1.97"]).envs(proxy.environment()).spawn();
    gate.wait_reached();
    wait_until("the second is built", || is_built(&sandbox, "1.99.1"));
    assert_eq!(sandbox.listing("toolchains"), "");
    assert!(!is_asked(&proxy, "1.97.3"));
    assert_eq!(running.stderr().lines().count(), 1, "{}", running.stderr());
    gate.open();
    third.wait_reached();
    running.wait_for_stderr("installed go1.99.1 ");
    third.open();
    let expected = [
        by_proxy("1.98.7"),
        "default is now 1.98.7 (there was no Go)\n".into(),
        sharing("1.99.1", "1.98.7"),
        sharing("1.97.3", "1.99.1"),
        "hint: put the shims first on PATH: `export PATH=[HOME]/shims:\"$PATH\"`\n".into(),
    ];
    let run = running.wait();
    assert_eq!(run.code(), 0);
    assert_eq!(run.stderr, expected.concat());
    let files = VERSIONS.map(|version| sandbox.entries(&format!("toolchains/go{version}")));
    for file in files[0].iter().filter(|file| file.kind == Kind::File && !file.path.starts_with(".gox/")) {
        let differs =
            file.path == "VERSION" || file.path.starts_with("bin/") || file.path.starts_with("pkg/tool/");
        let inodes = files.each_ref().map(|files| {
            let entry = files.iter().find(|entry| entry.path == file.path).unwrap();
            (entry.inode, entry.links)
        });
        assert_eq!(inodes.iter().all(|(inode, _)| *inode == inodes[0].0), !differs, "{}", file.path);
        assert!(inodes.iter().all(|(_, links)| *links == if differs { 1 } else { 3 }), "{}", file.path);
    }
    for version in VERSIONS {
        sandbox.gox(["verify", "--quiet", version]).stdout("").check();
        let audit = ["--check", "--strict", "--quiet", ".gox/manifest"];
        let goroot = sandbox.home().join(format!("toolchains/go{version}"));
        sandbox.command("sha256sum").args(audit).cwd(&goroot).check();
    }
    assert_eq!(sandbox.listing("staging") + &sandbox.listing("cache/partial"), "");
}

/// All are tried. The first that succeeds becomes the default, and the code is that of the first that fails.
#[test]
fn a_failure_stops_no_other() {
    let proxy = ModuleProxy::with_versions(&VERSIONS);
    // Another tree than the database has.
    let other = FakeToolchain::new("1.98.7").with_file("LICENSE", 0o644, "none\n");
    proxy.server.route(zip_path("1.98.7"), Response::new(other.zip()));
    let missing = "1.96.5";
    for (words, code, results_of) in [
        (["1.99.1", missing, "1.98.7"], 3, ["installed", "failed", "failed"]),
        (["1.98.7", missing, "1.99.1"], 5, ["failed", "failed", "installed"]),
        ([missing, "1.98.7", "1.99.1"], 3, ["failed", "failed", "installed"]),
    ] {
        let sandbox = Sandbox::new().with_programs();
        let run = sandbox.gox(["install", "--json"]).args(words).envs(proxy.environment());
        let (found, said, default) = results(&sandbox, run.env("GOX_SOURCES", "proxy"));
        let version = |word: &str| if word == missing { json!(missing) } else { json!(word) };
        let expected: Value =
            words.iter().zip(results_of).map(|(word, result)| json!([word, version(word), result])).collect();
        assert_eq!((found, said, default.as_str()), (code, expected, "1.99.1\n"), "{words:?}");
        let license = sandbox.entries("toolchains/go1.99.1").into_iter().find(|file| file.path == "LICENSE");
        assert_eq!(license.unwrap().links, 1, "nothing is shared with what is not proven");
        assert_eq!(sandbox.listing("staging"), "");
    }
}

/// The errors are in the order of the request, too, and the last line names them.
#[test]
fn errors_wait_for_their_turn() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.98.7", "1.99.1"]));
    let gate = stall(&proxy, "1.98.7");
    proxy.server.route(zip_path("1.99.1"), Response::status(403, "no"));
    let command = sandbox.gox(["install", "1.98.7", "1.99.1"]).envs(proxy.environment());
    let running = command.env("GOX_SOURCES", "proxy").spawn();
    gate.wait_reached();
    wait_until("the second has failed", || proxy.server.targets().contains(&format!("{MODULE}/list")));
    gate.open();
    let expected = format!(
        "{}error: could not download `go1.99.1`\n  \
         proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip`: status 403 (forbidden)\n\
         error: 1 of 2 failed: `1.99.1`\n",
        by_proxy("1.98.7"),
    );
    running.wait().assert(4, "", &expected);
}

/// A later one of a line is not asked for before the earlier one is in the store, so that it needs to write little, and
/// to fetch little. The earlier one waits for its proof while a later one might be asked for.
#[test]
fn versions_of_one_line_come_one_after_the_other() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1", "1.99.2"]));
    let (earlier, zip) = (sandbox.home().join("toolchains/go1.99.1"), FakeToolchain::new("1.99.2").zip());
    proxy.server.handle(zip_path("1.99.2"), move |_| {
        if earlier.exists() { Response::new(zip.as_slice()) } else { Response::status(403, "too early") }
    });
    let gate = proxy.stall_record("1.99.1");
    let running = sandbox.gox(["install", "1.99.1", "1.99.2"]).envs(proxy.environment()).spawn();
    running.wait_for_stderr("verifying go1.99.1\n");
    gate.wait_reached();
    assert!(!is_asked(&proxy, "1.99.2"));
    gate.open();
    running.wait().assert(0, "", &(by_proxy("1.99.1") + &sharing("1.99.2", "1.99.1")));
    let both = [zip_path("1.99.1"), zip_path("1.99.2")];
    let zips: Vec<_> = proxy.server.targets().into_iter().filter(|target| both.contains(target)).collect();
    assert_eq!(zips, both);
}

#[test]
fn two_requests_for_one_version_are_one_download() {
    let proxy = ModuleProxy::with_versions(&VERSIONS);
    for options in [&[][..], &["--force"]] {
        let sandbox = Sandbox::in_use();
        proxy.server.forget_requests();
        let words = ["1.99", "1.98.7", "latest", "1.99.1"];
        let run = sandbox.gox(["install", "--json"]).args(options).args(words).envs(proxy.environment());
        let (code, said, _) = results(&sandbox, run);
        let expected = json!([
            ["1.99", "1.99.1", "installed"],
            ["1.98.7", "1.98.7", "installed"],
            ["latest", "1.99.1", "present"],
            ["1.99.1", "1.99.1", "present"]
        ]);
        assert_eq!((code, said), (0, expected), "{options:?}");
        let targets = proxy.server.targets();
        assert_eq!(targets.iter().filter(|target| **target == zip_path("1.99.1")).count(), 1, "{options:?}");
    }
}

#[test]
fn what_a_system_store_has_is_not_installed_beside_it() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&VERSIONS));
    let store = sandbox.root().join("opt/go");
    FakeToolchain::new("1.98.7").write_to(&store.join("toolchains/go1.98.7"));
    let install = |options: &[&str]| {
        let run = sandbox.gox(["install"]).args(options).args(["1.99.1", "1.98.7", "1.97.3"]);
        run.envs(proxy.environment()).env("GOX_SYSTEM_HOME", &store)
    };
    let plan = "would install go1.99.1\nwould install go1.97.3\n";
    let present = "go1.98.7 is installed already: `[ROOT]/opt/go/toolchains/go1.98.7`\n";
    install(&["--dry-run"]).stdout(plan).stderr(present).check();
    let said = by_proxy("1.99.1") + present + &sharing("1.97.3", "1.99.1");
    install(&[]).stderr(&said).check();
    assert!(!is_asked(&proxy, "1.98.7"));
    assert!(!sandbox.listing("toolchains").contains("go1.98.7"));
}

#[test]
fn an_upgrade_and_a_fleet_file_install_two_at_a_time() {
    let proxy = ModuleProxy::with_versions(&["1.98.7", "1.99.1"]);
    let fleet = "format = 1\n[toolchains]\ninstall = [\"1.99.1\", \"1.98.7\"]\n";
    for words in [&["upgrade"][..], &["sync", "--yes", "gox.toml"]] {
        let sandbox = Sandbox::in_use();
        sandbox.write("code/gox.toml", fleet);
        if words == ["upgrade"] {
            for version in ["1.98.1", "1.99.0"] {
                sandbox.put_toolchain(&FakeToolchain::new(version));
            }
        }
        let gates = ["1.98.7", "1.99.1"].map(|version| stall(&proxy, version));
        let running = sandbox.gox(words).envs(proxy.environment()).spawn();
        gates.iter().for_each(Gate::wait_reached);
        gates.iter().for_each(Gate::open);
        let run = running.wait();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let order: Vec<_> = run.stderr.lines().filter(|line| line.starts_with("installed ")).collect();
        assert!(order[0].starts_with("installed go1.99.1 ") && order.len() == 2, "{}", run.stderr);
    }
}

#[test]
fn a_terminal_shows_a_bar_for_each() {
    let toolchains = ["1.98.7", "1.99.1"].map(|version| FakeToolchain::new(version).large(3_000_000));
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&toolchains));
    let gates = toolchains.each_ref().map(|toolchain| {
        let gate = Gate::new();
        let body = Response::new(toolchain.zip()).fault(Fault::StallAfter(1_000_000, gate.clone()));
        proxy.server.route(zip_path(toolchain.version()), body);
        gate
    });
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", &format!("stty rows 24 cols 100; '{GOX}' install 1.98.7 1.99.1; echo ended")]);
    let user = sandbox.user().display().to_string();
    shell.env_clear().envs([("HOME", user.as_str()), ("PATH", "/usr/bin:/bin"), ("TERM", "xterm")]);
    shell.env("GOENV", "off").envs(proxy.environment()).current_dir(sandbox.code());
    let mut terminal = Terminal::start(&mut shell);
    gates.iter().for_each(Gate::wait_reached);
    // Each is drawn again and again.
    for _ in 0..3 {
        terminal.wait_for("downloading go1.98.7 ");
        terminal.wait_for("downloading go1.99.1 ");
    }
    let [first, second] = gates;
    // The second is ready, and its bar stays until it is installed.
    second.open();
    terminal.wait_for("verifying go1.99.1 ");
    wait_until("the second is built", || is_built(&sandbox, "1.99.1"));
    terminal.wait_for("verifying go1.99.1 ");
    first.open();
    let before = terminal.wait_for("installed go1.98.7 in ");
    assert!(!before.contains("installed go1.99.1 in "), "{before}");
    terminal.wait_for("installed go1.99.1 in ");
    terminal.wait_for("ended");
}
