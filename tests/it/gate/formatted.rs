//! The hint for who ran `gofmt -w` behind `git add`.

use super::repository::{GOOD, Repository};
use crate::support::rows::side_by_side;

/// As gofmt does not write it, and as it does.
const STAGED: &str = "package p\n\nfunc  B()  {}\n";
const FORMATTED: &str = "package p\n\nfunc B() {}\n";
/// The path of a file, what is staged of it, and what the working tree has.
type File = (&'static str, &'static str, &'static str);

const FOUND: &str = "format  found    [TIME]\n";

fn hint(words: &str) -> String {
    format!("hint: formatted in the working tree, but not as staged: `git add {words}`\n")
}

#[test]
fn what_is_formatted_in_the_working_tree_alone() {
    let rows: Vec<(&[File], &str, String)> = vec![
        (&[("p/b.go", STAGED, FORMATTED)], "p/b.go\n", hint("p/b.go")),
        (&[("p/b c.go", STAGED, FORMATTED)], "p/b c.go\n", hint("'p/b c.go'")),
        (
            &[("p/b.go", STAGED, FORMATTED), ("q/b.go", STAGED, STAGED), ("r/b.go", STAGED, FORMATTED)],
            "p/b.go\nq/b.go\nr/b.go\n",
            hint("p/b.go r/b.go"),
        ),
        // `git add` would stage more than the format.
        (&[("p/b.go", STAGED, "package p\n\nfunc B() {}\n\nvar C = 1\n")], "p/b.go\n", String::new()),
        (&[("p/b.go", STAGED, "package p\n\nfunc  B() {}\n")], "p/b.go\n", String::new()),
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
fn the_command_works_from_a_folder_below_and_says_nothing_of_a_commit() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("p/b.go", STAGED, FORMATTED);
    let gate = |words: &str| repository.gate(&format!("--only format {words}")).cwd(repository.path("p"));
    let command = "git add ':/p/b.go'";
    gate("").code(1).stdout("p/b.go\n").stderr(&format!("{FOUND}{}", hint("':/p/b.go'"))).check();
    let output = gate("--json").run();
    assert!(output.stdout.contains(r#""findings":["p/b.go"]"#), "{}", output.stdout);
    repository.sandbox.sh(&format!("cd p; {command}"));
    gate("").stderr("format  ok       [TIME]\n").check();

    repository.write("p/b.go", STAGED);
    repository.git("commit -qnam bad");
    repository.write("p/b.go", FORMATTED);
    gate("--head").code(1).stdout("p/b.go\n").stderr(FOUND).check();
    // It is not in the working tree.
    repository.git("reset -q --soft HEAD~");
    std::fs::remove_file(repository.path("p/b.go")).unwrap();
    gate("").code(1).stdout("p/b.go\n").stderr(FOUND).check();
}
