//! The hook that runs the gate, with its options.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

use super::{HOOK, HOOKS, RUNS, repository, setup, undone};
use crate::support::sandbox::Sandbox;

/// The folder, or `core.hooksPath`, may come with an archive of somebody else.
#[test]
fn a_path_of_hooks_is_shown_and_not_obeyed() {
    let sandbox = Sandbox::new();
    sandbox.put_git_user();
    sandbox.sh("git init -q $(printf 'a\\033[35mX'); git init -q b; git -C b config core.hooksPath $(printf 'c\\033[35mX')");
    for folder in ["a\x1b[35mX", "b"] {
        let run = sandbox.gox(["setup", "hooks", "--dry-run"]).cwd(sandbox.code().join(folder));
        let mut terminal = run.terminal();
        let screen = terminal.last_screen();
        assert!(screen.contains("/pre-merge-commit is the same as that of "), "{screen}");
        assert!(!terminal.raw().contains("\x1b[35m"), "{:?}", terminal.raw());
    }
}

#[test]
fn the_hook_runs_the_gate_and_stops_the_commit_without_gox() {
    let sandbox = repository();
    let shown = setup(&sandbox, &["hooks", "--yes"], 0, &format!("{HOOKS}{RUNS}"));
    assert!(shown.starts_with("new file mode 100755\n--- /dev/null\n+++ "), "{shown}");
    let hooks = "[ROOT]/code/p/.git/hooks";
    let second =
        format!("the change of {hooks}/pre-merge-commit is the same as that of {hooks}/pre-commit\n");
    assert!(shown.ends_with(&second) && shown.matches("exec \"$gox\" gate").count() == 1, "{shown}");
    // A gox that says how it was called.
    sandbox.put_tool("gox", "#!/bin/sh\necho \"gox $*\"\nexit ${GATE:-0}\n");
    let commit = "cd p; GATE=%; export GATE; git commit -q --allow-empty -m 1 2>&1 || echo stopped";
    assert_eq!(sandbox.sh(&commit.replace('%', "1")), "gox gate\nstopped\n");
    assert_eq!(sandbox.sh(&commit.replace('%', "0")), "gox gate\n");
    fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
    let without = "cd p; git commit -q --allow-empty -m 2 2>&1 || echo stopped";
    let stopped = "error: could not find gox, which checks the commit\n\
        hint: commit without the check: `git commit --no-verify`; \
        remove the hook: `rm '[ROOT]/code/p/.git/hooks/pre-commit'`\nstopped\n";
    assert_eq!(sandbox.sh(without).replace(sandbox.root().to_str().unwrap(), "[ROOT]"), stopped);

    // Git skips in silence what cannot be executed.
    let hook = sandbox.code().join("p/.git/hooks/pre-commit");
    fs::set_permissions(&hook, Permissions::from_mode(0o644)).unwrap();
    let shown = setup(&sandbox, &["hooks", "--check"], 1, "");
    assert_eq!(shown, "old mode 100644 of [ROOT]/code/p/.git/hooks/pre-commit\nnew mode 100755\n");
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{}{RUNS}", HOOK.replace("created", "changed")));
    let as_written = "up to date: `hooks`\n";
    setup(&sandbox, &["hooks", "--check"], 0, as_written);
    // In a hook of another repository, too.
    let hooked = sandbox.gox(["setup", "hooks", "--check"]).cwd("code/p").env("GIT_DIR", "/none");
    hooked.stderr(as_written).check();
    setup(&sandbox, &["hooks", "--undo", "--yes"], 0, &undone(HOOKS));
    assert!(!hook.exists());
}

#[test]
fn options_in_the_hook_stay() {
    let sandbox = repository();
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{HOOKS}{RUNS}"));
    let hook = sandbox.code().join("p/.git/hooks/pre-commit");
    let written = fs::read_to_string(&hook).unwrap();
    let own = written.replace("\" gate\n", "\" gate --skip lint\n");
    fs::write(&hook, &own).unwrap();
    setup(&sandbox, &["hooks", "--check"], 0, "up to date: `hooks`\n");
    let run = sandbox.gox(["doctor", "setup-hooks"]).cwd(sandbox.code().join("p")).run();
    assert!(run.stdout.contains("ok      setup-hooks"), "{}", run.stdout);
    // The rest of the hook is renewed.
    fs::write(&hook, own.replace("exit 127", "exit 1")).unwrap();
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{}{RUNS}", HOOK.replace("created", "changed")));
    assert_eq!(fs::read_to_string(&hook).unwrap(), own);
    setup(&sandbox, &["hooks", "--undo", "--yes"], 0, &undone(HOOKS));
    assert!(!hook.exists());
}

