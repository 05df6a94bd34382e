//! The functions are guests in somebody's shell: they cope with what is there, and leave nothing behind.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{ALL, WITH_FUNCTIONS, bare, shell, strict, world};
use crate::support::diff;

/// Words of the functions' own text that an alias could stand in for.
const WORDS: &str = "go gofmt gox local read command builtin case esac if then else elif fi while do done for in \
    return function shopt unset export complete compdef compadd emulate printf set unalias break PATH test";

#[test]
fn aliases_of_any_name_do_not_matter() {
    for name in WITH_FUNCTIONS {
        let sandbox = world();
        let enable = if name == "bash" { "shopt -s expand_aliases\n" } else { "" };
        let global = if name == "zsh" { "alias -g N='>/dev/null' L='| cat' go=x\n" } else { "" };
        let mut aliases = String::new();
        for word in WORDS.split_whitespace().chain(["[[", "{", "}", ":", "!"]) {
            writeln!(aliases, "alias '{word}'='echo alias of {word};'").unwrap();
        }
        // What comes after is the user's to read with aliases, so the script goes by quoted words.
        let init = format!("\\eval \"$(\\{} init {name})\"\n", "gox");
        let script = format!(
            "{enable}{global}{aliases}{init}'go' version; 'gox' default; \\alias go 2>/dev/null; \\alias local"
        );
        let output = bare(&sandbox, name).args(["-c", "eval \"$1\"", "x", &script]).run();
        let local = if name == "bash" {
            "alias local='echo alias of local;'\n"
        } else {
            "local='echo alias of local;'\n"
        };
        output.assert(0, &format!("go version go1.22.4 [OS]/[ARCH]\n1.22.4\n{local}"), "");
    }
}

#[test]
fn an_alias_or_function_from_before_is_replaced_and_one_from_after_is_the_users() {
    let sandbox = world();
    for name in WITH_FUNCTIONS {
        let enable = if name == "bash" { "shopt -s expand_aliases" } else { "setopt aliases" };
        for before in
            ["alias go='echo alias'", "function go { echo function; }", "alias gofmt=false go=false"]
        {
            let output = shell(&sandbox, name, &format!("{enable}\n{before}"), "eval 'go version'").run();
            output.assert(0, "go version go1.22.4 [OS]/[ARCH]\n", "");
        }
        shell(&sandbox, name, enable, "alias go='echo mine'\neval 'go version'")
            .stdout("mine version\n")
            .check();
    }
}

#[test]
fn the_status_is_the_tools() {
    let sandbox = world();
    for name in WITH_FUNCTIONS {
        for before in ["", strict(name)] {
            let script = "go x >&2 || echo $?; FAKE_GO_EXIT=0 go version >/dev/null && echo ok; if ! gofmt +x >/dev/null; then echo bad; fi; go y >&2; echo never";
            let output = shell(&sandbox, name, before, script).env("FAKE_GO_EXIT", "9").run();
            let (code, end) = if before.is_empty() { (0, "never\n") } else { (9, "") };
            assert_eq!(
                (output.code(), output.stdout),
                (code, format!("9\nok\n{end}")),
                "{name}: {}",
                output.stderr
            );
        }
    }
}

#[test]
fn the_tool_reads_stdin_and_runs_in_pipes_and_in_the_background() {
    let sandbox = world();
    let go = sandbox.home().join("toolchains/go1.22.4/bin/go");
    std::fs::remove_file(&go).unwrap();
    let tool = sandbox.put_tool("cat", "#!/bin/sh\nexec /bin/cat\n");
    std::fs::rename(tool, go).unwrap();
    for name in WITH_FUNCTIONS {
        let script = "echo a | go | sed s/a/b/; go <<<c; echo d >file; go <file & wait; echo $(go <file)";
        shell(&sandbox, name, "", script).stdout("b\nc\nd\nd\n").check();
    }
}

