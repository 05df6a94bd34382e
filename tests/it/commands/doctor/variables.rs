//! The checks of variables.

use std::fs;
use std::path::Path;

use super::{Machine, lines, mend, seen_and_mend};

/// Area, state, check, variable, its value, and what is said.
type Variable = (&'static str, &'static str, &'static str, &'static str, &'static str, [&'static str; 3]);

const VARIABLES: &[Variable] = &[
    (
        "environment",
        "note",
        "env-go-version",
        "GO_VERSION",
        "1.20",
        [
            "`GO_VERSION=1.20` is set",
            "it comes before `gox use`, every pin and the default",
            "unset GO_VERSION",
        ],
    ),
    (
        "environment",
        "warning",
        "env-goroot",
        "GOROOT",
        "/u/.gvm/gos/go1.20",
        [
            "`GOROOT=/u/.gvm/gos/go1.20` is set, of gvm, where no Go is",
            "gox removes it for `go`, but a Go that is started by its path, as editors do, takes it and fails with `does not match go tool version`",
            "unset GOROOT",
        ],
    ),
    (
        "environment",
        "warning",
        "env-gotoolchain",
        "GOTOOLCHAIN",
        "go1.20",
        [
            "`GOTOOLCHAIN=go1.20` is set",
            "while it is set no pin is exact, and Go may switch away from what the pin says",
            "unset GOTOOLCHAIN",
        ],
    ),
    (
        "environment",
        "note",
        "env-gotoolchain",
        "GOTOOLCHAIN",
        "auto",
        [
            "`GOTOOLCHAIN=auto` is set",
            "while it is set no pin is exact, and Go may switch away from what the pin says",
            "unset GOTOOLCHAIN",
        ],
    ),
    (
        "environment",
        "warning",
        "env-go111module",
        "GO111MODULE",
        "off",
        [
            "`GO111MODULE=off` is set",
            "go.mod and go.work have no say in which Go runs, and modules are off",
            "unset GO111MODULE",
        ],
    ),
    (
        "environment",
        "note",
        "env-gobin",
        "GOBIN",
        "/u/.asdf/installs/golang/1.20/bin",
        [
            "`GOBIN=/u/.asdf/installs/golang/1.20/bin` is set, of asdf",
            "tools that `go install` puts there belong to one version of another manager",
            "unset GOBIN",
        ],
    ),
    (
        "environment",
        "note",
        "env-gopath",
        "GOPATH",
        "/u/.gvm/pkgsets/go1.20/global",
        [
            "`GOPATH=/u/.gvm/pkgsets/go1.20/global` is set, of gvm",
            "tools that `go install` puts there belong to one version of another manager",
            "unset GOPATH",
        ],
    ),
    (
        "network",
        "failed",
        "source-proxy",
        "GOPROXY",
        "ftp://u:secret@x.test",
        [
            "invalid `GOPROXY`: `ftp://…@x.test`: `ftp` is not https, http or file, set by the environment",
            "neither gox nor Go can download anything",
            "unset GOPROXY",
        ],
    ),
    (
        "network",
        "failed",
        "source-proxy",
        "GOAUTH",
        "netrc;off",
        [
            "invalid `GOAUTH`: `off` allows no other command beside it, set by the environment",
            "neither gox nor Go can download anything",
            "unset GOAUTH",
        ],
    ),
    (
        "network",
        "warning",
        "database",
        "GOSUMDB",
        "off",
        [
            "`GOSUMDB` is `off`",
            "no module zip can be proven, and an archive only by other proofs",
            "unset GOSUMDB",
        ],
    ),
    (
        "network",
        "failed",
        "certificates",
        "SSL_CERT_FILE",
        "/dev/null",
        [
            "`https://go.dev/dl`: could not set up TLS: this machine has no root certificates",
            "no server can be reached by HTTPS, go.dev included",
            "install them: `apt-get install ca-certificates`, or name their file: `export SSL_CERT_FILE=/path/to/ca.pem`",
        ],
    ),
];

#[test]
fn each_check_of_a_variable() {
    let machine = Machine::healthy();
    let empty = machine.sandbox.root().join("empty");
    fs::create_dir(&empty).unwrap();
    for (area, state, id, name, value, texts) in VARIABLES {
        let run = machine.gox(&["doctor", id]).env(name, value).env("SSL_CERT_DIR", &empty);
        run.code(i32::from(*state == "failed")).stdout(&lines(area, state, id, *texts)).check();
    }
}

