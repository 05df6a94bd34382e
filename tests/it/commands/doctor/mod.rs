//! `gox doctor`: a healthy machine, and for each check what makes just this one say something.

mod bash;
mod build;
mod deep;
mod direnv;
mod files;
mod git;
mod git_files;
mod lines;
mod network;
mod path;
mod selection;
mod shell;
mod shim_files;
mod ssh;
mod ssh_files;
mod starts;
mod store;
mod variables;
mod wsl;

use std::fs;

use serde_json::{Value, json};

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::proxy::{MODULE, ModuleProxy};
use crate::support::response::Response;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::tls::Authority;
use crate::support::{dl, recorded};

/// A machine on which nothing is wrong: one version, the hook, a proxy, a mirror and a database.
struct Machine {
    sandbox: Sandbox,
    proxy: ModuleProxy,
}

impl Machine {
    fn healthy() -> Self {
        let sandbox = Sandbox::in_use();
        let toolchain = FakeToolchain::new("1.99.1");
        let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
        dl::serve(&proxy.server, "/dl", &[toolchain]);
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        sandbox.put_gox();
        sandbox.put_tool("gcc", "#!/bin/sh\n");
        sandbox.write("user/.local/go/default", "1.99.1\n");
        sandbox.write("user/.bashrc", "eval \"$(gox init bash)\"\n");
        sandbox.write("user/.profile", "eval \"$(gox init sh)\"\n");
        Authority::new().write_pem(sandbox.root());
        let machine = Machine { sandbox, proxy };
        machine.set_clocks(0);
        machine
    }

    /// Lets the proxy tell a time that is so many minutes from now.
    fn set_clocks(&self, minutes: i64) {
        let time = format!("{minutes} minutes");
        let date = std::process::Command::new("date")
            .env("LC_ALL", "C")
            .args(["-u", "-d", &time, "+%a, %d %b %Y %H:%M:%S GMT"])
            .output()
            .unwrap();
        let date = String::from_utf8(date.stdout).unwrap();
        let list = Response::new(FakeToolchain::new("1.99.1").module_version() + "\n");
        self.proxy.server.route(format!("{MODULE}/list"), list.header("Date", date.trim()));
    }

    fn gox(&self, arguments: &[&str]) -> Command<'_> {
        self.command(GOX).args(arguments)
    }

    /// Any program, in the same environment.
    fn command(&self, program: &str) -> Command<'_> {
        let bin = self.sandbox.home().join("bin");
        let path = self.sandbox.path_after([""; 0]).into_string().unwrap();
        self.sandbox
            .command(program)
            .env("PATH", format!("{path}:{}", bin.display()))
            .env("SHELL", "/bin/bash")
            // A function that bash takes from the environment stands for bash-completion.
            .env("BASH_FUNC__init_completion%%", "() { :; }")
            .env("GOX_DL_URL", format!("{}/dl", self.proxy.url()))
            .env("SSL_CERT_FILE", self.sandbox.root().join("ca.pem"))
            .env_remove("GOENV")
            .envs(self.proxy.environment())
    }
}

/// The lines of one check that says something.
pub(super) fn lines(area: &str, state: &str, id: &str, [seen, why, mend]: [&str; 3]) -> String {
    let indent = " ".repeat(12 + id.len());
    let mut text = format!("{area}\n  {state:7} {id}  {seen}\n");
    for (word, line) in [("why", why), ("mend", mend)] {
        if !line.is_empty() {
            text.extend([&indent, word, ": ", line, "\n"]);
        }
    }
    format!("{text}\n1 {state}\n")
}

/// What the first check says, and its mend.
#[track_caller]
fn seen_and_mend(doctor: Command<'_>) -> [String; 2] {
    let said = doctor.arg("--json").run().stdout;
    let found: Value = serde_json::from_str(&said).unwrap();
    let text = |key| found["checks"][0][key].as_str().map(str::to_owned);
    ["seen", "mend"].map(text).map(|text| text.unwrap_or_else(|| panic!("{said}")))
}

/// Runs the command that a check names as its mend, as a person does who answers yes.
#[track_caller]
fn mend(sandbox: &Sandbox, folder: &str, doctor: Command<'_>) {
    let [_, mend] = seen_and_mend(doctor.cwd(folder));
    let mend = mend.replace("[ROOT]", sandbox.root().to_str().unwrap());
    let mend = mend.replace("gox setup ", "gox setup --yes ");
    // What is quoted as `$'…'` only bash and zsh understand everywhere.
    let run = sandbox.command("bash").args(["-ec", &mend]).cwd(folder).run();
    assert_eq!(run.code(), 0, "{mend}\n{}", run.stderr);
}

const HEALTHY: &str = "\
path
  ok      path-shims        the shims come before any other go
  ok      path-bin          the store's own gox is on PATH
  ok      path-gox          0.1.0, on PATH and in the store
  ok      path-tools        nothing is in `[ROOT]/user/go/bin` yet

