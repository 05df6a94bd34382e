//! The real Go of this machine, for tests in which it is the world.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use gox::go::version::Version;

use super::command::Command;
use super::is_offline;
use super::sandbox::Sandbox;

/// A real GOROOT.
pub(crate) struct RealGo {
    pub(crate) goroot: PathBuf,
    /// `go1.26.8`.
    pub(crate) name: String,
}

impl RealGo {
    /// The one that `GOX_TEST_GO` names, else that of PATH. Without one the test fails, unless `GOX_TEST_OFFLINE=1`.
    pub(crate) fn find() -> Option<Self> {
        let go = std::env::var_os("GOX_TEST_GO").unwrap_or_else(|| "go".into());
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
