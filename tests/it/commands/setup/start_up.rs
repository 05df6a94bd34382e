//! Which start-up files get which lines.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use super::{
    BASH, DEBIAN_BASHRC, DEBIAN_PROFILE, FISH, HEAD, LOGIN, NEW, TAIL, block, done, setup, state, zsh,
};
use crate::support::sandbox::Sandbox;

#[test]
fn the_change_is_shown_made_once_and_taken_back() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.zshrc", "PS1='%~ '\n");
    let added = format!("+{}", block(HEAD, &zsh()).trim_end().replace('\n', "\n+"));
    let diff =
        format!("--- [ROOT]/user/.zshrc\n+++ [ROOT]/user/.zshrc\n@@ -1 +1,8 @@\n PS1='%~ '\n{added}\n");
    let zsh_setup = |arguments: &[&str]| setup(&sandbox, arguments).env("SHELL", "/usr/bin/zsh");
    let before = state(&sandbox);
    zsh_setup(&["--dry-run"]).stdout(&diff).stderr("nothing was changed\n").check();
    for (arguments, command) in [(&[][..], "gox setup"), (&["zsh"], "gox setup zsh")] {
        let error = format!(
            "error: nothing was changed: there is no terminal to ask on\n\
             hint: do it without a question: `{command} --yes`\n"
        );
        zsh_setup(arguments).code(1).stdout(&diff).stderr(&error).check();
    }
    assert_eq!(state(&sandbox), before);

    let said = "changed `~/.zshrc`\nopen a new shell, or `exec zsh`\n\
                hint: install the newest: `gox install latest`\n";
    zsh_setup(&["--yes"]).stdout(&diff).stderr(said).check();
    assert_eq!(sandbox.read("user/.zshrc"), format!("PS1='%~ '\n{}", block(HEAD, &zsh())));
    let written = state(&sandbox);
    // This shell is one of before.
    let said = "it is in `~/.zshrc` already\n\
                hint: open a new shell, or `exec zsh`\n";
    for arguments in [&["--yes"][..], &[], &["--dry-run"]] {
        zsh_setup(arguments).stderr(said).check();
    }
    assert_eq!(state(&sandbox), written);

    let taken = format!("-{}", block(HEAD, &zsh()).trim_end().replace('\n', "\n-"));
    let diff =
        format!("--- [ROOT]/user/.zshrc\n+++ [ROOT]/user/.zshrc\n@@ -1,8 +1 @@\n PS1='%~ '\n{taken}\n");
    let error = "error: nothing was changed: there is no terminal to ask on\n\
                 hint: do it without a question: `gox setup --undo --yes`\n";
    zsh_setup(&["--undo"]).code(1).stdout(&diff).stderr(error).check();
    assert_eq!(state(&sandbox), written);
    let said = "changed `~/.zshrc`\nopen shells keep the functions of gox until you close them\n";
    zsh_setup(&["--undo", "--yes"]).stdout(&diff).stderr(said).check();
    assert_eq!(sandbox.read("user/.zshrc"), "PS1='%~ '\n");
    let said = "no start-up file has what `gox setup` writes; nothing was changed\n";
    zsh_setup(&["--undo", "--yes"]).stderr(said).check();
}

/// File by file: what is there, then what is in it after `gox setup`.
type Files<'a> = Vec<(&'a str, Option<&'a str>, Option<String>)>;

