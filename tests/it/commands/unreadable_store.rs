//! A store that cannot be read: each command says so once.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

const ERROR: &str = "error: could not read the store `[HOME]`\n  caused by: permission denied\n\
                     hint: let its owner open it: `chmod -R u+rX [HOME]`\n";
const WARNING: &str = "warning: could not read the store `[HOME]`: permission denied; let its owner open it: \
                       `chmod -R u+rX [HOME]`\n";

/// Commands that would call all well: a store that cannot be read is no empty one.
const FAILING: [&[&str]; 11] = [
    &["audit"],
    &["audit", "--json"],
    &["verify"],
    &["verify", "--json"],
    &["verify", "--log"],
    &["sync", "--check", "gox.toml"],
    &["sync", "--check", "--deep", "gox.toml"],
    &["sync", "--yes", "gox.toml"],
    &["prune", "--dry-run"],
    &["prune", "--json"],
    &["upgrade", "--dry-run"],
];

/// Commands that go on without it: the code, stdout, and what follows the warning on stderr.
const GOING_ON: [(&[&str], i32, &str, &str); 21] = [
    (
        &[],
        0,
        "the system's Go is asked for, but there is no other `go` on PATH\n\n\
         gox install latest  install the newest Go\n\
         gox status          show every rule that was asked\n\
         gox help            show all commands\n",
        "",
    ),
    (&["list"], 0, "", "nothing is installed\nhint: install the newest Go: `gox install latest`\n"),
    (&["list", "--json"], 0, "[]\n", ""),
    (
        &["available", "1.27"],
        0,
        "VERSION\n1.27.1\n1.27.0\n",
        "warning: could not fetch a release list\n  \
         dl: `https://go.dev/dl/?mode=json&include=all`: not asked: `GOX_OFFLINE` is set\n\
         note: showing the releases that are known from before\n",
    ),
    (&["default"], 0, "system\n", ""),
    (
        &["pin"],
        1,
        "",
        "error: no `.go-version` or `.tool-versions` here or above\nhint: write one: `gox pin 1.22`\n",
    ),
    (
        &["status"],
        0,
        "no Go is selected here\n\n\
         RULE            SAYS\n\
         +version        -\n\
         GO_VERSION      -\n\
         GOX_USE         -\n\
         pin files       -\n\
         default         system decides, set by [HOME]/default:1\n\
         system Go       not asked: an earlier rule decided\n\
         GOTOOLCHAIN     not asked: the system's Go decides for itself\n\
         toolchain line  not asked: the system's Go decides for itself\n\
         go line         not asked: the system's Go decides for itself\n",
        "note: the system's Go is asked for, but there is no other `go` on PATH\n  \
         set by [HOME]/default:1\n\
         hint: put one on PATH, or ask for a version: `gox default latest`\n",
    ),
    (&["status", "--short"], 0, "none\n", ""),
    (&["which"], 3, "", NO_SYSTEM_GO),
    (
        &["root", "1.99.1"],
        3,
        "",
        "error: `1.99.1` is not installed\nhint: install it: `gox install 1.99.1`\n",
    ),
    (&["exec", "1.99.1", "true"], 4, "", NOT_DOWNLOADED),
    (&["env"], 3, "", NO_SYSTEM_GO),
    (&["install", "1.99.1"], 4, "", NOT_DOWNLOADED),
    (&["uninstall", "1.99.1"], 3, "", NOT_INSTALLED),
    (&["verify", "1.99.1"], 3, "", NOT_INSTALLED),
    (&["audit", "--here"], 3, "", "error: no Go is selected here\nhint: why: `gox status`\n"),
    (
        &["import", "--dry-run", "9.9.9"],
        3,
        "",
        "error: no tree of `9.9.9` was found\nhint: see what there is: `gox import --dry-run`\n",
    ),
    (
        &["link", "tip", "/"],
        2,
        "",
        "error: `/` is no GOROOT: it has no `bin/go` that can be run\n\
         hint: one that was built from source has it after `cd src && ./make.bash`\n",
    ),
    (
        &["sync", "--update", "gox.toml"],
        4,
        "",
        "error: could not fetch a release list\n  \
         dl: `https://go.dev/dl/?mode=json&include=all`: not asked: `GOX_OFFLINE` is set\n\
         hint: gox keeps off the network: `unset GOX_OFFLINE`\n",
    ),
    (
        &["gate"],
        126,
        "",
        "error: `[ROOT]/code` is not in a Git repository\n\
         hint: go to a project first, or make one here: `git init && go mod init NAME`\n",
    ),
    (&["self", "uninstall", "--dry-run"], 0, "would remove `[HOME]`: 7 B\n", "nothing was changed\n"),
];

