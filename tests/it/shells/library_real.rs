//! The functions of `gox init bash --library` with the real go command.

use std::path::Path;

use super::library::bash;
use super::strict;
use crate::support::command::Command;
use crate::support::real_go::RealGo;
use crate::support::sandbox::Sandbox;

/// A sandbox with a go command that may not leave the machine.
struct World {
    sandbox: Sandbox,
    go: RealGo,
}

impl World {
    /// With a project and a module that it needs, in folders with blanks in their names; `None` without a go command.
    fn new() -> Option<Self> {
        let go = RealGo::find()?;
        let sandbox = Sandbox::new();
        sandbox.put_gox();
        let needs = "require example.com/dep v1.0.0\n\nreplace example.com/dep => ../dep x\n"
            .replace("../dep x", "\"../dep x\"");
        sandbox.write("code/a b/go.mod", format!("module example.com/m\n\ngo 1.22\n\n{needs}"));
        sandbox.write(
            "code/a b/main.go",
            "package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.F()) }\n",
        );
        sandbox.write(
            "code/a b/sub/f.go",
            "package sub\n\nfunc F() int { return 1 }\n\nfunc G() int { return 2 }\n",
        );
        let test = "package sub\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) { F() }\n";
        sandbox.write("code/a b/sub/f_test.go", test);
        sandbox.write("code/dep x/go.mod", "module example.com/dep\n\ngo 1.22\n");
        sandbox.write("code/dep x/f.go", "package dep\n\nfunc F() int { return 1 }\n");
        Some(World { sandbox, go })
    }

    fn bash(&self, before: &str, script: &str) -> Command<'_> {
        self.go.with(&self.sandbox, bash(&self.sandbox, before, script))
    }
}

#[test]
fn a_new_module_runs_and_belongs_to_what_is_around_it() {
    let Some(world) = World::new() else { return };
    for before in ["", strict("bash")] {
        let script =
            "gox_new example.com/hello/v2 2>/dev/null; cd \"$PWD/hello\"; git status --short; cat go.mod
            tail -n1 .gitattributes";
        let seen = world.bash(before, script).run();
        assert!(seen.stdout.starts_with("hello from example.com/hello/v2\n?? .gitattributes\n?? go.mod\n?? main.go\nmodule example.com/hello/v2\n\ngo 1."), "{}{}", seen.stdout, seen.stderr);
        assert!(seen.stdout.ends_with("\n# <<< gox attributes <<<\n"), "{}", seen.stdout);
        // What is there already stays as it is.
        let said = "error: `[ROOT]/code/a b/hello` is there already\n";
        world.bash(before, "gox_new other.example/hello || exit").code(1).stderr(said).check();
        let invalid = world.bash(before, "gox_new 'example.com/a b' || exit").run();
        assert_eq!((invalid.code(), invalid.stdout.as_str()), (1, ""));
        assert!(invalid.stderr.contains("malformed module path"), "{}", invalid.stderr);
        // In a workspace it is one of the modules, in a repository no other one.
        let script = "rm -rf hello; git init -q ..; go work init .; gox_new example.com/hello 2>/dev/null
            grep hello go.work; ls -A hello; go run ./hello; rm -rf ../.git go.work hello; ls -A";
        let seen = "hello from example.com/hello\n\t./hello\ngo.mod\nmain.go\nhello from example.com/hello\n\
                    go.mod\nmain.go\nsub\n";
        world.bash(before, script).stdout(seen).check();
    }
}

#[test]
fn statements_run_and_their_code_is_that_of_the_call() {
    let Some(world) = World::new() else { return };
    for before in ["", strict("bash")] {
        for (arguments, input, code, seen) in [
            ("fmt,strings 'fmt.Println(strings.ToUpper(`a`))'", "", 0, "A\n"),
            (
                "'fmt, os, bufio' 'fmt.Println(bufio.NewReader(os.Stdin).ReadString(0x20))'",
                "in put",
                0,
                "in  <nil>\n",
            ),
            ("os 'os.Exit(3)'", "", 3, ""),
            ("example.com/dep,fmt 'fmt.Println(dep.F())'", "", 0, "1\n"),
            ("'' ''", "", 0, ""),
        ] {
            let script = format!("gox_eval {arguments} || exit");
            world.bash(before, &script).stdin(input).code(code).stdout(seen).check();
        }
        let wrong = world.bash(before, "gox_eval '' 'x := 1' || exit").run();
        assert_eq!((wrong.code(), wrong.stdout.as_str()), (1, ""));
        assert!(wrong.stderr.contains("declared and not used: x"), "{}", wrong.stderr);
    }
    assert_eq!(std::fs::read_dir(world.sandbox.root().join("tmp")).unwrap().count(), 0);
}

