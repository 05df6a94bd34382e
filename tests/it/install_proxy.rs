//! `gox install` through a module proxy: what it says, what it leaves on disk, and that it runs.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::archives::{FakeToolchain, goarch, goos};
use crate::support::lines;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::tree::Kind;

/// The first install of all, in an empty home.
const FIRST: &str = "\
downloading go1.22.4 from http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.22.4.[OS]-[ARCH].zip (4.0 kB)
verifying go1.22.4
installed go1.22.4 in [TIME]: 821 B, from proxy, proven by log; 4.0 kB downloaded
default is now 1.22.4 (there was no Go)
hint: put the shims first on PATH: `export PATH=[HOME]/shims:\"$PATH\"`
";

/// A home with go1.22.4, installed from this proxy.
fn installed() -> (Sandbox, ModuleProxy) {
    let sandbox = Sandbox::new().with_programs();
    let proxy = ModuleProxy::with_versions(&["1.22.4", "1.21.0"]);
    sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).stderr(FIRST).check();
    (sandbox, proxy)
}

#[test]
fn the_first_install_says_what_it_does_and_what_to_type_next() {
    let (sandbox, proxy) = installed();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.22.4\n");
    assert_eq!(sandbox.listing("staging"), "");
    assert_eq!(sandbox.listing("cache/partial"), "");
    let expected = "\
downloading go1.21.0 from http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.21.0.[OS]-[ARCH].zip (4.0 kB)
verifying go1.21.0
installed go1.21.0 in [TIME]: 504 B new, 317 B shared on disk with go1.22.4, from proxy, proven by log; 4.0 kB downloaded
";
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let second = sandbox.gox(["install", "1.21.0"]).envs(proxy.environment()).env("PATH", path);
    second.stderr(expected).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.22.4\n", "only the first becomes the default");
}

#[test]
fn the_tree_is_that_of_the_archive_without_what_modules_leave_out() {
    let (sandbox, _proxy) = installed();
    let expected = "\
0755 dir .gox
0444 file .gox/manifest
0444 file .gox/receipt.json
0444 file LICENSE
0444 file README.md
0444 file VERSION
0755 dir bin
0555 file bin/go
0555 file bin/gofmt
0444 file go.env
0755 dir lib
0755 dir lib/time
0444 file lib/time/zoneinfo.zip
0755 dir pkg
0755 dir pkg/include
0444 file pkg/include/textflag.h
0755 dir pkg/tool
0755 dir pkg/tool/[OS]_[ARCH]
0555 file pkg/tool/[OS]_[ARCH]/compile
0555 file pkg/tool/[OS]_[ARCH]/link
0755 dir src
0755 dir src/cmd
0444 file src/cmd/go.mod
0444 file src/empty.s
0755 dir src/fmt
0444 file src/fmt/print.go
0444 file src/go.mod
0555 file src/make.bash
";
    let expected = expected.replace("[OS]", goos()).replace("[ARCH]", goarch());
    assert_eq!(sandbox.listing("toolchains/go1.22.4"), expected);
    let own = |path: &str| path.starts_with(".gox/");
    let files = sandbox.entries("toolchains/go1.22.4").into_iter().filter(|entry| entry.kind == Kind::File);
    let times: Vec<_> = files.filter(|entry| !own(&entry.path)).map(|entry| entry.mtime).collect();
    assert_eq!(
        times, [1_257_894_000; 15],
        "one constant time: nothing looks older than what it was built from"
    );
}

#[test]
fn the_receipt_says_what_came_from_where_and_why_it_is_believed() {
    let (sandbox, proxy) = installed();
    let receipt = sandbox.receipt("1.22.4");
    let toolchain = FakeToolchain::new("1.22.4");
    let expected = json!({
        "layout": 1,
        "toolchain": "go1.22.4",
        "platform": format!("{}-{}", goos(), goarch()),
        "source": "proxy",
        "address": format!("{}/golang.org/toolchain/@v/{}.zip", proxy.url(), toolchain.module_version()),
        "sha256": null,
        "h1": toolchain.h1(),
        "proofs": ["log"],
        "installed": receipt["installed"].as_u64().unwrap(),
        "manifest": receipt["manifest"].as_str().unwrap(),
        "files": 15,
        "bytes": toolchain.module_bytes(),
        "shared": 0,
        "downloaded": toolchain.zip().len(),
        "gox": env!("CARGO_PKG_VERSION"),
    });
    assert_eq!(receipt, expected);
}

#[test]
fn an_auditor_needs_no_gox() {
    let (sandbox, _proxy) = installed();
    let goroot = sandbox.home().join("toolchains/go1.22.4");
    let audit = ["--check", "--strict", "--quiet", ".gox/manifest"];
    sandbox.command("sha256sum").args(audit).cwd(&goroot).check();
    let listed = fs::read_to_string(goroot.join(".gox/manifest")).unwrap().lines().count();
    assert_eq!(listed, 15, "every file is in it");
}

