//! `action.yml`, run as the runner of GitHub Actions does it: its steps in order, their conditions, inputs and outputs,
//! and a cache that only what `actions/cache` is told to keep gets into.

mod run;
mod world;

use std::fs;

use self::world::{GO, Machine, REPOSITORY, World};
use crate::support::sandbox::GOX;

/// `go version` in two directories.
const EACH: &str = "go version; cd other; go version";

/// What that prints.
fn versions(versions: &[&str]) -> String {
    versions.iter().map(|version| format!("go version go{version} x\n")).collect::<Vec<_>>().concat()
}

#[test]
fn from_nothing_to_the_go_of_each_directory() {
    let world = World::new();
    for is_first in [true, false] {
        let machine = Machine::new();
        machine.sandbox.write("code/.go-version", "1.98\n");
        machine.sandbox.write("code/other/.go-version", "1.99.1\n");
        machine.sandbox.write("code/go.sum", "a line\n");
        world.proxy.server.forget_requests();
        let run = machine.run(&world, &[("gox-sha256", &world.sum.to_uppercase())]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        let archive = format!("gox-{}-[OS]-[ARCH].tar.gz", env!("CARGO_PKG_VERSION"));
        let mut fetched = vec!["install.sh", &archive, "v0.0.1-go1.98.7.[OS]-[ARCH].zip"];
        fetched.truncate(if is_first { 3 } else { 2 });
        assert_eq!(world.fetched(), fetched);
        let gox = machine.sandbox.home().join("bin/gox");
        let hit = if is_first { "false" } else { "true" };
        let outputs = [("cache-hit", hit), ("go-version", "1.98.7"), ("gox-path", gox.to_str().unwrap())];
        assert_eq!(run.outputs(), outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let end = format!("::add-matcher::{REPOSITORY}/dist/action/matcher.json\ngo version go1.98.7 x\n");
        assert!(run.stdout.ends_with(&end), "{}", run.stdout);
        // What another directory pins is installed when it is first run there.
        assert_eq!(run.prints(EACH), versions(&["1.98.7", "1.99.1"]));
        let script =
            "cat ~/caches/GOCACHE/made || { mkdir -p ~/caches/GOCACHE; echo kept >~/caches/GOCACHE/made; }";
        assert_eq!(run.prints(script), if is_first { "" } else { "kept\n" });
        assert_eq!(run.prints("echo \"${GOROOT-}${GOX_USE-}${GO_VERSION-}\""), "\n");
        run.end();
    }
    // Other sums: the modules of the job before are of use all the same.
    let machine = Machine::with_gox();
    machine.sandbox.write("code/go.sum", "another line\n");
    let run = machine.run(&world, &[("go-version", "1.98.7")]);
    assert_eq!(
        (run.prints("cat ~/caches/GOCACHE/made"), run.outputs()["cache-hit"].as_str()),
        ("kept\n".into(), "false")
    );
}

#[test]
fn where_no_file_pins_one_the_newest_comes_before_the_go_of_the_machine() {
    let world = World::new();
    for is_first in [true, false] {
        let machine = Machine::with_gox();
        machine.sandbox.put_tool("go", "#!/bin/sh\necho the Go of the machine\n");
        machine.sandbox.write("code/go.mod", "module m\n\ngo 1.98\n");
        world.proxy.server.forget_requests();
        let run = machine.run(&world, &[]);
        assert_eq!(run.prints("go version"), versions(&["1.99.4"]));
        assert_eq!(world.fetched().len(), usize::from(is_first), "{:?}", world.fetched());
        run.end();
    }
}

#[test]
fn a_version_of_the_workflow_holds_in_every_directory() {
    let world = World::new();
    for (version, variable, selected) in [
        ("1.98", "", "1.98.7"),
        ("stable", "", "1.99.4"),
        (">=1.98, <1.98.7", "", "1.98.2"),
        ("1.98.2", "1.99", "1.98.2"),
        ("1.98\n", "", "1.98.7"),
    ] {
        let mut machine = Machine::with_gox();
        machine.variables = vec![("GO_VERSION", variable.to_owned())];
        machine.sandbox.put_tool("go", "#!/bin/sh\necho the Go of the machine\n");
        machine.sandbox.write("code/other/.go-version", "1.99.1\n");
        // `go-version` comes before a file.
        let run = machine.run(&world, &[("go-version", version), ("go-version-file", "none/go.mod")]);
        assert_eq!(run.outputs()["go-version"], selected, "{}{}", run.stdout, run.stderr);
        let mut script = EACH.to_owned();
        if !variable.is_empty() {
            // What a step of the workflow has set is older than what the action sets.
            script.insert_str(0, "GO_VERSION=1.98.2; export GO_VERSION; ");
            assert_eq!(run.job.variables["GO_VERSION"], selected);
        }
        assert_eq!(run.prints(&script), versions(&[selected, selected]));
        assert!(!world.fetched().contains(&"install.sh".to_owned()));
        run.end();
    }
}

#[test]
fn a_version_that_a_file_names() {
    let world = World::new();
    for (file, text, selected) in [
        ("go.mod", "module m\n\ngo 1.98\n", "1.98.7"),
        ("go.mod", "module m\n\ngo 1.98.2\n", "1.98.2"),
        ("go.mod", "module m\n\ngo 1.98\n\ntoolchain go1.98.2\n", "1.98.2"),
        ("go.work", "go 1.99.1\n", "1.99.1"),
        ("tools/.tool-versions", "nodejs 20\ngolang 1.98.2\n", "1.98.2"),
        ("a b/.go-version", ">=1.98, <1.99\n", "1.98.7"),
    ] {
        let machine = Machine::with_gox();
        machine.sandbox.put_tool("go", "#!/bin/sh\necho the Go of the machine\n");
        machine.sandbox.write("code/.go-version", "1.99.4\n");
        machine.sandbox.write("code/other/.go-version", "1.99.1\n");
        // Above the folder for temporary files, as on a runner in the folder of a user.
        machine.sandbox.write("runner/.tool-versions", "golang 1.99.4\n");
        machine.sandbox.write("runner/go.work", "go 1.99.4\n");
        machine.sandbox.write(&format!("code/{file}"), text);
        let run = machine.run(&world, &[("go-version-file", file)]);
        assert_eq!(run.prints(EACH), versions(&[selected, selected]), "{file}");
    }
    for (file, text, error) in [
        ("go.mod", "module m\n", "go-version-file is go.mod, and names no version"),
        (".go-version", "system\n", "go-version-file is .go-version, and names no version"),
        (".tool-versions", "nodejs 20\n", "go-version-file is .tool-versions, and names no version"),
        (
            "a/.go-version",
            "\n",
            "go-version-file is a/.go-version, and is not valid: .go-version: it contains no request",
        ),
        ("none/go.mod", "", "go-version-file is none/go.mod, and there is no such file"),
        (
            "VERSION",
            "1.98\n",
            "go-version-file is VERSION, and has to be a go.mod, go.work, .go-version or .tool-versions",
        ),
    ] {
        let machine = Machine::with_gox();
        machine.sandbox.write("runner/.go-version", "1.99.4\n");
        if !file.starts_with("none") {
            machine.sandbox.write(&format!("code/{file}"), text);
        }
        let run = machine.run(&world, &[("go-version-file", file)]);
        assert_eq!(run.failure(), format!("::error::{error}\n"), "{}", run.stderr);
        assert_eq!(machine.sandbox.sh("ls -A ../runner/temp"), "");
    }
    // A gox whose interpreter is looked for on PATH, as that of npm.
    let machine = Machine::new();
    machine.sandbox.put_tool("gox", &format!("#!/usr/bin/env sh\nexec '{GOX}' \"$@\"\n"));
    machine.sandbox.write("code/go.mod", "module m\n\ngo 1.98.2\n");
    let run = machine.run(&world, &[("go-version-file", "go.mod")]);
    assert_eq!(run.prints("go version"), versions(&["1.98.2"]));
}

/// None of them is a command to the runner, an option of gox, or a line of its own in the outputs.
#[test]
fn inputs_of_no_use() {
    let world = World::new();
    let machine = Machine::with_gox();
    for (version, code) in [("-h", 2), ("--force", 2), ("../x", 2), ("1.97.1", 3), ("1.98\n::add-mask::x", 2)]
    {
        let run = machine.run(&world, &[("go-version", version)]);
        let found = (run.code, run.stdout.as_str(), run.steps["plan"].len(), run.steps.len());
        assert_eq!(found, (code, "", 0, 1), "{version}: {}", run.stderr);
    }
    let run = machine.run(&world, &[("go-version-file", "x\r\n::add-mask::x\n::stop-commands::x")]);
    let names = "a go.mod, go.work, .go-version or .tool-versions";
    let error = format!("x  ::add-mask::x ::stop-commands::x, and has to be {names}");
    assert_eq!(run.failure(), format!("::error::go-version-file is {error}\n"));
}

/// Its receipt and its manifest are those of its bytes, as whoever can write to the cache can make them.
#[test]
fn a_forged_toolchain_of_the_cache_never_runs() {
    let (world, evil) = (World::new(), World::with(&GO.replace("case", "touch ~/ran; case")));
    let inputs = [("go-version", "1.98.2")];
    let machine = Machine::with_gox();
    machine.run(&evil, &inputs).end();
    assert!(machine.sandbox.user().join("ran").exists());
    let key = "gox-OS-ARCH-go1.98.2";
    fs::copy(evil.cache.path().join(key), world.cache.path().join(key)).unwrap();
    let machine = Machine::with_gox();
    let run = machine.run(&world, &inputs);
    assert_eq!(run.prints("go version"), versions(&["1.98.2"]));
    assert!(!machine.sandbox.user().join("ran").exists());
    let told = "::warning::the cache has go1.98.2 with bytes that nobody proves: it is installed anew; delete it there\n";
    assert!(run.stdout.starts_with(told), "{}", run.stdout);
}

#[test]
fn a_go_that_knows_no_caches() {
    // Before Go 1.10 there is neither of the two.
    let world = World::with(&GO.replace("$HOME/caches/$2", ""));
    let run = Machine::with_gox();
    let run = run.run(&world, &[("go-version", "1.98.2")]);
    assert_eq!((run.code, run.keep.len()), (0, 1), "{}{}", run.stdout, run.stderr);
    let world = World::with(&GO.replace("echo \"$HOME/caches/$2\"", "exit 9"));
    let machine = Machine::with_gox();
    let run = machine.run(&world, &[("go-version", "1.98.2")]);
    assert_eq!((run.code, run.steps.len()), (9, 3), "{}{}", run.stdout, run.stderr);
}

#[test]
fn what_comes_from_the_cache_is_hashed_and_can_be_all_that_is_there() {
    let world = World::new();
    let inputs = [("go-version", "1.98.2")];
    let machine = Machine::with_gox();
    machine.run(&world, &inputs).end();
    let cache = world.cache.path().join("gox-OS-ARCH-go1.98.2");
    assert!(cache.exists());
    // A machine that keeps its store has nothing to keep but modules, which there are none of yet.
    assert_eq!(machine.run(&world, &inputs).keep.len(), 1);
    // Without a network.
    let mut without = Machine::with_gox();
    without.variables = vec![("GOX_OFFLINE", "1".to_owned())];
    let run = without.run(&world, &inputs);
    assert_eq!(run.prints("go version; gox verify --quiet"), versions(&["1.98.2"]));
    // Other bytes in it.
    let goroot = "user/.local/go/toolchains/go1.98.2";
    machine.sandbox.sh(&format!(
        "cd ..; chmod u+w {goroot}/bin/gofmt; echo bad >>{goroot}/bin/gofmt; tar -cf '{}' {goroot}",
        cache.display()
    ));
    let other = Machine::with_gox();
    let run = other.run(&world, &inputs);
    assert_eq!(run.prints("go version; gox verify --quiet"), versions(&["1.98.2"]));
    assert!(run.stderr.contains("go1.98.2 is not as it was installed"), "{}{}", run.stdout, run.stderr);
    // And where nothing may be kept.
    let run = other.run(&world, &[("go-version", "1.98.2"), ("cache", "false")]);
    assert_eq!((run.code, run.keep.len(), run.outputs()["cache-hit"].as_str()), (0, 0, ""));
}

#[test]
fn a_gox_that_cannot_be_had() {
    let world = World::new();
    let path = format!("me/gox/releases/download/v{}", env!("CARGO_PKG_VERSION"));
    let home = format!("{}/{path}", world.proxy.url());
    let error = |text: &str| format!("::error::{text}\n");
    let mut own = Machine::new();
    own.repository = "";
    let none = error("there is no gox on PATH, and gox-url does not say where a release of it is");
    assert_eq!(own.run(&world, &[]).failure(), none);
    // There is one where the action comes from, and where the workflow says.
    let slash = format!("{home}/");
    assert_eq!(own.run(&world, &[("gox-url", &slash), ("go-version", "1.98.2")]).code, 0);
    let machine = Machine::new();
    let wrong = "0".repeat(64);
    let sum =
        format!("http://[SERVER]/{path}/install.sh has the sha256 {}, and gox-sha256 is {wrong}", world.sum);
    assert_eq!(machine.run(&world, &[("gox-sha256", &wrong)]).failure(), error(&sum));
    // A checksum says which gox is wanted, also where there is another.
    assert_eq!(Machine::with_gox().run(&world, &[("gox-sha256", &wrong)]).failure(), error(&sum));
    for url in ["http://mirror.example.com/gox", "http://127.0.0.1.example.com/gox", "file:///gox"] {
        let said = format!("{url}/install.sh is not https, so that gox-sha256 has to be set");
        assert_eq!(machine.run(&world, &[("gox-url", url)]).failure(), error(&said));
    }
    let url = format!("{}/nowhere", world.proxy.url());
    let absent = error("could not fetch http://[SERVER]/nowhere/install.sh");
    assert_eq!(machine.run(&world, &[("gox-url", &url)]).failure(), absent);
    assert!(!machine.sandbox.root().join("runner/temp/gox").exists());
    // One that is too old for the action.
    machine.sandbox.put_tool("gox", "#!/bin/sh\nexit 2\n");
    assert_eq!(machine.run(&world, &[("go-version", "1.98.2")]).code, 0);
    assert!(machine.sandbox.root().join("runner/temp/gox/gox").exists());
}

#[test]
fn what_go_says_is_shown_beside_the_lines() {
    let matcher: serde_json::Value =
        serde_json::from_str(include_str!("../../../dist/action/matcher.json")).unwrap();
    let pattern = &matcher["problemMatcher"][0]["pattern"][0];
    let machine = Machine::new();
    let script = "import re, sys\nfor line in sys.stdin:\n    m = re.match(sys.argv[1], line.rstrip())\n    print(m.groups() if m else None)\n";
    let said = "\
# example.com/m
./main.go:7:2: undefined: x
vet: ./a/b.go:12:1: expected declaration
    main_test.go:9: got 1, want 2
ok  \texample.com/m\t0.1s
\t/usr/lib/go/src/testing/testing.go:1595 +0x2e
";
    let run = machine.sandbox.command("python3").args(["-c", script, pattern["regexp"].as_str().unwrap()]);
    run.stdin(said)
        .stdout(
            "\
None
('./main.go', '7', '2', 'undefined: x')
('./a/b.go', '12', '1', 'expected declaration')
('main_test.go', '9', None, 'got 1, want 2')
None
None
",
        )
        .check();
    let groups = ["file", "line", "column", "message"].map(|name| pattern[name].as_u64().unwrap());
    assert_eq!(groups, [1, 2, 3, 4]);
}
