//! The checks of bash, each in each of its states, by the real bash.

use std::fs;

use super::{Machine, lines, mend};
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

fn doctor<'a>(sandbox: &'a Sandbox, id: &'a str) -> Command<'a> {
    let machine = super::recorded::folder("debian");
    sandbox.gox(["doctor", id, "--machine"]).arg(machine).env("SHELL", "/bin/bash")
}

#[track_caller]
fn fine(command: Command<'_>, id: &str, seen: &str) {
    command.stdout(&lines("bash", "ok", id, [seen, "", ""])).check();
}

#[test]
fn in_another_shell_the_area_is_one_line() {
    let sandbox = Sandbox::new();
    let folded = "bash\n  skipped 3 checks         `SHELL` is not bash\n\n3 skipped\n";
    for shell in ["/usr/bin/fish", "/bin/dash", ""] {
        doctor(&sandbox, "bash").env("SHELL", shell).stdout(folded).check();
    }
    // What start-up files do is a matter of the check `hook`.
    for (bashrc, seen) in [("exit 3\n", "bash did not answer"), ("exec >/dev/null\n", "bash did not say it")]
    {
        sandbox.write("user/.bashrc", bashrc);
        for id in ["bash-version", "bash-completion"] {
            doctor(&sandbox, id).stdout(&lines("bash", "skipped", id, [seen, "", ""])).check();
        }
    }
    // What they print is no answer, and no option of theirs ends it.
    for bashrc in ["echo gox-doctor: 3 2 yes\nprintf 'gox-doctor: x'\n", "set -eu\n", "set -o posix\nIFS=\n"]
    {
        sandbox.write("user/.bashrc", bashrc);
        let run = doctor(&sandbox, "bash-version").run();
        assert!(run.stdout.starts_with("bash\n  ok      bash-version  bash "), "{bashrc}{}", run.stdout);
        let run = doctor(&sandbox, "bash-completion").run();
        assert!(run.stdout.starts_with("bash\n  note    bash-completion  "), "{bashrc}{}", run.stdout);
    }
}

#[test]
fn versions_that_are_too_old_for_the_functions() {
    let id = "bash-version";
    let machine = Machine::healthy();
    let slow = "the functions of gox need bash 4.4, so each `go` costs a start of the shim";
    let old = "it no longer gets fixes, and current scripts use variables that it lacks";
    let install = "sudo apt-get install bash";
    for (version, state, texts) in [
        ("3 2", "warning", ["bash 3.2", slow, install]),
        ("4 3", "warning", ["bash 4.3", slow, install]),
        ("4 4", "note", ["bash 4.4", old, install]),
        ("5 0", "ok", ["bash 5.0", "", ""]),
        ("5 10", "ok", ["bash 5.10", "", ""]),
        ("6 0", "ok", ["bash 6.0", "", ""]),
    ] {
        // The real one, which is asked for the variable of another.
        let script = format!("#!/bin/bash\n_other=({version})\neval \"${{2//BASH_VERSINFO/_other}}\"\n");
        machine.sandbox.put_script("old/bash", &script);
        let run = machine.gox(&["doctor", id, "--machine"]).arg(super::recorded::folder("debian"));
        let run = run.env("SHELL", machine.sandbox.root().join("old/bash"));
        run.stdout(&lines("bash", state, id, texts)).check();
    }
}

#[test]
fn completion_of_other_programs() {
    let id = "bash-completion";
    let sandbox = Sandbox::new();
    let why =
        "without it, `git`, `make`, `ssh` and others complete only file names; `gox` and `go` do not need it";
    let texts = ["bash-completion is not there", why, "sudo apt-get install bash-completion"];
    doctor(&sandbox, id).stdout(&lines("bash", "note", id, texts)).check();
    // It is installed, and no start-up file reads it.
    sandbox.write("machine/usr/share/bash-completion/bash_completion", "");
    let add = "echo '. /usr/share/bash-completion/bash_completion' >>[ROOT]/user/.bashrc";
    let run = sandbox.gox(["doctor", id, "--machine"]).arg(sandbox.root().join("machine"));
    let texts = ["no start-up file loads bash-completion", why, add];
    run.env("SHELL", "/bin/bash").stdout(&lines("bash", "note", id, texts)).check();
    sandbox.write("user/.bashrc", "alias x=y");
    let run = sandbox.gox(["doctor", id, "--machine"]).arg(sandbox.root().join("machine"));
    let add = "printf '\\n%s\\n' '. /usr/share/bash-completion/bash_completion' >>[ROOT]/user/.bashrc";
    let texts = ["no start-up file loads bash-completion", why, add];
    run.env("SHELL", "/bin/bash").stdout(&lines("bash", "note", id, texts)).check();
    for function in ["_init_completion", "_comp_initialize"] {
        sandbox.write("user/.bashrc", format!("{function}() {{ :; }}\n"));
        fine(doctor(&sandbox, id), id, "bash-completion is loaded");
    }
}

