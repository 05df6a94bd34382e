//! A machine becomes as declared, also by two at once, and after one was killed.

use std::{fs, process};

use serde_json::Value;

use super::{Machine, RELEASED};
use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::zip_path;
use crate::support::pty::Terminal;
use crate::support::response::{Fault, Response};
use crate::support::running::Output;
use crate::support::sandbox::GOX;
use crate::support::strace;

const FILE: &str = "[toolchains]\ninstall = [\"1.99.1\", \"1.98.1\"]\ndefault = \"1.99.1\"\nexclusive = true\n\
    [settings]\nverify = \"log\"\ntimeout = 40\n[setup]\nbash = true\ndirenv = true\nreadline = false\n";

const AS_DECLARED: &str = "this machine is as declared in `[ROOT]/code/fleet/gox.toml`\n";

#[test]
fn a_machine_becomes_as_declared() {
    let machine = Machine::new();
    machine.declare(FILE);
    machine.install(&["1.98.1", "1.97.0"]);
    machine.sandbox.gox(["setup", "readline", "--yes"]).run();
    let plan = "+ settings verify log\n+ settings timeout 40\n+ install 1.99.1\n~ default system -> 1.99.1\n\
        + setup bash\n+ setup direnv\n- setup readline\n- remove 1.97.0\n";
    let installs = lines::by_proxy(&FakeToolchain::new("1.99.1"))
        .replace("821 B, from", "504 B new, 317 B shared on disk with go1.98.1, from");
    let said = format!(
        "`verify` is now `log`, in `~/.config/gox/config.toml`\n\
         `timeout` is now `40`, in `~/.config/gox/config.toml`\n\
         {installs}default is now 1.99.1 (was system)\n\
         created `~/.bashrc`\ncreated `~/.profile`\nopen a new shell, or `exec bash`\n\
         created `~/.config/direnv/lib/gox.sh`\n\
         in an `.envrc`: `use gox`, or `use gox 1.26`; then `direnv allow`\nremoved `~/.inputrc`\nremoved go1.97.0\n"
    );
    machine.sync("--yes fleet/gox.toml").stdout(plan).stderr(&said).check();
    assert_eq!(machine.installed(), ["1.99.1", "1.98.1"]);
    assert_eq!(machine.sandbox.read("user/.local/go/default"), "1.99.1\n");
    assert_eq!(machine.sandbox.read("user/.config/gox/config.toml"), "verify = \"log\"\ntimeout = 40\n");
    machine.sync("--check fleet/gox.toml").stderr(AS_DECLARED).check();
    // The file may be left out now; a second run changes nothing, not even the file of states.
    let before = (machine.sandbox.entries("toolchains"), machine.sandbox.read("user/.local/go/synced"));
    machine.sync("--yes").stderr(AS_DECLARED).check();
    machine.sync("").stderr(AS_DECLARED).check();
    assert_eq!(
        (machine.sandbox.entries("toolchains"), machine.sandbox.read("user/.local/go/synced")),
        before
    );
}

#[test]
fn what_changes_by_hand_is_drift() {
    let machine = Machine::new();
    machine.declare(FILE);
    machine.apply();
    let sandbox = &machine.sandbox;
    let bashrc = sandbox.read("user/.bashrc");
    sandbox.write("user/.bashrc", bashrc.replace("command -v gox", "command -v goxx"));
    sandbox.write("user/.local/go/default", "1.98.1\n");
    sandbox.gox(["config", "set", "timeout", "50"]).run();
    sandbox.gox(["uninstall", "1.98.1", "--force"]).run();
    sandbox.write("user/.local/go/default", "1.97.0\n");
    machine.install(&["1.97.0"]);
    let plan = "~ settings timeout 50 -> 40\n+ install 1.98.1\n~ default 1.97.0 -> 1.99.1\n\
        ~ setup bash, which is not as `gox setup` writes it\n- remove 1.97.0\n";
    machine.sync("--check").code(1).stdout(plan).check();
    machine.apply();
    assert_eq!(sandbox.read("user/.bashrc"), bashrc);
    assert_eq!(machine.installed(), ["1.99.1", "1.98.1"]);
}

