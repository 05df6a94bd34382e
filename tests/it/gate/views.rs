//! What the tools see: the commit and the files that git ignores, in the working tree, behind an overlay or in a copy.

use std::fs;
use std::os::unix::fs::symlink;

use super::repository::{BAD, GOOD, Repository, copied, copied_for};

/// A user of what only a generator writes.
const USER: &str = "package p\n\nvar B = generated\n";

/// A user of the library.
const OF_LIBRARY: &str = "package p\n\nimport \"example.com/lib\"\n\nvar B = lib.L\n";

const OK: &str = "format  ok       [TIME]\nvet     ok       [TIME]\n";
const VET_OK: &str = "vet     ok       [TIME]\n";

fn with_generated() -> Option<Repository> {
    let repository = Repository::real()?;
    repository.write(".gitignore", "generated.go\n");
    repository.write("p/generated.go", "package p\n\nvar generated = 1\n");
    repository.git("add .");
    repository.git("commit -qnm generate");
    repository.stage("p/b.go", USER, USER);
    Some(repository)
}

#[test]
fn ignored_files_are_seen_everywhere() {
    let Some(repository) = with_generated() else { return };
    repository.gate("--only format,vet").stderr(OK).check();
    repository.write("p/a.go", BAD);
    repository.gate("--only format,vet").stderr(OK).check();
    repository.write("p/x.h", "");
    repository.gate("--only format,vet").stderr(&(copied_for("p/x.h") + OK)).check();
    fs::remove_file(repository.path("p/generated.go")).unwrap();
    assert_eq!(repository.gate("--only vet").run().code(), 1);
}

/// The C compiler reads a header by itself.
#[test]
fn an_untracked_header_is_not_seen() {
    let Some(repository) = Repository::real() else { return };
    let text = "package p\n\n// #include \"x.h\"\nimport \"C\"\n\nvar X = C.X\n";
    repository.stage("p/b.go", text, text);
    repository.write("p/x.h", "#define X 1\n");
    let run = || repository.gate("--only vet").env("CGO_ENABLED", "1");
    let output = run().run();
    assert_eq!(output.code(), 1, "{}", output.stderr);
    assert!(output.stdout.contains("x.h"), "{}", output.stdout);
    repository.git("add p/x.h");
    repository.write("p/x.h", "#error\n");
    let output = run().run();
    assert_eq!(output.code(), 0, "{}{}", output.stdout, output.stderr);
}

/// Which Go runs is asked of the commit, too.
#[test]
fn a_pin_counts_as_it_is_committed() {
    let Some(repository) = Repository::real() else { return };
    let real = repository.sandbox.read("user/.local/go/default");
    repository.sandbox.write("user/.local/go/default", "1.2.2\n");
    repository.stage(".go-version", &real, "1.2.2\n");
    let gate = |words: &str| repository.gate(words).env("GOX_AUTO_INSTALL", "never");
    gate("--only vet").stderr(&(copied_for(".go-version") + VET_OK)).check();
    repository.stage(".go-version", "x y\n", &real);
    assert_eq!(gate("--only vet").run().code(), 7);
    // The pin above the repository counts in the copy as it does in the working tree.
    repository.git("rm -qf .go-version");
    fs::write(repository.sandbox.root().join(".go-version"), &real).unwrap();
    repository.stage("p/a.go", GOOD, GOOD);
    gate("--only vet").stderr(VET_OK).check();
    repository.write("p/x.h", "");
    gate("--only vet").stderr(&(copied_for("p/x.h") + VET_OK)).check();
}

#[test]
fn a_go_line_counts_as_it_is_committed() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("go.mod", "module example.com/m\n\ngo 1.21\n", "module example.com/m\n\ngo 1.999\n");
    let note = copied("`go.mod` asks for another Go than the committed one does");
    repository.gate("--only vet").stderr(&(note + VET_OK)).check();
}

/// Names that a shell, a JSON or a list of flags could take for something else.
#[test]
fn strange_names() {
    let Some(repository) = Repository::real() else { return };
    for (staged, tree, code) in [(BAD, GOOD, 1), (GOOD, BAD, 0)] {
        for name in ["p/a \"b\".go", "p/ü'.go", "p/a\nb.go"] {
            repository.git("reset -q --hard");
            repository.write(name, &staged.replace('A', "B"));
            repository.git("add p");
            repository.write(name, &tree.replace('A', "B"));
            repository.write("p/x y.go", "package q\n");
            let tmp = repository.sandbox.root().join("t m'p");
            fs::create_dir_all(&tmp).unwrap();
            let run = repository.gate("--only vet").env("TMPDIR", &tmp).run();
            assert_eq!(run.code(), code, "{name}: {}{}", run.stdout, run.stderr);
            // A line that is broken in the middle of a path is left as it is.
            assert!(name.contains('\n') || !run.stdout.contains("t m'p"), "{}", run.stdout);
            assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0);
            fs::remove_file(repository.path("p/x y.go")).unwrap();
        }
    }
}

