//! Files that need not be there: a path that leads through a file is as one that leads nowhere, and the null device
//! stands for a settings file that is switched off.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

/// What puts a file in the way of the settings file, and the variables that lead to it.
type Way = (fn(&Sandbox), &'static [(&'static str, &'static str)]);

const WAYS: &[Way] = &[
    (|_| {}, &[("XDG_CONFIG_HOME", "/dev/null")]),
    (|sandbox| drop(sandbox.write("user/.config", "")), &[]),
    (|sandbox| drop(sandbox.write("user/.config/gox", "")), &[]),
    (|_| {}, &[("GOX_CONFIG", "/dev/null/x/config.toml")]),
    (|_| {}, &[("GOX_CONFIG", "/dev/null")]),
    (|_| {}, &[("GOX_CONFIG", "/dev/./null")]),
    (
        |sandbox| {
            let link = sandbox.write("user/.config/gox/config.toml", "");
            fs::remove_file(&link).unwrap();
            symlink("/dev/null", link).unwrap();
        },
        &[],
    ),
];

#[test]
fn a_settings_file_behind_a_file_or_at_the_null_device_is_none() {
    for (prepare, variables) in WAYS {
        let sandbox = Sandbox::in_use();
        prepare(&sandbox);
        sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
        sandbox.write("user/.local/go/default", "1.22.4\n");
        let gox = |line: &str| {
            let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
            sandbox.gox(line.split(' ')).envs(variables)
        };
        gox("default").stdout("1.22.4\n").check();
        gox("status --short").stdout("1.22.4\n").check();
        gox("config timeout").stdout("30\n").stderr("not set: this is the default\n").check();
        let settings = "selection\n  ok      settings  valid\n\n1 ok\n";
        gox("doctor settings").stdout(settings).check();
    }
}

#[test]
fn the_null_device_switches_the_settings_file_off() {
    let sandbox = Sandbox::in_use();
    sandbox.write("user/.config/gox/config.toml", "timeout = \"soon\"\n");
    let off = |line: &str| sandbox.gox(line.split(' ')).env("GOX_CONFIG", "/dev/null");
    off("config timeout").stdout("30\n").stderr("not set: this is the default\n").check();
    let error = "\
error: there is no settings file to write: `/dev/null` switches it off
hint: name a file: `export GOX_CONFIG=/path/to/config.toml`
";
    off("config set timeout 5").code(6).stderr(error).check();
    off("config unset timeout").code(6).stderr(error).check();
    assert_eq!(sandbox.read("user/.config/gox/config.toml"), "timeout = \"soon\"\n");
    let shown = off("config").run();
    assert_eq!(shown.stderr, "the settings file is `/dev/null`, which switches it off\n");
    // Any other device is a mistake.
    let error = "\
error: could not read the settings file `/dev/zero`
  caused by: it is not a regular file
hint: do without a settings file: `export GOX_CONFIG=/dev/null`
";
    sandbox.gox(["list"]).env("GOX_CONFIG", "/dev/zero").code(7).stderr(error).check();
}

#[test]
fn a_settings_file_that_has_no_place_cannot_be_written() {
    let sandbox = Sandbox::in_use();
    let error = "\
error: could not write `/dev/null/gox/config.toml`
  caused by: not a directory
hint: name a file: `export GOX_CONFIG=/path/to/config.toml`
";
    let set = sandbox.gox(["config", "set", "timeout", "5"]);
    set.env("XDG_CONFIG_HOME", "/dev/null").code(6).stderr(error).check();
}

#[test]
fn a_home_that_is_no_directory_has_an_empty_store() {
    let sandbox = Sandbox::in_use();
    let gox = |line: &str| sandbox.gox(line.split(' ')).env("HOME", "/dev/null");
    let nothing = "nothing is installed\nhint: install the newest Go: `gox install latest`\n";
    gox("list").stderr(nothing).check();
    gox("default").stdout("system\n").check();
    gox("prune").stderr("freed 0 B\n").check();
    let error = "\
error: could not create `[HOME]/locks`
  caused by: not a directory
hint: keep the store where you may write: `export GOX_HOME=/path/to/go`
";
    gox("default 1.22.4").code(6).stderr(error).check();
    let writable = "\
store
  failed  store-writable  `/dev/null` is not a folder
                          why: nothing can be installed
                          mend: export GOX_HOME=/path/to/go

1 failed
";
    gox("doctor store-writable").code(1).stdout(writable).check();
}

#[test]
fn a_goenv_file_that_is_none_hides_nothing() {
    let sandbox = Sandbox::in_use();
    sandbox.write("code/file", "");
    for (variable, value, seen) in [
        ("GOENV", "/dev/null", "no GOROOT and no GOTOOLCHAIN in it"),
        ("GOENV", "file/env", "`file/env` is not there"),
        ("XDG_CONFIG_HOME", "/dev/null", "`/dev/null/go/env` is not there"),
    ] {
        let doctor = sandbox.gox(["doctor", "goenv-file"]).env_remove("GOENV").env(variable, value);
        doctor.stdout(&format!("environment\n  ok      goenv-file  {seen}\n\n1 ok\n")).check();
    }
}

#[test]
fn a_toolchain_can_be_removed_where_a_file_is_in_the_place_of_the_shims() {
    let sandbox = Sandbox::new();
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    sandbox.write("user/.local/go/shims", "");
    sandbox.gox(["uninstall", "1.22.4"]).stderr("removed go1.22.4\n").check();
    assert_eq!(sandbox.listing("toolchains"), "");
}
