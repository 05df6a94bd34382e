//! `gox setup git`: line ends and drives in the settings of Git on WSL.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use super::{WSL_2, setup, with_kernel};
use crate::commands::setup::state;
use crate::support::recorded;
use crate::support::sandbox::Sandbox;

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
