//! The text itself: the same for everybody, and clean to every linter.

use std::fs;
use std::path::Path;

use super::{ALL, bare, world};
use crate::support::sandbox::Sandbox;

#[test]
fn the_text_is_the_same_for_every_user_home_and_store() {
    let (one, other) = (world(), Sandbox::new());
    for arguments in
        [["init", "bash", "--announce"], ["init", "zsh", "--announce"], ["init", "fish", "--announce"]]
    {
        for arguments in [&arguments[..], &arguments[..2]] {
            let first = one.gox(arguments).env("GOX_HOME", "/x").env("GO_VERSION", "1.22").run();
            first.assert(0, &first.stdout, "");
            let second = other.gox(arguments).env("HOME", "").env("GOX_CONFIG", "/dev/tty").run();
            second.assert(0, &first.stdout, "");
            assert_eq!(first.raw_stdout, second.raw_stdout);
        }
    }
    for shell in ["nushell", "elvish", "xonsh", "tcsh", "powershell"] {
        let first = one.gox(["init", shell]).env("GOX_HOME", "/x").run();
        other.gox(["init", shell]).env("HOME", "").stdout(&first.stdout).check();
        assert!(first.stdout.lines().all(|line| shell == "tcsh" || line.len() <= 120), "{shell}");
    }
    let text = one.gox(["init", "sh"]).run().raw_stdout;
    assert_eq!(text, fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("shell/posix.sh")).unwrap());
}

#[test]
fn every_shell_can_read_it() {
    let sandbox = world();
    for name in ALL {
        let text = sandbox.gox(["init", name, "--announce"]).run();
        let file = sandbox.write("init", &text.raw_stdout);
        sandbox.command(name).arg("-n").arg(file).check();
    }
}

#[test]
fn linters_are_content() {
    let sandbox = Sandbox::new();
    let mut count = 0;
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("shell")).unwrap() {
        let file = file.unwrap().path();
        let kind = file.extension().unwrap().to_str().unwrap();
        count += 1;
        match kind {
            // They run in tests of their own, and the last one nowhere.
            "nu" | "elv" | "xsh" | "tcsh" | "ps1" => continue,
            "sh" => sandbox.command("bash").arg("-n").arg(&file).check(),
            kind => sandbox.command(kind).arg("-n").arg(&file).check(),
        };
        match kind {
            "sh" | "bash" => {
                sandbox.command("shellcheck").arg(&file).check();
                sandbox.command("shfmt").args(["-d", "-i", "4"]).arg(&file).check();
            }
            "fish" => drop(sandbox.command("fish_indent").arg("--check").arg(&file).check()),
            kind => assert_eq!(kind, "zsh"),
        }
    }
    assert!(count >= 10, "{count}");
}

#[test]
fn nothing_is_said() {
    let sandbox = world();
    for name in ALL {
        super::shell(&sandbox, name, "", "").check();
        bare(&sandbox, name)
            .args(["-c", &"eval \"$(gox init NAME --announce)\"\n".repeat(2).replace("NAME", name)])
            .check();
    }
}
