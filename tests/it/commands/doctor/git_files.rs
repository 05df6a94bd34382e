//! The checks of what Git does to files and hooks, each in each of its states, by the real Git.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use super::git::{doctor, fine, repository, says};
use super::recorded::Recorded;
use super::{lines, mend};

#[test]
fn line_ends_that_a_checkout_changes() {
    let id = "git-autocrlf";
    let sandbox = repository();
    let why = "a checkout adds carriage returns, so gofmt reports Go files as unformatted, and scripts do not start";
    let left = "a checkout leaves the line endings of Go files as they are";
    fine(&sandbox, id, left);
    for value in ["input", "INPUT", "false", "no"] {
        sandbox.sh(&format!("git config --global core.autocrlf {value}; git config --global core.eol crlf"));
        fine(&sandbox, id, left);
    }
    let warns = |name: &str, value: &str, origin: &str| {
        let seen = format!("`{name}` is `{value}`, set by {origin}");
        says(&sandbox, "warning", id, [&seen, why, "gox setup attributes"]);
    };
    // For files of which an attribute says that they are text the other setting counts.
    sandbox.write("code/p/.gitattributes", "* text=auto\n");
    warns("core.eol", "crlf", "`[ROOT]/user/.gitconfig:8`");
    sandbox.sh("rm p/.gitattributes");
    sandbox.sh("git config --global core.autocrlf true");
    warns("core.autocrlf", "true", "`[ROOT]/user/.gitconfig:7`");
    // The repository's own file comes later, and a name without a value is true.
    sandbox.sh("cd p; printf '\\n[Core] ; mine\\n  AutoCRLF\\n' >>.git/config");
    let line = sandbox.read("code/p/.git/config").lines().count();
    warns("core.autocrlf", "true", &format!("`[ROOT]/code/p/.git/config:{line}`"));
    sandbox.write("more", "[core]\n\tautocrlf = on\n");
    sandbox.sh("cd p; git config include.path ../../../more");
    warns("core.autocrlf", "on", "`[ROOT]/code/p/.git/../../../more:2`");
    let variables =
        [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "core.autocrlf"), ("GIT_CONFIG_VALUE_0", "1")];
    let variables = variables.map(|(name, value)| (name, value.to_owned()));
    let seen = "`core.autocrlf` is `1`, set by a variable of the environment";
    let expected = lines("git", "warning", id, [seen, why, "gox setup attributes"]);
    doctor(&sandbox, &[id]).envs(variables).stdout(&expected).check();

    sandbox.write("code/p/.gitattributes", "*.go eol=crlf\n");
    let add = "echo '*.go text eol=lf' >>[ROOT]/code/p/.gitattributes";
    says(&sandbox, "warning", id, ["Go files have the attribute `eol=crlf`", why, add]);
    sandbox.put_gox();
    mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
    fine(&sandbox, id, "Go files have the attribute `eol=lf`");
    sandbox.write("code/p/.gitattributes", "*.go eol=crlf");
    mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
    assert_eq!(sandbox.read("code/p/.gitattributes"), "*.go eol=crlf\n*.go text eol=lf\n");
    sandbox.write("code/p/.gitattributes", "* -text\n");
    fine(&sandbox, id, "Go files have the attribute `-text`");
    fs::remove_file(sandbox.code().join("p/.gitattributes")).unwrap();
    mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
    fine(&sandbox, id, "Go files have the attribute `eol=lf`");
}

#[test]
fn files_with_carriage_returns_are_counted_and_mended() {
    let id = "git-crlf";
    let why = "gofmt reports such Go files as unformatted, and such scripts do not start";
    let with = "gox setup attributes && git grep -lz \"$(printf '\\r')\" -- ':/*.go' ':/*.sh' ':/*go.mod' \
                ':/*go.sum' ':/*go.work' ':!/*testdata/*' ':!/*vendor/*' | xargs -0 sed -i \"s/$(printf '\\r')\\$//\"";
    // Committed with them, or only checked out so.
    for autocrlf in ["false", "true"] {
        let sandbox = repository();
        sandbox.put_gox();
        says(&sandbox, "skipped", id, ["no file of Go or script is committed here", "", ""]);
        sandbox.sh(&format!(
                "cd p; git config core.autocrlf {autocrlf}; git config core.safecrlf false; mkdir -p 'a b' testdata vendor/x"
            ),
        );
        for (file, text) in [
            ("x.go", "package p\r\n"),
            ("a b/ä'.go", "package p\r\n"),
            ("a b/run.sh", "#!/bin/sh\n"),
            ("go.mod", "module p\r\n"),
            // These are nobody's concern.
            ("testdata/x.go", "package p\r\n"),
            ("vendor/x/x.go", "package p\r\n"),
            ("x.txt", "x\r\n"),
        ] {
            sandbox.write(&format!("code/p/{file}"), text);
        }
        says(&sandbox, "skipped", id, ["no file of Go or script is committed here", "", ""]);
        sandbox.sh("cd p; git add .; git commit -qm 1");
        says(&sandbox, "warning", id, ["3 files with CR LF, such as `a b/ä'.go`", why, with]);
        mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
        fine(&sandbox, id, "4 files with line feeds");
        assert_eq!(
            sandbox.read("code/p/vendor/x/x.go") + &sandbox.read("code/p/x.txt"),
            "package p\r\nx\r\n"
        );
        // Who commits has line feeds in the repository, too, and a checkout gives them back.
        let ends = sandbox
            .sh("cd p; git add .; git commit -qm 2; rm x.go; git checkout -q x.go; git ls-files --eol x.go");
        assert!(ends.starts_with("i/lf    w/lf "), "{ends}");
    }
}

