//! `gox use` as the shell's function calls it: one word on stdout, which the function checks and exports.

use super::{put_system_go, sandbox};
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::lines;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

/// `gox use`, called by the function.
fn use_<'a>(sandbox: &'a Sandbox, arguments: &[&str]) -> Command<'a> {
    sandbox.gox(["use"]).args(arguments).env("_GOX_BY_FUNCTION", "1")
}

#[test]
fn without_the_function_the_hint_has_the_line_for_this_shell() {
    let sandbox = sandbox(&["1.99.1"]);
    for (shell, line) in [
        ("/bin/bash", "eval \"$(gox init bash)\""),
        ("/usr/bin/zsh", "eval \"$(gox init zsh)\""),
        ("/opt/fish/bin/fish", "gox init fish | source"),
        ("/usr/bin/nu", "gox setup nushell"),
        ("/usr/bin/elvish", "eval (gox init elvish | slurp)"),
        ("/opt/xonsh", "execx($(gox init xonsh))"),
        ("/bin/tcsh", "eval \"`gox init tcsh`\""),
        ("/usr/bin/pwsh", "gox init powershell | Out-String | Invoke-Expression"),
        ("/bin/dash", ""),
    ] {
        let name = shell.rsplit('/').next().unwrap().replace("nu", "nushell").replace("pwsh", "powershell");
        let mend = if line.is_empty() {
            "there is one for each shell that `gox init` names".to_owned()
        } else {
            let place = if name == "nushell" { "each new shell" } else { "the shell and its start-up file" };
            format!("in {name}, put it into {place}: `{line}`")
        };
        let error = format!(
            "error: `gox use` needs the function `gox` in this shell, which alone can set `GOX_USE`\n\
             hint: {mend}\nhint: in any other shell, and in a script"
        );
        for (arguments, hint) in [
            (
                vec!["1.99.1"],
                ", name it for each command: `gox exec 1.99.1 make`, `GO_VERSION=1.99.1 go build`",
            ),
            (
                vec![">=1.21 <1.23"],
                ", name it for each command: `gox exec '>=1.21, <1.23' make`, `GO_VERSION='>=1.21, <1.23' go build`",
            ),
            (vec!["x/y"], ", name it for each command: `gox exec 1.22 make`, `GO_VERSION=1.22 go build`"),
            (vec!["-"], ", name it for each command: `gox exec 1.22 make`, `GO_VERSION=1.22 go build`"),
            (vec![], ", name it for each command: `gox exec 1.22 make`, `GO_VERSION=1.22 go build`"),
            (vec!["--unset"], ": `unset GOX_USE`"),
        ] {
            let error = format!("{error}{hint}\n");
            sandbox.gox(["use"]).args(arguments).env("SHELL", shell).code(2).stderr(&error).check();
        }
    }
}

#[test]
fn the_answer_is_the_exact_version_of_today() {
    let sandbox = sandbox(&["1.99.1", "1.99.4", "1.20", "1.20.3"]);
    for (request, exact) in [
        ("1.99.1", "1.99.1"),
        ("1.99", "1.99.4"),
        ("go1.99", "1.99.4"),
        ("latest", "1.99.4"),
        ("oldstable", "1.20.3"),
        ("<1.20.2", "1.20.0"),
    ] {
        // That it is so is the shell's to say.
        use_(&sandbox, &[request]).stdout(&format!("use:{exact}\n")).check();
        let version = format!("go version go{} [OS]/[ARCH]\n", exact.trim_end_matches(".0"));
        sandbox.shim("go", ["version"]).env("GO_VERSION", exact).stdout(&version).check();
    }
}

#[test]
fn the_systems_go_by_its_word() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "error: there is no other `go` on PATH\nhint: install the newest: `gox install latest`\n";
    use_(&sandbox, &["system"]).code(3).stderr(error).check();
    put_system_go(&sandbox, "1.98.0");
    use_(&sandbox, &["system"]).stdout("use:system\n").check();
}

#[test]
fn back_and_unset() {
    let sandbox = sandbox(&["1.99.1"]);
    use_(&sandbox, &["--unset"]).stdout("use:\n").check();
    let error = "error: this shell has used no other version before\nhint: choose one: `gox use 1.22`\n";
    use_(&sandbox, &["-"]).code(2).stderr(error).check();
    let error = "error: no version is named\nhint: say which: `gox use 1.22`\n";
    use_(&sandbox, &[]).code(2).stderr(error).check();
    let error = "\
error: REQUEST cannot be used with `--unset`
hint: see `gox use --help`
";
    use_(&sandbox, &["1.99.1", "--unset"]).code(2).stderr(error).check();
}

#[test]
fn a_word_that_is_no_request_answers_nothing() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "\
error: `1.99;x` is not a valid request: a version is written as `1.22.4`, `1.22`, `1.22.x` or `1.22rc1`
hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`
";
    use_(&sandbox, &["1.99;x"]).code(2).stderr(error).check();
}

#[test]
fn what_is_missing_is_installed_and_the_default_stays() {
    let (sandbox, proxy) = (sandbox(&["1.99.1"]), ModuleProxy::with_versions(&["1.99.4", "1.99.2"]));
    let run = use_(&sandbox, &[">=1.99.2"]).envs(proxy.environment());
    let said = "installing 1.99.4\n".to_owned() + &lines::by_proxy(&FakeToolchain::new("1.99.4"));
    run.stdout("use:1.99.4\n").stderr(&said).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.99.1\n");
}

#[test]
fn where_nothing_may_be_installed_it_is_3_and_no_answer() {
    let (sandbox, proxy) = (sandbox(&["1.99.1"]), ModuleProxy::with_versions(&["1.99.4"]));
    let error = "error: `1.99.4` is not installed\nhint: install it: `gox install 1.99.4`\n";
    for may in ["never", "ask"] {
        let run = use_(&sandbox, &["1.99.4"]).envs(proxy.environment());
        run.env("GOX_AUTO_INSTALL", may).code(3).stderr(error).check();
    }
    assert_eq!(proxy.server.targets(), [""; 0]);
}
