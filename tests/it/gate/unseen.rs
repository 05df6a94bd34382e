//! What git or the overlay does not see by itself, and what a name can do.

use std::{fs, process};

use super::repository::{BAD, GOOD, Repository, copied_for};
use crate::support::pty::Terminal;
use crate::support::sandbox::GOX;

const VET_OK: &str = "vet     ok       [TIME]\n";

/// A package can be imported from a folder that `./...` passes over.
#[test]
fn packages_that_are_imported_from_testdata() {
    for folder in ["testdata", "_q", "p/testdata/q"] {
        for (staged, tree, code) in [(BAD, GOOD, 1), (GOOD, BAD, 0)] {
            let Some(repository) = Repository::real() else { return };
            let user = format!("package p\n\nimport q \"example.com/m/{folder}\"\n\nvar Q = q.A()\n");
            repository.write("p/b.go", &user);
            repository.write(&format!("{folder}/a.go"), GOOD);
            repository.git("add .");
            repository.git("commit -qnm testdata");
            repository.stage(&format!("{folder}/a.go"), &format!("{staged}\nvar  B = 1\n"), tree);
            let run = repository.gate("--only format,vet").run();
            assert_eq!(run.code(), code, "{folder}: {}{}", run.stdout, run.stderr);
            assert!(run.stderr.contains("no Go file has changes"), "gofmt passes over it: {}", run.stderr);
        }
    }
}

/// Its own files are never those that it judges.
#[test]
fn a_folder_for_temporary_files_inside_of_the_repository() {
    let Some(repository) = Repository::real() else { return };
    repository.write("p/internal/x/x.go", GOOD);
    repository.write(".gitignore", "/ignored\n");
    repository.git("add .");
    repository.git("commit -qnm internal");
    let user =
        "package p\n\nimport x \"example.com/m/p/internal/x\"\n\nvar X = p.A()\n".replace("x \"", "\"");
    for folder in ["tmp", "ignored/tmp"] {
        fs::create_dir_all(repository.path(folder)).unwrap();
        repository.stage("p/a.go", &format!("{user}\nvar Y = p.A()\n"), GOOD);
        let run = || repository.gate("--only format,vet").env("TMPDIR", repository.path(folder));
        run().stderr(&format!("format  ok       [TIME]\n{VET_OK}")).check();
        repository.write("p/x.h", "");
        run().stderr(&format!("{}format  ok       [TIME]\n{VET_OK}", copied_for("p/x.h"))).check();
        fs::remove_file(repository.path("p/x.h")).unwrap();
    }
}

/// The name of a file is shown and not obeyed.
#[test]
fn a_name_that_drives_a_terminal() {
    let Some(repository) = Repository::real() else { return };
    repository.write("p/a\x1b[31mX.go", "package  p\n");
    repository.git("add .");
    repository
        .gate("--only format")
        .code(1)
        .stdout("p/a\u{fffd}[31mX.go\n")
        .stderr("format  found    [TIME]\n")
        .check();
    let mut command = process::Command::new(GOX);
    command.args(["gate", "--only", "format"]).current_dir(repository.sandbox.work());
    command.env("HOME", repository.sandbox.user()).env("PATH", repository.sandbox.path_after::<&str>([]));
    let mut terminal = Terminal::start(command.env("TERM", "xterm").env("GOENV", "off"));
    terminal.wait_for("X.go");
    assert!(!terminal.raw().contains("\x1b[31m"), "{:?}", terminal.raw());
}
