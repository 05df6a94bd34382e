//! `gox setup ssh-agent`: one agent for all shells.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::setup;
use crate::commands::setup::state;
use crate::support::recorded;
use crate::support::sandbox::Sandbox;
use crate::support::tree;

/// A machine on which systemd runs for this user.
fn with_session(sandbox: &Sandbox) -> PathBuf {
    let session = format!("machine/run/user/{}", rustix::process::getuid().as_raw());
    sandbox.write(&format!("{session}/systemd/private"), "");
    sandbox.root().join("machine")
}

/// The files of the user with the agent.
const WITH_AGENT: &str = "\
0644 file .bashrc
0755 dir .config
0755 dir .config/systemd
0755 dir .config/systemd/user
0755 dir .config/systemd/user/default.target.wants
0777 link .config/systemd/user/default.target.wants/gox-ssh-agent.service -> [ROOT]/user/.config/systemd/user/gox-ssh-agent.service
0644 file .config/systemd/user/gox-ssh-agent.service
0644 file .profile
0700 dir .ssh
0600 file .ssh/config
";

/// How the agent is taken back.
const WITHOUT_AGENT: &str = "\
--- [ROOT]/user/.config/systemd/user/gox-ssh-agent.service
+++ /dev/null
@@ -1,9 +0,0 @@
-# Written by `gox setup ssh-agent`, which `gox setup ssh-agent --undo` takes back.
-[Unit]
-Description=OpenSSH agent
-[Service]
-ExecStartPre=-/bin/rm -f %t/ssh-agent.socket
-ExecStart=/usr/bin/ssh-agent -D -a %t/ssh-agent.socket
-SuccessExitStatus=2
-[Install]
-WantedBy=default.target
--- [ROOT]/user/.config/systemd/user/default.target.wants/gox-ssh-agent.service
+++ /dev/null
@@ -1 +0,0 @@
-[ROOT]/user/.config/systemd/user/gox-ssh-agent.service
--- [ROOT]/user/.ssh/config
+++ /dev/null
@@ -1,4 +0,0 @@
-# >>> gox ssh-agent >>> by `gox setup ssh-agent`, which `gox setup ssh-agent --undo` takes back; new file
-Host *
-    AddKeysToAgent yes
-# <<< gox ssh-agent <<<
--- [ROOT]/user/.profile
+++ /dev/null
@@ -1,6 +0,0 @@
-# >>> gox ssh-agent >>> by `gox setup ssh-agent`, which `gox setup ssh-agent --undo` takes back; new file
-# An agent that is there already, such as a forwarded one, stays.
-if [ -z \"${SSH_AUTH_SOCK:-}\" ] && [ -S \"${XDG_RUNTIME_DIR:-/nonexistent}/ssh-agent.socket\" ]; then
-    export SSH_AUTH_SOCK=\"$XDG_RUNTIME_DIR/ssh-agent.socket\"
-fi
-# <<< gox ssh-agent <<<
--- [ROOT]/user/.bashrc
+++ [ROOT]/user/.bashrc
@@ -1,7 +1 @@
 x=1
-# >>> gox ssh-agent >>> by `gox setup ssh-agent`, which `gox setup ssh-agent --undo` takes back
-# An agent that is there already, such as a forwarded one, stays.
-if [ -z \"${SSH_AUTH_SOCK:-}\" ] && [ -S \"${XDG_RUNTIME_DIR:-/nonexistent}/ssh-agent.socket\" ]; then
-    export SSH_AUTH_SOCK=\"$XDG_RUNTIME_DIR/ssh-agent.socket\"
-fi
-# <<< gox ssh-agent <<<
";

#[test]
fn one_agent_serves_all_shells() {
    let sandbox = Sandbox::new();
    let machine = with_session(&sandbox);
    sandbox.write("user/.bashrc", "x=1\n");
    let run = setup(&sandbox, &machine, &["ssh-agent", "--yes"]).env("SHELL", "/bin/bash").run();
    let said = "created `~/.config/systemd/user/gox-ssh-agent.service`\n\
        created `~/.config/systemd/user/default.target.wants/gox-ssh-agent.service`\n\
        created `~/.ssh/config`\nchanged `~/.bashrc`\ncreated `~/.profile`\n\
        start the agent: `systemctl --user daemon-reload && systemctl --user start gox-ssh-agent`\n";
    assert_eq!((run.stderr.as_str(), run.code()), (said, 0), "{}", run.stdout);
    let unit = sandbox.user().join(".config/systemd/user/gox-ssh-agent.service");
    assert_eq!(
        tree::listing(&sandbox.user()).replace(sandbox.root().to_str().unwrap(), "[ROOT]"),
        WITH_AGENT
    );
    let verify = sandbox.command("systemd-analyze").args(["verify", "--user"]).arg(&unit);
    let verify = verify.env("XDG_RUNTIME_DIR", sandbox.root().join("tmp")).run();
    assert_eq!((verify.code(), verify.stderr.contains("gox-ssh-agent")), (0, false), "{}", verify.stderr);
    let effective = sandbox.command("ssh").args(["-F"]).arg(sandbox.user().join(".ssh/config"));
    let effective = effective.args(["-G", "gox.invalid"]).run();
    assert!(effective.stdout.contains("\naddkeystoagent true\n"), "{}{}", effective.stdout, effective.stderr);

    // The real agent, on the socket that the shells look for. It ends with the script.
    let script =
        "for before in '' SSH_AUTH_SOCK=/forwarded XDG_RUNTIME_DIR=/nowhere 'unset XDG_RUNTIME_DIR'; do
        (unset SSH_AUTH_SOCK; eval \"$before\"; . ~/.bashrc; echo \"${SSH_AUTH_SOCK-unset}\")
    done";
    let agent = sandbox.command("ssh-agent").arg("-a").arg(sandbox.root().join("tmp/ssh-agent.socket"));
    let agent = agent.args(["sh", "-ec", script]).env("XDG_RUNTIME_DIR", sandbox.root().join("tmp"));
    agent.stdout("[ROOT]/tmp/ssh-agent.socket\n/forwarded\nunset\nunset\n").check();

    let check = setup(&sandbox, &machine, &["ssh-agent", "--check"]).env("SHELL", "/bin/bash");
    check.stderr("up to date: `ssh-agent`\n").check();
    let said = "removed `~/.config/systemd/user/gox-ssh-agent.service`\n\
        removed `~/.config/systemd/user/default.target.wants/gox-ssh-agent.service`\n\
        removed `~/.ssh/config`\nremoved `~/.profile`\nchanged `~/.bashrc`\n\
        stop the agent: `systemctl --user stop gox-ssh-agent && systemctl --user daemon-reload`\n";
    let undo = setup(&sandbox, &machine, &["ssh-agent", "--undo", "--yes"]);
    undo.stdout(WITHOUT_AGENT).stderr(said).check();
    assert_eq!(sandbox.read("user/.bashrc"), "x=1\n");
    let folders = WITH_AGENT.lines().filter(|line| line.contains(" dir "));
    let left = folders.fold("0644 file .bashrc\n".to_owned(), |all, line| all + line + "\n");
    assert_eq!(tree::listing(&sandbox.user()), left);
}

#[test]
fn the_unit_of_the_distribution_is_enabled_where_it_has_one() {
    let sandbox = Sandbox::new();
    let machine = with_session(&sandbox);
    sandbox
        .write("machine/usr/lib/systemd/user/ssh-agent.socket", "[Socket]\nListenStream=%t/openssh_agent\n");
    let run = setup(&sandbox, &machine, &["ssh-agent", "--yes"]).env("SHELL", "/bin/zsh").run();
    let said = "created `~/.config/systemd/user/sockets.target.wants/ssh-agent.socket`\n\
        created `~/.ssh/config`\ncreated `~/.zshrc`\n\
        start the agent: `systemctl --user daemon-reload && systemctl --user start ssh-agent.socket`\n";
    assert_eq!((run.stderr.as_str(), run.code()), (said, 0), "{}", run.stdout);
    assert!(run.stdout.contains("new file mode 120000\n"), "{}", run.stdout);
    assert!(sandbox.read("user/.zshrc").contains("$XDG_RUNTIME_DIR/openssh_agent"));
    let undo = setup(&sandbox, &machine, &["ssh-agent", "--undo", "--yes"]).run();
    let stop = "stop the agent: `systemctl --user stop ssh-agent.socket && systemctl --user daemon-reload`\n";
    assert!(undo.stderr.ends_with(stop), "{}", undo.stderr);
    assert!(!sandbox.user().join(LINK).is_symlink());
}

/// What `systemctl --user enable ssh-agent.socket` makes.
const LINK: &str = ".config/systemd/user/sockets.target.wants/ssh-agent.socket";

#[test]
fn a_unit_that_the_user_enabled_stays_enabled() {
    let sandbox = Sandbox::new();
    let machine = with_session(&sandbox);
    let unit = "usr/lib/systemd/user/ssh-agent.socket";
    sandbox.write(&format!("machine/{unit}"), "[Socket]\nListenStream=%t/openssh_agent\n");
    let link = sandbox.user().join(LINK);
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    symlink(format!("/{unit}"), &link).unwrap();
    setup(&sandbox, &machine, &["--check"]).stderr("nothing is set up by `gox setup`\n").check();
    for (arguments, code) in [
        (&["ssh-agent", "--undo", "--yes"][..], 0),
        (&["ssh-agent", "--yes"], 0),
        (&["ssh-agent", "--check"], 0),
        (&["ssh-agent", "--undo", "--yes"], 0),
    ] {
        let run = setup(&sandbox, &machine, arguments).env("SHELL", "/bin/zsh").run();
        assert_eq!(run.code(), code, "{}{}", run.stdout, run.stderr);
        assert!(!run.stdout.contains("sockets.target.wants"), "{}", run.stdout);
        assert!(!run.stderr.contains("stop the agent"), "{}", run.stderr);
        assert!(link.is_symlink());
    }
}

#[test]
fn an_agent_that_is_set_up_is_so_whatever_the_shell_has() {
    let sandbox = Sandbox::new();
    let machine = with_session(&sandbox);
    let gox = |machine: &PathBuf, arguments: &[&str]| {
        setup(&sandbox, machine, arguments).env("SHELL", "/bin/zsh").env("SSH_AUTH_SOCK", "/tmp/forwarded")
    };
    setup(&sandbox, &machine, &["ssh-agent", "--yes"]).env("SHELL", "/bin/zsh").run();
    // As in a session of cron, or after a failed start of the session.
    let bare = recorded::folder("wsl1");
    for machine in [&machine, &bare] {
        for arguments in [&["--check"][..], &["ssh-agent", "--check"]] {
            gox(machine, arguments).stderr("up to date: `ssh-agent`\n").check();
        }
        let doctor = sandbox.gox(["doctor", "--machine"]).arg(machine).arg("setup-ssh-agent");
        let doctor = doctor.env("SHELL", "/bin/zsh").env("SSH_AUTH_SOCK", "/tmp/forwarded").run();
        assert!(doctor.stdout.contains("as `gox setup ssh-agent` writes it"), "{}", doctor.stdout);
    }
    let zshrc = sandbox.read("user/.zshrc");
    sandbox.write("user/.zshrc", zshrc.replace("export", "# export"));
    assert_eq!(gox(&machine, &["--check"]).run().code(), 1);
    assert_eq!(gox(&machine, &["ssh-agent", "--yes"]).run().code(), 0);
    assert_eq!(sandbox.read("user/.zshrc"), zshrc);
}

#[test]
fn an_agent_of_another_program_and_a_machine_without_systemd_are_refused() {
    let sandbox = Sandbox::new();
    let uid = rustix::process::getuid().as_raw();
    let error =
        format!("error: no systemd runs for this user: `/run/user/{uid}/systemd/private` is not there\n");
    let agent = "hint: start an agent in each shell that needs one: `eval \"$(ssh-agent)\"`\n";
    let wsl = recorded::folder("wsl1");
    setup(&sandbox, &wsl, &["ssh-agent", "--yes"]).code(1).stderr(&format!("{error}{agent}")).check();
    // Of several targets the others are not set up either, and the command for them is told.
    let several = format!(
        "{error}  so `ssh-agent` cannot be set up; nothing was changed\n{agent}\
         hint: the rest: `gox setup readline direnv`\n"
    );
    for more in ["--yes", "--dry-run"] {
        let run = setup(&sandbox, &wsl, &["readline", "ssh-agent", "direnv", more]);
        run.code(1).stderr(&several).check();
    }
    sandbox.write("user/.inputrc", "# >>> gox readline >>>\n");
    let none = format!(
        "{error}  so `ssh-agent` cannot be set up; nothing was changed\n  \
         `readline` cannot be set up either: could not change `~/.inputrc`: line 1 is a gox mark without its counterpart\n\
         {agent}hint: remove the marks `# >>> gox readline >>>` and `# <<< gox readline <<<` by hand\n"
    );
    setup(&sandbox, &wsl, &["ssh-agent", "readline", "--yes"]).code(1).stderr(&none).check();
    fs::remove_file(sandbox.user().join(".inputrc")).unwrap();
    // Each has its own reason, and two that have one have it once.
    let outside = format!(
        "{error}  so `ssh-agent` cannot be set up; nothing was changed\n  \
         `hooks` cannot be set up either: `~` is not in a Git repository\n  \
         `attributes` cannot be set up either: `~` is not in a Git repository\n\
         {agent}hint: go to a project first: `cd PROJECT`\nhint: the rest: `gox setup readline`\n"
    );
    let run = setup(&sandbox, &wsl, &["readline", "ssh-agent", "hooks", "attributes", "--yes"]);
    run.cwd(sandbox.user()).code(1).stderr(&outside).check();
    // Only where systemd is the first process it can be started.
    fs::create_dir_all(sandbox.root().join("booted/run/systemd/system")).unwrap();
    let hint = format!("{error}hint: start it: `sudo systemctl restart user@{uid}`\n");
    let booted = sandbox.root().join("booted");
    setup(&sandbox, &booted, &["ssh-agent", "--yes"]).code(1).stderr(&hint).check();
    let machine = with_session(&sandbox);
    let error = "error: `SSH_AUTH_SOCK` is `/run/keyring/ssh`: another agent is in use\n\
        hint: keep that agent, or stop it and unset `SSH_AUTH_SOCK`, then try again\n";
    let run = setup(&sandbox, &machine, &["ssh-agent", "--yes"]).env("SSH_AUTH_SOCK", "/run/keyring/ssh");
    run.code(1).stderr(error).check();
    assert_eq!(state(&sandbox), []);
}
