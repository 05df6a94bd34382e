//! What `gox sync` itself put, it gives back once the file does not name it any more.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use super::Machine;
use crate::support::strace;

const CONFIG: &str = "user/.config/gox/config.toml";
/// Calls by which a file comes or goes.
const RENAMES: &str = "?rename,?renameat,renameat2,?unlink,unlinkat";
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

/// What a line shows as to be done, which is an error of `--check` alone.
pub(super) fn planned(machine: &Machine, line: &str) -> String {
    let run = machine.sync(line).run();
    let differs = line.contains("--check") && !run.stdout.is_empty();
    assert_eq!(run.code(), i32::from(differs), "{}", run.stderr);
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
            "`offline` is now `false`, in `~/.config/gox/config.toml`\n`timeout` is not set in "
        ));
        let config = machine.sandbox.read(CONFIG);
        assert_eq!(config, "offline = false\nverify = \"log\"\n");
        assert!(!machine.sandbox.user().join(".inputrc").exists());
        assert_eq!(planned(&machine, &line.replace("--yes", "--check")), "");
        let last = machine.states().pop().unwrap();
        assert_eq!(
            last["owed"],
            json!({ "settings": { "verify": { "from": null, "to": ["log"] } }, "setup": {} })
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
    machine.sandbox.write("code/other.toml", "format = 1\n");
    assert_eq!(planned(&machine, "--check other.toml"), "");
}

/// Applies a file with a version that no source can tell of: what comes before an install is done then.
#[track_caller]
fn fail(machine: &Machine, text: &str) {
    machine.declare(&format!("{text}[toolchains]\ninstall = [\"1.99.9\"]\n"));
    let run = machine.sync("--yes fleet/gox.toml").env("GOX_SOURCES", "dir:/nowhere").run();
    assert_eq!(run.code(), 4, "{}", run.stderr);
}

#[test]
fn what_an_attempt_put_before_it_failed_is_given_back() {
    let (machine, commit) = machine();
    machine.sync(&format!("--yes --at {commit}")).run();
    fail(&machine, &MORE.replace("offline = true\n", ""));
    assert!(machine.sandbox.read(CONFIG).contains("timeout = 60"));
    machine.declare(LESS);
    machine.sync("--check").code(1).stdout("- settings timeout\n").check();
    machine.apply();
    assert!(!machine.sandbox.read(CONFIG).contains("timeout"));
    assert_eq!(machine.states().len(), 4);
}

#[test]
fn a_password_is_kept_nowhere_else() {
    let machine = Machine::new();
    machine.declare("[settings]\ndl-url = \"https://u:secret@h.example/\"\n[setup]\nbash = true\n");
    machine.apply();
    assert!(machine.sandbox.read(CONFIG).contains("secret"));
    assert!(!machine.sandbox.read("user/.local/go/synced").contains("secret"));
}

#[test]
fn what_a_failed_attempt_did_not_come_to_is_of_whoever_does_it_then() {
    // The install fails, before `readline`; the settings file cannot be written; `.inputrc` cannot.
    for hindrance in ["", "user/.config/gox/config.toml", "user/.inputrc"] {
        let machine = Machine::new();
        let place = machine.sandbox.root().join(hindrance);
        if hindrance.is_empty() {
            fail(&machine, "[setup]\nreadline = true\n");
        } else {
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            symlink("nowhere/none", &place).unwrap();
            machine.declare("[settings]\ntimeout = 60\n[setup]\nreadline = true\n");
            assert_ne!(machine.sync("--yes fleet/gox.toml").run().code(), 0);
            fs::remove_file(&place).unwrap();
        }
        machine.sandbox.gox(["setup", "readline", "--yes"]).run();
        machine.sandbox.gox(["config", "set", "timeout", "60"]).run();
        machine.declare("");
        let left = if hindrance == "user/.inputrc" { "- settings timeout\n" } else { "" };
        assert_eq!(planned(&machine, "--yes fleet/gox.toml"), left, "{hindrance}");
        assert!(machine.sandbox.user().join(".inputrc").exists());
    }
}

#[test]
fn what_a_failed_attempt_gave_back_is_owed_no_more() {
    let machine = Machine::new();
    machine.state("[settings]\ntimeout = 60\n");
    fail(&machine, "");
    assert_eq!(machine.sandbox.read(CONFIG), "");
    machine.sandbox.gox(["config", "set", "timeout", "60"]).run();
    machine.declare("");
    assert_eq!(planned(&machine, "--yes"), "");
}

#[test]
fn back_to_the_state_before_a_failed_attempt_nothing_is_owed_for_it() {
    let machine = Machine::new();
    let synced = || machine.sandbox.read("user/.local/go/synced");
    // In no repository the states are told apart by their texts alone.
    machine.declare(LESS);
    machine.apply();
    let before = synced();
    fail(&machine, MORE);
    assert_ne!(synced(), before);
    machine.declare(LESS);
    assert_eq!(planned(&machine, "--yes"), "- settings offline\n- settings timeout\n");
    assert_eq!(synced(), before);
    machine.sandbox.gox(["config", "set", "timeout", "60"]).run();
    assert_eq!(planned(&machine, "--yes"), "");
}

