//! `gox setup` of a project: line endings and the hook, in real repositories.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::sandbox::Sandbox;
use crate::support::tree;

/// A repository in `code/p` of a user who has a name.
fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put_git_user();
    assert_eq!(sandbox.sh("git init -q p"), "");
    sandbox
}

#[track_caller]
fn setup(sandbox: &Sandbox, arguments: &[&str], code: i32, stderr: &str) -> String {
    let run = sandbox.gox(["setup"]).args(arguments).cwd(sandbox.code().join("p")).run();
    assert_eq!((run.stderr.as_str(), run.code()), (stderr, code), "{arguments:?}\n{}", run.stdout);
    run.stdout
}

const ALREADY: &str = "it is in `[ROOT]/code/p/.gitattributes` already\n";
const ATTRIBUTES: &str = "created `[ROOT]/code/p/.gitattributes`\n\
    to stage it, what it converts, and all other changes of tracked files: `git add :/.gitattributes && git add --renormalize :/`\n";

#[test]
fn go_files_get_line_feeds_and_the_lines_of_the_user_count() {
    for before in [None, Some("*.go text eol=crlf\n"), Some("\u{feff}x.bin binary\r\n# end"), Some("")] {
        let sandbox = repository();
        if let Some(text) = before {
            sandbox.write("code/p/.gitattributes", text);
        }
        let [put, taken] = if before.is_some() { ["changed"; 2] } else { ["created", "removed"] };
        setup(&sandbox, &["attributes", "--yes"], 0, &ATTRIBUTES.replace("created", put));
        let end = if before.is_some_and(|text| text.contains("crlf")) { "crlf" } else { "lf" };
        let seen = format!(
            "x.go: eol: {end}\ngo.mod: eol: lf\na/b.sh: eol: lf\nx.txt: eol: unspecified\nx.txt: text: auto\n\
             a/testdata/x.go: text: unset\n"
        );
        let ask =
            "git check-attr eol -- x.go go.mod a/b.sh x.txt; git check-attr text -- x.txt a/testdata/x.go";
        let seen = if end == "crlf" {
            seen.replace("a/testdata/x.go: text: unset", "a/testdata/x.go: text: set")
        } else {
            seen
        };
        assert_eq!(sandbox.sh(&format!("cd p; {ask}")), seen);
        setup(&sandbox, &["attributes", "--yes"], 0, ALREADY);
        setup(&sandbox, &["attributes", "--check"], 0, "up to date: `attributes`\n");
        setup(
            &sandbox,
            &["attributes", "--undo", "--yes"],
            0,
            &format!("{taken} `[ROOT]/code/p/.gitattributes`\n"),
        );
        let after = fs::read_to_string(sandbox.code().join("p/.gitattributes")).ok();
        assert_eq!(after.as_deref(), before);
    }
}

#[test]
fn a_checkout_with_carriage_returns_is_mended_by_the_printed_command() {
    let sandbox = repository();
    let set =
        "cd p; git config core.autocrlf true; printf 'package p\\n' >x.go; git add x.go; git commit -qm 1
        rm x.go; git checkout -q x.go; od -An -c x.go | tr -d ' '";
    assert_eq!(sandbox.sh(set), "packagep\\r\\n\n");
    setup(&sandbox, &["attributes", "--yes"], 0, ATTRIBUTES);
    // Also from a folder below.
    let add = ATTRIBUTES.rsplit('`').nth(1).unwrap();
    // What it says of other changes is so.
    sandbox.sh("cd p; echo 1 >other; git add other; git commit -qm 2 other; echo 2 >other");
    let mend = format!(
        "mkdir p/a; cd p/a; {add}; cd ..; git diff --cached --name-only; rm x.go; git checkout -q x.go; od -An -c x.go | tr -d ' '"
    );
    assert_eq!(sandbox.sh(&mend), ".gitattributes\nother\npackagep\\n\n");
}