#[test]
fn each_shell_has_its_files() {
    let early = DEBIAN_BASHRC;
    let with = |text: &str, body: &str| format!("{text}{}", block(HEAD, body));
    let new = |body: &str| block(NEW, body);
    let table: Vec<(&str, Files<'_>)> = vec![
        ("zsh", vec![(".zshrc", None, Some(new(&zsh())))]),
        ("fish", vec![(".config/fish/config.fish", None, Some(new(FISH)))]),
        ("sh", vec![(".profile", None, Some(new(LOGIN))), (".bashrc", None, None)]),
        // Nothing is made that would hide a ~/.profile.
        (
            "bash",
            vec![
                (".bashrc", None, Some(new(BASH))),
                (".profile", None, Some(new(LOGIN))),
                (".bash_profile", None, None),
            ],
        ),
        // One is enough where login shells get all of ~/.bashrc.
        (
            "bash",
            vec![
                (".bashrc", Some("x=1\n"), Some(with("x=1\n", BASH))),
                (".bash_profile", Some(DEBIAN_PROFILE), Some(DEBIAN_PROFILE.to_owned())),
                (".profile", None, None),
            ],
        ),
        (
            "bash",
            vec![
                (".bashrc", None, Some(new(BASH))),
                (".profile", Some(DEBIAN_PROFILE), Some(DEBIAN_PROFILE.to_owned())),
            ],
        ),
        (
            "bash",
            vec![
                (".bashrc", Some(early), Some(with(early, BASH))),
                (".profile", Some(DEBIAN_PROFILE), Some(with(DEBIAN_PROFILE, LOGIN))),
            ],
        ),
        // The first of three that is there.
        (
            "bash",
            vec![
                (".bashrc", Some(""), Some(with("", BASH))),
                (".bash_login", Some("y=1\n"), Some(with("y=1\n", LOGIN))),
                (".profile", Some("z=1\n"), Some("z=1\n".to_owned())),
            ],
        ),
    ];
    for (shell, files) in table {
        let sandbox = Sandbox::new();
        let user = |name: &str| sandbox.user().join(name);
        for (name, before, _) in &files {
            if let Some(text) = before {
                sandbox.write(&format!("user/{name}"), text);
            }
        }
        done(&sandbox, &[shell, "--yes"], 0);
        for (name, _, after) in &files {
            assert_eq!(fs::read_to_string(user(name)).ok().as_ref(), after.as_ref(), "{shell}: {name}");
        }
        let (stdout, stderr) = done(&sandbox, &[shell, "--yes"], 0);
        assert!(stdout.is_empty() && stderr.contains(" already\n"), "{stdout}{stderr}");
        done(&sandbox, &[shell, "--undo", "--yes"], 0);
        for (name, before, _) in &files {
            assert_eq!(fs::read_to_string(user(name)).ok().as_deref(), *before, "{shell}: {name}");
        }
    }
}

/// As after the installer, which puts gox where PATH need not have it.
#[test]
fn where_no_gox_is_on_path_a_new_shell_has_one_all_the_same() {
    let sandbox = Sandbox::new();
    for (shell, arguments) in [("bash", ["-ic"]), ("zsh", ["-ic"])] {
        for refused in [&["--dry-run"][..], &["--undo", "--yes"]] {
            done(&sandbox, &[&[shell], refused].concat(), 0);
            assert!(!sandbox.home().exists());
        }
        // A file is in the way of the store, so that the shims come by the next try, which has no more to write.
        sandbox.write("user/.local/go", "");
        let (_, stderr) = done(&sandbox, &[shell, "--yes"], 0);
        assert!(stderr.contains("warning: could not create `[HOME]/locks`: not a directory\n"), "{stderr}");
        fs::remove_file(sandbox.home()).unwrap();
        done(&sandbox, &[shell], 0);
        assert_eq!(sandbox.listing(""), PROGRAMS);
        let run = sandbox.command(shell).args(arguments).arg("gox version; go version").run();
        assert_eq!(run.stdout, format!("gox {}\n", env!("CARGO_PKG_VERSION")), "{}", run.stderr);
        assert!(
            run.stderr.contains("gox: no Go is selected, and there is no other `go` on PATH\n"),
            "{}",
            run.stderr
        );
        fs::remove_dir_all(sandbox.home()).unwrap();
    }
    // Another gox on PATH is found by a new shell, too.
    sandbox.put_gox();
    done(&sandbox, &["fish", "--yes"], 0);
    assert!(!sandbox.home().exists());
}

const PROGRAMS: &str = "0755 dir bin\n0755 file bin/gox\n0755 dir locks\n0644 file locks/.store.lock\n\
                        0755 dir shims\n0755 file shims/go\n0755 file shims/gofmt\n";

