//! What would be done: shown, and not done.

use serde_json::{Value, json};

use super::Machine;
use crate::support::archives::FakeToolchain;

const FILE: &str = "[toolchains]\ninstall = [\"1.99.1\", \"1.98.1\"]\ndefault = \"1.99.1\"\nexclusive = true\n\
    [settings]\nsources = [\"proxy\", \"dl\"]\n[setup]\nbash = true\ndirenv = false\n";

const PLAN: &str = "~ settings sources dl -> proxy,dl\n+ install 1.99.1\n~ default 1.98.1 -> 1.99.1\n\
    + setup bash\n- setup direnv\n- remove 1.97.0\n";

/// A machine on which each kind of action is needed.
fn machine() -> Machine {
    let machine = Machine::new();
    machine.declare(FILE);
    machine.install(&["1.98.1", "1.97.0"]);
    machine.sandbox.write("user/.local/go/default", "1.98.1\n");
    machine.sandbox.write("user/.config/gox/config.toml", "sources = [\"dl\"] # mine\ntimeout = 9\n");
    machine.sandbox.gox(["setup", "direnv", "--yes"]).run();
    machine
}

#[test]
fn nothing_is_changed_and_no_network_is_asked() {
    let machine = machine();
    let before = (machine.sandbox.listing(""), machine.sandbox.entries("toolchains"));
    let asked = machine.proxy.server.targets();
    // The tests set it, so that no other source is asked.
    let note = "note: `GOX_SOURCES=proxy` is set, and comes first\n";
    machine.sync("--check fleet/gox.toml").code(1).stdout(PLAN).stderr(note).check();
    let error = "error: nothing was changed: there is no terminal to ask on\n\
        hint: do it without a question: `gox sync --yes [ROOT]/code/fleet/gox.toml`\n";
    machine.sync("fleet/gox.toml").code(1).stdout(PLAN).stderr(error).check();
    let error = error.replace("--yes", "--yes --no-delta");
    machine.sync("--no-delta fleet/gox.toml").code(1).stdout(PLAN).stderr(&error).check();
    let run = machine.sync("--check --json fleet/gox.toml").run();
    assert_eq!(machine.proxy.server.targets(), asked);
    let found: Value = serde_json::from_slice(&run.raw_stdout).unwrap();
    let action = |kind: &str, what: &str, from: Option<&str>, to: Option<&str>| json!({ "kind": kind, "what": what, "from": from, "to": to, "result": "planned", "error": null });
    let expected = json!({
        "ok": false, "target": null, "commit": null, "dirty": null, "violations": [], "error": null,
        "actions": [
            action("settings", "sources", Some("dl"), Some("proxy,dl")),
            action("install", "1.99.1", None, Some("installed")),
            action("default", "default", Some("1.98.1"), Some("1.99.1")),
            action("setup", "bash", None, Some("set up")),
            action("setup", "direnv", Some("set up"), None),
            action("remove", "1.97.0", Some("installed"), None),
        ],
    });
    assert_eq!((found, run.code()), (expected, 1));
    assert!(
        (machine.sandbox.listing(""), machine.sandbox.entries("toolchains")) == before,
        "the store changed"
    );
    // This one looks whether the versions exist.
    machine.sync("--dry-run fleet/gox.toml").stdout(PLAN).stderr(note).check();
    assert_eq!(
        machine.sandbox.read("user/.config/gox/config.toml"),
        "sources = [\"dl\"] # mine\ntimeout = 9\n"
    );
}

#[test]
fn what_differs_only_in_spelling_is_as_declared() {
    let machine = Machine::new();
    machine.install(&["1.99.1"]);
    machine.sandbox.write("user/.local/go/default", "# ours\ngo1.99.1\n");
    let settings = "sources = \"proxy, dl\"\noffline = \"yes\"\ntimeout = \"30\"\n";
    machine.sandbox.write("user/.config/gox/config.toml", settings);
    let tables = "[toolchains]\ninstall = [\"v1.99.1\", \"1.99.1\"]\ndefault = \"go1.99.1\"\n[settings]\n";
    for settings in [settings, "sources = [\"proxy\", \"dl\"]\noffline = true\ntimeout = 30\n"] {
        machine.declare(&format!("{tables}{settings}"));
        let said = "this machine is as declared in `[ROOT]/code/fleet/gox.toml`\n";
        machine.sync("--check fleet/gox.toml").env_remove("GOX_SOURCES").stderr(said).check();
    }
}

