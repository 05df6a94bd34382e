//! `gox use`, and what goes through the function.

use std::fs;

use super::{NOW, SHELLS, odd_home, with_tools};

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
    let odd = odd_home(&sandbox);
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
        let inner = sandbox.write(&format!("code/inner.{}", shell.name), inner);
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
    let missing = "error: `1.19.1` is not installed\nhint: install it: `gox install 1.19.1`\n";
    let steps = [
        ("use -", 2, NO_OTHER),
        ("use", 2, "error: no version is named\nhint: say which: `gox use 1.22`\n"),
        ("use 1.19.1", 3, missing),
        ("use -q 1.19.1", 3, missing),
        ("nope", 2, "error: `gox` has no command `nope`\nhint: see `gox --help`\n"),
    ];
    let stdout = steps.map(|(_, code, _)| format!("{code}\n[1.22.4]\n")).concat();
    let stderr = steps.map(|(.., message)| message).concat();
    let sandbox = with_tools();
    for shell in SHELLS {
        let step = |command| format!("{}\nprint-use\n", shell.with_code(&format!("gox {command}")));
        let script = steps.map(|(command, ..)| step(command)).concat();
        let Some(run) = shell.run(&sandbox, &script) else { continue };
        let run = run.env("GOX_USE", "1.22.4").env("GOX_AUTO_INSTALL", "never").stdin("");
        run.stdout(&stdout).stderr(&stderr).check();
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
    let answers =
        ["quiet:1.22;touch pwned", "quiet:$(touch pwned)", "quiet:a b", "quiet:a\nb", "use:1.22", "x*"];
    let sandbox = with_tools();
    fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
    sandbox.put_tool("gox", "#!/bin/sh\ncat answer.\"$2\"\n");
    for (number, answer) in answers.iter().enumerate() {
        sandbox.write(&format!("code/answer.{number}"), format!("{answer}\n"));
    }
    let script = [0, 1, 2, 3, 4, 5].map(|number| format!("gox use {number}\nprint-use\n")).concat();
    let stdout = answers.map(|answer| format!("{answer}\n[none]\n")).concat();
    for shell in SHELLS {
        let Some(run) = shell.run(&sandbox, &script) else { continue };
        run.stdout(&stdout).check();
        assert!(!sandbox.code().join("pwned").exists());
    }
}

#[test]
fn other_commands_go_through() {
    let sandbox = with_tools();
    for name in ["code/a.b", "code/c.b"] {
        sandbox.write(name, "");
    }
    for shell in SHELLS {
        let script = format!(
            "{}\n{}\n{}\ngox list | grep 1.20\ngox default | cat\n",
            shell.with_code("gox exec 1.22 words 1.20 'a  b' '>=1.21, <1.22' use"),
            shell.with_code("gox exec 1.22 words ~/x *.b true"),
            shell.piped
        );
        let Some(run) = shell.run(&sandbox, &script) else { continue };
        let output = run.run();
        let lines: Vec<_> = output.stdout.lines().collect();
        let expected =
            ["<1.20><a  b><>=1.21, <1.22><use>", "7", "<[ROOT]/user/x><a.b><c.b><true>", "7", "in"];
        assert_eq!(lines[..5], expected, "{}: {output:?}", shell.name);
        assert!(lines[5].starts_with("1.20.14 ") && lines[6..] == ["1.22.4"], "{}: {output:?}", shell.name);
    }
}

#[test]
fn a_word_of_another_type_is_text_and_a_missing_gox_is_told_by_the_shell() {
    let sandbox = with_tools();
    let [_, elvish, xonsh, _] = SHELLS;
    if let Some(run) = elvish.run(&sandbox, "gox use (num 1.21)\nprint-use") {
        run.stdout("[1.21.0]\n").stderr(NOW).check();
    }
    let script = format!("$PATH = ['/nowhere']\n{}", xonsh.with_code("gox use 1.21"));
    let Some(run) = xonsh.run(&sandbox, &script) else { return };
    let output = run.run();
    let is_told = output.stderr.contains("command not found: 'gox'") && !output.stderr.contains("Traceback");
    assert!(output.stdout == "1\n" && is_told, "{output:?}");
}