#[test]
fn the_shell_is_that_of_the_variable_and_its_folders_are_the_users() {
    let sandbox = Sandbox::new();
    sandbox.put_gox();
    let (dot, config) = (sandbox.root().join("dot"), sandbox.root().join("config"));
    for (shell, path) in [("/bin/zsh", "dot/.zshrc"), ("/opt/bin/fish", "config/fish/config.fish")] {
        let run = setup(&sandbox, &["--yes"]).env("SHELL", shell);
        let run = run.env("ZDOTDIR", &dot).env("XDG_CONFIG_HOME", &config).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        assert!(sandbox.read(path).starts_with(HEAD));
    }
    assert_eq!(state(&sandbox), []);
    let hint = "hint: name it: `gox setup bash`, or another of the targets that `gox setup --help` lists\n";
    let error = format!("error: gox has no functions for `/bin/dash`, which `SHELL` names\n{hint}");
    setup(&sandbox, &[]).env("SHELL", "/bin/dash").code(2).stderr(&error).check();
    // csh is a name of tcsh on some machines.
    let csh = sandbox.root().join("csh");
    for (program, code) in [("bsd-csh", 2), ("tcsh", 0)] {
        let _ = fs::remove_file(&csh);
        symlink(sandbox.put_script(&format!("bin/{program}"), "#!/bin/sh\n"), &csh).unwrap();
        let run = setup(&sandbox, &["--dry-run"]).env("SHELL", &csh).run();
        assert_eq!((run.code(), run.stdout.contains(".cshrc")), (code, code == 0), "{run:?}");
    }
    let error = format!("error: could not tell which shell is yours: `SHELL` is not set\n{hint}");
    setup(&sandbox, &["--undo"]).code(2).stderr(&error).check();
    let error = "error: could not tell where the start-up files are: `HOME` is not set to an absolute path\nhint: set `HOME`\n";
    setup(&sandbox, &["bash"]).env("HOME", "").code(6).stderr(error).check();
    sandbox.write("user/.zshenv", "# ZDOTDIR=/x\nZDOTDIR=$HOME/dot\n");
    let error = "error: `~/.zshenv` sets `ZDOTDIR`, and does not export it\n\
                 hint: say where zsh looks: `ZDOTDIR=/path gox setup zsh`\n";
    setup(&sandbox, &["zsh", "--yes"]).code(2).stderr(error).check();
}

#[test]
fn a_file_behind_links_is_changed_where_it_is() {
    let sandbox = Sandbox::new();
    sandbox.put_gox();
    let file = sandbox.write("dotfiles/zshrc", "a=1\n");
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    symlink("../dotfiles/zshrc", sandbox.root().join("user/.link")).unwrap();
    symlink(".link", sandbox.root().join("user/.zshrc")).unwrap();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&file, Some(65534), Some(65534)).unwrap();
    }
    let owner = fs::metadata(&file).unwrap().uid();
    let links = state(&sandbox);
    done(&sandbox, &["zsh", "--yes"], 0);
    assert_eq!(sandbox.read("dotfiles/zshrc"), format!("a=1\n{}", block(HEAD, &zsh())));
    let data = fs::metadata(&file).unwrap();
    assert_eq!((data.mode() & 0o7777, data.uid()), (0o600, owner));
    // A file that setup made, and that the user linked to another place since then.
    sandbox.write("dotfiles/zshrc", block(NEW, &zsh()));
    done(&sandbox, &["zsh", "--undo", "--yes"], 0);
    assert_eq!(sandbox.read("dotfiles/zshrc"), "");
    assert_eq!(state(&sandbox), links);
}

#[test]
fn a_line_by_hand_is_enough_for_its_file() {
    let sandbox = Sandbox::new();
    sandbox.put_gox();
    sandbox.write("user/.profile", ". ~/.bashrc\n");
    for (text, line) in [
        ("x\n  eval \"$(gox init bash --announce)\"\n", 2),
        ("command -v gox && eval \"$(~/bin/gox init bash)\"", 1),
    ] {
        sandbox.write("user/.bashrc", text);
        let before = state(&sandbox);
        let said = format!(
            "`~/.bashrc:{line}` does it already, written by hand\n\
             hint: open a new shell, or `exec bash`\n"
        );
        setup(&sandbox, &["bash", "--yes"]).stderr(&said).check();
        let said = "no start-up file has what `gox setup` writes; nothing was changed\n";
        setup(&sandbox, &["bash", "--undo", "--yes"]).stderr(said).check();
        assert_eq!(state(&sandbox), before);
    }
    sandbox.write("user/.bashrc", "# eval \"$(gox init bash)\"\n");
    done(&sandbox, &["bash", "--yes"], 0);
    assert!(sandbox.read("user/.bashrc").contains(TAIL));
    // The other file of two has a block of its own.
    let hand = "eval \"$(gox init bash)\"\n";
    for (bashrc, profile) in [(hand, "x=1\n"), ("x=1\n", hand)] {
        sandbox.write("user/.bashrc", bashrc);
        sandbox.write("user/.profile", profile);
        let (_, stderr) = done(&sandbox, &["bash", "--yes"], 0);
        let [by_hand, with_block] =
            if bashrc == hand { ["bashrc", "profile"] } else { ["profile", "bashrc"] };
        let said = format!(
            "`~/.{by_hand}:1` does it already, written by hand\n\
             changed `~/.{with_block}`\nopen a new shell, or `exec bash`\n\
             hint: install the newest: `gox install latest`\n"
        );
        assert_eq!(stderr, said);
        assert_eq!(sandbox.read(&format!("user/.{by_hand}")), hand);
    }
}

