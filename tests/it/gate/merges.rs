//! Merges by the real Git, in a repository with the hooks of `gox setup hooks`.

use std::fs;

use super::repository::{BAD, GOOD, Repository};
use crate::support::running::Output;
use crate::support::sandbox::GOX;

/// What another file needs, under its name and under another one.
const DECLARED: &str = "package p\n\nconst C = 1\n";
const RENAMED: &str = "package p\n\nconst D = 1\n";
const USED: &str = "package p\n\nvar V = C\n";

/// A repository with the hooks, and a file on which others depend.
fn repository() -> Option<Repository> {
    let repository = Repository::real()?;
    repository.sandbox.put_gox();
    fs::remove_file(repository.path(".git/hooks/pre-commit")).unwrap();
    let set_up = repository.command(GOX).args(["setup", "hooks", "--yes"]).run();
    assert_eq!(set_up.code(), 0, "{}", set_up.stderr);
    repository.write("p/c.go", DECLARED);
    commit(&repository, "declare");
    Some(repository)
}

fn commit(repository: &Repository, message: &str) {
    repository.git("add .");
    repository.git(&format!("commit -qm {message}"));
}

/// A commit with one more file on a branch of that name.
fn branch(repository: &Repository, name: &str, text: &str) {
    repository.git(&format!("checkout -q -b {name} main"));
    repository.write(&format!("p/{name}.go"), text);
    commit(repository, name);
    repository.git("checkout -q main");
}

#[track_caller]
fn git(repository: &Repository, words: &str, code: i32, step: &str) -> Output {
    let run = repository.command("git").args(words.split(' ')).run();
    let text = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(run.code(), code, "{words}: {text}");
    assert!(text.contains(step), "{words}: {text}");
    run
}

fn parents(repository: &Repository) -> usize {
    repository.git("log -1 --format=%p").split_whitespace().count()
}

/// Each branch is fine, and Git sees no conflict.
#[test]
fn a_merge_without_conflicts_that_does_not_compile() {
    let Some(repository) = repository() else { return };
    branch(&repository, "used", USED);
    branch(&repository, "fine", "package p\n\nvar W = 1\n");
    repository.write("p/c.go", RENAMED);
    commit(&repository, "rename");
    for words in ["merge used", "merge --no-ff used fine"] {
        let run = git(&repository, words, 1, "vet     found");
        assert!(run.stderr.contains("p/used.go:3:9: undefined: C"), "{}", run.stderr);
        git(&repository, "commit -qm again", 1, "vet     found");
        assert_eq!(parents(&repository), 1, "{words}");
        // The mend counts once it is staged.
        repository.write("p/used.go", &USED.replace('C', "D"));
        git(&repository, "commit -qm again", 1, "vet     found");
        repository.git("add p/used.go");
        git(&repository, "commit -qm merged", 0, "vet     ok");
        assert_eq!(parents(&repository), words.split(' ').filter(|word| !word.starts_with('-')).count());
        repository.git("reset -q --hard HEAD~");
    }
    git(&repository, "merge -m merged fine", 0, "vet     ok");
    assert_eq!(parents(&repository), 2);
    // One that makes no merge commit.
    repository.git("reset -q --hard HEAD~");
    git(&repository, "merge --squash used", 0, "");
    git(&repository, "commit -qm squashed", 1, "vet     found");
}

#[test]
fn a_merge_with_conflicts() {
    let Some(repository) = repository() else { return };
    branch(&repository, "a", &GOOD.replace('1', "2"));
    repository.write("p/a.go", &GOOD.replace('1', "3"));
    commit(&repository, "ours");
    git(&repository, "merge a", 1, "CONFLICT");
    let conflict = "error: `p/a.go` has a conflict\nhint: resolve it, then `git add` it\n";
    repository.gate("").code(1).stderr(conflict).check();
    // The markers are no Go.
    repository.git("add p/a.go");
    git(&repository, "commit -qm merged", 1, "format  found");
    repository.stage("p/a.go", BAD, GOOD);
    git(&repository, "commit -qm merged", 1, "vet     found");
    repository.stage("p/a.go", GOOD, BAD);
    git(&repository, "commit -qm merged", 0, "vet     ok");
    assert_eq!(parents(&repository), 2);
    assert_eq!(fs::read_to_string(repository.path("p/a.go")).unwrap(), BAD);
}
