//! `gox pin`: what a directory asks for.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::fs::{CWD, FileType, mknodat};

use super::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::lines;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

/// A `go` that edits go.mod as far as `go mod edit -toolchain=NAME` does, and shows its environment.
const EDITING_GO: &str = r#"#!/bin/sh
[ "$1 $2" = "mod edit" ] || exit 9
[ -f go.mod ] || { echo "go: go.mod file not found" >&2; exit 1; }
echo "toolchain ${3#-toolchain=}" >>go.mod
echo "$GOTOOLCHAIN ${GOROOT-no GOROOT}" >&2
"#;

#[test]
fn a_pin_is_written_here_and_holds_at_once() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    let said = "`[ROOT]/code/.go-version` asks for 1.99 now\n";
    sandbox.gox(["pin", "go1.99"]).stderr(said).check();
    assert_eq!(sandbox.read("code/.go-version"), "1.99\n");
    sandbox.shim("go", ["version"]).stdout("go version go1.99.4 [OS]/[ARCH]\n").check();
    sandbox.write("code/deep/er/file", "");
    let said = "`[ROOT]/code/deep/er/.go-version` asks for >=1.99, <1.99.4 now\n";
    sandbox.gox(["pin", ">=1.99 <1.99.4"]).cwd("code/deep/er").stderr(said).check();
    let run = sandbox.shim("go", ["version"]).cwd("code/deep/er");
    run.stdout("go version go1.99.1 [OS]/[ARCH]\n").check();
    assert_eq!(sandbox.read("code/.go-version"), "1.99\n", "the one above stays");
}

#[test]
fn one_that_is_not_installed_is_written_with_a_hint() {
    let sandbox = sandbox(&["1.99.1"]);
    let said = "\
`[ROOT]/code/.go-version` asks for ~1.22 now
hint: it is not installed; install it: `gox install '~1.22'`
";
    sandbox.gox(["pin", "~1.22"]).stderr(said).check();
    let said = "\
warning: `system` selects no Go yet: there is no other `go` on PATH
`[ROOT]/code/.go-version` asks for system now
";
    sandbox.gox(["pin", "system"]).stderr(said).check();
    assert_eq!(sandbox.read("code/.go-version"), "system\n");
}

#[test]
fn only_the_request_is_replaced() {
    let sandbox = sandbox(&["1.99.1"]);
    for (before, after) in [
        ("# why\n\n1.98.1 # until May\n# more\n", "# why\n\n1.99.1 # until May\n# more\n"),
        ("1.98.1\t# until May\n", "1.99.1\t# until May\n"),
        ("1.98.1", "1.99.1"),
        ("# dos\r\n1.98.1 # until May\r\n", "# dos\r\n1.99.1 # until May\r\n"),
        // There is nothing to keep.
        ("", "1.99.1\n"),
        ("\n \n", "1.99.1\n"),
    ] {
        sandbox.write("code/.go-version", before);
        sandbox.gox(["pin", "1.99.1"]).stderr("`[ROOT]/code/.go-version` asks for 1.99.1 now\n").check();
        assert_eq!(sandbox.read("code/.go-version"), after, "{before:?}");
    }
}

#[test]
fn an_invalid_request_is_replaced_and_shown() {
    let sandbox = sandbox(&["1.99.1"]);
    for (before, shown) in [
        ("1.26.x.y\n", "1.26.x.y"),
        ("1.22x", "1.22x"),
        ("go version go1.26.4 plan9/386\r\n\n", "go version go1.26.4 plan9/386"),
        ("\u{feff}1.26 1.27", "1.26 1.27"),
        ("<=\r\n", "<="),
    ] {
        sandbox.write("code/.go-version", before);
        let said = format!("`[ROOT]/code/.go-version` asks for 1.99.1 now, in place of `{shown}`\n");
        sandbox.gox(["pin", "1.99.1"]).stderr(&said).check();
        assert_eq!(sandbox.read("code/.go-version"), "1.99.1\n");
    }
}