#[test]
fn lines_that_readline_does_not_take() {
    let id = "readline";
    let sandbox = Sandbox::new();
    let why = "bash passes over it, and prints an error at each start";
    fine(doctor(&sandbox, id), id, "no file of the user's: the defaults hold");
    let include = "$include /etc/inputrc\n";
    for (text, line, message) in [
        (
            "set bell-style none\nset history-search-casesensitive on\n",
            2,
            "history-search-casesensitive: unknown variable name",
        ),
        ("\n\nfoo\n", 3, "foo: no key sequence terminator"),
    ] {
        sandbox.write("user/.inputrc", [text, include].concat());
        let seen = format!("line {line} of `[ROOT]/user/.inputrc`: {message}");
        let script = text.lines().nth(line - 1).unwrap();
        let with = format!("sed -i '/^{script}$/d' [ROOT]/user/.inputrc");
        doctor(&sandbox, id).stdout(&lines("bash", "warning", id, [&seen, why, &with])).check();
        mend(&sandbox, "code", doctor(&sandbox, id));
        fine(doctor(&sandbox, id), id, "bash takes each line of `[ROOT]/user/.inputrc`");
    }
    // All of them, and the others stay.
    sandbox.write("user/.inputrc", "set x.y on\n\"\\e[Z: foo\nset bell-style none\nset x.y on\nset xzy on\n");
    let found = doctor(&sandbox, id).run().stdout;
    for number in [1, 2, 4, 5] {
        assert!(found.contains(&format!("line {number} of `[ROOT]/user/.inputrc`: ")), "{found}");
    }
    let with = "mend: sed -i '1d; 2d; 4d; /^set xzy on$/d' [ROOT]/user/.inputrc\n";
    assert!(found.contains(with), "{found}");
    mend(&sandbox, "code", doctor(&sandbox, id));
    assert_eq!(sandbox.read("user/.inputrc"), "set bell-style none\n");
    // In a file that it includes, and in one that a variable names, which is a link.
    let other = sandbox.write("other rc", "set x on\n");
    sandbox.write("named", format!("{include}$include {}\n", other.display()));
    std::os::unix::fs::symlink(sandbox.root().join("named"), sandbox.root().join("link")).unwrap();
    let texts = [
        "line 1 of `[ROOT]/other rc`: x: unknown variable name",
        why,
        "sed -i '/^set x on$/d' '[ROOT]/other rc'",
    ];
    let named = || doctor(&sandbox, id).env("INPUTRC", sandbox.root().join("link"));
    named().stdout(&lines("bash", "warning", id, texts)).check();
    mend(&sandbox, "code", named());
    fine(named(), id, "bash takes each line of `[ROOT]/link`");
    // No start-up file runs for that.
    sandbox.write("env", format!("touch {}/ran\n", sandbox.root().display()));
    let run = named().env("BASH_ENV", sandbox.root().join("env"));
    fine(run, id, "bash takes each line of `[ROOT]/link`");
    assert!(!sandbox.root().join("ran").exists());
}

/// The text of a refused line may be right elsewhere, such as in the block of gox.
#[test]
fn a_refused_line_is_the_only_one_that_goes() {
    let id = "readline";
    let sandbox = Sandbox::new();
    sandbox.gox(["setup", "readline", "--yes"]).run();
    // After an include bash names no line.
    let block = sandbox.read("user/.inputrc").replace("$include /etc/inputrc\n", "");
    let condition = "$if version >= 99\nset x.y on\n$endif\n";
    for (before, line) in [
        (condition, "set x.y on\n"),
        ("# set x.y on\n set bell-style none \n", "set x.y on\n"),
        ("# a comment\r\n", "set x.y on\r\n"),
        ("# set x.y on\n", "set x.y on\r\n"),
        (&block.replace("8.3", "99").replace("search-ignore-case", "x.y"), "  set x.y on\n"),
    ] {
        for after in ["", "# the end", condition] {
            sandbox.write("user/.inputrc", [before, line, after].concat());
            let found = doctor(&sandbox, id).run().stdout;
            assert!(found.contains("x.y: unknown variable name"), "{found}");
            mend(&sandbox, "code", doctor(&sandbox, id));
            assert_eq!(sandbox.read("user/.inputrc"), [before, after].concat());
        }
    }
}