#[test]
fn check_compares_what_is_set_up_with_what_would_be_written() {
    let sandbox = Sandbox::new();
    setup(&sandbox, &["--check"]).stderr("nothing is set up by `gox setup`\n").check();
    let added = format!("+{}", block(NEW, &zsh()).trim_end().replace('\n', "\n+"));
    let diff = format!("--- /dev/null\n+++ [ROOT]/user/.zshrc\n@@ -0,0 +1,7 @@\n{added}\n");
    setup(&sandbox, &["zsh", "--check"]).code(1).stdout(&diff).check();
    assert_eq!(state(&sandbox), []);

    done(&sandbox, &["zsh", "--yes"], 0);
    done(&sandbox, &["fish", "--yes"], 0);
    let written = state(&sandbox);
    setup(&sandbox, &["--check"]).stderr("up to date: `zsh`, `fish`\n").check();
    setup(&sandbox, &["zsh", "--check"]).stderr("up to date: `zsh`\n").check();
    assert_eq!(state(&sandbox), written);

    // An edit by hand inside the block is drift.
    sandbox.write("user/.zshrc", block(NEW, &zsh().replace("command -v gox", "true")));
    let body = zsh().replace('\n', "\n ");
    let body = body.lines().skip(1).take(3).collect::<Vec<_>>().join("\n");
    let diff = format!(
        "--- [ROOT]/user/.zshrc\n+++ [ROOT]/user/.zshrc\n@@ -1,5 +1,5 @@\n {NEW}\n\
         -if true >/dev/null; then\n+if command -v gox >/dev/null; then\n{body}\n"
    );
    let named = "up to date: `fish`\nnot up to date: `zsh`\n";
    setup(&sandbox, &["--check"]).code(1).stdout(&diff).stderr(named).check();
    let unpaired = sandbox.read("user/.zshrc").replace(TAIL, "");
    sandbox.write("user/.zshrc", &unpaired);
    let error = "error: could not change `~/.zshrc`: line 1 is a gox mark without its counterpart\n\
                 hint: remove the marks `# >>> gox >>>` and `# <<< gox <<<` by hand\n";
    let others = format!("{error}up to date: `fish`\ncould not be compared: `zsh`\n");
    setup(&sandbox, &["--check"]).code(7).stderr(&others).check();

    for more in ["--undo", "--yes", "--dry-run"] {
        let error = format!("error: `--check` cannot be used with `{more}`\nhint: see `gox setup --help`\n");
        setup(&sandbox, &["--check", more]).code(2).stderr(&error).check();
    }
}

#[test]
fn several_targets_are_one_change() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.profile", "x=1");
    // Both put a block into this file, and it needs one.
    let (stdout, _) = done(&sandbox, &["sh", "bash", "zsh", "--yes"], 0);
    assert_eq!(stdout.matches("--- ").count(), 3, "{stdout}");
    let head = format!("{HEAD}; no newline before");
    assert_eq!(sandbox.read("user/.profile"), format!("x=1\n{}", block(&head, LOGIN)));
    let (stdout, _) = done(&sandbox, &["zsh", "bash", "sh", "--undo", "--yes"], 0);
    assert_eq!(stdout.matches("--- ").count(), 3, "{stdout}");
    assert_eq!(sandbox.read("user/.profile"), "x=1");
    assert!(!sandbox.user().join(".bashrc").exists() && !sandbox.user().join(".zshrc").exists());
}
