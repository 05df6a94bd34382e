//! `gox setup` of what surrounds a user: Git on WSL, the settings of WSL, and the agent of SSH.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::setup::state;
use crate::support::command::Command;
use crate::support::recorded;
use crate::support::sandbox::Sandbox;
use crate::support::tree;

/// A machine in `[ROOT]/machine` that runs this kernel.
fn with_kernel(sandbox: &Sandbox, kernel: &str) -> PathBuf {
    sandbox.write("machine/proc/sys/kernel/osrelease", kernel);
    sandbox.write("machine/run/WSL/1_interop", "");
    sandbox.root().join("machine")
}

const WSL_2: &str = "6.6.87.2-microsoft-standard-WSL2\n";

fn setup<'a>(sandbox: &'a Sandbox, machine: impl AsRef<OsStr>, arguments: &[&str]) -> Command<'a> {
    sandbox.gox(["setup", "--machine"]).arg(machine).args(arguments)
}

#[test]
fn git_gets_line_ends_and_drives_and_the_values_of_the_user_count() {
    let machine = recorded::folder("wsl2-ubuntu");
    for before in [None, Some("[core]\n\tautocrlf = false\n[user]\n\tname = u")] {
        let sandbox = Sandbox::new();
        if let Some(text) = before {
            sandbox.write("user/.gitconfig", text);
        }
        let run = setup(&sandbox, &machine, &["git", "--yes"]).run();
        let put = if before.is_some() { "changed" } else { "created" };
        let said = format!(
            "created `~/.config/gox/git-windows.conf`\ncreated `~/.config/gox/git.conf`\n{put} `~/.gitconfig`\n"
        );
        assert_eq!((run.stderr.as_str(), run.code()), (said.as_str(), 0));
        assert!(sandbox.read("user/.config/gox/git.conf").contains("[includeIf \"gitdir:/mnt/c/\"]\n"));
        let effective = if before.is_some() { "false\n" } else { "input\n" };
        assert_eq!(sandbox.sh("git config core.autocrlf"), effective);
        setup(&sandbox, &machine, &["git", "--check"]).stderr("up to date: `git`\n").check();
        // What Git adds later lies outside the block, which stays as it is.
        sandbox.sh("git config --global core.pager cat");
        setup(&sandbox, &machine, &["git", "--check"]).stderr("up to date: `git`\n").check();
        sandbox.sh("git config --global --unset core.pager");
        setup(&sandbox, &machine, &["git", "--undo", "--yes"]).run();
        let after = fs::read_to_string(sandbox.user().join(".gitconfig")).ok();
        // Git ends the last line, and leaves the section that it made.
        let left = after.as_deref().unwrap_or_default().replace("[core]\n", "");
        assert_eq!(left.trim_end(), before.unwrap_or_default().replace("[core]\n", ""));
        assert!(!sandbox.user().join(".config/gox/git.conf").exists());
        assert!(!sandbox.user().join(".config/gox/git-windows.conf").exists());
    }
}

#[test]
fn git_finds_what_is_included_whatever_the_name_of_the_folder() {
    let machine = recorded::folder("wsl2-ubuntu");
    for name in ["a;b #c", "a\\b\"c'd", "a\nb", "$HOME %h"] {
        let sandbox = Sandbox::new();
        let home = sandbox.root().join(name);
        for config in [home.join(".config"), sandbox.root().join("xdg").join(name)] {
            fs::create_dir_all(&config).unwrap();
            let gox = |more| {
                setup(&sandbox, &machine, &["git", more]).env("HOME", &home).env("XDG_CONFIG_HOME", &config)
            };
            assert_eq!(gox("--yes").run().code(), 0, "{name:?}");
            let git = sandbox.command("git").args(["config", "core.autocrlf"]);
            let git = git.env("HOME", &home).env("XDG_CONFIG_HOME", &config);
            git.stdout("input\n").check();
            assert_eq!(gox("--check").run().code(), 0, "{name:?}");
            let undo = setup(&sandbox, &machine, &["git", "--undo", "--yes"]);
            assert_eq!(undo.env("HOME", &home).env("XDG_CONFIG_HOME", &config).run().code(), 0);
            assert!(!home.join(".gitconfig").exists());
        }
    }
    // `~` stands for a folder of any bytes, but another folder cannot be written in UTF-8.
    let sandbox = Sandbox::new();
    let odd = sandbox.root().join(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&odd).unwrap();
    assert_eq!(setup(&sandbox, &machine, &["git", "--yes"]).env("HOME", &odd).run().code(), 0);
    sandbox.command("git").args(["config", "core.autocrlf"]).env("HOME", &odd).stdout("input\n").check();
    let run = setup(&sandbox, &machine, &["git", "--yes"]).env("XDG_CONFIG_HOME", &odd).run();
    assert_eq!(run.code(), 1, "{}", run.stderr);
    assert!(
        run.stderr.ends_with("it is not UTF-8\nhint: set `XDG_CONFIG_HOME` to a path in UTF-8\n"),
        "{}",
        run.stderr
    );
    assert_eq!(state(&sandbox), []);
}

