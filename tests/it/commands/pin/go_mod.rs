//! `gox pin --go-mod`: the toolchain line of go.mod.

use std::fs;
use std::os::unix::fs::symlink;

use crate::commands::sandbox;
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