/// gofmt is given the line ends that are committed, whatever a checkout would make of them.
#[test]
fn line_ends() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("p/a.go", GOOD, GOOD);
    let (found, ok) = ("format  found    [TIME]\n", "format  ok       [TIME]\n");
    for (attributes, setting) in
        [("* text=auto", "core.eol=crlf"), ("*.go text eol=crlf", "core.eol=lf"), ("", "core.autocrlf=true")]
    {
        repository.write(".gitattributes", &format!("{attributes}\n"));
        let (key, value) = setting.split_once('=').unwrap();
        repository.git(&format!("config {key} {value}"));
        repository.gate("--only format").stderr(ok).check();
        repository.git(&format!("config --unset {key}"));
    }
    repository.write(".gitattributes", "*.go -text\n");
    repository.stage("p/a.go", &GOOD.replace('\n', "\r\n"), GOOD);
    let hint = "hint: formatted in the working tree, but not yet staged: `git add p/a.go`\n";
    let found = format!("{found}{hint}");
    repository.gate("--only format").code(1).stdout("p/a.go\n").stderr(&found).check();
}

/// Settings of git, and of an editor that runs it, that change what git prints or writes.
#[test]
fn settings_of_git() {
    let Some(repository) = Repository::real() else { return };
    let text = "package p\n\nimport _ \"embed\"\n\n//go:embed a.txt\nvar Text string\n";
    repository.write("p/a.txt", "a");
    repository.git("add p/a.txt");
    repository.stage("p/b.go", text, BAD);
    let settings = "[core]\nfsmonitor = touch taken\nautocrlf = true\nquotePath = true\n[diff]\nnoprefix = true\nrenames = copies\nrelative = true\n\
        external = false\n[color]\nui = always\n[grep]\npatternType = fixed\nlineNumber = true\ncolumn = true\n[status]\nshowUntrackedFiles = no\n";
    let config = repository.sandbox.read("user/.gitconfig") + settings;
    repository.sandbox.write("user/.gitconfig", config);
    repository.gate("--only format,vet").env("GIT_LITERAL_PATHSPECS", "1").stderr(OK).check();
    assert!(!repository.path("taken").exists(), "a program that git is told to start");
    // What is embedded is found by those settings as well.
    fs::remove_file(repository.path("p/a.txt")).unwrap();
    let note = copied_for("p/a.txt");
    let run = repository.gate("--only format,vet").env("GIT_LITERAL_PATHSPECS", "1");
    run.stderr(&(note + OK)).check();
}

/// What a module names outside of the repository, a neighbour or the module that the repository lies in, is there in a
/// copy, too.
#[test]
fn what_leads_out_of_the_repository() {
    let Some(repository) = Repository::real() else { return };
    for path in ["../lib", ".."] {
        repository.git("reset -q --hard");
        repository.write_library(path);
        let lines = format!("require example.com/lib v1.0.0\n\nreplace example.com/lib => {path}\n");
        let replace = format!("module example.com/m\n\ngo 1.20\n\n{lines}");
        repository.stage("go.mod", &replace, &replace);
        repository.stage("p/b.go", OF_LIBRARY, BAD);
        is_fine_behind_an_overlay_and_in_a_copy(&repository);
    }
}

#[track_caller]
fn is_fine_behind_an_overlay_and_in_a_copy(repository: &Repository) {
    let before = repository.files();
    repository.gate("--only vet").stderr(VET_OK).check();
    assert_eq!(repository.files(), before);
    repository.write("p/x.h", "");
    repository.gate("--only vet").stderr(&(copied_for("p/x.h") + VET_OK)).check();
    fs::remove_file(repository.path("p/x.h")).unwrap();
}

/// One above the repository, one that the user names, and one that has the module but not its neighbour.
#[test]
fn workspaces() {
    let Some(repository) = Repository::real() else { return };
    repository.write_library("../a lib");
    repository.stage("p/b.go", OF_LIBRARY, BAD);
    let workspace = "go 1.20\n\nuse (\n\t./code // the repository\n\t\"./a lib\"\n)\n";
    repository.sandbox.write("go.work", workspace);
    is_fine_behind_an_overlay_and_in_a_copy(&repository);
    let run = || repository.gate("--only vet");
    assert_eq!(run().env("GOWORK", "off").run().code(), 1);
    fs::rename(repository.sandbox.root().join("go.work"), repository.sandbox.root().join("my.work")).unwrap();
    assert_eq!(run().run().code(), 1);
    run().env("GOWORK", repository.sandbox.root().join("my.work")).stderr(VET_OK).check();
    repository.sandbox.write("go.work", "go 1.20\n\nuse \"./a lib\"\n");
    assert_eq!(run().run().code(), 1, "it does not have the module");
}

