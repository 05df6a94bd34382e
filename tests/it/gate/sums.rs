//! go.sum is judged as it is committed: `go mod tidy` reads it in spite of an overlay.

use super::repository::{Repository, copied};
use crate::support::real_go::RealGo;
use crate::support::rows::side_by_side;

const LINE: &str = "example.com/none v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
const OTHER: &str = "example.com/other v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
const DIFF: &str = "\
diff current/go.sum tidy/go.sum
--- current/go.sum
+++ tidy/go.sum
@@ -1,1 +0,0 @@
-example.com/none v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
";
const FOUND: &str = "tidy    found    [TIME]\n";
const OK: &str = "tidy    ok       [TIME]\n";
const HINT: &str = "hint: tidy in the working tree, but not yet staged: `git add go.sum`\n";
const DIFFER: &str = "hint: the working tree and what is staged differ in `go.sum`\n";
const BOTH: &str = "hint: tidy and stage: `go mod tidy && git add go.sum`\n";

#[test]
fn what_is_tidy_in_the_working_tree_alone() {
    let note = copied("`go.sum` differs from the commit, and `go mod tidy` reads it in spite of an overlay");
    side_by_side(
        [
            ("tidied", Some(LINE), Some(""), 1, format!("{note}{FOUND}{HINT}")),
            ("removed", Some(LINE), None, 1, format!("{note}{FOUND}{HINT}")),
            ("as staged", Some(LINE), Some(LINE), 1, format!("{FOUND}{BOTH}")),
            ("as bad", Some(LINE), Some(OTHER), 1, format!("{note}{FOUND}{DIFFER}")),
            ("tidy as staged", Some(""), Some(LINE), 0, format!("{note}{OK}")),
            ("not staged", None, Some(LINE), 0, format!("{note}{OK}")),
        ],
        |(name, staged, tree, code, said)| {
            let Some(repository) = Repository::real() else { return };
            repository.write("p/b.go", "package p\n");
            if let Some(staged) = staged {
                repository.write("go.sum", staged);
            }
            repository.git("add .");
            match tree {
                Some(tree) => repository.write("go.sum", tree),
                None => std::fs::remove_file(repository.path("go.sum")).unwrap(),
            }
            let run = repository.gate("--only tidy").run();
            let stdout = if code == 1 { DIFF } else { "" };
            assert_eq!((run.code(), run.stdout.as_str(), &run.stderr), (code, stdout, &said), "{name}");
            // What is committed already cannot be staged.
            repository.git("commit -qnm second");
            let run = repository.gate("--only tidy --head").run();
            assert_eq!(run.code(), code, "{name}: {}", run.stderr);
            let hint = |said: &str| said.lines().find(|line| line.starts_with("hint")).map(str::to_owned);
            let next = hint(&said).map(|hint| {
                hint.replace("stage:", "commit:")
                    .replace("staged", "committed")
                    .replace(" go.sum`", " go.sum && git commit`")
            });
            assert_eq!(hint(&run.stderr), next, "{name}");
        },
    );
}

#[test]
fn the_command_names_what_is_not_tidy() {
    let import = "package main\n\nimport _ \"example.com/lib\"\n\nfunc main() {}\n";
    let replace = "\nreplace example.com/lib => ../lib\n";
    let require = "\nrequire example.com/lib v0.0.0-00010101000000-000000000000\n";
    let module = |lines: &str| format!("module example.com/app\n\ngo 1.20\n{lines}");
    let (untidy, tidy) = (module(replace), module(&format!("{replace}{require}")));
    side_by_side(
        [
            (
                "app",
                import,
                &untidy,
                import,
                &untidy,
                "tidy and stage: `go -C app mod tidy && git add app/go.mod`",
            ),
            (
                "a b",
                import,
                &untidy,
                import,
                &untidy,
                "tidy and stage: `go -C 'a b' mod tidy && git add 'a b/go.mod'`",
            ),
            (
                "app",
                import,
                &untidy,
                import,
                &tidy,
                "tidy in the working tree, but not yet staged: `git add app/go.mod`",
            ),
            (
                "app",
                import,
                &untidy,
                &format!("{import}\nvar kept = 1\n"),
                &untidy,
                "tidy and stage: `go -C app mod tidy && git add app/go.mod`",
            ),
            (
                "app",
                import,
                &untidy,
                "package main\n",
                &tidy,
                "tidy in the working tree, but not yet staged: `git add app/go.mod`",
            ),
        ],
        |(folder, staged, staged_module, tree, tree_module, hint)| {
            let Some(repository) = Repository::real() else { return };
            repository.write_library("lib");
            let (code, file) = (format!("{folder}/main.go"), format!("{folder}/go.mod"));
            repository.write(&code, staged);
            repository.write(&file, staged_module);
            repository.git("add .");
            repository.write(&code, tree);
            repository.write(&file, tree_module);
            let run = repository.gate("--only tidy").run();
            let said = format!("{FOUND}hint: {hint}\n");
            assert_eq!((run.code(), run.stderr), (1, said), "{}", run.stdout);
            let command = hint.split('`').nth(1).unwrap();
            let path = repository.sandbox.path_after([RealGo::find().unwrap().goroot.join("bin")]);
            let mended = repository.command("sh").args(["-c", command]).env("PATH", path).run();
            assert_eq!(mended.code(), 0, "{}", mended.stderr);
            repository.gate("--only tidy").stderr(OK).check();
        },
    );
}

