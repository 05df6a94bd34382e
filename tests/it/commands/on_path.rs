//! What every command says where the first `go` on PATH is not the shim: the Go that really runs.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::{Value, json};

use super::{doctor, sandbox};
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;
use crate::support::{programs, strace};

const OTHER: &str = "go1.98.0 runs here, the first on PATH, before the shims: [ROOT]/usr/local/go/bin/go";
const SELECTED_BEHIND: &str = "go1.99.1 would run here, set by [ROOT]/code/.go-version:1";
/// The commands that `gox` alone names where a version runs.
const NEXT: &str = "\
gox install 1.27  install another version
gox use 1.99      choose the version of this shell
gox pin 1.99      choose the version of this directory
gox status        show every rule that was asked
gox help          show all commands
";
const HINT: &str = "hint: put the shims first on PATH: `gox setup`\n";

/// A Go that gox did not install, in a GOROOT below `[ROOT]`.
fn put_go(sandbox: &Sandbox, version: &str, goroot: &str) {
    FakeToolchain::new(version).write_to(&sandbox.root().join(goroot));
}

/// A user of bash with two versions and a pin, who has an unpacked Go in front of the shims.
fn shadowed() -> Sandbox {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    sandbox.write("code/.go-version", "1.99.1\n");
    put_go(&sandbox, "1.98.0", "usr/local/go");
    sandbox
}

fn gox<'a>(sandbox: &'a Sandbox, arguments: &[&str]) -> Command<'a> {
    sandbox.gox(arguments).env("PATH", sandbox.path_after(["usr/local/go/bin"])).env("SHELL", "/bin/bash")
}

#[test]
fn status_says_first_what_really_runs() {
    let sandbox = shadowed();
    let said = format!(
        "\
{OTHER}
{SELECTED_BEHIND}

RULE            SAYS
+version        -
GO_VERSION      -
GOX_USE         -
pin files       1.99.1 decides, set by [ROOT]/code/.go-version:1
default         not asked: an earlier rule decided
system Go       not asked: an earlier rule decided
GOTOOLCHAIN     not asked: the choice is exact
toolchain line  not asked: the choice is exact
go line         not asked: the choice is exact
"
    );
    gox(&sandbox, &["status"]).stdout(&said).stderr(HINT).check();
    gox(&sandbox, &["status", "--short"]).stdout("1.98.0\n").check();
    let found: Value = serde_json::from_str(&gox(&sandbox, &["status", "--json"]).run().stdout).unwrap();
    let expected = json!({ "path": "[ROOT]/usr/local/go/bin/go", "shim": false, "version": "1.98.0" });
    assert_eq!(found["on_path"], expected);
    assert_eq!(found["version"], "1.99.1", "what gox selects is what it was");

    sandbox.write("code/.go-version", "1.77.0\n");
    let missing = "1.77.0 would run here, set by [ROOT]/code/.go-version:1, and is not installed";
    let said = said.replace(SELECTED_BEHIND, missing).replace("1.99.1 decides", "1.77.0 decides");
    let hint = format!(
        "hint: if there is such a version, install it: `gox install 1.77.0`\n\
         hint: ask for another: `gox pin 1.76.3`\n{HINT}"
    );
    sandbox.write("user/.local/go/cache/released", "go1.76.3\n");
    gox(&sandbox, &["status"]).stdout(&said).stderr(&hint).check();
}

#[test]
fn gox_alone_says_it_in_its_one_line() {
    let sandbox = shadowed();
    let said = format!(
        "\
{OTHER}

gox setup         put the shims first on PATH
{NEXT}"
    );
    gox(&sandbox, &[]).stdout(&said).check();
}

