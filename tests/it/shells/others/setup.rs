//! What `gox setup` writes, and the commands that gox says to run, in each shell.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::{ALL, bare};
use super::{NOW, SHELLS, odd_home, with_tools};
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

/// A command that runs a script, behind its own start-up files if it `reads` them; `None` where the shell is missing.
fn started<'a>(sandbox: &'a Sandbox, name: &str, reads: bool, script: &str) -> Option<Command<'a>> {
    let Some(shell) = SHELLS.iter().find(|shell| shell.name == name) else {
        let run = if reads { sandbox.command(name).arg("-i") } else { bare(sandbox, name) };
        return Some(run.args(["-c", script]));
    };
    let run = sandbox.command(shell.found()?).env("TERM", "xterm");
    if !reads {
        return Some(run.args(shell.flags).arg(sandbox.write(&format!("code/script.{name}"), script)));
    }
    Some(match name {
        "nushell" => run.args(["-e", &format!("{script}; exit")]),
        "xonsh" => run.args(["-i", "-c", script]),
        // Only on a terminal it reads its file.
        "elvish" => run,
        _ => run.args(["-c", script]),
    })
}

/// The shells that tests can run.
fn all() -> impl Iterator<Item = &'static str> {
    ALL.into_iter().chain(SHELLS.iter().map(|shell| shell.name))
}

#[test]
fn setup_brings_it_into_a_shell_of_the_user_and_takes_it_back() {
    let files = [
        ".bashrc",
        ".zshrc",
        ".config/fish/config.fish",
        ".config/nushell/autoload/gox.nu",
        ".config/elvish/rc.elv",
        ".xonshrc",
        ".cshrc",
    ];
    let command = "gox use 1.21; print-use";
    for (name, file) in all().zip(files) {
        let sandbox = with_tools().with_programs();
        let homes = [sandbox.user(), odd_home(&sandbox)];
        let setup = |arguments: &[&str], end: &str| {
            let run = sandbox.gox(["setup", name, "--yes"]).args(arguments).run();
            assert!(run.code() == 0 && run.stderr.contains(end), "{}", run.stderr);
        };
        setup(&[], &format!("created `~/{file}`\n"));
        setup(&[], "already\n");
        for home in homes {
            let Some(run) = started(&sandbox, name, true, command) else { continue };
            let run = run.env("HOME", home);
            if ALL.contains(&name) || name == "elvish" {
                let mut terminal = run.terminal();
                if name == "elvish" {
                    terminal.write(&format!("{command}\r"));
                }
                terminal.wait_for(NOW.trim_end());
                terminal.wait_for("[1.21.0]");
            } else {
                run.stdout("[1.21.0]\n").stderr(NOW).check();
            }
            // Where PATH lacks gox there is the copy in the store.
            let _ = fs::remove_file(sandbox.root().join("bin/gox"));
        }
        setup(&["--undo"], &format!("removed `~/{file}`\n"));
        assert!(!sandbox.user().join(file).exists());
    }
}

#[test]
fn the_older_file_of_a_shell_is_the_one_that_it_reads() {
    for (shell, older, newer) in
        [("tcsh", ".tcshrc", ".cshrc"), ("elvish", ".elvish/rc.elv", ".config/elvish/rc.elv")]
    {
        let sandbox = Sandbox::new();
        sandbox.write(&format!("user/{older}"), "# mine\n");
        let run = sandbox.gox(["setup", shell, "--yes"]).run();
        assert!(run.stderr.contains(&format!("changed `~/{older}`\n")), "{}", run.stderr);
        assert!(!sandbox.user().join(newer).exists());
    }
}

/// The mend of the check whether tools are found, in the shell of this program, and the folder that it puts on PATH.
fn mend(sandbox: &Sandbox, program: &str, home: &Path) -> (String, PathBuf) {
    fs::create_dir_all(home.join("go/bin/tool")).unwrap();
    let run = sandbox.gox(["doctor", "path-tools", "--json"]).env("HOME", home).env("SHELL", program).run();
    let answer: Value = serde_json::from_slice(&run.raw_stdout).unwrap();
    (answer["checks"][0]["mend"].as_str().unwrap().to_owned(), home.join("go/bin"))
}

#[test]
fn a_mend_holds_in_this_shell_and_in_the_next_whatever_the_home_is_called() {
    let sandbox = Sandbox::new();
    let home = sandbox.root().join("o'd \"d* $x!\\ ’é");
    for name in all() {
        let program = SHELLS.iter().find(|shell| shell.name == name).map_or(name, |shell| shell.program);
        let (mend, folder) = mend(&sandbox, program, &home);
        let has_it = |output: &[u8]| {
            let output = String::from_utf8_lossy(output);
            output.split([':', '\n']).any(|entry| folder == Path::new(entry))
        };
        // fish puts such a folder on PATH by its own start-up files.
        let script = format!("{mend}\nprintenv PATH\n");
        let Some(run) = started(&sandbox, name, name == "fish", &script) else { continue };
        // By the locale fish spells the name of its own file.
        let output = run.env("HOME", &home).env("LC_ALL", "C.UTF-8").run();
        assert!(has_it(&output.raw_stdout) && output.stderr.is_empty(), "{name}: {mend}: {output:?}");
        let Some(run) = started(&sandbox, name, true, "printenv PATH") else { continue };
        let run = run.env("HOME", &home).env("LC_ALL", "C.UTF-8");
        if name == "elvish" {
            let mut terminal = run.terminal();
            terminal.write("print '['(printenv PATH)']'\r");
            terminal.wait_for("go/bin]");
            continue;
        }
        let output = run.run();
        assert!(has_it(&output.raw_stdout), "{name}: {mend}: {output:?}");
    }
}

