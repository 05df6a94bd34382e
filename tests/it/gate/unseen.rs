//! What git or the overlay does not see by itself, and what a name can do.

use std::fs::Permissions;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};
use std::{fs, process};

use super::repository::{BAD, GOOD, Repository, copied, copied_for};
use crate::support::pty::Terminal;
use crate::support::real_go::RealGo;
use crate::support::sandbox::GOX;

const VET_OK: &str = "vet     ok       [TIME]\n";

/// git does not look at files that the user told it not to look at. The answer is that of the commit.
#[test]
fn files_that_git_takes_for_unchanged() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        for (committed, tree, code) in [(BAD, GOOD, 1), (GOOD, BAD, 0)] {
            let Some(repository) = Repository::real() else { return };
            repository.write("p/a.go", committed);
            repository.git("commit -qnam flagged");
            repository.git(&format!("update-index {flag} p/a.go"));
            repository.write("p/a.go", tree);
            repository.stage("q/b.go", GOOD, GOOD);
            let index = fs::read(repository.path(".git/index")).unwrap();
            for words in ["--only vet", "--only vet --head"] {
                let run = repository.gate(words).run();
                assert_eq!(run.code(), code, "{flag} {words}: {}{}", run.stdout, run.stderr);
                // In a copy, too.
                repository.write("p/x.h", "");
                let run = repository.gate(words).run();
                assert_eq!(run.code(), code, "{flag} {words}: {}{}", run.stdout, run.stderr);
                fs::remove_file(repository.path("p/x.h")).unwrap();
            }
            assert_eq!(fs::read(repository.path(".git/index")).unwrap(), index);
        }
    }
}

/// Every form in which Go takes the directive, behind code since Go 1.26, and files that .gitattributes takes for
/// binary.
#[test]
fn embedded_files_that_are_not_added() {
    let Some(repository) = Repository::real() else { return };
    repository.write(".gitattributes", "*.pb.go binary\n");
    repository.write("p/web/x", "x");
    let behind = i32::from(RealGo::find().is_some_and(|go| go.is_at_least("1.26rc1")));
    for (code, name, directive) in [
        (1, "p/b.go", "//go:embed\tweb/x\nvar B string"),
        (behind, "p/b.go", "var C = 1; //go:embed web/x\nvar B string"),
        (behind, "p/b.go", "/* */ //go:embed web/x\nvar B string"),
        (1, "p/b.pb.go", "//go:embed web/x\nvar B string"),
    ] {
        let text = format!("package p\n\nimport _ \"embed\"\n\n{directive}\n");
        repository.stage(name, &text, &text);
        let run = repository.gate("--only vet").run();
        assert_eq!(run.code(), code, "{directive}: {}", run.stderr);
        assert_eq!(run.stdout.contains("no matching files found"), code == 1, "{}", run.stdout);
        repository.git(&format!("rm -q --cached {name}"));
        fs::remove_file(repository.path(name)).unwrap();
    }
}

/// A clone without the commit at which the branch began.
#[test]
fn a_shallow_clone() {
    let repository = Repository::scripted("#!/bin/sh\n", "#!/bin/sh\n");
    repository.git("checkout -qb topic");
    repository.stage("p/b.go", GOOD, GOOD);
    repository.git("commit -qnm topic");
    repository.git("checkout -q main");
    repository.stage("p/c.go", GOOD, GOOD);
    repository.git("commit -qnm main");
    let url = format!("file://{}", repository.sandbox.code().display());
    let clone = ["clone", "-q", "--depth", "1", "--no-single-branch", "--branch", "topic", &url, "../clone"];
    assert_eq!(repository.command("git").args(clone).run().code(), 0);
    let run = repository.gate("--from origin/main").cwd("clone").run();
    assert_eq!(run.code(), 126, "{}", run.stderr);
    let hint = "hint: fetch the commits back to where the branch began: `git fetch --unshallow`\n";
    assert!(run.stderr.contains("no merge base") && run.stderr.ends_with(hint), "{}", run.stderr);

    // As most are cloned, with one branch. The hint mends it.
    let clone = ["clone", "-q", "--depth", "1", "--branch", "topic", &url, "../single"];
    assert_eq!(repository.command("git").args(clone).run().code(), 0);
    let run = repository.gate("--from origin/main").cwd("single").run();
    let fetch = "git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*'";
    let error = format!(
        "error: `origin/main` does not name a commit\nhint: fetch the other branches, too: `{fetch}`\n"
    );
    assert_eq!((run.code(), run.stderr), (2, error));
    repository.sandbox.sh(&format!("cd ../single && {fetch} 2>/dev/null"));
    assert_eq!(repository.gate("--from origin/main").cwd("single").run().code(), 0);
}