#[test]
fn the_shims_are_one_file_and_gox_itself_is_beside_them() {
    let (sandbox, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.22.4"]));
    sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).stderr(FIRST).check();
    assert_eq!(sandbox.listing("shims"), "0755 file go\n0755 file go1.22.4\n0755 file gofmt\n");
    let shims = sandbox.entries("shims");
    assert!(shims.iter().all(|shim| (shim.inode, shim.links) == (shims[0].inode, 3)), "{shims:?}");
    assert_eq!(sandbox.listing("bin"), "0755 file gox\n");
    assert_eq!(sandbox.entries("bin")[0].links, 1, "a copy: it outlives the one that was installed from");
    assert_eq!(fs::read(sandbox.home().join("bin/gox")).unwrap(), fs::read(GOX).unwrap());
    let copy = sandbox.command(sandbox.home().join("bin/gox")).args(["install", "1.22.4"]);
    let expected = "\
go1.22.4 is installed already: `[HOME]/toolchains/go1.22.4`
hint: put the shims first on PATH: `export PATH=[HOME]/shims:\"$PATH\"`
";
    copy.stderr(expected).check();
}

#[test]
fn what_was_installed_runs() {
    let (sandbox, _proxy) = installed();
    let shims = sandbox.home().join("shims");
    let version = "go version go1.22.4 [OS]/[ARCH]\n";
    sandbox.command(shims.join("go")).arg("version").stdout(version).check();
    sandbox.command(shims.join("go1.22.4")).arg("version").stdout(version).check();
    sandbox.command(shims.join("gofmt")).stdout("gofmt of go1.22.4\n").check();
    let goroot = "file [HOME]/toolchains/go1.22.4/bin/go\nargument build\n";
    for (program, variables, expected) in [
        ("go", vec![("GOROOT", "/x")], ""),
        ("go", vec![("GOTOOLCHAIN", "auto")], "GOTOOLCHAIN=auto\n"),
        ("go", vec![("GO_VERSION", "1.22.4")], "GOTOOLCHAIN=local\nGO_VERSION=1.22.4\n"),
        ("go", vec![("GO_VERSION", "1.22"), ("GOTOOLCHAIN", "auto")], "GOTOOLCHAIN=auto\nGO_VERSION=1.22\n"),
        ("go1.22.4", vec![("GOROOT", "/x"), ("GO_VERSION", "1.0")], "GO_VERSION=1.0\n"),
    ] {
        let variables = variables.into_iter().map(|(name, value)| (name, value.to_owned()));
        let command = sandbox.command(shims.join(program)).arg("build").envs(variables);
        command.stdout(&format!("{goroot}{expected}")).check();
    }
    let exit = sandbox.command(shims.join("go")).arg("vet").env("FAKE_GO_EXIT", "7").run();
    assert_eq!(exit.code(), 7, "the exit code is the tool's own");
}

#[test]
fn what_is_there_is_not_installed_again() {
    let (sandbox, proxy) = installed();
    proxy.server.forget_requests();
    let before = sandbox.listing("");
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    sandbox
        .gox(["install", "1.22.4"])
        .envs(proxy.environment())
        .env("PATH", path)
        .stderr("go1.22.4 is installed already: `[HOME]/toolchains/go1.22.4`\n")
        .check();
    assert_eq!(sandbox.listing(""), before);
    assert_eq!(proxy.server.targets(), [""; 0]);
}

#[test]
fn force_builds_it_anew_in_one_step() {
    let (sandbox, proxy) = installed();
    let goroot = sandbox.home().join("toolchains/go1.22.4");
    let before = sandbox.listing("toolchains");
    fs::set_permissions(goroot.join("VERSION"), Permissions::from_mode(0o644)).unwrap();
    fs::write(goroot.join("VERSION"), "changed").unwrap();
    fs::write(goroot.join("added"), "").unwrap();
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let forced = sandbox.gox(["install", "--force", "1.22.4"]).envs(proxy.environment()).env("PATH", path);
    let expected = "\
downloading go1.22.4 from http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.22.4.[OS]-[ARCH].zip (4.0 kB)
verifying go1.22.4
installed go1.22.4 in [TIME]: 35 B new, 786 B shared on disk with what was there, from proxy, proven by log; 4.0 kB downloaded
";
    forced.stderr(expected).check();
    assert_eq!(sandbox.listing("toolchains"), before);
    assert_eq!(
        sandbox.read("user/.local/go/toolchains/go1.22.4/VERSION"),
        "go1.22.4\ntime 2024-05-30T19:26:07Z\n"
    );
    assert_eq!(sandbox.listing("staging"), "", "the old tree is gone");
}

