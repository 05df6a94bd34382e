//! What `gox setup` tells beside its own change: lines that load another manager or set GOROOT, that another manager has
//! a Go, and that another shell is set up than the one in which it was typed.

use std::fs;

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

const GVM: &str = "runs gvm, which sets up its own Go: remove the line";
const GOENV: &str = "runs goenv, which sets up its own Go: remove the line";
const GOROOT: &str = "sets `GOROOT`, which breaks every other version of Go: remove the line";

/// What `gox setup` says of lines, in the order of its notes.
#[track_caller]
fn assert_notes(sandbox: &Sandbox, arguments: &[&str], expected: &[(&str, &str)]) {
    let run = sandbox.gox(["setup"]).args(arguments).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let notes: String =
        run.stderr.lines().filter(|line| line.starts_with("note: ")).collect::<Vec<_>>().join("\n");
    let expected: Vec<_> = expected.iter().map(|(place, says)| format!("note: `~/{place}` {says}")).collect();
    assert_eq!(notes, expected.join("\n"), "{arguments:?}: {}", run.stderr);
}

#[test]
fn each_line_is_named_and_none_is_changed() {
    let sandbox = Sandbox::new();
    let text = "\
# source ~/.gvm/scripts/gvm
[[ -s \"$HOME/.gvm/scripts/gvm\" ]] && source \"$HOME/.gvm/scripts/gvm\"
gvm use go1.20 --default
export GOROOT=/usr/local/go GOPATH=~/go
export PATH=$PATH:$GOROOT/bin
eval \"$(goenv init -)\"
. ~/.asdf/asdf.sh
";
    sandbox.write("user/.bashrc", text);
    sandbox.write("user/.bash_profile", ". ~/.bashrc\nGOROOT=/opt/go; export GOROOT\n");
    // No shell but zsh reads it.
    sandbox.write("user/.zshrc", "export GOROOT=/x\n");
    let notes = [
        (".bash_profile:2", GOROOT),
        (".bashrc:2", GVM),
        (".bashrc:3", GVM),
        (".bashrc:4", GOROOT),
        (".bashrc:6", GOENV),
        (".bashrc:7", "runs asdf: remove the line, unless you use asdf for other tools"),
    ];
    assert_notes(&sandbox, &["bash", "--dry-run"], &notes);
    assert_notes(&sandbox, &["bash", "--yes"], &notes);
    assert!(sandbox.read("user/.bashrc").starts_with(text));
    assert_notes(&sandbox, &["bash"], &notes);
    assert_notes(&sandbox, &["bash", "--quiet"], &[]);
    assert_notes(&sandbox, &["zsh", "--yes"], &[(".zshrc:1", GOROOT)]);
    assert_notes(&sandbox, &["bash", "--undo", "--yes"], &[]);
    assert_eq!(sandbox.read("user/.bashrc"), text);
}

#[test]
fn the_lines_of_fish_are_known_and_erasing_is_none() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.config/fish/conf.d/go.fish", "set -e GOROOT\nset -gx GOROOT /usr/local/go\n");
    sandbox
        .write("user/.config/fish/config.fish", "set -q GOROOT; and echo it\nmise activate fish | source\n");
    let notes = [
        (".config/fish/conf.d/go.fish:2", GOROOT),
        (".config/fish/config.fish:2", "runs mise: remove the line, unless you use mise for other tools"),
    ];
    assert_notes(&sandbox, &["fish", "--yes"], &notes);
}

/// The block moves behind a line that puts a Go in front, and the lines below it get smaller numbers.
#[test]
fn a_line_is_named_by_its_number_after_the_change() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.zshrc", "x=1\n");
    assert_notes(&sandbox, &["zsh", "--yes"], &[]);
    let text = sandbox.read("user/.zshrc") + "export GOROOT=/opt/go\nexport PATH=$GOROOT/bin:$PATH\n";
    sandbox.write("user/.zshrc", text);
    assert_notes(&sandbox, &["zsh", "--dry-run"], &[(".zshrc:9", GOROOT)]);
    assert_notes(&sandbox, &["zsh", "--yes"], &[(".zshrc:2", GOROOT)]);
}

