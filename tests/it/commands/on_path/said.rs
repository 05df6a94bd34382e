//! What the commands say where another Go runs.

use std::fs;

use serde_json::{Value, json};

use super::{HINT, NEXT, OTHER, gox, put_script, shadowed};
use crate::commands::sandbox;
use crate::support::proxy::ModuleProxy;

const SELECTED_BEHIND: &str = "go1.99.1 would run here, set by [ROOT]/code/.go-version:1";

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