/// The folder of the repository, named by paths that count from the current directory.
#[test]
fn a_repository_that_the_environment_names() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("p/a.go", BAD, GOOD);
    for (folder, git, top) in [("code/p", "../.git", ".."), ("code", ".git", "."), (".", "code/.git", "code")]
    {
        for words in ["--only vet", "--only vet --from HEAD"] {
            let run = repository.gate(words).cwd(folder).env("GIT_DIR", git).env("GIT_WORK_TREE", top).run();
            assert_eq!(run.code(), i32::from(!words.contains("--from")), "{git} {words}: {}", run.stderr);
        }
    }
}

/// A repository may have a program of that name.
#[test]
fn no_program_is_taken_from_the_current_directory() {
    let repository = Repository::scripted("#!/bin/sh\n", "#!/bin/sh\n");
    repository.stage("p/a.go", GOOD, GOOD);
    repository.sandbox.put_script("code/git", "#!/bin/sh\ntouch taken\n");
    let path = repository.sandbox.path_after::<&str>([]).into_string().unwrap();
    for entry in ["", ".", "../code"] {
        let run = repository.gate("--only vet").env("PATH", format!("{entry}:{path}")).run();
        assert_eq!((run.code(), run.stderr.as_str()), (0, VET_OK), "{entry}");
        assert!(!repository.path("taken").exists(), "{entry}");
    }
}

/// Not even a part of an index, and no hook hears of one.
#[test]
fn a_split_index_and_a_hook_for_each_change_of_one() {
    let Some(repository) = Repository::real() else { return };
    repository.git("config core.splitIndex true");
    repository.git("config splitIndex.sharedIndexExpire now");
    repository.git("update-index --split-index");
    repository.git("update-index --assume-unchanged p/a.go");
    repository.write("p/a.go", BAD);
    repository.stage("q/b.go", GOOD, GOOD);
    let hook = "#!/bin/sh\necho heard >>\"$(git rev-parse --git-dir)/heard\"\n";
    repository.sandbox.put_script("code/.git/hooks/post-index-change", hook);
    // By reading a split index git renews the time of its shared part, and of nothing else.
    let names = || {
        let entries = fs::read_dir(repository.path(".git")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        (names, fs::read(repository.path(".git/index")).unwrap())
    };
    let before = names();
    assert!(before.0.iter().any(|name| name.as_bytes().starts_with(b"sharedindex.")), "{:?}", before.0);
    repository.gate("--only vet").stderr(VET_OK).check();
    repository.gate("--only vet --head").stderr(VET_OK).check();
    assert_eq!(names(), before);
}

/// Git takes a file for changed whose time is not before that of the index, whatever its size. A copy of the index that
/// was newer would hide what an editor wrote in the same second.
#[test]
fn a_file_that_was_written_in_the_second_of_the_index() {
    let Some(repository) = Repository::real() else { return };
    let second = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let set_time = |path: &str| {
        let file = fs::File::options().write(true).open(repository.path(path)).unwrap();
        file.set_modified(second).unwrap();
    };
    for (staged, tree, code) in [(BAD, GOOD, 1), (GOOD, BAD, 0)] {
        // Of one length, and the same file.
        let [staged, tree] = [staged, tree].map(|text| format!("{text:<100}\n"));
        repository.write("p/a.go", &staged);
        set_time("p/a.go");
        repository.git("add p/a.go");
        repository.write("p/a.go", &tree);
        set_time("p/a.go");
        set_time(".git/index");
        let run = repository.gate("--only vet").run();
        assert_eq!(run.code(), code, "{}{}", run.stdout, run.stderr);
    }
}

/// The copy of the index has its mode.
#[test]
fn a_repository_that_is_read_only() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("p/a.go", BAD, GOOD);
    fs::set_permissions(repository.path(".git/index"), Permissions::from_mode(0o444)).unwrap();
    let run = repository.sandbox.gox_under_modes(&["gate", "--only", "vet"]).run();
    assert_eq!((run.code(), run.stderr.as_str()), (1, "vet     found    [TIME]\n"));
}

/// Where the time of a file changed and its content did not, git would write the index anew, and by that remove the
/// shared part of a split one.
#[test]
fn a_file_that_was_written_again() {
    for is_split in ["false", "true"] {
        let Some(repository) = Repository::real() else { return };
        repository.git(&format!("config core.splitIndex {is_split}"));
        repository.git("config splitIndex.sharedIndexExpire now");
        repository.stage("p/a.go", GOOD, GOOD);
        let index = fs::read(repository.path(".git/index")).unwrap();
        let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        fs::File::options().write(true).open(repository.path("p/a.go")).unwrap().set_modified(past).unwrap();
        for words in ["--only vet", "--only vet --head"] {
            repository.gate(words).stderr(VET_OK).check();
        }
        assert_eq!(fs::read(repository.path(".git/index")).unwrap(), index, "{is_split}");
        repository.git("status --short");
    }
}

