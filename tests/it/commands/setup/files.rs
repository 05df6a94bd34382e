//! What `gox setup` does with files that others change at the same time, or that a new file could not stand for.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::{fs, process};

use super::state;
use crate::support::pty::Terminal;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::{strace, tree};

#[test]
fn what_another_program_writes_at_the_same_moment_stays() {
    for before in [Some("a=1\n"), None] {
        let sandbox = Sandbox::new();
        before.map(|text| sandbox.write("user/.zshrc", text));
        let run = strace::overtaken(&sandbox, "setup zsh --yes", || {
            sandbox.write("user/.zshrc", "b=2\n");
        });
        let error = "error: `~/.zshrc` changed in the meantime, so it is left as it is\n";
        assert!(run.code() == 1 && run.stderr.contains(error), "{}", run.stderr);
        assert_eq!(fs::read_dir(sandbox.user()).unwrap().count(), 1, "nothing temporary stays");
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
    // The hint names the target.
    let path = sandbox.write("user/.inputrc", "");
    let held = fs::File::open(&path).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let run = sandbox.gox(["setup", "readline", "--yes"]).run();
    assert!(run.stderr.ends_with("hint: look again: `gox setup readline --dry-run`\n"), "{}", run.stderr);
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

#[test]
fn two_names_of_one_file_are_one_change() {
    for (name, file) in
        [(".bash_profile", ".bashrc"), (".bash_login", ".profile"), (".bash_profile", "d/both")]
    {
        let sandbox = Sandbox::new();
        sandbox.put_gox();
        let path = sandbox.write(&format!("user/{file}"), "x=1\n");
        symlink(file, sandbox.user().join(name)).unwrap();
        if file == "d/both" {
            symlink(file, sandbox.user().join(".bashrc")).unwrap();
            symlink(file, sandbox.user().join(".profile")).unwrap();
        }
        let before = tree::listing(&sandbox.user());
        let gox = |more: &[&str]| sandbox.gox(["setup", "bash", "sh"]).args(more).run();
        let run = gox(&["--yes"]);
        assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
        assert_eq!(fs::read_to_string(&path).unwrap().matches("# >>> gox").count(), 1);
        assert_eq!(gox(&["--check"]).stderr, "up to date: `bash`, `sh`\n", "{name}");
        let run = gox(&["--undo", "--yes"]);
        assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
        assert_eq!(
            (tree::listing(&sandbox.user()), fs::read_to_string(&path).unwrap()),
            (before, "x=1\n".to_owned())
        );
    }
}

#[test]
fn a_path_sends_nothing_to_the_terminal() {
    let sandbox = Sandbox::new();
    let top = sandbox.code().join("a\u{1b}[31mb");
    fs::create_dir(&top).unwrap();
    assert_eq!(sandbox.command("git").args(["init", "-q", "."]).cwd(&top).run().code(), 0);
    let hooks = |more| sandbox.gox(["setup", "hooks", more]).cwd(&top).run().code();
    assert_eq!(hooks("--yes"), 0);
    fs::set_permissions(top.join(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o644)).unwrap();
    let mut command = process::Command::new(GOX);
    command.args(["setup", "hooks", "--check"]).env("HOME", sandbox.user()).env("TERM", "xterm");
    command.env("PATH", sandbox.path_after::<&str>([]));
    let mut terminal = Terminal::start(command.current_dir(&top));
    terminal.wait_for("new mode 100755");
    let shown = terminal.raw();
    assert!(shown.contains("old mode 100644 of ") && !shown.contains("a\u{1b}[31mb"), "{shown:?}");
}

#[test]
fn sudo_is_named_for_what_is_of_root_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("machine/proc/sys/kernel/osrelease", "6.6.87.2-microsoft-standard-WSL2\n");
    sandbox.write("machine/run/WSL/1_interop", "");
    let conf = sandbox.write("machine/etc/wsl.conf", "");
    fs::set_permissions(&conf, fs::Permissions::from_mode(0o444)).unwrap();
    let gox = sandbox.put_program(GOX, "a b/gox");
    fs::set_permissions(sandbox.root(), fs::Permissions::from_mode(0o755)).unwrap();
    for folder in [sandbox.user(), sandbox.root().join("a b"), sandbox.code()] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    }
    let user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let setup = |arguments: &[&str]| {
        let run = if rustix::process::geteuid().is_root() {
            sandbox.command("setpriv").args(user).arg(&gox)
        } else {
            sandbox.command(&gox)
        };
        run.args(["setup", "--machine"]).arg(sandbox.root().join("machine")).args(arguments)
    };
    let error = "error: could not write `[ROOT]/machine/etc/wsl.conf`\n  caused by: permission denied\n";
    for (arguments, hints) in [
        (&["wsl", "--yes"][..], "hint: `sudo '[ROOT]/a b/gox' setup wsl`\n"),
        (
            &["git", "wsl", "zsh", "--isolate", "--yes"],
            "hint: `sudo '[ROOT]/a b/gox' setup wsl --isolate`\nhint: the rest: `gox setup git zsh`\n",
        ),
    ] {
        setup(arguments).code(6).stderr(&format!("{error}{hints}")).check();
    }
    // Of what is the user's own, root is no help.
    let inputrc = sandbox.write("user/.inputrc", "");
    fs::set_permissions(&inputrc, fs::Permissions::from_mode(0o444)).unwrap();
    let error = "error: could not write `~/.inputrc`\n  caused by: permission denied\n";
    setup(&["readline", "wsl", "--yes"]).code(6).stderr(error).check();
    assert_eq!(sandbox.read("machine/etc/wsl.conf"), "");
}

