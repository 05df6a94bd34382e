//! The fleet file in its repository: states are commits, and one goes back to a commit.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use serde_json::{Value, json};

use super::Machine;
use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::proxy::MODULE;
use crate::support::response::{Fault, Response};

const A: &str = "[toolchains]\ninstall = [\"1.99.1\", \"1.98.1\"]\ndefault = \"1.99.1\"\nexclusive = true\n";
const B: &str =
    "[toolchains]\ninstall = [\"1.99.2\", \"1.99.1\", \"1.98.1\"]\ndefault = \"1.99.2\"\nexclusive = true\n";

impl Machine {
    /// The states that were applied.
    pub(super) fn states(&self) -> Vec<Value> {
        let text = self.sandbox.read("user/.local/go/synced");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Declares, commits and applies.
    pub(super) fn state(&self, text: &str) -> String {
        self.declare(text);
        let commit = self.commit();
        self.apply();
        commit
    }

    fn list(&self) -> String {
        self.sandbox.gox(["list"]).run().stdout
    }
}

#[test]
fn back_to_a_commit_without_any_request() {
    let machine = Machine::new();
    let a = machine.state(A);
    let list = machine.list();
    machine.declare(B);
    let b = machine.commit();
    let run = machine.sync("--yes fleet/gox.toml").run();
    let back = format!("to go back: `gox sync --at {} [ROOT]/code/fleet/gox.toml`\n", &a[..12]);
    assert!(run.code() == 0 && run.stderr.ends_with(&back), "{}", run.stderr);
    // The working tree may be anything by then, and the file need not be there.
    machine.git("git rm -qf gox.toml; git commit -qm gone");
    let asked = machine.proxy.server.targets();
    let run = machine.sync(&format!("--yes --at {} fleet/gox.toml", &a[..7])).run();
    assert_eq!(
        (run.code(), run.stdout.as_str()),
        (0, "~ default 1.99.2 -> 1.99.1\n- remove 1.99.2\n"),
        "{}",
        run.stderr
    );
    assert_eq!((machine.list(), machine.proxy.server.targets()), (list, asked));
    let said = format!("this machine is as declared in `{}:[ROOT]/code/fleet/gox.toml`\n", &a[..12]);
    machine.sync("--check --at HEAD~2").stderr(&said).check();
    let states = machine.states();
    let commits: Vec<&Value> = states.iter().map(|state| &state["commit"]).collect();
    assert_eq!(commits, [&json!(a), &json!(b), &json!(a)]);
    let file = machine.sandbox.code().join("fleet/gox.toml");
    let expected = json!({
        "time": states[0]["time"], "file": file, "repository": file.parent().unwrap(), "commit": a, "dirty": false,
        "sha256": states[2]["sha256"], "target": null, "toolchains": ["go1.99.1", "go1.98.1"], "named": false, "gox": env!("CARGO_PKG_VERSION"),
        "owed": { "settings": {}, "setup": {} }, "done": true,
    });
    assert_eq!(states[0], expected);
}

#[test]
fn commits_that_are_not_there() {
    let machine = Machine::new();
    machine.declare(A);
    machine.git("git init -q");
    let run = machine.sync("--check --at HEAD fleet/gox.toml").run();
    let error = "error: the repository of `[ROOT]/code/fleet/gox.toml` has no commit `HEAD`\n  fatal: ";
    assert!(run.code() == 2 && run.stderr.starts_with(error), "{}", run.stderr);
    machine.commit();
    for word in ["HEAD~1", "--help", "-h", "nowhere", "HEAD:gox.toml"] {
        let run = machine.sandbox.gox(["sync", "--check", &format!("--at={word}"), "fleet/gox.toml"]).run();
        let error = format!("error: the repository of `[ROOT]/code/fleet/gox.toml` has no commit `{word}`\n");
        assert!(run.code() == 2 && run.stderr.starts_with(&error), "{word}: {}", run.stderr);
    }
    let run = machine.sync("--check --at HEAD fleet/other.toml").run();
    assert!(run.code() == 2 && run.stderr.contains("other.toml` is not in the commit `"), "{}", run.stderr);
    machine.declare("[polcy]\n");
    let commit = machine.commit();
    let error = format!(
        "error: the fleet file has keys that gox does not know\n  \
         `polcy` at `{}:[ROOT]/code/fleet/gox.toml:2:2`; the nearest is `policy`\n",
        &commit[..12]
    );
    machine.sync("--check --at HEAD fleet/gox.toml").code(7).stderr(&error).check();
}

#[test]
fn a_file_that_is_not_as_in_its_commit_is_dirty() {
    let machine = Machine::new();
    let seen = || {
        let run = machine.sync("--check --json fleet/gox.toml").run();
        let found: Value = serde_json::from_slice(&run.raw_stdout).unwrap();
        (found["commit"].clone(), found["dirty"].clone())
    };
    machine.declare(A);
    assert_eq!(seen(), (json!(null), json!(null)));
    machine.git("git init -q");
    assert_eq!(seen(), (json!(null), json!(null)), "a repository without a commit");
    let commit = json!(machine.commit());
    assert_eq!(seen(), (commit.clone(), json!(false)));
    machine.sandbox.write("code/fleet/other", "");
    assert_eq!(seen(), (commit.clone(), json!(false)), "another file does not count");
    machine.declare(B);
    assert_eq!(seen(), (commit.clone(), json!(true)));
    machine.git("git add gox.toml");
    assert_eq!(seen(), (commit.clone(), json!(true)), "staged is not committed");
    machine.git("git checkout -qf HEAD gox.toml; git rm -q --cached gox.toml; echo gox.toml >.gitignore");
    assert_eq!(seen(), (commit, json!(true)), "neither is what Git ignores");
    // There is no way back to what no commit has.
    machine.apply();
    machine.declare(B);
    let run = machine.sync("--yes").run();
    assert!(run.code() == 0 && !run.stderr.contains("back:"), "{}", run.stderr);
}

#[test]
fn neither_a_mark_of_the_index_nor_a_name_hides_a_change() {
    for (name, mark) in [
        ("gox.toml", "assume-unchanged"),
        ("gox.toml", "skip-worktree"),
        (":(x).toml", "refresh"),
        ("*[a]", "refresh"),
    ] {
        let machine = Machine::new();
        let path = format!("code/fleet/{name}");
        let dirty = || {
            let run = machine
                .sandbox
                .gox(["sync", "--check", "--json"])
                .arg(machine.sandbox.root().join(&path))
                .run();
            serde_json::from_slice::<Value>(&run.raw_stdout).unwrap()["dirty"].clone()
        };
        let text = format!("format = 1\n{A}");
        // With ends of lines that Git converts.
        machine.sandbox.write(&path, text.replace('\n', "\r\n"));
        machine.sandbox.write("code/fleet/*[b]", "");
        machine.git(&format!("git init -q; git config core.autocrlf true; git add -A; git commit -qm 1; git update-index --{mark} ./gox.toml || true"));
        machine.sandbox.write("code/fleet/*[b]", "x");
        assert_eq!(dirty(), json!(false), "{name} {mark}");
        machine.sandbox.write(&path, text.replace("exclusive = true", ""));
        assert_eq!(dirty(), json!(true), "{name} {mark}");
    }
}

#[test]
fn in_a_hook_and_through_a_link_the_repository_is_that_of_the_file() {
    let machine = Machine::new();
    machine.declare(A);
    let commit = machine.commit();
    std::os::unix::fs::symlink("fleet/gox.toml", machine.sandbox.code().join("link.toml")).unwrap();
    machine.git("mkdir ../hooked; cd ../hooked; git init -q; git commit -q --allow-empty -m other");
    // No program is started that the repository names to watch its files.
    let ran = machine.sandbox.root().join("ran");
    let watch = machine.sandbox.put_tool("watch", &format!("#!/bin/sh\ntouch {}\n", ran.display()));
    machine.git(&format!("git config core.fsmonitor {}", watch.display()));
    for name in ["fleet/gox.toml", "link.toml"] {
        let file = machine.sandbox.code().join(name);
        let run = machine.sync("--check --json").arg(&file).cwd("code/hooked");
        let run = run.env("GIT_DIR", ".git").env("GIT_INDEX_FILE", ".git/index").run();
        let found: Value = serde_json::from_slice(&run.raw_stdout).unwrap();
        assert_eq!((&found["commit"], &found["dirty"]), (&json!(commit), &json!(false)), "{name}");
        let run = machine.sync("--check --at HEAD").arg(&file).run();
        assert_eq!(run.code(), 1, "{name}: {}", run.stderr);
    }
    assert!(!ran.exists());
}

#[test]
fn a_named_target_counts_again_and_the_last_fifty_states_are_kept() {
    let machine = Machine::new();
    let text = |number: usize| format!("[settings]\ntimeout = 9\n[target.ci]\nsettings.timeout = {number}\n");
    machine.declare(&text(100));
    let run = machine.sync("--yes --target ci fleet/gox.toml").run();
    assert_eq!((run.code(), run.stdout.as_str()), (0, "+ settings timeout 100\n"), "{}", run.stderr);
    let said = "this machine is as declared in `[ROOT]/code/fleet/gox.toml`, target `ci`\n";
    machine.sync("--check").stderr(said).check();
    let note = "note: the last run had the target `ci`: `gox sync --target ci [ROOT]/code/fleet/gox.toml`\n";
    let run = machine.sync("--check fleet/gox.toml").code(1).stderr(note);
    run.stdout("~ settings timeout 100 -> 9\n").check();
    let first = machine.sandbox.read("user/.local/go/synced");
    let many: String =
        (0..60).map(|number| first.replace("\"sha256\":\"", &format!("\"sha256\":\"{number}x"))).collect();
    machine.sandbox.write("user/.local/go/synced", format!("no state\n{many}{{\"time\":"));
    machine.declare(&text(200));
    let commit = machine.commit();
    machine.apply_again();
    let states = machine.states();
    assert_eq!(
        (states.len(), &states[49]["target"], &states[49]["commit"]),
        (50, &json!("ci"), &json!(commit))
    );
    assert!(states[48]["sha256"].as_str().unwrap().starts_with("59x"));
    machine.declare(&text(300));
    let run = machine.sync("--yes").run();
    let back =
        format!("to go back: `gox sync --target ci --at {} [ROOT]/code/fleet/gox.toml`\n", &commit[..12]);
    assert!(run.stderr.ends_with(&back), "{}", run.stderr);
}

impl Machine {
    /// Applies the file that was applied last.
    #[track_caller]
    fn apply_again(&self) {
        let run = self.sync("--yes").run();
        assert_eq!(run.code(), 0, "{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn without_a_file_before_there_is_none_to_leave_out() {
    let machine = Machine::new();
    let error = "error: no fleet file was applied yet, so there is none to apply again\nhint: name one: `gox sync FILE`\n";
    for line in ["", "--check", "--update", "--yes --at HEAD"] {
        machine.sync(line).code(2).stderr(error).check();
    }
}

#[test]
fn update_raises_the_versions_in_the_file_and_nothing_else() {
    let machine = Machine::new();
    let before = "# ours\n[toolchains]\ninstall = [\n    \"1.99.1\", # the newest\n    '1.98.1',\n]\ndefault = \"1.99.1\"\n\
        [target.ci]\ntoolchains.install = [\"1.99.1\", \"1.99.2\", \"1.98.3\", \"1.97.0\"]\n";
    machine.declare(before);
    let diff = "--- [ROOT]/code/fleet/gox.toml\n+++ [ROOT]/code/fleet/gox.toml\n@@ -2,9 +2,9 @@\n # ours\n [toolchains]\n install = [\n\
        -    \"1.99.1\", # the newest\n-    '1.98.1',\n+    \"1.99.2\", # the newest\n+    '1.98.3',\n ]\n\
        -default = \"1.99.1\"\n+default = \"1.99.2\"\n [target.ci]\n\
        -toolchains.install = [\"1.99.1\", \"1.99.2\", \"1.98.3\", \"1.97.0\"]\n\
        +toolchains.install = [\"1.99.2\", \"1.98.3\", \"1.97.0\"]\n";
    let update = |line: &str| machine.sync(line).stdout(diff);
    update("--update --dry-run fleet/gox.toml").stderr("nothing was changed\n").check();
    assert_eq!(machine.sandbox.read("code/fleet/gox.toml"), format!("format = 1\n{before}"));
    let said = "changed `[ROOT]/code/fleet/gox.toml`; commit it, then: gox sync [ROOT]/code/fleet/gox.toml\n";
    update("--update fleet/gox.toml").stderr(said).check();
    let said = "each version is the newest patch of its line\n";
    machine.sync("--update fleet/gox.toml").stderr(said).check();
    assert_eq!((machine.installed(), machine.downloads()), (Vec::<String>::new(), 0));
    let run = machine.sync("--update fleet/gox.toml").env("GOX_OFFLINE", "1").run();
    assert_eq!(run.code(), 4, "{}", run.stderr);
}

#[test]
fn back_to_another_target_of_a_commit() {
    let machine = Machine::new();
    machine.declare("[settings]\ntimeout = 9\n[target.ci]\nsettings.timeout = 100\n[target.b]\n");
    let commit = machine.commit();
    let back = |target: &str| {
        format!("to go back: `gox sync{target} --at {} [ROOT]/code/fleet/gox.toml`\n", &commit[..12])
    };
    let said = |line: &str| {
        let run = machine.sync(&format!("--yes {line}fleet/gox.toml")).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        run.stderr
    };
    said("--target ci ");
    let stderr = said("");
    assert!(
        stderr.starts_with("note: the last run had the target `ci`: ")
            && stderr.ends_with(&back(" --target ci")),
        "{stderr}"
    );
    // A target that no `--target` named is found again without one, and is nothing to tell of.
    let stderr = said("--target ci ");
    assert!(!stderr.contains("note:") && stderr.ends_with(&back("")), "{stderr}");
    assert!(!said("--target ci ").contains("note:"));
    machine.sandbox.write("code/other.toml", "format = 1\n");
    machine
        .sync("--check other.toml")
        .stderr("this machine is as declared in `[ROOT]/code/other.toml`\n")
        .check();
}

#[test]
fn update_tells_of_exceptions_that_no_longer_cover_what_they_did() {
    let machine = Machine::new();
    let exception = |version: &str| {
        format!("[[policy.exception]]\nversion = \"{version}\"\nuntil = 9999-01-01\nreason = \"r\"\n")
    };
    let update = |more: &str| {
        machine.declare(&format!(
            "[toolchains]\ninstall = [\"1.99.1\"]\ndefault = \"1.99.1\"\n{more}[target.ci]\ntoolchains.install = [\"1.99.1\", \"1.98.1\"]\n"
        ));
        machine.sync("--update --dry-run fleet/gox.toml").run().stderr
    };
    let note = "note: the exception of the policy for 1.99.1 does not cover 1.99.2\nnothing was changed\n";
    assert_eq!(update(&exception("1.99.1")), note);
    for fine in ["1.99.2", "1.97.0"] {
        assert_eq!(update(&exception(fine)), "nothing was changed\n");
    }
    assert_eq!(update(&(exception("1.99.1") + &exception("1.99.2"))), "nothing was changed\n");
}

#[test]
fn update_of_a_version_that_does_not_exist_fails() {
    let machine = Machine::new();
    for (version, nearest) in [("1.99.77", "1.99.2"), ("1.97.5", "1.97.0"), ("1.22.99", "1.22.12")] {
        machine.declare(&format!(
            "[toolchains]\ninstall = [\"1.98.1\"]\n[target.ci]\ntoolchains.install = [\n\"{version}\"]\n"
        ));
        let before = machine.sandbox.read("code/fleet/gox.toml");
        let run = machine.sync("--update fleet/gox.toml").run();
        let error = format!(
            "error: no such version: `{version}` for [OS]-[ARCH]\n  set by [ROOT]/code/fleet/gox.toml:6\n\
             hint: write `{nearest}` in [ROOT]/code/fleet/gox.toml:6\n"
        );
        assert_eq!((run.code(), run.stderr.as_str()), (3, &*error));
        assert_eq!(machine.sandbox.read("code/fleet/gox.toml"), before);
    }
    // What no list names may be there all the same, or was released once.
    machine.install(&["1.97.0"]);
    machine.sandbox.put_toolchain(&FakeToolchain::new("1.60.1"));
    machine.declare("[toolchains]\ninstall = [\"1.60.1\", \"1.22.4\", \"1.98.1-corp\"]\n");
    let said = "each version is the newest patch of its line\n";
    machine.sync("--update fleet/gox.toml").stderr(said).check();
}

#[test]
fn update_keeps_each_byte_of_the_text_around_and_the_mode() {
    let machine = Machine::new();
    let before = "\u{feff}format = 1\r\n[toolchains]\r\n  install=['1.99.1'] # ours\r\n[target.ci]\r\ntoolchains.install = [\"1.98.1\"]";
    let file = machine.sandbox.write("code/fleet/gox.toml", before);
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    let run = machine.sync("--update fleet/gox.toml").run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(run.stdout.lines().filter(|line| line.starts_with(['+', '-'])).count(), 6, "{}", run.stdout);
    let after = before.replace("1.99.1", "1.99.2").replace("1.98.1", "1.98.3");
    assert_eq!(machine.sandbox.read("code/fleet/gox.toml"), after);
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, 0o640);
}

#[test]
fn update_does_not_write_over_what_was_written_while_it_asked() {
    let machine = Machine::new();
    machine.declare("[toolchains]\ninstall = [\"1.99.1\"]\n");
    let gate = Gate::new();
    let list = format!("{MODULE}/list");
    let stalled = Response::new("v0.0.1-go1.99.2.linux-amd64\nv0.0.1-go1.99.1.linux-amd64\n")
        .fault(Fault::StallAfter(3, gate.clone()));
    machine.proxy.server.sequence(&list, vec![stalled]);
    let running = machine.sync("--update fleet/gox.toml").spawn();
    gate.wait_reached();
    let meanwhile = "[toolchains]\ninstall = [\"1.99.1\"] # of a colleague\n";
    machine.declare(meanwhile);
    gate.open();
    let run = running.wait();
    let error = "error: `[ROOT]/code/fleet/gox.toml` changed in the meantime, so it is left as it is\nhint: run the command again\n";
    assert_eq!((run.stderr.as_str(), run.code()), (error, 1), "{}", run.stdout);
    assert_eq!(machine.sandbox.read("code/fleet/gox.toml"), format!("format = 1\n{meanwhile}"));
}

#[test]
fn a_file_too_long_to_be_read_whole_is_refused_and_not_cut() {
    let machine = Machine::new();
    // What stands behind the limit, such as a policy, must not be passed over.
    let text = format!(
        "[toolchains]\ninstall = [\"1.99.1\"]\n{}[policy]\noldest = \"1.99\"\n",
        "#\n".repeat(1 << 19)
    );
    machine.declare(&text);
    let commit = machine.commit();
    let error = |name: &str| format!("error: the fleet file `{name}` has more than 1048576 bytes\n");
    for line in ["--check", "--yes", "--update"] {
        machine
            .sync(&format!("{line} fleet/gox.toml"))
            .code(7)
            .stderr(&error("[ROOT]/code/fleet/gox.toml"))
            .check();
    }
    let name = format!("{}:[ROOT]/code/fleet/gox.toml", &commit[..12]);
    machine.sync("--check --at HEAD fleet/gox.toml").code(7).stderr(&error(&name)).check();
    assert_eq!(machine.sandbox.read("code/fleet/gox.toml"), format!("format = 1\n{text}"));

    // So it is with the settings.
    let config = format!("timeout = 8\n{}verify = \"log\"\n", "#\n".repeat(1 << 19));
    machine.sandbox.write("user/.config/gox/config.toml", &config);
    let error = "error: could not read the settings file `~/.config/gox/config.toml`\n  caused by: it has more than 1048576 bytes\n\
        hint: do without a settings file: `export GOX_CONFIG=/dev/null`\n";
    machine.sandbox.gox(["config", "set", "timeout", "9"]).code(7).stderr(error).check();
    assert_eq!(machine.sandbox.read("user/.config/gox/config.toml"), config);
}
