//! Symbolic links, in the commit and in the working tree: none leads the gate to files outside, and none lets it judge
//! others than those of the commit.

use std::fs;
use std::os::unix::fs::symlink;

use super::repository::{BAD, GOOD, Repository, copied, copied_for};

/// What is read as a finding or not: a user of the package q.
const OF_Q: &str = "package p\n\nimport p \"example.com/m/q\"\n\nvar Q = p.A()\n";

/// The folder has the names of files that the working tree has in the place of the link, untracked and ignored.
#[test]
fn what_a_link_of_the_commit_leads_to_is_left_alone() {
    for is_absolute in [true, false] {
        let repository = Repository::scripted("#!/bin/sh\n", "#!/bin/sh\n");
        let files = ["y.go", "z.go", "n.go", "sub/z.go", "both.go"];
        for file in files {
            repository.sandbox.write(&format!("precious/{file}"), "precious");
        }
        let precious = repository.sandbox.root().join("precious");
        let target = if is_absolute { precious.clone() } else { "../precious".into() };
        symlink(&target, repository.path("gen")).unwrap();
        symlink(target.join("both.go"), repository.path("p/link.go")).unwrap();
        repository.write(".gitignore", "z.go\nlink.go\n");
        repository.git("add -f .");
        repository.git("commit -qnm link");

        fs::remove_file(repository.path("gen")).unwrap();
        for file in files {
            repository.write(&format!("gen/{file}"), "package gen\n");
        }
        repository.git("add -N gen/n.go");
        repository.write("new.h", "");
        repository.stage("p/a.go", GOOD, GOOD);
        let before = repository.files();
        for words in ["", "--head", "--also test"] {
            let run = repository.gate(words).run();
            assert_eq!(run.code(), 0, "{}", run.stderr);
            assert!(run.stderr.contains("note: the commit is checked in a copy: "), "{}", run.stderr);
        }
        for file in files {
            assert_eq!(repository.sandbox.read(&format!("precious/{file}")), "precious", "{file}");
        }
        let names = fs::read_dir(&precious).unwrap().count();
        assert_eq!(names, 5, "the same files as before");
        assert_eq!(repository.files(), before);
    }
}

/// A file in the place of a folder, a folder in the place of a file, and a repository in the place of a file.
#[test]
fn ignored_files_in_the_place_of_others() {
    let Some(repository) = Repository::real() else { return };
    repository.write(".gitignore", "z.go\nfolder.go\n");
    repository.write("file", "text");
    repository.write("p/folder.go/a.txt", "text");
    repository.write("q", "text");
    repository.git("add -f .");
    repository.git("commit -qnm more");
    fs::remove_file(repository.path("file")).unwrap();
    repository.write("file/z.go", BAD);
    fs::remove_dir_all(repository.path("p/folder.go")).unwrap();
    repository.write("p/folder.go", BAD);
    fs::remove_file(repository.path("q")).unwrap();
    repository.git("init -q q");
    repository.write("p/x.h", "");
    repository.stage("p/a.go", GOOD, GOOD);
    let run = repository.gate("--only vet").run();
    assert_eq!(run.code(), 0, "{}{}", run.stdout, run.stderr);
}

/// A folder of the tree that is a link, and of which the commit has nothing, or something else.
#[test]
fn a_link_to_a_folder_in_the_tree_alone() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("p/b.go", OF_Q, OF_Q);
    repository.sandbox.write("other/q.go", GOOD);
    symlink("../other", repository.path("q")).unwrap();
    let run = repository.gate("--only vet").run();
    assert_eq!((run.code(), run.stderr.contains(&copied_for("q"))), (1, true), "{}", run.stderr);
    // Also where git ignores the name.
    repository.write("q2/q.go", "package q\n\nvar B = 1\n");
    fs::remove_file(repository.path("q")).unwrap();
    fs::rename(repository.path("q2"), repository.path("q")).unwrap();
    repository.git("add q");
    fs::remove_dir_all(repository.path("q")).unwrap();
    symlink("../other", repository.path("q")).unwrap();
    for ignored in ["", "q\n"] {
        repository.write(".gitignore", ignored);
        let run = repository.gate("--only vet").run();
        assert_eq!(run.code(), 1, "{}", run.stderr);
        assert!(run.stdout.contains("p/b.go:5:11: undefined: p.A"), "{}", run.stdout);
    }
}