#[test]
fn all_requests_are_tried_and_the_first_failure_gives_the_code() {
    let sandbox = Sandbox::in_use();
    let proxy = ModuleProxy::with_versions(&["1.22.4", "1.21.0"]);
    let broken = FakeToolchain::new("1.21.0");
    proxy.server.route(
        format!("/golang.org/toolchain/@v/{}.zip", broken.module_version()),
        crate::support::response::Response::new("no zip"),
    );
    let run = sandbox.gox(["install", "1.20.99", "1.21.0", "1.22.4"]).envs(proxy.environment());
    let expected = "\
error: no such version: `1.20.99` for [OS]-[ARCH]
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.20.99.[OS]-[ARCH].zip`: status 404 (not found)
  dl: `https://go.dev/dl/go1.20.99.[OS]-[ARCH].tar.gz`: could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
  no release list has it
hint: if this network needs no proxy: `unset HTTPS_PROXY`
hint: nearest: `1.21.0`; install one: `gox install 1.21.0`
downloading go1.21.0 from http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.21.0.[OS]-[ARCH].zip (6 B)
error: the module zip is refused: it is too short
  from `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.21.0.[OS]-[ARCH].zip`
";
    let installed = lines::by_proxy(&FakeToolchain::new("1.22.4"));
    let failed = "error: 2 of 3 failed: `1.20.99`, `1.21.0`\n";
    run.code(3).stderr(&format!("{expected}{installed}{failed}")).check();
    assert!(sandbox.listing("toolchains").starts_with("0755 dir go1.22.4\n"));
}

#[test]
fn requests_are_answered_by_the_list_of_the_proxy_alone() {
    let versions =
        ["1.20", "1.20.14", "1.21.0", "1.21.13", "1.22.4", "1.22.10", "1.22rc2", "1.23rc1", "1.23rc2"];
    let proxy = ModuleProxy::with_versions(&versions);
    for (request, version) in [
        ("latest", "1.22.10"),
        ("stable", "1.22.10"),
        ("oldstable", "1.21.13"),
        ("1.22", "1.22.10"),
        ("1.22.x", "1.22.10"),
        ("1.23", "1.23rc2"),
        ("1.23rc1", "1.23rc1"),
        (">=1.21, <1.22.5", "1.22.4"),
        ("<=1.21", "1.21.13"),
        ("~1.20", "1.20.14"),
        (">=1.23rc1", "1.23rc2"),
        ("go1.22.4", "1.22.4"),
        ("v1.22.4", "1.22.4"),
        ("go1.21", "1.21.13"),
        ("1.20.0", "1.20"),
    ] {
        let sandbox = Sandbox::in_use();
        let expected = lines::by_proxy(&FakeToolchain::new(version));
        sandbox.gox(["install", request]).envs(proxy.environment()).stderr(&expected).check();
        let shims = format!("0755 file go\n0755 file go{version}\n0755 file gofmt\n");
        assert_eq!(sandbox.listing("shims"), shims, "{request}");
    }
}

#[test]
fn without_a_request_it_installs_what_is_asked_for_here() {
    let proxy = ModuleProxy::with_versions(&["1.21.13", "1.22.4"]);
    let by = |sandbox: &Sandbox, variable: Option<&str>, version: &str| {
        let command = sandbox.gox(["install"]).envs(proxy.environment());
        let command = match variable {
            Some(value) => command.env("GO_VERSION", value),
            None => command,
        };
        command.stderr(&lines::by_proxy(&FakeToolchain::new(version))).check();
    };
    let nothing_asks = Sandbox::in_use();
    fs::remove_file(nothing_asks.home().join("default")).unwrap();
    let first = "default is now 1.22.4 (there was no Go)\n";
    let expected = lines::by_proxy(&FakeToolchain::new("1.22.4")) + first;
    nothing_asks.gox(["install"]).envs(proxy.environment()).stderr(&expected).check();
    by(&Sandbox::in_use(), Some("1.21"), "1.21.13");
    let sandbox = Sandbox::in_use();
    sandbox.write("user/.local/go/default", "1.21.13\n");
    by(&sandbox, None, "1.21.13");
}