/// The user keeps back a part of the working tree: no command of a hint may stage it, or tidy for it.
#[test]
fn what_is_kept_back_stays_out_of_the_command() {
    const MAIN: &str = "package main\n\nimport _ \"example.com/lib\"\n\nfunc main() {}\n";
    let both = MAIN.replace("\n\nfunc", "\nimport _ \"example.com/more\"\n\nfunc");
    let module = "module example.com/app\n\ngo 1.20\n\n\
                  replace (\n\texample.com/lib => ../lib\n\texample.com/more => ../more\n)\n";
    let tidy = format!("{module}\nrequire example.com/lib v0.0.0-00010101000000-000000000000\n");
    let kept = "\nreplace example.com/other => ../other\n";
    let none = "package main\n";
    side_by_side(
        [
            ("an import", [MAIN, module], vec![("app/main.go", both.clone())], "`app/main.go`"),
            ("an import of nothing", [none, &tidy], vec![("app/main.go", MAIN.to_owned())], "`app/main.go`"),
            ("a line", [MAIN, module], vec![("app/go.mod", format!("{module}{kept}"))], "`app/go.mod`"),
            ("beside", [MAIN, module], vec![("app/go.mod", format!("{tidy}{kept}"))], "`app/go.mod`"),
            (
                "both",
                [MAIN, module],
                vec![("app/go.mod", format!("{module}{kept}")), ("app/main.go", none.to_owned())],
                "`app/go.mod`, `app/main.go`",
            ),
            ("untracked", [MAIN, module], vec![("app/new.go", both)], "`app/new.go`"),
            (
                "a module that it replaces",
                [MAIN, module],
                vec![("lib/lib.go", "package lib\n\nimport _ \"example.com/more\"\n".to_owned())],
                "`lib/lib.go`",
            ),
        ],
        |(name, [staged, staged_module], tree, names)| {
            let Some(repository) = Repository::real() else { return };
            repository.write_library("lib");
            repository.write("more/go.mod", "module example.com/more\n\ngo 1.20\n");
            repository.write("more/more.go", "package more\n");
            repository.write("app/main.go", staged);
            repository.write("app/go.mod", staged_module);
            repository.git("add .");
            for (path, text) in &tree {
                repository.write(path, text);
            }
            let run = repository.gate("--only tidy").run();
            let said = format!("{FOUND}hint: the working tree and what is staged differ in {names}\n");
            assert_eq!((run.code(), run.stderr), (1, said), "{name}: {}", run.stdout);
        },
    );
}

#[test]
fn a_folder_that_no_command_can_name() {
    let Some(repository) = Repository::real() else { return };
    repository
        .sandbox
        .sh("d=$(printf 'a\\377'); mkdir \"$d\"; cp go.mod \"$d\"; cp p/a.go \"$d\"; echo >$d/go.sum");
    let text = "module example.com/a\n\ngo 1.20\n\nrequire example.com/none v1.0.0\n";
    repository.write("text", text);
    repository.sandbox.sh("mv text \"$(printf 'a\\377')/go.mod\"; git add .");
    let run = repository.gate("--only tidy").run();
    assert_eq!((run.code(), run.stderr.as_str()), (1, FOUND), "{}", run.stdout);
    assert!(run.stdout.contains("-require example.com/none v1.0.0\n"), "{}", run.stdout);
}

#[test]
fn go_vet_may_miss_what_is_not_staged() {
    let Some(repository) = Repository::real() else { return };
    repository.write_library("lib");
    repository.write("go.mod", "module example.com/m\n\ngo 1.20\n\nreplace example.com/lib => ./lib\n");
    repository.write("p/a.go", "package p\n\nimport _ \"example.com/lib\"\n");
    repository.git("add .");
    repository.write(
        "go.mod",
        "module example.com/m\n\ngo 1.20\n\nreplace example.com/lib => ./lib\n\nrequire example.com/lib v0.0.0\n",
    );
    let run = repository.gate("--only vet").run();
    let said = "vet     found    [TIME]\nhint: the working tree and what is staged differ in `go.mod`\n";
    assert_eq!((run.code(), run.stderr.as_str()), (1, said), "{}", run.stdout);
}
