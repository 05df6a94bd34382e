//! What `gox setup` does with files that others change at the same time, or that a new file could not stand for.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

use super::setup::state;
use crate::support::sandbox::{GOX, Sandbox};

/// A gox that another program overtakes: it stops where its new file is complete and not in its place yet, and goes on
/// after `meanwhile`.
#[track_caller]
fn overtaken(sandbox: &Sandbox, meanwhile: impl FnOnce()) {
    let line = format!("echo $$ >pid; exec '{GOX}' setup zsh --yes");
    let stop =
        ["-qq", "-f", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:signal=STOP:when=1"];
    let running = sandbox.command("strace").args(stop).args(["sh", "-c", &line]).spawn();
    running.wait_for_stderr("stopped by SIGSTOP");
    meanwhile();
    sandbox.sh("kill -CONT $(cat pid)");
    let run = running.wait();
    assert!(
        run.stderr.contains("error: `~/.zshrc` changed in the meantime, so it is left as it is\n"),
        "{}",
        run.stderr
    );
    assert_eq!(run.code(), 1);
    let names = fs::read_dir(sandbox.user()).unwrap().count();
    assert_eq!(names, 1, "nothing temporary stays");
}

#[test]
fn what_another_program_writes_at_the_same_moment_stays() {
    for before in [Some("a=1\n"), None] {
        let sandbox = Sandbox::new();
        before.map(|text| sandbox.write("user/.zshrc", text));
        overtaken(&sandbox, || drop(sandbox.write("user/.zshrc", "b=2\n")));
        assert_eq!(sandbox.read("user/.zshrc"), "b=2\n");
    }
}

#[test]
fn a_file_that_another_gox_changes_is_left_to_it() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("user/.zshrc", "a=1\n");
    let held = fs::File::open(&path).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let run = sandbox.gox(["setup", "zsh", "--yes"]).run();
    let error = "error: `~/.zshrc` changed in the meantime, so it is left as it is\nhint: look again: `gox setup --dry-run`\n";
    assert_eq!((run.stderr.as_str(), run.code()), (error, 1));
    assert_eq!(sandbox.read("user/.zshrc"), "a=1\n");
    drop(held);
    assert_eq!(sandbox.gox(["setup", "zsh", "--yes"]).run().code(), 0);
}

#[test]
fn a_file_with_another_name_or_owner_is_refused_before_the_question() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("user/.zshrc", "a=1\n");
    let refused = |why: &str| {
        format!(
            "error: could not replace `~/.zshrc`: {why}\nhint: make it a copy of your own: \
             `cp ~/.zshrc ~/.zshrc.new && mv ~/.zshrc.new ~/.zshrc`\n"
        )
    };
    let other = sandbox.root().join("dotfile");
    fs::hard_link(&path, &other).unwrap();
    let before = state(&sandbox);
    let why = "it has other names, hard links, which would keep the old text";
    for more in [&["--yes"][..], &[]] {
        sandbox.gox(["setup", "zsh"]).args(more).code(1).stderr(&refused(why)).check();
    }
    assert_eq!(state(&sandbox), before);
    sandbox.sh(&format!("cd; cp .zshrc .zshrc.new && mv .zshrc.new .zshrc && '{GOX}' setup zsh --yes >&2"));
    assert_eq!(
        (fs::read_to_string(other).unwrap().as_str(), fs::metadata(&path).unwrap().nlink()),
        ("a=1\n", 1)
    );

    if !rustix::process::geteuid().is_root() {
        return;
    }
    // Writable for the group of both, but of another owner.
    let text = sandbox.read("user/.zshrc").replace("command -v gox", "true");
    sandbox.write("user/.zshrc", &text);
    chown(&path, Some(65_533), Some(65_534)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o660)).unwrap();
    for folder in [sandbox.user(), sandbox.root().to_owned()] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    }
    let gox = sandbox.put_program(GOX, "gox");
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let run = sandbox.command("setpriv").args(nobody).arg(gox).args(["setup", "zsh", "--yes"]);
    run.code(1).stderr(&refused("it belongs to another user, and would be yours then")).check();
    assert_eq!((sandbox.read("user/.zshrc"), fs::metadata(&path).unwrap().uid()), (text, 65_533));
}
