//! Where the settings file is, and what is said where it cannot be read.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::doctor::lines;
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

/// gox of a user with the home of another, who may not look into it, and a store of their own.
fn gox<'a>(sandbox: &'a Sandbox, arguments: &[&str]) -> Command<'a> {
    let command = sandbox.gox_under_modes(arguments).env("HOME", sandbox.root().join("root"));
    command.env("GOX_HOME", sandbox.root().join("store"))
}

#[test]
fn a_home_that_cannot_be_entered_is_named_with_a_way_out() {
    let sandbox = Sandbox::new();
    let home = sandbox.root().join("root");
    fs::create_dir(&home).unwrap();
    fs::set_permissions(&home, Permissions::from_mode(0o000)).unwrap();
    let error = "\
error: could not read the settings file `~/.config/gox/config.toml`
  by `HOME=[ROOT]/root`
  caused by: permission denied
hint: do without a settings file: `export GOX_CONFIG=/dev/null`
";
    for arguments in [&["list"][..], &["config"], &["status", "--json"]] {
        gox(&sandbox, arguments).code(7).stderr(error).check();
    }
    let text = [
        "could not read the settings file `[ROOT]/root/.config/gox/config.toml`, by `HOME=[ROOT]/root`, caused by: \
         permission denied",
        "every command of gox that needs them fails",
        "do without a settings file: `export GOX_CONFIG=/dev/null`",
    ];
    let text = lines("selection", "failed", "settings", text);
    gox(&sandbox, &["doctor", "settings"]).code(1).stdout(&text).check();
    // The way out is one.
    let nothing = "nothing is installed\nhint: install the newest Go: `gox install latest`\n";
    gox(&sandbox, &["list"]).env("GOX_CONFIG", "/dev/null").stderr(nothing).check();
    fs::set_permissions(&home, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_file_elsewhere_that_cannot_be_read_is_named_by_its_path() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("settings.toml", "timeout = 5\n");
    fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    let error = "\
error: could not read the settings file `[ROOT]/settings.toml`
  caused by: permission denied
hint: do without a settings file: `export GOX_CONFIG=/dev/null`
";
    sandbox.gox_under_modes(&["list"]).env("GOX_CONFIG", &path).code(7).stderr(error).check();
}

#[test]
fn without_home_there_is_no_settings_file() {
    let sandbox = Sandbox::new();
    let gox = |arguments: &[&str]| {
        let command = sandbox.gox(arguments).env("GOX_HOME", sandbox.root().join("store"));
        command.env_remove("HOME")
    };
    let error = "\
error: could not tell where the settings file is: `HOME` is not set to an absolute path
hint: name a file: `export GOX_CONFIG=/path/to/config.toml`
";
    gox(&["config", "set", "timeout", "5"]).code(6).stderr(error).check();
    gox(&["config", "set", "timeout", "5"]).env("HOME", "user").code(6).stderr(error).check();
    gox(&["config", "set", "timeout", "5"]).env("XDG_CONFIG_HOME", "x").code(6).stderr(error).check();
    let run = gox(&["config", "set", "timeout", "5"]).env("XDG_CONFIG_HOME", sandbox.root().join("x")).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(sandbox.read("x/gox/config.toml"), "timeout = 5\n");
}