/// A reason may be written as other languages write comments, or as a value of JSON.
#[test]
fn what_is_more_than_a_request_is_kept() {
    let sandbox = sandbox(&["1.99.1"]);
    for before in [
        "1.22.4 // keep until libfoo 2.1, ABC-123",
        "1.22.4 ; see the wiki",
        "1.22.4//keep",
        "1.22.4 keep until may",
        "{\"go\":\"1.22.4\",\"why\":\"libfoo\"}",
        "1.22.4 -- a\r1.22.5 -- b\r",
        "1.22.4\r1.22.5\r",
        "1.22.4\n1.22.5\n",
        "1.22.4#until-may",
        "\u{fc}1.22",
    ] {
        sandbox.write("code/.go-version", before);
        let run = sandbox.gox(["pin", "1.99.1"]).run();
        let hint = "\nhint: replace it: `gox pin --force 1.99.1`\n";
        assert!(run.code() == 7 && run.stderr.ends_with(hint), "{before:?}: {}", run.stderr);
        assert_eq!(sandbox.read("code/.go-version"), before);
    }
}

#[test]
fn what_is_no_pin_is_replaced_only_by_force() {
    let sandbox = sandbox(&["1.99.1"]);
    let secret = sandbox.write("user/.profile", "export A=1\nexport B=2\n");
    let pin = sandbox.code().join(".go-version");
    let hint = "hint: replace it: `gox pin --force 1.99.1`\n";
    for (make, error) in [
        (
            (&|| drop(sandbox.write("code/.go-version", "1.98.1 # a\n1.98.2 # b\n"))) as &dyn Fn(),
            "error: [ROOT]/code/.go-version:2: `1.98.2` is a second request, but only one is allowed\n",
        ),
        (
            &|| drop(sandbox.write("code/.go-version", "1.9.x.y # why\n")),
            "error: [ROOT]/code/.go-version:1: `1.9.x.y` is not a valid request: a version is written as `1.22.4`, \
             `1.22`, `1.22.x` or `1.22rc1`\n",
        ),
        (
            &|| drop(sandbox.write("code/.go-version", "# not yet\n")),
            "error: [ROOT]/code/.go-version: it contains no request\n",
        ),
        (
            &|| symlink(&secret, &pin).unwrap(),
            "error: [ROOT]/code/.go-version:2: `export B=2` is a second request, but only one is allowed\n",
        ),
        (
            &|| symlink("nowhere", &pin).unwrap(),
            "error: could not read `[ROOT]/code/.go-version`\n  caused by: no such file or directory\n",
        ),
        (
            &|| mknodat(CWD, &pin, FileType::Fifo, 0o644.into(), 0).unwrap(),
            "error: could not read `[ROOT]/code/.go-version`\n  caused by: it is not a regular file\n",
        ),
    ] {
        make();
        sandbox.gox(["pin", "1.99.1"]).code(7).stderr(&format!("{error}{hint}")).check();
        let said = "`[ROOT]/code/.go-version` asks for 1.99.1 now\n";
        sandbox.gox(["pin", "--force", "1.99.1"]).stderr(said).check();
        assert!(!pin.is_symlink());
        assert_eq!(sandbox.read("code/.go-version"), "1.99.1\n");
        fs::remove_file(&pin).unwrap();
    }
    assert_eq!(sandbox.read("user/.profile"), "export A=1\nexport B=2\n");
    assert!(!sandbox.code().join("nowhere").exists());
}

/// Whatever the folder is called, a shell that gets the command of the hint mends the pin, and nothing in the hint
/// drives a terminal or begins a line of its own.
#[test]
fn the_hint_of_an_invalid_pin_can_be_pasted() {
    let sandbox = sandbox(&["1.99.1", "1.98rc1"]);
    for name in ["plain", "it's a $HOME", "two\nhint: lines", "\x1b[2J`x`", "\u{202e}ü", "-n"] {
        for (text, mended) in
            [("1.99.1 1.98.1\n", "1.99.1\n"), ("1.99 1x\n", "1.99\n"), ("1.98.0-rc.1\n", "1.98rc1\n")]
        {
            let pin = format!("code/{name}/.go-version");
            sandbox.write(&format!("code/{name}/below/file"), "");
            sandbox.write(&pin, text);
            let error = sandbox.shim("go", ["version"]).cwd(format!("code/{name}/below")).run().stderr;
            assert_eq!(error.lines().count(), 2, "{error}");
            let command = error.trim_end().split_once(": `cd ").unwrap().1.strip_suffix('`').unwrap();
            let command = command.replace("[ROOT]", &sandbox.root().display().to_string());
            sandbox.command("bash").args(["-c", &format!("cd {command}")]).run();
            assert_eq!(sandbox.read(&pin), mended, "{command}");
        }
    }
}

