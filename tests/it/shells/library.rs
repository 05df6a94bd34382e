//! The functions of `gox init bash --library`, with a go that only says how it was called.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::terminal::interactive;
use super::{bare, strict, world};
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

/// The names that appear in the shell.
const NAMES: [&str; 13] = [
    "gox_bench",
    "gox_cd",
    "gox_changed",
    "gox_cover",
    "gox_cross",
    "gox_env",
    "gox_eval",
    "gox_help",
    "gox_new",
    "gox_outdated",
    "gox_size",
    "gox_vendor",
    "gox_watch",
];

/// A go that says where it is and what it was given; `go env` gives what `FAKE_GOMOD` and `FAKE_GOWORK` are.
const GO: &str = r#"#!/bin/sh
case "$1 $2" in
'env GOMOD') echo "$FAKE_GOMOD" && exit ;;
'env GOWORK') echo "$FAKE_GOWORK" && exit ;;
'help environment') printf 'Variables:\n\n\tGOMODCACHE\n\t\tThe cache.\n' && exit ;;
esac
printf '%s:' "${PWD##*/}"
printf ' [%s]' "$@"
printf '\n'
exit "${FAKE_GO_EXIT:-0}"
"#;

/// A project in a folder with a blank in its name, and a go.
fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put_gox();
    sandbox.put_tool("go", GO);
    sandbox.write("code/a b/go.mod", "module example.com/m\n\ngo 1.22\n");
    sandbox
}

/// A bash with the functions, in the project.
pub(super) fn bash<'a>(sandbox: &'a Sandbox, before: &str, script: &str) -> Command<'a> {
    let script = format!("{before}\neval \"$(gox init bash --library)\"\n{script}");
    bare(sandbox, "bash").arg("-c").arg(script).cwd("code/a b")
}

fn shell_file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("shell").join(name)).unwrap()
}

#[test]
fn without_the_option_the_text_is_as_ever() {
    let sandbox = Sandbox::new();
    let text = |arguments: &[&str]| String::from_utf8(sandbox.gox(arguments).run().raw_stdout).unwrap();
    let common = ["begin.bash", "posix.sh", "functions.sh", "gox.bash", "complete.bash", "complete_go.bash"];
    let announce = ["announce.sh", "announce.bash"];
    let joined = |names: &[&str]| names.iter().map(|name| shell_file(name)).collect::<String>();
    for (arguments, names) in [
        (vec!["init", "bash"], [&common[..], &["end.bash"]].concat()),
        (vec!["init", "bash", "--announce"], [&common[..], &announce, &["end.bash"]].concat()),
        (vec!["init", "bash", "--library"], [&common[..], &["stubs.bash", "end.bash"]].concat()),
        (
            vec!["init", "bash", "--announce", "--library=stubs"],
            [&common[..], &announce, &["stubs.bash", "end.bash"]].concat(),
        ),
        (vec!["init", "bash", "--library=text"], vec!["library.bash"]),
    ] {
        assert_eq!(text(&arguments), joined(&names), "{arguments:?}");
    }
    for shell in ["zsh", "fish", "sh"] {
        let error = format!(
            "error: there are no functions for work with Go in {shell}\n\
             hint: bash has them: `gox init bash --library`\n"
        );
        for option in ["--library", "--library=text"] {
            sandbox.gox(["init", shell, option]).code(2).stderr(&error).check();
        }
    }
}

#[test]
fn only_their_own_names_appear() {
    let sandbox = project();
    let list = "list() { compgen -v; compgen -A function; shopt; shopt -o; trap; alias; }; list >../before\n\
                printf '%s\\n' PATH >>../before; alias rm='echo alias'";
    let script = "compgen -A function gox_
        gox_cross >/dev/null; gox_outdated >/dev/null; gox_changed >/dev/null 2>&1; gox_env 2>/dev/null
        unalias rm; list >../after
        diff ../before ../after | sed -n 's/^> //p' | grep -v -e '^_*gox' -e '^BASH_REMATCH$' -e '^PIPESTATUS$'";
    let seen = format!("{}\ngo\ngofmt\n", NAMES.join("\n"));
    bash(&sandbox, list, script).stdout(&seen).check();
}