#[test]
fn deep_finds_what_was_changed_in_a_tree_and_installs_it_again() {
    let machine = Machine::new();
    machine.declare("[toolchains]\ninstall = [\"1.99.1\"]\ndefault = \"1.99.1\"\n");
    machine.apply();
    machine.sync("--check --deep").stderr(AS_DECLARED).check();
    let file = machine.sandbox.home().join("toolchains/go1.99.1/LICENSE");
    fs::remove_file(&file).unwrap();
    machine.sync("--check").stderr(AS_DECLARED).check();
    let plan = "~ install 1.99.1, which is damaged\n";
    machine.sync("--check --deep").code(1).stdout(plan).check();
    let run = machine.sync("--yes --deep").run();
    assert_eq!((run.code(), run.stdout.as_str()), (0, plan), "{}", run.stderr);
    assert!(file.exists());
    machine.sync("--check --deep").stderr(AS_DECLARED).check();
}

#[test]
fn the_settings_of_the_file_count_for_its_installs() {
    let machine = Machine::new();
    // The folder is empty, so what the settings name is where nothing is.
    let folder = machine.sandbox.root().join("empty");
    fs::create_dir(&folder).unwrap();
    machine.declare(&format!(
        "[toolchains]\ninstall = [\"1.99.1\"]\n[settings]\nsources = [\"dir:{}\"]\n",
        folder.display()
    ));
    let run = machine.sync("--yes fleet/gox.toml").env_remove("GOX_SOURCES").run();
    assert_eq!(run.code(), 3, "{}", run.stderr);
    assert_eq!(machine.downloads(), 0);
    // What could be done is done, and the next run goes on.
    let run = machine.sync("--check fleet/gox.toml").env_remove("GOX_SOURCES");
    run.code(1).stdout("+ install 1.99.1\n").check();
    let run = machine.sync("--yes fleet/gox.toml").run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
}

/// The kind, the result and the error of each action of `--json`, and the error of the whole.
fn results(run: &Output) -> (Vec<[String; 3]>, Option<String>) {
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let actions = found["actions"].as_array().unwrap().iter();
    let actions = actions.map(|action| ["kind", "result", "error"].map(|key| text(&action[key])));
    (actions.collect(), found["error"].as_str().map(str::to_owned))
}

#[test]
fn for_programs_each_action_says_how_it_ended() {
    let machine = Machine::new();
    // A folder is in the place of the file that is to be written.
    fs::create_dir_all(machine.sandbox.user().join(".inputrc")).unwrap();
    machine.declare(
        "[toolchains]\ninstall = [\"1.99.1\"]\n[settings]\ntimeout = 9\n[setup]\ndirenv = true\nreadline = true\nzsh = true\n",
    );
    let run = machine.sync("--yes --json fleet/gox.toml").run();
    let (actions, error) = results(&run);
    let why = "could not read `[ROOT]/user/.inputrc`, caused by: it is not a regular file";
    let expected = [
        ["settings", "done", "-"],
        ["install", "done", "-"],
        ["setup", "done", "-"],
        ["setup", "failed", why],
        ["setup", "planned", "-"],
    ];
    assert_eq!(actions, expected.map(|words| words.map(str::to_owned)), "{}", run.stderr);
    assert_eq!(error.as_deref(), Some(why));
    assert!(
        run.code() != 0 && run.stderr.contains("\nerror: could not read `~/.inputrc`\n"),
        "{}",
        run.stderr
    );
    // What does not exist is known before the first action.
    machine.declare("[toolchains]\ninstall = [\"1.99.1\", \"1.99.77\"]\n[settings]\ntimeout = 8\n[setup]\ndirenv = true\n");
    for line in ["--yes --json", "--dry-run --json"] {
        let run = machine.sync(&format!("{line} fleet/gox.toml")).run();
        let (actions, error) = results(&run);
        let why = "no such version: `1.99.77` for [OS]-[ARCH], set by [ROOT]/code/fleet/gox.toml:3";
        let expected = [["settings", "planned", "-"], ["install", "failed", why]];
        assert_eq!((run.code(), actions), (3, expected.map(|words| words.map(str::to_owned)).to_vec()));
        assert_eq!(error.is_some(), line.starts_with("--yes"));
    }
}

