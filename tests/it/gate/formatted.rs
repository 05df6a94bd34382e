//! The command that mends what `format` finds.

use super::repository::{GOOD, Repository};
use crate::support::rows::side_by_side;

/// As gofmt does not write it, and as it does.
const STAGED: &str = "package p\n\nfunc  B()  {}\n";
const FORMATTED: &str = "package p\n\nfunc B() {}\n";
/// The path of a file, what is staged of it, and what the working tree has.
type File = (&'static str, &'static str, &'static str);

const FOUND: &str = "format  found    [TIME]\n";

fn hint(words: &str) -> String {
    format!("hint: formatted in the working tree, but not yet staged: `git add {words}`\n")
}

/// The hint where the working tree is to be formatted.
fn both(words: &str) -> String {
    format!("hint: format and stage: `gofmt -w {words} && git add {words}`\n")
}

#[test]
fn the_command_formats_and_stages_what_the_working_tree_lacks() {
    let part = "hint: format and stage: `gofmt -w p/b.go && git add -p p/b.go`\n";
    let rows: Vec<(&[File], &str, String)> = vec![
        (&[("p/b.go", STAGED, FORMATTED)], "p/b.go\n", hint("p/b.go")),
        (&[("p/b c.go", STAGED, FORMATTED)], "p/b c.go\n", hint("'p/b c.go'")),
        (&[("p/b.go", STAGED, STAGED)], "p/b.go\n", both("p/b.go")),
        (&[("-w.go", STAGED, STAGED)], "-w.go\n", both("./-w.go")),
        (
            &[("p/b.go", STAGED, FORMATTED), ("q/b.go", STAGED, STAGED), ("r/b.go", STAGED, FORMATTED)],
            "p/b.go\nq/b.go\nr/b.go\n",
            both("p/b.go q/b.go r/b.go"),
        ),
        // `git add` would stage more than the format.
        (&[("p/b.go", STAGED, "package p\n\nfunc B() {}\n\nvar C = 1\n")], "p/b.go\n", part.into()),
        (&[("p/b.go", STAGED, "package p\n\nfunc  B() {}\n\nvar C = 1\n")], "p/b.go\n", part.into()),
        (&[("p/b.go", "package", "package")], "p/b.go:1:8: expected 'IDENT', found 'EOF'\n", String::new()),
        (&[("p/b.go", "package", GOOD)], "p/b.go:1:8: expected 'IDENT', found 'EOF'\n", String::new()),
    ];
    side_by_side(rows, |(files, stdout, hint)| {
        let Some(repository) = Repository::real() else { return };
        for (path, staged, _) in files {
            repository.write(path, staged);
        }
        repository.git("add .");
        for (path, _, tree) in files {
            repository.write(path, tree);
        }
        repository.gate("--only format").code(1).stdout(stdout).stderr(&format!("{FOUND}{hint}")).check();
    });
}

#[test]
fn a_command_names_so_many_files_that_it_fits_on_a_terminal() {
    let Some(repository) = Repository::real() else { return };
    let names: Vec<String> = (10..40).map(|number| format!("p/{number}.go")).collect();
    for name in &names {
        repository.write(name, STAGED);
    }
    repository.git("add .");
    let words = names[..20].join(" ");
    let hint = format!("hint: format and stage, 20 of 30: `gofmt -w {words} && git add {words}`\n");
    let found = names.join("\n") + "\n";
    repository.gate("--only format").code(1).stdout(&found).stderr(&format!("{FOUND}{hint}")).check();
}

#[test]
fn the_command_is_for_the_folder_of_the_user() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("p/b.go", STAGED, FORMATTED);
    let gate = || repository.gate("--only format").cwd(repository.path("p"));
    gate().code(1).stdout("p/b.go\n").stderr(&format!("{FOUND}{}", hint("b.go"))).check();
    let output = repository.gate("--only format --json").run();
    assert!(output.stdout.contains(r#""findings":["p/b.go"]"#), "{}", output.stdout);
    assert_eq!(output.stderr, format!("{FOUND}{}", hint("p/b.go")));
    repository.write("q/c.go", "package q\n");
    // git calls the hook at the top.
    assert_eq!(repository.commit("-m second", "code/q"), 1);
    assert!(
        repository.sandbox.read("err").contains(&hint("../p/b.go")),
        "{}",
        repository.sandbox.read("err")
    );
    repository.sandbox.sh("cd q; git add ../p/b.go");
    gate().stderr("format  ok       [TIME]\n").check();
}

/// A variable of git outlives the hook in a shell that an alias started, and anybody may set it.
#[test]
fn a_folder_that_git_named_counts_only_in_a_hook() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("p/b.go", STAGED, FORMATTED);
    let (index, programs) = (("GIT_INDEX_FILE", ".git/index"), ("GIT_EXEC_PATH", "/usr/lib/git-core"));
    for (variable, prefix, words) in [
        (("LANG", "C"), "p/", "p/b.go"),
        (index, "p/", "b.go"),
        (programs, "p/", "b.go"),
        (index, "", "p/b.go"),
        (index, "/etc/", "p/b.go"),
        (index, "../code/p/", "p/b.go"),
        (index, "gone/", "p/b.go"),
    ] {
        let gate = repository.gate("--only format").env("GIT_PREFIX", prefix).env(variable.0, variable.1);
        gate.code(1).stdout("p/b.go\n").stderr(&format!("{FOUND}{}", hint(words))).check();
    }
    let gate = repository.gate("--only format").env("GIT_PREFIX", "p/").env(programs.0, programs.1);
    let screen = gate.terminal().last_screen();
    assert!(screen.contains("`git add p/b.go`"), "{screen}");
}

#[test]
fn line_endings_of_a_checkout_are_no_changes() {
    let [staged, formatted] = [STAGED, FORMATTED].map(|text| text.replace('\n', "\r\n"));
    let part = "hint: format and stage: `gofmt -w p/b.go && git add -p p/b.go`\n".to_owned();
    let more = format!("{staged}\r\nvar C = 1\r\n");
    let (converted, none) = ("*.go text eol=crlf\n", "*.go -text\n");
    let rows = [
        (converted, &*staged, &*staged, both("p/b.go")),
        (converted, &staged, &formatted, hint("p/b.go")),
        (converted, &staged, &more, part.clone()),
        // Git would commit them.
        (none, STAGED, &formatted, part),
    ];
    side_by_side(rows, |(attributes, staged, tree, said)| {
        let Some(repository) = Repository::real() else { return };
        repository.write(".gitattributes", attributes);
        repository.stage("p/b.go", staged, tree);
        let run = repository.gate("--only format").run();
        assert_eq!((run.code(), run.stderr), (1, format!("{FOUND}{said}")), "{}", run.stdout);
    });
}

#[test]
fn a_past_commit_is_mended_by_the_next() {
    let Some(repository) = Repository::real() else { return };
    let head = |hint: &str| {
        let gate = repository.gate("--only format --head").code(1);
        gate.stdout("p/b.go\n").stderr(&format!("{FOUND}{hint}")).check();
    };
    repository.write("p/b.go", STAGED);
    repository.git("add .");
    repository.git("commit -qnm bad");
    head("hint: format and commit: `gofmt -w p/b.go && git add p/b.go && git commit`\n");
    repository.write("p/b.go", FORMATTED);
    head("hint: formatted in the working tree, but not yet committed: `git add p/b.go && git commit`\n");
    // It is not in the working tree.
    std::fs::remove_file(repository.path("p/b.go")).unwrap();
    head("");
}
