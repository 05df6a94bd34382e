//! `gox setup`: what it puts into start-up files, what it leaves alone, and what shells then run.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process;

use super::put_system_go;
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::pty::Terminal;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::{can_mount, tree};

const HEAD: &str = "# >>> gox >>> by `gox setup`, which `gox setup --undo` takes back";
const NEW: &str = "# >>> gox >>> by `gox setup`, which `gox setup --undo` takes back; new file";
const TAIL: &str = "# <<< gox <<<";

const BASH: &str = r#"if command -v gox >/dev/null; then
    eval "$(gox init bash)"
elif [ -x "${GOX_HOME:-$HOME/.local/go}/bin/gox" ]; then
    eval "$("${GOX_HOME:-$HOME/.local/go}/bin/gox" init bash)"
fi
"#;

const LOGIN: &str = r#"if command -v gox >/dev/null; then
    eval "$(gox init "${BASH_VERSION:+ba}sh")"
elif [ -x "${GOX_HOME:-$HOME/.local/go}/bin/gox" ]; then
    eval "$("${GOX_HOME:-$HOME/.local/go}/bin/gox" init "${BASH_VERSION:+ba}sh")"
fi
"#;

const FISH: &str = r#"if command --query gox
    gox init fish | source
else if set --query GOX_HOME; and test -x "$GOX_HOME/bin/gox"
    $GOX_HOME/bin/gox init fish | source
else if test -x "$HOME/.local/go/bin/gox"
    $HOME/.local/go/bin/gox init fish | source
end
"#;

/// As Debian gives them to a new user.
const DEBIAN_BASHRC: &str = "# If not running interactively, don't do anything\ncase $- in\n    *i*) ;;\n      *) return;;\nesac\n\nHISTSIZE=1000\n";
const DEBIAN_PROFILE: &str = "# if running bash\nif [ -n \"$BASH_VERSION\" ]; then\n    # include .bashrc if it exists\n    if [ -f \"$HOME/.bashrc\" ]; then\n\t. \"$HOME/.bashrc\"\n    fi\nfi\n";

fn zsh() -> String {
    BASH.replace("init bash", "init zsh")
}

fn block(head: &str, body: &str) -> String {
    format!("{head}\n{body}{TAIL}\n")
}

fn setup<'a>(sandbox: &'a Sandbox, arguments: &[&str]) -> Command<'a> {
    sandbox.gox(["setup"]).args(arguments)
}

/// Runs it, whatever it says, and wants this code.
#[track_caller]
fn done(sandbox: &Sandbox, arguments: &[&str], code: i32) -> (String, String) {
    let run = setup(sandbox, arguments).run();
    assert_eq!(run.code(), code, "{}{}", run.stdout, run.stderr);
    (run.stdout, run.stderr)
}

/// All below the user's folder, with times and inodes.
pub(super) fn state(sandbox: &Sandbox) -> Vec<tree::Entry> {
    tree::entries(&sandbox.user())
}

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
fn undo_gives_back_the_bytes() {
    let odd: [Option<&[u8]>; 12] = [
        None,
        Some(b""),
        Some(b"\n"),
        Some(b"\n\n"),
        Some(b"a=1"),
        Some(b"a=1\n"),
        Some(b"a=1\n\n"),
        Some(b"a=1\r\nb=2\r\n"),
        Some(b"a=1\r\nb=2"),
        Some(b"a=1\r"),
        Some("\u{feff}# é 漢".as_bytes()),
        Some(b"a\0b\x1b[31m\x7f\t\n"),
    ];
    for before in odd {
        let sandbox = Sandbox::new();
        sandbox.put_gox();
        let path = sandbox.user().join(".zshrc");
        if let Some(bytes) = before {
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        }
        let (stdout, _) = done(&sandbox, &["zsh", "--yes"], 0);
        assert!(!stdout.contains(|c: char| c.is_control() && !"\n\t".contains(c)), "{stdout:?}");
        let after = fs::read(&path).unwrap();
        assert!(after.starts_with(before.unwrap_or_default()), "{before:?}");
        assert!(after.ends_with(b"# <<< gox <<<\n"), "{before:?}");
        done(&sandbox, &["zsh", "--undo", "--yes"], 0);
        assert_eq!(fs::read(&path).ok().as_deref(), before);
        if before.is_some() {
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o640);
        }
        let left = fs::read_dir(sandbox.user()).unwrap().count();
        assert_eq!(left, usize::from(before.is_some()), "nothing temporary stays");
    }
}