#[test]
fn through_a_link_its_target_is_written() {
    let sandbox = sandbox(&["1.99.1"]);
    let target = sandbox.write("shared/go-version", "1.98.1 # for all\n");
    symlink(target, sandbox.code().join(".go-version")).unwrap();
    sandbox.gox(["pin", "1.99.1"]).stderr("`[ROOT]/code/.go-version` asks for 1.99.1 now\n").check();
    assert_eq!(sandbox.read("shared/go-version"), "1.99.1 # for all\n");
    assert!(sandbox.code().join(".go-version").is_symlink());
}

#[test]
fn without_a_request_the_nearest_is_shown() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("code/deep/file", "");
    sandbox.write("code/.go-version", "# c\ngo1.99.1\n");
    let show = || sandbox.gox(["pin"]).cwd("code/deep");
    show().stdout("1.99.1\n").stderr("set by [ROOT]/code/.go-version:2\n").check();
    sandbox.write("code/deep/.tool-versions", "nodejs 20.1.0\ngolang 1.98.1 1.99.1\n");
    // The first that is installed.
    show().stdout("1.99.1\n").stderr("set by [ROOT]/code/deep/.tool-versions:2\n").check();
    sandbox.write("code/deep/.go-version", "");
    let error = "error: [ROOT]/code/deep/.go-version: it contains no request\n\
                 hint: replace it by one request, such as: `cd [ROOT]/code/deep && gox pin --force latest`\n";
    show().code(7).stderr(error).check();
}

#[test]
fn a_variable_that_comes_before_the_pin_is_named() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    sandbox.write("code/deep/file", "");
    for (value, word) in [("1.99.1", "1.99.1"), ("go1.99", "go1.99"), ("1.77.0", "1.77.0")] {
        let note = format!(
            "note: the pin has no effect in this shell: {word} is selected, set by `GO_VERSION`\n\
             hint: let the pin decide: `unset GO_VERSION`\n"
        );
        let gox = |arguments: &[&str]| sandbox.gox(arguments).env("GO_VERSION", value);
        let said = format!("`[ROOT]/code/.go-version` asks for 1.99.4 now\n{note}");
        gox(&["pin", "1.99.4"]).stderr(&said).check();
        let said = format!("set by [ROOT]/code/.go-version:1\n{note}");
        gox(&["pin"]).cwd("code/deep").stdout("1.99.4\n").stderr(&said).check();
    }
    // An empty one is none, and one that is invalid each command that runs a Go reports.
    for value in ["", "1 2"] {
        let run = sandbox.gox(["pin", "1.99.4"]).env("GO_VERSION", value);
        run.stderr("`[ROOT]/code/.go-version` asks for 1.99.4 now\n").check();
    }
}

#[test]
fn a_variable_of_fish_is_erased() {
    let sandbox = sandbox(&["1.99.1"]);
    let said = "\
`[ROOT]/code/.go-version` asks for 1.99.1 now
note: the pin has no effect in this shell: 1.99 is selected, set by `GO_VERSION`
hint: let the pin decide: `set --erase GO_VERSION`
";
    let run = sandbox.gox(["pin", "1.99.1"]).env("GO_VERSION", "1.99").env("SHELL", "/usr/bin/fish");
    run.stderr(said).check();
}

