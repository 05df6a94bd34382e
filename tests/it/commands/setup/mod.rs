//! `gox setup`: what it puts into start-up files, what it leaves alone, and what shells then run.

mod everybody;
mod files;
mod machine;
mod needless;
mod order;
mod project;
mod question;
mod shells;
mod start_up;
mod tools;
mod undo;

use std::process;

use crate::support::command::Command;
use crate::support::pty::Terminal;
use crate::support::sandbox::Sandbox;
use crate::support::tree;

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
fn state(sandbox: &Sandbox) -> Vec<tree::Entry> {
    tree::entries(&sandbox.user())
}

/// A program on a terminal, in the sandbox's environment.
fn terminal(sandbox: &Sandbox, program: &str, arguments: &[&str]) -> Terminal {
    let mut command = process::Command::new(program);
    command.args(arguments).env("HOME", sandbox.user()).env("PATH", sandbox.path_after::<&str>([]));
    command.env("TERM", "xterm").env("GOENV", "off").env("TMPDIR", sandbox.root().join("tmp"));
    Terminal::start(command.current_dir(sandbox.code()))
}