/// What is added to which file, after a last line without its line feed, too. No test runs PowerShell.
#[test]
fn the_mend_names_the_start_up_file_of_each_shell() {
    let sandbox = Sandbox::new();
    let home = sandbox.user();
    let root = home.to_str().unwrap();
    let mend = |program| mend(&sandbox, program, &home).0.replace(root, "~");
    sandbox.write("user/.zshrc", "# no line feed");
    for (program, expected) in [
        (
            "bash",
            r#"echo 'export PATH="$PATH:"~/go/bin' >>~/.bashrc && echo 'export PATH="$PATH:"~/go/bin' >>~/.profile && export PATH="$PATH:"~/go/bin"#,
        ),
        (
            "zsh",
            r#"printf '\n%s\n' 'export PATH="$PATH:"~/go/bin' >>~/.zshrc && export PATH="$PATH:"~/go/bin"#,
        ),
        ("ksh", r#"echo 'export PATH="$PATH:"~/go/bin' >>~/.profile && export PATH="$PATH:"~/go/bin"#),
        ("fish", "fish_add_path --append '~/go/bin'"),
        (
            "nu",
            r#"mkdir "~/.config/nushell"; "\n" + "$env.PATH ++= [\"~/go/bin\"]" + "\n" | save --append "~/.config/nushell/config.nu"; $env.PATH ++= ["~/go/bin"]"#,
        ),
        (
            "elvish",
            r#"mkdir -p '~/.config/elvish'; echo "\n"'set paths = [$@paths ''~/go/bin'']' >>'~/.config/elvish/rc.elv'; set paths = [$@paths '~/go/bin']"#,
        ),
        (
            "xonsh",
            r"print('\n' + '$PATH.append(\'~/go/bin\')', file=open('~/.xonshrc', 'a')); $PATH.append('~/go/bin')",
        ),
        (
            "tcsh",
            r"printf '\n%s\n' 'set path = ( $path:q ~/go/bin )' >>~/.cshrc && set path = ( $path:q ~/go/bin )",
        ),
        (
            "pwsh",
            r"New-Item -ItemType Directory -Force '~/.config/powershell' >$null; Add-Content '~/.config/powershell/profile.ps1' '', '$env:PATH += '':'' + ''~/go/bin'''; $env:PATH += ':' + '~/go/bin'",
        ),
    ] {
        assert_eq!(mend(program), expected, "{program}");
    }
    // A login shell of bash may read that file by its own.
    sandbox.write("user/.profile", ". ~/.bashrc\n");
    let expected = r#"echo 'export PATH="$PATH:"~/go/bin' >>~/.bashrc && export PATH="$PATH:"~/go/bin"#;
    assert_eq!(mend("bash"), expected);
    // PowerShell takes a typographic quote for a plain one.
    let (mend, _) = self::mend(&sandbox, "pwsh", &sandbox.root().join("’é"));
    assert!(mend.ends_with("/’’é/go/bin'"), "{mend}");
}

/// Only zsh knows where its file is, and its `echo` takes a backslash for more.
#[test]
fn zsh_adds_a_line_where_its_folder_is_set_and_not_exported() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.zshenv", "ZDOTDIR=~/zsh\n");
    sandbox.write("user/zsh/.zshrc", "alias x=y");
    let home = sandbox.root().join("a\\nb");
    symlink(sandbox.user(), &home).unwrap();
    let (mend, folder) = mend(&sandbox, "zsh", &home);
    let run = sandbox.command("zsh").args(["-i", "-c", &mend]).env("HOME", &home).run();
    assert!(run.stderr.is_empty(), "{mend}: {run:?}");
    let expected = format!("alias x=y\nexport PATH=\"$PATH:\"'{}'\n", folder.display());
    assert_eq!(sandbox.read("user/zsh/.zshrc"), expected);
}

/// Of a path that is not UTF-8 no shell is told another one.
#[test]
fn a_path_that_is_not_utf_8_is_put_into_no_file() {
    let sandbox = Sandbox::new();
    let folder = sandbox.root().join(OsStr::from_bytes(b"\xff"));
    for program in ["bash", "nu"] {
        assert_eq!(
            mend(&sandbox, program, &folder).0,
            "put `[ROOT]/\u{fffd}/go/bin` at the end of PATH"
                .replace("[ROOT]", sandbox.root().to_str().unwrap())
        );
    }
}

/// No test runs PowerShell, so this holds what is written for it.
#[test]
fn setup_for_powershell_writes_its_lines_and_takes_them_back() {
    let sandbox = Sandbox::new();
    let text = sandbox.gox(["init", "powershell"]).run().stdout;
    assert_eq!(text, sandbox.gox(["init", "pwsh"]).run().stdout);
    let profile = "user/.config/powershell/profile.ps1";
    sandbox.write(profile, "# mine\n");
    assert_eq!(sandbox.gox(["setup", "powershell", "--yes"]).run().code(), 0);
    let block = "# mine
# >>> gox >>> by `gox setup`, which `gox setup --undo` takes back
foreach ($_gox in 'gox', \"$env:GOX_HOME/bin/gox\", \"$env:HOME/.local/go/bin/gox\") {
    if (Get-Command -Name $_gox -CommandType Application -ErrorAction Ignore) {
        & $_gox init powershell | Out-String | Invoke-Expression
        break
    }
}
# <<< gox <<<
";
    assert_eq!(sandbox.read(profile), block);
    assert_eq!(sandbox.gox(["setup", "powershell", "--undo", "--yes"]).run().code(), 0);
    assert_eq!(sandbox.read(profile), "# mine\n");
}