#[test]
fn what_came_later_stays() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.zshrc", "a=1");
    done(&sandbox, &["zsh", "--yes"], 0);
    let text = sandbox.read("user/.zshrc") + "b=2\n";
    // An older gox wrote something else, and an editor other ends of lines.
    sandbox.write("user/.zshrc", text.replace("command -v", "type").replace('\n', "\r\n"));
    done(&sandbox, &["zsh", "--yes"], 0);
    let block = block(&format!("{HEAD}; no newline before"), &zsh());
    assert_eq!(sandbox.read("user/.zshrc"), format!("a=1\r\n{block}b=2\r\n"));
    done(&sandbox, &["zsh", "--undo", "--yes"], 0);
    assert_eq!(sandbox.read("user/.zshrc"), "a=1\r\nb=2\r\n");
    // A file that setup made and somebody filled.
    fs::remove_file(sandbox.user().join(".zshrc")).unwrap();
    done(&sandbox, &["zsh", "--yes"], 0);
    sandbox.write("user/.zshrc", sandbox.read("user/.zshrc") + "b=2\n");
    done(&sandbox, &["zsh", "--undo", "--yes"], 0);
    assert_eq!(sandbox.read("user/.zshrc"), "b=2\n");
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
fn what_cannot_be_given_back_is_not_touched() {
    type Make = fn(&std::path::Path);
    let refused = |reason: &str| format!("error: could not change `~/.profile`: {reason}\n");
    let unread = |cause: &str| format!("error: could not read `~/.profile`\n  caused by: {cause}\n");
    let marks = "hint: remove the marks `# >>> gox >>>` and `# <<< gox <<<` by hand\n";
    let table: [(Make, String, &str); 6] = [
        (|path| fs::write(path, b"# caf\xe9\n").unwrap(), refused("it is not UTF-8"), ""),
        (|path| fs::create_dir(path).unwrap(), unread("it is not a regular file"), ""),
        (
            |path| assert!(process::Command::new("mkfifo").arg(path).status().unwrap().success()),
            unread("it is not a regular file"),
            "",
        ),
        (|path| symlink("/dev/null", path).unwrap(), unread("it is not a regular file"), ""),
        (|path| symlink("nowhere", path).unwrap(), unread("no such file or directory"), ""),
        (
            |path| fs::write(path, "a\n# >>> gox >>>\n").unwrap(),
            refused("line 2 is a gox mark without its counterpart"),
            marks,
        ),
    ];
    for (make, error, hint) in table {
        let sandbox = Sandbox::new();
        make(&sandbox.user().join(".profile"));
        let before = state(&sandbox);
        let by_hand =
            "hint: put it into the start-up file of your shell by hand: `eval \"$(gox init bash)\"`\n";
        // The other file of the two stays as it is, too.
        let by_hand = if hint.is_empty() { by_hand } else { "" };
        setup(&sandbox, &["bash", "--yes"]).code(7).stderr(&format!("{error}{hint}{by_hand}")).check();
        assert_eq!(state(&sandbox), before, "{error}");
    }
}

#[test]
fn undo_passes_by_what_it_cannot_read() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.bashrc", block(HEAD, BASH));
    sandbox.write("user/.profile", b"# caf\xe9\n");
    let (_, stderr) = done(&sandbox, &["bash", "--undo", "--yes"], 0);
    let said = "warning: could not change `~/.profile`: it is not UTF-8\n\
                changed `~/.bashrc`\nopen shells keep the functions of gox until you close them\n";
    assert_eq!(stderr, said);
    assert_eq!(sandbox.read("user/.bashrc"), "");
}

#[test]
fn undo_says_no_where_its_block_is_in_what_it_cannot_read() {
    let sandbox = Sandbox::new();
    let text = [block(HEAD, BASH).as_bytes(), b"# caf\xe9\n"].concat();
    sandbox.write("user/.bashrc", &text);
    let (_, stderr) = done(&sandbox, &["bash", "--undo", "--yes"], 7);
    assert_eq!(stderr, "error: could not change `~/.bashrc`: it is not UTF-8\n");
    assert_eq!(std::fs::read(sandbox.user().join(".bashrc")).unwrap(), text);
}

/// gox for whom modes hold: root, too, without the right to ignore them.
fn under_modes<'a>(sandbox: &'a Sandbox, arguments: &[&str]) -> Command<'a> {
    if rustix::process::geteuid().is_root() {
        let drop = ["--bounding-set", "-all", "--inh-caps", "-all"];
        return sandbox.command("setpriv").args(drop).args([GOX, "setup"]).args(arguments);
    }
    setup(sandbox, arguments)
}

