//! `gox` alone: one line, and the commands that come next.

use super::sandbox;
use crate::support::sandbox::Sandbox;

#[test]
fn where_nothing_is_installed() {
    let sandbox = Sandbox::new();
    let text = "\
no Go is selected, and there is no other `go` on PATH

gox install latest  install the newest Go
gox setup           put the shims first on PATH
gox status          show every rule that was asked
gox help            show all commands
";
    sandbox.gox([""; 0]).env("SHELL", "/bin/bash").stdout(text).check();
    sandbox.gox(["--quiet"]).stdout("no Go is selected, and there is no other `go` on PATH\n").check();
    assert_eq!(sandbox.listing(""), "", "nothing is written");
}

#[test]
fn what_runs_here_and_what_is_missing() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("code/.go-version", "1.99\n");
    let path = format!("{}/shims:/usr/bin:/bin", sandbox.home().display());
    let next = "\
gox install 1.27  install another version
gox use 1.99      choose the version of this shell
gox pin 1.99      choose the version of this directory
gox status        show every rule that was asked
gox help          show all commands
";
    let text = format!("go1.99.1 runs here, set by [ROOT]/code/.go-version:1\n\n{next}");
    let alone = || sandbox.gox([""; 0]).env("PATH", &path);
    alone().stdout(&text).check();
    let headline = "go1.99.1 runs here, set by [ROOT]/code/.go-version:1\n";
    alone().arg("-q").stdout(headline).check();
    sandbox.write("code/.go-version", ">=1.100\n");
    let text = format!(
        ">=1.100 is to run here, set by [ROOT]/code/.go-version:1, and is not installed\n\n{}",
        "\
gox install '>=1.100'  install what is asked for here
gox install 1.27       install another version
gox use 1.99           choose the version of this shell
gox pin 1.99           choose the version of this directory
gox status             show every rule that was asked
gox help               show all commands
"
    );
    alone().stdout(&text).check();
    sandbox.write("code/.go-version", "1 2\n");
    let error = "error: [ROOT]/code/.go-version:1: `1 2` is not a valid request: only a range such as `>=1.21 <1.23` may contain blanks\n\
                 hint: replace it by one request, such as: `cd [ROOT]/code && gox pin --force latest`\n";
    alone().code(7).stderr(error).check();
}

#[test]
fn where_the_default_is_missing_what_is_installed_is_offered() {
    let sandbox = sandbox(&["1.27.0", "1.99.1", "1.100rc1"]);
    std::fs::remove_file(sandbox.home().join("default")).unwrap();
    let text = "\
no Go is selected, and there is no other `go` on PATH

gox default 1.99.1  let it run where nothing else is asked for
gox install 1.26    install another version
gox use 1.99        choose the version of this shell
gox pin 1.99        choose the version of this directory
gox status          show every rule that was asked
gox help            show all commands
";
    let path = format!("{}/shims:/usr/bin:/bin", sandbox.home().display());
    sandbox.gox([""; 0]).env("PATH", &path).stdout(text).check();
    let error = "no Go is selected, and there is no other `go` on PATH\nhint: let one that is installed run: `gox default 1.99.1`\n";
    sandbox.shim("go", ["version"]).code(127).stderr(&format!("gox: {error}")).check();
    sandbox.gox(["which"]).code(3).stderr(&format!("error: {error}")).check();
}

#[test]
fn where_what_is_asked_for_does_not_exist_no_install_is_offered() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("code/.go-version", "1.22.99\n");
    let text = "\
1.22.99 is to run here, set by [ROOT]/code/.go-version:1, and is not installed

gox install 1.27  install another version
gox use 1.99      choose the version of this shell
gox pin 1.99      choose the version of this directory
gox status        show every rule that was asked
gox help          show all commands
";
    let hint = "hint: there is no such version; ask for another: `gox pin 1.22.12`\n";
    let path = format!("{}/shims:/usr/bin:/bin", sandbox.home().display());
    sandbox.gox([""; 0]).env("PATH", &path).stdout(text).stderr(hint).check();
}