#[test]
fn the_first_call_reads_them_and_the_version_of_the_folder_runs() {
    let sandbox = world();
    fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
    let gox = crate::support::sandbox::GOX;
    sandbox.put_tool("gox", &format!("#!/bin/sh\necho \"$*\" >>../calls\nexec {gox} \"$@\"\n"));
    sandbox.write("code/a b/.go-version", "1.21.0\n");
    let output = bash(&sandbox, "", "gox_outdated; gox_outdated; (cd ..; gox_outdated)").run();
    let ran: Vec<_> = output.stdout.lines().filter(|line| line.contains("toolchains/")).collect();
    let ran: Vec<_> = ran.iter().map(|line| line.split('/').nth_back(2).unwrap()).collect();
    assert_eq!(ran, ["go1.21.0", "go1.21.0", "go1.22.4"], "{}{}", output.stdout, output.stderr);
    assert_eq!(sandbox.read("code/calls"), "init bash --library\ninit bash --library=text\n");
}

#[test]
fn where_gox_is_gone_the_shell_says_so() {
    let sandbox = project();
    let output = bash(&sandbox, "", "PATH=/usr/bin:/bin; rm ../../bin/gox; gox_cd; echo $?").run();
    assert_eq!(output.stdout, "127\n");
    assert!(output.stderr.ends_with("gox: command not found\n") && output.stderr.lines().count() == 1);
}

#[test]
fn a_wrong_call_shows_the_right_one() {
    let sandbox = project();
    for before in ["", strict("bash")] {
        for (call, usage) in [
            ("gox_new", "gox_new MODULE"),
            ("gox_new a b", "gox_new MODULE"),
            ("gox_new -x", "gox_new MODULE"),
            ("gox_cd a b", "gox_cd [PACKAGE | MODULE]"),
            ("gox_cd -m", "gox_cd [PACKAGE | MODULE]"),
            ("gox_eval fmt", "gox_eval IMPORTS STATEMENTS"),
            ("gox_changed a b", "gox_changed [REVISION]"),
            ("gox_changed --cached", "gox_changed [REVISION]"),
            ("gox_bench", "gox_bench REVISION [REGEXP]"),
            ("gox_bench --all", "gox_bench REVISION [REGEXP]"),
            ("gox_cross linux", "gox_cross [OS/ARCH…]"),
            ("gox_cross linux/amd64 -v", "gox_cross [OS/ARCH…]"),
            ("gox_size . many", "gox_size [PACKAGE] [COUNT]"),
            ("gox_size -x", "gox_size [PACKAGE] [COUNT]"),
            ("gox_env", "gox_env NAME=VALUE…"),
            ("gox_env -u", "gox_env NAME=VALUE…"),
        ] {
            let run = bash(&sandbox, before, &format!("{call} || exit"));
            run.code(2).stderr(&format!("usage: {usage}\n")).check();
        }
        let help = bash(&sandbox, before, "gox_help").run();
        let mut names: Vec<_> = help.stdout.lines().map(|line| line.split(' ').next().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, NAMES, "{}", help.stderr);
        let wide: Vec<_> = help.stdout.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{wide:?}");
        let reference = include_str!("../../../docs/reference.md");
        for line in help.stdout.lines() {
            let call = line.split("  ").next().unwrap().replace('|', "\\|");
            assert!(reference.contains(&format!("\n| `{call}` | ")), "{call}");
        }
    }
}