shell
  ok      hook              bash has the functions
  ok      login-path        `[ROOT]/user/.profile:1` puts the shims on PATH

environment
  ok      env-go-version    `GO_VERSION` is not set
  ok      env-goroot        `GOROOT` is not set
  ok      env-gotoolchain   `GOTOOLCHAIN` is not set
  ok      env-go111module   `GO111MODULE` is not set
  ok      env-gobin         `GOBIN` is not set
  ok      env-gopath        `GOPATH` is not set
  ok      goenv-file        `[ROOT]/user/.config/go/env` is not there
  skipped direnv            no `.envrc` is here

store
  ok      store-writable    [HOME]
  skipped store-system      `GOX_SYSTEM_HOME` is not set
  ok      store-exec        programs can run from the store
  ok      store-layout      1 toolchain
  ok      store-unverified  each has a receipt
  ok      store-staging     nothing is left over
  ok      store-shims       go, gofmt and a launcher for each version, for [TARGET]
  ok      store-space       [SPACE] free

selection
  ok      default           1.99.1
  ok      pin               go1.99.1 is selected here, set by [HOME]/default:1
  ok      pin-unread        no file that gox does not read pins a version here
  ok      settings          valid

network
  ok      certificates      root certificates were found
  ok      source-list       http://[SERVER]/dl/?mode=json
  ok      source-proxy      http://[SERVER]/golang.org/toolchain/@v/list
  skipped source-dir        `sources` names no folder
  ok      database          sumdb.test answers
  skipped vulndb            `vulndb` is `off`
  ok      clock             agrees with the servers

editors
  skipped editor-vscode     no settings of VS Code are here
  skipped editor-goland     no settings of GoLand are here

wsl
  skipped 6 checks          this is not WSL

build
  ok      cgo-compiler      `[ROOT]/bin/gcc`
  ok      cgo-headers       `gcc` finds the headers of the C library
  skipped cgo-pkg-config    there is no module here

git
  skipped 6 checks          this is not a Git repository

ssh
  skipped 3 checks          `~/.ssh` is not there

bash
  ok      bash-version      bash [VERSION]
  ok      bash-completion   bash-completion is loaded
  ok      readline          no file of the user's: the defaults hold

setup
  skipped 16 checks         not set up

34 ok, 38 skipped
";

/// The text without what differs: the space that is free, and the bash of this machine.
fn without_differences(text: &str) -> String {
    let line = |line: &str| {
        for (id, seen) in [("store-space", "      [SPACE] free"), ("bash-version", "     bash [VERSION]")] {
            if let Some((before, _)) = line.split_once(id) {
                return format!("{before}{id} {seen}\n");
            }
        }
        format!("{line}\n")
    };
    text.lines().map(line).collect()
}

#[test]
fn on_a_healthy_machine_all_is_well_and_nothing_is_changed() {
    let machine = Machine::healthy();
    let before = machine.sandbox.listing("");
    let run = machine.gox(&["doctor", "--machine"]).arg(recorded::folder("debian")).run();
    assert_eq!(
        (without_differences(&run.stdout).as_str(), run.stderr.as_str(), run.code()),
        (HEALTHY, "", 0)
    );
    assert_eq!(machine.sandbox.listing(""), before);
}

const HOOK: &str = "gox setup";
/// The line of `gox init` is in the start-up file already.
const RESTART: &str = "open a new shell, or `exec bash`";
const REFRESH: &str = "gox install 1.99.1";

/// A check, how grave, what makes it say that, and its lines; then others that cannot but say something, too.
type Row =
    (&'static str, &'static str, &'static str, fn(&Machine), [&'static str; 3], &'static [&'static str]);

fn check(rows: &[Row]) {
    for (area, state, id, break_it, texts, others) in rows {
        check_one(area, state, id, break_it, *texts, others);
    }
}

fn check_one(
    area: &str,
    state: &str,
    id: &str,
    break_it: impl Fn(&Machine),
    texts: [&str; 3],
    others: &[&str],
) {
    let machine = Machine::healthy();
    break_it(&machine);
    let code = i32::from(state == "failed");
    let gox = machine.gox(&["doctor", id, "--machine"]).arg(recorded::folder("debian"));
    gox.code(code).stdout(&lines(area, state, id, texts)).check();
    let run = machine.gox(&["doctor", "--json", "--machine"]).arg(recorded::folder("debian")).run();
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let says = |check: &&Value| !["ok", "skipped"].contains(&check["state"].as_str().unwrap());
    let checks = found["checks"].as_array().unwrap();
    let mut ids: Vec<_> = checks.iter().filter(says).map(|check| check["id"].as_str().unwrap()).collect();
    ids.retain(|found| !others.contains(found));
    assert_eq!(ids, [id], "{}", run.stdout);
}

fn home(machine: &Machine, path: &str) -> std::path::PathBuf {
    machine.sandbox.home().join(path)
}