#[test]
fn the_line_of_a_start_up_file_is_named_with_each_variable() {
    let machine = Machine::healthy();
    let own = machine.sandbox.read("user/.bashrc");
    for (id, name, value) in [
        ("env-go-version", "GO_VERSION", "1.99.1"),
        ("env-gotoolchain", "GOTOOLCHAIN", "local"),
        ("env-go111module", "GO111MODULE", "off"),
        ("env-gobin", "GOBIN", "/u/.asdf/installs/golang/1.20/bin"),
        ("store-system", "GOX_SYSTEM_HOME", "/none"),
        ("settings", "GOX_TIMEOUT", "soon"),
        ("settings", "GOX_SOURCES", "dl,no"),
        ("source-proxy", "GOPROXY", "ftp://x.test"),
        ("source-proxy", "GOAUTH", "netrc;off"),
        ("database", "GOSUMDB", "off"),
        ("cgo-compiler", "CC", "/none/cc"),
    ] {
        let [_, before] = seen_and_mend(machine.gox(&["doctor", id]).env(name, value));
        assert!(before.starts_with(&format!("unset {name}")), "{name}: {before}");
        machine.sandbox.write("user/.bashrc", format!("export {name}={value}\n{own}"));
        let [_, mend] = seen_and_mend(machine.gox(&["doctor", id]).env(name, value));
        let line = format!("remove line 1 of `[ROOT]/user/.bashrc`, which sets `{name}`; then: ");
        assert_eq!(mend, line + &before, "{name}");
        machine.sandbox.write("user/.bashrc", &own);
    }
}

#[test]
fn a_variable_of_fish_is_erased() {
    let machine = Machine::healthy();
    machine.sandbox.write("user/.config/fish/config.fish", "set -gx GOBIN /u/.gvm/gos/go1.20/bin\n");
    for (id, name, value, before) in [
        ("env-gotoolchain", "GOTOOLCHAIN", "local", ""),
        ("settings", "GOX_TIMEOUT", "soon", ""),
        (
            "env-gobin",
            "GOBIN",
            "/u/.gvm/gos/go1.20/bin",
            "remove line 1 of `[ROOT]/user/.config/fish/config.fish`, which sets `GOBIN`; then: ",
        ),
    ] {
        let doctor = machine.gox(&["doctor", id]).env(name, value).env("SHELL", "/usr/bin/fish");
        assert_eq!(seen_and_mend(doctor)[1], format!("{before}set --erase {name}"));
    }
}

/// The mend of a line in the GOENV file is a command of Go, for which the shim would have to install one.
#[test]
fn where_no_go_runs_the_goenv_file_is_edited() {
    const GOENV: &str = "user/.config/go/env";
    let machine = Machine::healthy();
    let gobin = machine.sandbox.home().join("toolchains/go1.99.1/bin");
    let gobin = format!("GOBIN={}", gobin.display());
    for (id, line, names) in [
        ("goenv-file", "GOROOT=/x", "GOROOT"),
        ("goenv-file", "GOTOOLCHAIN=local", "GOTOOLCHAIN"),
        ("goenv-file", "GOPROXY=off\nGOFLAGS=-v", "GOPROXY GOFLAGS"),
        ("env-gobin", &gobin, "GOBIN"),
        ("env-gopath", "GOPATH=/u/.gvm/pkgsets/go1.20/global:/y", "GOPATH"),
        ("env-go111module", "GO111MODULE=off", "GO111MODULE"),
        ("cgo-compiler", "CC=/none/cc", "CC"),
    ] {
        machine.sandbox.write(GOENV, format!("{line}\nGONOPROXY=a\n"));
        let doctor = || machine.gox(&["doctor", id]);
        let [seen, by_go] = seen_and_mend(doctor());
        assert!(seen.contains("[ROOT]/user/.config/go/env"), "{seen}");
        assert_eq!(by_go, format!("go env -u {names}"));
        machine.sandbox.write("code/.go-version", "1.99.9\n");
        mend(&machine.sandbox, "code", doctor());
        assert_eq!(machine.sandbox.read(GOENV), "GONOPROXY=a\n", "{id} {line}");
        fs::remove_file(machine.sandbox.code().join(".go-version")).unwrap();
    }
}