#[test]
fn files_of_any_kind_may_be_in_the_place_of_those_of_the_index() {
    let sandbox = repository();
    for name in ["binary", "folder", "gone", "huge", "link", "pipe", "secret"] {
        sandbox.write(&format!("code/p/{name}.go"), "package p\n");
    }
    sandbox.sh("cd p; git add .; rm folder.go gone.go link.go pipe.go; mkdir folder.go; mkfifo pipe.go; ln -s /none link.go");
    sandbox.sh("cd p; chmod 0 secret.go; printf '\\0\\377' >binary.go");
    sandbox.write("code/p/huge.go", "\n".repeat(1 << 20) + "\r\n");
    sandbox.sh("cd p; rm -r .git/hooks; mkdir .git/info 2>/dev/null || :; mkdir .git/info/attributes");
    let run = sandbox.gox_under_modes(&["doctor", "git"]).cwd("code/p").run();
    assert!(run.stdout.contains("  ok      git-crlf      7 files with line feeds\n"), "{}", run.stdout);
    assert!(run.stdout.contains("  ok      git-hooks     no hook is there\n"), "{}", run.stdout);
    // An index that is none.
    sandbox.write("code/p/.git/index", "none");
    let said = "Git says `fatal: .git/index: index file smaller than expected`";
    doctor(&sandbox, &["git-crlf"]).stdout(&lines("git", "skipped", "git-crlf", [said, "", ""])).check();
    fine(&sandbox, "git-hooks", "no hook is there");
}

/// A repository in a folder of a recorded machine.
fn on(machine: &str, folder: &str) -> Recorded {
    let recorded = Recorded::new(machine);
    recorded.sandbox.put_git_user();
    recorded.sandbox.sh(&format!("mkdir -p ../{folder}; git init -q ../{folder}"));
    recorded
}

#[test]
fn modes_that_git_looks_at_or_not() {
    let id = "git-filemode";
    let unseen = "Git does not see that a file became executable, so a script is committed without it";
    let changed = "Git takes files for changed that nobody changed";
    let on_a_drive = "`core.fileMode` is `true`, on a Windows drive that keeps no modes";
    for (machine, folder, value, state, texts) in [
        (
            "wsl2-ubuntu",
            "mnt/c/p",
            "true",
            "warning",
            [on_a_drive, changed, "git config core.fileMode false"],
        ),
        ("wsl2-ubuntu", "mnt/c/p", "false", "ok", ["`core.fileMode` is `false`", "", ""]),
        // With metadata a drive keeps them.
        ("wsl2-ubuntu", "mnt/d/p", "true", "ok", ["`core.fileMode` is `true`", "", ""]),
        (
            "wsl2-ubuntu",
            "mnt/d/p",
            "false",
            "warning",
            ["`core.fileMode` is `false`, and `9p` keeps modes", unseen, "git config core.fileMode true"],
        ),
        (
            "debian",
            "code/p",
            "off",
            "warning",
            ["`core.fileMode` is `false`, and `ext4` keeps modes", unseen, "git config core.fileMode true"],
        ),
        ("debian", "mnt/vm/p", "false", "skipped", ["whether modes are kept here is not known", "", ""]),
    ] {
        let recorded = on(machine, folder);
        recorded.sandbox.sh(&format!("cd ../{folder}; git config core.fileMode {value}"));
        let run = recorded.doctor(&[id]).cwd(folder);
        run.stdout(&lines("git", state, id, texts)).check();
    }
    // A value for all repositories is set right in this one.
    let sandbox = repository();
    sandbox.sh("cd p; git config --unset core.fileMode; git config --global core.fileMode false");
    mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
    fine(&sandbox, id, "`core.fileMode` is `true`");
}

