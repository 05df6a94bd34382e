//! `gox config`: every setting, its value, and who set it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use super::put_system_go;
use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;
use crate::support::strace;

const FILE: &str = "user/.config/gox/config.toml";

#[test]
fn every_setting_with_its_value_and_origin() {
    let sandbox = Sandbox::in_use();
    let text = "# mine\nsources = [\"proxy\", \"dir:/mnt/go\"] # by hand\n\nauto-install = 'ask'\n";
    sandbox.write(FILE, text);
    let table = "\
SETTING  VALUE  SET BY
sources  proxy,dir:/mnt/go  [ROOT]/user/.config/gox/config.toml:2:11
dl-url  https://go.dev/dl  default
verify  any  default
offline  false  default
delta  true  default
vulndb  off  `GOX_VULNDB`
auto-install  never  `GOX_AUTO_INSTALL`
timeout  30  default
lock-timeout  300  default
GOX_HOME  [HOME]  default
shims  [HOME]/shims  default
GOX_SYSTEM_HOME  /usr/local/gox  the environment
GOX_CONFIG  [ROOT]/user/.config/gox/config.toml  default
GOENV  off  the environment
GOPROXY  -  default
GOSUMDB  sum.golang.org  default
GOAUTH  netrc  default
GOTOOLCHAIN  auto  default
GO111MODULE  -  default
GOWORK  -  default
GOVULNDB  -  default
";
    let run =
        sandbox.gox(["config"]).env("GOX_AUTO_INSTALL", "never").env("GOX_SYSTEM_HOME", "/usr/local/gox");
    // Without the blanks that make columns, which depend on the length of the sandbox's path.
    let run = run.run();
    let narrow = |line: &str| {
        line.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect::<Vec<_>>().join("  ")
    };
    assert_eq!(run.stdout.lines().map(narrow).collect::<Vec<_>>(), table.lines().collect::<Vec<_>>());
    assert_eq!((run.code(), run.stderr.as_str()), (0, "the settings file is `~/.config/gox/config.toml`\n"));
    let run = sandbox.gox(["config", "sources"]);
    let said = "set by ~/.config/gox/config.toml:2:11\n";
    run.stdout("proxy,dir:/mnt/go\n").stderr(said).check();
    let run = sandbox.gox(["config", "verify"]);
    run.stdout("any\n").stderr("not set: this is the default\n").check();
    let run = sandbox.gox(["config", "timeout"]).env("GOX_TIMEOUT", "5");
    run.stdout("5\n").stderr("set by `GOX_TIMEOUT`\n").check();
}

#[test]
fn json_is_one_array_or_one_object() {
    let sandbox = Sandbox::in_use();
    sandbox.write(FILE, "timeout = 5\n");
    let run = sandbox.gox(["config", "--json"]).run();
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    let path = "[ROOT]/user/.config/gox/config.toml";
    let timeout = json!({
        "name": "timeout", "key": "timeout", "variable": "GOX_TIMEOUT", "value": "5",
        "origin": { "kind": "file", "path": path, "line": 1, "column": 11 },
    });
    assert_eq!(list[7], timeout);
    assert_eq!(
        list[2],
        json!({
            "name": "verify", "key": "verify", "variable": "GOX_VERIFY", "value": "any", "origin": { "kind": "default" },
        })
    );
    assert_eq!(
        list[9],
        json!({
            "name": "GOX_HOME", "key": null, "variable": "GOX_HOME", "value": "[HOME]",
            "origin": { "kind": "default" },
        })
    );
    assert_eq!(list.as_array().unwrap().len(), 21);
    let run = sandbox.gox(["config", "--json", "timeout"]).run();
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), timeout);
}

