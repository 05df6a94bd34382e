//! The real Go of this machine, for tests in which it is the world.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use gox::go::version::Version;

use super::command::Command;
use super::is_offline;
use super::sandbox::Sandbox;

/// What a machine needs to reach the world, and a sandbox does not have.
const WAYS_OUT: [&str; 9] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// Installs a real version by gox, over the network.
#[track_caller]
pub(crate) fn install(sandbox: &Sandbox, version: &str) {
    let output = online(sandbox.gox(["install", version])).run();
    assert_eq!(output.code(), 0, "{}\n(without a network: GOX_TEST_OFFLINE=1)", output.stderr);
}

/// A command that may leave the sandbox, to the module proxy of this machine.
pub(crate) fn online(mut command: Command<'_>) -> Command<'_> {
    for name in WAYS_OUT {
        command = match env::var(name) {
            Ok(value) => command.env(name, value),
            Err(_) => command.env_remove(name),
        };
    }
    command.env("GOPROXY", goproxy())
}

/// As the go command sees it; a machine without Go names it in the environment.
fn goproxy() -> String {
    let known = env::var("GOPROXY").ok().filter(|value| !value.is_empty());
    let asked = || process::Command::new("go").args(["env", "GOPROXY"]).output().ok();
    let told =
        known.or_else(|| asked().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()));
    told.filter(|value| !value.is_empty()).unwrap_or_else(|| {
        panic!("no GOPROXY and no go command to ask; without a network: GOX_TEST_OFFLINE=1")
    })
}

/// A real GOROOT.
pub(crate) struct RealGo {
    pub(crate) goroot: PathBuf,
    /// `go1.26.8`.
    pub(crate) name: String,
}

impl RealGo {
    /// The one that `GOX_TEST_GO` names, else that of PATH. Without one the test fails, unless `GOX_TEST_OFFLINE=1`.
    pub(crate) fn find() -> Option<Self> {
        let go = env::var_os("GOX_TEST_GO").unwrap_or_else(|| "go".into());
        let output = process::Command::new(&go).args(["env", "GOROOT"]).env("GOTOOLCHAIN", "local").output();
        let Some(output) = output.ok().filter(|output| output.status.success()) else {
            assert!(is_offline(), "no real go: set GOX_TEST_GO, or GOX_TEST_OFFLINE=1 to do without");
            return None;
        };
        let goroot = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim_end());
        let version = fs::read_to_string(goroot.join("VERSION")).unwrap();
        Some(RealGo { goroot, name: version.lines().next().unwrap().to_owned() })
    }

    /// Whether it is this version or a newer one.
    pub(crate) fn is_at_least(&self, version: &str) -> bool {
        let own = Version::parse(&self.name[2..]);
        assert!(own.is_some(), "the tests need a release of Go, not {}: set GOX_TEST_GO", self.name);
        own >= Version::parse(version)
    }

    /// The command with this Go first on PATH, which may not leave the machine. Its cache outlives the tests, because
    /// compiling the standard library takes longer than all else.
    pub(crate) fn with<'a>(&self, sandbox: &Sandbox, command: Command<'a>) -> Command<'a> {
        command
            .env("PATH", sandbox.path_after([self.goroot.join("bin")]))
            .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache"))
            .env("GOTOOLCHAIN", "local")
            .env("GOPROXY", "off")
    }
}