#[test]
fn where_nothing_may_be_written_nobody_is_asked() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("user/.zshrc", "a=1\n");
    let error = "error: could not write `~/.zshrc`\n  caused by: permission denied\n";
    for (place, mode) in [(path.clone(), 0o444), (sandbox.user(), 0o555)] {
        let before = fs::metadata(&place).unwrap().permissions();
        fs::set_permissions(&place, Permissions::from_mode(mode)).unwrap();
        under_modes(&sandbox, &["zsh"]).code(6).stderr(error).check();
        under_modes(&sandbox, &["zsh", "--yes"]).code(6).stderr(error).check();
        assert_eq!(under_modes(&sandbox, &["zsh", "--dry-run"]).run().code(), 0);
        fs::set_permissions(&place, before).unwrap();
    }
    fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    let run = under_modes(&sandbox, &["zsh", "--yes"]).run();
    assert_eq!((run.code(), run.stdout.as_str()), (7, ""), "{}", run.stderr);
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(sandbox.read("user/.zshrc"), "a=1\n");
}

/// A program on a terminal, in the sandbox's environment.
fn terminal(sandbox: &Sandbox, program: &str, arguments: &[&str]) -> Terminal {
    let mut command = process::Command::new(program);
    command.args(arguments).env("HOME", sandbox.user()).env("PATH", sandbox.path_after::<&str>([]));
    command.env("TERM", "xterm").env("GOENV", "off").env("TMPDIR", sandbox.root().join("tmp"));
    Terminal::start(command.current_dir(sandbox.code()))
}

#[test]
fn on_a_terminal_it_asks() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.zshrc", "a=1\n");
    let before = state(&sandbox);
    let line = |arguments: &str| format!("'{GOX}' setup zsh {arguments}; echo code-$?");
    let ask = |arguments: &str| {
        let mut terminal = terminal(&sandbox, "/bin/sh", &["-c", &line(arguments)]);
        let diff = terminal.wait_for("apply this change? [Y/n]");
        assert!(diff.contains(HEAD), "{diff}");
        terminal
    };
    for answer in ["n\n", "what\n", "\x04"] {
        let mut terminal = ask("");
        terminal.write(answer);
        terminal.wait_for("nothing was changed");
        terminal.wait_for("code-1");
        assert_eq!(state(&sandbox), before, "{answer:?}");
    }
    let mut terminal = ask("");
    terminal.write("\n");
    terminal.wait_for("open a new shell, or `exec zsh`");
    terminal.wait_for("code-0");
    let text = sandbox.read("user/.zshrc");
    assert_eq!(text, format!("a=1\n{}", block(HEAD, &zsh())));
    let mut terminal = ask("--undo");
    terminal.write("n\n");
    terminal.wait_for("code-1");
    assert_eq!(sandbox.read("user/.zshrc"), text);
    let mut terminal = ask("--undo");
    terminal.write("Yes\n");
    terminal.wait_for("code-0");
    assert_eq!(sandbox.read("user/.zshrc"), "a=1\n");
}

#[test]
fn what_changes_while_the_question_stands_is_not_overwritten() {
    let sandbox = Sandbox::new();
    for (before, meanwhile) in [(Some("a=1\n"), "a=1\nb=2\n"), (None, "c=3\n")] {
        let _ = fs::remove_file(sandbox.user().join(".zshrc"));
        if let Some(text) = before {
            sandbox.write("user/.zshrc", text);
        }
        let line = format!("'{GOX}' setup zsh; echo code-$?");
        let mut terminal = terminal(&sandbox, "/bin/sh", &["-c", &line]);
        terminal.wait_for("[Y/n]");
        sandbox.write("user/.zshrc", meanwhile);
        terminal.write("y\n");
        terminal.wait_for("changed in the meantime, so it is left as it is");
        terminal.wait_for("code-1");
        assert_eq!(sandbox.read("user/.zshrc"), meanwhile);
    }
}

/// What `go version` is in an interactive shell, and everything else that it shows.
#[track_caller]
fn runs(sandbox: &Sandbox, shell: &str, version: &str) {
    let script = "go version; echo end";
    let mut terminal = terminal(sandbox, shell, &["-i", "-c", script]);
    let before = terminal.wait_for(&format!("go version go{version} "));
    assert_eq!(before.trim(), "", "{shell}");
    terminal.wait_for("end");
}

/// A user with gox on PATH, a toolchain and a system Go, whose shells know nothing of gox yet.
fn world() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put_shims(&["go", "gofmt"]);
    sandbox.put_gox();
    fs::create_dir(sandbox.home().join("bin")).unwrap();
    symlink(GOX, sandbox.home().join("bin/gox")).unwrap();
    sandbox.put_toolchain(&FakeToolchain::new("1.99.1"));
    sandbox.write("user/.local/go/default", "1.99.1\n");
    put_system_go(&sandbox, "1.98.0");
    sandbox
}

#[test]
fn shells_then_run_what_gox_chooses() {
    for shell in ["bash", "zsh", "fish"] {
        let sandbox = world();
        sandbox.write("user/.zshrc", "unsetopt prompt_sp prompt_cr\n");
        runs(&sandbox, shell, "1.98.0");
        done(&sandbox, &[shell, "--yes"], 0);
        runs(&sandbox, shell, "1.99.1");
        // Where PATH lacks it there is the copy in the store.
        fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
        runs(&sandbox, shell, "1.99.1");
        // Where gox is gone a shell starts without a word.
        fs::remove_file(sandbox.home().join("bin/gox")).unwrap();
        runs(&sandbox, shell, "1.98.0");
    }
}

