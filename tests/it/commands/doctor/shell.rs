//! The check that asks the shell.

use super::{Machine, lines};
use crate::support::command::Command;
use crate::support::fifo::Fifo;

pub(super) const LOGIN_WHY: &str =
    "what the desktop starts, such as an editor, has the PATH of the login, and may find another Go or none";

/// The check on a machine, `[ROOT]/machine`, with no files but those that the test writes.
fn login_path(machine: &Machine) -> Command<'_> {
    machine.gox(&["doctor", "login-path", "--machine"]).arg(machine.sandbox.root().join("machine"))
}

#[test]
fn the_line_of_a_login_file_is_named() {
    let machine = Machine::healthy();
    let sandbox = &machine.sandbox;
    let system = sandbox.gox(["init", "sh"]).run().stdout;
    let shims = sandbox.home().join("shims").display().to_string();
    let found = |shell: &str, file: &str, line: usize| {
        let text = format!(
            "shell\n  ok      login-path  `[ROOT]/user/{file}:{line}` puts the shims on PATH\n\n1 ok\n"
        );
        login_path(&machine).env("SHELL", shell).stdout(&text).check();
    };
    for (text, line) in [
        ("# gox init\n\neval \"$(gox init sh)\"\n", 3),
        ("command -v gox && eval \"$(~/bin/gox init sh)\"", 1),
        ("PATH=$HOME/.local/go/shims:$PATH\n", 1),
        ("x=1\nPATH=\"${GOX_HOME}/shims:$PATH\"\n", 2),
        (&format!("PATH={shims}:$PATH\n"), 1),
        // As `gox setup --system` writes it.
        (&system, 9),
    ] {
        sandbox.write("user/.profile", text);
        found("/bin/bash", ".profile", line);
    }
    sandbox.write("user/.profile", "x=1\n");
    for (shell, file) in [
        ("/bin/bash", ".bash_profile"),
        ("/bin/zsh", ".zshenv"),
        ("/bin/zsh", ".zlogin"),
        ("/bin/dash", ".pam_environment"),
        ("/bin/fish", ".config/environment.d/go.conf"),
    ] {
        let path = sandbox.write(&format!("user/{file}"), "PATH=$HOME/.local/go/shims:$PATH\n");
        found(shell, file, 1);
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_line_for_all_users_counts() {
    let machine = Machine::healthy();
    let sandbox = &machine.sandbox;
    sandbox.write("user/.profile", "x=1\n");
    sandbox.write("machine/etc/profile.d/a.sh", "x=1\n");
    for (file, text, line) in [
        ("etc/environment", "X=1\nPATH=/usr/bin:/home/u/.local/go/shims\n", 2),
        // It comes before that of the environment.
        ("etc/profile.d/go.sh", "eval \"$(gox init sh)\"\n", 1),
    ] {
        sandbox.write(&format!("machine/{file}"), text);
        let text = format!(
            "shell\n  ok      login-path  `[ROOT]/machine/{file}:{line}` puts the shims on PATH\n\n1 ok\n"
        );
        login_path(&machine).stdout(&text).check();
    }
}

#[test]
fn a_login_file_that_does_not_name_the_shims_is_named() {
    let machine = Machine::healthy();
    let sandbox = &machine.sandbox;
    let seen = |shell: &str, files: &str| {
        let seen = format!(
            "no line with `gox init` or the shims is in {files}`/etc/profile.d` or `/etc/environment`"
        );
        let text = lines("shell", "note", "login-path", [&seen, LOGIN_WHY, "gox setup sh"]);
        login_path(&machine).env("SHELL", shell).stdout(&text).check();
    };
    // Only a comment, and a file of another shell.
    sandbox.write("user/.profile", "# eval \"$(gox init sh)\"\n. ~/.bashrc\n");
    sandbox.write("user/.zprofile", "eval \"$(gox init zsh)\"\n");
    seen("/bin/bash", "`[ROOT]/user/.profile`, ");
    seen("/usr/bin/fish", "`[ROOT]/user/.profile`, ");
    sandbox.write("user/.zprofile", "x=1\n");
    seen("/bin/zsh", "`[ROOT]/user/.profile`, `[ROOT]/user/.zprofile`, ");
    std::fs::remove_file(sandbox.root().join("user/.profile")).unwrap();
    seen("/bin/bash", "");
}

#[test]
fn a_shell_that_hangs_is_cut_off_with_all_that_it_started() {
    let machine = Machine::healthy();
    let fifo = Fifo::new(&machine.sandbox);
    let script = format!("exec 3>'{}'\nsleep 1000 &\nwait\n", fifo.path().display());
    machine.sandbox.write("user/.bashrc", script);
    let run = machine.gox(&["doctor", "hook"]).env("GOX_TIMEOUT", "1").run();
    fifo.wait_for_end();
    let text = lines(
        "shell",
        "warning",
        "hook",
        [
            "bash did not start within [TIME]",
            "whether it reads the hook cannot be told, and each new shell takes as long",
            "look at `[ROOT]/user/.bashrc`",
        ],
    );
    run.assert(0, &text, "");
}

#[test]
fn the_start_up_file_to_look_at_is_where_the_shell_has_it() {
    let machine = Machine::healthy();
    machine.sandbox.write("user/zd/.zshrc", "exit 0\n");
    let run = machine.gox(&["doctor", "hook"]).env("SHELL", "/usr/bin/zsh");
    let text = [
        "zsh ended before it answered",
        "a start-up file ends the shell, so whether it reads the hook cannot be told",
        "look at `[ROOT]/user/zd/.zshrc`",
    ];
    let run = run.env("ZDOTDIR", machine.sandbox.user().join("zd"));
    run.stdout(&lines("shell", "warning", "hook", text)).check();
}

#[test]
fn every_shell_is_asked_in_its_own_words() {
    let machine = Machine::healthy();
    machine.sandbox.write("user/.zshrc", "eval \"$(gox init zsh)\"\n");
    machine.sandbox.write("user/.config/fish/config.fish", "gox init fish | source\n");
    for shell in ["zsh", "fish"] {
        let text = format!("shell\n  ok      hook  {shell} has the functions\n\n1 ok\n");
        machine.gox(&["doctor", "hook"]).env("SHELL", format!("/usr/bin/{shell}")).stdout(&text).check();
    }
    let text =
        "shell\n  skipped hook  `SHELL` names none of bash, zsh and fish, which can be asked\n\n1 skipped\n";
    for shell in ["/bin/dash", "/bin/tcsh"] {
        machine.gox(&["doctor", "hook"]).env("SHELL", shell).stdout(text).check();
    }
}

#[test]
fn a_line_without_quotes_is_named() {
    let machine = Machine::healthy();
    for line in ["eval $(gox init bash)", "  command -v gox >/dev/null && eval `gox init bash --announce`"] {
        machine.sandbox.write("user/.bashrc", format!("# eval $(gox init bash)\n{line}\n"));
        let text = lines(
            "shell",
            "warning",
            "hook",
            [
                "bash starts without the functions of gox",
                "`gox use` does nothing without the function, and each `go` costs a start of the shim",
                "change line 2 of `[ROOT]/user/.bashrc` to `eval \"$(gox init bash)\"`",
            ],
        );
        machine.gox(&["doctor", "hook"]).stdout(&text).check();
    }
}

/// What the check says of a shell whose start-up file is this text.
#[track_caller]
fn assert_obstacle(machine: &Machine, shell: &str, file: &str, text: &str, [seen, mend]: [&str; 2]) {
    machine.sandbox.write(&format!("user/{file}"), text);
    let lacks = "`gox use` does nothing without the function, and each `go` costs a start of the shim";
    let ends = "a start-up file ends the shell, so whether it reads the hook cannot be told";
    let why = if seen.contains("ended before") { ends } else { lacks };
    let expected = lines("shell", "warning", "hook", [&format!("{shell} {seen}"), why, mend]);
    let command = machine.gox(&["doctor", "hook"]).env("SHELL", format!("/usr/bin/{shell}"));
    command.stdout(&expected).check();
}

#[test]
fn a_line_that_ends_the_start_up_file_is_named() {
    let machine = Machine::healthy();
    let debian = "case $- in\n    *i*) ;;\n      *) return;;\nesac\n";
    for (shell, file, text, line) in [
        ("bash", ".bashrc", "x=1\n[ -z \"$FOO\" ] && return\n".to_owned(), 2),
        ("bash", ".bashrc", format!("{debian}f() {{ return 1; }}\nif true; then\n    return\nfi\n"), 7),
        ("zsh", ".zshrc", "[[ -z $FOO ]] && return\n".to_owned(), 1),
    ] {
        let text = format!("{text}eval \"$(gox init {shell})\"\n");
        let seen = format!(
            "starts without the functions of gox: `[ROOT]/user/{file}:{line}` ends the file before the line of gox"
        );
        let mend = format!("move line {line} of `[ROOT]/user/{file}` behind the line of gox, or remove it");
        assert_obstacle(&machine, shell, file, &text, [&seen, &mend]);
    }
    let text = "[ -z \"$FOO\" ] && exit 0\neval \"$(gox init bash)\"\n";
    let seen = "ended before it answered: `[ROOT]/user/.bashrc:1` ends the file before the line of gox";
    let mend = "move line 1 of `[ROOT]/user/.bashrc` behind the line of gox, or remove it";
    assert_obstacle(&machine, "bash", ".bashrc", text, [seen, mend]);
    // Debian's own ends the file for other shells alone, and fails in none.
    machine.sandbox.write("user/.bashrc", format!("{debian}nosuchcommand\neval \"$(gox init bash)\"\n"));
    machine
        .gox(&["doctor", "hook"])
        .stdout("shell\n  ok      hook  bash has the functions\n\n1 ok\n")
        .check();
}

#[test]
fn the_error_with_which_the_shell_stops_reading_is_shown() {
    let machine = Machine::healthy();
    for (shell, file, text, error) in [
        ("bash", ".bashrc", "if true; then\n", ": line 3: syntax error: unexpected end of file"),
        ("bash", ".bashrc", "x=\"\n", ": line 2: unexpected EOF while looking for matching `\"'"),
        // Only an interactive shell knows the alias.
        (
            "bash",
            ".bashrc",
            "alias g='git x'\ng() { :; }\n",
            ": line 2: syntax error near unexpected token `('",
        ),
        ("zsh", ".zshrc", "if true; then\n", ":3: parse error near `\\n'"),
    ] {
        let text = format!("{text}eval \"$(gox init {shell})\"\n");
        let seen = format!("starts without the functions of gox: [ROOT]/user/{file}{error}");
        let mend = format!("edit `[ROOT]/user/{file}`, then look again: gox doctor hook");
        assert_obstacle(&machine, shell, file, &text, [&seen, &mend]);
    }
    let seen = "starts without the functions of gox: ~/.config/fish/config.fish (line 1): Missing end to balance this if statement";
    let mend = "edit `[ROOT]/user/.config/fish/config.fish`, then look again: gox doctor hook";
    let text = "if true\ngox init fish | source\n";
    assert_obstacle(&machine, "fish", ".config/fish/config.fish", text, [seen, mend]);
}

#[test]
fn line_ends_of_windows_are_named_where_the_shell_stops_at_them() {
    let machine = Machine::healthy();
    for (shell, file) in [("bash", ".bashrc"), ("zsh", ".zshrc")] {
        let text = format!("if true; then\r\n    :\r\nfi\r\neval \"$(gox init {shell})\"\n");
        let seen =
            format!("starts without the functions of gox: `[ROOT]/user/{file}` has Windows line endings");
        let mend = format!("sed -i 's/\\r$//' [ROOT]/user/{file}");
        assert_obstacle(&machine, shell, file, &text, [&seen, &mend]);
        let sed = machine.sandbox.command("sed").args(["-i", "s/\\r$//"]);
        sed.arg(machine.sandbox.user().join(file)).check();
        let text = format!("shell\n  ok      hook  {shell} has the functions\n\n1 ok\n");
        machine.gox(&["doctor", "hook"]).env("SHELL", format!("/usr/bin/{shell}")).stdout(&text).check();
    }
}