#[test]
fn no_name_option_trap_or_alias_is_left_behind() {
    let sandbox = world();
    for name in ALL {
        let list = match name {
            "bash" => "list() { compgen -v; compgen -A function; shopt; shopt -o; trap; alias; }",
            "zsh" => {
                "zmodload zsh/parameter; list() { print -l ${(k)parameters} ${(k)functions}; setopt; set -o; trap; alias; }"
            }
            _ => "function list; set --names; functions --all --names; trap; true; end",
        };
        let announce = match name {
            "fish" => "gox init fish --announce | source".to_owned(),
            _ => format!("eval \"$(gox init {name} --announce)\""),
        };
        let separator = "echo '====='";
        let run = "go version >/dev/null; gofmt >/dev/null; gox use 1.21; go x >/dev/null; gox use --unset";
        let script = format!(
            "{list}\nx=1 true\nlist; {separator}\n{announce}\n{run}\nlist; {separator}\n{announce}\n{run}\nlist"
        );
        let output = bare(&sandbox, name).args(["-c", &script]).env("GOX_USE", "1.22.4").run();
        assert_eq!((output.code(), output.stderr.lines().count()), (0, 4), "{name}: {}", output.stderr);
        let lists: Vec<BTreeSet<&str>> =
            output.stdout.split("=====\n").map(|list| list.lines().collect()).collect();
        let [before, once, twice] = &lists[..] else { panic!("{name}: {}", output.stdout) };
        let ours = |line: &&&str| {
            let own = line.starts_with("_gox") || line.starts_with("__gox");
            !own && !["go", "gofmt", "gox", "GOX_USE", "PROMPT_COMMAND", "precmd_functions", "_"]
                .contains(line)
        };
        // What a shell sets by itself when anything runs.
        let own = [
            "BASH_REMATCH",
            "PIPESTATUS",
            "pipestatus",
            "MATCH",
            "fish_kill_signal",
            "status_generation",
            "generated_by",
            "OLDPWD",
            "COLUMNS",
            "LINES",
        ];
        let new: Vec<_> = once.symmetric_difference(before).collect();
        let new: Vec<_> = new.iter().copied().filter(|line| ours(line) && !own.contains(line)).collect();
        assert!(new.is_empty(), "{name}: {new:?}");
        assert_eq!(once, twice, "{name}");
    }
}

#[test]
fn read_twice_is_as_once() {
    let sandbox = world();
    for name in ALL {
        let (init, state) = match name {
            "fish" => (
                "gox init fish --announce | source",
                "set -g; set -x; complete -c gox; functions gox __gox_announce",
            ),
            "bash" => (
                "eval \"$(gox init bash --announce)\"",
                "declare -p | grep -v -e ' BASH_ARG' -e ' _=' -e BASHPID -e ' RANDOM' -e ' SRANDOM' -e EPOCH -e SECONDS -e LINENO -e PIPESTATUS -e BASH_COMMAND; declare -f; complete -p; shopt; set -o; alias; trap",
            ),
            _ => (
                "eval \"$(gox init zsh --announce)\"",
                "typeset -p | grep -v -e EPOCH -e RANDOM -e SECONDS -e LINENO -e ' _=' -e TTYIDLE -e functrace; functions; setopt; alias; trap",
            ),
        };
        let run = |script: String| {
            let output = bare(&sandbox, name).args(["-c", &script]).run();
            output.assert(0, &output.stdout, "");
            output.stdout
        };
        let once = run(format!("{init}\n: x\n{state}"));
        let twice = run(format!("{init}\n{init}\n{state}"));
        // What a shell counts by itself.
        let own = [
            "functrace",
            "EXECUTION_STRING",
            "status_generation",
            "fish_kill_signal",
            "fish_pid",
            "pipestatus",
        ];
        let lines = |text: &str| {
            let kept = text.lines().filter(|line| !own.iter().any(|word| line.contains(word)));
            kept.collect::<Vec<_>>().join("\n")
        };
        let (once, twice) = (lines(&once), lines(&twice));
        assert!(once == twice, "{name}:\n{}", diff::lines(&once, &twice));
    }
}