/// Go takes its packages from a folder `vendor` if there is one, whatever is in it.
#[test]
fn an_untracked_vendor() {
    let Some(repository) = Repository::real() else { return };
    repository.write("sub/go.mod", "module example.com/sub\n\ngo 1.20\n");
    repository.stage("sub/a.go", GOOD, GOOD);
    repository.git("add sub");
    for (path, text) in [("modules.txt", ""), ("README", "text"), ("x.org/y/y.go", GOOD)] {
        for vendor in ["vendor", "sub/vendor"] {
            let path = format!("{vendor}/{path}");
            repository.write(&path, text);
            repository.stage("p/a.go", GOOD, GOOD);
            repository.gate("--only vet").stderr(&(copied_for(&path) + VET_OK)).check();
            fs::remove_dir_all(repository.path(vendor)).unwrap();
        }
    }
    // One that is committed is as any folder.
    repository.write("vendor/modules.txt", "");
    repository.git("add vendor");
    repository.write("vendor/x.org/y/y.go", BAD);
    repository.gate("--only vet").stderr(VET_OK).check();
}

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

/// A file for tests alone is a change where tests run.
#[test]
fn data_of_tests() {
    let Some(repository) = Repository::real() else { return };
    let test = "package p\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestA(t *testing.T) {\n\
        \ttext, _ := os.ReadFile(\"testdata/a.txt\")\n\tif string(text) != \"good\" {\n\t\tt.Fatal(\"bad\")\n\t}\n}\n";
    repository.write("p/a_test.go", test);
    repository.write("p/testdata/a.txt", "good");
    repository.git("add .");
    repository.git("commit -qnm good");
    repository.stage("p/testdata/a.txt", "bad", "bad");
    repository.gate("").stderr("nothing to check\n").check();
    assert_eq!(repository.gate("--only test").run().code(), 1);
    repository.git("commit -qnm bad");
    repository.gate("--from HEAD~1").stderr("nothing to check\n").check();
    assert_eq!(repository.gate("--from HEAD~1 --also test").run().code(), 1);
    // That the tests see other data than the commit has is said, also without an overlay.
    repository.write("p/testdata/a.txt", "good");
    let note = "test    ok       [TIME], data files are those of the working tree\n";
    repository.gate("--head --only test").stderr(note).check();
    repository.git("checkout -q p/testdata");
    assert_eq!(repository.gate("--head --only test").run().stderr, "test    found    [TIME]\n");
    // A file of no module is none of a test.
    repository.git("mv go.mod p/go.mod");
    repository.git("commit -qnm moved");
    repository.stage("README.md", "text", "text");
    repository.gate("--also test").stderr("nothing to check\n").check();
}

/// A new module has no package yet, and another none for this platform; a package that is bad is found beside them.
#[test]
fn a_module_without_a_package() {
    let Some(repository) = Repository::real() else { return };
    repository.git("checkout -q --orphan new");
    repository.git("rm -qrf .");
    let skipped = "vet     skipped  no package for this platform is here\n";
    let module = "module example.com/m\n\ngo 1.20\n";
    repository.stage("go.mod", module, module);
    repository.gate("--only vet").stderr(skipped).check();
    // What is not staged is no package of the commit.
    repository.write("a.go", BAD);
    repository.gate("--only vet").stderr(skipped).check();
    fs::remove_file(repository.path("a.go")).unwrap();
    let other = if cfg!(target_os = "linux") { "darwin" } else { "linux" };
    let excluded = format!("//go:build ignore || {other}\n\npackage p\n");
    repository.stage("gen.go", &excluded, &excluded);
    repository.stage("testdata/a.go", BAD, BAD);
    repository.stage("go.work", "go 1.20\n", "go 1.20\n");
    repository.gate("--only vet").stderr(skipped).check();
    repository.stage("p/a.go", BAD, BAD);
    let run = repository.gate("--only vet").run();
    assert_eq!((run.code(), run.stderr.as_str()), (1, "vet     found    [TIME]\n"));
    // Beside others it is named, and several are counted.
    for (folder, said) in [("b", "`b` was skipped: "), ("c", "2 modules were skipped: ")] {
        repository.stage(&format!("{folder}/go.mod"), module, module);
        repository.stage("p/a.go", GOOD, GOOD);
        let said = format!("vet     ok       [TIME], {said}no package for this platform is here\n");
        repository.gate("--only vet").stderr(&said).check();
    }
    // The top is a module as well.
    repository.git("rm -qf p/a.go");
    repository.git("rm -rqf c");
    repository.stage("b/a.go", GOOD, GOOD);
    let said = "vet     ok       [TIME], `.` was skipped: no package for this platform is here\n";
    repository.gate("--only vet").stderr(said).check();
}