#[test]
fn aliases_and_functions_of_the_user_are_no_part_of_them() {
    let sandbox = project();
    let words = ["rm", "mktemp", "git", "find", "cd", "builtin", "printf", "local", "cat", "sed", "export"];
    let aliases = words.map(|word| format!("alias {word}='echo alias of {word}; false'\n")).concat();
    let functions = "rm() { echo function; }; mktemp() { echo function; }; cd() { echo function; }";
    let script = format!(
        "{functions}\nshopt -s expand_aliases\n{aliases}
        gox_cross linux/arm64; gox_env -u GOX; gox_help | \\sed 1q; alias | \\grep -c '='"
    );
    let seen = format!(
        "a b: [build] [-o] [/dev/null] [./...]\nlinux/arm64: ok\n\
         gox_new MODULE                makes a folder with a new module, and runs it\n{}\n",
        words.len()
    );
    let said = "error: `GOX` is not a variable that Go reads\nhint: all of them: `go help environment`\n";
    bash(&sandbox, "", &script).stdout(&seen).stderr(said).check();
    assert_eq!(fs::read_dir(sandbox.root().join("tmp")).unwrap().count(), 0);
}

#[test]
fn each_platform_has_a_line_and_one_that_fails_is_enough() {
    let sandbox = project();
    for before in ["", strict("bash")] {
        let seen = "a b: [build] [-o] [/dev/null] [./...]\nlinux/arm64: ok\n\
                    a b: [build] [-o] [/dev/null] [./...]\njs/wasm: ok\nunset\n";
        let script = "gox_cross linux/arm64 js/wasm; echo ${GOOS-unset}";
        bash(&sandbox, before, script).stdout(seen).check();
        let seen = seen.replace("ok", "failed").replace("unset\n", "");
        let script = "gox_cross linux/arm64 js/wasm || exit";
        bash(&sandbox, before, script).env("FAKE_GO_EXIT", "9").code(1).stdout(&seen).check();
        let all = bash(&sandbox, before, "gox_cross").run().stdout;
        assert_eq!(all.lines().filter(|line| line.ends_with(": ok")).count(), 8, "{all}");
    }
}

#[test]
fn what_changed_is_tested_from_its_own_module() {
    let sandbox = project();
    for path in [
        "a/f.go",
        "b/f.go",
        "e/f.go",
        "e/g.go",
        "b/testdata/f.go",
        "b/testdata/x/data",
        "c d/f.go",
        "c d/pages/index.html",
        "docs/page.md",
        "nested/go.mod",
        "nested/x/f.go",
    ] {
        sandbox.write(&format!("code/a b/{path}"), "1\n");
    }
    let git = "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a";
    let commit = "git init -q .. && git add -A .. && git commit -qm one";
    bash(&sandbox, git, commit).check();
    for before in ["", strict("bash")] {
        for (change, seen) in [
            ("true", ""),
            ("echo 2 >|docs/page.md", ""),
            ("echo 2 >|a/f.go", "a b: [test] [./a]\n"),
            ("git rm -q a/f.go", ""),
            ("git mv e/g.go a/g.go", "a b: [test] [./a] [./e]\n"),
            ("echo 2 >|b/testdata/f.go; echo 2 >|b/testdata/x/data", "a b: [test] [./b]\n"),
            ("echo 2 >'c d/pages/new.html'; echo 2 >|b/f.go", "a b: [test] [./b] [./c d]\n"),
            ("echo 2 >|go.mod; echo 2 >|a/f.go", "a b: [test] [./a] [./...]\n"),
            ("mkdir -p vendor/x; echo 2 >vendor/x/f.go", "a b: [test] [./...]\n"),
            ("echo 2 >|nested/x/f.go", "nested: [test] [./x]\n"),
            ("echo 2 >|nested/go.mod", "nested: [test] [./...]\n"),
        ] {
            let script = format!("{change}\ngox_changed; git reset -q --hard; git clean -fdq");
            let said =
                if seen.is_empty() { "no package below this folder has changed since HEAD\n" } else { "" };
            bash(&sandbox, before, &script).stdout(seen).stderr(said).check();
        }
        // Since a revision, in a folder below, and what fails.
        let script =
            "git commit -q --allow-empty -m x; echo 2 >|b/f.go; cd \"$PWD/b\"; gox_changed HEAD~1 || exit";
        let run = bash(&sandbox, &format!("{git}; {before}"), script).env("FAKE_GO_EXIT", "9");
        run.code(9).stdout("b: [test] [.]\n").check();
        bash(&sandbox, "", "git reset -q --hard").check();
        let missing = bash(&sandbox, before, "gox_changed nope || exit").run();
        assert_eq!((missing.code(), missing.stdout.as_str()), (128, ""));
        assert!(missing.stderr.contains("bad revision 'nope'"), "{}", missing.stderr);
    }
    assert_eq!(fs::read_dir(sandbox.root().join("tmp")).unwrap().count(), 0);
}

