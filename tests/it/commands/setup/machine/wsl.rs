//! `gox setup wsl`: the settings of WSL.

use super::{WSL_2, setup, with_kernel};
use crate::commands::setup::state;
use crate::support::recorded;
use crate::support::sandbox::Sandbox;

const DONE: &str =
    "changed `[ROOT]/machine/etc/wsl.conf`\nto apply it, run `wsl.exe --shutdown` in Windows\n";

#[test]
fn the_settings_of_wsl_get_what_is_missing() {
    let block = |body: &str| {
        format!(
            "# >>> gox wsl >>> by `gox setup wsl`, which `gox setup wsl --undo` takes back\n{body}# <<< gox wsl <<<\n"
        )
    };
    let isolated = format!("{DONE}`code` and `explorer.exe` then need their whole path\n");
    for (before, more, said, added) in [
        ("[user]\ndefault=u\n", None, DONE, "[boot]\nsystemd=true\n"),
        ("", Some("--isolate"), &*isolated, "[boot]\nsystemd=true\n[interop]\nappendWindowsPath=false\n"),
        ("[Boot]\nSystemd = TRUE\n", Some("--isolate"), &*isolated, "[interop]\nappendWindowsPath=false\n"),
    ] {
        let sandbox = Sandbox::new();
        let machine = with_kernel(&sandbox, WSL_2);
        sandbox.write("machine/etc/wsl.conf", before);
        let arguments = [&["wsl", "--yes"][..], &more.into_iter().collect::<Vec<_>>()].concat();
        let run = setup(&sandbox, &machine, &arguments).run();
        assert_eq!((run.stderr.as_str(), run.code()), (said, 0));
        assert_eq!(sandbox.read("machine/etc/wsl.conf"), format!("{before}{}", block(added)));
        // A run that asks for less takes nothing back.
        setup(&sandbox, &machine, &["wsl", "--check"]).stderr("up to date: `wsl`\n").check();
        let undo = setup(&sandbox, &machine, &["wsl", "--undo", "--yes"]).run();
        assert_eq!(undo.stderr, DONE);
        assert_eq!(sandbox.read("machine/etc/wsl.conf"), before);
    }
}

#[test]
fn what_wsl_would_not_read_is_not_written() {
    let sandbox = Sandbox::new();
    let machine = with_kernel(&sandbox, WSL_2);
    for (before, line) in [
        ("; a comment\n[user]\ndefault=me\n", 1),
        ("[user]\ndefault=\"me\n", 2),
        ("\u{feff}[user]\r\ndefault=me\r\n", 1),
    ] {
        sandbox.write("machine/etc/wsl.conf", before);
        let error = format!(
            "error: WSL stops reading `[ROOT]/machine/etc/wsl.conf` at line {line}, which is not a section, key or comment\n\
             hint: remove the line, or begin it with `#`, by hand\n"
        );
        setup(&sandbox, &machine, &["wsl", "--yes"]).code(1).stderr(&error).check();
        assert_eq!(sandbox.read("machine/etc/wsl.conf"), before);
    }
    // What is above that line counts.
    let before = "[boot]\nsystemd=true\n; a comment\n";
    sandbox.write("machine/etc/wsl.conf", before);
    assert_eq!(setup(&sandbox, &machine, &["wsl", "--yes"]).run().code(), 0);
    sandbox.write("machine/etc/wsl.conf", "");
    setup(&sandbox, &machine, &["wsl", "--yes"]).run();
    let after = sandbox.read("machine/etc/wsl.conf") + "[boot]\n; x\n";
    sandbox.write("machine/etc/wsl.conf", &after);
    setup(&sandbox, &machine, &["wsl", "--check"]).stderr("up to date: `wsl`\n").check();
    // The line is that of the file, which has a block above it.
    sandbox.write("machine/etc/wsl.conf", after.replace("; x", "systemd=false"));
    let error = "error: `[ROOT]/machine/etc/wsl.conf:6` says `systemd=false`\nhint: make it `systemd=true`, by hand\n";
    setup(&sandbox, &machine, &["wsl", "--yes"]).code(1).stderr(error).check();
}

#[test]
fn a_key_of_the_user_is_not_doubled() {
    let sandbox = Sandbox::new();
    let machine = with_kernel(&sandbox, WSL_2);
    sandbox.write("machine/etc/wsl.conf", "# mine\n[boot]\nsystemd=false\n");
    let error = "error: `[ROOT]/machine/etc/wsl.conf:3` says `systemd=false`\nhint: make it `systemd=true`, by hand\n";
    setup(&sandbox, &machine, &["wsl", "--yes"]).code(1).stderr(error).check();
    sandbox.write("machine/etc/wsl.conf", "[boot]\nsystemd=true\n");
    let said = "`[ROOT]/machine/etc/wsl.conf` has it already, written by hand\n";
    setup(&sandbox, &machine, &["wsl", "--yes"]).stderr(said).check();
    // WSL 1 has no systemd.
    let machine = with_kernel(&sandbox, "4.4.0-19041-Microsoft\n");
    sandbox.write("machine/etc/wsl.conf", "");
    let said = "`wsl` needs nothing here: WSL 1 has no systemd\n";
    setup(&sandbox, &machine, &["wsl", "--yes"]).stderr(said).check();
    assert_eq!(sandbox.read("machine/etc/wsl.conf"), "");
    assert_eq!(state(&sandbox), []);
}

#[test]
fn one_target_that_cannot_be_compared_hides_no_other() {
    let sandbox = Sandbox::new();
    sandbox.gox(["setup", "zsh", "readline", "--yes"]).run();
    let zshrc = sandbox.read("user/.zshrc");
    sandbox.write("user/.inputrc", "# >>> gox readline >>>\n");
    let error = "error: could not change `~/.inputrc`: line 1 is a gox mark without its counterpart\n\
        hint: remove the marks `# >>> gox readline >>>` and `# <<< gox readline <<<` by hand\n";
    let said = format!("{error}up to date: `zsh`\ncould not be compared: `readline`\n");
    sandbox.gox(["setup", "--check"]).code(7).stderr(&said).check();
    sandbox.write("user/.zshrc", zshrc.replace("command -v gox", "true"));
    let run = sandbox.gox(["setup", "--check"]).run();
    let said = format!("{error}not up to date: `zsh`\ncould not be compared: `readline`\n");
    assert_eq!((run.stderr.as_str(), run.code()), (said.as_str(), 7));
    assert!(run.stdout.contains("+if command -v gox"), "{}", run.stdout);
}

#[test]
fn isolation_belongs_to_the_settings_of_wsl() {
    let sandbox = Sandbox::new();
    let error = "error: `--isolate` belongs to the target `wsl`\nhint: name it: `gox setup wsl --isolate`\n";
    for arguments in [&["git", "--isolate"][..], &["bash", "zsh", "--isolate", "--yes"]] {
        setup(&sandbox, recorded::folder("wsl2-ubuntu"), arguments).code(2).stderr(error).check();
    }
    assert_eq!(state(&sandbox), []);
}
