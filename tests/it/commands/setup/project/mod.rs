//! `gox setup` of a project: line endings and the hook, in real repositories.

mod attributes;
mod hook;
mod others;

use crate::support::sandbox::Sandbox;

/// A repository in `code/p` of a user who has a name.
fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put_git_user();
    assert_eq!(sandbox.sh("git init -q p"), "");
    sandbox
}

#[track_caller]
fn setup(sandbox: &Sandbox, arguments: &[&str], code: i32, stderr: &str) -> String {
    let run = sandbox.gox(["setup"]).args(arguments).cwd(sandbox.code().join("p")).run();
    assert_eq!((run.stderr.as_str(), run.code()), (stderr, code), "{arguments:?}\n{}", run.stdout);
    run.stdout
}

const HOOK: &str = "created `[ROOT]/code/p/.git/hooks/pre-commit`\n";

const HOOKS: &str =
    "created `[ROOT]/code/p/.git/hooks/pre-commit`\ncreated `[ROOT]/code/p/.git/hooks/pre-merge-commit`\n";

fn undone(said: &str) -> String {
    said.replace("created", "removed")
}

const RUNS: &str = "the gate runs before each commit; to run it now: `gox gate`\n";
