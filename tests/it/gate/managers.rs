//! The gate under programs that manage hooks, by the lines that `gox setup hooks` prints for them. Both hide what is
//! not staged before they call it.

use std::os::unix::fs::symlink;
use std::{env, fs};

use super::repository::{BAD, GOOD, Repository};
use crate::support::is_offline;

#[test]
fn lefthook_runs_it() {
    under("lefthook", "lefthook.yml", "");
}

#[test]
fn pre_commit_runs_it() {
    under("pre-commit", ".pre-commit-config.yaml", "repos:\n");
}

/// Adds to `file`, which begins with `text`, what gox prints, installs the manager's hook, and commits.
fn under(manager: &str, file: &str, text: &str) {
    let folders = env::var_os("PATH").unwrap();
    let Some(program) =
        env::split_paths(&folders).map(|folder| folder.join(manager)).find(|path| path.is_file())
    else {
        assert!(is_offline(), "no {manager}: `pip install {manager}`, or GOX_TEST_OFFLINE=1 to do without");
        return;
    };
    for (staged, tree) in [(BAD, GOOD), (GOOD, BAD)] {
        let Some(repository) = Repository::real() else { return };
        repository.sandbox.put_gox();
        symlink(&program, repository.sandbox.root().join("bin").join(manager)).unwrap();
        fs::remove_file(repository.path(".git/hooks/pre-commit")).unwrap();

        repository.write(file, text);
        let refused = repository.command("gox").args(["setup", "hooks"]).run();
        let lines: Vec<&str> =
            refused.stderr.lines().skip_while(|line| !line.starts_with("hint: ")).skip(1).collect();
        repository.write(file, &format!("{text}{}\n", lines.join("\n")));
        repository.git(&format!("add {file}"));
        repository.git("commit -qm manager");
        let installed = repository.command(manager).arg("install").run();
        assert_eq!(installed.code(), 0, "{}", installed.stderr);

        repository.stage("p/a.go", staged, tree);
        let run = repository.command("git").args(["commit", "-m", "x"]).run();
        let text = format!("{}{}", run.stdout, run.stderr);
        assert_eq!(run.code(), i32::from(staged == BAD), "{text}");
        assert!(text.contains("gate"), "{text}");
        assert_eq!(text.contains("vet     found"), staged == BAD, "{text}");
        assert_eq!(fs::read_to_string(repository.path("p/a.go")).unwrap(), tree);
        if staged == GOOD {
            // A commit may be bad by what it no longer has.
            repository.git("reset -q --hard");
            repository.stage("p/b.go", "package p\n\nvar b = A2\n", "package p\n\nvar b = A2\n");
            repository.stage("p/c.go", "package p\n\nconst A2 = 2\n", "package p\n\nconst A2 = 2\n");
            repository.git("commit -qnm both");
            repository.git("rm -q p/c.go");
            let run = repository.command("git").args(["commit", "-m", "x"]).run();
            let text = format!("{}{}", run.stdout, run.stderr);
            assert_eq!((run.code(), text.contains("vet     found")), (1, true), "{text}");
            // So may one that only changes go.work, which names no folder that is there.
            repository.git("reset -q --hard");
            let workspace = "go 1.20\n\nuse (\n\t.\n\t./none\n)\n";
            repository.stage("go.work", workspace, workspace);
            let run = repository.command("git").args(["commit", "-m", "x"]).run();
            let text = format!("{}{}", run.stdout, run.stderr);
            assert_eq!((run.code(), text.contains("vet     found")), (1, true), "{text}");
        }
    }
}