#[test]
fn a_project_is_needed() {
    let sandbox = repository();
    for target in ["attributes", "hooks"] {
        let run = sandbox.gox(["setup", target, "--yes"]).cwd(sandbox.user());
        run.code(1)
            .stderr("error: `~` is not in a Git repository\nhint: go to a project first: `cd PROJECT`\n")
            .check();
    }
    sandbox.sh("git init -q --bare b");
    let bare = "error: `[ROOT]/code/b` is not in a working tree of Git\n\
        hint: go to one; those of this repository: `git worktree list`\n";
    sandbox.gox(["setup", "hooks", "--yes"]).cwd(sandbox.code().join("b")).code(1).stderr(bare).check();
    let foreign = "error: `[ROOT]/code/p` belongs to another user, so Git refuses it\n\
        hint: if you trust it: `git config --global --add safe.directory [ROOT]/code/p`\n";
    let run = sandbox.gox(["setup", "hooks", "--yes"]).cwd(sandbox.code().join("p"));
    run.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").code(1).stderr(foreign).check();
    // From a folder below, and in a worktree, whose `.git` is a file.
    assert_eq!(
        sandbox.sh("cd p; mkdir -p a/b; git commit -q --allow-empty -m 1; git worktree add -q ../w"),
        ""
    );
    sandbox.gox(["setup", "attributes", "--yes"]).cwd(sandbox.code().join("p/a/b")).run();
    assert!(sandbox.code().join("p/.gitattributes").is_file());
    sandbox.gox(["setup", "attributes", "--yes"]).cwd(sandbox.code().join("w")).run();
    assert!(sandbox.code().join("w/.gitattributes").is_file());
}

const HOOK: &str = "created `[ROOT]/code/p/.git/hooks/pre-commit`\n";
const HOOKS: &str =
    "created `[ROOT]/code/p/.git/hooks/pre-commit`\ncreated `[ROOT]/code/p/.git/hooks/pre-merge-commit`\n";
fn undone(said: &str) -> String {
    said.replace("created", "removed")
}

