//! The checks of a Git repository, each in each of its states, by the real Git.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use super::recorded;
use super::{lines, mend};
use crate::support::command::Command;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::tree;

const AREA: [&str; 6] =
    ["git-owner", "git-autocrlf", "git-crlf", "git-filemode", "git-symlinks", "git-hooks"];
const SKIPPED: &str = "Git refuses this repository";

/// A repository in `code/p` of a user who has a name.
pub(super) fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put_git_user();
    sandbox.sh("git init -q p");
    sandbox
}

/// `gox doctor` in the repository, on a machine whose disks are ext4.
pub(super) fn doctor<'a>(sandbox: &'a Sandbox, arguments: &[&str]) -> Command<'a> {
    let command = sandbox.gox(["doctor", "--machine"]).arg(recorded::folder("debian")).args(arguments);
    command.cwd(sandbox.code().join("p"))
}

#[track_caller]
pub(super) fn fine(sandbox: &Sandbox, id: &str, seen: &str) {
    doctor(sandbox, &[id]).stdout(&lines("git", "ok", id, [seen, "", ""])).check();
}

#[track_caller]
pub(super) fn says(sandbox: &Sandbox, state: &str, id: &str, texts: [&str; 3]) {
    let code = i32::from(state == "failed");
    doctor(sandbox, &[id]).code(code).stdout(&lines("git", state, id, texts)).check();
}

#[test]
fn where_there_is_no_repository_the_area_is_one_line() {
    let sandbox = Sandbox::new();
    let folded = |seen: &str| format!("git\n  skipped 6 checks      {seen}\n\n6 skipped\n");
    let area = || sandbox.gox(["doctor", "git"]);
    area().stdout(&folded("this is not a Git repository")).check();
    area().env("PATH", "/nowhere").stdout(&folded("`git` is not on PATH")).check();
    sandbox.sh("git init -q --bare bare; git init -q q 2>/dev/null");
    for folder in ["bare", "q/.git"] {
        let run = area().cwd(sandbox.code().join(folder));
        run.stdout(&folded("this is not a Git working tree")).check();
    }
    // A user who takes no bare repository of others takes the folder `.git` for none, either.
    let explicit = [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "safe.bareRepository")];
    let explicit = explicit.map(|(name, value)| (name, value.to_owned()));
    let run = area().envs(explicit).env("GIT_CONFIG_VALUE_0", "explicit").cwd("code/bare");
    run.stdout(&folded("this is not a Git working tree")).check();
    let gone = format!("mkdir gone; cd gone; rmdir ../gone; exec {GOX} doctor git");
    sandbox.command("sh").args(["-c", &gone]).stdout(&folded("this directory is gone")).check();
    // A program of the project is not Git, whatever PATH says.
    sandbox.put_script("code/q/git", &format!("#!/bin/sh\ntouch {}/ran\n", sandbox.root().display()));
    area().cwd("code/q").env("PATH", ".::").stdout(&folded("`git` is not on PATH")).check();
    assert!(!sandbox.root().join("ran").exists());
    sandbox.put_tool("git", "#!/bin/sh\nsleep 1000 & wait\n");
    area().env("GOX_TIMEOUT", "1").stdout(&folded("`git` did not end within [TIME]")).check();
    sandbox.put_tool("git", "no program");
    area().stdout(&folded("`git` does not start: exec format error")).check();
}

#[test]
fn a_healthy_repository_also_from_below_and_in_a_worktree() {
    let sandbox = repository();
    sandbox.sh("cd p; mkdir -p a/b; echo 'package p' >a/x.go; git add .; git commit -qm 1; git worktree add -q ../w 2>/dev/null",
    );
    for folder in ["p", "p/a/b", "w"] {
        let top = folder.split('/').next().unwrap();
        let text = format!(
            "git\n  ok      git-owner     Git takes `[ROOT]/code/{top}`\n\
             \x20 ok      git-autocrlf  a checkout leaves the line endings of Go files as they are\n\
             \x20 ok      git-crlf      1 file with line feeds\n\
             \x20 ok      git-filemode  `core.fileMode` is `true`\n\
             \x20 ok      git-symlinks  links are checked out as links\n\
             \x20 ok      git-hooks     no hook is there\n\n6 ok\n"
        );
        doctor(&sandbox, &["git"]).cwd(sandbox.code().join(folder)).stdout(&text).check();
        // The variables of a hook lead to the repository of the hook.
        let hook = [("GIT_DIR", "/none"), ("GIT_INDEX_FILE", "/none"), ("GIT_LITERAL_PATHSPECS", "1")];
        let run = doctor(&sandbox, &["git"]).cwd(sandbox.code().join(folder));
        run.envs(hook.map(|(name, value)| (name, value.to_owned()))).stdout(&text).check();
    }
}

#[test]
fn a_folder_of_any_name() {
    for (name, shown) in [(&b"a\nb"[..], r"a\nb"), (b"a 'b'", "a 'b'"), (b"b\xfccher", "b\u{fffd}cher")] {
        let sandbox = repository();
        let folder = sandbox.code().join(OsStr::from_bytes(name));
        fs::rename(sandbox.code().join("p"), &folder).unwrap();
        fs::create_dir(folder.join("below")).unwrap();
        fs::write(folder.join("x.go"), "package p\r\n").unwrap();
        let add = sandbox.command("git").args(["-c", "core.safecrlf=false", "add", "."]);
        assert_eq!(add.cwd(&folder).run().code(), 0);
        let run = doctor(&sandbox, &["git-owner", "git-crlf"]).cwd(folder.join("below")).run();
        assert!(run.stdout.contains(&format!("Git takes `[ROOT]/code/{shown}`")), "{}", run.stdout);
        assert!(run.stdout.contains("1 file with CR LF, such as `x.go`"), "{}", run.stdout);
    }
}