#[test]
fn a_value_is_written_and_the_rest_stays() {
    let sandbox = Sandbox::in_use();
    let said = |text: &str| format!("{text}, in `~/.config/gox/config.toml`\n");
    let set_as = |key: &str, value: &str, written: &str| {
        sandbox
            .gox(["config", "set", key, value])
            .stderr(&said(&format!("`{key}` is now `{written}`")))
            .check();
    };
    let set = |key: &str, value: &str| set_as(key, value, value);
    set("auto-install", "ask");
    assert_eq!(sandbox.read(FILE), "auto-install = \"ask\"\n");
    let before = "# mine\nsources = [\"dl\"] # by hand\n\n[later]\nx = 1\n";
    sandbox.write(FILE, before);
    set_as("sources", "proxy, dir:/mnt/go", "proxy,dir:/mnt/go");
    set_as("offline", "yes", "true");
    set_as("timeout", "007", "7");
    set_as("timeout", "+5", "5");
    let after = "# mine\nsources = [\"proxy\", \"dir:/mnt/go\"] # by hand\noffline = true\ntimeout = 5\n\n[later]\nx = 1\n";
    assert_eq!(sandbox.read(FILE), after);
    for key in ["offline", "timeout", "timeout"] {
        let said = format!("`{key}` is not set in `~/.config/gox/config.toml`\n");
        let run = sandbox.gox(["config", "unset", key]);
        run.stderr(&said).check();
    }
    let after = "# mine\nsources = [\"proxy\", \"dir:/mnt/go\"] # by hand\n\n[later]\nx = 1\n";
    assert_eq!(sandbox.read(FILE), after);
}

#[test]
fn two_at_once_lose_nothing() {
    for before in [None, Some("offline = true # mine\n")] {
        let sandbox = Sandbox::new();
        before.map(|text| sandbox.write(FILE, text));
        let run = strace::overtaken(&sandbox, "config set timeout 40", || {
            assert_eq!(sandbox.gox(["config", "set", "verify", "log"]).run().code(), 0);
        });
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let text = sandbox.read(FILE);
        assert_eq!(text, before.unwrap_or_default().to_owned() + "verify = \"log\"\ntimeout = 40\n");
    }
}

#[test]
fn ends_of_lines_and_a_byte_order_mark_stay() {
    let sandbox = Sandbox::new();
    let before = "\u{feff}# mine\r\ntimeout = 8 # s\r\nverify = \"any\"\r\n";
    sandbox.write(FILE, before);
    let set = |words: &[&str]| assert_eq!(sandbox.gox(["config"]).args(words).run().code(), 0);
    set(&["set", "timeout", "40"]);
    assert_eq!(sandbox.read(FILE), before.replace('8', "40"));
    set(&["set", "offline", "true"]);
    set(&["unset", "verify"]);
    let after = "\u{feff}# mine\r\ntimeout = 40 # s\r\noffline = true\r\n";
    assert_eq!(sandbox.read(FILE), after);
}

#[test]
fn a_variable_that_comes_first_is_told_and_a_link_is_followed() {
    let sandbox = Sandbox::in_use();
    let target = sandbox.write("dotfiles/gox.toml", "timeout = 9\n");
    let link = sandbox.write(FILE, "");
    std::fs::remove_file(&link).unwrap();
    symlink(target, &link).unwrap();
    let said = "`timeout` is now `5`, in `~/.config/gox/config.toml`\nnote: `GOX_TIMEOUT=7` is set, and comes first\n";
    sandbox.gox(["config", "set", "timeout", "5"]).env("GOX_TIMEOUT", "7").stderr(said).check();
    assert!(link.is_symlink());
    assert_eq!(sandbox.read("dotfiles/gox.toml"), "timeout = 5\n");
}

