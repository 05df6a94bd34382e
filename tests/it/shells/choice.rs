//! What the functions go and gofmt choose, and what they leave to the shim.

use super::{WITH_FUNCTIONS, shell, strict, world};

/// Files made by `/bin/sh` in the working directory, a command line, and what must run: a toolchain,
/// with `local` where GOTOOLCHAIN is so, or the shim.
type Case = (&'static str, &'static str, &'static str);

const VARIABLES: [Case; 28] = [
    ("", "GO_VERSION=1.21.0 go x", "go1.21.0 local"),
    ("", "GO_VERSION=go1.21.0 go x", "go1.21.0 local"),
    ("", "GO_VERSION=v1.23rc2 go x", "go1.23rc2 local"),
    ("", "GO_VERSION=1.20.14 go x", "go1.20.14 local"),
    ("echo 1.20.14 >.go-version", "GO_VERSION=1.21.0 go x", "go1.21.0 local"),
    ("mkfifo .go-version", "GO_VERSION=1.21.0 go x", "go1.21.0 local"),
    ("", "GO_VERSION= go x", "go1.22.4"),
    ("", "GO_VERSION=1.21.0; go x; unset GO_VERSION", "shim"),
    ("", "unset GO_VERSION; export GO_VERSION; GO_VERSION=(1.21.0); go x; unset GO_VERSION", "shim"),
    ("", "typeset -a GO_VERSION=(1.21.0 1.20.14); export GO_VERSION; go x; unset GO_VERSION", "shim"),
    ("", "typeset -A GO_VERSION=([0]=1.21.0); export GO_VERSION; go x; unset GO_VERSION", "shim"),
    ("", "GO_VERSION=1.22 go x", "shim"),
    ("", "GO_VERSION=1.21.9 go x", "shim"),
    ("", "GO_VERSION=' 1.21.0' go x", "shim"),
    ("", "GO_VERSION=1.21.0/../go1.22.4 go x", "shim"),
    ("printf 'go 1.22' >go.mod", "GO_VERSION=1.21.0 go x", "shim"),
    ("", "GO_VERSION='go version go1.21.0 linux/amd64' go x", "shim"),
    ("", "GO_VERSION='go1.21.0 linux/amd64' go x", "shim"),
    ("", "GOX_USE=1.21.0 go x", "go1.21.0 local"),
    ("echo 1.20.14 >.go-version", "GOX_USE=1.21.0 go x", "go1.21.0 local"),
    ("", "GO_VERSION=1.20.14 GOX_USE=1.21.0 go x", "go1.20.14 local"),
    ("", "GO_VERSION= GOX_USE=1.21.0 go x", "go1.21.0 local"),
    ("", "GOX_USE= go x", "go1.22.4"),
    ("", "GOX_USE=1.22 go x", "shim"),
    ("", "GO_VERSION=1.22 GOX_USE=1.21.0 go x", "shim"),
    ("", "GOX_USE=1.21.0; go x; unset GOX_USE", "shim"),
    ("", "GO_VERSION=1.20.14; GOX_USE=1.21.0 go x; unset GO_VERSION", "shim"),
    ("", "typeset -a GOX_USE=(1.21.0 1.20.14); export GOX_USE; go x; unset GOX_USE", "shim"),
];

const PINS: [Case; 36] = [
    ("printf 'golang 1.21.0\\ngolang 1.20.14\\n' >.tool-versions", "go x", "shim"),
    ("printf 'go 1.21.0\\ngo 1.20.14\\n' >.tool-versions", "go x", "shim"),
    ("echo 1.21.0 >.go-version", "go x", "go1.21.0 local"),
    ("mkdir -p a/b; echo 1.21.0 >.go-version", "cd a/b; go x", "go1.21.0 local"),
    ("mkdir a; echo 1.21.0 >.go-version; echo 1.20.14 >a/.go-version", "cd a; go x", "go1.20.14 local"),
    (
        "mkdir a; echo 1.21.0 >.go-version; echo golang 1.20.14 >a/.tool-versions",
        "cd a; go x",
        "go1.20.14 local",
    ),
    ("echo 1.21.0 >.go-version; echo golang 1.20.14 >.tool-versions", "go x", "go1.21.0 local"),
    (
        "mkdir a; echo 1.21.0 >.go-version; echo nodejs 20.1.0 >a/.tool-versions",
        "cd a; go x",
        "go1.21.0 local",
    ),
    (
        "printf 'nodejs 1\\ngolangci-lint 1.60\\nhugo 1\\ngolang \\t1.21.0  # why\\n' >.tool-versions",
        "go x",
        "go1.21.0 local",
    ),
    ("printf 'go 1.20.14\\ngolang 1.21.0\\n' >.tool-versions", "go x", "go1.21.0 local"),
    ("printf 'go 1.21.0' >.tool-versions", "go x", "go1.21.0 local"),
    ("printf 'go1.21.0\\r\\n \\n' >.go-version", "go x", "go1.21.0 local"),
    ("printf 'golang 1.21.0\\r\\nhugo 1\\r\\n' >.tool-versions", "go x", "go1.21.0 local"),
    ("printf 'golang 1.21.0\\rx/y\\n' >.tool-versions", "go x", "shim"),
    ("printf 'golang 1.21.0\\r\\r\\n' >.tool-versions", "go x", "shim"),
    ("printf 'nodejs 20\\rgolang 1.21.0\\n' >.tool-versions", "go x", "shim"),
    ("printf ' golang 1.21.0\\n' >.tool-versions", "go x", "shim"),
    ("printf 'golang 1.21.0 1.20.14\\n' >.tool-versions", "go x", "shim"),
    ("printf 'golang\\n' >.tool-versions", "go x", "shim"),
    ("printf 'golang 1.21.0//\\n' >.tool-versions", "go x", "shim"),
    ("printf '\\357\\273\\2771.21.0\\n' >.go-version", "go x", "shim"),
    ("printf '1.21.0\\n1.20.14\\n' >.go-version", "go x", "shim"),
    ("printf '1.21.0\\0\\n' >.go-version", "go x", "shim"),
    ("printf '1.21.0\\n\\0' >.go-version", "go x", "shim"),
    ("printf '# for now\\n1.21.0\\n' >.go-version", "go x", "shim"),
    (": >.go-version", "go x", "shim"),
    ("{ echo 1.21.0; head -c 10000000 /dev/zero | tr '\\0' '\\n'; } >.go-version", "go x", "shim"),
    ("mkfifo .go-version", "go x", "shim"),
    ("mkdir .go-version", "go x", "shim"),
    ("mkfifo .tool-versions", "go x", "shim"),
    ("ln -s nowhere .go-version", "go x", "shim"),
    ("echo 1.21.0 >real; ln -s real .go-version", "go x", "go1.21.0 local"),
    ("echo 1.22 >.go-version", "go x", "shim"),
    ("echo 1.21 >.go-version", "go x", "shim"),
    ("echo 1.20.0 >.go-version", "go x", "shim"),
    ("echo system >.go-version", "go x", "shim"),
];

const MODULES: [Case; 38] = [
    ("", "go x", "go1.22.4"),
    ("", "gofmt", "gofmt of go1.22.4"),
    ("printf 'module m\\n\\ngo 1.22.4\\n' >go.mod", "go x", "go1.22.4"),
    ("printf 'go 1.22' >go.mod", "go x", "go1.22.4"),
    ("printf 'go 1.22rc1' >go.mod", "go x", "go1.22.4"),
    ("printf 'module m' >go.mod", "go x", "go1.22.4"),
    (": >go.mod", "go x", "go1.22.4"),
    ("printf 'module m\\r\\ngo\\t1.21 // x\\r\\n' >go.mod", "go x", "go1.22.4"),
    ("printf 'go 1.21\\ntoolchain go1.22.4\\n' >go.mod", "go x", "go1.22.4"),
    (
        "printf 'require a.b/x-go v1.0.0\\nrequire a.b/go v1.9.0\\ngo 1.21\\ngo 1.99\\n' >go.mod",
        "go x",
        "go1.22.4",
    ),
    ("mkdir -p a/b; printf 'go 1.22\\n' >go.mod", "cd a/b; go x", "go1.22.4"),
    ("printf 'go 1.22.5' >go.mod", "go x", "shim"),
    ("printf 'go 1.23' >go.mod", "go x", "shim"),
    ("printf 'go 1.22\\ntoolchain go1.22.5\\n' >go.mod", "go x", "shim"),
    ("printf 'go 1.22\\ntoolchain default\\n' >go.mod", "go x", "shim"),
    ("printf 'go 1.22\\ntoolchain go1.21.0\\0\\n' >go.mod", "go x", "shim"),
    ("printf '\\tgo 1.23' >go.mod", "go x", "shim"),
    ("printf 'xgo go 1.5\\ngo 1.23' >go.mod", "go x", "shim"),
    ("printf 'go1.5\\n// go 1.5\\ngo 1.23' >go.mod", "go x", "shim"),
    ("printf 'xtoolchain toolchain go1.5\\ntoolchain go1.23.1' >go.mod", "go x", "shim"),
    ("printf '\\302\\240go 1.23' >go.mod", "go x", "shim"),
    ("printf 'require (\\n go 1.99\\n)\\n' >go.mod", "go x", "shim"),
    ("printf 'go 01.99' >go.mod", "go x", "shim"),
    ("printf 'go 1.21\\r1.23\\n' >go.mod", "go x", "shim"),
    ("printf 'go 1.99999999999999999999' >go.mod", "go x", "shim"),
    ("mkfifo go.mod", "go x", "shim"),
    ("printf 'go 1.22\\n' >go.mod; head -c 10000000 /dev/zero | tr '\\0' '\\n' >>go.mod", "go x", "shim"),
    ("printf 'go 1.21\\n' >go.work", "go x", "shim"),
    ("mkdir a; printf 'go 1.21\\n' >go.work; printf 'go 1.21\\n' >a/go.mod", "cd a; go x", "shim"),
    ("printf 'go 1.21\\n' >go.mod; echo 1.21.0 >.go-version", "go x", "go1.21.0 local"),
    ("printf 'go 1.22\\n' >go.mod; echo 1.21.0 >.go-version", "go x", "shim"),
    // A pin above the module's root is a floor.
    ("mkdir a; printf 'go 1.21\\n' >a/go.mod; echo 1.21.0 >.go-version", "cd a; go x", "go1.21.0"),
    ("mkdir a; printf 'go 1.22\\n' >a/go.mod; echo 1.21.0 >.go-version", "cd a; go x", "shim"),
    // Below it, or without a module, it is exact.
    ("mkdir a; printf 'go 1.21\\n' >go.mod; echo 1.21.0 >a/.go-version", "cd a; go x", "go1.21.0 local"),
    ("printf 'go 1.20\\n' >go.mod; echo 1.20.14 >.go-version", "go x", "go1.20.14 local"),
    ("printf 'go 1.23\\n' >go.mod; echo 1.23rc2 >.go-version", "go x", "go1.23rc2 local"),
    ("printf 'go 1.23rc3\\n' >go.mod; echo 1.23rc2 >.go-version", "go x", "shim"),
    ("printf 'go 1.23rc2\\n' >go.mod; echo 1.23rc2 >.go-version", "go x", "go1.23rc2 local"),
];

const SURROUNDINGS: [Case; 26] = [
    ("", "GOTOOLCHAIN=auto go x", "shim"),
    ("", "GOTOOLCHAIN= go x", "shim"),
    ("", "GOROOT=/x go x", "shim"),
    ("", "GO111MODULE=off go x", "shim"),
    ("", "GOWORK=off go x", "shim"),
    ("", "GOX_SYSTEM_HOME=/x go x", "shim"),
    ("", "GOTOOLCHAIN_INTERNAL_SWITCH_COUNT=1 go x", "shim"),
    ("", "GOTOOLCHAIN_INTERNAL_SWITCH_VERSION=go1.20 go x", "shim"),
    ("", "go +1.21 x", "shim"),
    ("", "gofmt +1.21", "shim"),
    ("", "go -C a x", "shim"),
    ("", "go mod tidy -C=a", "shim"),
    ("", "GOENV=/x/env go x", "shim"),
    (
        "mkdir -p ../user/.config/go; echo GOTOOLCHAIN=local >../user/.config/go/env",
        "unset GOENV; go x",
        "shim",
    ),
    ("mkdir -p ../user/.config/go; echo GOFLAGS=-v >../user/.config/go/env", "unset GOENV; go x", "go1.22.4"),
    ("mkdir -p c/go; echo GOWORK=off >c/go/env", "unset GOENV; XDG_CONFIG_HOME=$PWD/c go x", "shim"),
    ("ln -s . here", "cd here; go x", "go1.22.4"),
    ("mkdir gone", "cd gone; rmdir ../gone; go x 2>/dev/null", "shim"),
    (
        "mkdir -- \"a 'b\\\"\\$(c)\"; echo 1.21.0 >\"a 'b\\\"\\$(c)/.go-version\"",
        "cd a*c*; go x",
        "go1.21.0 local",
    ),
    ("mkdir -- \"-e\n-n\"; echo 1.21.0 >\"./-e\n-n/.go-version\"", "cd ./-*; go x", "go1.21.0 local"),
    ("mkdir '[ab]*?'; echo 1.21.0 >'[ab]*?/.go-version'", "cd '[ab]*?'; go x", "go1.21.0 local"),
    ("", "cd /; go x", "go1.22.4"),
    ("printf 'go 1.22\\n' >../tmp/go.mod", "cd ../tmp; go x", "shim"),
    (
        "echo GOTOOLCHAIN=go1.21.0 >../env; mv -f ../env ../user/.local/go/toolchains/go1.22.4/go.env",
        "go x",
        "shim",
    ),
    ("rm ../user/.local/go/default", "go x", "shim"),
    ("chmod 644 ../user/.local/go/toolchains/go1.22.4/bin/go", "go x", "shim"),
];

/// Each in a world of its own, with the options of a careful writer and with everything in the way.
fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for name in WITH_FUNCTIONS {
        for (mode, before) in [("plain", ""), ("strict", strict(name))] {
            for (prepare, command, expected) in cases {
                let sandbox = world();
                sandbox.command("/bin/sh").args(["-euc", prepare]).check();
                // A glob of the case's own is for the shell as it comes.
                let command = command.replacen("cd a*c*", "cd \"a 'b\\\"\\$(c)\"", 1);
                let command = command.replacen("cd ./-*", "cd \"./-e\n-n\"", 1);
                let output = shell(&sandbox, name, before, &command).run();
                let answer = answer(&output.stdout);
                if (answer.as_str(), output.code(), output.stderr.as_str()) != (*expected, 0, "") {
                    wrong.push(format!(
                        "{name} {mode}: {prepare}; {command}\n  {expected}, not {answer}: {output:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What ran: the fake tools and shims tell.
fn answer(stdout: &str) -> String {
    if stdout.starts_with("shim ") {
        return "shim".to_owned();
    }
    let parts = stdout.strip_prefix("file [HOME]/toolchains/").and_then(|rest| rest.split_once("/bin/go\n"));
    let Some((toolchain, rest)) = parts else { return stdout.trim_end().to_owned() };
    let mut answer = toolchain.to_owned();
    for line in rest.lines() {
        match line {
            "argument x" => {}
            "GOTOOLCHAIN=local" => answer += " local",
            _ if line.starts_with("GO_VERSION=") => {}
            line => answer.extend([" ", line]),
        }
    }
    answer
}

#[test]
fn an_exact_variable_decides() {
    check(&VARIABLES);
}

#[test]
fn a_pin_decides_where_it_is_plain() {
    check(&PINS);
}

#[test]
fn a_module_is_heard() {
    check(&MODULES);
}

#[test]
fn surroundings_are_noticed() {
    check(&SURROUNDINGS);
}

#[test]
fn what_the_function_runs_is_what_the_shim_runs() {
    for name in WITH_FUNCTIONS {
        let sandbox = world();
        let shims = sandbox.home().join("shims");
        std::fs::remove_dir_all(&shims).unwrap();
        sandbox.put_shims(&["go", "gofmt"]);
        for variables in
            ["", "GO_VERSION=1.21.0 ", "GO_VERSION=1.23rc2 ", "GO_VERSION=1.22 ", "GO_VERSION=1.x.y "]
        {
            let show = "FAKE_GO_SHOW='PATH HOME PWD GOENV TMPDIR' FAKE_GO_EXIT=7 ";
            let run = |tool: &str| {
                let output =
                    shell(&sandbox, name, "", &format!("{variables}{show}{tool} build './a b' '' \"-x\ny\""))
                        .run();
                (output.code(), output.stdout, output.stderr)
            };
            assert_eq!(run("go"), run("command go"), "{name}: {variables}");
            assert_eq!(run("gofmt"), run("command gofmt"), "{name}: {variables}");
        }
    }
}

#[test]
fn no_process_is_started_but_the_tool() {
    for name in WITH_FUNCTIONS {
        let sandbox = world();
        sandbox.write("code/go.mod", "module m\n\ngo 1.22\n");
        let init = sandbox.gox(["init", name]).run();
        let file = sandbox.write("init", &init.raw_stdout);
        let count = |script: &str| {
            let script = format!(". '{}'\n{script}", file.display());
            let flags = if name == "bash" { "--norc" } else { "-f" };
            let trace = [
                "-f",
                "-qq",
                "-e",
                "trace=execve,clone,clone3,fork,vfork",
                "-e",
                "signal=none",
                "-o",
                "../trace",
            ];
            sandbox.command("strace").args(trace).args([name, flags, "-c", &script]).run();
            sandbox.read("trace").lines().filter(|line| !line.contains("resumed>")).count()
        };
        let nothing = count(":");
        // The fake go is a script of builtins: one new process, one program.
        assert_eq!(count("go version; :") - nothing, 2, "{name}");
        assert_eq!(count("GO_VERSION=1.21.0 go version; :") - nothing, 2, "{name}");
        assert_eq!(
            count("echo 1.21.0 >.go-version; mkdir -p a/b/c/d/e 2>/dev/null; cd a/b/c/d/e; go version; :")
                - nothing,
            4,
            "{name}"
        );
    }
}

#[test]
fn a_choice_asks_the_file_system_little() {
    for name in WITH_FUNCTIONS {
        let sandbox = world();
        sandbox.write("code/go.mod", "module m\n\ngo 1.21\n");
        sandbox.write("code/.go-version", "1.22.4\n");
        let init = sandbox.gox(["init", name]).run();
        let file = sandbox.write("init", &init.raw_stdout);
        let count = |folder: &str, script: &str| {
            std::fs::create_dir_all(sandbox.code().join(folder)).unwrap();
            let script = format!(". '{}'\n{script} || exit; :", file.display());
            let flags = if name == "bash" { "--norc" } else { "-f" };
            let trace = ["-qq", "-e", "trace=%file", "-e", "signal=none", "-o", "trace"];
            let command = sandbox.command("strace").args(trace).args([name, flags, "-c", &script]);
            command.cwd(format!("code/{folder}")).check();
            sandbox.read(&format!("code/{folder}/trace")).lines().count()
        };
        let choice = |folder| {
            count(folder, "__gox_with_home __gox_with_variables __gox_choose go x") - count(folder, ":")
        };
        let (near, far) = (choice("a"), choice("a/b/c/d/e"));
        // Six names in each directory without anything, and one in each above the module.
        assert_eq!(far - near, 4 * 6, "{name}");
        let above = sandbox.root().ancestors().count();
        assert!(near <= 6 + above + 24, "{name}: {near}, {above}");
    }
}

#[test]
fn the_tool_has_the_environment_of_the_shell_and_one_variable_more() {
    for name in WITH_FUNCTIONS {
        let sandbox = world();
        let tool = sandbox.put_tool("tool", "#!/bin/sh\nexec env\n");
        let go = sandbox.home().join("toolchains/go1.21.0/bin/go");
        std::fs::rename(&tool, &go).unwrap();
        for before in ["", strict(name), "export _x=1", "set -a"] {
            let variables = |command: &str| {
                let output = shell(&sandbox, name, before, &format!("{command}; :"));
                let output = output.env("GO_VERSION", "1.21.0").run();
                let mut lines: Vec<_> = output.stdout.lines().map(str::to_owned).collect();
                lines.retain(|line| !line.starts_with("_=") && !line.starts_with("shim "));
                lines.sort();
                lines
            };
            let direct = variables(&format!("GOTOOLCHAIN=local '{}'", go.display()));
            assert_eq!(variables("go"), direct, "{name}: {before}");
        }
    }
}
