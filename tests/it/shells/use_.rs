//! `gox use`: the function and the command it asks.

use super::{ALL, shell, strict, world};
use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;

/// As bash and zsh, and as fish print the variable in brackets.
const SHOW: [&str; 2] = [
    "show() { echo \"[${GOX_USE-none}]\"; }\n",
    "function show; set -q GOX_USE; and echo \"[$GOX_USE]\"; or echo '[none]'; end\n",
];

#[test]
fn use_sets_goes_back_and_unsets() {
    let script = "\
gox use 1.21 && show
gox use 1.22 && show
gox use - && show
gox use --unset && show
gox use - && show
gox use go1.20.14 && show && sh -c 'echo \"$GOX_USE\"'
";
    let stdout = "[1.21.0]\n[1.22.4]\n[1.21.0]\n[none]\n[1.21.0]\n[1.20.14]\n1.20.14\n";
    let stderr = "this shell uses 1.21.0 now; to go back: `gox use -`
this shell uses 1.22.4 now; to go back: `gox use -`
this shell uses 1.21.0 now; to go back: `gox use -`
this shell follows files and the default again
this shell uses 1.21.0 now; to go back: `gox use -`
this shell uses 1.20.14 now; to go back: `gox use -`
";
    let sandbox = world();
    for name in ALL {
        if name == "fish" {
            let script = format!("{}{script}", SHOW[1]);
            shell(&sandbox, name, "", &script).stdout(stdout).stderr(stderr).check();
        } else {
            let script = format!("{}{script}", SHOW[0]);
            shell(&sandbox, name, "", &script).stdout(stdout).stderr(stderr).check();
            shell(&sandbox, name, strict(name), &script).stdout(stdout).stderr(stderr).check();
        }
    }
}

#[test]
fn using_what_is_used_already_keeps_the_way_back() {
    let steps = [
        ("gox use 1.21", "1.21.0", "this shell uses 1.21.0 now; to go back: `gox use -`"),
        ("gox use 1.22", "1.22.4", "this shell uses 1.22.4 now; to go back: `gox use -`"),
        ("gox use 1.22", "1.22.4", "this shell uses 1.22.4 already"),
        ("gox use go1.22.4", "1.22.4", "this shell uses 1.22.4 already"),
        ("gox use -q latest", "1.22.4", ""),
        ("gox use -", "1.21.0", "this shell uses 1.21.0 now; to go back: `gox use -`"),
        ("gox use 1.21.0", "1.21.0", "this shell uses 1.21.0 already"),
        ("gox use -", "1.22.4", "this shell uses 1.22.4 now; to go back: `gox use -`"),
        ("gox use --unset", "none", "this shell follows files and the default again"),
        ("gox use --unset", "none", "this shell follows files and the default already"),
        ("gox use -", "1.22.4", "this shell uses 1.22.4 now; to go back: `gox use -`"),
        ("gox use -", "none", "this shell follows files and the default again"),
    ];
    let script = steps.map(|(line, ..)| format!("{line} && show\n")).concat();
    let stdout = steps.map(|(_, value, _)| format!("[{value}]\n")).concat();
    let stderr = steps.map(|(.., said)| said.to_owned() + if said.is_empty() { "" } else { "\n" }).concat();
    let sandbox = world();
    for name in ALL {
        if name == "fish" {
            let script = format!("{}{script}", SHOW[1]);
            shell(&sandbox, name, "", &script).stdout(&stdout).stderr(&stderr).check();
        } else {
            let script = format!("{}{script}", SHOW[0]);
            for before in ["", "shopt -s nocasematch 2>/dev/null || :", strict(name)] {
                shell(&sandbox, name, before, &script).stdout(&stdout).stderr(&stderr).check();
            }
        }
    }
}

/// A shell takes the version of the shell that started it, and the first use of the same is no step from which to go
/// back.
#[test]
fn using_the_version_that_came_from_the_environment_is_no_step() {
    let sandbox = world();
    let already = "this shell uses 1.21.0 already\n";
    let none = "error: this shell has used no other version before\nhint: choose one: `gox use 1.22`\n";
    let [used, back] = ["1.22.4", "1.21.0"]
        .map(|version| format!("this shell uses {version} now; to go back: `gox use -`\n"));
    for name in ALL {
        let script = "gox use 1.21; gox use -; gox use 1.22; gox use 1.22.4 -q; gox use -; printenv GOX_USE";
        let run = shell(&sandbox, name, "", script).env("GOX_USE", "1.21.0");
        run.stdout("1.21.0\n").stderr(&format!("{already}{none}{used}{back}")).check();
        let said = "this shell follows files and the default already\n";
        shell(&sandbox, name, "", "gox use --unset; gox use -; true")
            .stderr(&format!("{said}{none}"))
            .check();
    }
}

