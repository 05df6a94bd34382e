//! The shells that get PATH and `gox use` alone: nushell, elvish, xonsh and tcsh. No test runs the text for PowerShell.
//!
//! xonsh takes a large part of a second to start, so a test has all its cases in one start of each shell.

mod path;
mod setup;
mod use_;

use std::env;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::world;
use crate::support::command::Command;
use crate::support::is_offline;
use crate::support::sandbox::Sandbox;

/// A shell, in its own words.
struct Shell {
    /// As in `gox init elvish`.
    name: &'static str,
    /// Its program, and what keeps it from start-up files.
    program: &'static str,
    flags: &'static [&'static str],
    /// Reads the text of `gox init` from the file `init`.
    load: &'static str,
    /// Runs a command that may fail, for which `{}` stands, and prints its code.
    code: &'static str,
    /// Gives the variable `{to}` the value of the variable `{from}`.
    assign: &'static str,
    /// Passes a line of standard input to `gox`.
    piped: &'static str,
}

const SHELLS: [Shell; 4] = [
    Shell {
        name: "nushell",
        program: "nu",
        flags: &["--no-config-file"],
        load: "source init",
        code: "try { {}; print 0 } catch { print $env.LAST_EXIT_CODE }",
        assign: "$env.{to} = $env.{from}",
        piped: "\"in\\n\" | gox exec 1.22 cat",
    },
    Shell {
        name: "elvish",
        program: "elvish",
        flags: &["-norc"],
        // A script keeps no function of a text that it evaluates.
        load: "var gox~ = $nop~; eval (slurp <init) &on-end={|text| set gox~ = $text[gox~] }",
        code: "try { {}; echo 0 } catch error { echo $error[reason][exit-status] }",
        assign: "set-env {to} $E:{from}",
        piped: "echo in | gox exec 1.22 cat",
    },
    Shell {
        name: "xonsh",
        program: "xonsh",
        flags: &["--no-rc"],
        load: "execx(open('init').read())",
        code: "print(![{}].returncode, flush=True)",
        assign: "${to} = ${from}",
        piped: "echo in | gox exec 1.22 cat",
    },
    Shell {
        name: "tcsh",
        program: "tcsh",
        flags: &["-f"],
        load: "eval \"`/bin/cat init`\"",
        code: "{}; echo $status",
        assign: "setenv {to} ${from}:q",
        piped: "echo in | \\gox exec 1.22 cat",
    },
];

impl Shell {
    /// Its program on this machine. Without it the test fails, unless `GOX_TEST_OFFLINE=1`.
    fn found(&self) -> Option<PathBuf> {
        let folders = env::var_os("PATH").unwrap();
        let found =
            env::split_paths(&folders).map(|folder| folder.join(self.program)).find(|path| path.is_file());
        let name = self.program;
        assert!(
            found.is_some() || is_offline(),
            "no {name}: see .ci/run, or GOX_TEST_OFFLINE=1 to do without"
        );
        found
    }

    /// Runs a script behind the text of `gox init`; `None` where the shell is missing.
    fn run<'a>(&self, sandbox: &'a Sandbox, script: &str) -> Option<Command<'a>> {
        let program = self.found()?;
        let init = sandbox.gox(["init", self.name]).run();
        init.assert(0, &init.stdout, "");
        sandbox.write("code/init", &init.raw_stdout);
        let script =
            sandbox.write(&format!("code/script.{}", self.name), format!("{}\n{script}\n", self.load));
        Some(sandbox.command(program).args(self.flags).arg(script))
    }

    fn with_code(&self, command: &str) -> String {
        self.code.replace("{}", command)
    }

    fn assign(&self, to: &str, from: &str) -> String {
        self.assign.replace("{to}", to).replace("{from}", from)
    }
}

const NOW: &str = "this shell uses 1.21.0 now; to go back: `gox use -`\n";

/// A world with a tool that prints `GOX_USE`, and one that prints its arguments.
fn with_tools() -> Sandbox {
    let sandbox = world();
    sandbox.put_tool("print-use", "#!/bin/sh\necho \"[${GOX_USE-none}]\"\n");
    sandbox.put_tool("words", "#!/bin/sh\nprintf '<%s>' \"$@\"; echo\nexit 7\n");
    sandbox
}

/// What a home may be called: another name of that of the user.
fn odd_home(sandbox: &Sandbox) -> PathBuf {
    let odd = sandbox.root().join("o'd \"d* $x");
    symlink(sandbox.user(), &odd).unwrap();
    odd
}
