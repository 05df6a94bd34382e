//! The lines that `gox setup` names beside its own change: they load another manager, or set GOROOT.

use crate::support::sandbox::Sandbox;

const GVM: &str = "runs gvm, which sets up its own Go: remove the line";
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
        (".bashrc:6", &GVM.replace("gvm", "goenv")),
        (".bashrc:7", "runs asdf: remove the line if only Go needs it"),
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
        (".config/fish/config.fish:2", "runs mise: remove the line if only Go needs it"),
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
             hint: bash reads them as a part of each line: `sed -i 's/\\r$//' {real}`"
        )
    };
    let both = [warning(".profile", "[ROOT]/dotfiles/profile"), warning(".bashrc", "~/.bashrc")].join("\n");
    assert_eq!(warnings(&["bash", "--dry-run"]), both);
    assert_eq!(warnings(&["bash", "--yes"]), both);
    assert_eq!(warnings(&["fish", "--yes"]), "");
    assert_eq!(warnings(&["bash", "--undo", "--yes"]), "");
}