#[test]
fn what_is_wrong_is_told_and_changes_nothing() {
    let sandbox = Sandbox::in_use();
    sandbox.write(FILE, "auto-instal = 'ask'\n");
    for (arguments, error) in [
        (
            vec!["config", "set", "auto-install", "yes"],
            "error: invalid value `yes` for `auto-install`: it must be `always`, `ask` or `never`\n",
        ),
        (
            vec!["config", "set", "auto-instal", "ask"],
            "error: `auto-instal` is not a setting\nhint: the nearest is `auto-install`\n",
        ),
        (
            vec!["config", "colour"],
            "error: `colour` is not a setting\nhint: `gox config` shows all of them\n",
        ),
        (vec!["config", "unset", "x"], "error: `x` is not a setting\nhint: `gox config` shows all of them\n"),
        (
            vec!["config", "set", "dl-url", "https://me:secret@"],
            "error: invalid value `https://…@` for `dl-url`: empty host\n",
        ),
    ] {
        let warning = "warning: unknown setting `auto-instal` in `~/.config/gox/config.toml:1:1`; the nearest is `auto-install`\n";
        let warning = if arguments[1] == "colour" { warning } else { "" };
        sandbox.gox(arguments).code(2).stderr(&format!("{warning}{error}")).check();
    }
    assert_eq!(sandbox.read(FILE), "auto-instal = 'ask'\n");
    // A file that cannot be read is not replaced.
    sandbox.write(FILE, "timeout = \n");
    let error = "\
error: the settings file is invalid: string values must be quoted, expected literal string
  at `~/.config/gox/config.toml:1:11`
hint: edit it: `${EDITOR:-vi} ~/.config/gox/config.toml`
";
    sandbox.gox(["config", "set", "timeout", "5"]).code(7).stderr(error).check();
    assert_eq!(sandbox.read(FILE), "timeout = \n");
    // A wrong value can be mended by the command that shows it.
    sandbox.write(FILE, "timeout = \"soon\"\n");
    sandbox
        .gox(["config", "timeout"])
        .stdout("soon\n")
        .stderr("set by ~/.config/gox/config.toml:1:11\n")
        .check();
    assert_eq!(sandbox.gox(["config", "set", "timeout", "5"]).run().code(), 0);
    assert_eq!(sandbox.read(FILE), "timeout = 5\n");
}

#[test]
fn places_and_variables_of_go_tell_where_they_come_from() {
    let sandbox = Sandbox::in_use();
    let show = |name: &str| sandbox.gox(["config", name]).env_remove("GOENV");
    let default = "not set: this is the default\n";
    show("GOX_HOME").stdout("[HOME]\n").stderr(default).check();
    show("shims").stdout("[HOME]/shims\n").stderr(default).check();
    show("GOENV").stdout("[ROOT]/user/.config/go/env\n").stderr(default).check();
    show("GOX_SYSTEM_HOME").stderr("not set\n").check();
    let run = show("shims").env("GOX_HOME", "/srv/go");
    run.stdout("/srv/go/shims\n").stderr("set by `GOX_HOME`\n").check();
    // A setting by its variable.
    show("GOX_TIMEOUT").stdout("30\n").stderr(default).check();
    show("GOPROXY").stderr("not set\n").check();
    // What the go.env of the newest installed toolchain says, `go env -w`, the environment.
    let toolchain = FakeToolchain::new("1.99.1").with_file(
        "go.env",
        0o444,
        "GOPROXY=https://first.example\nGOTOOLCHAIN=local\n",
    );
    sandbox.put_toolchain(&toolchain);
    let said = "set by [HOME]/toolchains/go1.99.1/go.env, of the newest toolchain\n";
    show("GOPROXY").stdout("https://first.example\n").stderr(said).check();
    show("GOTOOLCHAIN").stdout("auto\n").stderr(default).check();
    sandbox.write("user/.local/go/default", "1.99.1\n");
    let said = "set by [HOME]/toolchains/go1.99.1/go.env, of the Go that counts here\n";
    show("GOTOOLCHAIN").stdout("local\n").stderr(said).check();
    // That of another Go is followed by gox alone.
    sandbox.put_toolchain(&FakeToolchain::new("1.99.4").with_file("go.env", 0o444, "GOPROXY=off\n"));
    show("GOTOOLCHAIN").stdout("local\n").stderr(said).check();
    let said = "set by [HOME]/toolchains/go1.99.4/go.env, of the newest toolchain\n";
    show("GOPROXY").stdout("off\n").stderr(said).check();
    sandbox.write(
        "user/.config/go/env",
        "GOPROXY=https://u:secret@second.example\nGOSUMDB=off\nGOTOOLCHAIN=path\n",
    );
    let said = "set by ~/.config/go/env\n";
    show("GOPROXY").stdout("https://…@second.example\n").stderr(said).check();
    show("GOSUMDB").stdout("off\n").stderr(said).check();
    for (goauth, shown) in [
        ("git /srv/repo; helper --token=secret x;netrc", "git /srv/repo;helper …;netrc\n"),
        ("helper", "helper\n"),
        ("TOKEN=secret x; TOKEN=secret;/a=b/helper x", "…;…;…\n"),
        ("git rel secret;git /srv secret; git secret;git;git /srv", "git …;git …;git …;git;git /srv\n"),
        (";", ";\n"),
    ] {
        show("GOAUTH").env("GOAUTH", goauth).stdout(shown).stderr("set by the environment\n").check();
    }
    show("GOTOOLCHAIN").stdout("path\n").stderr(said).check();
    let json = json!({
        "name": "GOPROXY", "key": null, "variable": "GOPROXY", "value": "https://…@second.example",
        "origin": { "kind": "file", "path": sandbox.root().join("user/.config/go/env") },
    });
    let run = sandbox.gox(["config", "--json", "GOPROXY"]).env_remove("GOENV").run();
    assert_eq!(serde_json::from_slice::<Value>(&run.raw_stdout).unwrap(), json);
    let run = show("GOPROXY").env("GOPROXY", "off");
    run.stdout("off\n").stderr("set by the environment\n").check();
    // An exact pin spares the question.
    sandbox.write("code/.go-version", "1.99.1\n");
    show("GOTOOLCHAIN").stdout("path\n").stderr(said).check();
    put_system_go(&sandbox, "1.98.1");
    sandbox.write("usr/lib/go/go.env", "GOAUTH=off\n");
    let said = "set by [ROOT]/usr/lib/go/go.env, of the system's Go\n";
    show("GOAUTH").stdout("off\n").stderr(said).check();
}

