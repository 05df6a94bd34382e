//! The shells that get PATH and `gox use` alone: nushell, elvish, xonsh and tcsh. The text for PowerShell is in no test.

use std::env;
use std::fs;
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
        piped: "\"in\\n\" | gox exec 1.22 cat",
    },
    Shell {
        name: "elvish",
        program: "elvish",
        flags: &["-norc"],
        // A script keeps no function of a text that it evaluates.
        load: "var gox~ = $nop~; eval (slurp <init) &on-end={|text| set gox~ = $text[gox~] }",
        code: "try { {}; echo 0 } catch error { echo $error[reason][exit-status] }",
        piped: "echo in | gox exec 1.22 cat",
    },
    Shell {
        name: "xonsh",
        program: "xonsh",
        flags: &["--no-rc"],
        load: "execx(open('init').read())",
        code: "print(![{}].returncode, flush=True)",
        piped: "echo in | gox exec 1.22 cat",
    },
    Shell {
        name: "tcsh",
        program: "tcsh",
        flags: &["-f"],
        load: "eval \"`/bin/cat init`\"",
        code: "{}; echo $status",
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
        sandbox.write("work/init", &init.raw_stdout);
        let script =
            sandbox.write(&format!("work/script.{}", self.name), format!("{}\n{script}\n", self.load));
        Some(sandbox.command(program).args(self.flags).arg(script))
    }

    fn with_code(&self, command: &str) -> String {
        self.code.replace("{}", command)
    }
}

/// A world with a tool that prints `GOX_USE`, and one that prints its arguments.
fn with_tools() -> Sandbox {
    let sandbox = world();
    sandbox.put_tool("print-use", "#!/bin/sh\necho \"[${GOX_USE-none}]\"\n");
    sandbox.put_tool("words", "#!/bin/sh\nprintf '<%s>' \"$@\"; echo\nexit 7\n");
    sandbox
}

const NOW: &str = "this shell uses 1.21.0 now; to go back: `gox use -`\n";
const NO_OTHER: &str =
    "error: this shell has used no other version before\nhint: choose one: `gox use 1.22`\n";

#[test]
fn use_sets_goes_back_and_unsets() {
    let steps = [
        ("gox use 1.21", "1.21.0", NOW),
        ("gox use 1.20", "1.20.14", "this shell uses 1.20.14 now; to go back: `gox use -`\n"),
        ("gox use 1.20", "1.20.14", "this shell uses 1.20.14 already\n"),
        ("gox use -q latest", "1.22.4", ""),
        ("gox -q use -", "1.20.14", ""),
        ("gox --quiet use -", "1.22.4", ""),
        ("gox use '>=1.21, <1.22'", "1.21.0", NOW),
        ("gox use --unset", "none", "this shell follows files and the default again\n"),
        ("gox use --unset", "none", "this shell follows files and the default already\n"),
        ("gox use -", "1.21.0", NOW),
        ("gox use -", "none", "this shell follows files and the default again\n"),
    ];
    let script = steps.map(|(line, ..)| format!("{line}\nprint-use\n")).concat();
    let stdout = steps.map(|(_, value, _)| format!("[{value}]\n")).concat();
    let stderr = steps.map(|(.., said)| said).concat();
    let sandbox = with_tools();
    // What a home may be called.
    let odd = sandbox.root().join("o'd \"d* $x");
    symlink(sandbox.user(), &odd).unwrap();
    for shell in SHELLS {
        for home in [sandbox.user(), odd.clone()] {
            let Some(run) = shell.run(&sandbox, &script) else { continue };
            run.env("HOME", home).stdout(&stdout).stderr(&stderr).check();
        }
    }
}

#[test]
fn a_shell_in_another_one_takes_its_version_and_not_its_way_back() {
    let sandbox = with_tools();
    for shell in SHELLS {
        let Some(program) = shell.found() else { continue };
        let inner =
            format!("{}\nprint-use\n{}\n{}", shell.load, shell.with_code("gox use -"), "printenv PATH");
        let inner = sandbox.write(&format!("work/inner.{}", shell.name), inner);
        let call = format!("{} {} {}", program.display(), shell.flags.join(" "), inner.display());
        let call = if shell.name == "nushell" { format!("^{call}") } else { call };
        let script = format!("gox use 1.20\ngox use 1.21\nprintenv PATH\n{call}");
        let output = shell.run(&sandbox, &script).unwrap().run();
        let lines: Vec<_> = output.stdout.lines().collect();
        assert_eq!(lines[1..3], ["[1.21.0]", "2"], "{}: {output:?}", shell.name);
        assert_eq!(lines[0], lines[3], "{}", shell.name);
        let before = "this shell uses 1.20.14 now; to go back: `gox use -`\n";
        // xonsh names each command of a script that failed.
        let said: String = output
            .stderr
            .lines()
            .filter(|line| !is_of_xonsh(line))
            .fold(String::new(), |text, line| text + line + "\n");
        assert_eq!(said, format!("{before}{NOW}{NO_OTHER}"), "{}", shell.name);
    }
}