#[test]
fn what_answers_for_the_selection_adds_a_note() {
    let sandbox = shadowed();
    let note = format!("note: {OTHER}\n{HINT}");
    let home = "[HOME]/toolchains/go1.99.1";
    gox(&sandbox, &["which"]).stdout(&format!("{home}/bin/go\n")).stderr(&note).check();
    let gofmt = note.replace("bin/go\n", "bin/gofmt\n");
    gox(&sandbox, &["which", "gofmt"]).stdout(&format!("{home}/bin/gofmt\n")).stderr(&gofmt).check();
    gox(&sandbox, &["root"]).stdout(&format!("{home}\n")).stderr(&note).check();
    let table = "\
VERSION  SIZE  SOURCE  PROOFS      STATE
1.99.4   -     -       unverified
1.99.1   -     -       unverified  default
";
    gox(&sandbox, &["list"]).stdout(table).stderr(&note).check();
    let found: Value = serde_json::from_str(&gox(&sandbox, &["list", "--json"]).run().stdout).unwrap();
    assert_eq!(found[1]["selected"], true);
    gox(&sandbox, &["default"]).stdout("1.99.1\n").stderr(&note).check();
    let said = format!("default is now 1.99 (was 1.99.1); to go back: `gox default 1.99.1`\n{note}");
    gox(&sandbox, &["default", "1.99"]).stderr(&said).check();
    let said = format!("set by [ROOT]/code/.go-version:1\n{note}");
    gox(&sandbox, &["pin"]).stdout("1.99.1\n").stderr(&said).check();
    let said = format!("`[ROOT]/code/.go-version` asks for 1.99.4 now\n{note}");
    gox(&sandbox, &["pin", "1.99.4"]).stderr(&said).check();
    gox(&sandbox, &["use", "1.99"]).env("_GOX_BY_FUNCTION", "1").stdout("use:1.99.4\n").stderr(&note).check();
    let proxy = ModuleProxy::with_versions(&["1.99.4"]);
    let run = gox(&sandbox, &["install", "1.99.4"]).envs(proxy.environment());
    run.stderr(&format!("go1.99.4 is installed already: `[HOME]/toolchains/go1.99.4`\n{note}")).check();
}

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
fn what_is_kept_for_the_selection_is_not_said_to_run() {
    let sandbox = shadowed();
    let why = "would run here, set by `GO_VERSION`";
    let error = format!(
        "error: could not remove `go1.99.4`: it {why}\nhint: remove it all the same: `gox uninstall --force 1.99.4`\n"
    );
    let run = gox(&sandbox, &["uninstall", "1.99.4"]).env("GO_VERSION", "1.99.4");
    run.code(1).stderr(&error).check();
    let prune = || gox(&sandbox, &["prune", "--json", "--dry-run"]).env("GO_VERSION", "1.99.4");
    let found: Value = serde_json::from_str(&prune().run().stdout).unwrap();
    assert_eq!(found["toolchains"][0]["why"], why);
    let found: Value =
        serde_json::from_str(&prune().env("PATH", sandbox.path_after::<&str>([])).run().stdout).unwrap();
    assert_eq!(found["toolchains"][0]["why"], "runs here, set by `GO_VERSION`");
}

/// A folder that comes before the shims on PATH, what makes it, and what `gox status` says then: its first line and
/// its one word.
type Arrangement = (&'static str, fn(&Sandbox), [&'static str; 2]);

const ARRANGEMENTS: &[Arrangement] = &[
    ("usr/local/go/bin", |_| {}, [OTHER, "1.98.0"]),
    // A link from elsewhere leads to its GOROOT.
    (
        "links",
        |sandbox| {
            fs::create_dir(sandbox.root().join("links")).unwrap();
            symlink("../usr/local/go/bin/go", sandbox.root().join("links/go")).unwrap();
        },
        ["go1.98.0 runs here, the first on PATH, before the shims: [ROOT]/links/go", "1.98.0"],
    ),
    // The shim of another manager tells no version.
    (
        "goenv",
        |sandbox| put_script(sandbox, "goenv/go", 0o755),
        ["another Go runs here, the first on PATH, before the shims: [ROOT]/goenv/go", "other"],
    ),
    // A VERSION file may say anything.
    (
        "odd/bin",
        |sandbox| {
            put_go(sandbox, "1.98.0", "odd");
            let version = sandbox.root().join("odd/VERSION");
            fs::remove_file(&version).unwrap();
            fs::write(version, "devel go1.99-\x1b[31m\n").unwrap();
        },
        [
            "devel go1.99-\\u{1b}[31m runs here, the first on PATH, before the shims: [ROOT]/odd/bin/go",
            "devel go1.99-\\u{1b}[31m",
        ],
    ),
    // What a shell passes by does not count.
    ("text", |sandbox| put_script(sandbox, "text/go", 0o644), [SELECTED, "1.99.1"]),
    ("folder", |sandbox| fs::create_dir_all(sandbox.root().join("folder/go")).unwrap(), [SELECTED, "1.99.1"]),
    // A link to the shim is the shim.
    (
        "shim",
        |sandbox| {
            fs::create_dir(sandbox.root().join("shim")).unwrap();
            symlink(sandbox.home().join("shims/go"), sandbox.root().join("shim/go")).unwrap();
        },
        [SELECTED, "1.99.1"],
    ),
    // So it is under `go test`, and under `gox exec`.
    ("user/.local/go/toolchains/go1.99.1/bin", |_| {}, [SELECTED, "1.99.1"]),
    (
        "user/.local/go/toolchains/go1.99.4/bin",
        |_| {},
        [
            "go1.99.4 runs here, the first on PATH, before the shims: [HOME]/toolchains/go1.99.4/bin/go",
            "1.99.4",
        ],
    ),
];

