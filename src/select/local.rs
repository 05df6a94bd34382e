//! The base as the go command would see it: the local toolchain (Go source `cmd/go/internal/gover/local.go`).

use super::system;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::store::inventory::Toolchain;

/// The first version from which Go selects toolchains itself, and has a `go.env`.
const FIRST_SWITCHING: &str = "1.21rc1";
/// A number above all that Go will release.
const NEWEST: &str = "999999999999";

/// The toolchain whose rules count.
#[derive(Clone, Debug)]
pub(super) struct Local {
    /// Its full name; empty where none is there, or where it is not known yet.
    pub(super) name: ToolchainName,
    /// Its version; none is below every other.
    pub(super) version: Option<Version>,
    /// Whether it counts as GOTOOLCHAIN=auto, because it has no `go.env` that could say something.
    pub(super) is_auto: bool,
}

impl Local {
    /// Where no rule gave a base: whatever the lines say is above it.
    pub(super) fn none() -> Self {
        Local { name: ToolchainName::new(""), version: None, is_auto: true }
    }

    /// Whether there is no base.
    pub(super) fn is_none(&self) -> bool {
        self.name.as_str().is_empty() && self.version.is_none()
    }

    /// What answers the request; none for a linked toolchain that does not say its version.
    pub(super) fn of(request: &Request, toolchain: Option<&Toolchain>) -> Option<Self> {
        match toolchain {
            Some(toolchain) => Local::of_installed(toolchain),
            None => Some(Local::of_missing(request)),
        }
    }

    /// The name and version that the toolchain itself would report: its directory's where that is called as a
    /// release is, else what its VERSION file says. None where that says no version.
    pub(super) fn of_installed(toolchain: &Toolchain) -> Option<Self> {
        let name = if toolchain.name.is_linked() { reported(toolchain)? } else { toolchain.name.clone() };
        let version = name.version().cloned();
        let is_auto = version < Version::parse(FIRST_SWITCHING);
        Some(Local { name, version, is_auto })
    }

    /// What is not installed yet has a name when the request is exact. The newest of a line is not known, but no
    /// patch release is above it; other requests may mean any version.
    fn of_missing(request: &Request) -> Self {
        let version = match request {
            Request::Version(version) => Some(version.clone()),
            Request::Name(name) => name.version().cloned(),
            Request::Line(line) => Version::parse(&format!("{line}.{NEWEST}")),
            _ => Version::parse(NEWEST),
        };
        let name = request.toolchain().unwrap_or_else(|| ToolchainName::new(""));
        Local { name, version, is_auto: true }
    }
}

fn reported(toolchain: &Toolchain) -> Option<ToolchainName> {
    let text = system::version(&toolchain.path)?;
    // Before Go 1.25 a development tree was called `devel go1.23-abcdef`, and cmd/go says `go1.23`.
    let name = ToolchainName::new(text.strip_prefix("devel ").unwrap_or(&text));
    name.version().is_some().then_some(name)
}