const RUNS: &str = "the gate runs before each commit; to run it now: `gox gate`\n";

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
fn hooks_of_somebody_else_stay_as_they_are() {
    let lefthook = "lefthook, by `lefthook.yml`\nhint: add this job:\npre-commit:\n  jobs:\n    - name: gate\n      \
        run: gox gate\n";
    let pre_commit = "pre-commit, by `.pre-commit-config.yaml`\nhint: add this below `repos:`\n- repo: local\n  hooks:\n    \
        - id: gox-gate\n      name: gox gate\n      entry: gox gate\n      language: system\n      pass_filenames: false\n      always_run: true\n";
    let husky = "husky, by `.husky`\nhint: `printf '\\ngox gate\\n' >>.husky/pre-commit`\n";
    for (file, owner) in
        [("lefthook.yml", lefthook), (".pre-commit-config.yaml", pre_commit), (".husky/pre-commit", husky)]
    {
        let sandbox = repository();
        sandbox.write(&format!("code/p/{file}"), "");
        let before = tree::entries(&sandbox.code());
        let error = format!("error: the hooks of this repository belong to {owner}");
        setup(&sandbox, &["hooks", "--yes"], 1, &error);
        assert_eq!(tree::entries(&sandbox.code()), before);
    }
    let sandbox = repository();
    sandbox.write("code/p/.git/hooks/pre-commit", "#!/bin/sh\nexit 0\n");
    let foreign = "error: `[ROOT]/code/p/.git/hooks/pre-commit` is there, and gox did not write it\n\
        hint: run the gate in it, before it ends: `gox gate || exit`\n";
    setup(&sandbox, &["hooks", "--yes"], 1, foreign);
    setup(
        &sandbox,
        &["hooks", "--undo", "--yes"],
        0,
        "no file has what `gox setup` writes; nothing was changed\n",
    );
    fs::remove_file(sandbox.code().join("p/.git/hooks/pre-commit")).unwrap();

    // A folder of this repository may have the hooks, but not one that others share.
    assert_eq!(sandbox.sh("cd p; git config core.hooksPath .hooks"), "");
    setup(
        &sandbox,
        &["hooks", "--yes"],
        0,
        &format!(
            "created `[ROOT]/code/p/.hooks/pre-commit`\ncreated `[ROOT]/code/p/.hooks/pre-merge-commit`\n{RUNS}"
        ),
    );
    assert_eq!(sandbox.sh("cd p; git config core.hooksPath ../shared"), "");
    let shared = "error: `core.hooksPath` is `[ROOT]/code/shared`, a folder outside this repository\n\
        hint: run the gate in the hook of all repositories: [ROOT]/code/shared/pre-commit\n";
    setup(&sandbox, &["hooks", "--yes"], 1, shared);
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
fn a_merge_hook_of_somebody_else_stays() {
    let sandbox = repository();
    let merge = sandbox.write("code/p/.git/hooks/pre-merge-commit", "#!/bin/sh\nexit 0\n");
    let note = "`[ROOT]/code/p/.git/hooks/pre-merge-commit` is left as it is: gox did not write it\n";
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{note}{HOOK}{RUNS}"));
    setup(&sandbox, &["hooks", "--undo", "--yes"], 0, &undone(HOOK));
    assert!(merge.is_file());
    // It may be a program, or lead to one, also to one that is gone.
    fs::copy("/bin/true", &merge).unwrap();
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{note}{HOOK}{RUNS}"));
    setup(&sandbox, &["hooks", "--check"], 0, &format!("{note}up to date: `hooks`\n"));
    assert_eq!(fs::read(&merge).unwrap(), fs::read("/bin/true").unwrap());
    for target in ["/bin/true", "/none"] {
        fs::remove_file(&merge).unwrap();
        symlink(target, &merge).unwrap();
        setup(&sandbox, &["hooks", "--check"], 0, &format!("{note}up to date: `hooks`\n"));
    }
}

/// The lines that gox prints for the manager of a repository.
fn printed(sandbox: &Sandbox) -> String {
    let run = sandbox.gox(["setup", "hooks"]).cwd(sandbox.code().join("p")).run();
    run.stderr.split_once("repos:`\n").or(run.stderr.split_once("job:\n")).unwrap().1.to_owned()
}

/// Checks what is said of texts of `file`: that the gate is there, that its name is, or only whose the hooks are.
#[track_caller]
fn manages(file: &str, owner: &str, place: &str, see: &str, texts: [&[&str]; 3]) {
    let sandbox = repository();
    let [there, named, absent] = texts;
    let belongs = format!("error: the hooks of this repository belong to {owner}, by `{file}`\n");
    let detail = format!("  it names `gox gate`; check that {see}, without `--head` and `--from`\n");
    let path = if file == ".husky" { ".husky/pre-commit" } else { file };
    let said = |text: &str| {
        sandbox.write(&format!("code/p/{path}"), text);
        let before = tree::entries(&sandbox.code());
        let run = sandbox.gox(["setup", "hooks", "--yes"]).cwd(sandbox.code().join("p")).run();
        assert_eq!(tree::entries(&sandbox.code()), before);
        (run.code(), run.stderr.split("hint: ").next().unwrap().to_owned())
    };
    for text in there {
        assert_eq!(said(text), (0, format!("`{file}` has `gox gate`{place} already\n")), "{text}");
    }
    for text in named {
        assert_eq!(said(text), (1, format!("{belongs}{detail}")), "{text}");
    }
    for text in absent {
        assert_eq!(said(text), (1, belongs.clone()), "{text}");
    }
}

#[test]
fn lefthook_that_runs_the_gate_needs_nothing() {
    let sandbox = repository();
    sandbox.write("code/p/lefthook.yml", "");
    let there = [
        &printed(&sandbox),
        "pre-commit: {jobs: [{name: gate, run: gox gate}]}\n",
        "pre-push:\n  jobs:\n    - run: make\n\n# The check.\n\npre-commit:\n  commands:\n    gate:\n      \
         run: ~/.local/go/bin/gox gate --skip lint # all else\n    other:\n      run: make\n",
    ];
    let named = [
        "pre-push:\n  jobs:\n    - run: gox gate --head\n",
        "pre-commit:\n  jobs:\n    - run: gox gate --head\n",
        "pre-commit:\n  jobs:\n    - name: gox gate\n      run: make\n",
        "pre-commit:\n  jobs:\n    - run: make\npre-push:\n  jobs:\n    - run: gox gate\n",
        "pre-commit: {jobs: [{run: make}]}\npre-push: {jobs: [{run: gox gate}]}\n",
        "pre-commit:\n  jobs:\n    - run: echo gox gate\n",
    ];
    let absent = ["pre-commit:\n  jobs:\n    - run: make # gox gate\n", "# run: gox gate\n"];
    let see = "it is under `pre-commit`";
    manages("lefthook.yml", "lefthook", " under `pre-commit`", see, [&there, &named, &absent]);
}

#[test]
fn pre_commit_that_runs_the_gate_needs_nothing() {
    let sandbox = repository();
    sandbox.write("code/p/.pre-commit-config.yaml", "");
    let printed = format!("repos:\n{}", printed(&sandbox));
    let with = |more: &str| format!("{printed}{more}");
    let one = "repos: [{repo: local, hooks: [{id: gox-gate, name: gox gate, entry: gox gate, language: system, \
               pass_filenames: false, always_run: true}]}]\n";
    let there = [
        printed.clone(),
        one.to_owned(),
        with("      stages: [pre-push, pre-commit]\n"),
        with("      stages:\n      - pre-push\n      - commit\n"),
        with("      stages: [pre-commit]\ndefault_stages: [pre-push]\n"),
        with("default_install_hook_types: [pre-commit, pre-push]\n"),
        with("    - id: other\n      stages: [manual]\n"),
    ];
    let named = [
        with("      stages: [pre-push]\n"),
        with("      stages:\n        - manual\n    - id: pre-commit\n"),
        with("default_stages: [pre-push]\n"),
        with("default_install_hook_types:\n- pre-push\n"),
        with("      args: [--head]\n"),
        with("      args:\n        - --from=main\n"),
        one.replace("entry: gox gate", "entry: gox gate, stages: [manual]"),
        printed.replace("entry: gox gate", "entry: make"),
    ];
    let absent = printed.replace("gox gate", "make");
    let [there, named] =
        [&there[..], &named[..]].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
    let see = "it is the entry of a hook at the stage `pre-commit`";
    let place = " at the stage `pre-commit`";
    manages(".pre-commit-config.yaml", "pre-commit", place, see, [&there, &named, &[&absent]]);
}

#[test]
fn husky_that_runs_the_gate_needs_nothing() {
    let there = ["gox gate\n", "#!/bin/sh\n. \"$0/../_/husky.sh\"\n\nmake\nexec gox gate --skip lint\n"];
    let named = [
        "exit 0\ngox gate\n",
        "if false; then\ngox gate\nfi\n",
        "if false; then\n    gox gate\nfi\n",
        "false &&\ngox gate\n",
        "echo gox gate\n",
        "gox gate --head\n",
    ];
    let absent = ["make # gox gate\n", "gox gateway\n", ""];
    let see = "the script comes to it";
    manages(".husky", "husky", " in `pre-commit`", see, [&there, &named, &absent]);
    // The printed line, where the last one has no line feed.
    let sandbox = repository();
    sandbox.write("code/p/.husky/pre-commit", "make");
    let run = sandbox.gox(["setup", "hooks"]).cwd(sandbox.code().join("p")).run();
    sandbox.sh(&format!("cd p; {}", run.stderr.rsplit('`').nth(1).unwrap()));
    assert_eq!(sandbox.read("code/p/.husky/pre-commit"), "make\ngox gate\n");
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
fn attributes_are_not_written_through_a_link() {
    for target in ["../../user/.bashrc", "attributes", "../nowhere"] {
        let sandbox = repository();
        sandbox.write("user/.bashrc", "x=1\n");
        sandbox.write("code/p/attributes", "x=1\n");
        symlink(target, sandbox.code().join("p/.gitattributes")).unwrap();
        let before = (tree::entries(&sandbox.user()), tree::entries(&sandbox.code()));
        let error = "error: `[ROOT]/code/p/.gitattributes` is a symbolic link, which Git does not follow\n\
            hint: put a file of the repository in its place\n";
        for more in ["--yes", "--check", "--undo"] {
            setup(&sandbox, &["attributes", more], 1, error);
        }
        assert_eq!((tree::entries(&sandbox.user()), tree::entries(&sandbox.code())), before);
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

#[test]
fn a_hook_of_any_bytes_is_somebody_elses() {
    let sandbox = repository();
    let path = sandbox.write("code/p/.git/hooks/pre-commit", b"\x7fELF\xff");
    let error = "error: `[ROOT]/code/p/.git/hooks/pre-commit` is there, and gox did not write it\n\
        hint: move the file away and run the command again, or keep it\n";
    setup(&sandbox, &["hooks", "--yes"], 1, error);
    assert_eq!(fs::read(path).unwrap(), b"\x7fELF\xff");
}

#[test]
fn doctor_tells_in_a_line_that_others_have_the_hooks_now() {
    let sandbox = repository();
    setup(&sandbox, &["hooks", "--yes"], 0, &format!("{HOOKS}{RUNS}"));
    sandbox.write("code/p/lefthook.yml", "");
    let run = sandbox.gox(["doctor", "setup-hooks"]).cwd(sandbox.code().join("p")).run();
    let text = "\
setup
  warning setup-hooks  the hooks of this repository belong to lefthook, by `lefthook.yml`
                       why: gox cannot renew what it wrote there
                       mend: gox setup hooks

1 warning
";
    assert_eq!(run.stdout, text);
}