const SELECTED: &str = "go1.99.1 runs here, set by [ROOT]/code/.go-version:1";

fn put_script(sandbox: &Sandbox, path: &str, mode: u32) {
    let _programs = programs();
    let path = sandbox.write(path, "#!/bin/sh\necho go version other x/y\n");
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_is_said_is_what_a_shell_starts() {
    for (folder, make, [first, word]) in ARRANGEMENTS {
        let sandbox = shadowed();
        make(&sandbox);
        let path = sandbox.path_after([folder]);
        let status = sandbox.gox(["status"]).env("PATH", &path).run();
        assert_eq!(status.stdout.lines().next(), Some(*first), "{folder}");
        sandbox.gox(["status", "--short"]).env("PATH", &path).stdout(&format!("{word}\n")).check();
        if !word.starts_with("devel") {
            let version = if *word == "other" { (*word).to_owned() } else { format!("go{word}") };
            let run = sandbox.command("/bin/sh").args(["-c", "go version"]).env("PATH", &path).run();
            assert_eq!(run.stdout.split(' ').nth(2), Some(version.as_str()), "{folder}: {}", run.stderr);
        }
    }
}

#[test]
fn an_entry_of_path_may_be_relative() {
    let sandbox = shadowed();
    let path = |entry: &str| {
        let path = sandbox.path_after([""; 0]).into_string().unwrap();
        format!("{entry}:{path}")
    };
    put_script(&sandbox, "code/go", 0o755);
    put_script(&sandbox, "code/tools/go", 0o755);
    for (entry, program) in
        [("", "[ROOT]/code/go"), (".", "[ROOT]/code/go"), ("tools", "[ROOT]/code/tools/go")]
    {
        let said = format!("note: another Go runs here, the first on PATH, before the shims: {program}\n");
        let run = sandbox.gox(["which"]).env("PATH", path(entry)).env("SHELL", "/bin/bash");
        run.stdout("[HOME]/toolchains/go1.99.1/bin/go\n").stderr(&format!("{said}{HINT}")).check();
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

#[test]
fn a_system_go_that_is_selected_is_no_other() {
    let sandbox = shadowed();
    let note = format!("note: {OTHER}\n{HINT}");
    gox(&sandbox, &["pin", "system"]).stderr("`[ROOT]/code/.go-version` asks for system now\n").check();
    gox(&sandbox, &["status", "--short"]).stdout("system\n").check();
    gox(&sandbox, &["which"]).stdout("[ROOT]/usr/local/go/bin/go\n").check();
    gox(&sandbox, &["use", "system"]).env("_GOX_BY_FUNCTION", "1").stdout("use:system\n").check();
    let said = "default is now system (was 1.99.1); to go back: `gox default 1.99.1`\n";
    gox(&sandbox, &["default", "system"]).stderr(said).check();
    gox(&sandbox, &["use", "1.99.1"])
        .env("_GOX_BY_FUNCTION", "1")
        .stdout("use:1.99.1\n")
        .stderr(&note)
        .check();
}

#[test]
fn where_nothing_is_selected_a_go_may_run_all_the_same() {
    let sandbox = sandbox(&[]);
    fs::remove_file(sandbox.home().join("default")).unwrap();
    put_script(&sandbox, "code/go", 0o755);
    let path = format!(".:{}", sandbox.path_after([""; 0]).into_string().unwrap());
    let text = "\
another Go runs here, the first on PATH, before the shims: [ROOT]/code/go
no Go is selected here

RULE            SAYS
+version        -
GO_VERSION      -
GOX_USE         -
pin files       -
default         -
system Go       -
GOTOOLCHAIN     auto by default
toolchain line  not asked: there is no go.mod or go.work
go line         not asked: there is no go.mod or go.work
";
    let note = "note: no Go is selected, and there is no other `go` on PATH\n\
                hint: install the newest: `gox install latest`\n";
    sandbox.gox(["status"]).env("PATH", &path).stdout(text).stderr(note).check();
    sandbox.gox(["status", "--short"]).env("PATH", &path).stdout("other\n").check();
}