/// A link that git ignores is a part of what is checked, in the tree and in the copy.
#[test]
fn an_ignored_link_and_an_ignored_repository() {
    let Some(repository) = Repository::real() else { return };
    repository.write(".gitignore", "/q\n/r\n");
    repository.sandbox.write("other/q.go", GOOD);
    symlink("../other", repository.path("q")).unwrap();
    repository.write("r/r.go", GOOD);
    repository.git("init -q r");
    let user = OF_Q.replace("import", "import _ \"example.com/m/r\"\nimport");
    repository.stage("p/b.go", &user, BAD);
    for header in [false, true] {
        if header {
            repository.write("p/x.h", "");
        }
        let run = repository.gate("--only vet").run();
        assert_eq!(run.code(), 0, "{}{}", run.stdout, run.stderr);
    }
}

/// Go reads a linked file by the name of the link, of which an overlay knows nothing.
#[test]
fn a_link_to_what_is_not_staged() {
    for (staged, tree, code) in [(BAD, GOOD, 1), (GOOD, BAD, 0)] {
        for (link, target, path) in [("q", "p", "p/a.go"), ("q/a.go", "../lib/a.txt", "lib/a.txt")] {
            let Some(repository) = Repository::real() else { return };
            repository.write("q/doc.go", "package p\n");
            if link == "q" {
                fs::remove_dir_all(repository.path("q")).unwrap();
            }
            repository.write(path, GOOD);
            symlink(target, repository.path(link)).unwrap();
            repository.write("u/b.go", &OF_Q.replace("package p", "package u"));
            repository.git("add .");
            repository.git("commit -qnm link");
            repository.stage(path, staged, tree);
            let user = "package u\n\nvar C = 1\n";
            repository.stage("u/c.go", user, user);
            let run = repository.gate("--only vet").run();
            assert_eq!(run.code(), code, "{link}: {}{}", run.stdout, run.stderr);
            // And what is there no more.
            fs::remove_file(repository.path(path)).unwrap();
            let run = repository.gate("--only vet").run();
            assert_eq!(run.code(), code, "{link}: {}{}", run.stdout, run.stderr);
        }
    }
}

/// A copy lies elsewhere, and shows what a link leads to outside of the repository.
#[test]
fn a_link_out_of_the_repository() {
    let Some(repository) = Repository::real() else { return };
    repository.sandbox.write("other/q.go", GOOD);
    symlink("../other", repository.path("q")).unwrap();
    repository.stage("p/b.go", OF_Q, BAD);
    repository.git("add q");
    repository.gate("--only vet").stderr("vet     ok       [TIME]\n").check();
    repository.write("p/x.h", "");
    repository.gate("--only vet").stderr(&(copied_for("p/x.h") + "vet     ok       [TIME]\n")).check();
}

/// With `-mod=mod` Go writes go.mod, in the copy: not what a link named go.mod leads to.
#[test]
fn a_go_mod_that_is_a_link() {
    let Some(repository) = Repository::real() else { return };
    // Go adds its own version.
    let module = "module example.com/m\n";
    repository.sandbox.write("precious.mod", module);
    fs::remove_file(repository.path("go.mod")).unwrap();
    symlink("../precious.mod", repository.path("go.mod")).unwrap();
    repository.stage("p/a.go", "package p\n", "package p\n");
    repository.git("add .");
    let run = || repository.gate("--only vet").env("GOFLAGS", "-mod=mod");
    let note = copied("`-mod=mod` in GOFLAGS lets Go change go.mod");
    run().stderr(&(note + "vet     ok       [TIME]\n")).check();
    assert_eq!(repository.sandbox.read("precious.mod"), module);
}