#[test]
fn options_that_cannot_be_told_are_not_dropped() {
    let sandbox = repository();
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{HOOKS}{RUNS}"));
    let hook = sandbox.code().join("p/.git/hooks/pre-commit");
    let written = fs::read_to_string(&hook).unwrap();
    let gate = "exec \"$gox\" gate\n";
    for kept in [
        "exec \"$gox\" gate \\\n  --skip lint \\\n  --timeout 60\n",
        "exec \"$gox\" gate --skip lint # it is slow\n",
        "exec \"$gox\" gate\t--skip lint\n",
    ] {
        let own = written.replace(gate, kept);
        fs::write(&hook, &own).unwrap();
        setup(&sandbox, &["hooks", "--check"], 0, "up to date: `hooks`\n");
    }
    // The words before them are gox's.
    let own = written.replace(gate, "exec  \"$gox\"  gate  --skip lint\n");
    fs::write(&hook, own).unwrap();
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{}{RUNS}", HOOK.replace("created", "changed")));
    assert_eq!(
        fs::read_to_string(&hook).unwrap(),
        written.replace(gate, "exec \"$gox\" gate  --skip lint\n")
    );
    let error = "error: `[ROOT]/code/p/.git/hooks/pre-commit` has no line `exec \"$gox\" gate` any more\n\
        hint: put it back, with your options behind it, or write the hook anew: \
        `rm [ROOT]/code/p/.git/hooks/pre-commit && gox setup hooks`\n";
    for lost in [
        "\"$gox\" gate --skip lint || exit 1\n",
        "exec \"$gox\" \\\n  gate --skip lint\n",
        "exec \"$gox\" gateway\n",
        "",
    ] {
        let own = written.replace(gate, lost);
        fs::write(&hook, &own).unwrap();
        for more in ["--yes", "--check"] {
            setup(&sandbox, &["hooks", more], 1, error);
        }
        assert_eq!(fs::read_to_string(&hook).unwrap(), own);
    }
    setup(&sandbox, &["hooks", "--undo", "--yes"], 0, &undone(HOOKS));
}

#[test]
fn a_hook_that_is_not_there_gets_the_options_of_the_other() {
    let sandbox = repository();
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{HOOKS}{RUNS}"));
    let [commit, merge] =
        ["pre-commit", "pre-merge-commit"].map(|name| sandbox.code().join("p/.git/hooks").join(name));
    let own = fs::read_to_string(&commit).unwrap().replace("\" gate\n", "\" gate --skip lint\n");
    for (there, absent) in [(&commit, &merge), (&merge, &commit)] {
        fs::write(there, &own).unwrap();
        fs::remove_file(absent).unwrap();
        assert_eq!(sandbox.gox(["setup", "hooks", "--yes"]).cwd(sandbox.code().join("p")).run().code(), 0);
        assert_eq!(fs::read_to_string(absent).unwrap(), own);
    }
    // Each may have its own, and none.
    fs::write(&merge, own.replace(" --skip lint", "")).unwrap();
    setup(&sandbox, &["hooks", "--check"], 0, "up to date: `hooks`\n");
    // Those of somebody else are not taken over.
    fs::write(&merge, "#!/bin/sh\nexec \"$gox\" gate --head\n").unwrap();
    fs::remove_file(&commit).unwrap();
    let note = "`[ROOT]/code/p/.git/hooks/pre-merge-commit` is left as it is: gox did not write it\n";
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{note}{HOOK}{RUNS}"));
    assert_eq!(fs::read_to_string(&commit).unwrap(), own.replace(" --skip lint", ""));
}

