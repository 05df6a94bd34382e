//! Line endings by `.gitattributes`.

use std::fs;
use std::os::unix::fs::symlink;

use super::{repository, setup};
use crate::support::tree;

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