#[test]
fn what_the_settings_file_does_not_keep_is_set_elsewhere() {
    let sandbox = Sandbox::in_use();
    for (name, set, unset) in [
        ("GOX_HOME", "export GOX_HOME='a b'", "unset GOX_HOME"),
        ("shims", "export GOX_HOME=/path/to/go", "unset GOX_HOME"),
        ("GOX_CONFIG", "export GOX_CONFIG='a b'", "unset GOX_CONFIG"),
        ("GOPROXY", "go env -w GOPROXY='a b'", "go env -u GOPROXY"),
        ("GOTOOLCHAIN", "go env -w GOTOOLCHAIN='a b'", "go env -u GOTOOLCHAIN"),
        ("GOENV", "export GOENV='a b'", "unset GOENV"),
        ("GOWORK", "export GOWORK='a b'", "unset GOWORK"),
    ] {
        let error = |does: &str, command: &str| {
            format!("error: `{name}` is not kept in the settings file\nhint: {does} it: `{command}`\n")
        };
        sandbox.gox(["config", "set", name, "a b"]).code(2).stderr(&error("set", set)).check();
        sandbox.gox(["config", "unset", name]).code(2).stderr(&error("unset", unset)).check();
    }
    let said = "`timeout` is now `7`, in `~/.config/gox/config.toml`\n";
    sandbox.gox(["config", "set", "GOX_TIMEOUT", "7"]).stderr(said).check();
    let error =
        "error: `gox config` shows settings or changes one, not both\nhint: see `gox config --help`\n";
    sandbox.gox(["config", "--json", "set", "timeout", "5"]).code(2).stderr(error).check();
    sandbox.gox(["config", "timeout", "unset", "timeout"]).code(2).stderr(error).check();
    sandbox
        .gox(["config", "get", "timeout"])
        .stdout("7\n")
        .stderr("set by ~/.config/gox/config.toml:1:11\n")
        .check();
    let json = "{\"key\":null,\"name\":\"shims\",\"origin\":{\"kind\":\"default\"},\"value\":\"[HOME]/shims\",\"variable\":\"GOX_HOME\"}\n";
    for line in [
        "config shims --json",
        "config --json get shims",
        "config get --json shims",
        "config get shims --json",
    ] {
        sandbox.gox(line.split(' ')).stdout(json).check();
    }
    sandbox.gox(["config", "timeout", "get", "timeout"]).code(2).stderr(error).check();
}