/// What is there already need not be downloaded. A Go that no manager keeps in the home is no reason to say so.
#[test]
fn what_managers_have_is_taken_over() {
    const INSTALL: &str = "install the newest: `gox install latest`";
    for (trees, hint) in [
        (&[][..], INSTALL),
        (
            &[
                "user/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.24.1.linux-amd64",
                "homebrew/Cellar/go/1.24.1/libexec",
            ],
            INSTALL,
        ),
        (&["user/.gvm/gos/go1.24.1"], "take over the Go versions of gvm: `gox import`"),
        (
            &["user/.goenv/versions/1.24.1", "user/sdk/go1.24.1", "user/.goenv/versions/1.23.2"],
            "take over the Go versions of golang.org/dl and goenv: `gox import`",
        ),
        // Folders of no version.
        (&["user/.asdf/installs", "user/.gvm/gos"], INSTALL),
    ] {
        let sandbox = Sandbox::new();
        for tree in trees {
            sandbox.write(&format!("{tree}/VERSION"), "go1.24.1\n");
        }
        let setup =
            || sandbox.gox(["setup", "zsh", "--yes"]).env("HOMEBREW_PREFIX", sandbox.root().join("homebrew"));
        let said = format!("created `~/.zshrc`\nopen a new shell, or `exec zsh`\nhint: {hint}\n");
        let run = setup().run();
        assert_eq!(run.stderr, said, "{trees:?}");
        // A Go that is there already is enough.
        sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
        fs::remove_file(sandbox.user().join(".zshrc")).unwrap();
        let run = setup().run();
        assert_eq!(run.stderr, "created `~/.zshrc`\nopen a new shell, or `exec zsh`\n", "{trees:?}");
    }
}

/// Whoever starts fish by hand from zsh is still a user of zsh to `SHELL`.
#[test]
fn the_shell_of_the_user_need_not_be_the_one_in_which_it_is_typed() {
    let sandbox = Sandbox::new();
    sandbox.put_gox();
    let note = |command: &str| {
        format!("note: this is for zsh, which `SHELL` names; for bash, in which you are: `{command}`\n")
    };
    // A shell with job control, which a script is without, gives each command a group of its own, as setsid does.
    for (group, shell, command, expected) in [
        ("setsid", "/usr/bin/zsh", "gox setup --dry-run", note("gox setup bash")),
        ("setsid", "/usr/bin/zsh", "gox setup --undo", note("gox setup bash --undo")),
        ("setsid", "/usr/bin/zsh", "gox setup zsh --dry-run", String::new()),
        ("setsid", "/usr/bin/bash", "gox setup --dry-run", String::new()),
        ("", "/usr/bin/zsh", "gox setup --dry-run", String::new()),
    ] {
        let script = format!("{group} {command}; true");
        let run = sandbox.command("bash").args(["-c", &script]).env("SHELL", shell).run();
        let unset = "no start-up file has what `gox setup` writes; ";
        let unset = if command.contains("--undo") { unset } else { "" };
        let said = format!("{unset}nothing was changed\n");
        assert_eq!(run.stderr, format!("{expected}{said}"), "{group} {shell} {command}");
    }
}

#[test]
fn where_the_change_is_declined_nothing_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.zshrc", "export GOROOT=/x\n");
    let run = sandbox.gox(["setup", "zsh"]).run();
    assert_eq!((run.code(), run.stderr.contains("GOROOT")), (1, false), "{}", run.stderr);
}

#[test]
fn line_ends_of_windows_are_named_where_the_shell_cannot_read_them() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.bashrc", "x=1\r\n");
    sandbox.write("dotfiles/profile", "y=1\r\n. ~/.bashrc\n");
    std::os::unix::fs::symlink("../dotfiles/profile", sandbox.user().join(".profile")).unwrap();
    sandbox.write("user/.config/fish/config.fish", "set x 1\r\n");
    let warnings = |arguments: &[&str]| {
        let run = sandbox.gox(["setup"]).args(arguments).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let is_it = |line: &&str| line.starts_with("warning: ") || line.contains("sed ");
        run.stderr.lines().filter(is_it).collect::<Vec<_>>().join("\n")
    };
    let warning = |file: &str, real: &str| {
        format!(
            "warning: `~/{file}` has Windows line endings\n\
             hint: bash reads them as part of each line; convert the file: `sed -i 's/\\r$//' {real}`"
        )
    };
    let both = [warning(".profile", "[ROOT]/dotfiles/profile"), warning(".bashrc", "~/.bashrc")].join("\n");
    assert_eq!(warnings(&["bash", "--dry-run"]), both);
    assert_eq!(warnings(&["bash", "--yes"]), both);
    assert_eq!(warnings(&["fish", "--yes"]), "");
    assert_eq!(warnings(&["bash", "--undo", "--yes"]), "");
}
