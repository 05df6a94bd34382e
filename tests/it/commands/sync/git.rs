//! Git that is missing, does not tell, or has not all commits.

use std::fs;

use serde_json::{Value, json};

use super::Machine;

const UNSET: &str = "git config --global --unset-all safe.directory";
const FILE: &str = "[settings]\ntimeout = 9\n";

/// A way in which Git gives no answer.
struct Way {
    /// The variable that makes it so.
    name: &'static str,
    value: String,
    /// What the warning of gox says then.
    warning: &'static str,
    /// The error for `--at`, and its exit code.
    error: &'static str,
    code: i32,
}

fn ways(machine: &Machine) -> [Way; 2] {
    let empty = machine.sandbox.root().join("bin").display().to_string();
    [
        Way {
            name: "PATH",
            value: empty,
            warning: "could not run `git`, ",
            error: "could not run `git`\n  ",
            code: 127,
        },
        // What Git does where the folder is of another user.
        Way {
            name: "GIT_TEST_ASSUME_DIFFERENT_OWNER",
            value: "1".to_owned(),
            warning: "`[ROOT]/code/fleet` belongs to another user, so Git refuses it\n",
            error: "`[ROOT]/code/fleet` belongs to another user, so Git refuses it\n\
                hint: if you trust it: `git config --global --add safe.directory [ROOT]/code/fleet`\n",
            code: 126,
        },
    ]
}

#[test]
fn a_commit_that_git_does_not_tell_is_warned_of_and_kept_as_unknown() {
    let machine = Machine::new();
    machine.declare(FILE);
    machine.commit();
    for Way { name, value, warning, error, code } in ways(&machine) {
        let sync = |line: &str| machine.sync(&format!("{line} fleet/gox.toml")).env(name, &value);
        let warning = format!("warning: the commit of the fleet file is not known: {warning}");
        let run = sync("--check --json").run();
        assert!(run.code() == 1 && run.stderr.starts_with(&warning), "{}", run.stderr);
        let found: Value = serde_json::from_slice(&run.raw_stdout).unwrap();
        assert_eq!((&found["commit"], &found["dirty"]), (&json!(null), &json!(null)));
        // Who only looks at the machine needs no commit.
        sync("--check").code(1).stdout("+ settings timeout 9\n").check();
        let run = sync("--yes").run();
        assert!(run.code() == 0 && run.stderr.starts_with(&warning), "{}", run.stderr);
        let last = machine.states().pop().unwrap();
        assert_eq!(
            [&last["repository"], &last["commit"], &last["dirty"]],
            [&json!(null), &json!(null), &json!(null)]
        );
        machine.sandbox.gox(["config", "unset", "timeout"]).run();
        let run = sync("--check --at HEAD").run();
        let error = format!("error: {error}");
        assert!(run.code() == code && run.stderr.starts_with(&error), "{} {}", run.code(), run.stderr);
    }
}

#[test]
fn a_file_in_no_repository_has_no_commit_and_needs_no_git() {
    let machine = Machine::new();
    machine.declare(FILE);
    let path = machine.sandbox.root().join("bin");
    let run = machine.sync("--yes fleet/gox.toml").env("PATH", path).run();
    assert!(run.code() == 0 && !run.stderr.contains("warning"), "{}", run.stderr);
    assert_eq!(machine.states()[0]["dirty"], json!(null));
    let error = "error: `[ROOT]/code/fleet/gox.toml` is not in a Git repository\n";
    machine.sync("--check --at HEAD fleet/gox.toml").code(2).stderr(error).check();
}

#[test]
fn a_shallow_clone_says_how_to_get_the_commits_before() {
    let machine = Machine::new();
    machine.declare(FILE);
    machine.commit();
    machine.declare("");
    machine.git("git add -A; git commit -qm 2; git clone -q --depth 1 \"file://$PWD\" ../shallow");
    let run = machine.sync("--check --at HEAD~1 shallow/gox.toml").run();
    let fetch = "git -C [ROOT]/code/shallow fetch --unshallow";
    let hint = format!("\nhint: fetch the commits before: `{fetch}`\n");
    assert!(run.code() == 2 && run.stderr.ends_with(&hint), "{}", run.stderr);
    machine.git("git -C ../shallow fetch -q --unshallow");
    machine.sync("--check --at HEAD~1 shallow/gox.toml").code(1).stdout("+ settings timeout 9\n").check();
    // In a clone that has all commits there is no such hint.
    let run = machine.sync("--check --at HEAD~7 shallow/gox.toml").run();
    assert!(run.code() == 2 && !run.stderr.contains("hint:"), "{}", run.stderr);
}

/// Git prints the path as it is, so one with line feeds can look like the command below it.
#[test]
fn a_folder_cannot_forge_the_command_that_trusts_it() {
    const BELOW: &str =
        "\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory ";
    let machine = Machine::new();
    machine.declare(FILE);
    machine.commit();
    let mut folder = machine.sandbox.code().join("fleet");
    for name in ["a b", "it's!", &format!("a'{BELOW}b"), &format!("a'{BELOW}'b'{BELOW}c!")] {
        let next = machine.sandbox.code().join(name);
        fs::rename(&folder, &next).unwrap();
        folder = next;
        let run = machine.sync("--check --at HEAD").arg(folder.join("gox.toml"));
        let run = run.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").run();
        let hint = run.stderr.lines().last().unwrap();
        let command = hint.strip_prefix("hint: if you trust it: `").unwrap().strip_suffix('`').unwrap();
        let work = machine.sandbox.code().display().to_string();
        let command = command.replace("[ROOT]/code", &work);
        let trusted = format!("{command} && git config --global --get safe.directory && {UNSET}");
        let said = machine.sandbox.command("bash").args(["-c", &trusted]).run();
        assert_eq!(said.stdout, format!("[ROOT]/code/{name}\n"), "{}{}", run.stderr, said.stderr);
        assert_eq!(run.code(), 126);
    }
}