#[test]
fn a_dry_run_looks_an_exact_version_up() {
    let proxy = ModuleProxy::with_versions(&["1.99.1", "1.99.4-corp"]);
    let sandbox = Sandbox::in_use();
    let dry_run = |word: &str| {
        sandbox.gox(["install", "--dry-run", word]).envs(proxy.environment()).env("GOX_SOURCES", "proxy")
    };
    for name in ["1.99.1", "1.99.4-corp"] {
        dry_run(name).stdout(&format!("would install go{name}\n")).check();
    }
    // A list of a module proxy may leave out what gox knows.
    dry_run("1.22.4").stdout("would install go1.22.4\n").check();
    for (word, nearest) in [
        ("1.99.2", "hint: nearest: `1.99.1`; install one: `gox install 1.99.1`\n"),
        ("1.98rc7", "hint: nearest: `1.99.1`; install one: `gox install 1.99.1`\n"),
        ("1.99.1-corp", "hint: nearest: `1.99.1`; install one: `gox install 1.99.1`\n"),
        ("1.22.4-alpine", "hint: nearest: `1.22.4`; install one: `gox install 1.22.4`\n"),
        ("1.23.4-alpine3.20", "hint: nearest: `1.23.4`; install one: `gox install 1.23.4`\n"),
    ] {
        let error = format!("error: no such version: `{word}` for [OS]-[ARCH]\n{nearest}");
        dry_run(word).code(3).stderr(&error).check();
    }
    // Without a list nobody knows, but of what was listed before, and of what gox knows.
    let run = dry_run("1.99.2").env("GOX_OFFLINE", "1").run();
    assert_eq!(run.code(), 4, "{}", run.stderr);
    for name in ["1.99.1", "1.22.4"] {
        dry_run(name).env("GOX_OFFLINE", "1").stdout(&format!("would install go{name}\n")).check();
    }
    // A folder has its files alone.
    let error = "error: no such version: `1.22.4` for [OS]-[ARCH]\n";
    let folder = format!("dir:{}", sandbox.code().display());
    let run = dry_run("1.22.4").env("GOX_SOURCES", folder).run();
    assert!(run.code() == 3 && run.stderr.starts_with(error), "{}", run.stderr);
    // What is there needs no list.
    sandbox.put_toolchain(&FakeToolchain::new("1.97.1"));
    let said = "go1.97.1 is installed already: `[HOME]/toolchains/go1.97.1`\n";
    dry_run("1.97.1").stderr(said).check();
    let run = dry_run("1.97.1").arg("--force").run();
    assert_eq!(run.code(), 3, "{}", run.stderr);
}

#[test]
fn a_word_that_is_no_request_stops_none_of_the_others() {
    let proxy = ModuleProxy::with_versions(&["1.99.1"]);
    let sandbox = Sandbox::in_use();
    for verb in ["install", "uninstall"] {
        let run = sandbox.gox([verb, "--json", "a/b", "v1.99.1", ""]).envs(proxy.environment());
        let run = run.env("GOX_SOURCES", "proxy").run();
        let found: Value = serde_json::from_slice(&run.raw_stdout).unwrap();
        let seen: Vec<_> =
            found.as_array().unwrap().iter().map(|it| [&it["request"], &it["result"]]).collect();
        let expected = json!([["a/b", "failed"], ["v1.99.1", format!("{verb}ed")], ["", "failed"]]);
        let expected = json!(expected.to_string().replace("uninstalled", "removed"));
        assert_eq!((run.code(), json!(json!(seen).to_string())), (2, expected), "{}", run.stderr);
    }
}

#[test]
fn the_error_for_programs_says_what_each_source_said() {
    let proxy = ModuleProxy::with_versions(&["1.99.1"]);
    let sandbox = Sandbox::in_use();
    let run =
        sandbox.gox(["install", "--json", "1.99.2"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
    let run = run.run();
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let error = found[0]["error"].as_str().unwrap();
    assert!(error.starts_with("no such version: `1.99.2` for ") && error.contains(", proxy: "), "{error}");
    let told = run.stderr.split("\nhint: ").next().unwrap().strip_prefix("error: ").unwrap();
    assert_eq!(error, told.replace("\n  ", ", "));
}

#[test]
fn what_a_directory_asks_for_is_installed_as_the_newest_that_is_released() {
    let proxy = ModuleProxy::start(&[FakeToolchain::new("1.99.7")]);
    for request in ["latest", "1.99", "1.99.x", ">=1.99"] {
        let sandbox = Sandbox::in_use();
        sandbox.put_toolchain(&FakeToolchain::new("1.99.4"));
        sandbox.write("code/.go-version", request);
        // Without a network what is there has to do.
        let offline = sandbox.gox(["install"]).env("GOX_OFFLINE", "1").run();
        assert!(
            offline.code() == 0 && offline.stderr.contains("go1.99.4 is installed already"),
            "{}",
            offline.stderr
        );
        assert!(offline.stderr.starts_with("warning: could not fetch a release list"), "{}", offline.stderr);
        let run = sandbox.gox(["install"]).envs(proxy.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        assert!(sandbox.home().join("toolchains/go1.99.7/bin/go").is_file(), "{request}: {}", run.stderr);
    }
}