#[test]
fn no_hint_repeats_a_password() {
    let sandbox = Sandbox::in_use();
    for (name, value, shown) in [
        ("GOPROXY", "https://u:secret@h", "'https://…@h'"),
        ("GOPROXY", "https://first,https://u:secret@h|direct", "'https://first,https://…@h|direct'"),
        ("GOSUMDB", "sum.golang.org https://u:secret@h", "'sum.golang.org https://…@h'"),
        ("GOPROXY", "https://h.test/x@y,direct", "'https://h.test/x@y,direct'"),
        ("GOPROXY", "https://h.test/x?token=secret", "'https://h.test/x?…'"),
        ("GOAUTH", "TOKEN=secret x", "'…'"),
        ("GOAUTH", "helper --token=secret", "'helper …'"),
        ("GOAUTH", "git /srv; helper secret", "'git /srv;helper …'"),
    ] {
        let error = format!(
            "error: `{name}` is not kept in the settings file\nhint: set it: `go env -w {name}={shown}`\n"
        );
        sandbox.gox(["config", "set", name, value]).code(2).stderr(&error).check();
    }
    let error =
        "error: `GOX_HOME` is not kept in the settings file\nhint: set it: `export GOX_HOME='https://…@h'`\n";
    sandbox.gox(["config", "set", "GOX_HOME", "https://u:secret@h"]).code(2).stderr(error).check();
}

#[test]
fn a_place_that_is_invalid_is_shown_with_a_warning() {
    let sandbox = Sandbox::in_use();
    for name in ["GOX_HOME", "GOX_SYSTEM_HOME"] {
        let invalid = format!("`{name}` is not an absolute path: `rel`\n");
        let show = |line: &str| sandbox.gox(line.split(' ')).env(name, "rel");
        let said = format!("warning: {invalid}set by the environment\n");
        show(&format!("config {name}")).stdout("rel\n").stderr(&said).check();
        let run = show(&format!("config get {name} --json")).run();
        assert_eq!(run.stderr, format!("warning: {invalid}"));
        assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap()["value"], "rel");
        let run = show("config").run();
        let row =
            |row: &str| row.starts_with(name) && row.contains(" rel ") && row.ends_with(" the environment");
        assert!(run.stdout.lines().any(row), "{}", run.stdout);
        assert_eq!((run.code(), run.stderr.matches(&invalid).count()), (0, 1), "{}", run.stderr);
    }
    // What follows from it is nowhere.
    let error = "error: `GOX_HOME` is not an absolute path: `rel`\n";
    for line in ["config shims", "config get --json shims"] {
        sandbox.gox(line.split(' ')).env("GOX_HOME", "rel").code(2).stderr(error).check();
    }
    let error = "\
error: could not tell where the store is: `HOME` is not set to an absolute path
hint: set `HOME`, or name the store itself: `export GOX_HOME=/path/to/go`
";
    for name in ["shims", "GOX_HOME"] {
        for home in ["", "rel"] {
            sandbox.gox(["config", name]).env("HOME", home).code(6).stderr(error).check();
        }
    }
}

#[test]
fn a_path_is_printed_byte_by_byte() {
    let sandbox = Sandbox::in_use();
    let bytes = b"/srv/\xff \x1b[1mgo".to_vec();
    for (name, variable, end) in [
        ("shims", "GOX_HOME", &b"/shims\n"[..]),
        ("GOX_HOME", "GOX_HOME", b"\n"),
        ("GOX_SYSTEM_HOME", "GOX_SYSTEM_HOME", b"\n"),
        ("GOX_CONFIG", "GOX_CONFIG", b"\n"),
        ("GOENV", "GOENV", b"\n"),
    ] {
        let run = sandbox.gox(["config", name]).env(variable, OsStr::from_bytes(&bytes)).run();
        assert_eq!((run.code(), &run.raw_stdout), (0, &[&bytes[..], end].concat()), "{name}");
    }
}

#[test]
fn a_home_that_cannot_be_told_hides_nothing_else() {
    let sandbox = Sandbox::in_use();
    let run = sandbox.gox(["config", "--json"]).env_remove("HOME").env("XDG_CONFIG_HOME", "/nowhere").run();
    let list: Value = serde_json::from_slice(&run.raw_stdout).unwrap();
    assert_eq!((run.code(), &list[9]["value"], &list[10]["value"]), (0, &Value::Null, &Value::Null));
    assert_eq!(list[12]["value"], "/nowhere/gox/config.toml");
}