#[test]
fn a_variable_that_comes_before_a_setting_is_told() {
    let machine = Machine::new();
    machine.declare("[settings]\nverify = \"log\"\n");
    let said = "`verify` is now `log`, in `~/.config/gox/config.toml`\n\
        note: `GOX_VERIFY=any` is set, and comes first\n";
    let run = machine.sync("--yes fleet/gox.toml").env("GOX_VERIFY", "any");
    run.stdout("+ settings verify log\n").stderr(said).check();
    // Nothing differs, and yet it is not in force.
    let said = "note: `GOX_VERIFY=any` is set, and comes first\n";
    let as_declared = format!("{said}{AS_DECLARED}");
    for line in ["--check", "--dry-run", "--yes"] {
        let run = machine.sync(&format!("{line} fleet/gox.toml")).env("GOX_VERIFY", "any");
        run.stderr(&as_declared).check();
        machine.sync(&format!("{line} fleet/gox.toml")).env("GOX_VERIFY", "log").stderr(AS_DECLARED).check();
    }
    machine.sandbox.gox(["config", "unset", "verify"]).run();
    let run = machine.sync("--check fleet/gox.toml").env("GOX_VERIFY", "any").code(1);
    run.stdout("+ settings verify log\n").stderr(said).check();
}

#[test]
fn two_at_once_take_turns() {
    let machine = Machine::new();
    machine.declare(FILE);
    let toolchain = FakeToolchain::new("1.99.1");
    let (gate, zip) = (Gate::new(), zip_path(toolchain.version()));
    let stalled = Response::new(toolchain.zip()).fault(Fault::StallAfter(100, gate.clone()));
    machine.proxy.server.sequence(&zip, vec![stalled]);
    let first = machine.sync("--yes fleet/gox.toml").spawn();
    gate.wait_reached();
    let second = machine.sync("--yes fleet/gox.toml").spawn();
    second.wait_for_stderr("waiting for another gox (`");
    assert!(second.stderr().contains("locks/.sync.lock`)"), "{}", second.stderr());
    gate.open();
    let (first, second) = (first.wait(), second.wait());
    assert_eq!((first.code(), second.code()), (0, 0), "{}{}", first.stderr, second.stderr);
    assert!(second.stderr.ends_with(AS_DECLARED), "{}", second.stderr);
    assert_eq!(machine.downloads(), 2);
    assert_eq!(machine.sandbox.read("user/.local/go/synced").lines().count(), 1);
}

/// Calls that end an action: a file or a directory comes or goes by one of them.
const ENDS: &str = "?rename,?renameat,renameat2,?unlink,unlinkat,?rmdir,?link,linkat";