/// What is for another platform, or for none, is no package to test.
#[test]
fn tests_of_what_is_for_another_platform() {
    let Some(repository) = Repository::real() else { return };
    let other = if cfg!(target_os = "linux") { "darwin" } else { "linux" };
    let tool = "//go:build ignore\n\npackage main\n\nfunc main() {}\n";
    repository.stage("tools/gen.go", tool, tool);
    repository.stage(&format!("other/a_{other}.go"), GOOD, GOOD);
    repository
        .gate("--only test")
        .stderr("test    skipped  no package for this platform has changes\n")
        .check();
    let test = "package p\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { t.Fatal() }\n";
    repository.stage("p/a_test.go", test, "package  other\n");
    let run = repository.gate("--only test").run();
    assert_eq!(run.code(), 1, "{}", run.stderr);
    assert!(run.stdout.contains("a_test.go:5: ") && !run.stdout.contains("constraints"), "{}", run.stdout);
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
        .stderr(
            "format  found    [TIME]\n\
             hint: format and stage: `gofmt -w $'p/a\\x1b[31mX.go' && git add $'p/a\\x1b[31mX.go'`\n",
        )
        .check();
    let mut command = process::Command::new(GOX);
    command.args(["gate", "--only", "format"]).current_dir(repository.sandbox.code());
    command.env("HOME", repository.sandbox.user()).env("PATH", repository.sandbox.path_after::<&str>([]));
    let mut terminal = Terminal::start(command.env("TERM", "xterm").env("GOENV", "off"));
    terminal.wait_for("X.go");
    assert!(!terminal.raw().contains("\x1b[31m"), "{:?}", terminal.raw());
}

/// Go itself opens no file there.
#[test]
fn a_path_that_is_not_utf_8() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("p/a.go", GOOD, GOOD);
    let name = std::ffi::OsStr::from_bytes(b"n\xff");
    let folder = repository.sandbox.root().join(name);
    fs::create_dir(&folder).unwrap();
    let error = "error: go cannot check what is in `[ROOT]/n\u{fffd}[REST]`\n  its path is not UTF-8\n";
    let run = repository.gate("").env("TMPDIR", &folder).run();
    assert_eq!(run.code(), 126, "{}", run.stderr);
    assert!(run.stderr.starts_with(error.split("[REST]").next().unwrap()), "{}", run.stderr);
    fs::rename(repository.sandbox.code(), folder.join("code")).unwrap();
    let run = repository.gate("").cwd(folder.join("code")).run();
    assert_eq!((run.code(), run.stderr), (126, error.replace("[REST]", "/code")));
}

/// One that no go.mod is above counts for the files beside it, and others not at all.
#[test]
fn an_untracked_go_mod() {
    let Some(repository) = Repository::real() else { return };
    repository.stage("p/a.go", BAD, BAD);
    repository.write("p/go.mod", "module example.com/other\n\ngo 1.999\n");
    let run = repository.gate("--only vet").run();
    assert_eq!((run.code(), run.stderr.as_str()), (1, "vet     found    [TIME]\n"));
    repository.git("rm -q --cached go.mod");
    let note = copied("`go.mod` is not committed");
    repository.gate("--only vet").stderr(&(note + "vet     skipped  no module has changes\n")).check();
}

/// A Go that may write go.mod by itself does so in a copy.
#[test]
fn a_go_that_writes() {
    let writer = "#!/bin/sh\n[ \"$1\" = env ] || { echo \"$*\"; echo written >>go.mod; }\n";
    let repository = Repository::scripted(writer, "#!/bin/sh\n");
    let words = "vet ./...\n";
    for version in ["1.15", "1.12"] {
        let old = crate::support::archives::FakeToolchain::new(version);
        let old = old.with_file("bin/go", 0o555, format!("{writer}[ \"$1\" = env ] || exit 1\n"));
        repository.sandbox.put_toolchain(&old);
        repository.stage(".go-version", &format!("{version}.0\n"), &format!("{version}.0\n"));
        let before = repository.files();
        repository.gate("--only vet").code(1).stdout(words).stderr("vet     found    [TIME]\n").check();
        assert_eq!(repository.files(), before);
    }
}