/// The module asks for more than the pin gives, and from Go 1.21 on the go command refuses to build it.
#[test]
fn a_pin_below_the_go_line_is_written_with_a_warning() {
    let sandbox = sandbox(&["1.99.1", "1.98.5", "1.98.2"]);
    sandbox.write("code/sub/file", "");
    for (go, request, warned) in [
        ("1.99.2", "1.99.1", true),
        ("1.99.2", "1.98", true),
        ("1.99.2", "1.98.5", true),
        // The newest of the line that is installed is what runs.
        ("1.99.2", "1.99", true),
        ("1.99", "latest", false),
        ("1.99.2", "latest", true),
        ("1.98.4", "<1.98.5", true),
        ("1.98.4", "1.98", false),
        ("1.99.1", "1.99.1", false),
        ("1.98", "1.98.2", false),
        ("x", "1.98.2", false),
        // Of what is not installed an exact version and a line tell enough.
        ("1.22.4", "1.21", true),
        ("1.22.4", "1.21.x", true),
        ("1.22.4", "1.22.3", true),
        ("1.22rc1", "1.21", true),
        ("1.22.4", "1.22", false),
        ("1.22.4", "1.23", false),
        ("1.22.4", "~1.21", false),
        ("1.22.4", "system", false),
    ] {
        sandbox.write("code/go.mod", format!("module m\n\ngo {go}\n"));
        let run = sandbox.gox(["pin", request]).cwd("code/sub").run();
        let request = request.trim_end_matches(".x");
        let warning = format!(
            "warning: {request} is older than what the module asks for: [ROOT]/code/go.mod:3 has `go {go}`\n\
             hint: ask for that: `gox pin {go}`\n"
        );
        assert_eq!((run.code(), run.stderr.contains(&warning)), (0, warned), "go {go}: {}", run.stderr);
        assert_eq!(run.stderr.contains("is older than"), warned, "go {go}: {}", run.stderr);
    }
    fs::remove_file(sandbox.root().join("code/go.mod")).unwrap();
    sandbox.gox(["pin", "1.98"]).stderr("`[ROOT]/code/.go-version` asks for 1.98 now\n").check();
}

#[test]
fn where_nothing_is_pinned_the_answer_is_no() {
    let sandbox = sandbox(&["1.99.1"]);
    let error =
        "error: no `.go-version` or `.tool-versions` here or above\nhint: write one: `gox pin 1.22`\n";
    sandbox.gox(["pin"]).env("GO_VERSION", "1.99.1").code(1).stderr(error).check();
}

