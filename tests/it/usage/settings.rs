//! Settings, variables and files that are wrong.

use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

#[test]
fn a_home_that_cannot_be_told() {
    let sandbox = Sandbox::in_use();
    let expected = "\
error: could not tell where the store is: `HOME` is not set to an absolute path
hint: set `HOME`, or name the store itself: `export GOX_HOME=/path/to/go`
";
    for arguments in [vec!["install", "1.22.4"], vec!["list"], vec!["default"]] {
        sandbox.gox(&arguments).env_remove("HOME").code(6).stderr(expected).check();
        sandbox.gox(&arguments).env("HOME", "").code(6).stderr(expected).check();
    }
    let run = sandbox.gox(["list"]).env_remove("HOME").env("GOX_HOME", sandbox.home());
    run.stderr("nothing is installed\nhint: install the newest Go: `gox install latest`\n").check();
    let expected = "error: `GOX_HOME` is not an absolute path: `go`\n";
    sandbox.gox(["list"]).env("GOX_HOME", "go").code(2).stderr(expected).check();
}

#[test]
fn a_home_that_cannot_be_written() {
    let (sandbox, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.22.4"]));
    sandbox.write("user/.local", "a file in the way");
    let expected = "\
error: could not create `[HOME]/locks`
  caused by: not a directory
hint: keep the store where you may write: `export GOX_HOME=/path/to/go`
";
    sandbox.gox(["install", "1.22.4"]).envs(proxy.environment()).code(6).stderr(expected).check();
    sandbox.gox(["default", "1.22.4"]).code(6).stderr(expected).check();
}

#[test]
fn settings_that_are_wrong_name_their_place() {
    let sandbox = Sandbox::in_use();
    for (text, reason, word, line) in [
        (
            "# mine\noffline = maybe\n",
            "the settings file is invalid: string values must be quoted, expected literal string",
            "at",
            "2:11",
        ),
        (
            "# mine\noffline = \"maybe\"\n",
            "invalid value `maybe` for `offline`: it must be `true` or `false`",
            "set by",
            "2:11",
        ),
        (
            "timeout = 0\n",
            "invalid value `0` for `timeout`: it must be a number of seconds, 1 or more",
            "set by",
            "1:11",
        ),
        (
            "timeout = -5\n",
            "invalid value `-5` for `timeout`: it must be a number of seconds, 1 or more",
            "set by",
            "1:11",
        ),
        (
            "\n\nsources = [\"dl\", \"ftp\"]\n",
            "invalid value `dl,ftp` for `sources`: `ftp` is not `dl`, `proxy` or `dir:/path`",
            "set by",
            "3:11",
        ),
        (
            "verify = { log = true }\n",
            "invalid value for `verify`: it must be text, a number, a boolean or a list",
            "set by",
            "1:10",
        ),
        (
            "dl-url = \"ftp://mirror\"\n",
            "invalid value `ftp://mirror` for `dl-url`: `ftp` is not https, http or file",
            "set by",
            "1:10",
        ),
        (
            "[install]\nx = 1\ny = \n",
            "the settings file is invalid: string values must be quoted, expected literal string",
            "at",
            "3:5",
        ),
    ] {
        sandbox.write("user/.config/gox/config.toml", text);
        let place = format!("`~/.config/gox/config.toml:{line}`");
        let key = reason.split(" for `").nth(1).and_then(|rest| rest.split('`').next());
        let hint = match key {
            Some(key) => format!("back to the default: `gox config unset {key}`"),
            None => "edit it: `${EDITOR:-vi} ~/.config/gox/config.toml`".to_owned(),
        };
        let expected = format!("error: {reason}\n  {word} {place}\nhint: {hint}\n");
        sandbox.gox(["list"]).code(7).stderr(&expected).check();
    }
    let warning = "\
warning: unknown setting `colour` in `~/.config/gox/config.toml:1:1`
warning: unknown setting `sumdb` in `~/.config/gox/config.toml:3:2`; the nearest is `vulndb`
";
    sandbox.write("user/.config/gox/config.toml", "colour = 1\ntimeout = 5\n[sumdb]\nx = 1\n");
    sandbox.gox(["list", "--json"]).stdout("[]\n").stderr(warning).check();
    let other = sandbox.write("other.toml", "timeout = 5\n");
    sandbox.gox(["list", "--json"]).env("GOX_CONFIG", other).stdout("[]\n").check();
}

#[test]
fn variables_of_gox_that_are_wrong_are_named() {
    let sandbox = Sandbox::in_use();
    sandbox.put_toolchain(&FakeToolchain::new("1.99.1"));
    for (name, value, reason) in [
        (
            "GOX_SOURCES",
            "dl,mirror",
            "invalid value `dl,mirror` for `sources`: `mirror` is not `dl`, `proxy` or `dir:/path`",
        ),
        (
            "GOX_SOURCES",
            "dir:files",
            "invalid value `dir:files` for `sources`: `files` is not an absolute path",
        ),
        ("GOX_SOURCES", ",", "invalid value `,` for `sources`: it names no source"),
        (
            "GOX_DL_URL",
            "go.dev/dl",
            "invalid value `go.dev/dl` for `dl-url`: an address begins with `https://`, `http://` or `file://`",
        ),
        ("GOX_DL_URL", "https://me:secret@", "invalid value `https://…@` for `dl-url`: empty host"),
        ("GOX_VERIFY", "none", "invalid value `none` for `verify`: it must be `any` or `log`"),
        ("GOX_OFFLINE", "2", "invalid value `2` for `offline`: it must be `true` or `false`"),
        ("GOX_DELTA", "half", "invalid value `half` for `delta`: it must be `true` or `false`"),
        ("GOX_TIMEOUT", "1m", "invalid value `1m` for `timeout`: it must be a number of seconds, 1 or more"),
        (
            "GOX_LOCK_TIMEOUT",
            "-1",
            "invalid value `-1` for `lock-timeout`: it must be a number of seconds, 1 or more",
        ),
    ] {
        let expected =
            format!("error: {reason}\n  set by `{name}`\nhint: back to the default: `unset {name}`\n");
        sandbox.gox(["list"]).env(name, value).code(2).stderr(&expected).check();
        // The shim reads none of them; the gox that it hands over to does.
        let go = |version| sandbox.shim("go", ["version"]).env("GO_VERSION", version).env(name, value);
        go("1.99.1").stdout("go version go1.99.1 [OS]/[ARCH]\n").check();
        go("1.99.2").code(2).stderr(&expected).check();
    }
}

#[test]
fn variables_of_go_that_are_wrong_are_named() {
    let sandbox = Sandbox::in_use();
    for (name, value, expected) in [
        (
            "GOPROXY",
            "ftp://me:secret@a.example",
            "\
error: invalid `GOPROXY`: `ftp://…@a.example`: `ftp` is not https, http or file
  set by the environment
",
        ),
        (
            "GOPROXY",
            ",",
            "\
error: invalid `GOPROXY`: the list has no entries
  set by the environment
",
        ),
        (
            "GOSUMDB",
            "sum.example.com",
            "\
error: invalid `GOSUMDB`: `sum.example.com`: malformed verifier key, expected `name+hash+key`
  set by the environment
hint: `GOSUMDB` is `sum.golang.org`, `off`, or `name+hash+key`, and a URL may follow the key
",
        ),
        (
            "GOSUMDB",
            "off now",
            "\
error: invalid `GOSUMDB`: `off`: malformed verifier key, expected `name+hash+key`
  set by the environment
hint: `GOSUMDB` is `sum.golang.org`, `off`, or `name+hash+key`, and a URL may follow the key
",
        ),
        (
            "GO_VERSION",
            "1.22.",
            "\
error: `1.22.` is not a valid request: a version is written as `1.22.4`, `1.22`, `1.22.x` or `1.22rc1`
  set by `GO_VERSION`
hint: start the command, or the `make` above it, without the variable: `env -u GO_VERSION …`
",
        ),
    ] {
        let arguments = if name == "GO_VERSION" { vec!["install"] } else { vec!["install", "1.22.4"] };
        sandbox.gox(arguments).env(name, value).code(2).stderr(expected).check();
    }
    let file = sandbox.write("goenv", "GOPROXY=word\n");
    let expected = "error: invalid `GOPROXY`: `word`: an address begins with `https://`, `http://` or `file://`\n  set by [ROOT]/goenv\n";
    sandbox.gox(["install", "1.22.4"]).env("GOENV", file).code(7).stderr(expected).check();
}

#[test]
fn a_default_file_that_is_invalid_is_named() {
    let sandbox = Sandbox::in_use();
    sandbox.write("user/.local/go/default", "1.22.4/x\n");
    let expected = "\
error: [HOME]/default:1: `1.22.4/x` is not a valid request: `/`, `\\` and `..` are not allowed
hint: choose another default: `gox default 1.22.4`
";
    sandbox.gox(["install"]).code(7).stderr(expected).check();
    sandbox.gox(["default"]).code(7).stderr(expected).check();
    // What is installed can be told without it.
    let expected = expected.lines().next().unwrap().replace("error:", "warning:") + "\n";
    sandbox.gox(["list", "--json"]).stdout("[]\n").stderr(&expected).check();
}

#[test]
fn a_store_of_the_machine_has_an_absolute_path() {
    let sandbox = Sandbox::in_use();
    let expected = "error: `GOX_SYSTEM_HOME` is not an absolute path: `go`\n";
    sandbox.gox(["list"]).env("GOX_SYSTEM_HOME", "go").code(2).stderr(expected).check();
}
