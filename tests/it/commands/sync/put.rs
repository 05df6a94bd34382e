//! What `gox sync` itself put, it gives back once the file does not name it any more.

use serde_json::json;

use super::Machine;

const CONFIG: &str = "user/.config/gox/config.toml";
const LESS: &str = "[settings]\nverify = \"log\"\n";
const MORE: &str = "[settings]\nverify = \"log\"\ntimeout = 60\noffline = true\n[setup]\nreadline = true\n";

/// A machine to which `MORE` was applied after `LESS`, with the commit of that.
fn machine() -> (Machine, String) {
    let machine = Machine::new();
    machine.sandbox.write(CONFIG, "offline = false\n");
    let commit = machine.state(LESS);
    machine.state(MORE);
    assert!(machine.sandbox.user().join(".inputrc").exists());
    (machine, commit)
}

/// What a line shows as to be done, where it is no error that something is.
fn planned(machine: &Machine, line: &str) -> String {
    let run = machine.sync(line).run();
    assert_eq!(run.code(), i32::from(!run.stdout.is_empty()), "{}", run.stderr);
    run.stdout
}

#[test]
fn a_commit_back_or_a_revert_gives_back_settings_and_targets() {
    for revert in [false, true] {
        let (machine, commit) = machine();
        let line = if revert {
            machine.git("git revert --no-edit HEAD");
            "--yes fleet/gox.toml".to_owned()
        } else {
            format!("--yes --at {commit} fleet/gox.toml")
        };
        let plan = "~ settings offline true -> false\n- settings timeout\n- setup readline\n";
        machine.sync(&line.replace("--yes", "--check")).code(1).stdout(plan).check();
        let run = machine.sync(&line).run();
        assert_eq!((run.code(), run.stdout.as_str()), (0, plan), "{}", run.stderr);
        assert!(run.stderr.starts_with(
            "`offline` is now `false`, in `~/.config/gox/config.toml`\n`timeout` is no longer set in "
        ));
        let config = machine.sandbox.read(CONFIG);
        assert_eq!(config, "offline = false\nverify = \"log\"\n");
        assert!(!machine.sandbox.user().join(".inputrc").exists());
        assert_eq!(planned(&machine, &line.replace("--yes", "--check")), "");
        let last = machine.states().pop().unwrap();
        assert_eq!(
            last["put"],
            json!({ "settings": { "verify": { "from": null, "to": "log" } }, "setup": [] })
        );
    }
}

#[test]
fn what_is_of_the_user_stays() {
    let machine = Machine::new();
    machine.sandbox.gox(["setup", "readline", "--yes"]).run();
    machine.sandbox.write(CONFIG, "timeout = 60\n");
    let commit = machine.state(LESS);
    machine.state(MORE);
    // Put by the file, and changed since.
    machine.sandbox.gox(["config", "set", "offline", "false"]).run();
    assert_eq!(planned(&machine, &format!("--yes --at {commit}")), "");
    assert_eq!(machine.sandbox.read(CONFIG), "timeout = 60\nverify = \"log\"\noffline = false\n");
    assert!(machine.sandbox.user().join(".inputrc").exists());
    // Another file puts its own.
    machine.sandbox.write("work/other.toml", "format = 1\n");
    assert_eq!(planned(&machine, "--check other.toml"), "");
}

#[test]
fn what_an_attempt_put_before_it_failed_is_given_back() {
    let (machine, commit) = machine();
    machine.sync(&format!("--yes --at {commit}")).run();
    machine
        .declare(&format!("{}[toolchains]\ninstall = [\"1.99.9\"]\n", MORE.replace("offline = true\n", "")));
    assert_eq!(machine.sync("--yes").env("GOX_SOURCES", "dir:/nowhere").run().code(), 4);
    assert!(machine.sandbox.read(CONFIG).contains("timeout = 60"));
    machine.declare(LESS);
    machine.sync("--check").code(1).stdout("- settings timeout\n").check();
    machine.apply();
    assert!(!machine.sandbox.read(CONFIG).contains("timeout"));
    assert_eq!(machine.states().len(), 4);
}

#[test]
fn a_password_is_kept_nowhere_else_and_a_shared_block_stays() {
    let machine = Machine::new();
    machine.declare("[settings]\ndl-url = \"https://u:secret@h.example/\"\n[setup]\nbash = true\n");
    machine.apply();
    assert!(machine.sandbox.read(CONFIG).contains("secret"));
    assert!(!machine.sandbox.read("user/.local/go/synced").contains("secret"));
    machine.declare("[setup]\nsh = true\n");
    assert_eq!(planned(&machine, "--check"), "");
}