#[test]
fn benchmarks_of_a_revision_run_in_a_worktree_that_does_not_stay() {
    let sandbox = project();
    sandbox.put_tool("benchstat", "#!/bin/sh\nfor file; do echo \"${file%%=*}\"; cat \"${file#*=}\"; done\n");
    sandbox.write("code/a b/sub/f.go", "package sub\n");
    let git = "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a";
    bash(&sandbox, git, "git init -q && git add -A && git commit -qm one").check();
    for before in ["", strict("bash")] {
        let script = "cd \"$PWD/sub\"; gox_bench HEAD Parse 2>../said || exit; git worktree list | grep -c .";
        let ran = "sub: [test] [-run] [^$] [-bench] [Parse] [-count] [6] [./...]\n";
        let seen = format!("base\n{ran}here\n{ran}1\n");
        bash(&sandbox, before, script).stdout(&seen).check();
        fs::remove_file(sandbox.root().join("code/a b/said")).unwrap();
        let fails = bash(&sandbox, before, "gox_bench HEAD || exit").env("FAKE_GO_EXIT", "9").run();
        assert_eq!((fails.code(), fails.stdout.as_str()), (1, ""));
        assert!(fails.stderr.ends_with("tree: [test] [-run] [^$] [-bench] [.] [-count] [6] [./...]\n"));
    }
    bash(&sandbox, "", "git worktree list | grep -c .").stdout("1\n").check();
    assert_eq!(fs::read_dir(sandbox.root().join("tmp")).unwrap().count(), 0);
}

#[test]
fn before_the_first_commit_all_is_new_and_nothing_is_to_be_compared() {
    let sandbox = project();
    sandbox.write("code/a b/a/f.go", "package a\n");
    sandbox.write("code/a b/b/f.go", "package b\n");
    for before in ["", strict("bash")] {
        bash(&sandbox, before, "rm -rf .git; git init -q; git add a").check();
        for call in ["gox_changed", "gox_changed HEAD", "git add .; gox_changed"] {
            let seen = bash(&sandbox, before, call).run();
            let seen: std::collections::BTreeSet<_> =
                seen.stdout.split_whitespace().map(str::to_owned).collect();
            assert_eq!(Vec::from_iter(seen), ["[./...]", "[./a]", "[./b]", "[test]", "a", "b:"], "{call}");
        }
        let said = "error: `HEAD` is not a commit of this repository\n";
        bash(&sandbox, before, "gox_bench HEAD || exit").code(1).stderr(said).check();
    }
    // In no repository Git says so.
    let none = bash(&sandbox, "", "rm -rf .git; gox_changed || exit").run();
    assert_eq!((none.code(), none.stdout.as_str()), (128, ""));
    assert_eq!(none.stderr.lines().filter(|line| line.starts_with("fatal: not a git repository")).count(), 1);
}

