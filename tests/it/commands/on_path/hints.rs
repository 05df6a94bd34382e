//! What to do, so that the shims come first.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::{HINT, NEXT, put_go, shadowed};
use crate::commands::doctor;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;
use crate::support::strace;

/// The hint is worked out once, from the start-up files as they are, and not at all where nobody sees it.
#[test]
fn a_hint_reads_the_start_up_files_once() {
    // Which files bash reads, what is in them by hand, and what a plan changes in them.
    const OF_A_PLAN: usize = 3;
    let sandbox = shadowed();
    sandbox.write("user/.bashrc", "PATH=$PATH:/x\n");
    let log = sandbox.root().join("trace");
    let opened = |arguments: &[&str]| {
        let run = strace::gox(&sandbox, &log, "openat", &[], arguments);
        run.env("PATH", sandbox.path_after(["usr/local/go/bin"])).env("SHELL", "/bin/bash").run();
        let calls = strace::calls(&log);
        calls.iter().filter(|call| call.name == "openat" && call.text.contains("/.bashrc")).count()
    };
    for command in ["which", "root", "status", "list", "default"] {
        assert_eq!(opened(&[command]), OF_A_PLAN, "{command}");
        assert_eq!(opened(&["--quiet", command]), 0, "{command}");
    }
}

#[test]
fn where_the_shims_are_not_on_path() {
    let sandbox = shadowed();
    let path = format!("{}/usr/local/go/bin:/usr/bin:/bin", sandbox.root().display());
    let note = "note: go1.98.0 runs here, the first on PATH, and the shims are not there: \
                [ROOT]/usr/local/go/bin/go\n";
    let which = || sandbox.gox(["which"]).env("SHELL", "/bin/bash");
    let own = "[HOME]/toolchains/go1.99.1/bin/go\n";
    which().env("PATH", path).stdout(own).stderr(&format!("{note}{HINT}")).check();
    // That there is none at all the shell says itself.
    let empty = sandbox.root().join("bin");
    which().env("PATH", &empty).stdout(own).check();
    which().env_remove("PATH").stdout(own).check();
    let status = |word: &str| sandbox.gox(["status", word]).env("PATH", &empty);
    status("--short").stdout("none\n").check();
    let run = sandbox.gox(["status"]).env("PATH", &empty).run();
    assert_eq!(run.stdout.lines().next(), Some("no `go` is on PATH"));
    let found: Value = serde_json::from_str(&status("--json").run().stdout).unwrap();
    assert_eq!(found["on_path"], Value::Null);
    // An install says what to do, for a shell that gox has no functions for by a line of that shell.
    let hint = "hint: put the shims first on PATH: `export PATH=[HOME]/shims:\"$PATH\"`\n";
    for (shell, hint) in [("/bin/bash", HINT), ("/bin/dash", hint)] {
        let proxy = ModuleProxy::with_versions(&["1.99.4"]);
        let install = sandbox.gox(["install", "1.99.4"]).envs(proxy.environment()).env("PATH", &empty);
        let said = format!("go1.99.4 is installed already: `[HOME]/toolchains/go1.99.4`\n{hint}");
        install.env("SHELL", shell).stderr(&said).check();
    }
}

/// By the name of the program, which may be another one than that of the shell.
#[test]
fn a_shell_starts_again_by_its_program() {
    for (program, again) in [("nu", "exec nu"), ("tcsh", "exec tcsh"), ("pwsh", "pwsh")] {
        let sandbox = shadowed();
        let path = format!("{}/usr/local/go/bin:/usr/bin:/bin", sandbox.root().display());
        let gox = |arguments: &[&str]| sandbox.gox(arguments).env("PATH", &path).env("SHELL", program);
        let setup = gox(&["setup", "--yes"]).run();
        assert!(setup.stderr.ends_with(&format!("open a new shell, or `{again}`\n")), "{setup:?}");
        let row = format!("\n{again:<16}  put the shims first on PATH, as a new shell does\n");
        let overview = gox(&[]).run();
        assert!(overview.stdout.contains(&row), "{overview:?}");
    }
}

