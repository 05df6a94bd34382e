//! `gox init --announce`: a line where a change of directory changed the version.

use super::{WITH_FUNCTIONS, bare, world};

#[test]
fn a_change_is_told_once_and_costs_nothing_elsewhere() {
    for name in WITH_FUNCTIONS {
        let sandbox = world();
        sandbox.write("code/a/.go-version", "1.21.0\n");
        sandbox.write("code/b/.go-version", "1.20\n");
        // The answer where the shell itself is not certain.
        sandbox.command("rm").arg(sandbox.root().join("bin/gox")).check();
        let init = sandbox.gox(["init", name, "--announce"]).run();
        sandbox.write("init", &init.raw_stdout);
        sandbox.put_tool("gox", "#!/bin/sh\necho \"$*\" >>\"$HOME/asked\"\necho 1.20.14\n");
        let hook = match name {
            "bash" => "hook() { eval \"$PROMPT_COMMAND\"; }",
            _ => "hook() { for f in $precmd_functions; do (exit $?); $f; done }",
        };
        let script = format!(
            ". ../init\n{hook}
hook; echo start; hook
cd a; (exit 3); hook; echo $?; hook
cd ..; hook; mkdir a/c; cd a/c; hook; cd ..; hook
cd ../b; hook; hook; cat ~/asked; cd ..; hook
for f in 1 2 3; do hook; done"
        );
        let stderr = "gox: go is 1.21.0 here\ngox: go is 1.22.4 here\ngox: go is 1.21.0 here\ngox: go is 1.20.14 here\ngox: go is 1.22.4 here\n";
        bare(&sandbox, name)
            .args(["-c", &script])
            .stdout("start\n3\nstatus --short\n")
            .stderr(stderr)
            .check();
    }
}

#[test]
fn other_hooks_stay() {
    let sandbox = world();
    for (before, after) in [
        ("", "declare -- PROMPT_COMMAND=\"__gox_announce\"\n"),
        ("PROMPT_COMMAND='a; b;'", "declare -- PROMPT_COMMAND=$'a; b;\\n__gox_announce'\n"),
        (
            "PROMPT_COMMAND=(a 'b # c')",
            "declare -a PROMPT_COMMAND=([0]=\"a\" [1]=\"b # c\" [2]=\"__gox_announce\")\n",
        ),
        ("export PROMPT_COMMAND=a", "declare -x PROMPT_COMMAND=$'a\\n__gox_announce'\n"),
        ("readonly PROMPT_COMMAND=a", "declare -r PROMPT_COMMAND=\"a\"\n"),
    ] {
        let init = "eval \"$(gox init bash --announce)\"";
        let script = format!("{before}\n{init}\n{init}\ndeclare -p PROMPT_COMMAND");
        let output = bare(&sandbox, "bash").args(["-c", &format!("set -eu\n{script}")]).run();
        output.assert(0, after, "");
    }
    let script = "precmd_functions=(a b); eval \"$(gox init zsh --announce)\"; eval \"$(gox init zsh --announce)\"; echo $precmd_functions";
    bare(&sandbox, "zsh").args(["-c", script]).stdout("a b __gox_announce\n").check();
}

#[test]
fn prompt_work_in_an_unchanged_directory_makes_no_system_call() {
    let sandbox = world();
    for name in WITH_FUNCTIONS {
        let init = sandbox.gox(["init", name, "--announce"]).run();
        let file = sandbox.write("init", &init.raw_stdout);
        let count = |times: usize| {
            let script =
                format!(". '{}'\n__gox_announce\n{}", file.display(), "__gox_announce\n".repeat(times));
            let flags = if name == "bash" { "--norc" } else { "-f" };
            // Allocation and signal masks are the shell's own.
            let trace = ["-f", "-qq", "-e", "trace=process,file,desc", "-o", "../trace"];
            sandbox.write("script", script);
            sandbox
                .command("strace")
                .args(trace)
                .args([name, flags, "-c", "eval \"$(cat ../script)\""])
                .run();
            let calls = ["stat", "open", "clone", "exec"];
            let trace = sandbox.read("trace");
            let lines = trace.lines().filter(|line| !line.contains("resumed>"));
            lines.filter(|line| calls.iter().any(|call| line.contains(call))).count()
        };
        assert_eq!(count(100), count(1), "{name}");
    }
}
