//! What a terminal of a certain width shows.

use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::pty::Terminal;
use crate::support::response::{Fault, Response};
use crate::support::sandbox::{GOX, Sandbox};

/// Starts a command line in a terminal with so many columns. `[GOX]` stands for gox in it.
fn start(sandbox: &Sandbox, columns: usize, line: &str, variables: &[(&'static str, String)]) -> Terminal {
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", &format!("stty rows 24 cols {columns}; {}; echo ended", line.replace("[GOX]", GOX))]);
    let user = sandbox.user().display().to_string();
    shell.env_clear().envs([("HOME", user.as_str()), ("PATH", "/usr/bin:/bin"), ("TERM", "xterm")]);
    shell.env("GOENV", "off").envs(variables.iter().map(|(name, value)| (name, value)));
    Terminal::start(shell.current_dir(sandbox.code()))
}

#[test]
fn lines_are_broken_between_words_and_commands_stay_whole() {
    let sandbox = Sandbox::new();
    sandbox.write("code/.go-version", "1.22.4\n");
    let line = "[GOX] use --unset; [GOX] which";
    for (columns, expected) in [
        (
            40,
            "\
error: `gox use` needs the function
  `gox` in this shell, which alone can
  set `GOX_USE`
hint: in bash, put it into the shell and
  its start-up file:
  `eval \"$(gox init bash)\"`
hint: in any other shell, and in a
  script: `unset GOX_USE`
error: `1.22.4` is not installed
  set by
    [ROOT]/code/.go-version:1
hint: install it: `gox install 1.22.4`
",
        ),
        (
            120,
            "\
error: `gox use` needs the function `gox` in this shell, which alone can set `GOX_USE`
hint: in bash, put it into the shell and its start-up file: `eval \"$(gox init bash)\"`
hint: in any other shell, and in a script: `unset GOX_USE`
error: `1.22.4` is not installed
  set by [ROOT]/code/.go-version:1
hint: install it: `gox install 1.22.4`
",
        ),
    ] {
        let variables = [("SHELL", "/bin/bash".to_owned())];
        let screen = start(&sandbox, columns, line, &variables).wait_for("ended").replace('\r', "");
        assert_eq!(screen.replace(sandbox.root().to_str().unwrap(), "[ROOT]"), expected);
    }
}

/// The terminal breaks a longer line wherever its last column is.
#[test]
fn what_doctor_says_has_no_word_across_two_lines() {
    let sandbox = Sandbox::new();
    let url = "http://127.0.0.1:1/mirror/of/the/downloads/of/go";
    let variables = [("SHELL", "/bin/dash".to_owned()), ("GOX_DL_URL", url.to_owned())];
    let line = "[GOX] doctor path-shims source-list";
    let screen = start(&sandbox, 80, line, &variables).last_screen();
    for line in screen.lines() {
        assert!(line.chars().count() <= 80, "{line:?} in\n{screen}");
    }
    let export = format!("    mend: export PATH={}/shims:\"$PATH\"\n", sandbox.home().display());
    assert!(screen.contains(&export), "{screen}");
    assert!(screen.contains(&format!("{url}/?mode=json")), "{screen}");
}

/// Each line of a command in pieces would run alone where it is pasted.
#[test]
fn a_command_that_mends_is_one_line_however_long_it_is() {
    let sandbox = Sandbox::new();
    sandbox.sh("git init -q; git config core.autocrlf false; printf 'package p\\r\\n' >x.go; git add x.go");
    let line = "[GOX] doctor git-crlf";
    let piped = sandbox.gox(["doctor", "git-crlf"]).run().stdout;
    let mend = |shown: &str| {
        shown.lines().find_map(|line| Some(line.trim_start().strip_prefix("mend: ")?.to_owned()))
    };
    let whole = mend(&piped).unwrap();
    assert!(whole.len() > 80, "{whole}");
    for columns in [20, 80] {
        let screen = start(&sandbox, columns, line, &[]).wait_for("ended").replace('\r', "");
        assert_eq!(mend(&screen), Some(whole.clone()), "{screen}");
    }
    assert_eq!(
        sandbox
            .sh(&format!("{}; od -An -c x.go | tr -d ' '", whole.replace("gox setup attributes &&", "")))
            .lines()
            .last(),
        Some("packagep\\n")
    );
}

#[test]
fn a_bar_fits_into_sixty_columns_and_a_resumed_one_counts_only_what_is_new() {
    let toolchain = FakeToolchain::new("1.127.3").large(3_000_000);
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let target = zip_path(toolchain.version());
    let zip = toolchain.zip();
    let there = zip.len() - 1_000;
    let part = format!("user/.local/go/cache/partial/{}.zip.part", toolchain.module_version());
    sandbox.write(&part, &zip[..there]);
    let remote =
        format!("{{\"url\":\"{}{target}\",\"validator\":null,\"total\":{}}}", proxy.url(), zip.len());
    sandbox.write(&(part + ".json"), remote);
    let gate = Gate::new();
    proxy.server.route(target, Response::new(zip).fault(Fault::StallAfter(500, gate.clone())));
    let mut terminal = start(&sandbox, 200, "[GOX] install 1.127.3", &proxy.environment());
    gate.wait_reached();
    let bar = terminal.wait_for("B/s").rsplit(['\r', '\n']).next().unwrap().to_owned() + "B/s 0s";
    gate.open();
    assert!(bar.starts_with("downloading go1.127.3 ") && bar.chars().count() <= 62, "{bar:?}");
    let speed = bar.rsplit(' ').nth(2).unwrap();
    assert!(!bar.contains("MB/s") && speed.parse::<f64>().unwrap() <= 1_000.0, "{bar:?}");
    terminal.wait_for("ended");
}