const NO_SYSTEM_GO: &str = "error: the system's Go is asked for, but there is no other `go` on PATH\n  \
                            set by [HOME]/default:1\n\
                            hint: put one on PATH, or ask for a version: `gox default latest`\n";
const NOT_DOWNLOADED: &str = "error: could not download `go1.99.1`\n  \
                              dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: not asked: `GOX_OFFLINE` is set\n\
                              hint: gox keeps off the network: `unset GOX_OFFLINE`\n";
const NOT_INSTALLED: &str = "error: `1.99.1` is not installed\nhint: `gox list` shows what is installed\n";

fn set_mode(folder: &Path, mode: u32) {
    fs::set_permissions(folder, Permissions::from_mode(mode)).unwrap();
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::in_use();
    sandbox.put_toolchain(&FakeToolchain::new("1.99.1"));
    sandbox.write("code/gox.toml", "format = 1\n");
    sandbox
}

#[test]
fn it_is_the_one_error_of_what_would_call_all_well() {
    let sandbox = sandbox();
    let folder = sandbox.home().join("toolchains");
    // Neither who may read no names, nor who may not look behind them.
    for mode in [0o000, 0o444] {
        set_mode(&folder, mode);
        for arguments in FAILING {
            sandbox.gox_under_modes(arguments).code(6).stderr(ERROR).check();
        }
        let json = r#"{"actions":[],"commit":null,"dirty":null,"error":"could not read the store `[HOME]`, caused by: permission denied","ok":false,"target":null,"violations":[]}"#;
        let run = sandbox.gox_under_modes(&["sync", "--check", "--json", "gox.toml"]);
        run.code(6).stdout(&format!("{json}\n")).stderr(ERROR).check();
        set_mode(&folder, 0o755);
    }
    // One of which nobody can tell what it is.
    fs::rename(&folder, sandbox.home().join("away")).unwrap();
    symlink("toolchains", &folder).unwrap();
    let error = "error: could not read the store `[HOME]`\n  caused by: too many levels of symbolic links\nhint: look at it: `ls -l [HOME]`\n";
    sandbox.gox(["verify"]).code(6).stderr(error).check();
}

#[test]
fn it_is_one_warning_of_what_goes_on_without_it() {
    let sandbox = sandbox();
    let folder = sandbox.home().join("toolchains");
    set_mode(&folder, 0o000);
    let gox = |arguments| sandbox.gox_under_modes(arguments).env("GOX_OFFLINE", "1");
    for (arguments, code, stdout, stderr) in GOING_ON {
        gox(arguments).code(code).stdout(stdout).stderr(&format!("{WARNING}{stderr}")).check();
    }
    // What says nothing of the store, and what says it in its own way.
    gox(&["complete", "2", "gox", "uninstall", "1"]).check();
    set_mode(&folder, 0o444);
    let text = "\
store
  failed  store-writable    could not read the store `[HOME]`, caused by: permission denied
                            why: what is installed there is not found
                            mend: let its owner open it: `chmod -R u+rX [HOME]`
  skipped store-layout      the store cannot be read
  skipped store-unverified  the store cannot be read
  skipped store-shims       the store cannot be read

1 failed, 3 skipped
";
    let checks = ["doctor", "store-writable", "store-layout", "store-unverified", "store-shims"];
    gox(&checks).code(1).stdout(text).check();
    let text = "\
selection
  skipped default  the store cannot be read
  skipped pin      the store cannot be read

2 skipped
";
    gox(&["doctor", "default", "pin"]).stdout(text).check();
    set_mode(&folder, 0o755);
}

/// What is only about the user's own store goes on without the system store.
#[test]
fn a_system_store_is_needed_by_what_looks_at_all_stores() {
    let sandbox = sandbox();
    let folder = sandbox.home().join("toolchains");
    set_mode(&folder, 0o000);
    let own = sandbox.root().join("own");
    let no_line = "error: `1.99` is not installed\nhint: install it: `gox install 1.99`\n";
    let is_well = "this machine is as declared in `[ROOT]/code/gox.toml`\n";
    for (arguments, code, stderr) in [
        (&["audit"][..], 6, ERROR.to_owned()),
        (&["verify"], 6, ERROR.to_owned()),
        (&["sync", "--check", "gox.toml"], 0, format!("{WARNING}{is_well}")),
        (&["prune", "--dry-run"], 0, format!("{WARNING}would free 0 B; nothing was removed\n")),
        (&["upgrade", "1.99"], 3, format!("{WARNING}{no_line}")),
    ] {
        let gox = sandbox.gox_under_modes(arguments).env("GOX_HOME", &own);
        gox.env("GOX_SYSTEM_HOME", sandbox.home()).code(code).stderr(&stderr).check();
    }
    set_mode(&folder, 0o755);
}
