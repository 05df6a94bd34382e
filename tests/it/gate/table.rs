//! For each way to commit: what is bad in the commit is found though the working tree is good, and what is bad in the
//! working tree is passed over where the commit is good.

use super::repository::{BAD, GOOD, Repository};

/// Which of the two contents the commit will have.
#[derive(Clone, Copy)]
enum Judged {
    Staged,
    Tree,
}
use Judged::{Staged, Tree};

/// Commits with bad content in the one place and good in the other, both ways round. `set_up` is given what is to be
/// staged and what is to be in the working tree.
#[track_caller]
fn both_ways(words: &str, folder: &str, judged: Judged, set_up: impl Fn(&Repository, &str, &str)) {
    for (staged, tree) in [(BAD, GOOD), (GOOD, BAD)] {
        let Some(repository) = Repository::real() else { return };
        set_up(&repository, staged, tree);
        let judged = if matches!(judged, Tree) { tree } else { staged };
        let code = repository.commit(words, folder);
        let [out, err] = ["out", "err"].map(|name| repository.sandbox.read(name));
        assert_eq!(code, i32::from(judged == BAD), "staged: {staged}tree: {tree}{out}{err}");
        assert_eq!(!out.is_empty(), judged == BAD, "{out}");
    }
}

#[test]
fn an_edit_that_is_not_staged() {
    both_ways("-m x", "code", Staged, |it, staged, tree| it.stage("p/a.go", staged, tree));
}

/// A forgotten `git add`; a file that has nothing to do with the commit.
#[test]
fn an_untracked_file() {
    both_ways("-m x", "code", Staged, |it, staged, _| {
        let text = if staged == BAD { "package p\n\nvar B = c\n" } else { "package p\n\nvar B = 1\n" };
        it.stage("p/b.go", text, text);
        let untracked = if staged == BAD { "package p\n\nvar c = 1\n" } else { GOOD };
        it.write("p/c.go", untracked);
    });
}

/// git tells its name alone.
#[test]
fn another_repository_in_the_tree() {
    both_ways("-m x", "code", Staged, |it, staged, _| {
        let user = "package p\n\nimport q \"example.com/m/q\"\n\nvar B = q.A()\n";
        let text = if staged == BAD { user } else { "package p\n\nvar B = 1\n" };
        it.stage("p/b.go", text, text);
        it.git("init -q q");
        it.write("q/q.go", if staged == BAD { GOOD } else { BAD });
    });
}

#[test]
fn an_intent_to_add() {
    both_ways("-m x", "code", Staged, |it, staged, _| {
        let text = if staged == BAD { "package p\n\nvar B = c\n" } else { "package p\n\nvar B = 1\n" };
        it.stage("p/b.go", text, text);
        let added = if staged == BAD { "package p\n\nvar c = 1\n" } else { GOOD };
        it.write("p/c.go", added);
        it.git("add -N p/c.go");
    });
}

#[test]
fn a_file_that_is_deleted_in_the_tree_alone() {
    both_ways("-m x", "code", Staged, |it, staged, _| {
        // Bad because it is there, and bad because it is not.
        let (other, text) = if staged == BAD {
            ("package p\n", GOOD)
        } else {
            ("package p\n\nvar D = b\n", "package p\n\nvar b = 1\n")
        };
        it.stage("p/d.go", other, other);
        it.stage("p/b.go", text, text);
        std::fs::remove_file(it.path("p/b.go")).unwrap();
    });
}

/// `go vet` enters the folder of each package, which no overlay can show.
#[test]
fn a_folder_that_is_deleted_in_the_tree_alone() {
    both_ways("-m x", "code", Staged, |it, staged, _| {
        it.stage("q/a.go", staged, staged);
        if staged == GOOD {
            let user = "package p\n\nimport \"example.com/m/q\"\n\nvar B = p.A()\n";
            it.stage("p/b.go", user, user);
        }
        std::fs::remove_dir_all(it.path("q")).unwrap();
    });
}

#[test]
fn a_renamed_file() {
    both_ways("-m x", "code", Staged, |it, staged, tree| {
        it.git("mv p/a.go p/b.go");
        it.stage("p/b.go", staged, tree);
    });
}

/// Of two hunks the first is staged.
#[test]
fn a_part_of_a_file() {
    let text = |first: &str, last: &str| {
        format!(
            "package p\n\nfunc A() int {{ return {first} }}\n{}\nfunc B() int {{ return {last} }}\n",
            "\n//\n".repeat(9)
        )
    };
    both_ways("-m x", "code", Staged, |it, staged, _| {
        it.write("p/a.go", &text("1", "1"));
        it.git("commit -qnam two");
        // The second hunk makes good what the first lacks, or is bad by itself.
        let tree = if staged == BAD { text("c", "1 }\n\nvar c = 1\n\nfunc D() {") } else { text("2", "c") };
        it.write("p/a.go", &tree);
        let output = it.command("git").args(["add", "-p"]).stdin("y\nn\n").run();
        assert_eq!(output.code(), 0, "{}", output.stderr);
        assert!(it.git("diff --cached").contains("+func A"), "{}", it.git("diff"));
    });
}

#[test]
fn commit_all() {
    both_ways("-qam x", "code", Tree, |it, staged, tree| it.stage("p/a.go", staged, tree));
}