#[test]
fn a_block_is_taken_back_from_where_it_was_put() {
    let sandbox = Sandbox::new();
    let machine = recorded::folder("wsl2-ubuntu");
    sandbox.write("user/.config/git/config", "[user]\n");
    setup(&sandbox, &machine, &["git", "--yes"]).run();
    sandbox.write("user/.gitconfig", "[core]\n");
    setup(&sandbox, &machine, &["git", "--check"]).stderr("up to date: `git`\n").check();
    setup(&sandbox, &machine, &["git", "--undo", "--yes"]).run();
    assert_eq!(sandbox.read("user/.config/git/config"), "[user]\n");
    assert_eq!(sandbox.read("user/.gitconfig"), "[core]\n");

    sandbox.gox(["setup", "readline", "--yes"]).run();
    let other = sandbox.root().join("inputrc");
    let undo = sandbox.gox(["setup", "readline", "--undo", "--yes"]).env("INPUTRC", &other).run();
    assert_eq!((undo.code(), sandbox.user().join(".inputrc").exists()), (0, false));
}

#[test]
fn repositories_on_a_drive_compare_less_of_a_file() {
    let sandbox = Sandbox::new();
    let drive = sandbox.root().join("c");
    let machine = with_kernel(&sandbox, WSL_2);
    let line =
        format!("76 60 0:44 / {} rw,noatime - 9p C:\\134 rw,aname=drvfs;path=C:\\;uid=1000", drive.display());
    // Git's settings cannot name a point with a line feed.
    let odd = line.replace(" / ", " / /mnt\\012").replace("76 60", "77 60");
    let mounts = format!("60 1 8:32 / / rw - ext4 /dev/sdc rw\n{line}\n{odd}\n");
    sandbox.write("machine/proc/self/mountinfo", mounts);
    setup(&sandbox, &machine, &["git", "--yes"]).run();
    sandbox.sh(&format!("git init -q {0}/p; git init -q q", drive.display()));
    let ask = "git config core.checkStat || echo unset";
    assert_eq!(sandbox.sh(&format!("cd {}/p; {ask}", drive.display())), "minimal\n");
    assert_eq!(sandbox.sh(&format!("cd q; {ask}")), "unset\n");
}

#[test]
fn without_wsl_there_is_nothing_to_set() {
    let sandbox = Sandbox::new();
    for (target, machine) in [("git", "debian"), ("wsl", "debian"), ("git", "docker-on-wsl2")] {
        let said = format!("`{target}` needs nothing here: this is not WSL\n");
        setup(&sandbox, recorded::folder(machine), &[target, "--yes"]).stderr(&said).check();
        setup(&sandbox, recorded::folder(machine), &[target, "--check"]).stderr(&said).check();
    }
    assert_eq!(state(&sandbox), []);
}

const DONE: &str =
    "changed `[ROOT]/machine/etc/wsl.conf`\nto apply it, run `wsl.exe --shutdown` in Windows\n";

#[test]
fn the_settings_of_wsl_get_what_is_missing() {
    let block = |body: &str| {
        format!(
            "# >>> gox wsl >>> by `gox setup wsl`, which `gox setup wsl --undo` takes back\n{body}# <<< gox wsl <<<\n"
        )
    };
    let isolated = format!("{DONE}`code` and `explorer.exe` then need their whole path\n");
    for (before, more, said, added) in [
        ("[user]\ndefault=u\n", None, DONE, "[boot]\nsystemd=true\n"),
        ("", Some("--isolate"), &*isolated, "[boot]\nsystemd=true\n[interop]\nappendWindowsPath=false\n"),
        ("[Boot]\nSystemd = TRUE\n", Some("--isolate"), &*isolated, "[interop]\nappendWindowsPath=false\n"),
    ] {
        let sandbox = Sandbox::new();
        let machine = with_kernel(&sandbox, WSL_2);
        sandbox.write("machine/etc/wsl.conf", before);
        let arguments = [&["wsl", "--yes"][..], &more.into_iter().collect::<Vec<_>>()].concat();
        let run = setup(&sandbox, &machine, &arguments).run();
        assert_eq!((run.stderr.as_str(), run.code()), (said, 0));
        assert_eq!(sandbox.read("machine/etc/wsl.conf"), format!("{before}{}", block(added)));
        // A run that asks for less takes nothing back.
        setup(&sandbox, &machine, &["wsl", "--check"]).stderr("up to date: `wsl`\n").check();
        let undo = setup(&sandbox, &machine, &["wsl", "--undo", "--yes"]).run();
        assert_eq!(undo.stderr, DONE);
        assert_eq!(sandbox.read("machine/etc/wsl.conf"), before);
    }
}

