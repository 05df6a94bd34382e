//! What a report starts: each program costs the user some milliseconds, a shell some more.

use super::Machine;
use crate::support::sandbox::GOX;
use crate::support::strace;

#[test]
fn a_report_starts_these_programs_and_no_others() {
    let machine = Machine::healthy();
    let sandbox = &machine.sandbox;
    sandbox.put_git_user();
    sandbox.write("user/.ssh/config", "");
    sandbox.write("user/.inputrc", "");
    sandbox.sh("git init -q; echo 'export X=1' >.envrc; echo 'package p' >x.go; git add .");
    let log = sandbox.root().join("log");
    let traced = machine.command("strace").args(["-f", "-qq", "-e", "trace=execve", "-o"]).arg(&log);
    let run = traced.args([GOX, "doctor"]).env("SSH_AUTH_SOCK", "/none").run();
    assert_eq!(run.code(), 0, "{}", run.stdout);
    // `execve("/usr/bin/git", ["/usr/bin/git", "-c", …`
    let calls = strace::calls(&log).into_iter().filter(|call| !call.text.contains(" = -1 "));
    let program =
        |text: &str| text.split('"').nth(1).and_then(|path| path.rsplit('/').next()).map(str::to_owned);
    let started: Vec<_> = calls.filter_map(|call| program(&call.text)).collect();
    let of_the_shell = ["gox", "bash", "gox"];
    let of_git = ["git", "git", "git", "git"];
    let expected =
        [&["gox"], &of_the_shell[..], &["direnv", "gcc"], &of_git, &["ssh-add", "ssh", "bash", "git"]];
    assert_eq!(started, expected.concat());
}