#[test]
fn the_value_that_the_user_chose_last_is_given_back() {
    let machine = Machine::new();
    let file = |seconds: usize| format!("[settings]\ntimeout = {seconds}\n");
    let user = |seconds: &str| machine.sandbox.gox(["config", "set", "timeout", seconds]).run();
    let given_back = || {
        machine.declare("");
        planned(&machine, "--yes fleet/gox.toml")
    };
    user("30");
    machine.state(&file(60));
    user("45");
    machine.state(&format!("{}# again\n", file(60)));
    machine.state(&file(70));
    assert_eq!(given_back(), "~ settings timeout 70 -> 45\n");
    // What the user and the file agree on is of the user.
    machine.state(&file(60));
    user("50");
    machine.state(&file(50));
    user("60");
    assert_eq!(given_back(), "");
    // So is what the file itself puts back.
    machine.state(&file(70));
    machine.state(&file(60));
    assert_eq!(given_back(), "");
}

/// A state, and the start-up files that have a block then.
type Blocks = (&'static str, &'static [&'static str]);

/// The start-up files that have a block.
fn blocks(machine: &Machine) -> Vec<&'static str> {
    let has_block = |name: &&str| {
        fs::read_to_string(machine.sandbox.user().join(name)).is_ok_and(|text| text.contains("gox init"))
    };
    [".bashrc", ".profile"].into_iter().filter(has_block).collect()
}

#[test]
fn of_a_block_that_two_targets_share_what_was_put_goes_with_the_last() {
    const BOTH: &[&str] = &[".bashrc", ".profile"];
    const LOGIN: &[&str] = &[".profile"];
    // What the user set up, and the states.
    let cases: [(&str, &[Blocks]); 7] = [
        ("", &[("bash = true", BOTH), ("sh = true", LOGIN), ("", &[])]),
        ("", &[("sh = true", LOGIN), ("bash = true", BOTH), ("", &[])]),
        ("", &[("bash = true", BOTH), ("sh = false", &[])]),
        ("sh", &[("bash = true", BOTH), ("", LOGIN)]),
        ("sh", &[("sh = true", LOGIN), ("", LOGIN)]),
        ("bash", &[("sh = true", BOTH), ("", BOTH)]),
        ("", &[("bash = true\nsh = true", BOTH), ("sh = true", LOGIN), ("bash = true", BOTH), ("", &[])]),
    ];
    for (own, states) in cases {
        let machine = Machine::new();
        if !own.is_empty() {
            machine.sandbox.gox(["setup", own, "--yes"]).run();
        }
        for (state, expected) in states {
            machine.state(&format!("[setup]\n{state}\n"));
            assert_eq!(blocks(&machine), *expected, "{own}: {state}");
        }
    }
}

#[test]
fn whoever_is_killed_owes_what_was_put_by_then() {
    let own = "timeout = 30 # mine\n";
    let start = || {
        let machine = Machine::new();
        machine.sandbox.write(CONFIG, own);
        machine.state("[settings]\ntimeout = 60\noffline = true\n[setup]\nreadline = true\nsh = true\n");
        machine.declare("[settings]\ntimeout = 70\nverify = \"log\"\n[setup]\nbash = true\ndirenv = true\n");
        machine
    };
    let killed = |machine: &Machine, injections: &[String]| {
        let log = machine.sandbox.root().join("strace.log");
        let words = ["sync", "--yes", "fleet/gox.toml"];
        let run = strace::gox(&machine.sandbox, &log, RENAMES, injections, &words).run();
        (run.code(), strace::calls(&log))
    };
    let (code, calls) = killed(&start(), &[]);
    assert_eq!(code, 0);
    let places = strace::numbered(&calls);
    let places = places.iter().filter(|(call, _)| call.name.starts_with("rename") || call.name == "unlink");
    let mut kills = 0;
    for (call, number) in places {
        let place = format!("killed at {} {number}, as in {}", call.name, call.text);
        let machine = start();
        let (code, _) = killed(&machine, &[format!("{}:signal=KILL:when={number}", call.name)]);
        kills += usize::from(code == 137);
        // Half of the machines come to the new state before they leave it.
        if number % 2 == 0 {
            machine.apply();
        }
        machine.declare("");
        machine.apply();
        assert_eq!(machine.sandbox.read(CONFIG), own, "{place}");
        for name in [".inputrc", ".bashrc", ".profile", ".config/direnv/lib/gox.sh"] {
            assert!(!machine.sandbox.user().join(name).exists(), "{name} {place}");
        }
    }
    assert!(kills > 12, "{kills}");
}
