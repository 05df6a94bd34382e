//! A tool that is called where its version is missing: gox installs what is asked for, verified as always,
//! and becomes the tool.

use std::{fs, process};

use rustix::process::Signal;

use super::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::pty::Terminal;
use crate::support::response::{Fault, Response};
use crate::support::sandbox::{GOX, Sandbox};

/// A `go` that shows all that it was given: its name, arguments, variables, and what it reads.
const SHOWING_GO: &str = r#"#!/bin/sh
printf '<%s>' "$@"
echo " $GO_VERSION ${GOTOOLCHAIN-none} ${GOROOT-none} $ODD"
cat
exit 42
"#;

/// What is said where this version is installed because of that.
fn said(version: &str, because: &str) -> String {
    format!("installing {version}, {because}\n")
}

/// The requests for the module zip of this version.
fn downloads(proxy: &ModuleProxy, version: &str) -> usize {
    let zip = zip_path(version);
    proxy.server.targets().iter().filter(|target| **target == zip).count()
}

/// A sandbox with a default, go1.99.1, that pins 1.99.4 in its working directory; and a proxy that has it.
fn pinned() -> (Sandbox, ModuleProxy) {
    let (sandbox, proxy) = (sandbox(&["1.99.1"]), ModuleProxy::with_versions(&["1.99.4"]));
    sandbox.write("code/.go-version", "# c\n1.99.4\n");
    (sandbox, proxy)
}

const BY_PIN: &str = "set by [ROOT]/code/.go-version:2";

#[test]
fn a_line_says_what_is_installed_and_which_file_asked_for_it() {
    let (sandbox, proxy) = pinned();
    let version = "go version go1.99.4 [OS]/[ARCH]\n";
    let run = sandbox.shim("go", ["version"]).envs(proxy.environment());
    run.stdout(version).stderr(&said("1.99.4", BY_PIN)).check();
    // From now on the shim is alone.
    fs::remove_file(sandbox.home().join("bin/gox")).unwrap();
    fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
    sandbox.shim("go", ["version"]).stdout(version).check();
    sandbox.shim("go1.99.4", ["version"]).stdout(version).check();
    assert_eq!(
        sandbox.listing("shims"),
        "0755 file go\n0755 file go1.99.1\n0755 file go1.99.4\n0755 file gofmt\n"
    );
    assert_eq!(sandbox.listing("staging"), "");
    assert_eq!(sandbox.read("user/.local/go/default"), "1.99.1\n", "the default is not moved");
}

#[test]
fn whoever_asks_is_named() {
    let proxy = ModuleProxy::with_versions(&["1.99.4"]);
    for (tool, file, (variable, value), by) in [
        ("go", "code/go.mod", ("", ""), "asked for by the go line, [ROOT]/code/go.mod:1"),
        ("go", "code/go.work", ("", ""), "asked for by the go line, [ROOT]/code/go.work:1"),
        ("go", "user/.local/go/default", ("", ""), "set by [HOME]/default:1"),
        ("go", "code/README.md", ("GO_VERSION", "1.99.4"), "set by `GO_VERSION`"),
        ("go", "code/README.md", ("GOTOOLCHAIN", "go1.99.4"), "set by `GOTOOLCHAIN`"),
        ("go1.99.4", "code/README.md", ("", ""), "asked for by the launcher's name"),
    ] {
        let sandbox = sandbox(&["1.99.1"]);
        sandbox.write(file, if file.contains("/go.") { "go 1.99.4\n" } else { "1.99.4\n" });
        let run = sandbox.shim(tool, ["version"]).envs(proxy.environment());
        let run = if variable.is_empty() { run } else { run.env(variable, value) };
        run.stdout("go version go1.99.4 [OS]/[ARCH]\n").stderr(&said("1.99.4", by)).check();
    }
    let sandbox = sandbox(&["1.99.1"]);
    let run = sandbox.shim("gofmt", ["+1.99.4", "-l"]).envs(proxy.environment());
    run.stdout("gofmt of go1.99.4\n").stderr(&said("1.99.4", "asked for by `+1.99.4`")).check();
}

#[test]
fn where_no_gox_is_on_path_the_copy_in_the_store_will_do() {
    let (sandbox, proxy) = pinned();
    fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
    sandbox.put_program(GOX, "user/.local/go/bin/gox");
    let run = sandbox.shim("go", ["version"]).envs(proxy.environment());
    run.stdout("go version go1.99.4 [OS]/[ARCH]\n").stderr(&said("1.99.4", BY_PIN)).check();
}

