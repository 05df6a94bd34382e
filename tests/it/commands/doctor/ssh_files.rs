//! The check of the files of SSH, in each of its states: keys that others may read, keys on Windows drives.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::recorded::Recorded;
use super::ssh::{doctor, put_key, says};
use super::{lines, mend, recorded};
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::{strace, tree};

#[test]
fn keys_that_others_may_read() {
    let id = "ssh-files";
    let sandbox = Sandbox::new();
    let mode = |path: &str, mode| {
        fs::set_permissions(sandbox.user().join(path), Permissions::from_mode(mode)).unwrap();
    };
    sandbox.write("user/.ssh/known_hosts", "");
    mode(".ssh", 0o755);
    says(&sandbox, "ok", id, ["no key is in `~/.ssh`", "", ""]);
    put_key(&sandbox);
    says(&sandbox, "ok", id, ["1 key, which nobody else may read", "", ""]);
    sandbox.sh("ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/\"my work\"");
    says(&sandbox, "ok", id, ["2 keys, which nobody else may read", "", ""]);
    mode(".ssh/id_ed25519", 0o640);
    mode(".ssh/my work", 0o604);
    let seen = "others may read or write `[ROOT]/user/.ssh/id_ed25519`";
    let with = "chmod 600 [ROOT]/user/.ssh/id_ed25519 '[ROOT]/user/.ssh/my work'";
    says(&sandbox, "failed", id, [seen, "ssh refuses a key that others may read", with]);
    mend(&sandbox, "code", doctor(&sandbox, id));
    says(&sandbox, "ok", id, ["2 keys, which nobody else may read", "", ""]);

    let why =
        "they may name programs there that ssh runs as you, so ssh refuses the file, and sshd the folder";
    sandbox.write("user/.ssh/config", "");
    mode(".ssh/config", 0o666);
    mode(".ssh", 0o777);
    let seen = "others may write `[ROOT]/user/.ssh/config`";
    says(&sandbox, "warning", id, [seen, why, "chmod 600 [ROOT]/user/.ssh/config"]);
    mend(&sandbox, "code", doctor(&sandbox, id));
    let seen = "others may write `[ROOT]/user/.ssh`";
    says(&sandbox, "warning", id, [seen, why, "chmod 700 [ROOT]/user/.ssh"]);
    mend(&sandbox, "code", doctor(&sandbox, id));
    says(&sandbox, "ok", id, ["2 keys, which nobody else may read", "", ""]);
}

#[test]
fn keys_on_windows_drives() {
    let id = "ssh-files";
    let refused = "ssh refuses a key that others may read";
    let recorded = Recorded::new("wsl2-ubuntu");
    let sandbox = &recorded.sandbox;
    let says = |state, texts| {
        let code = i32::from(state == "failed");
        recorded.doctor(&[id]).code(code).stdout(&lines("ssh", state, id, texts)).check();
    };
    put_key(sandbox);
    sandbox.sh(
        "mkdir -p ../mnt/c/u ../mnt/d/u; mv ~/.ssh ../mnt/c/u/.ssh; ln -s \"$PWD/../mnt/c/u/.ssh\" ~/.ssh",
    );
    let seen = "`~/.ssh` is `[ROOT]/mnt/c/u/.ssh`, on a Windows drive that keeps no modes";
    let with = "rm ~/.ssh && cp -r [ROOT]/mnt/c/u/.ssh ~/.ssh && chmod -R go= ~/.ssh";
    says("failed", [seen, refused, with]);
    // As such a drive shows it.
    sandbox.sh("chmod -R 777 ../mnt/c/u/.ssh");
    mend(sandbox, "code", recorded.doctor(&[id]));
    says("ok", ["1 key, which nobody else may read", "", ""]);
    // One key alone, and a drive that keeps modes.
    sandbox.sh("cd ~/.ssh; mv id_ed25519 \"$OLDPWD/../mnt/c/u/\"; ln -s \"$OLDPWD/../mnt/c/u/id_ed25519\" .");
    let seen = "`[ROOT]/user/.ssh/id_ed25519` is on a Windows drive that keeps no modes";
    let with = "cp --remove-destination [ROOT]/mnt/c/u/id_ed25519 [ROOT]/user/.ssh/id_ed25519 && chmod 600 \
                [ROOT]/user/.ssh/id_ed25519";
    says("failed", [seen, refused, with]);
    mend(sandbox, "code", recorded.doctor(&[id]));
    says("ok", ["1 key, which nobody else may read", "", ""]);
    // The whole home is there.
    let seen = "`~/.ssh` is `[ROOT]/mnt/c/u/.ssh`, on a Windows drive that keeps no modes";
    let run = recorded.doctor(&[id]).env("HOME", sandbox.root().join("mnt/c/u")).code(1);
    run.stdout(&lines("ssh", "failed", id, [seen, refused, "move your home directory to a Linux disk"]))
        .check();
    sandbox.sh("mv ~/.ssh ../mnt/d/u/.ssh; ln -s \"$PWD/../mnt/d/u/.ssh\" ~/.ssh");
    says("ok", ["1 key, which nobody else may read", "", ""]);
}

#[test]
fn no_key_is_opened_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    put_key(&sandbox);
    sandbox.write("user/.ssh/config", "Host *\n  IdentityFile ~/.ssh/id_ed25519\n");
    let before = tree::entries(&sandbox.user());
    let log = sandbox.root().join("log");
    let traced = sandbox.command("strace").args(["-f", "-qq", "-e", "trace=%file", "-o"]).arg(&log).arg(GOX);
    let run = traced.args(["doctor", "ssh", "--machine"]).arg(recorded::folder("debian")).run();
    assert_eq!(run.code(), 0, "{}", run.stdout);
    let opened = strace::calls(&log).into_iter().filter(|call| call.name.starts_with("open"));
    let opened: Vec<_> = opened.map(|call| call.text).collect();
    let opens = |name: &str| opened.iter().any(|text| text.contains(name));
    assert!(opens("/user/.ssh/config\"") && !opens("id_ed25519\""), "{opened:#?}");
    assert_eq!(tree::entries(&sandbox.user()), before);
}
