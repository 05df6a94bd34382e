//! `gox available`: what was released.

use std::fs;

use serde_json::{Value, json};

use super::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::dl::{self, ListedFile};
use crate::support::proxy::ModuleProxy;
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

const RELEASED: [&str; 10] =
    ["1.98rc1", "1.97.1", "1.97.0", "1.97rc2", "1.96.3", "1.95.9", "1.94.1", "1.93.2", "1.92.1", "1.20"];

fn proxy() -> ModuleProxy {
    ModuleProxy::with_versions(&RELEASED)
}

const HINT: &str = "hint: all of them: `gox available --all`; of one line: `gox available 1.97`\n";

#[test]
fn the_newest_of_the_newest_lines_with_marks() {
    let (sandbox, proxy) = (sandbox(&["1.96.3", "1.97.1"]), proxy());
    let table = "\
VERSION  STATE
1.98rc1  pre-release
1.97.1   installed
1.96.3   installed, default
1.95.9   end of life
1.94.1   end of life
1.93.2   end of life
1.92.1   end of life
";
    sandbox.gox(["available"]).envs(proxy.environment()).stdout(table).stderr(HINT).check();
    let with_rc = table.replace("1.96.3 ", "1.97rc2  pre-release\n1.96.3 ");
    sandbox.gox(["available", "--rc"]).envs(proxy.environment()).stdout(&with_rc).stderr(HINT).check();
}

#[test]
fn what_a_request_would_choose_from() {
    let (sandbox, proxy) = (sandbox(&["1.96.3"]), proxy());
    for (request, versions) in [
        ("1.97", "1.97.1\n1.97.0\n"),
        ("--rc 1.97", "1.97.1\n1.97.0\n1.97rc2  pre-release\n"),
        ("1.98", "1.98rc1  pre-release\n"),
        ("latest", "1.97.1\n"),
        ("oldstable", "1.96.3   installed, default\n"),
        (">=1.96,<1.97.1", "1.97.0\n1.96.3   installed, default\n"),
        ("1.20.0", "1.20.0   end of life\n"),
    ] {
        let run = sandbox.gox(["available"]).args(request.split(' ')).envs(proxy.environment());
        let head = if versions.contains("  ") { "VERSION  STATE" } else { "VERSION" };
        run.stdout(&format!("{head}\n{versions}")).check();
    }
    // All that a request matches is shown anyway.
    for words in [["1.97", "--all"], ["--all", "1.97"]] {
        let run = sandbox.gox(["available"]).args(words).envs(proxy.environment());
        run.stdout("VERSION\n1.97.1\n1.97.0\n").check();
    }
    let run = sandbox.gox(["available", "--all"]).envs(proxy.environment()).run();
    let versions: Vec<&str> =
        run.stdout.lines().skip(1).map(|line| line.split(' ').next().unwrap()).collect();
    // Those of the list, and those that gox knew before.
    let expected = ["1.97.1", "1.97.0", "1.96.3", "1.95.9", "1.94.1", "1.93.2", "1.92.1", "1.27.1"];
    assert!(versions.starts_with(&expected), "{versions:?}");
    assert!(versions.contains(&"1.22.4") && versions.contains(&"1.20.0"), "{versions:?}");
}

#[test]
fn json_is_one_array() {
    let (sandbox, proxy) = (sandbox(&["1.96.3"]), proxy());
    let run = sandbox.gox(["available", "--json", "oldstable"]).envs(proxy.environment()).run();
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    let object = json!({
        "version": "1.96.3", "toolchain": "go1.96.3", "stable": true, "supported": true, "installed": true,
        "default": true,
    });
    assert_eq!((run.code(), list), (0, json!([object])));
}