fn is_of_xonsh(line: &str) -> bool {
    line.starts_with("xonsh: ") || line.starts_with("subprocess.CalledProcessError")
}

#[test]
fn errors_have_their_code_and_change_nothing() {
    let sandbox = with_tools();
    for shell in SHELLS {
        for (arguments, code, message) in [
            ("use -", 2, NO_OTHER),
            ("use", 2, "error: no version is named\nhint: say which: `gox use 1.22`\n"),
            ("use 1.19.1", 3, "error: `1.19.1` is not installed\nhint: install it: `gox install 1.19.1`\n"),
            (
                "use -q 1.19.1",
                3,
                "error: `1.19.1` is not installed\nhint: install it: `gox install 1.19.1`\n",
            ),
            ("nope", 2, "error: `gox` has no command `nope`\nhint: see `gox --help`\n"),
        ] {
            let script = format!("{}\nprint-use", shell.with_code(&format!("gox {arguments}")));
            let Some(run) = shell.run(&sandbox, &script) else { continue };
            let run = run.env("GOX_USE", "1.22.4").env("GOX_AUTO_INSTALL", "never").stdin("");
            run.stdout(&format!("{code}\n[1.22.4]\n")).stderr(message).check();
        }
    }
}

#[test]
fn a_variable_of_the_user_is_taken_out_by_a_command_of_the_shell() {
    let sandbox = with_tools();
    for (shell, unset) in SHELLS.iter().zip([
        "hide-env GO_VERSION",
        "unset-env GO_VERSION",
        "del $GO_VERSION",
        "unsetenv GO_VERSION",
    ]) {
        let script = format!("gox use 1.21\n{unset}\n{}\nprint-use", shell.with_code("printenv GO_VERSION"));
        let Some(run) = shell.run(&sandbox, &script) else { continue };
        let said = format!(
            "warning: `GO_VERSION=1.20.14` comes before `gox use`: this shell uses 1.21.0 once it is unset\n\
             hint: remove it from this shell: `{unset}`\n"
        );
        run.env("GO_VERSION", "1.20.14").stdout("1\n[1.21.0]\n").stderr(&said).check();
    }
}

#[test]
fn only_a_plain_word_is_believed_and_all_else_is_shown() {
    for shell in SHELLS {
        let sandbox = with_tools();
        for answer in
            ["quiet:1.22;touch pwned", "quiet:$(touch pwned)", "quiet:a b", "quiet:a\nb", "use:1.22", "x*"]
        {
            let Some(run) = shell.run(&sandbox, "gox use x\nprint-use") else { continue };
            fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
            sandbox.put_tool("gox", &format!("#!/bin/sh\nprintf '%s\\n' '{answer}'\n"));
            run.stdout(&format!("{answer}\n[none]\n")).check();
            assert!(!sandbox.work().join("pwned").exists());
            fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
            sandbox.put_gox();
        }
    }
}

#[test]
fn other_commands_go_through() {
    let sandbox = with_tools();
    for shell in SHELLS {
        let script = format!(
            "{}\n{}\ngox list | grep 1.20\ngox default | cat\n",
            shell.with_code("gox exec 1.22 words 1.20 'a  b' '>=1.21, <1.22' use"),
            shell.piped
        );
        let Some(run) = shell.run(&sandbox, &script) else { continue };
        let output = run.run();
        let lines: Vec<_> = output.stdout.lines().collect();
        assert_eq!(lines[..3], ["<1.20><a  b><>=1.21, <1.22><use>", "7", "in"], "{}: {output:?}", shell.name);
        assert!(lines[3].starts_with("1.20.14 ") && lines[4..] == ["1.22.4"], "{}: {output:?}", shell.name);
    }
}

/// PATH before and after; S and B are the two folders of the store.
const PATHS: [(&str, &str); 8] = [
    ("/usr/bin:/bin", "S:/usr/bin:/bin:B"),
    ("/bin:S", "S:/bin:B"),
    ("S:S:/bin:S:S:B:S", "S:/bin:B"),
    ("S:/bin:B", "S:/bin:B"),
    ("S", "S:B"),
    ("/Sx:/bin/S", "S:/Sx:/bin/S:B"),
    ("/a b:/c*:/d'e", "S:/a b:/c*:/d'e:B"),
    ("B:/bin", "S:/bin:B"),
];