#[test]
fn a_quiet_use_sets_goes_back_and_unsets_without_a_word() {
    let lines = [
        ("gox use -q 1.21", "1.21.0"),
        ("gox -q use 1.22", "1.22.4"),
        ("gox use -q -", "1.21.0"),
        ("gox use - --quiet", "1.22.4"),
        ("gox -q use -", "1.21.0"),
        ("gox --quiet use --unset", "none"),
        ("gox -q use -", "1.21.0"),
        ("gox use 1.20.14 --quiet", "1.20.14"),
    ];
    let script = lines.map(|(line, _)| format!("{line} && show\n")).concat();
    let stdout = lines.map(|(_, value)| format!("[{value}]\n")).concat();
    // Other verbs, and errors, are as ever.
    let stderr = "error: `1.77.0` is not installed\nhint: install it: `gox install 1.77.0`\n";
    let script = format!("{script}gox -q default\nGOX_AUTO_INSTALL=never gox use -q 1.77.0 || show\n");
    let stdout = format!("{stdout}1.22.4\n[1.20.14]\n");
    let sandbox = world();
    for name in ALL {
        if name == "fish" {
            shell(&sandbox, name, "", &format!("{}{script}", SHOW[1])).stdout(&stdout).stderr(stderr).check();
        } else {
            let script = format!("{}{script}", SHOW[0]);
            shell(&sandbox, name, "", &script).stdout(&stdout).stderr(stderr).check();
            shell(&sandbox, name, strict(name), &script).stdout(&stdout).stderr(stderr).check();
        }
    }
}

/// What bash and zsh say where `GOX_USE` cannot be changed.
const REFUSED: &str =
    "error: could not change `GOX_USE`: it is readonly in this shell, or not a plain variable
hint: unset it: `unset GOX_USE`; if that fails, start another shell
";

#[test]
fn a_shell_that_does_not_obey_is_an_error() {
    let sandbox = world();
    for (name, modes) in [("bash", ["", "set -o posix"]), ("zsh", ["", "setopt ksh_arrays"])] {
        for mode in modes {
            for before in [
                "readonly GOX_USE=1.20.14",
                "export GOX_USE=1.20.14; readonly GOX_USE",
                "typeset -a GOX_USE=(1.20.14)",
                "typeset -i GOX_USE=1",
            ] {
                let script = format!("{before}; gox use 1.21; echo $? ${{GOX_USE-}} ${{_gox_back-none}}");
                let output = shell(&sandbox, name, mode, &script).run();
                let value = if before.contains("-i") { "1" } else { "1.20.14" };
                output.assert(0, &format!("2 {value} none\n"), REFUSED);
            }
            let script = "readonly GOX_USE=1.20.14; gox use --unset; echo $? $GOX_USE; gox use -; echo $?";
            let stderr = format!(
                "{REFUSED}error: this shell has used no other version before\nhint: choose one: `gox use 1.22`\n"
            );
            shell(&sandbox, name, mode, script).stdout("2 1.20.14\n2\n").stderr(&stderr).check();
            let script = "typeset -a GOX_USE=(1.20.14); gox use --unset && gox use 1.21 && printenv GOX_USE";
            let stderr = "this shell follows files and the default again
this shell uses 1.21.0 now; to go back: `gox use -`
";
            shell(&sandbox, name, mode, script).stdout("1.21.0\n").stderr(stderr).check();
        }
    }
}

#[test]
fn a_universal_variable_of_fish_is_hidden_and_stays() {
    let sandbox = world();
    // Without its configuration fish has no universal variables.
    let script = "gox init fish | source
set --universal --export GOX_USE 1.20.14
function show; sh -c 'echo \"[$GOX_USE]\"'; end
show
gox use 1.21 && show
gox use - && show
gox use --unset && show
gox use - && show
set --erase --global GOX_USE && show
set --global GOX_USE 1.22.4
gox use 1.21 && show
gox use --unset && show
set --show GOX_USE
";
    let stdout = "[1.20.14]\n[1.21.0]\n[1.20.14]\n[]\n[1.20.14]\n[1.20.14]\n[1.21.0]\n[]
$GOX_USE: set in global scope, exported, with 1 elements
$GOX_USE[1]: ||
$GOX_USE: set in universal scope, exported, with 1 elements
$GOX_USE[1]: |1.20.14|
";
    let stderr = "this shell uses 1.21.0 now; to go back: `gox use -`
this shell uses 1.20.14 now; to go back: `gox use -`
this shell follows files and the default again
this shell uses 1.20.14 now; to go back: `gox use -`
this shell uses 1.21.0 now; to go back: `gox use -`
this shell follows files and the default again
";
    sandbox.command("fish").args(["-c", script]).stdout(stdout).stderr(stderr).check();
}

