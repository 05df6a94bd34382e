//! What is asked before a change, and where nobody is asked.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::{HEAD, block, setup, state, terminal, zsh};
use crate::support::command::Command;
use crate::support::sandbox::{GOX, Sandbox};

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
