//! `gox config`: every setting, its value, and who set it.

use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::support::sandbox::Sandbox;

const FILE: &str = "user/.config/gox/config.toml";

#[test]
fn every_setting_with_its_value_and_origin() {
    let sandbox = Sandbox::in_use();
    let text = "# mine\nsources = [\"proxy\", \"dir:/mnt/go\"] # by hand\n\nauto-install = 'ask'\n";
    sandbox.write(FILE, text);
    let table = "\
SETTING          VALUE              SET BY
sources          proxy,dir:/mnt/go  ~/.config/gox/config.toml:2:11
dl-url           https://go.dev/dl  default
verify           any                default
offline          false              default
auto-install     never              `GOX_AUTO_INSTALL`
timeout          30                 default
lock-timeout     300                default
GOX_HOME         -                  default
GOX_SYSTEM_HOME  /usr/local/gox     the environment
GOX_CONFIG       -                  default
";
    let run =
        sandbox.gox(["config"]).env("GOX_AUTO_INSTALL", "never").env("GOX_SYSTEM_HOME", "/usr/local/gox");
    run.stdout(table).stderr("the settings file is `~/.config/gox/config.toml`\n").check();
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
        "key": "timeout", "variable": "GOX_TIMEOUT", "value": "5",
        "origin": { "kind": "file", "path": path, "line": 1, "column": 11 },
    });
    assert_eq!(list[5], timeout);
    assert_eq!(
        list[2],
        json!({
            "key": "verify", "variable": "GOX_VERIFY", "value": "any", "origin": { "kind": "default" },
        })
    );
    assert_eq!(
        list[7],
        json!({
            "key": null, "variable": "GOX_HOME", "value": null, "origin": { "kind": "default" },
        })
    );
    assert_eq!(list.as_array().unwrap().len(), 10);
    let run = sandbox.gox(["config", "--json", "timeout"]).run();
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), timeout);
}

#[test]
fn a_value_is_written_and_the_rest_stays() {
    let sandbox = Sandbox::in_use();
    let said = |text: &str| format!("{text}, in `~/.config/gox/config.toml`\n");
    let set = |key: &str, value: &str| {
        sandbox.gox(["config", "set", key, value]).stderr(&said(&format!("{key} is {value} now"))).check();
    };
    set("auto-install", "ask");
    assert_eq!(sandbox.read(FILE), "auto-install = \"ask\"\n");
    let before = "# mine\nsources = [\"dl\"] # by hand\n\n[later]\nx = 1\n";
    sandbox.write(FILE, before);
    set("sources", "proxy, dir:/mnt/go");
    set("offline", "yes");
    set("timeout", "5");
    let after = "# mine\nsources = [\"proxy\", \"dir:/mnt/go\"] # by hand\noffline = true\ntimeout = 5\n\n[later]\nx = 1\n";
    assert_eq!(sandbox.read(FILE), after);
    for key in ["offline", "timeout", "timeout"] {
        let said = format!("{key} is not set in `~/.config/gox/config.toml`\n");
        let run = sandbox.gox(["config", "unset", key]);
        run.stderr(&said).check();
    }
    let after = "# mine\nsources = [\"proxy\", \"dir:/mnt/go\"] # by hand\n\n[later]\nx = 1\n";
    assert_eq!(sandbox.read(FILE), after);
}

#[test]
fn a_variable_that_comes_first_is_told_and_a_link_is_followed() {
    let sandbox = Sandbox::in_use();
    let target = sandbox.write("dotfiles/gox.toml", "timeout = 9\n");
    let link = sandbox.write(FILE, "");
    std::fs::remove_file(&link).unwrap();
    symlink(target, &link).unwrap();
    let said =
        "timeout is 5 now, in `~/.config/gox/config.toml`\nnote: `GOX_TIMEOUT=7` is set, and comes first\n";
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
            "error: `auto-instal` is no setting\nhint: the nearest is `auto-install`\n",
        ),
        (vec!["config", "colour"], "error: `colour` is no setting\nhint: `gox config` shows all of them\n"),
        (vec!["config", "unset", "x"], "error: `x` is no setting\nhint: `gox config` shows all of them\n"),
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