#[test]
fn the_tool_is_given_the_whole_call() {
    let (sandbox, _) = pinned();
    let toolchain = FakeToolchain::new("1.99.4").with_file("bin/go", 0o755, SHOWING_GO);
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let said = said("1.99.4", BY_PIN);
    let run = sandbox.shim("go", ["build", "--help", "", "a b", "--", "-x"]).envs(proxy.environment());
    let run = run.env("ODD", "a  b").env("GOROOT", "/usr/lib/go").stdin("one\ntwo");
    run.code(42).stdout("<build><--help><><a b><--><-x>  local none a  b\none\ntwo").stderr(&said).check();
}

#[test]
fn plus_and_change_of_directory_are_read_again_and_not_given_twice() {
    let sandbox = sandbox(&[]);
    let toolchain = FakeToolchain::new("1.99.4").with_file("bin/go", 0o755, SHOWING_GO);
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let said = said("1.99.4", "asked for by `+1.99`");
    let run = sandbox.shim("go", ["+1.99", "-C", "..", "list"]).envs(proxy.environment());
    run.code(42).stdout("<-C><..><list>  local none \n").stderr(&said).check();
}

#[test]
fn a_base_that_the_lines_raise_is_not_installed_for_nothing() {
    let sandbox = sandbox(&[]);
    let proxy = ModuleProxy::with_versions(&["1.99.4", "1.100.1"]);
    sandbox.write("code/.go-version", "1.99.4\n");
    sandbox.write("code/module/go.mod", "module m\n\ngo 1.100.1\n");
    let by = "asked for by the go line, [ROOT]/code/module/go.mod:3";
    let run = sandbox.shim("go", ["version"]).cwd("code/module").envs(proxy.environment());
    run.stdout("go version go1.100.1 [OS]/[ARCH]\n").stderr(&said("1.100.1", by)).check();
    assert_eq!((downloads(&proxy, "1.100.1"), downloads(&proxy, "1.99.4")), (1, 0));
}

#[test]
fn a_line_that_nothing_answers_is_installed_and_then_raised() {
    let sandbox = sandbox(&[]);
    let proxy = ModuleProxy::with_versions(&["1.99.4", "1.100.1"]);
    // Below the go line only once it is known which version the line is.
    sandbox.write("code/.go-version", "<1.100\n");
    sandbox.write("code/module/go.mod", "module m\n\ngo 1.100.1\n");
    let run = sandbox.shim("go", ["version"]).cwd("code/module").envs(proxy.environment()).run();
    assert_eq!(
        (run.code(), run.stdout.as_str()),
        (0, "go version go1.100.1 [OS]/[ARCH]\n"),
        "{}",
        run.stderr
    );
    let installing = run.stderr.lines().filter(|line| line.starts_with("installing "));
    let expected = [
        "installing 1.99.4, set by [ROOT]/code/.go-version:1",
        "installing 1.100.1, asked for by the go line, [ROOT]/code/module/go.mod:3",
    ];
    assert_eq!(installing.collect::<Vec<_>>(), expected);
}

#[test]
fn where_it_may_not_the_command_is_shown() {
    let (sandbox, proxy) = pinned();
    let error =
        format!("error: `1.99.4` is not installed\n  {BY_PIN}\nhint: install it: `gox install 1.99.4`\n");
    // Nobody can be asked without a terminal.
    for may in ["never", "ask"] {
        let run = sandbox.shim("go", ["version"]).envs(proxy.environment()).env("GOX_AUTO_INSTALL", may);
        run.code(127).stderr(&error).check();
        sandbox.write("user/.config/gox/config.toml", format!("auto-install = \"{may}\"\n"));
        sandbox.shim("go", ["version"]).envs(proxy.environment()).code(127).stderr(&error).check();
        sandbox.write("user/.config/gox/config.toml", "");
    }
    assert_eq!(proxy.server.targets(), [""; 0]);
}

