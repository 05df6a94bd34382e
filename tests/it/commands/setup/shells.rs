//! What shells run after `gox setup`.

use std::fs;
use std::os::unix::fs::symlink;

use super::{DEBIAN_BASHRC, DEBIAN_PROFILE, done, terminal};
use crate::commands::put_system_go;
use crate::support::archives::FakeToolchain;
use crate::support::sandbox::{GOX, Sandbox};

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
