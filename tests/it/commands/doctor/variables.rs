//! The checks of variables.

use std::fs;

use super::{Machine, lines};

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
        "note",
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
            "unset GOSUMDB; go env -u GOSUMDB",
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