/// Where the start-up file is right already, `gox setup` has nothing to do, and this shell is one of before.
#[test]
fn a_shell_that_is_older_than_its_start_up_file_is_to_be_a_new_one() {
    for shell in ["bash", "zsh", "fish"] {
        let sandbox = shadowed();
        let gox = |arguments: &[&str]| {
            let path = format!("{}/usr/local/go/bin:/usr/bin:/bin", sandbox.root().display());
            sandbox.gox(arguments).env("PATH", path).env("SHELL", format!("/usr/bin/{shell}"))
        };
        let init = if shell == "fish" {
            "gox init fish | source".to_owned()
        } else {
            format!("eval \"$(gox init {shell})\"")
        };
        let error = format!(
            "error: `gox use` needs the function `gox` in this shell, which alone can set `GOX_USE`\n\
             hint: in {shell}, put it into the shell and its start-up file: `{init}`\n\
             hint: in any other shell, and in a script, name it for each command: `gox exec 1.99.1 make`, `GO_VERSION=1.99.1 go build`\n"
        );
        gox(&["use", "1.99.1"]).code(2).stderr(&error).check();
        assert_eq!(gox(&["setup", "--yes"]).run().code(), 0);
        let hint = format!("hint: put the shims first on PATH: open a new shell, or `exec {shell}`\n");
        let other =
            "go1.98.0 runs here, the first on PATH, and the shims are not there: [ROOT]/usr/local/go/bin/go";
        let own = "[HOME]/toolchains/go1.99.1/bin/go\n";
        gox(&["which"]).stdout(own).stderr(&format!("note: {other}\n{hint}")).check();
        assert_eq!(gox(&["status"]).run().stderr, hint);
        let said =
            format!("go1.99.4 is installed already: `[HOME]/toolchains/go1.99.4`\nnote: {other}\n{hint}");
        let proxy = ModuleProxy::with_versions(&["1.99.4"]);
        gox(&["install", "1.99.4"]).envs(proxy.environment()).stderr(&said).check();
        let first = format!("exec {shell}");
        let row = format!("{first:<16}  put the shims first on PATH, as a new shell does\n");
        gox(&[]).stdout(&format!("{other}\n\n{row}{NEXT}")).check();
        let error = format!(
            "error: `gox use` needs the function `gox` in this shell, which alone can set `GOX_USE`\n\
             hint: the start-up file defines the function, but this shell has not read it: open a new shell, or `exec {shell}`\n\
             hint: in any other shell, and in a script: `unset GOX_USE`\n"
        );
        gox(&["use", "--unset"]).code(2).stderr(&error).check();
        // A line that was written by hand is as good.
        let file = ["user/.bashrc", "user/.zshrc", "user/.config/fish/config.fish"]
            .into_iter()
            .find(|file| sandbox.root().join(file).exists())
            .unwrap();
        sandbox.write(file, format!("gox init {shell}\n"));
        gox(&["which"]).stdout(own).stderr(&format!("note: {other}\n{hint}")).check();
        // One that is not enough is for `gox setup`, which says what to do.
        sandbox.write(file, format!("gox init {shell}\nPATH=/usr/local/go/bin:$PATH\n"));
        gox(&["which"]).stdout(own).stderr(&format!("note: {other}\n{HINT}")).check();
        fs::remove_file(sandbox.root().join(file)).unwrap();
        gox(&["which"]).stdout(own).stderr(&format!("note: {other}\n{HINT}")).check();
    }
}

#[test]
fn a_shim_that_cannot_be_run_is_passed_by() {
    let sandbox = shadowed();
    sandbox.put_shims(&["go"]);
    let shim = sandbox.home().join("shims/go");
    fs::set_permissions(&shim, Permissions::from_mode(0o644)).unwrap();
    let path = std::env::join_paths([
        sandbox.home().join("shims"),
        sandbox.root().join("usr/local/go/bin"),
        "/bin".into(),
    ]);
    let path = path.unwrap();
    let which =
        || sandbox.gox(["which"]).env("SHELL", "/bin/bash").stdout("[HOME]/toolchains/go1.99.1/bin/go\n");
    let hint = "hint: find out what is wrong with the shims: `gox doctor store-shims`\n";
    let note = format!(
        "note: go1.98.0 runs here, the first on PATH, because the shim before it cannot be run: \
         [ROOT]/usr/local/go/bin/go\n{hint}"
    );
    which().env("PATH", &path).stderr(&note).check();
    let said = "no `go` is on PATH: the shim cannot be run";
    let run = sandbox.gox(["status"]).env("PATH", sandbox.home().join("shims")).run();
    assert_eq!((run.stdout.lines().next(), run.stderr.as_str()), (Some(said), hint));
    fs::remove_file(shim).unwrap();
    let missing = "\
note: go1.98.0 runs here, the first on PATH, and no shim is there yet: [ROOT]/usr/local/go/bin/go
hint: make the shims: `gox install`
";
    which().env("PATH", &path).stderr(missing).check();
}

#[test]
fn before_the_first_install_there_is_no_shim_and_the_install_makes_it() {
    let sandbox = Sandbox::new();
    put_go(&sandbox, "1.98.0", "usr/local/go");
    sandbox.write("code/.go-version", "1.99.1\n");
    let shims = sandbox.home().join("shims");
    let path = sandbox.path_after([shims.clone(), sandbox.root().join("usr/local/go/bin")]);
    let gox = |arguments: &[&str]| sandbox.gox(arguments).env("PATH", &path).env("SHELL", "/bin/bash");
    let line = "go1.98.0 runs here, the first on PATH, and no shim is there yet: [ROOT]/usr/local/go/bin/go";
    let hint = "hint: if there is such a version, install it: `gox install 1.99.1`\n\
        hint: ask for another: `gox pin 1.99.0`\n";
    sandbox.write("user/.local/go/cache/released", "go1.99.0\n");
    let run = gox(&["status"]).run();
    assert_eq!((run.stdout.lines().next(), run.stderr.as_str()), (Some(line), hint));
    let said = format!(
        "{line}\n\ngox install 1.99.1  install what is asked for here\n\
         gox status          show every rule that was asked\ngox help            show all commands\n"
    );
    gox(&[]).stdout(&said).check();
    let said = format!(
        "`[ROOT]/code/.go-version` asks for 1.20.3 now\n\
         hint: it is not installed; install it: `gox install 1.20.3`\nnote: {line}\n"
    );
    gox(&["pin", "1.20.3"]).stderr(&said).check();
    let texts = [
        "`[ROOT]/usr/local/go/bin/go` is found, as no shim is there yet",
        "that Go runs, whatever a pin or the default asks for",
        "gox install latest",
    ];
    let text = doctor::lines("path", "failed", "path-shims", texts);
    gox(&["doctor", "--offline", "path-shims"]).code(1).stdout(&text).check();
    // Nothing is started where the shims are alone on PATH.
    let run = sandbox.gox(["status"]).env("PATH", &shims).run();
    let said = "no `go` is on PATH: no shim is there yet";
    assert_eq!(run.stdout.lines().next(), Some(said));
}