#[test]
fn shims_come_first_and_gox_last() {
    let sandbox = world();
    for home in ["/h/me", "/o'd \"d* $x", "/"] {
        let store = format!("{}/.local/go", home.trim_end_matches('/'));
        let full = |path: &str| {
            let word = |entry: &str| match entry {
                "S" => format!("{store}/shims"),
                "B" => format!("{store}/bin"),
                entry => entry.to_owned(),
            };
            path.split(':').map(word).collect::<Vec<_>>().join(":")
        };
        for shell in &SHELLS {
            for twice in ["", shell.load] {
                for (before, after) in PATHS {
                    // In tcsh the copy of gox stays where it is, if it is on PATH already.
                    let after = if shell.name == "tcsh" && before == "B:/bin" { "S:B:/bin" } else { after };
                    let Some(run) = shell.run(&sandbox, &format!("{twice}\n/usr/bin/printenv PATH")) else {
                        continue;
                    };
                    let run = run.env("HOME", home).env("PATH", full(before)).run();
                    assert_eq!(
                        (run.raw_stdout, run.stderr.as_str()),
                        (format!("{}\n", full(after)).into_bytes(), ""),
                        "{}: {before}",
                        shell.name
                    );
                }
            }
        }
    }
}

#[test]
fn without_a_home_nothing_happens() {
    let sandbox = world();
    for shell in SHELLS {
        for (home, gox_home) in [(None, ""), (Some(""), ""), (Some("relative"), ""), (Some("/h"), "relative")]
        {
            let Some(run) = shell.run(&sandbox, "/usr/bin/printenv PATH") else { continue };
            let run = run.env("GOX_HOME", gox_home).env("PATH", "/usr/bin:/bin");
            let run = match home {
                None => run.env_remove("HOME"),
                Some(home) => run.env("HOME", home),
            };
            let output = run.run();
            // xonsh looks HOME up in the user database.
            if shell.name != "xonsh" || home.is_some() {
                assert_eq!(
                    (output.stdout.as_str(), output.stderr.as_str()),
                    ("/usr/bin:/bin\n", ""),
                    "{} {home:?}",
                    shell.name
                );
            }
        }
        let Some(run) = shell.run(&sandbox, "/usr/bin/printenv PATH") else { continue };
        let output = run.env("GOX_HOME", "/opt/my go").env("PATH", "/bin").run();
        assert_eq!(output.stdout, "/opt/my go/shims:/bin:/opt/my go/bin\n", "{}", shell.name);
    }
}

#[test]
fn setup_brings_it_into_a_shell_of_the_user_and_takes_it_back() {
    let files = [".config/nushell/autoload/gox.nu", ".config/elvish/rc.elv", ".xonshrc", ".tcshrc"];
    let command = "gox use 1.21; print-use";
    for (shell, file) in SHELLS.iter().zip(files) {
        let Some(program) = shell.found() else { continue };
        let sandbox = with_tools();
        let setup = |arguments: &[&str], end: &str| {
            let run = sandbox.gox(["setup", shell.name, "--yes"]).args(arguments).run();
            assert_eq!(run.code(), 0, "{}", run.stderr);
            assert!(run.stderr.contains(end), "{}", run.stderr);
        };
        setup(&[], &format!("created `~/{file}`\n"));
        setup(&[], "already; nothing was changed\n");
        let run = sandbox.command(&program).env("TERM", "xterm");
        if shell.name == "elvish" {
            // Only on a terminal elvish reads its file.
            let mut terminal = run.terminal();
            terminal.write(&format!("{command}\r"));
            terminal.wait_for(NOW.trim_end());
            terminal.wait_for("[1.21.0]");
        } else {
            let run = match shell.name {
                "nushell" => run.args(["-e", &format!("{command}; exit")]),
                "xonsh" => run.args(["-i", "-c", command]),
                _ => run.args(["-c", command]),
            };
            run.stdout("[1.21.0]\n").stderr(NOW).check();
        }
        setup(&["--undo"], &format!("removed `~/{file}`\n"));
        assert!(!sandbox.user().join(file).exists());
    }
}

#[test]
fn the_older_file_of_a_shell_is_the_one_that_it_reads() {
    for (shell, older, newer) in
        [("tcsh", ".cshrc", ".tcshrc"), ("elvish", ".elvish/rc.elv", ".config/elvish/rc.elv")]
    {
        let sandbox = Sandbox::new();
        sandbox.write(&format!("user/{older}"), "# mine\n");
        let run = sandbox.gox(["setup", shell, "--yes"]).run();
        assert!(run.stderr.contains(&format!("changed `~/{older}`\n")), "{}", run.stderr);
        assert!(!sandbox.user().join(newer).exists());
    }
}

/// The text for PowerShell can only be read here: it names what the function and gox agree on, and the two folders.
#[test]
fn the_text_for_powershell_is_whole() {
    let sandbox = Sandbox::new();
    let text = sandbox.gox(["init", "powershell"]).run().stdout;
    assert_eq!(text, sandbox.gox(["init", "pwsh"]).run().stdout);
    for part in [
        "$env:_GOX_BY_FUNCTION = 'powershell'",
        "$env:_GOX_BACK = ",
        "$store/shims",
        "$store/bin",
        "$env:GOX_USE",
    ] {
        assert!(text.contains(part), "{part}");
    }
    sandbox.gox(["setup", "powershell", "--yes"]).run();
    let profile = sandbox.read("user/.config/powershell/profile.ps1");
    assert!(profile.contains("& $_gox init powershell | Out-String | Invoke-Expression\n"), "{profile}");
}