#[test]
fn the_shell_goes_where_a_package_or_module_is() {
    let Some(world) = World::new() else { return };
    let code = world.sandbox.code();
    for before in ["", strict("bash")] {
        for (script, folder) in [
            ("cd \"$PWD/sub\"; gox_cd", "[ROOT]/code/a b"),
            ("gox_cd ./sub", "[ROOT]/code/a b/sub"),
            ("gox_cd example.com/m/sub", "[ROOT]/code/a b/sub"),
            ("gox_cd example.com/m", "[ROOT]/code/a b"),
            ("gox_cd example.com/dep", "[ROOT]/code/dep x"),
            ("go mod vendor; gox_cd example.com/dep", "[ROOT]/code/dep x"),
            ("rm -r vendor; go work init . '../dep x'; gox_cd example.com/dep", "[ROOT]/code/dep x"),
            ("go work init . '../dep x'; mv go.work ..; cd \"$PWD/..\"; gox_cd", "[ROOT]/code"),
        ] {
            let seen = format!("{folder}\n");
            world.bash(before, &format!("rm -f go.work; {script}; pwd; rm -f go.work")).stdout(&seen).check();
            let _ = std::fs::remove_file(code.join("go.work"));
        }
        world.bash(before, "gox_cd fmt; [[ . -ef $(go env GOROOT)/src/fmt ]]").check();
        let said = "error: `/` is not in a module\nhint: make one: `gox_new example.com/hello`\n";
        world.bash(before, "cd /; gox_cd || exit").code(1).stderr(said).check();
        let said = "error: `./...` is more than one folder\n";
        world.bash(before, "gox_cd ./... || exit").code(1).stderr(said).check();
        let missing = world.bash(before, "gox_cd ./nope || exit").run();
        assert_eq!((missing.code(), missing.stdout.as_str()), (1, ""));
    }
}

#[test]
fn coverage_and_symbols_are_sorted() {
    let Some(world) = World::new() else { return };
    for before in ["", strict("bash")] {
        let output = world.bash(before, "gox_cover ./sub").run();
        let words = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        let seen =
            "example.com/m/sub/f.go:5: G 0.0% example.com/m/sub/f.go:3: F 100.0% total: (statements) 50.0%";
        assert_eq!((output.code(), words.as_str()), (0, seen), "{}", output.stderr);
        let output = world.bash(before, "gox_size 3; gox_size . 2 | tail -n +2; gox_size | wc -l").run();
        assert_eq!(output.code(), 0, "{}", output.stderr);
        let lines: Vec<_> = output.stdout.lines().collect();
        assert_eq!(
            (lines.len(), lines[0].split_once(' ').unwrap().1, lines[6]),
            (7, "total", "21"),
            "{lines:?}"
        );
        let size = |line: &str| line.split_once(' ').unwrap().0.parse::<u64>().unwrap();
        assert!(lines[..4].windows(2).all(|pair| size(pair[0]) >= size(pair[1])), "{lines:?}");
        assert_eq!(lines[4..6], lines[1..3]);
    }
    let failing = "package sub\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) { F(); t.Fail() }\n";
    world.sandbox.write("code/a b/sub/f_test.go", failing);
    let output = world.bash("", "gox_cover ./sub").run();
    assert!(output.code() == 1 && output.stdout.contains("50.0%"), "{}{}", output.stdout, output.stderr);
    world.sandbox.write("code/a b/sub/f.go", "package sub\n\nfunc F() {\n");
    let output = world.bash("", "gox_cover ./sub").run();
    assert!(
        output.code() == 1 && output.stdout.is_empty() && output.stderr.contains("build failed"),
        "{}{}",
        output.stdout,
        output.stderr
    );
}