#[test]
fn root_makes_no_file_in_the_folder_of_who_ran_sudo() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let sandbox = Sandbox::new();
    chown(sandbox.user(), Some(65_534), Some(65_534)).unwrap();
    let setup = |arguments: &[&str]| sandbox.gox(["setup"]).args(arguments).env("SUDO_UID", "65534");
    let error =
        "error: root would own `~/.zshrc`, and it is to be yours\nhint: run the command without `sudo`\n";
    setup(&["zsh", "--yes"]).code(1).stderr(error).check();
    assert_eq!(state(&sandbox), []);
    // What is there keeps its owner, and without sudo the folder is root's to use, as in a container.
    let path = sandbox.write("user/.zshrc", "a=1\n");
    chown(&path, Some(65_534), Some(65_534)).unwrap();
    assert_eq!(setup(&["zsh", "--yes"]).run().code(), 0);
    assert_eq!(fs::metadata(&path).unwrap().uid(), 65_534);
    assert_eq!(sandbox.gox(["setup", "fish", "--yes"]).run().code(), 0);
}

/// gox is killed when its new file is complete and not in its place yet. The next gox that writes there removes it, but
/// not before it is old, as another gox may be about to put it in its place, and nothing else.
#[test]
fn what_a_killed_gox_leaves_beside_a_file_is_removed_by_a_later_one() {
    let kill =
        ["-qq", "-f", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:signal=KILL:when=1"];
    for (folder, file, text, line, other) in [
        ("user", ".zshrc", "a=1\n", "setup zsh --yes", "setup zsh --yes"),
        ("user", ".inputrc", "", "setup readline --yes", "setup readline --yes"),
        (
            "user/.config/gox",
            "config.toml",
            "offline = true\n",
            "config set timeout 9",
            "config unset offline",
        ),
        ("code", ".go-version", "1.22.4 # mine\n", "pin --force 1.99.1", "pin --force 1.99.2"),
    ] {
        let sandbox = Sandbox::new();
        let path = sandbox.write(&format!("{folder}/{file}"), text);
        let gox = |line: &str| sandbox.sh(&format!("'{GOX}' {line} >/dev/null 2>&1 || echo failed"));
        let folder = path.parent().unwrap();
        let left = || {
            let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
            let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
            names.retain(|name| name.starts_with(".gox-"));
            names.sort();
            names
        };
        let words = line.split(' ');
        let run = sandbox.command("strace").args(kill).arg(GOX).args(words).run();
        assert_eq!(run.code(), 137, "{line}: {}", run.stderr);
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{line}");
        let temporary = left();
        assert_eq!(temporary.len(), 1, "{line}: {temporary:?}");
        let users = [".gox-backup", ".gox-configuration", ".gox-abcdefghijkl.tmp", ".gox-abcdefghijkm.tmp"];
        fs::write(folder.join(users[0]), "").unwrap();
        fs::write(folder.join(users[1]), "").unwrap();
        fs::create_dir(folder.join(users[2])).unwrap();
        symlink(users[0], folder.join(users[3])).unwrap();
        assert_eq!(gox(line), "");
        assert!(left().contains(&temporary[0]), "{line}: it may be needed");

        sandbox.sh(&format!("cd '{}' && touch -hd '2 hours ago' .gox-*", folder.display()));
        fs::write(&path, text).unwrap();
        assert_eq!(gox(other), "");
        let mut users = users.map(str::to_owned);
        users.sort();
        assert_eq!(left(), users, "{line}");
    }
}