/// The Go before the shims would fail by the GOROOT itself, or starts nothing.
#[test]
fn where_only_the_shim_would_run_go_the_goenv_file_is_edited() {
    const GOENV: &str = "user/.config/go/env";
    let machine = Machine::healthy();
    let shims = machine.sandbox.path_after([""; 0]);
    machine.sandbox.put_script("sdk/bin/go", "#!/bin/sh\n");
    machine.sandbox.write("sdk/VERSION", "go1.99.1\n");
    machine.sandbox.put_script("asdf/shims/go", "#!/bin/sh\necho 'no version is set for go' >&2\nexit 126\n");
    machine.sandbox.write("code/.go-version", "system\n");
    for (folder, variable, line, edits) in [
        ("sdk/bin", "", "GOTOOLCHAIN=local", false),
        ("sdk/bin", "", "GOROOT=/x", true),
        ("sdk/bin", "", "GOROOT=\nGO111MODULE=off", false),
        ("sdk/bin", "", "GOROOT=/x\nGO111MODULE=off", true),
        ("sdk/bin", "/x", "GO111MODULE=off", true),
        ("asdf/shims", "", "GO111MODULE=off", true),
    ] {
        machine.sandbox.write(GOENV, format!("{line}\n"));
        let id = if line.contains("GO111MODULE") { "env-go111module" } else { "goenv-file" };
        let folder = machine.sandbox.root().join(folder);
        let before = format!("{}:{}", folder.display(), shims.to_str().unwrap());
        let behind = format!("{}:{}", shims.to_str().unwrap(), folder.display());
        for (path, edits) in [(before, edits), (behind, edits && folder.ends_with("shims"))] {
            let doctor = machine.gox(&["doctor", id]).env("PATH", &path).env("GOROOT", variable);
            let said = doctor.arg("--json").run().stdout;
            let start = if edits { "\"mend\":\"sed -i " } else { "\"mend\":\"go env -u " };
            assert!(said.contains(start), "{line}, {path}: {said}");
        }
    }
}

/// The files of a toolchain are verified, so what the user sets hides what they say.
#[test]
fn what_a_toolchain_sets_the_user_sets_otherwise() {
    const FILE: &str = "user/.local/go/toolchains/go1.99.1/go.env";
    let machine = Machine::healthy();
    let without_go = machine.sandbox.root().join("bin");
    for (id, name, value, default) in
        [("database", "GOSUMDB", "off", "sum.golang.org"), ("source-proxy", "GOAUTH", "netrc;off", "netrc")]
    {
        machine.sandbox.write(FILE, format!("{name}={value}\n"));
        let doctor = || machine.gox(&["doctor", id]).env_remove(name);
        let mend = |doctor| seen_and_mend(doctor)[1].clone();
        assert_eq!(mend(doctor()), format!("go env -w {name}={default}"));
        let export = format!("export {name}={default}");
        let [bashrc, profile] =
            [".bashrc", ".profile"].map(|file| format!("echo '{export}' >>[ROOT]/user/{file}"));
        let export = format!("{bashrc} && {profile} && {export}");
        assert_eq!(mend(doctor().env("PATH", &without_go)), export);
        assert_eq!(mend(doctor().env("GOENV", "off")), export);
        assert_eq!(mend(doctor().env("GOENV", "/dev/null")), export);
    }
}

/// A proxy that only the user knows is no line to paste.
#[test]
fn what_a_toolchain_says_of_the_proxy_the_user_sets_otherwise() {
    const FILE: &str = "user/.local/go/toolchains/go1.99.1/go.env";
    let machine = Machine::healthy();
    machine.sandbox.write(FILE, "GOPROXY=ftp://x.test\n");
    let mend = |shell: &str, path: Option<&Path>| {
        let doctor = machine.gox(&["doctor", "source-proxy"]).env_remove("GOPROXY").env("SHELL", shell);
        let doctor = path.into_iter().fold(doctor, |doctor, path| doctor.env("PATH", path));
        seen_and_mend(doctor)[1].clone()
    };
    let bin = machine.sandbox.root().join("bin");
    let url = "https://proxy.example.com";
    let yours = "with the address of your module proxy";
    assert_eq!(mend("/bin/bash", None), format!("type `go env -w GOPROXY={url}` {yours}"));
    let files = "add that line at the top of `[ROOT]/user/.bashrc` and `[ROOT]/user/.profile`";
    let expected = format!("type `export GOPROXY='{url}'` {yours}, and {files}");
    assert_eq!(mend("/bin/bash", Some(&bin)), expected);
    let set = format!("set --erase --global GOPROXY; set --universal --export GOPROXY '{url}'");
    assert_eq!(mend("/usr/bin/fish", Some(&bin)), format!("type `{set}` {yours}"));
}

/// What fish was handed hides what it keeps.
#[test]
fn fish_takes_a_value_that_is_to_last_for_this_shell_too() {
    const FILE: &str = "user/.local/go/toolchains/go1.99.1/go.env";
    let machine = Machine::healthy();
    machine.sandbox.write(FILE, "GOSUMDB=off\n");
    let doctor = machine.gox(&["doctor", "database"]).env_remove("GOSUMDB").env("SHELL", "/usr/bin/fish");
    let [_, mend] = seen_and_mend(doctor.env("PATH", machine.sandbox.root().join("bin")));
    let fish = |script: &str| machine.sandbox.command("fish").args(["-c", script]);
    fish(&format!("{mend}; printenv GOSUMDB")).env("GOSUMDB", "/a").stdout("sum.golang.org\n").check();
    fish("printenv GOSUMDB").env_remove("GOSUMDB").stdout("sum.golang.org\n").check();
}