#[test]
fn whoever_is_killed_is_followed_by_one_who_goes_on() {
    let start = || {
        let machine = Machine::new();
        machine.install(&["1.98.1", "1.97.0"]);
        machine.sandbox.gox(["setup", "readline", "--yes"]).run();
        machine.declare(FILE);
        machine
    };
    let killed = |machine: &Machine, injections: &[String]| {
        let log = machine.sandbox.root().join("strace.log");
        let words = ["sync", "--yes", "fleet/gox.toml"];
        let run = strace::gox(&machine.sandbox, &log, ENDS, injections, &words);
        (run.envs(machine.proxy.environment()).env("GOX_SOURCES", "proxy").run(), strace::calls(&log))
    };
    let (run, calls) = killed(&start(), &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let places = strace::numbered(&calls);
    let is_end = |name: &str| name.starts_with("rename") || name.starts_with("unlink");
    // The files of trees are many, and alike.
    let places: Vec<_> =
        places.iter().filter(|(call, _)| is_end(&call.name) && !call.text.contains("staging/")).collect();
    assert!(places.len() > 8, "{}", places.len());
    let mut kills = 0;
    for (call, number) in places {
        let place = format!("killed at {} {number}, as in {}", call.name, call.text);
        let machine = start();
        let (run, _) = killed(&machine, &[format!("{}:signal=KILL:when={number}", call.name)]);
        assert!([0, 137].contains(&run.code()), "{place}: {}", run.stderr);
        kills += usize::from(run.code() == 137);
        machine.apply();
        machine.sync("--check").stderr(AS_DECLARED).check();
        assert_eq!(machine.installed(), ["1.99.1", "1.98.1"], "{place}");
        assert_eq!(machine.sandbox.gox(["verify"]).run().code(), 0, "{place}");
        assert_eq!(machine.sandbox.read("user/.local/go/synced").lines().count(), 1, "{place}");
    }
    assert!(kills > 8, "{kills}");
}

#[test]
fn what_runs_is_not_removed() {
    let machine = Machine::new();
    machine.declare(FILE);
    machine.install(&RELEASED);
    let goroot = machine.sandbox.home().join("toolchains/go1.97.0");
    let copy = goroot.join("bin/sleep");
    {
        let _programs = crate::support::programs();
        fs::copy("/bin/cat", &copy).unwrap();
    }
    let running = machine.sandbox.command(&copy).spawn();
    let run = machine.sync("--yes fleet/gox.toml").run();
    let error = "error: could not remove `go1.97.0`: runs now\nhint: remove it all the same: `gox uninstall --force 1.97.0`\n";
    assert!(run.code() == 1 && run.stderr.ends_with(error), "{}", run.stderr);
    assert_eq!(machine.installed(), ["1.99.1", "1.98.1", "1.97.0"]);
    running.wait();
    machine.apply();
    assert_eq!(machine.installed(), ["1.99.1", "1.98.1"]);
}

#[test]
fn a_store_that_cannot_be_written_is_as_declared_all_the_same() {
    let machine = Machine::new();
    machine.declare("[toolchains]\ninstall = [\"1.99.1\"]\ndefault = \"1.99.1\"\n");
    machine.apply();
    let synced = machine.sandbox.read("user/.local/go/synced");
    // Nobody, not even root, opens a lock where a file is in the place of their folder.
    fs::remove_dir_all(machine.sandbox.home().join("locks")).unwrap();
    machine.sandbox.write("user/.local/go/locks", "");
    let run = machine.sync("--yes fleet/gox.toml").run();
    assert!(run.code() == 0 && run.stderr.ends_with(AS_DECLARED), "{}", run.stderr);
    assert!(run.stderr.starts_with("note: could not create `[HOME]/locks`"), "{}", run.stderr);
    assert_eq!(machine.sandbox.read("user/.local/go/synced"), synced);
    machine.declare("[toolchains]\ninstall = [\"1.98.1\"]\n");
    assert_eq!(machine.sync("--yes fleet/gox.toml").run().code(), 6);
}

/// `gox sync` on a terminal, which asks.
fn asked(machine: &Machine, flags: &[&str]) -> Terminal {
    let mut command = process::Command::new(GOX);
    command
        .arg("sync")
        .args(flags)
        .arg("fleet/gox.toml")
        .env("HOME", machine.sandbox.user())
        .env("TERM", "xterm");
    command.env("PATH", machine.sandbox.path_after::<&str>([])).env("GOENV", "off");
    let mut terminal = Terminal::start(command.current_dir(machine.sandbox.code()));
    terminal.wait_for("~ settings timeout 8 -> 9");
    terminal.wait_for("apply this change? [Y/n]");
    terminal
}

#[test]
fn on_a_terminal_it_asks_and_does_what_it_showed() {
    const CONFIG: &str = "user/.config/gox/config.toml";
    let machine = Machine::new();
    machine.declare("[settings]\ntimeout = 9\n");
    machine.sandbox.write(CONFIG, "timeout = 8\n");
    let mut terminal = asked(&machine, &[]);
    terminal.write("n\n");
    terminal.wait_for("error: nothing was changed");
    // What is shown is no longer what would be done.
    let mut terminal = asked(&machine, &[]);
    machine.sandbox.write(CONFIG, "timeout = 7\n");
    terminal.write("y\n");
    terminal.wait_for("error: this machine changed in the meantime, so nothing was changed");
    terminal.wait_for("hint: look again: `gox sync --dry-run ");
    assert_eq!(machine.sandbox.read(CONFIG), "timeout = 7\n");
    machine.sandbox.write(CONFIG, "timeout = 8\n");
    let mut terminal = asked(&machine, &[]);
    terminal.write("\n");
    terminal.wait_for("`timeout` is now `9`");
}

#[test]
fn a_command_to_look_again_looks_as_deep() {
    const CONFIG: &str = "user/.config/gox/config.toml";
    let machine = Machine::new();
    machine.declare("[settings]\ntimeout = 9\n");
    for (flags, again) in [
        (vec!["--deep"], "--dry-run --deep /"),
        (vec!["--no-delta"], "--dry-run --no-delta /"),
        (vec!["--no-delta", "--deep"], "--dry-run --deep --no-delta /"),
    ] {
        machine.sandbox.write(CONFIG, "timeout = 8\n");
        let mut terminal = asked(&machine, &flags);
        machine.sandbox.write(CONFIG, "timeout = 7\n");
        terminal.write("y\n");
        terminal.wait_for(&format!("hint: look again: `gox sync {again}"));
    }
}
