//! `gox exec`: any command, with one version first on PATH. Code, signals and arguments are the command's.

use rustix::process::Signal;

use super::{put_system_go, sandbox};
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

/// The variables that decide which Go runs, and the first entry of PATH.
const SHOW: &str = r#"
echo "${PATH%%:*}"
for name in GO_VERSION GOX_USE GOTOOLCHAIN GOROOT GOTOOLCHAIN_INTERNAL_SWITCH_VERSION; do
	eval "[ -z \"\${$name+set}\" ] || echo \"$name=\$$name\""
done
"#;

#[test]
fn the_version_is_first_on_path_and_in_the_environment() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    let seen = "[HOME]/toolchains/go1.99.4/bin\nGOX_USE=1.99.4\nGOTOOLCHAIN=local\n";
    let show = ["exec", "1.99", "sh", "-c", SHOW];
    sandbox.gox(show).stdout(seen).check();
    let run = sandbox.gox(show).env("GO_VERSION", "1.99.1").env("GOROOT", "/usr/lib/go");
    run.env("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go1.99.1").stdout(seen).check();
    sandbox.gox(["exec", "1.99.1", "go", "version"]).stdout("go version go1.99.1 [OS]/[ARCH]\n").check();
    sandbox.gox(["exec", "1.99.4", "gofmt"]).stdout("gofmt of go1.99.4\n").check();
}

#[test]
fn what_the_user_says_to_go_itself_holds() {
    let sandbox = sandbox(&["1.99.1"]);
    let seen = "[HOME]/toolchains/go1.99.1/bin\nGOX_USE=1.99.1\nGOTOOLCHAIN=go1.99.4+auto\n";
    let run = sandbox.gox(["exec", "1.99.1", "sh", "-c", SHOW]).env("GOTOOLCHAIN", "go1.99.4+auto");
    run.stdout(seen).check();
}

#[test]
fn a_shim_that_the_command_calls_makes_the_same_choice() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    sandbox.write("code/.go-version", "1.99.1\n");
    let go = sandbox.home().join("shims/go");
    let run = sandbox.gox(["exec", "1.99.4"]).arg(go).arg("version");
    run.stdout("go version go1.99.4 [OS]/[ARCH]\n").check();
}

#[test]
fn goroot_is_given_where_go_could_not_find_it() {
    let sandbox = sandbox(&["1.8.7", "1.99.1"]);
    let seen =
        "[HOME]/toolchains/go1.8.7/bin\nGOX_USE=1.8.7\nGOTOOLCHAIN=local\nGOROOT=[HOME]/toolchains/go1.8.7\n";
    sandbox.gox(["exec", "1.8.7", "sh", "-c", SHOW]).stdout(seen).check();
    // A line of the user's own would name another one.
    let goenv = sandbox.write("goenv", "GOROOT=/usr/lib/go\n");
    let seen = "[HOME]/toolchains/go1.99.1/bin\nGOX_USE=1.99.1\nGOTOOLCHAIN=local\nGOROOT=[HOME]/toolchains/go1.99.1\n";
    sandbox.gox(["exec", "1.99.1", "sh", "-c", SHOW]).env("GOENV", goenv).stdout(seen).check();
}

#[test]
fn the_systems_go() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "error: there is no other `go` on PATH\n";
    sandbox.gox(["exec", "system", "go", "version"]).code(127).stderr(error).check();
    put_system_go(&sandbox, "1.98.0");
    let seen = "[ROOT]/bin\nGOX_USE=system\nGOTOOLCHAIN=auto\n";
    let run = sandbox.gox(["exec", "system", "sh", "-c", SHOW]).env("GOTOOLCHAIN", "auto");
    run.stdout(seen).check();
    let seen = "[ROOT]/bin\nGOX_USE=system\n";
    sandbox.gox(["exec", "system", "sh", "-c", SHOW]).env("GOROOT", "/x").stdout(seen).check();
    let go = sandbox.home().join("shims/go");
    let run = sandbox.gox(["exec", "system"]).arg(go).arg("version");
    run.stdout("go version go1.98.0 [OS]/[ARCH]\n").check();
}

#[test]
fn the_exit_code_is_the_commands() {
    let sandbox = sandbox(&["1.99.1"]);
    for code in [0, 1, 2, 3, 42, 126, 127, 255] {
        sandbox.gox(["exec", "1.99.1", "sh", "-c", &format!("exit {code}")]).code(code).check();
    }
}

#[test]
fn the_process_is_the_commands_and_so_are_signals() {
    let sandbox = sandbox(&["1.99.1"]);
    let running = sandbox.gox(["exec", "1.99.1", "sh", "-c", "echo $$; read line"]).spawn();
    let id = running.id();
    assert_eq!(running.wait().stdout, format!("{id}\n"));
    for (signal, number) in [(Signal::TERM, 15), (Signal::INT, 2), (Signal::KILL, 9)] {
        let running = sandbox.gox(["exec", "1.99.1", "sh", "-c", "echo ready >&2; read line"]).spawn();
        running.wait_for_stderr("ready");
        running.signal(signal);
        running.wait().assert(128 + number, "", "ready\n");
    }
}