#[test]
fn a_hook_without_gox_is_removed_by_the_printed_command() {
    for name in ["p", "it's a \"$b\""] {
        let sandbox = repository();
        fs::rename(sandbox.code().join("p"), sandbox.code().join("moved")).unwrap();
        let top = sandbox.code().join(name);
        fs::rename(sandbox.code().join("moved"), &top).unwrap();
        let make = "git commit -q --allow-empty -m 1; git worktree add -q ../w 2>&1; mkdir a ../w/a";
        assert_eq!(sandbox.command("sh").args(["-ec", make]).cwd(&top).run().code(), 0);
        let hook = |folder: &str| top.join(folder).join("pre-commit");
        for (hooks, from) in [
            (".git/hooks", top.join("a")),
            (".git/hooks", sandbox.code().join("w/a")),
            (".own", top.join("a")),
        ] {
            if hooks == ".own" {
                sandbox.command("git").args(["config", "core.hooksPath", hooks]).cwd(&top).run();
            }
            assert_eq!(sandbox.gox(["setup", "hooks", "--yes"]).cwd(&top).run().code(), 0);
            let commit = sandbox.command("git").args(["commit", "--allow-empty", "-m", "2"]).cwd(&from);
            let said = commit.run().stderr;
            let remove = said.trim_end().trim_end_matches('`').split_once("`rm ").unwrap().1;
            let remove = format!("rm {}", remove.replace("[ROOT]", sandbox.root().to_str().unwrap()));
            let run = sandbox.command("sh").args(["-ec", &remove]).cwd(&from).run();
            assert_eq!((run.code(), hook(hooks).exists()), (0, false), "{said}{}", run.stderr);
        }
    }
}

#[test]
fn a_linked_worktree_has_the_hooks_of_its_repository() {
    for name in [OsStr::new("p"), OsStr::new("a b\n"), OsStr::from_bytes(b"caf\xe9")] {
        let sandbox = repository();
        let top = sandbox.code().join(name);
        fs::rename(sandbox.code().join("p"), sandbox.code().join("moved")).unwrap();
        fs::rename(sandbox.code().join("moved"), &top).unwrap();
        let line = "git commit -q --allow-empty -m 1; git worktree add -q ../w 2>&1; mkdir ../w/below";
        assert_eq!(sandbox.command("sh").args(["-ec", line]).cwd(&top).run().code(), 0);
        let hook = top.join(".git/hooks/pre-commit");
        for folder in [sandbox.code().join("w/below"), top.clone()] {
            let gox = |more: &str| sandbox.gox(["setup", "hooks", more]).cwd(&folder).run();
            assert_eq!((gox("--yes").code(), hook.is_file()), (0, true), "{folder:?}");
            assert_eq!(gox("--check").code(), 0);
            assert_eq!((gox("--undo").code(), hook.is_file()), (1, true));
            let undo = sandbox.gox(["setup", "hooks", "--undo", "--yes"]).cwd(&folder).run();
            assert_eq!((undo.code(), hook.exists()), (0, false));
        }
        let folders: Vec<_> =
            fs::read_dir(sandbox.code()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(folders.len(), 2, "{folders:?}");
    }
}

#[test]
fn git_is_not_started_from_a_relative_entry_of_path() {
    let sandbox = repository();
    sandbox.put_script("code/p/git", "#!/bin/sh\ntouch started\nexec /usr/bin/git \"$@\"\n");
    sandbox.write("code/p/gox.toml", "format = 1\n");
    let absolute = sandbox.path_after::<&str>([]).into_string().unwrap();
    for path in [format!(".:{absolute}"), format!(":{absolute}"), format!("./:{absolute}")] {
        for words in [
            &["setup", "hooks", "--yes"][..],
            &["setup", "hooks", "--undo", "--yes"],
            &["sync", "--check", "--json", "gox.toml"],
        ] {
            let run = sandbox.gox(words).cwd(sandbox.code().join("p")).env("PATH", &path).run();
            assert_eq!(run.code(), 0, "{words:?} {}", run.stderr);
        }
    }
    assert!(!sandbox.code().join("p/started").exists());
    let run = sandbox.gox(["setup", "hooks", "--yes"]).cwd(sandbox.code().join("p")).env("PATH", ".").run();
    let error = "error: could not run `git`\n  caused by: no such file or directory\n\
        hint: install it, such as by `sudo apt-get install git`\n";
    assert_eq!((run.stderr.as_str(), run.code()), (error, 1));
}

#[test]
fn the_hook_is_taken_back_wherever_git_looks_for_hooks_today() {
    let sandbox = repository();
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{HOOKS}{RUNS}"));
    assert_eq!(sandbox.sh("cd p; git config core.hooksPath ../shared"), "");
    setup(&sandbox, &["hooks", "--undo", "--yes"], 0, &undone(HOOKS));
    assert!(!sandbox.code().join("p/.git/hooks/pre-commit").exists());
}
