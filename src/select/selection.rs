//! The result of the resolver: which Go runs, and why.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use super::goenv::GoEnv;
use super::other_store::OtherStore;
use super::reason::Reason;
use super::system;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::store::inventory::Toolchain;
use crate::text;

/// What will run, and why.
#[derive(Debug)]
pub struct Selection {
    /// The Go that runs, or the request that is missing.
    pub selected: Selected,
    /// The rule that decided, and its place.
    pub reason: Reason,
    /// Whether the version is exact: no go line raises it, and Go does not switch.
    pub exact: bool,
    /// Whether the tool gets `GOTOOLCHAIN=local`, so that it does not switch itself.
    pub local: bool,
    /// Warnings for the user, one line each.
    pub warnings: Vec<Warning>,
    /// Go's settings, as read for the selection.
    pub(super) settings: GoEnv,
}

/// A Go to run, or a request to install first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected {
    /// A Go that exists.
    Present(Go),
    /// A toolchain that is not installed; no other one runs in its place.
    Missing {
        /// The request to install.
        request: Request,
        /// Whether installing is allowed: `GOTOOLCHAIN=path` forbids it.
        install: bool,
    },
}

/// A Go that can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Go {
    /// A toolchain in a store.
    Toolchain(Toolchain),
    /// The system Go, by the path of the tool. It selects toolchains itself.
    System(PathBuf),
    /// A program on PATH with the name of a toolchain, to which cmd/go would switch: a launcher of
    /// golang.org/dl, or a vendor's Go.
    OnPath {
        /// The toolchain's name: `go1.22.4`.
        name: ToolchainName,
        /// The path of the tool.
        path: PathBuf,
    },
}

impl Selected {
    /// The name of the selected toolchain, installed or missing. `None` for the system Go, and for a missing request
    /// that is not exact.
    pub fn name(&self) -> Option<ToolchainName> {
        match self {
            Selected::Present(Go::Toolchain(Toolchain { name, .. }) | Go::OnPath { name, .. }) => {
                Some(name.clone())
            }
            Selected::Present(Go::System(_)) => None,
            Selected::Missing { request, .. } => request.toolchain(),
        }
    }
}

impl Go {
    /// The path of `tool`, which must be the tool of the call that was resolved.
    pub fn tool(&self, tool: &str) -> PathBuf {
        match self {
            Go::Toolchain(toolchain) => toolchain.path.join("bin").join(tool),
            Go::System(path) | Go::OnPath { path, .. } => path.clone(),
        }
    }

    /// The request for exactly this Go.
    pub fn request(&self) -> Request {
        match self {
            Go::Toolchain(Toolchain { name, .. }) | Go::OnPath { name, .. } => name.request(),
            Go::System(_) => Request::System,
        }
    }

    /// The GOROOT; `None` for a program on PATH that is in no GOROOT.
    pub fn goroot(&self) -> Option<PathBuf> {
        match self {
            Go::Toolchain(toolchain) => Some(toolchain.path.clone()),
            Go::System(path) | Go::OnPath { path, .. } => system::goroot(path),
        }
    }
}

/// A problem that does not stop the call.
#[derive(Debug)]
pub enum Warning {
    /// The current directory was deleted, or cannot be reached.
    NoDirectory(io::Error),
    /// An exact pin is older than the go line of the project.
    Older(Box<Older>),
    /// The go line is no version that Go accepts.
    GoLine(Box<Reason>),
    /// What is to run is missing, and the shim belongs to a store that is not searched.
    OtherStore(OtherStore),
}

/// An exact pin, and the go line that asks for a newer version.
#[derive(Debug)]
pub struct Older {
    /// The version that runs.
    pub version: Version,
    /// The go line.
    pub line: Reason,
    /// What the user types, or writes, to have what the line asks for.
    pub instead: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::NoDirectory(error) => {
                let error = text::cause(error);
                write!(f, "pins and go.mod are not read: could not reach the current directory: {error}")
            }
            Warning::Older(older) => {
                // Every call of `go` says it, so it is one line of a terminal: the file alone, without its folder.
                let Older { version, line, instead } = &**older;
                let file = line.path.as_deref().and_then(Path::file_name).unwrap_or_default();
                let (file, number) = (text::path(Path::new(file)), line.line.unwrap_or(1));
                let wanted = text::escaped(&line.text);
                write!(f, "go{version} runs, but {file}:{number} asks for {wanted}: {instead}")
            }
            Warning::GoLine(line) => {
                let place = line.path.as_deref().map(text::path).unwrap_or_default();
                let (word, number) = (text::escaped(&line.text), line.line.unwrap_or(1));
                write!(f, "go commands fail here: {place}:{number} has `{word}` for a version such as `1.23`")
            }
            Warning::OtherStore(other) => write!(f, "{other}; to search both: `{}`", other.way_out()),
        }
    }
}

impl Selection {
    /// The Go that runs; `None` if it is missing.
    pub fn go(&self) -> Option<&Go> {
        match &self.selected {
            Selected::Present(go) => Some(go),
            Selected::Missing { .. } => None,
        }
    }

    /// The toolchain that runs; `None` if a Go outside the stores runs, or the toolchain is missing.
    pub fn toolchain(self) -> Option<Toolchain> {
        match self.selected {
            Selected::Present(Go::Toolchain(toolchain)) => Some(toolchain),
            _ => None,
        }
    }

    /// The warning that the Go that runs is older than the go line.
    pub fn older(&self) -> Option<&Older> {
        self.warnings.iter().find_map(|warning| match warning {
            Warning::Older(older) => Some(&**older),
            _ => None,
        })
    }

    /// Whether the toolchain `name` in a store runs.
    pub fn runs(&self, name: &ToolchainName) -> bool {
        matches!(&self.selected, Selected::Present(Go::Toolchain(toolchain)) if toolchain.name == *name)
    }

    /// A selection that is not exact, without `GOTOOLCHAIN=local` and warnings.
    pub(super) fn new(selected: Selected, reason: Reason, settings: GoEnv) -> Self {
        Selection { selected, reason, exact: false, local: false, warnings: Vec::new(), settings }
    }
}