#[test]
fn options_are_the_commands() {
    let sandbox = sandbox(&["1.99.1"]);
    let show = "printf '<%s>' \"$0\" \"$@\"";
    let run = sandbox.gox(["exec", "1.99.1", "sh", "-c", show, "--help", "-x", "--", "", "a b"]);
    run.stdout("<--help><-x><--><><a b>").check();
    let run = sandbox.gox(["exec", "1.99.1", "--", "sh", "-c", show, "--json"]);
    run.stdout("<--json>").check();
    sandbox.gox(["exec", "1.99.1", "cat"]).stdin("a\nb").stdout("a\nb").check();
}

#[test]
fn a_command_that_is_not_there_is_127_and_one_that_cannot_run_126() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "error: could not find `nonesuch` on PATH\n";
    sandbox.gox(["exec", "1.99.1", "nonesuch"]).code(127).stderr(error).check();
    sandbox.write("code/text", "no program\n");
    let error = "error: could not run `./text`\n  caused by: permission denied\n";
    sandbox.gox(["exec", "1.99.1", "./text"]).code(126).stderr(error).check();
    let error = "\
error: `gox exec` needs COMMAND
hint: see `gox exec --help`
";
    sandbox.gox(["exec", "1.99.1"]).code(2).stderr(error).check();
}

#[test]
fn what_is_missing_is_installed_first() {
    let (sandbox, proxy) = (sandbox(&["1.99.1"]), ModuleProxy::with_versions(&["1.99.4"]));
    let run = sandbox.gox(["exec", "1.99.4", "go", "version"]).envs(proxy.environment());
    run.stdout("go version go1.99.4 [OS]/[ARCH]\n").stderr("installing 1.99.4\n").check();
    sandbox.gox(["exec", "1.99.4", "go", "version"]).stdout("go version go1.99.4 [OS]/[ARCH]\n").check();
}

#[test]
fn where_nothing_may_be_installed_it_is_127() {
    let (sandbox, proxy) = (sandbox(&["1.99.1"]), ModuleProxy::with_versions(&["1.99.4"]));
    for may in ["never", "ask"] {
        let error = "error: `1.99.4` is not installed\nhint: install it: `gox install 1.99.4`\n";
        let run = sandbox.gox(["exec", "1.99.4", "go", "version"]).envs(proxy.environment());
        run.env("GOX_AUTO_INSTALL", may).code(127).stderr(error).check();
    }
    assert_eq!(proxy.server.targets(), [""; 0]);
}

#[test]
fn a_version_of_the_machines_store_will_do() {
    let (user, machine) = (sandbox(&["1.99.1"]), sandbox(&["1.98.1"]));
    let run = user.gox(["exec", "1.98", "go", "version"]).env("GOX_SYSTEM_HOME", machine.home());
    run.stdout("go version go1.98.1 [OS]/[ARCH]\n").check();
    let run = user.gox(["use", "1.98"]).env("GOX_SYSTEM_HOME", machine.home()).env("_GOX_BY_FUNCTION", "1");
    run.stdout("use:1.98.1\n").check();
}

#[test]
fn a_command_in_the_place_of_the_version_is_told_that_the_version_comes_first() {
    let sandbox = sandbox(&["1.22.4", "1.23.0"]);
    let script = sandbox.put_tool("a tool", "#!/bin/sh\n");
    let script = script.to_str().unwrap();
    let reserved = "is not a valid request: the word is reserved and cannot name a toolchain";
    let path = "is not a valid request: `/`, `\\` and `..` are not allowed";
    for (words, code, error, hint) in [
        (&["go", "version"][..], 2, reserved, "gox exec 1.23.0 go version"),
        (&["gofmt", "-l", "a b"], 2, reserved, "gox exec 1.23.0 gofmt -l 'a b'"),
        (&["ls", "1.22"], 127, "is not a version, and no GOROOT has that name", "gox exec 1.23.0 ls 1.22"),
        (&[script, "x"], 2, path, "gox exec 1.23.0 '[ROOT]/bin/a tool' x"),
    ] {
        let word = words[0].replace(sandbox.root().to_str().unwrap(), "[ROOT]");
        let error = format!("error: `{word}` {error}\nhint: the version comes first: `{hint}`\n");
        sandbox.gox(["exec"]).args(words).code(code).stderr(&error).check();
    }
    // What is neither is a misspelt version.
    let error = "error: `lastest` is not a version, and no GOROOT has that name\nhint: the nearest is `latest`\n\
                 hint: give a GOROOT that name: `gox link lastest PATH`\n";
    sandbox.gox(["exec", "lastest", "go"]).code(127).stderr(error).check();
    let error = "error: `go` is not a valid request: the word is reserved and cannot name a toolchain\n\
                 hint: the version comes first: `gox exec latest go env`\n";
    Sandbox::new().gox(["exec", "go", "env"]).code(2).stderr(error).check();
}