#[test]
fn json_is_one_object() {
    let machine = Machine::healthy();
    let run = machine.gox(&["doctor", "--json", "env-goroot", "store-layout"]).env("GOROOT", "/x").run();
    assert_eq!((run.code(), run.stdout.lines().count(), run.stderr.as_str()), (0, 1, ""));
    let why = "gox removes it for `go`, but a Go that is started by its path, as editors do, takes it and fails with `does not match go tool version`";
    let expected = json!({
        "ok": true,
        "checks": [
            {
                "id": "env-goroot", "area": "environment", "state": "warning",
                "seen": "`GOROOT=/x` is set, where no Go is", "why": why, "mend": "unset GOROOT",
            },
            { "id": "store-layout", "area": "store", "state": "ok", "seen": "1 toolchain", "why": "", "mend": null },
        ],
    });
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), expected);
    machine.sandbox.write("user/.config/gox/config.toml", "x\n");
    let run = machine.gox(&["doctor", "--json", "settings"]).run();
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code(), &found["ok"]), (1, &json!(false)));
}

#[test]
fn a_word_that_is_no_check() {
    let sandbox = Sandbox::new();
    for (word, hint) in [
        ("path-shim", "the nearest is `gox doctor path-shims`"),
        ("networks", "the nearest is `gox doctor network`"),
        ("qqqq", "`gox doctor` runs all of them"),
    ] {
        let error = format!("error: `{word}` is not a check or area\nhint: {hint}\n");
        sandbox.gox(["doctor", word]).code(2).stderr(&error).check();
    }
}

#[test]
fn the_help_names_each_area() {
    let sandbox = Sandbox::new();
    let help = sandbox.gox(["doctor", "--help"]).run().stdout;
    let named = help.split("\nAreas: ").nth(1).unwrap().split("\n\n").next().unwrap();
    let found = sandbox.gox(["doctor", "--offline", "--json"]).run().stdout;
    let found: Value = serde_json::from_str(&found).unwrap();
    let mut areas: Vec<_> =
        found["checks"].as_array().unwrap().iter().map(|check| check["area"].as_str().unwrap()).collect();
    areas.dedup();
    assert_eq!(named.replace('\n', " "), areas.join(", "));
}

#[test]
fn areas_and_checks_are_named_in_any_order() {
    let sandbox = Sandbox::new();
    let ids = |words: &[&str]| {
        let run = sandbox.gox(["doctor", "--json", "--offline"]).args(words).run();
        let found: Value = serde_json::from_str(&run.stdout).unwrap();
        let checks = found["checks"].as_array().unwrap();
        checks.iter().map(|check| check["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let selection = ["default", "pin", "pin-unread", "settings"];
    let editors = ["editor-vscode", "editor-goland"];
    assert_eq!(ids(&["selection"]), selection);
    assert_eq!(ids(&["editors", "pin", "selection"]), [&selection[..], &editors].concat());
    assert_eq!(ids(&["editors", "env-goroot", "pin"]), [&["env-goroot", "pin"][..], &editors].concat());
    let network =
        ["certificates", "source-list", "source-proxy", "source-dir", "database", "vulndb", "clock"];
    assert_eq!(ids(&["network"]), network);
    assert_eq!(ids(&["clock", "network", "clock"]), network);
}

/// The one run that reads the machine on which the tests are.
#[test]
fn of_this_machine() {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    if kernel.to_lowercase().contains("microsoft") || fs::exists("/run/WSL").unwrap() {
        return;
    }
    let text = "wsl\n  skipped 6 checks     this is not WSL\n\n6 skipped\n";
    Sandbox::new().gox(["doctor", "wsl"]).stdout(text).check();
}

#[test]
fn where_nothing_is_installed() {
    let sandbox = Sandbox::new();
    let run = sandbox.gox(["doctor", "--offline"]).run();
    assert_eq!((run.code(), run.stderr.as_str()), (1, ""), "the shims are not on PATH");
    assert_eq!(sandbox.listing(""), "", "nothing is written");
}

#[test]
fn without_a_place_for_a_store_that_is_what_is_wrong() {
    let sandbox = Sandbox::new();
    let text = [
        "could not tell where the store is: `HOME` is not set to an absolute path",
        "no command of gox works",
        "set `HOME`, or name the store itself: `export GOX_HOME=/path/to/go`",
    ];
    let text = lines("store", "failed", "store-writable", text);
    for arguments in [&["doctor"][..], &["doctor", "pin"]] {
        sandbox.gox(arguments).env_remove("HOME").code(1).stdout(&text).check();
    }
    for variable in ["GOX_HOME", "GOX_SYSTEM_HOME"] {
        let run = sandbox.gox(["doctor", "--json"]).env(variable, "go").run();
        let found: Value = serde_json::from_str(&run.stdout).unwrap();
        let seen = format!("`{variable}` is not an absolute path: `go`");
        assert_eq!((run.code(), &found["ok"], &found["checks"][0]["seen"]), (1, &json!(false), &json!(seen)));
    }
}
