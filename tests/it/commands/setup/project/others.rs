//! Hooks of somebody else, and programs that manage hooks.

use std::fs;
use std::os::unix::fs::symlink;

use super::{HOOK, HOOKS, RUNS, repository, setup, undone};
use crate::support::sandbox::Sandbox;
use crate::support::tree;

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