/// After an `$include`, with which the block of gox begins, bash names neither file nor line.
#[test]
fn a_refused_line_below_an_include() {
    let id = "readline";
    let sandbox = Sandbox::new();
    let why = "bash passes over it, and prints an error at each start";
    sandbox.write("other", "set bell-style none\n");
    let include = format!("$include {}\n", sandbox.root().join("other").display());
    for (before, line, after) in [("", "set x.y on\n", ""), ("# x.y\n", " set x.y on\r\n", "set xzy 1\n")] {
        sandbox.write("user/.inputrc", [before, &include, line, after].concat());
        let number = before.lines().count() + 2;
        let found = doctor(&sandbox, id).run().stdout;
        assert!(
            found.contains(&format!("line {number} of `[ROOT]/user/.inputrc`: x.y: unknown variable")),
            "{found}"
        );
        mend(&sandbox, "code", doctor(&sandbox, id));
        assert_eq!(sandbox.read("user/.inputrc"), [before, &include].concat());
        fine(doctor(&sandbox, id), id, "bash takes each line of `[ROOT]/user/.inputrc`");
    }
    // Where it cannot be told which, none is taken out.
    let text = format!("{include}$if version >= 99\nset x.y on\n$endif\nset x.y on\n");
    sandbox.write("user/.inputrc", text);
    let seen = "a line that `[ROOT]/user/.inputrc` has or includes: x.y: unknown variable name";
    doctor(&sandbox, id).stdout(&lines("bash", "warning", id, [seen, why, ""])).check();
}

#[test]
fn a_file_that_hides_that_of_the_system() {
    let id = "readline";
    let sandbox = Sandbox::new();
    let why =
        "it takes the place of that file, so keys that the system sets, such as Home and End, may do nothing";
    let seen = "`[ROOT]/user/.inputrc` does not include `/etc/inputrc`";
    let machine = sandbox.root().join("machine");
    let doctor = || sandbox.gox(["doctor", id, "--machine"]).arg(&machine).env("SHELL", "/bin/bash");
    sandbox.write("user/.inputrc", "set bell-style none\n");
    fine(doctor(), id, "bash takes each line of `[ROOT]/user/.inputrc`");
    sandbox.write("machine/etc/inputrc", "");
    for (text, with) in [
        ("# mine\nset bell-style none\n", "sed -i '1i $include /etc/inputrc' [ROOT]/user/.inputrc"),
        ("", "echo '$include /etc/inputrc' >[ROOT]/user/.inputrc"),
    ] {
        sandbox.write("user/.inputrc", text);
        doctor().stdout(&lines("bash", "note", id, [seen, why, with])).check();
        mend(&sandbox, "code", doctor());
        assert_eq!(sandbox.read("user/.inputrc"), format!("$include /etc/inputrc\n{text}"));
        fine(doctor(), id, "bash takes each line of `[ROOT]/user/.inputrc`");
    }
}

#[test]
fn a_file_of_any_kind() {
    let id = "readline";
    let sandbox = Sandbox::new();
    let inputrc = sandbox.user().join(".inputrc");
    let none = "no file of the user's: the defaults hold";
    fs::create_dir(&inputrc).unwrap();
    fine(doctor(&sandbox, id), id, none);
    fine(doctor(&sandbox, id).env("INPUTRC", "/dev/null"), id, none);
    fine(doctor(&sandbox, id).env("INPUTRC", "/none"), id, none);
    fs::remove_dir(&inputrc).unwrap();
    sandbox.sh("mkfifo ~/.inputrc");
    fine(doctor(&sandbox, id), id, none);
    fs::remove_file(&inputrc).unwrap();
    for text in [&b"# \0\xff\n"[..], "# far behind\n".repeat(100_000).as_bytes()] {
        sandbox.write("user/.inputrc", [b"$include /none\n", text].concat());
        fine(doctor(&sandbox, id), id, "bash takes each line of `[ROOT]/user/.inputrc`");
    }
    // One that includes itself, and one that includes what never ends.
    sandbox.write("user/.inputrc", "$include ~/.inputrc\n");
    let seen = "bash crashes when it reads `[ROOT]/user/.inputrc`, as by a file that includes itself";
    let texts = [seen, "no interactive bash starts", "mv [ROOT]/user/.inputrc [ROOT]/user/.inputrc.bad"];
    doctor(&sandbox, id).code(1).stdout(&lines("bash", "failed", id, texts)).check();
    mend(&sandbox, "code", doctor(&sandbox, id));
    fine(doctor(&sandbox, id), id, none);
    sandbox.sh("mkfifo ~/pipe");
    sandbox.write("user/.inputrc", "$include ~/pipe\n");
    let run = doctor(&sandbox, id).env("GOX_TIMEOUT", "1");
    run.stdout(&lines("bash", "skipped", id, ["bash did not answer", "", ""])).check();
}