#[test]
fn nothing_is_written_and_no_program_of_the_repository_is_started() {
    let sandbox = repository();
    let ran = format!("#!/bin/sh\ntouch {}/ran\n", sandbox.root().display());
    for name in ["git", "gcc", "ssh", "ssh-add", "direnv", "bash", "gox", ".git/hooks/pre-commit"] {
        sandbox.put_script(&format!("code/p/{name}"), &ran);
    }
    sandbox.write("code/p/.envrc", &ran);
    sandbox.write("code/p/.gitattributes", "* filter=f diff=f\n");
    sandbox.write("user/.ssh/config", "");
    sandbox.sh(
        "cd p; echo 'package p' >x.go; ln -s x.go y; git add .; git commit -qnm 1; touch -d 2020-01-01 x.go",
    );
    // Git runs these where it compares files, talks to others, or prints much.
    let watch = sandbox.put_tool("watch", &ran);
    for name in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "filter.f.clean",
        "diff.f.textconv",
        "diff.external",
    ] {
        sandbox.sh(&format!("cd p; git config {name} {}", watch.display()));
    }
    sandbox.sh("cd p; git config core.symlinks false; git config core.autocrlf true");
    fs::remove_file(sandbox.code().join("p/y")).unwrap();
    sandbox.write("code/p/y", "x.go");
    let before = tree::entries(&sandbox.code());
    let path = format!(".:{}", sandbox.path_after([""; 0]).display());
    let run = doctor(&sandbox, &["--offline"]).env("PATH", path).env("SHELL", "/bin/bash").run();
    assert!(run.stdout.contains("warning git-autocrlf"), "{}", run.stdout);
    assert_eq!(tree::entries(&sandbox.code()), before);
    assert!(!sandbox.root().join("ran").exists());
    // Git itself would have done it.
    sandbox.sh("cd p; git status >/dev/null");
    assert!(sandbox.root().join("ran").exists());
}

#[test]
fn a_repository_that_git_refuses() {
    let sandbox = repository();
    let why = "Git does nothing here, and `go build` fails with `error obtaining VCS status`";
    let trust = "git config --global --add safe.directory [ROOT]/code/p";
    let untrusted = |id| doctor(&sandbox, &[id]).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let seen = "`[ROOT]/code/p` belongs to another user, so Git refuses it";
    let owned = || doctor(&sandbox, &["git"]).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let text = format!(
        "git\n  failed  git-owner     {seen}\n{:24}why: {why}\n{:24}mend: {trust}\n  skipped 5 checks      {SKIPPED}: {}\n\n\
         1 failed, 5 skipped\n",
        "",
        "",
        AREA[1..].join(", ")
    );
    owned().code(1).stdout(&text).check();
    mend(&sandbox, "code/p", untrusted("git-owner"));
    let run = owned().run();
    assert!(run.stdout.contains("Git takes `[ROOT]/code/p`") && run.code() == 0, "{}", run.stdout);

    // Whoever names a folder names no command for the user to paste.
    let named = "x\ngit config --global --add safe.directory *";
    sandbox.sh(&format!("git init -q '{named}'"));
    let run = untrusted("git-owner").cwd(sandbox.code().join(named)).run();
    let trust = r"mend: git config --global --add safe.directory $'[ROOT]/code/x\ngit config --global --add safe.directory *'";
    assert!(run.stdout.contains(trust), "{}", run.stdout);
    mend(&sandbox, &format!("code/{named}"), untrusted("git-owner"));
    assert_eq!(untrusted("git-owner").cwd(sandbox.code().join(named)).run().code(), 0);

    sandbox.sh("cd p; git config core.autocrlf maybe");
    let seen = "Git cannot read this repository: fatal: bad boolean config value 'maybe' for 'core.autocrlf'";
    says(&sandbox, "failed", "git-owner", [seen, why, "git status"]);
    for id in &AREA[1..] {
        says(&sandbox, "skipped", id, [SKIPPED, "", ""]);
    }
    sandbox.write("code/p/.git/config", "[core\n");
    let seen = "Git cannot read this repository: fatal: bad config line 1 in file .git/config";
    says(&sandbox, "failed", "git-owner", [seen, why, "git status"]);
    sandbox.sh("chmod 0 p/.git/config");
    let run = sandbox.gox_under_modes(&["doctor", "git-owner"]).cwd("code/p").run();
    let seen = "Git cannot read this repository: fatal: unable to access '.git/config': Permission denied";
    assert!(run.code() == 1 && run.stdout.contains(seen), "{}", run.stdout);
    sandbox.sh("chmod 644 p/.git/config");
    // A worktree whose repository is gone.
    sandbox.write("code/p/.git/config", "");
    sandbox.sh("cd p; git commit -q --allow-empty -m 1; git worktree add -q ../w 2>/dev/null; rm -r .git/worktrees/w",
    );
    let run = doctor(&sandbox, &["git-owner"]).cwd(sandbox.code().join("w")).run();
    assert_eq!(run.code(), 1);
    assert!(
        run.stdout.contains("Git cannot read this repository: fatal: not a git repository: "),
        "{}",
        run.stdout
    );
}
