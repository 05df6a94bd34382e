//! A network that lets neither go.dev nor the database through, where nothing names a proxy: each command that needs the
//! database says how to name one.

use std::fs;

use super::lines;
use crate::proofs::toolchain;
use crate::support::archives::FakeToolchain;
use crate::support::proxy::{self, ModuleProxy};
use crate::support::sandbox::Sandbox;

const NAME_ONE: &str = "hint: if sumdb.test cannot be reached, set a module proxy that carries it: `export GOPROXY=https://proxy.example.com`\n";
const COPY: &str = "hint: copy what the store of another machine knows of the database: `ssh HOST tar -C .local/go -c sumdb cache/sumdb | tar -C [HOME] -x`\n";
const UNREACHED: &str =
    "could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between";

/// A user who has installed the toolchain, keeps nothing of the database, and has it in two other places.
fn user() -> (Sandbox, ModuleProxy) {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    run.stderr(&lines::by_proxy(&toolchain())).check();
    fs::remove_dir_all(sandbox.home().join("cache")).unwrap();
    proxy::write_to(&sandbox.root().join("mod"), &[FakeToolchain::new("1.99.2")]);
    FakeToolchain::new("1.99.3").write_to(&sandbox.user().join("tree"));
    (sandbox, proxy)
}

#[test]
fn where_no_proxy_is_named_each_command_says_how_to_name_one() {
    let (sandbox, proxy) = user();
    let asked = |version: &str| {
        format!(
            "could not reach the checksum database: `https://sumdb.test/lookup/golang.org/toolchain@v0.0.1-go{version}.[OS]-[ARCH]`: {UNREACHED}\n"
        )
    };
    let folder = format!("dir:{}/mod", sandbox.root().display());
    let gox = |words: &[&str]| sandbox.gox(words).env("GOSUMDB", proxy.sumdb.verifier());
    // The `go.env` of each release names a proxy that is behind the same wall.
    for go_env in ["", "GOPROXY=https://proxy.test,direct\n"] {
        let by_default = !go_env.is_empty();
        if by_default {
            FakeToolchain::new("1.26.8")
                .with_file("go.env", 0o644, go_env)
                .write_to(&sandbox.root().join("sdk"));
            std::os::unix::fs::symlink("../sdk/bin/go", sandbox.root().join("bin/go")).unwrap();
        }
        let asked = |version: &str| {
            if by_default {
                format!(
                    "could not reach the checksum database: `https://proxy.test/sumdb/sumdb.test/supported`: {UNREACHED}\n"
                )
            } else {
                asked(version)
            }
        };
        let run = gox(&["install", "1.99.2"]).env("GOX_SOURCES", &folder).run();
        assert_eq!(run.code(), 4);
        let zip = "[ROOT]/mod/golang.org/toolchain/@v/v0.0.1-go1.99.2.[OS]-[ARCH].zip";
        let expected = format!("error: {}  while proving `{zip}`\n{NAME_ONE}{COPY}", asked("1.99.2"));
        assert!(run.stderr.ends_with(&expected), "{}\n{expected}", run.stderr);

        let run = gox(&["import", "--yes"]).arg(sandbox.user().join("tree")).run();
        let expected = format!("error: the tree cannot be imported\n{NAME_ONE}{COPY}");
        assert_eq!((run.code(), run.stderr), (4, expected));
        assert!(run.stdout.ends_with(&asked("1.99.3")), "{}", run.stdout);

        let expected = format!("error: {}  while verifying go1.99.1\n{NAME_ONE}{COPY}", asked("1.99.1"));
        gox(&["verify", "--log"]).code(4).stderr(&expected).check();
    }
}

/// Whoever named a proxy has nothing to name.
#[test]
fn a_proxy_of_the_user_s_is_not_to_be_named() {
    let (sandbox, proxy) = user();
    let run = sandbox.gox(["verify", "--log"]).env("GOSUMDB", proxy.sumdb.verifier());
    let expected = "\
error: could not reach the checksum database: `http://[SERVER]/sumdb/sumdb.test/supported`: could not connect: connection refused
  while verifying go1.99.1
";
    run.env("GOPROXY", "http://127.0.0.1:1").code(4).stderr(expected).check();
}