#[test]
fn links_that_are_checked_out_as_files() {
    let id = "git-symlinks";
    let sandbox = repository();
    sandbox.sh("cd p; git config core.symlinks false");
    fine(&sandbox, id, "`core.symlinks` is `false`, and no link is committed here");
    let p = sandbox.code().join("p");
    fs::create_dir(p.join("a b")).unwrap();
    sandbox.write("code/p/x.go", "package p\n");
    symlink("../x.go", p.join("a b/y")).unwrap();
    symlink("x.go", p.join("z")).unwrap();
    let commit = "cd p; git -c core.symlinks=true add .; git -c core.symlinks=true commit -qm 1";
    sandbox.sh(commit);
    // Those that are links in spite of the setting do no harm.
    fine(&sandbox, id, "`core.symlinks` is `false`, and no link is committed here");
    sandbox.sh("cd p; rm 'a b/y' z; git checkout -q .");
    assert_eq!(sandbox.read("code/p/z"), "x.go");
    let seen = "`core.symlinks` is `false`: Git checked out 2 links as small files, such as `a b/y`";
    let why = "whoever opens one reads a path in the place of the file";
    let with = "git config core.symlinks true && git ls-files -sz :/ | grep -z ^120000 | cut -zf2 | git checkout \
                --pathspec-from-file=- --pathspec-file-nul";
    says(&sandbox, "note", id, [seen, why, with]);
    mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
    fine(&sandbox, id, "links are checked out as links");
    assert_eq!(sandbox.read("code/p/z"), "package p\n");
    assert_eq!(sandbox.sh("cd p; git status --porcelain"), "");

    let recorded = on("wsl2-ubuntu", "mnt/c/p");
    recorded.sandbox.sh("cd ../mnt/c/p; git config core.symlinks false");
    let texts = ["whether there can be links here is not known", "", ""];
    recorded.doctor(&[id]).cwd("mnt/c/p").stdout(&lines("git", "skipped", id, texts)).check();
}

#[test]
fn hooks_that_git_passes_over() {
    let id = "git-hooks";
    let why = "Git passes over it, so what it would check is not checked";
    let none = "Git runs no hook, so what hooks would check is not checked";
    let sandbox = repository();
    fine(&sandbox, id, "no hook is there");
    let hook = |path: &str, mode| {
        let path = sandbox.write(&format!("code/p/{path}"), "#!/bin/sh\n");
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    };
    hook(".git/hooks/pre-commit", 0o755);
    hook(".git/hooks/notes", 0o644);
    fine(&sandbox, id, "Git runs pre-commit");
    hook(".git/hooks/pre-push", 0o644);
    hook(".git/hooks/commit-msg", 0o600);
    let both = "chmod +x [ROOT]/code/p/.git/hooks/commit-msg [ROOT]/code/p/.git/hooks/pre-push";
    let hooks = "[ROOT]/code/p/.git/hooks";
    let seen = format!("the hook `{hooks}/commit-msg` cannot be executed");
    says(&sandbox, "warning", id, [&seen, why, both]);
    mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
    fine(&sandbox, id, "Git runs commit-msg, pre-commit, pre-push");

    // A link to a script that was moved; a folder is nothing to Git.
    symlink("../../gone", sandbox.code().join("p/.git/hooks/post-merge")).unwrap();
    fs::create_dir(sandbox.code().join("p/.git/hooks/pre-rebase")).unwrap();
    let seen = format!("the hook `{hooks}/post-merge` is not a file");
    says(&sandbox, "warning", id, [&seen, why, &format!("rm {hooks}/post-merge")]);
    mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
    fine(&sandbox, id, "Git runs commit-msg, pre-commit, pre-push");

    // Another folder, seen from wherever the user is.
    sandbox.sh("cd p; mkdir -p below; git config core.hooksPath '.my hooks'");
    let nowhere = "`core.hooksPath` is `[ROOT]/code/p/.my hooks`, which is not there, set by `[ROOT]/code/p/.git/config:6`";
    let unset = "git config --file [ROOT]/code/p/.git/config --unset-all core.hooksPath";
    for folder in ["p", "p/below"] {
        let run = doctor(&sandbox, &[id]).cwd(sandbox.code().join(folder));
        run.stdout(&lines("git", "warning", id, [nowhere, none, unset])).check();
    }
    let variables = [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "core.hooksPath")];
    let run = doctor(&sandbox, &[id]).envs(variables.map(|(name, value)| (name, value.to_owned())));
    let seen = "`core.hooksPath` is `/none`, which is not there, set by a variable of the environment";
    let clear = "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS";
    let run = run.env("GIT_CONFIG_VALUE_0", "/none");
    run.stdout(&lines("git", "warning", id, [seen, none, clear])).check();
    hook(".my hooks/pre-commit", 0o644);
    let seen = [
        "the hook `[ROOT]/code/p/.my hooks/pre-commit` cannot be executed",
        why,
        "chmod +x '[ROOT]/code/p/.my hooks/pre-commit'",
    ];
    says(&sandbox, "warning", id, seen);
    mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
    fine(&sandbox, id, "Git runs pre-commit");
    // A value for all repositories.
    sandbox.sh("cd p; git config --unset core.hooksPath; git config --global core.hooksPath ~/none");
    let nowhere =
        "`core.hooksPath` is `[ROOT]/user/none`, which is not there, set by `[ROOT]/user/.gitconfig:7`";
    let unset = "git config --file [ROOT]/user/.gitconfig --unset-all core.hooksPath";
    says(&sandbox, "warning", id, [nowhere, none, unset]);
    mend(&sandbox, "code/p", doctor(&sandbox, &[id]));
    fine(&sandbox, id, "Git runs commit-msg, pre-commit, pre-push");
}