#[test]
fn what_no_list_has_and_where_no_list_can_be_had() {
    let (sandbox, proxy) = (sandbox(&["1.96.3"]), proxy());
    let error = "\
error: no released version matches `1.91` for [OS]-[ARCH]
hint: nearest: `1.27.1`, `1.92.1`; install one: `gox install 1.27.1`
";
    sandbox.gox(["available", "1.91"]).envs(proxy.environment()).code(3).stderr(error).check();
    // In Go's order, whichever is the best.
    let error = "\
error: no released version matches `1.96.0` for [OS]-[ARCH]
hint: nearest: `1.95.9`, `1.96.3`; install one: `gox install 1.96.3`
";
    sandbox.gox(["available", "1.96.0"]).envs(proxy.environment()).code(3).stderr(error).check();
    let error = "error: `system` means the Go on PATH, which no release list has\n";
    sandbox.gox(["available", "system"]).code(2).stderr(error).check();
    // What is known from before has to do.
    let run = sandbox.gox(["available", "1.96"]).envs(proxy.environment()).env("GOX_OFFLINE", "1");
    let said = "\
warning: could not fetch a release list
  proxy: `http://[SERVER]/golang.org/toolchain/@v/list`: not asked: `GOX_OFFLINE` is set
  dl: `https://go.dev/dl/?mode=json&include=all`: not asked: `GOX_OFFLINE` is set
note: showing the releases that are known from before
";
    run.stdout("VERSION  STATE\n1.96.3   installed, default\n").stderr(said).check();
}

#[test]
fn a_number_of_70_000_digits_is_no_version_and_no_harm() {
    let sandbox = Sandbox::new();
    let long = format!("1.99.{}", "7".repeat(70_000));
    let mut release = ListedFile::new(&FakeToolchain::new("1.99.7"), b"");
    release.version = format!("go{long}");
    release.file_name = release.file_name.replace("1.99.7", &long);
    let mirror = Server::start();
    let list = Response::new(dl::list(&[release])).content_type("application/json");
    mirror.route(format!("/dl{}", dl::ALL), list);
    for command in ["available", "install"] {
        let url = format!("{}/dl", mirror.url());
        let run = sandbox.gox([command, "1.99"]).env("GOX_DL_URL", url).env("GOX_SOURCES", "dl").run();
        let error = "error: no released version matches `1.99` for [OS]-[ARCH]\n";
        assert!(run.stderr.starts_with(error), "{}", run.stderr);
        assert_eq!((run.code(), run.stdout.as_str()), (3, ""), "{command}");
        let kept =
            "0755 dir cache\n0755 dir cache/releases-mirror\n0644 file cache/releases-mirror/releases.json\n";
        assert_eq!(sandbox.listing(""), kept, "{command}");
    }
    // A list that was kept by an earlier gox.
    sandbox.write("user/.local/go/cache/released", format!("go{long}\n"));
    let run = sandbox.gox(["available", "1.99"]).env("GOX_OFFLINE", "1").run();
    assert_eq!((run.code(), run.stdout), (0, format!("VERSION\n{long}\n")));
}

#[test]
fn what_a_list_named_is_remembered_for_marks() {
    let (sandbox, proxy) = (Sandbox::in_use(), proxy());
    sandbox.put_toolchain(&FakeToolchain::new("1.95.9"));
    sandbox.write("user/.local/go/default", "1.95.9\n");
    let note = || sandbox.gox(["status"]).run().stderr;
    assert_eq!(note(), "");
    sandbox.gox(["available", "latest"]).envs(proxy.environment()).run();
    assert_eq!(note(), "note: 1.95 gets no more security fixes; supported are 1.97 and 1.96\n");
    sandbox.write("user/.local/go/cache/released", "\0\u{1}go1.97.1\n1.96\ngo1.96.0\n");
    assert_eq!(note(), "", "a damaged line names nothing, and one line more is not two");
}

#[test]
fn what_was_installed_is_known_without_the_cache() {
    let (sandbox, proxy) = (Sandbox::in_use(), proxy());
    assert_eq!(sandbox.gox(["install", "1.97.1", "1.96.3"]).envs(proxy.environment()).run().code(), 0);
    // What has no receipt may be of any name.
    for unproven in ["1.99.1", "1.95.9"] {
        sandbox.put_toolchain(&FakeToolchain::new(unproven));
    }
    fs::remove_dir_all(sandbox.home().join("cache")).unwrap();
    let run = sandbox.gox(["available"]).env("GOX_OFFLINE", "1").run();
    let first: Vec<&str> = run.stdout.lines().take(4).collect();
    let expected = ["VERSION  STATE", "1.97.1   installed", "1.96.3   installed", "1.27.1   end of life"];
    assert_eq!(first, expected);
    let run = sandbox.gox(["list"]).run();
    let of = |version: &str| run.stdout.lines().find(|line| line.starts_with(version)).unwrap().to_owned();
    assert_eq!(of("1.95.9"), "1.95.9   -      -       unverified  end of life");
}