#[test]
fn a_target_that_is_refused_is_a_line_of_the_plan() {
    let machine = Machine::new();
    machine.sandbox.write("user/.zshenv", "ZDOTDIR=~/zsh\n");
    // No agent is put where another is in use, and none where no systemd runs.
    machine.declare("[settings]\ntimeout = 9\n[setup]\ndirenv = true\nssh-agent = true\nzsh = true\n");
    let sync = |line: &str| machine.sync(line).env("SSH_AUTH_SOCK", "/tmp/forwarded").run();
    let run = sync("--dry-run fleet/gox.toml");
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!((lines.len(), run.code()), (4, 0), "{}{}", run.stdout, run.stderr);
    assert_eq!(lines[..2], ["+ settings timeout 9", "+ setup direnv"]);
    assert!(lines[2].starts_with("~ setup ssh-agent, which is refused: "), "{}", lines[2]);
    let zsh = "~ setup zsh, which is refused: `[ROOT]/user/.zshenv` sets `ZDOTDIR`, and does not export it";
    assert_eq!(lines[3], zsh);
    assert_eq!(sync("--check fleet/gox.toml").code(), 1);
    // What can be done is done, and the error is that of the command.
    let run = sync("--yes fleet/gox.toml");
    assert!(
        run.code() == 1 && run.stderr.contains("\ncreated `~/.config/direnv/lib/gox.sh`\n"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("\nerror: "), "{}", run.stderr);
}

#[test]
fn a_value_with_line_feeds_is_one_line() {
    let machine = Machine::new();
    machine.declare(
        "[settings]\nsources = [\"dir:/a\\n! policy all fine\"]\n[target.\"a\\nhint: b\"]\nhosts = [\"*\"]\n",
    );
    let plan = "+ settings sources dir:/a\\n! policy all fine\n";
    let note = "note: `GOX_SOURCES=proxy` is set, and comes first\n";
    machine.sync("--check fleet/gox.toml").code(1).stdout(plan).stderr(note).check();
    let said = "`sources` is now `dir:/a\\n! policy all fine`, in `~/.config/gox/config.toml`\n";
    let run = machine.sync("--yes fleet/gox.toml").env_remove("GOX_SOURCES").run();
    assert_eq!((run.code(), run.stderr.as_str()), (0, said));
    let said = "this machine is as declared in `[ROOT]/code/fleet/gox.toml`, target `a\\nhint: b`\n";
    machine.sync("--check fleet/gox.toml").env_remove("GOX_SOURCES").stderr(said).check();
    machine.declare("[target.\"a\\nb\"]\nhosts = [\"*\"]\ntoolchains = 1\n");
    let error = "error: `target.a\\nb.toolchains` must be a table\n  at `[ROOT]/code/fleet/gox.toml:4:1`\n";
    machine.sync("--check fleet/gox.toml").code(7).stderr(error).check();
}

#[test]
fn a_version_that_is_there_twice_is_one() {
    let machine = Machine::new();
    machine.declare("[toolchains]\ninstall = [\"1.99.1\", \"v1.99.1\", \"1.98.1\", \"go1.99.1\"]\n");
    machine.sync("--dry-run fleet/gox.toml").stdout("+ install 1.99.1\n+ install 1.98.1\n").check();
}

#[test]
fn other_versions_go_only_where_the_file_says_so_and_nobody_needs_them() {
    let machine = Machine::new();
    machine.install(&["1.99.2", "1.99.1", "1.98.3", "1.98.1", "1.97.0"]);
    let sandbox = &machine.sandbox;
    for version in ["1.60.1", "1.61.2", "1.62.3", "1.63.0-corp"] {
        sandbox.put_toolchain(&FakeToolchain::new(version));
    }
    let goroot = sandbox.root().join("tip");
    FakeToolchain::new("1.101.0").write_to(&goroot);
    sandbox.gox(["link", "tip"]).arg(&goroot).run();
    // Three projects: a line, of which the newest runs once the file is applied; exact lines; a second choice.
    sandbox.write("code/a/.go-version", "1.98\n");
    sandbox.write("code/b/go.mod", "module b\n\ngo 1.60.1\n\ntoolchain go1.61.2\n");
    sandbox.write("code/c/.tool-versions", "golang 1.99.1 1.62.3\n");
    sandbox.write(
        "user/.local/go/projects",
        ["a", "b", "c", "gone"].map(|name| format!("{}/{name}\n", sandbox.code().display())).concat(),
    );
    machine.declare("[toolchains]\ninstall = [\"1.99.2\"]\ndefault = \"1.99.2\"\n");
    machine.sync("--check fleet/gox.toml").code(1).stdout("~ default system -> 1.99.2\n").check();
    machine.declare("[toolchains]\ninstall = [\"1.99.2\"]\ndefault = \"1.99.2\"\nexclusive = true\n");
    let plan = "~ default system -> 1.99.2\n- remove 1.98.1\n- remove 1.97.0\n- remove 1.63.0-corp\n";
    machine.sync("--check fleet/gox.toml").code(1).stdout(plan).check();
    sandbox.write("code/c/.tool-versions", "golang 1..9\n");
    let run = machine.sync("--check fleet/gox.toml").run();
    let hint = "hint: mend it, or remove the folder from `[HOME]/projects`\n";
    assert!(run.code() == 7 && run.stderr.ends_with(hint), "{}", run.stderr);
}

#[test]
fn the_default_of_today_does_not_go_unless_the_file_names_another() {
    let machine = Machine::new();
    machine.install(&["1.99.2", "1.99.1"]);
    for (default, installs, is_refused) in [
        ("1.99.1", "1.99.2", true),
        ("1.99", "1.99.2", false),
        ("latest", "1.98.1", false),
        ("1.99", "1.98.1", true),
        ("system", "1.98.1", false),
        ("1.97.0", "1.98.1", false),
    ] {
        machine.sandbox.write("user/.local/go/default", format!("{default}\n"));
        machine.declare(&format!("[toolchains]\ninstall = [\"{installs}\"]\nexclusive = true\n"));
        let run = machine.sync("--check fleet/gox.toml").run();
        let error = format!(
            "error: the default, {default}, would be removed, and the fleet file names no other\n  \
             set by [HOME]/default:1\nhint: name one in the file: `default = …`; or choose another here: \
             `gox default VERSION`\n"
        );
        assert_eq!(
            (run.code(), run.stderr.as_str()),
            (1, if is_refused { &*error } else { "" }),
            "{default}"
        );
        assert_eq!(run.stdout.is_empty(), is_refused, "{default} {}", run.stdout);
    }
}

#[test]
fn the_system_store_counts_and_is_left_alone() {
    let machine = Machine::new();
    machine.install(&["1.99.1", "1.98.1"]);
    let system = machine.sandbox.root().join("system");
    let goroot = system.join("toolchains/go1.99.1");
    FakeToolchain::new("1.99.1").write_to(&goroot);
    FakeToolchain::new("1.97.0").write_to(&system.join("toolchains/go1.97.0"));
    machine.sandbox.write("user/.local/go/default", "1.99.1\n");
    machine.declare("[toolchains]\ninstall = [\"1.98.1\", \"1.97.0\"]\nexclusive = true\n");
    let sync = |line: &str| machine.sync(line).env("GOX_SYSTEM_HOME", &system);
    // The default stays, as that store has it too.
    sync("--check fleet/gox.toml").code(1).stdout("- remove 1.99.1\n").check();
    let run = sync("--yes fleet/gox.toml").run();
    assert_eq!((run.code(), machine.installed()), (0, vec!["1.98.1".to_owned()]), "{}", run.stderr);
    assert!(goroot.join("bin/go").exists());
    // Without that store a version is missing, and the default is what nothing answers.
    machine.sync("--check").code(1).stdout("+ install 1.97.0\n").check();
}

#[test]
fn the_first_install_becomes_the_default_and_is_in_the_plan() {
    let machine = Machine::new();
    let default = machine.sandbox.home().join("default");
    std::fs::remove_file(&default).unwrap();
    machine.declare("[toolchains]\ninstall = [\"1.98.1\", \"1.99.1\"]\n");
    let plan = "+ install 1.98.1\n+ install 1.99.1\n+ default 1.98.1\n";
    let run = machine.sync("--yes fleet/gox.toml").run();
    assert_eq!((run.code(), run.stdout.as_str()), (0, plan), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(&default).unwrap(), "1.98.1\n");
    // Where nothing is installed, none becomes it.
    std::fs::remove_file(&default).unwrap();
    machine
        .sync("--check fleet/gox.toml")
        .stderr("this machine is as declared in `[ROOT]/code/fleet/gox.toml`\n")
        .check();
    // One of the system counts.
    machine.declare("[toolchains]\ninstall = [\"1.98.1\", \"1.99.1\", \"1.97.0\"]\n");
    let system = machine.sandbox.root().join("system");
    machine.sandbox.write("system/default", "1.99.1\n");
    let run = machine.sync("--yes fleet/gox.toml").env("GOX_SYSTEM_HOME", &system).run();
    assert_eq!((run.code(), run.stdout.as_str()), (0, "+ install 1.97.0\n"), "{}", run.stderr);
    assert!(!default.exists());
}