#[test]
fn vendored_files_are_held_against_go_mod() {
    let Some(world) = World::new() else { return };
    for before in ["", strict("bash")] {
        let said = "error: `[ROOT]/code/a b` has no vendor/\n\
                    hint: make it: `go mod vendor`, or in a workspace `go work vendor`\n";
        world.bash(before, "gox_vendor || exit").code(1).stderr(said).check();
        world.bash(before, "go mod vendor; cd \"$PWD/sub\"; gox_vendor").check();
        let script = "echo // >>vendor/example.com/dep/f.go; gox_vendor || exit";
        let drift = world.bash(before, script).run();
        let line = "and vendor/example.com/dep/f.go differ\n";
        assert!(drift.code() == 1 && drift.stdout.ends_with(line), "{}{}", drift.stdout, drift.stderr);
        let script =
            "rm -r vendor; go work init . '../dep x'; go work vendor 2>/dev/null; gox_vendor && echo same
            touch vendor/new; gox_vendor || echo \"$?\"; rm -r vendor go.work";
        world.bash(before, script).stdout("same\nOnly in vendor: new\n1\n").check();
        // Without dependencies there is nothing to vendor.
        let script = "cd \"$PWD/../dep x\"; mkdir vendor; gox_vendor 2>/dev/null; rm -r vendor";
        world.bash(before, script).check();
    }
    assert_eq!(std::fs::read_dir(world.sandbox.root().join("tmp")).unwrap().count(), 0);
}

#[test]
fn direct_dependencies_with_a_newer_version_are_listed() {
    let Some(world) = World::new() else { return };
    for (name, versions, needs) in [
        ("old", &["v1.0.0", "v1.2.0"][..], "require example.com/below v1.0.0\n"),
        ("new", &["v1.0.0"], ""),
        ("below", &["v1.0.0", "v1.1.0"], ""),
    ] {
        let folder = format!("proxy/example.com/{name}/@v");
        world.sandbox.write(&format!("{folder}/list"), versions.join("\n"));
        for version in versions {
            let info = format!("{{\"Version\":\"{version}\",\"Time\":\"2024-01-01T00:00:00Z\"}}");
            world.sandbox.write(&format!("{folder}/{version}.info"), info);
            world.sandbox.write(
                &format!("{folder}/{version}.mod"),
                format!("module example.com/{name}\n\ngo 1.22\n\n{needs}"),
            );
        }
    }
    let needs = "require (\n\texample.com/old v1.0.0\n\texample.com/new v1.0.0\n\texample.com/below v1.0.0 // indirect\n)\n";
    world.sandbox.write("code/a b/go.mod", format!("module example.com/m\n\ngo 1.22\n\n{needs}"));
    let proxy = format!("file://{}", world.sandbox.root().join("proxy").display());
    for (before, vendor) in [("", false), (strict("bash"), true)] {
        if vendor {
            world.sandbox.write("code/a b/vendor/modules.txt", "");
        }
        let run = world.bash(before, "go list -mod=mod -m all >/dev/null; gox_outdated");
        run.env("GOPROXY", &proxy).env("GOSUMDB", "off").stdout("example.com/old v1.0.0 -> v1.2.0\n").check();
    }
}

#[test]
fn variables_of_go_are_exported_for_this_shell_alone() {
    let Some(world) = World::new() else { return };
    for before in ["", strict("bash")] {
        let script = "gox_env GOOS=plan9 GOPRIVATE='a b,*.x' GONOSUMDB=; printenv GOOS GOPRIVATE GONOSUMDB
            gox_env -u GOOS GOPRIVATE; echo \"${GOOS-unset} ${GOPRIVATE-unset}\"; ls ~/.config/go/env 2>&- || :";
        world.bash(before, script).stdout("plan9\na b,*.x\n\nunset unset\n").check();
        // All names are looked at before the first value is set.
        for name in ["PATH", "GO", "GOEXE", "GOVERSION", "URL", "goos", "GOOS,", "x[$(touch made)]"] {
            let said = format!(
                "error: `{name}` is not a variable that Go reads\nhint: all of them: `go help environment`\n"
            );
            let script = format!(
                "gox_env GOOS=js '{name}=1' || {{ echo \"$? ${{GOOS-unset}}\"; ls made 2>&- || exit 1; }}"
            );
            world.bash(before, &script).code(1).stdout("1 unset\n").stderr(&said).check();
        }
        world.bash(before, "gox_env GOOS || exit").code(2).stderr("usage: gox_env NAME=VALUE…\n").check();
    }
}

#[test]
fn the_first_class_ports_are_those_of_go() {
    let Some(World { go, sandbox }) = World::new() else { return };
    let list = sandbox.command(go.goroot.join("bin/go")).args(["tool", "dist", "list", "-json"]);
    let list = go.with(&sandbox, list).run().raw_stdout;
    let ports: Vec<serde_json::Value> = serde_json::from_slice(&list).unwrap();
    let first = ports.iter().filter(|port| port["FirstClass"] == true);
    let first: Vec<_> = first
        .map(|port| format!("{}/{}", port["GOOS"].as_str().unwrap(), port["GOARCH"].as_str().unwrap()))
        .collect();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("shell/library.bash");
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(&format!("set -- {}\n", first.join(" "))), "{first:?}");
}