#[test]
fn where_it_cannot_it_is_127_with_the_reason_and_nothing_runs() {
    let (sandbox, proxy) = pinned();
    let failed =
        |error: &str| format!("{}{error}hint: try again: `gox install 1.99.4`\n", said("1.99.4", BY_PIN));

    let error = "\
error: could not download `go1.99.4`
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.4.[OS]-[ARCH].zip`: not asked: `GOX_OFFLINE` is set
hint: gox keeps off the network: `unset GOX_OFFLINE`
";
    let run = sandbox.shim("go", ["version"]).envs(proxy.environment()).env("GOX_OFFLINE", "1");
    let run = run.env("GOX_SOURCES", "proxy");
    // Nothing begins, and trying again does not help.
    run.code(127).stderr(error).check();

    let other = ModuleProxy::with_versions(&["1.98.0"]);
    let error = "\
error: no such version: `1.99.4` for [OS]-[ARCH]
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.4.[OS]-[ARCH].zip`: status 404 (not found)
hint: ask for another: `gox pin 1.98.0`
";
    let run = sandbox.shim("go", ["version"]).envs(other.environment()).env("GOX_SOURCES", "proxy");
    // The same words would be refused again.
    run.code(127).stderr(&format!("{}{error}", said("1.99.4", BY_PIN))).check();

    let forged = FakeToolchain::new("1.99.4").with_file("bin/go", 0o755, "#!/bin/sh\necho forged\n");
    let zip = zip_path(forged.version());
    proxy.server.route(zip, Response::new(forged.zip()));
    let error = format!(
        "\
error: the module zip does not match the checksum database: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.4.[OS]-[ARCH].zip`
  expected {} (in the checksum database)
  received {}
hint: nothing was installed; report this to the server's operator and at https://go.dev/issue
",
        FakeToolchain::new("1.99.4").h1(),
        forged.h1()
    );
    let run = sandbox.shim("go", ["version"]).envs(proxy.environment());
    run.code(127).stderr(&failed(&error)).check();

    assert!(!sandbox.home().join("toolchains/go1.99.4").exists());
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn a_server_that_cannot_be_reached() {
    let (sandbox, proxy) = pinned();
    let error = "\
error: could not download `go1.99.4`
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.4.[OS]-[ARCH].zip`: could not connect: connection refused
hint: try again: `gox install 1.99.4`
";
    let run = sandbox.shim("go", ["version"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
    // Nothing listens there.
    let run = run.env("GOPROXY", "http://127.0.0.1:1");
    run.code(127).stderr(&format!("{}{error}", said("1.99.4", BY_PIN))).check();
}

#[test]
fn after_the_install_signals_are_the_tools() {
    let (sandbox, _) = pinned();
    let waiting = "#!/bin/sh\necho ready >&2\nread line\n";
    let toolchain = FakeToolchain::new("1.99.4").with_file("bin/go", 0o755, waiting);
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let said = format!("{}ready\n", said("1.99.4", BY_PIN));
    let running = sandbox.shim("go", ["build"]).envs(proxy.environment()).spawn();
    running.wait_for_stderr("ready");
    running.signal(Signal::INT);
    running.wait().assert(130, "", &said);
}

#[test]
fn two_that_need_the_same_version_are_one_download() {
    let (sandbox, proxy) = pinned();
    let toolchain = FakeToolchain::new("1.99.4");
    let (gate, zip) = (Gate::new(), zip_path(toolchain.version()));
    proxy.server.route(&zip, Response::new(toolchain.zip()).fault(Fault::StallAfter(100, gate.clone())));
    let first = sandbox.shim("go", ["version"]).envs(proxy.environment()).spawn();
    gate.wait_reached();
    let second = sandbox.shim("go", ["version"]).envs(proxy.environment()).spawn();
    second.wait_for_stderr("waiting for another gox");
    gate.open();
    let version = "go version go1.99.4 [OS]/[ARCH]\n";
    first.wait().assert(0, version, &said("1.99.4", BY_PIN));
    let waited = format!(
        "installing 1.99.4, {BY_PIN}\n\
         waiting for another gox that installs go1.99.4 (`[HOME]/locks/go1.99.4.lock`)\n"
    );
    let second = second.wait();
    // The first may still be copying gox into the store, where the file system cannot link it.
    let shims = "waiting for another gox (`[HOME]/locks/.store.lock`)\n";
    assert_eq!((second.code(), second.stdout.as_str()), (0, version), "{}", second.stderr);
    assert_eq!(second.stderr.replace(shims, ""), waited);
    assert_eq!(downloads(&proxy, "1.99.4"), 1);
}

#[test]
fn the_first_install_of_all_becomes_the_default() {
    let (sandbox, proxy) = (sandbox(&[]), ModuleProxy::with_versions(&["1.99.4"]));
    fs::remove_file(sandbox.home().join("default")).unwrap();
    sandbox.write("code/.go-version", "1.99.4\n");
    let said = format!(
        "{}default is now 1.99.4 (there was no Go)\n",
        said("1.99.4", "set by [ROOT]/code/.go-version:1")
    );
    let run = sandbox.shim("go", ["version"]).envs(proxy.environment());
    run.stdout("go version go1.99.4 [OS]/[ARCH]\n").stderr(&said).check();
    assert_eq!(sandbox.read("user/.local/go/default"), "1.99.4\n");
}

#[test]
fn on_a_terminal_the_user_is_asked() {
    for (answer, ends, installed) in [("n\n", "<127>", false), ("y\n", "<0>", true), ("\n", "<0>", true)] {
        let (sandbox, proxy) = pinned();
        let mut command = process::Command::new("/bin/sh");
        command.args(["-c", "../user/.local/go/shims/go version; echo \"<$?>\""]).current_dir(sandbox.code());
        command.env("HOME", sandbox.user()).env("PATH", sandbox.path_after::<&str>([])).env("TERM", "xterm");
        command.env("GOX_AUTO_INSTALL", "ask").env("GOENV", "off").envs(proxy.environment());
        let mut terminal = Terminal::start(&mut command);
        let question = format!("{}/code/.go-version:2; install it? [Y/n]", sandbox.root().display());
        let before = terminal.wait_for(&question);
        assert_eq!(before, "`1.99.4` is not installed, set by ");
        assert_eq!(proxy.server.targets(), [""; 0]);
        terminal.write(answer);
        let said = terminal.wait_for(ends);
        assert_eq!(said.contains("go version go1.99.4"), installed, "{said}");
        assert_eq!(said.contains("hint: install it: `gox install 1.99.4`"), !installed, "{said}");
        assert_eq!(sandbox.home().join("toolchains/go1.99.4").exists(), installed);
    }
}

#[test]
fn a_launcher_takes_the_word_of_those_of_golang_org_dl() {
    let (sandbox, proxy) = (sandbox(&["1.99.1"]), ModuleProxy::with_versions(&["1.99.4"]));
    let download = || sandbox.shim("go1.99.4", ["download"]).envs(proxy.environment());
    let error = "gox: `1.99.4` is not installed\n  asked for by the launcher's name\nhint: install it: `gox install 1.99.4`\n";
    let never = download().env("GOX_AUTO_INSTALL", "never").run();
    assert_eq!(
        (never.code(), never.stderr.as_str()),
        (127, error.trim_start_matches("gox: ").replacen('`', "error: `", 1).as_str())
    );
    download().stderr(&said("1.99.4", "asked for by the launcher's name")).check();
    download().stderr("gox: go1.99.4 is installed already: `[HOME]/toolchains/go1.99.4`\n").check();
    assert_eq!(downloads(&proxy, "1.99.4"), 1);
    // Only that word alone, and only for a launcher.
    let run = |tool: &str, words: &[&str]| {
        let run = sandbox.shim(tool, words).env("FAKE_GO_EXIT", "9").run();
        assert_eq!(run.code(), 9, "{tool} {words:?}: {}{}", run.stdout, run.stderr);
    };
    run("go1.99.4", &["download", "x"]);
    run("go1.99.4", &["mod", "download"]);
    run("go", &["download"]);
}

#[test]
fn a_toolchain_that_is_misspelt_is_told_how_go_writes_it() {
    let sandbox = sandbox(&["1.99.1"]);
    let error =
        "gox: invalid `GOTOOLCHAIN`: `go1.100-rc2`\n  Go writes it `go1.100rc2`\n  set by `GOTOOLCHAIN`\n";
    sandbox.shim("go", ["version"]).env("GOTOOLCHAIN", "go1.100-rc2").code(2).stderr(error).check();
    sandbox.write("code/go.mod", "module m\n\ngo 1.99\n\ntoolchain go1.100-rc2\n");
    let error = "gox: invalid toolchain `go1.100-rc2` in [ROOT]/code/go.mod:5\n  Go writes it `go1.100rc2`\n";
    sandbox.shim("go", ["version"]).code(7).stderr(error).check();
    // A toolchain that somebody gave that name runs.
    sandbox.put_toolchain(&FakeToolchain::new("1.100-rc2"));
    sandbox.shim("go", ["version"]).stdout("go version go1.100-rc2 [OS]/[ARCH]\n").check();
}
