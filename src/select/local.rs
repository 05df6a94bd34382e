//! The local toolchain: the base as the go command in it would see itself (Go source
//! `cmd/go/internal/gover/local.go`).

use super::system;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::store::inventory::Toolchain;

/// The first version that selects toolchains itself and has a `go.env` (Go 1.21 release notes).
const FIRST_SWITCHING: &str = "1.21rc1";
/// A number above any patch number and any major number that Go will release.
const NEWEST: &str = "999999999999";

/// The toolchain by whose rules GOTOOLCHAIN and the lines count.
#[derive(Clone, Debug)]
pub(super) struct Local {
    /// The full name; empty if there is no base, or the request for it is not exact and nothing is installed.
    pub(super) name: ToolchainName,
    /// The version; `None` is below every other.
    pub(super) version: Option<Version>,
    /// Whether the default of GOTOOLCHAIN is `auto`, because the toolchain has no `go.env`: it is older than
    /// 1.21, or missing.
    pub(super) is_auto: bool,
}

impl Local {
    /// The local toolchain if there is no base. Any version in a line is above it.
    pub(super) fn none() -> Self {
        Local { name: ToolchainName::new(""), version: None, is_auto: true }
    }

    /// Whether there is no base.
    pub(super) fn is_none(&self) -> bool {
        self.name.as_str().is_empty() && self.version.is_none()
    }

    /// The local toolchain for a request and the installed toolchain that it means. `None` for a linked GOROOT
    /// that does not tell its version.
    pub(super) fn of(request: &Request, toolchain: Option<&Toolchain>) -> Option<Self> {
        match toolchain {
            Some(toolchain) => Local::of_installed(toolchain),
            None => Some(Local::of_missing(request)),
        }
    }

    /// The local toolchain for an installed one: named as its directory, but for a linked GOROOT as its VERSION
    /// file says. `None` if that file has no version.
    pub(super) fn of_installed(toolchain: &Toolchain) -> Option<Self> {
        let name = if toolchain.name.is_linked() { reported(toolchain)? } else { toolchain.name.clone() };
        let version = name.version().cloned();
        let is_auto = version < Version::parse(FIRST_SWITCHING);
        Some(Local { name, version, is_auto })
    }

    /// The local toolchain for a request that is not installed. Unless the request is exact its version is
    /// unknown, and counts as the highest that the request allows: of the line, or of all.
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
    // Before Go 1.25 the VERSION of a development tree is `devel go1.23-abcdef`; cmd/go drops `devel`.
    let name = ToolchainName::new(text.strip_prefix("devel ").unwrap_or(&text));
    name.version().is_some().then_some(name)
}
