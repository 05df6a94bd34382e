//! From a machine without gox, and without Rust, to a running Go in two commands, whatever its shell is.

use super::machine::Machine;

#[test]
fn two_commands_lead_to_a_go_in_each_shell() {
    for shell in [&["bash"][..], &["dash"], &["busybox", "sh"]] {
        let machine = Machine::fresh().with_release();
        machine.sandbox.write("code/project/.go-version", "1.27.3\n");
        let command = |line: &str, options: &[&str]| {
            let command = machine.command(shell[0]).args(&shell[1..]).args(options);
            command.arg(machine.typed(line)).run()
        };
        let install = format!(
            "curl -fsSL https://example.com/gox/latest/download/install.sh | {} && ~/.local/bin/gox setup sh --yes",
            shell.join(" ")
        );
        let run = command(&install, &["-c"]);
        assert_eq!(run.code(), 0, "{shell:?}: {}", run.stderr);
        // A login shell, as the next one of such a user is.
        let run = command("cd project && go version", &["-l", "-c"]);
        let expected = (0, "go version go1.27.3 [OS]/[ARCH]\n");
        assert_eq!((run.code(), run.stdout.as_str()), expected, "{shell:?}: {}", run.stderr);
    }
}