/// What else is staged stays out of the commit.
#[test]
fn commit_of_a_path() {
    both_ways("-m x p/a.go", "code", Tree, |it, staged, tree| {
        let other = if staged == BAD { "package p\n\nvar B = c\n" } else { "package p\n\nvar B = 1\n" };
        it.stage("p/b.go", other, other);
        it.write("p/a.go", tree);
    });
}

#[test]
fn amend() {
    both_ways("--amend -m x", "code", Staged, |it, staged, tree| it.stage("p/a.go", staged, tree));
}

#[test]
fn a_worktree() {
    both_ways("-m x", "linked", Staged, |it, staged, tree| {
        it.git("worktree add -q ../linked");
        it.sandbox.write("linked/p/a.go", staged);
        it.git("-C ../linked add p/a.go");
        it.sandbox.write("linked/p/a.go", tree);
    });
}

/// The index that a hook is told of is elsewhere there.
#[test]
fn commit_of_a_path_in_a_worktree() {
    both_ways("-m x p/a.go", "linked", Tree, |it, staged, tree| {
        it.git("worktree add -q ../linked");
        it.sandbox
            .write("linked/p/b.go", if staged == BAD { "package p\n\nvar B = c\n" } else { "package p\n" });
        it.git("-C ../linked add p/b.go");
        it.sandbox.write("linked/p/a.go", tree);
    });
}

#[test]
fn a_folder_below_the_top() {
    both_ways("-m x", "code/p", Staged, |it, staged, tree| it.stage("p/a.go", staged, tree));
}

#[test]
fn a_merge() {
    both_ways("-m merged", "code", Staged, |it, staged, tree| {
        for branch in ["main", "other"] {
            it.git(&format!("checkout -q -B {branch} main"));
            it.write("p/a.go", &GOOD.replace('1', &branch.len().to_string()));
            it.git("commit -qnam change");
            it.git("checkout -q -B main HEAD");
            if branch == "main" {
                it.git("branch kept");
                it.git("reset -q --hard HEAD~1");
            }
        }
        let output = it.command("git").args(["merge", "kept"]).run();
        assert_eq!(output.code(), 1, "{}", output.stdout);
        it.stage("p/a.go", staged, tree);
    });
}

#[test]
fn a_workspace() {
    both_ways("-m x", "code", Staged, |it, staged, tree| {
        it.write("go.work", "go 1.20\n\nuse (\n\t.\n\t./lib\n)\n");
        it.write_library("lib");
        it.git("add .");
        it.git("commit -qnm workspace");
        let uses = "import \"example.com/lib\"\n\nvar L = lib.L\n\nfunc";
        it.stage("p/a.go", &staged.replace("func", uses), &tree.replace("func", uses));
    });
}

/// A module that the workspace does not have is judged without it.
#[test]
fn a_module_beside_a_workspace() {
    both_ways("-m x", "code", Staged, |it, staged, tree| {
        it.write("go.work", "go 1.20\n\nuse ./lib\n");
        it.write("lib/go.mod", "module example.com/lib\n\ngo 1.20\n");
        it.stage("p/a.go", staged, tree);
    });
}

#[test]
fn vendored_packages() {
    both_ways("-m x", "code", Staged, |it, staged, tree| {
        it.write("go.mod", "module example.com/m\n\ngo 1.20\n\nrequire example.com/v v1.0.0\n");
        it.write("vendor/modules.txt", "# example.com/v v1.0.0\n## explicit; go 1.20\nexample.com/v\n");
        it.write("vendor/example.com/v/v.go", "package v\n\nvar V=1\n");
        it.git("add .");
        it.git("commit -qnm vendor");
        let uses = "import \"example.com/v\"\n\nvar V = v.V\n\nfunc";
        it.stage("p/a.go", &staged.replace("func", uses), &tree.replace("func", uses));
    });
}

/// The module above does not see the packages of the one below.
#[test]
fn two_modules() {
    both_ways("-m x", "code", Staged, |it, staged, tree| {
        it.write("p/b.go", "package p\n\nvar B = 2\n");
        it.write("sub/go.mod", "module example.com/sub\n\ngo 1.20\n");
        it.git("add .");
        it.stage("sub/p/a.go", staged, tree);
    });
}

#[test]
fn a_branch_without_a_commit() {
    both_ways("-m x", "code", Staged, |it, staged, tree| {
        it.git("checkout -q --orphan new");
        it.stage("p/a.go", staged, tree);
    });
}

/// A go.mod that no Go can read.
#[test]
fn a_go_mod() {
    both_ways("-m x", "code", Staged, |it, staged, _| {
        let (good, bad) =
            ("module example.com/m\n\ngo 1.21\n", "module example.com/m\n\ngo 1.21\n\nrequire x\n");
        let (one, other) = if staged == BAD { (bad, good) } else { (good, bad) };
        it.stage("go.mod", one, other);
    });
}

/// What is embedded and not added is missing in the commit.
#[test]
fn an_embedded_file() {
    both_ways("-m x", "code", Staged, |it, staged, _| {
        let text = "package p\n\nimport _ \"embed\"\n\n//go:embed web/*.txt\nvar Text string\n";
        it.stage("p/b.go", text, text);
        it.write("p/web/a.txt", "a");
        if staged == GOOD {
            it.git("add p/web/a.txt");
            std::fs::remove_file(it.path("p/web/a.txt")).unwrap();
        }
    });
}