#[test]
fn errors_change_nothing() {
    let sandbox = world();
    for name in ALL {
        let print = if name == "fish" { "echo $status $GOX_USE" } else { "echo $? $GOX_USE" };
        for (arguments, code, message) in [
            ("use", 2, "error: no version is named\nhint: say which: `gox use 1.22`\n"),
            (
                "use -",
                2,
                "error: this shell has used no other version before\nhint: choose one: `gox use 1.22`\n",
            ),
            ("use 1.19.1", 3, "error: `1.19.1` is not installed\nhint: install it: `gox install 1.19.1`\n"),
            (
                "use '>=1.30'",
                3,
                "error: `>=1.30` is not installed\nhint: install it: `gox install '>=1.30'`\n",
            ),
        ] {
            let output = shell(&sandbox, name, "", &format!("gox {arguments}; {print}"));
            // `ask` without a terminal is `never`.
            let output = output.env("GOX_USE", "1.22.4").env("GOX_AUTO_INSTALL", "ask").run();
            output.assert(0, &format!("{code} 1.22.4\n"), message);
        }
    }
}

#[test]
fn what_is_missing_is_installed() {
    for name in ALL {
        let sandbox = world();
        let go_dev = GoDev::start(&sandbox, &[FakeToolchain::new("1.99.1"), FakeToolchain::new("1.99.0")]);
        let print = "gox use 1.99 && go version && printenv GOX_USE";
        // Nobody asks a pipe.
        let asked = shell(&sandbox, name, "", print).envs(go_dev.environment());
        let asked = asked.env("GOX_AUTO_INSTALL", "ask").run();
        assert_eq!((asked.code(), asked.stdout.as_str()), (3, ""), "{name}: {}", asked.stderr);
        let output = shell(&sandbox, name, "", print).envs(go_dev.environment()).run();
        // The install has put real shims in the place of the fake ones.
        let stdout = "go version go1.99.1 [OS]/[ARCH]\n1.99.1\n";
        assert_eq!(output.stdout, stdout, "{name}: {}", output.stderr);
        let told = "this shell uses 1.99.1 now; to go back: `gox use -`\n";
        assert!(output.stderr.starts_with("installing 1.99.1\n") && output.stderr.ends_with(told));
        assert!(output.stderr.contains("\ninstalled go1.99.1 in "), "{name}: {}", output.stderr);
    }
}

#[test]
fn only_a_plain_word_is_believed() {
    for name in ALL {
        let sandbox = world();
        std::fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
        let init = sandbox.gox(["init", name]).run();
        sandbox.write("init", &init.raw_stdout);
        for answer in ["use:1.22;touch pwned", "use:$(touch pwned)", "use:a b", "use:a\nb", "use:-é", "usage"]
        {
            sandbox.put_tool("gox", &format!("#!/bin/sh\nprintf '%s\\n' '{answer}'\n"));
            let print =
                if name == "fish" { "set -q GOX_USE; or echo unset" } else { "echo ${GOX_USE-unset}" };
            let output = shell_from(&sandbox, name, &format!("gox use x; {print}")).run();
            assert!(output.stdout.ends_with("unset\n"), "{name} {answer}: {output:?}");
            assert!(!sandbox.code().join("pwned").exists());
        }
    }
}

fn shell_from<'a>(
    sandbox: &'a crate::support::sandbox::Sandbox,
    name: &str,
    script: &str,
) -> crate::support::command::Command<'a> {
    super::bare(sandbox, name).args(["-c", &format!(". ../init\n{script}")])
}

#[test]
fn help_and_other_verbs_go_through() {
    let sandbox = world();
    for name in ALL {
        let output = shell(&sandbox, name, "", "gox use --help; gox default").run();
        assert!(output.stdout.starts_with("Choose the version of this shell\n"), "{output:?}");
        assert!(output.stdout.ends_with("\n1.22.4\n"), "{output:?}");
    }
}