/// Go may add to the sums of a workspace, and with `-mod=mod` write go.mod.
#[test]
fn what_go_writes_is_not_in_the_working_tree() {
    let writer = "#!/bin/sh\necho sum >>\"$GOWORK.sum\"\ncat \"$GOWORK\" \"$GOWORK.sum\"\nexit 1\n";
    let repository = Repository::scripted(writer, "#!/bin/sh\n");
    repository.stage("go.work", "use . // all\n", "use . // all\n");
    repository.stage("go.work.sum", "first\n", "first\n");
    let before = repository.files();
    let found = "use \"[ROOT]/code\"\nfirst\nsum\n";
    repository.gate("--only vet").code(1).stdout(found).stderr("vet     found    [TIME]\n").check();
    assert_eq!(repository.files(), before);
    let Some(repository) = Repository::real() else { return };
    repository.stage("go.mod", "module example.com/m\n", "module example.com/m\n");
    repository.stage("p/a.go", GOOD, GOOD);
    let before = repository.files();
    let note = copied("`-mod=mod` in GOFLAGS lets Go change go.mod");
    for flags in ["-mod=mod", "'-mod=mod'"] {
        let run = repository.gate("--only vet").env("GOFLAGS", flags);
        run.stderr(&format!("{note}{VET_OK}")).check();
    }
    assert_eq!(repository.files(), before);
}

/// A link would lead elsewhere from another folder.
#[test]
fn a_link_in_the_commit() {
    let Some(repository) = Repository::real() else { return };
    repository.write("p/testdata/a.txt", "package p\n\nvar L = 1\n");
    symlink("testdata/a.txt", repository.path("p/l.go")).unwrap();
    repository.write("p/b.go", "package p\n\nvar B = L\n");
    repository.git("add .");
    repository.gate("--only format,vet").stderr(OK).check();
    fs::remove_file(repository.path("p/l.go")).unwrap();
    symlink("nowhere", repository.path("p/l.go")).unwrap();
    repository.gate("--only format,vet").stderr(&(copied_for("p/l.go") + OK)).check();
}

/// A workspace that git ignores is one of the user's, and stays.
#[test]
fn an_ignored_workspace() {
    let Some(repository) = Repository::real() else { return };
    repository.write(".gitignore", "go.work\nlib\n");
    repository.git("add .gitignore");
    repository.write_library("lib");
    repository.write("go.work", "go 1.20\n\nuse (\n\t.\n\t./lib\n)\n");
    repository.stage("p/b.go", OF_LIBRARY, BAD);
    repository.gate("--only vet").stderr(VET_OK).check();
    repository.write("p/x.h", "");
    let output = repository.gate("--only vet").run();
    assert_eq!(output.code(), 0, "{}{}", output.stdout, output.stderr);
}

#[test]
fn a_submodule_is_left_alone() {
    let Some(repository) = Repository::real() else { return };
    repository.write_library("../lib");
    repository.git("-C ../lib init -q");
    repository.git("-C ../lib add .");
    repository.git("-C ../lib commit -qm lib");
    repository.git("-c protocol.file.allow=always submodule --quiet add ../lib third/lib");
    let replace = "module example.com/m\n\ngo 1.20\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ./third/lib\n";
    repository.stage("go.mod", replace, replace);
    repository.stage("p/b.go", OF_LIBRARY, BAD);
    repository.write("third/lib/lib.go", "package lib\n\nvar L = 2\n");
    for header in [false, true] {
        if header {
            repository.write("p/x.h", "");
        }
        let output = repository.gate("--only vet").run();
        assert_eq!(output.code(), 0, "{}{}", output.stdout, output.stderr);
    }
}

/// A repository that is reached by a link, as a home on another disk is.
#[test]
fn a_link_to_the_repository() {
    let Some(repository) = Repository::real() else { return };
    symlink(repository.sandbox.code(), repository.sandbox.root().join("link")).unwrap();
    repository.stage("p/a.go", BAD, GOOD);
    let run = repository.gate("--only vet").cwd("link").env("PWD", repository.sandbox.root().join("link"));
    let found = "# example.com/m/p\nvet: p/a.go:3:23: cannot use \"x\" (untyped string constant) as int value in return statement\n";
    run.code(1).stdout(found).stderr("vet     found    [TIME]\n").check();
}

/// Files that are committed and not checked out are not missing.
#[test]
fn a_sparse_checkout() {
    let Some(repository) = Repository::real() else { return };
    repository.write("q/q.go", BAD);
    repository.git("add .");
    repository.git("commit -qnm q");
    repository.git("sparse-checkout set p");
    assert!(!repository.path("q").exists());
    repository.stage("p/a.go", GOOD, BAD);
    is_fine_behind_an_overlay_and_in_a_copy(&repository);
}

/// What was a file is a folder.
#[test]
fn a_folder_in_the_place_of_a_file() {
    let Some(repository) = Repository::real() else { return };
    let user = "package p\n\nvar B = A()\n";
    repository.stage("p/b.go", user, user);
    fs::remove_file(repository.path("p/a.go")).unwrap();
    repository.write("p/a.go/x.go", BAD);
    repository.gate("--only format,vet").stderr(&(copied_for("p/a.go") + OK)).check();
}
