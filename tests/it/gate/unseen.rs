//! What git or the overlay does not see by itself, and what a name can do.

use std::process;

use super::repository::Repository;
use crate::support::pty::Terminal;
use crate::support::sandbox::GOX;

/// The name of a file is shown and not obeyed.
#[test]
fn a_name_that_drives_a_terminal() {
    let Some(repository) = Repository::real() else { return };
    repository.write("p/a\x1b[31mX.go", "package  p\n");
    repository.git("add .");
    repository
        .gate("--only format")
        .code(1)
        .stdout("p/a\u{fffd}[31mX.go\n")
        .stderr("format  found    [TIME]\n")
        .check();
    let mut command = process::Command::new(GOX);
    command.args(["gate", "--only", "format"]).current_dir(repository.sandbox.work());
    command.env("HOME", repository.sandbox.user()).env("PATH", repository.sandbox.path_after::<&str>([]));
    let mut terminal = Terminal::start(command.env("TERM", "xterm").env("GOENV", "off"));
    terminal.wait_for("X.go");
    assert!(!terminal.raw().contains("\x1b[31m"), "{:?}", terminal.raw());
}