#[test]
fn a_word_that_is_no_request_writes_nothing() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "\
error: `1.99/x` is not a valid request: `/`, `\\` and `..` are not allowed
hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`
";
    sandbox.gox(["pin", "1.99/x"]).code(2).stderr(error).check();
    let error = "\
error: `gox pin` needs REQUEST
hint: see `gox pin --help`
";
    sandbox.gox(["pin", "--go-mod"]).code(2).stderr(error).check();
    assert!(!sandbox.code().join(".go-version").exists());
}

#[test]
fn a_directory_that_cannot_be_written() {
    let sandbox = sandbox(&["1.99.1"]);
    // Not even root can write there.
    let error = "error: could not write `/proc/.go-version`\n  caused by: no such file or directory\n";
    sandbox.gox(["pin", "1.99.1"]).cwd("/proc").code(6).stderr(error).check();
}

#[test]
fn go_mod_is_written_by_the_go_command() {
    let sandbox = Sandbox::in_use();
    sandbox.put_toolchain(&FakeToolchain::new("1.99.4").with_file("bin/go", 0o755, EDITING_GO));
    sandbox.write("code/go.mod", "module m\n\ngo 1.99\n");
    let run = sandbox.gox(["pin", "--go-mod", "1.99.4"]).env("GOROOT", "/x").env("GOTOOLCHAIN", "go1.98.0");
    run.stderr("local no GOROOT\ngo.mod asks for 1.99.4 now\n").check();
    assert_eq!(sandbox.read("code/go.mod"), "module m\n\ngo 1.99\ntoolchain go1.99.4\n");
    assert!(!sandbox.code().join(".go-version").exists());
}

#[test]
fn what_is_written_into_go_mod_is_the_newest_released_and_not_the_newest_installed() {
    let released = FakeToolchain::new("1.99.7").with_file("bin/go", 0o755, EDITING_GO);
    let proxy = ModuleProxy::start(std::slice::from_ref(&released));
    for request in ["latest", "1.99", "1.99.x", ">=1.99"] {
        let sandbox = Sandbox::in_use();
        sandbox.put_toolchain(&FakeToolchain::new("1.99.4").with_file("bin/go", 0o755, EDITING_GO));
        sandbox.write("code/go.mod", "module m\n\ngo 1.99\n");
        let run = sandbox.gox(["pin", "--go-mod", request]).envs(proxy.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        assert_eq!(sandbox.read("code/go.mod"), "module m\n\ngo 1.99\ntoolchain go1.99.7\n", "{request}");
        assert!(!sandbox.home().join("toolchains/go1.99.7").exists(), "what edits is there: {}", run.stderr);
        let run = sandbox.gox(["pin", "--go-mod", request]).env("GOX_OFFLINE", "1").run();
        assert_eq!(run.code(), 4, "{}", run.stderr);
        assert!(run.stderr.ends_with("hint: name it exactly: `gox pin --go-mod 1.22.4`\n"), "{}", run.stderr);
    }
}

#[test]
fn go_mod_is_edited_by_what_is_there_and_nothing_is_installed() {
    let proxy = ModuleProxy::with_versions(&["1.99.7", "1.20.5"]);
    let gox = |sandbox: &Sandbox, request: &str| {
        sandbox.write("code/go.mod", "module m\n");
        let run = sandbox.gox(["pin", "--go-mod", request]).envs(proxy.environment());
        run.env("GOX_AUTO_INSTALL", "never").run()
    };
    let said = |version: &str| {
        format!(
            "local no GOROOT\ngo.mod asks for {version} now\n\
             hint: it is not installed; install it: `gox install {version}`\n"
        )
    };
    let installed = Sandbox::in_use();
    // The older one does not know toolchain lines.
    installed.put_toolchain(&FakeToolchain::new("1.20.1"));
    installed.put_toolchain(&FakeToolchain::new("1.99.4").with_file("bin/go", 0o755, EDITING_GO));
    let system = Sandbox::in_use();
    let goroot = system.root().join("usr/lib/go");
    FakeToolchain::new("1.26.8").with_file("bin/go", 0o755, EDITING_GO).write_to(&goroot);
    symlink(goroot.join("bin/go"), system.root().join("bin/go")).unwrap();
    for sandbox in [&installed, &system] {
        let before = sandbox.listing("toolchains");
        for version in ["1.99.7", "1.20.5"] {
            gox(sandbox, version).assert(0, "", &said(version));
            assert_eq!(sandbox.read("code/go.mod"), format!("module m\ntoolchain go{version}\n"));
        }
        let run = gox(sandbox, "1.99.8");
        assert!(
            run.code() == 3 && run.stderr.starts_with("error: no such version: `1.99.8`"),
            "{}",
            run.stderr
        );
        assert_eq!(
            (sandbox.read("code/go.mod").as_str(), sandbox.listing("toolchains")),
            ("module m\n", before)
        );
    }
}

#[test]
fn where_no_go_can_edit_go_mod_the_pinned_one_is_installed_and_says_so() {
    let toolchain = FakeToolchain::new("1.99.7").with_file("bin/go", 0o755, EDITING_GO);
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let sandbox = Sandbox::in_use();
    sandbox.put_toolchain(&FakeToolchain::new("1.20.1"));
    sandbox.write("code/go.mod", "module m\n");
    let gox = |request: &str| sandbox.gox(["pin", "--go-mod", request]).envs(proxy.environment());
    let error = "\
error: `1.99.7` is not installed
  needed to edit go.mod
hint: install it: `gox install 1.99.7`
";
    gox("1.99.7").env("GOX_AUTO_INSTALL", "never").code(3).stderr(error).check();
    // That one could not edit it either.
    let error = "\
error: no installed Go can write a toolchain line: Go 1.21 is the first that knows them
hint: install the newest: `gox install latest`
";
    gox("1.20.5").code(3).stderr(error).check();
    assert_eq!(sandbox.read("code/go.mod"), "module m\n");
    let said = format!(
        "installing 1.99.7, needed to edit go.mod\n{}local no GOROOT\ngo.mod asks for 1.99.7 now\n",
        lines::by_proxy(&toolchain)
    );
    gox("1.99").stderr(&said).check();
    assert_eq!(sandbox.read("code/go.mod"), "module m\ntoolchain go1.99.7\n");
}

#[test]
fn a_toolchain_line_that_decides_nothing_here_says_what_does() {
    let sandbox = sandbox(&["1.99.1"]);
    for version in ["1.99.4", "1.99.7"] {
        sandbox.put_toolchain(&FakeToolchain::new(version).with_file("bin/go", 0o755, EDITING_GO));
    }
    let pin = |variables: &[(&'static str, &str)], note: &str| {
        sandbox.write("code/go.mod", "module m\n\ngo 1.99\n");
        let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let said = format!("local no GOROOT\ngo.mod asks for 1.99.4 now\n{note}");
        sandbox.gox(["pin", "--go-mod", "1.99.4"]).envs(variables).stderr(&said).check();
        assert_eq!(sandbox.read("code/go.mod"), "module m\n\ngo 1.99\ntoolchain go1.99.4\n");
    };
    let told = |what: &str, way: &str| format!("note: {what}\nhint: let 1.99.4 decide: {way}\n");
    let note = |what: &str, command: &str| told(what, &format!("`{command}`"));
    pin(&[], "");
    let projects = format!("{}\n", sandbox.code().display());
    assert_eq!(sandbox.read("user/.local/go/projects"), projects);
    let set = |variable: &str| format!("1.99.7 still decides here, set by `{variable}`");
    pin(&[("GO_VERSION", "1.99.7")], &note(&set("GO_VERSION"), "unset GO_VERSION"));
    pin(&[("GO_VERSION", "1.99.4")], "");
    pin(&[("GOX_USE", "1.99.7")], &note(&set("GOX_USE"), "gox use --unset"));
    let set = "go1.99.7 still decides here, set by `GOTOOLCHAIN`";
    pin(&[("GOTOOLCHAIN", "go1.99.7")], &note(set, "unset GOTOOLCHAIN"));
    for (request, note) in [
        ("1.99.1", note("1.99.1 still decides here, set by [ROOT]/code/.go-version:1", "gox pin --unset")),
        ("1.99.4", String::new()),
        ("1 2", String::new()),
    ] {
        sandbox.write("code/.go-version", request);
        pin(&[], &note);
    }
    fs::remove_file(sandbox.code().join(".go-version")).unwrap();
    sandbox.write("user/.local/go/default", "latest\n");
    pin(&[], "note: latest still decides here, set by [HOME]/default:1\n");
    sandbox.write("user/.local/go/default", "1.99.1\n");
    let other = sandbox.root().join("dev.work").display().to_string();
    for (name, variables) in [("go.work", &[][..]), ("dev.work", &[("GOWORK", other.as_str())])] {
        let at = format!("[ROOT]/{name}");
        for (text, said, way) in [
            (
                "go 1.99\n\ntoolchain go1.99.7",
                format!("go1.99.7 still decides here, asked for by the toolchain line, {at}:3"),
                format!("write `go1.99.4` into line 3 of {at}"),
            ),
            (
                "go 1.99.2",
                format!("1.99.2 still decides here, asked for by the go line, {at}:1"),
                format!("write the line `toolchain go1.99.4` into {at}"),
            ),
            // A toolchain line would change nothing.
            (
                "go 1.99.6\n\ntoolchain go1.99.7",
                format!("go1.99.7 still decides here, asked for by the toolchain line, {at}:3"),
                "`gox pin 1.99.4`".to_owned(),
            ),
        ] {
            sandbox.write(name, format!("{text}\n\nuse ./code\n"));
            pin(variables, &told(&said, &way));
        }
        fs::remove_file(sandbox.root().join(name)).unwrap();
    }
}

#[test]
fn without_a_go_mod_nothing_is_asked_of_the_network() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.7"]));
    for request in ["1.99.7", "1.99", "latest"] {
        let run = sandbox.gox(["pin", "--go-mod", request]).envs(proxy.environment()).run();
        assert!(
            run.code() == 7 && run.stderr.starts_with("error: there is no go.mod here or above\n"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(proxy.server.targets(), [""; 0]);
}

#[test]
fn a_toolchain_line_below_the_go_line_is_refused() {
    let sandbox = Sandbox::in_use();
    for version in ["1.99.4", "1.98.3"] {
        sandbox.put_toolchain(&FakeToolchain::new(version).with_file("bin/go", 0o755, EDITING_GO));
    }
    sandbox.write("code/sub/file", "");
    for (go, request, refused) in [
        ("go 1.99.4", "1.98.3", true),
        ("go 1.99", "1.98.3", true),
        ("go 1.99.4 // why", "1.98.3", true),
        ("go 1.99.4", "1.99.4", false),
        ("go 1.98", "1.98.3", false),
        ("go x", "1.98.3", false),
    ] {
        let before = format!("module m\n\n{go}\n");
        sandbox.write("code/go.mod", &before);
        if refused {
            let version = go.split(' ').nth(1).unwrap();
            let error = format!(
                "error: a toolchain line for {request} would change nothing\n  \
                 [ROOT]/code/go.mod:3 has `go {version}`, which is newer\n\
                 hint: run it all the same, by a file of gox: `gox pin {request}`\n"
            );
            sandbox.gox(["pin", "--go-mod", request]).cwd("code/sub").code(1).stderr(&error).check();
            assert_eq!(sandbox.read("code/go.mod"), before);
        } else {
            // This `go` does not look above.
            let said = format!("local no GOROOT\ngo.mod asks for {request} now\n");
            sandbox.gox(["pin", "--go-mod", request]).stderr(&said).check();
            assert_eq!(sandbox.read("code/go.mod"), format!("{before}toolchain go{request}\n"));
        }
    }
}

#[test]
fn go_mod_that_cannot_be_written() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.99.4").with_file("bin/go", 0o755, EDITING_GO);
    sandbox.put_toolchain(&toolchain);
    let error = "\
error: there is no go.mod here or above
hint: make one: `go mod init`, or pin by a file of gox: `gox pin 1.22`
";
    sandbox.gox(["pin", "--go-mod", "1.99.4"]).code(7).stderr(error).check();
    // This `go` does not look above.
    sandbox.write("code/go.mod", "module m\n");
    sandbox.write("code/sub/file", "");
    let error = "go: go.mod file not found\nerror: could not write the toolchain line of go.mod\n";
    sandbox.gox(["pin", "--go-mod", "1.99.4"]).cwd("code/sub").code(7).stderr(error).check();
    let error = "error: a toolchain line names a version, not the system's Go\n";
    sandbox.gox(["pin", "--go-mod", "system"]).code(2).stderr(error).check();
    sandbox.put_script("user/.local/go/toolchains/go1.99.4/bin/go", "#!/nonexistent\n");
    let error = "\
error: could not run `[HOME]/toolchains/go1.99.4/bin/go`
  caused by: no such file or directory
";
    sandbox.gox(["pin", "--go-mod", "1.99.4"]).code(126).stderr(error).check();
}

#[test]
fn a_pin_is_taken_back() {
    let sandbox = sandbox(&["1.99.1", "1.98.0"]);
    let unset = || sandbox.gox(["pin", "--unset"]);
    let default = "1.99.1 counts here now, set by [HOME]/default:1\n";
    // Also one that is no pin, which it mends.
    for text in ["1.98.0\n", "no request\n", ""] {
        sandbox.write("code/.go-version", text);
        unset().stderr(&format!("removed `[ROOT]/code/.go-version`\n{default}")).check();
        assert!(!sandbox.code().join(".go-version").exists());
    }
    unset().stderr(&format!("there is no `.go-version` here; nothing was changed\n{default}")).check();
    // Of a link, the link.
    let target = sandbox.write("shared/go-version", "1.98.0\n");
    symlink(target, sandbox.code().join(".go-version")).unwrap();
    sandbox.write("code/.tool-versions", "golang 1.98.0\n");
    let said =
        "removed `[ROOT]/code/.go-version`\n1.98.0 counts here now, set by [ROOT]/code/.tool-versions:1\n";
    unset().stderr(said).check();
    assert_eq!(sandbox.read("shared/go-version"), "1.98.0\n");
    let error = "\
error: there is no `.go-version` here
  1.98.0 is set by [ROOT]/code/.tool-versions:1
hint: remove line 1 of it by hand
";
    unset().code(1).stderr(error).check();
    // Where no Go at all is left.
    sandbox.write("user/.local/go/default", "system\n");
    std::fs::remove_file(sandbox.code().join(".tool-versions")).unwrap();
    let said = "there is no `.go-version` here; nothing was changed\nno Go is selected here now\n";
    unset().stderr(said).check();
    let error = "error: `--unset` cannot be used with REQUEST\nhint: see `gox pin --help`\n";
    sandbox.gox(["pin", "--unset", "1.98.0"]).code(2).stderr(error).check();
    let error = "\
error: `--unset` cannot be used with `--go-mod`
hint: remove the toolchain line from go.mod: `go mod edit -toolchain=none`
";
    sandbox.gox(["pin", "--unset", "--go-mod"]).code(2).stderr(error).check();
    // What belongs to writing a pin takes none away.
    let pin = sandbox.write("code/.go-version", "1.98.0\n");
    for options in [&["--go-mod"][..], &["--force"], &["--go-mod", "1.98.0"], &["--force", "1.98.0"]] {
        for before in [true, false] {
            let (first, last) =
                if before { (&["--unset"][..], options) } else { (options, &["--unset"][..]) };
            let run = sandbox.gox(["pin"]).args(first).args(last).run();
            let told = run.stderr.contains("`--unset`") && run.stderr.contains("cannot be used with");
            assert!(run.code() == 2 && told, "{options:?}: {}", run.stderr);
            assert!(pin.is_file(), "{options:?}");
        }
    }
}

#[test]
fn a_pin_from_above_is_taken_back_there() {
    let sandbox = sandbox(&["1.99.1", "1.98.0"]);
    sandbox.write("code/a b/c/file", "");
    sandbox.write("code/a b/.go-version", "# x\n1.98.0\n");
    let error = "\
error: there is no `.go-version` here
  1.98.0 is set by [ROOT]/code/a b/.go-version:2
hint: remove it there: `cd '[ROOT]/code/a b' && gox pin --unset`
";
    sandbox.gox(["pin", "--unset"]).cwd("code/a b/c").code(1).stderr(error).check();
    sandbox.write("code/a b/c/.go-version", "1.99.1\n");
    let said = "removed `[ROOT]/code/a b/c/.go-version`\n1.98.0 counts here now, set by [ROOT]/code/a b/.go-version:2\n";
    sandbox.gox(["pin", "--unset"]).cwd("code/a b/c").stderr(said).check();
    fs::create_dir(sandbox.code().join(".go-version")).unwrap();
    let error = "error: could not remove `[ROOT]/code/.go-version`\n  caused by: is a directory\n";
    sandbox.gox(["pin", "--unset"]).code(6).stderr(error).check();
}

#[test]
fn a_directory_in_the_place_of_the_file_is_moved_and_never_replaced() {
    let sandbox = sandbox(&["1.99.1"]);
    fs::create_dir(sandbox.code().join(".go-version")).unwrap();
    for force in [&[][..], &["--force"]] {
        let output = sandbox.gox(["pin", "1.99.1"]).args(force).run();
        let hint =
            "\nhint: move it out of the way: `mv [ROOT]/code/.go-version [ROOT]/code/.go-version.old`\n";
        let hint = hint.replace("[ROOT]", sandbox.root().to_str().unwrap());
        let stderr = output.stderr.replace("[ROOT]", sandbox.root().to_str().unwrap());
        assert_eq!(output.code(), 7, "{stderr}");
        assert!(stderr.ends_with(&hint), "{stderr}");
    }
}

#[test]
fn a_line_for_other_tools_that_asks_for_something_else_is_named() {
    let sandbox = sandbox(&["1.99.1"]);
    let said = "`[ROOT]/code/.go-version` asks for 1.99.1 now\n";
    for (line, note) in [
        (
            "nodejs 20\ngolang 1.21.13\n",
            "note: [ROOT]/code/.tool-versions:2 asks for 1.21.13, which asdf and mise may follow\n",
        ),
        ("golang 1.21.13 1.99.1\n", ""),
        ("nodejs 20\n", ""),
        ("golang ref:x\n", ""),
    ] {
        sandbox.write("code/.tool-versions", line);
        let _ = fs::remove_file(sandbox.code().join(".go-version"));
        sandbox.gox(["pin", "1.99.1"]).stderr(&format!("{said}{note}")).check();
    }
}