#[test]
fn control_c_ends_a_function_and_nothing_stays() {
    let sandbox = project();
    sandbox.put_tool("go", "#!/bin/sh\necho go-runs >&2\nread line\n");
    let git = "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a";
    bash(&sandbox, git, "git init -q && git add -A && git commit -qm one").check();
    let start = "eval \"$(gox init bash --library)\"; cd 'a b'";
    let mut terminal = interactive(&sandbox, "bash", start);
    for call in ["gox_bench HEAD", "gox_eval fmt x", "gox_watch", "gox_cover"] {
        terminal.wait_for("<0>");
        terminal.write(&format!("{call}\r"));
        terminal.wait_for("go-runs");
        terminal.write("\x03");
        terminal.wait_for("<130>");
        terminal.write("ls $TMPDIR | wc -l | sed s/^/left-/; git worktree list | wc -l | sed s/^/trees-/\r");
        terminal.wait_for("left-0");
        terminal.wait_for("trees-1");
    }
}

#[test]
fn a_change_runs_the_command_again() {
    let sandbox = project();
    let start = "eval \"$(gox init bash --library)\"; cd 'a b'";
    let mut terminal = interactive(&sandbox, "bash", start);
    terminal.wait_for("<0>");
    terminal.write("gox_watch sh -c 'echo >>../runs; echo run-$(wc -l <../runs); exit 3'\r");
    terminal.wait_for("run-1");
    terminal.wait_for("code 3");
    let (file, other) = (sandbox.code().join("a b/new.go"), sandbox.code().join("a b/other.go"));
    fs::write(&file, "").unwrap();
    terminal.wait_for("run-2");
    terminal.wait_for("code 3");
    // So much later that no clock is too coarse for it.
    let later = SystemTime::now() + Duration::from_secs(60);
    fs::File::open(&file).unwrap().set_modified(later).unwrap();
    terminal.wait_for("run-3");
    terminal.wait_for("code 3");
    fs::rename(&file, &other).unwrap();
    terminal.wait_for("run-4");
    terminal.wait_for("code 3");
    fs::remove_file(&other).unwrap();
    terminal.wait_for("run-5");
    terminal.wait_for("code 3");
    terminal.write("\x03");
    terminal.wait_for("<130>");
}

#[test]
fn what_a_build_writes_is_no_change() {
    let sandbox = project();
    let files = "binary .hidden.go f.test cover.out cpu.prof .git/x.go node_modules/x.js";
    let script = format!(
        "gox_help >/dev/null; mkdir .git node_modules; _gox_temporary=..; touch -d '1 hour ago' ../time; touch -d '2 hours \
         ago' go.mod; seen=$(__gox_watched); touch {files}; [[ $seen == $(__gox_watched) ]] && echo same
         touch 'x y.go'; [[ $seen == $(__gox_watched) ]] || echo new"
    );
    bash(&sandbox, "", &script).stdout("same\nnew\n").check();
}

#[test]
fn tab_completes_their_arguments() {
    let sandbox = project();
    sandbox.write("code/a b/cmd/tool/main.go", "package main\n");
    let start = "eval \"$(gox init bash --library)\"; cd 'a b'";
    let mut terminal = interactive(&sandbox, "bash", start);
    for (typed, seen) in [
        ("gox_cr\tlinux/s3\t", "[./...]\r\nlinux/s390x: ok"),
        ("gox_cover ./c\t", "[./cmd/tool]"),
        ("gox_env GOMODC\t/x; echo \"is-$GOMODCACHE\"", "is-/x"),
    ] {
        terminal.wait_for("<0>");
        terminal.write(&format!("{typed}\r"));
        terminal.wait_for(seen);
    }
}

#[test]
fn start_up_does_without_a_process() {
    let sandbox = project();
    // What only defines functions runs without PATH.
    let text = sandbox.gox(["init", "bash", "--library"]).run().raw_stdout;
    sandbox.write("code/init", text);
    let script =
        "PATH=/nonexistent; . ../init; compgen -A function gox_ | while read -r name; do echo $name; done";
    let seen = format!("{}\n", NAMES.join("\n"));
    bare(&sandbox, "bash").args(["-c", script]).cwd("code/a b").stdout(&seen).check();
}