#[test]
fn what_wsl_would_not_read_is_not_written() {
    let sandbox = Sandbox::new();
    let machine = with_kernel(&sandbox, WSL_2);
    for (before, line) in [
        ("; a comment\n[user]\ndefault=me\n", 1),
        ("[user]\ndefault=\"me\n", 2),
        ("\u{feff}[user]\r\ndefault=me\r\n", 1),
    ] {
        sandbox.write("machine/etc/wsl.conf", before);
        let error = format!(
            "error: WSL stops reading `[ROOT]/machine/etc/wsl.conf` at line {line}, which is not a section, key or comment\n\
             hint: remove the line, or begin it with `#`, by hand\n"
        );
        setup(&sandbox, &machine, &["wsl", "--yes"]).code(1).stderr(&error).check();
        assert_eq!(sandbox.read("machine/etc/wsl.conf"), before);
    }
    // What is above that line counts.
    let before = "[boot]\nsystemd=true\n; a comment\n";
    sandbox.write("machine/etc/wsl.conf", before);
    assert_eq!(setup(&sandbox, &machine, &["wsl", "--yes"]).run().code(), 0);
    sandbox.write("machine/etc/wsl.conf", "");
    setup(&sandbox, &machine, &["wsl", "--yes"]).run();
    let after = sandbox.read("machine/etc/wsl.conf") + "[boot]\n; x\n";
    sandbox.write("machine/etc/wsl.conf", &after);
    setup(&sandbox, &machine, &["wsl", "--check"]).stderr("up to date: `wsl`\n").check();
    // The line is that of the file, which has a block above it.
    sandbox.write("machine/etc/wsl.conf", after.replace("; x", "systemd=false"));
    let error = "error: `[ROOT]/machine/etc/wsl.conf:6` says `systemd=false`\nhint: make it `systemd=true`, by hand\n";
    setup(&sandbox, &machine, &["wsl", "--yes"]).code(1).stderr(error).check();
}

#[test]
fn a_key_of_the_user_is_not_doubled() {
    let sandbox = Sandbox::new();
    let machine = with_kernel(&sandbox, WSL_2);
    sandbox.write("machine/etc/wsl.conf", "# mine\n[boot]\nsystemd=false\n");
    let error = "error: `[ROOT]/machine/etc/wsl.conf:3` says `systemd=false`\nhint: make it `systemd=true`, by hand\n";
    setup(&sandbox, &machine, &["wsl", "--yes"]).code(1).stderr(error).check();
    sandbox.write("machine/etc/wsl.conf", "[boot]\nsystemd=true\n");
    let said = "`[ROOT]/machine/etc/wsl.conf` has it already, written by hand\n";
    setup(&sandbox, &machine, &["wsl", "--yes"]).stderr(said).check();
    // WSL 1 has no systemd.
    let machine = with_kernel(&sandbox, "4.4.0-19041-Microsoft\n");
    sandbox.write("machine/etc/wsl.conf", "");
    let said = "`wsl` needs nothing here: WSL 1 has no systemd\n";
    setup(&sandbox, &machine, &["wsl", "--yes"]).stderr(said).check();
    assert_eq!(sandbox.read("machine/etc/wsl.conf"), "");
    assert_eq!(state(&sandbox), []);
}

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
fn one_target_that_cannot_be_compared_hides_no_other() {
    let sandbox = Sandbox::new();
    sandbox.gox(["setup", "zsh", "readline", "--yes"]).run();
    let zshrc = sandbox.read("user/.zshrc");
    sandbox.write("user/.inputrc", "# >>> gox readline >>>\n");
    let error = "error: could not change `~/.inputrc`: line 1 is a gox mark without its counterpart\n\
        hint: remove the marks `# >>> gox readline >>>` and `# <<< gox readline <<<` by hand\n";
    let said = format!("{error}up to date: `zsh`\ncould not be compared: `readline`\n");
    sandbox.gox(["setup", "--check"]).code(7).stderr(&said).check();
    sandbox.write("user/.zshrc", zshrc.replace("command -v gox", "true"));
    let run = sandbox.gox(["setup", "--check"]).run();
    let said = format!("{error}not up to date: `zsh`\ncould not be compared: `readline`\n");
    assert_eq!((run.stderr.as_str(), run.code()), (said.as_str(), 7));
    assert!(run.stdout.contains("+if command -v gox"), "{}", run.stdout);
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

#[test]
fn isolation_belongs_to_the_settings_of_wsl() {
    let sandbox = Sandbox::new();
    let error = "error: `--isolate` belongs to the target `wsl`\nhint: name it: `gox setup wsl --isolate`\n";
    for arguments in [&["git", "--isolate"][..], &["bash", "zsh", "--isolate", "--yes"]] {
        setup(&sandbox, recorded::folder("wsl2-ubuntu"), arguments).code(2).stderr(error).check();
    }
    assert_eq!(state(&sandbox), []);
}