/// Also one that is not interactive, such as those of editors and desktop sessions. `/etc/profile` may have
/// taken gox off PATH.
#[test]
fn login_shells_of_bash_and_sh_run_it_too() {
    for (bashrc, profile, shells) in [
        (Some(DEBIAN_BASHRC), Some(DEBIAN_PROFILE), &["bash", "dash"][..]),
        // Only bash reads ~/.bashrc.
        (Some("x=1\n"), Some(DEBIAN_PROFILE), &["bash"]),
        (None, None, &["bash", "dash"]),
    ] {
        let sandbox = world();
        for (name, text) in [(".bashrc", bashrc), (".profile", profile)] {
            if let Some(text) = text {
                sandbox.write(&format!("user/{name}"), text);
            }
        }
        done(&sandbox, &["bash", "--yes"], 0);
        for shell in shells {
            let run = sandbox.command(shell).args(["-l", "-c", "go version"]);
            run.stdout("go version go1.99.1 [OS]/[ARCH]\n").check();
        }
        let mut terminal = terminal(&sandbox, "/bin/bash", &["-l", "-i", "-c", "type -t gox; echo end"]);
        assert_eq!(terminal.wait_for("end").trim(), "function");
    }
}

#[test]
fn for_everybody_it_takes_root() {
    let sandbox = Sandbox::new();
    let run = setup(&sandbox, &["--system", "--dry-run"]).run();
    assert_eq!((run.code(), run.stderr.as_str()), (0, "nothing was changed\n"), "{}", run.stdout);
    let init = sandbox.gox(["init", "sh"]).run().stdout;
    let added = format!("+{NEW}\n+{}\n+{TAIL}\n", init.trim_end().replace('\n', "\n+"));
    let lines = init.lines().count() + 2;
    let diff = format!("--- /dev/null\n+++ /etc/profile.d/gox.sh\n@@ -0,0 +1,{lines} @@\n{added}");
    assert_eq!(run.stdout, diff);

    // Somebody else may not reach the program where it was built.
    let gox = sandbox.put_program(GOX, "gox");
    fs::set_permissions(sandbox.root(), Permissions::from_mode(0o755)).unwrap();
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let run = if rustix::process::geteuid().is_root() {
        sandbox.command("setpriv").args(nobody).arg(&gox)
    } else {
        sandbox.command(&gox)
    };
    let error = "error: could not write `/etc/profile.d/gox.sh`\n  caused by: permission denied\n\
                 hint: `sudo [ROOT]/gox setup --system`\n";
    run.args(["setup", "--system"]).code(6).stderr(error).check();

    let error = "error: TARGET cannot be used with `--system`\nhint: see `gox setup --help`\n";
    setup(&sandbox, &["bash", "--system"]).code(2).stderr(error).check();
}

/// In a mount namespace of its own, where `/etc/profile.d` is a folder of the sandbox.
#[test]
fn for_everybody_it_is_one_file() {
    let sandbox = Sandbox::new();
    let folder = sandbox.root().join("profile.d");
    fs::create_dir(&folder).unwrap();
    let namespace = |script: &str| {
        let line = format!("mount --bind '{}' /etc/profile.d && {script}", folder.display());
        sandbox.command("unshare").args(["--map-root-user", "--mount", "sh", "-c", &line])
    };
    if !can_mount(&namespace("true").run()) {
        return;
    }
    // Whatever root's own files are to be, this one is for all.
    let run = namespace(&format!("umask 077 && exec '{GOX}' setup --system --yes")).run();
    let said = "created `/etc/profile.d/gox.sh`\nthe change takes effect at the next login\n";
    assert_eq!((run.code(), run.stderr.as_str()), (0, said), "{}", run.stdout);
    let init = sandbox.gox(["init", "sh"]).run().stdout;
    assert_eq!(sandbox.read("profile.d/gox.sh"), block(NEW, &init));
    assert_eq!(tree::listing(&folder), "0644 file gox.sh\n");
    let said = "it is in `/etc/profile.d/gox.sh` already\n";
    namespace(&format!("'{GOX}' setup --system")).stderr(said).check();
    let run = namespace(&format!("'{GOX}' setup --system --undo --yes")).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(tree::listing(&folder), "");
    // As the manual of `gox init` has it.
    sandbox.write("profile.d/gox.sh", &init);
    let said = "`/etc/profile.d/gox.sh:1` does it already, written by hand\n";
    namespace(&format!("'{GOX}' setup --system --yes")).stderr(said).check();
    fs::remove_dir_all(&folder).unwrap();
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
