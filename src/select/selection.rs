//! What the resolver decides.

use std::path::PathBuf;
use std::{fmt, io};

use super::goenv::GoEnv;
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
    /// What will run.
    pub selected: Selected,
    /// What decided.
    pub reason: Reason,
    /// No go line may raise it, and Go must not switch by itself.
    pub exact: bool,
    /// Whether the tool is given `GOTOOLCHAIN=local`, so that it runs and does not decide again.
    pub local: bool,
    /// What the user should know, a line each.
    pub warnings: Vec<Warning>,
    /// The settings that were read on the way.
    pub(super) settings: GoEnv,
}

/// What will run, or what has to be installed first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected {
    /// A Go that is there.
    Present(Go),
    /// A toolchain that is not installed. It is never replaced by another one.
    Missing {
        /// What has to be installed.
        request: Request,
        /// Whether that is allowed: not where Go's own `GOTOOLCHAIN=path` forbids it.
        install: bool,
    },
}

/// A Go that can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Go {
    /// A toolchain of a store.
    Toolchain(Toolchain),
    /// The system's, by the path of the tool; it decides for itself.
    System(PathBuf),
    /// Another program on PATH that is called as the toolchain is, which cmd/go would switch to: a launcher of
    /// golang.org/dl, or a vendor's Go.
    OnPath {
        /// The toolchain's name: `go1.22.4`.
        name: ToolchainName,
        /// The tool.
        path: PathBuf,
    },
}

impl Go {
    /// The path of `tool`, which is the one that was selected for.
    pub fn tool(&self, tool: &str) -> PathBuf {
        match self {
            Go::Toolchain(toolchain) => toolchain.path.join("bin").join(tool),
            Go::System(path) | Go::OnPath { path, .. } => path.clone(),
        }
    }

    /// Its GOROOT; none where it is on PATH and in no GOROOT.
    pub fn goroot(&self) -> Option<PathBuf> {
        match self {
            Go::Toolchain(toolchain) => Some(toolchain.path.clone()),
            Go::System(path) | Go::OnPath { path, .. } => system::goroot(path),
        }
    }
}

/// Something that goes on, and that the user should know.
#[derive(Debug)]
pub enum Warning {
    /// The current directory was deleted, or cannot be reached.
    NoDirectory(io::Error),
    /// An exact pin is older than the go line of the project.
    Older(Box<Older>),
}

/// An exact pin that is older than the go line.
#[derive(Debug)]
pub struct Older {
    /// The version that runs.
    pub version: Version,
    /// The pin.
    pub pin: Reason,
    /// The go line.
    pub line: Reason,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::NoDirectory(error) => {
                let error = text::cause(error);
                write!(f, "pins and go.mod are not read: could not reach the current directory: {error}")
            }
            Warning::Older(older) => {
                let Older { version, pin, line } = &**older;
                let wanted = text::escaped(&line.text);
                write!(f, "go{version} runs, {pin}, but go {wanted} is {line}")
            }
        }
    }
}

impl Selection {
    /// The toolchain of a store that runs; none where another Go does, or where it is missing.
    pub fn toolchain(self) -> Option<Toolchain> {
        match self.selected {
            Selected::Present(Go::Toolchain(toolchain)) => Some(toolchain),
            _ => None,
        }
    }

    /// Whether it is the toolchain of that name that runs.
    pub fn runs(&self, name: &ToolchainName) -> bool {
        matches!(&self.selected, Selected::Present(Go::Toolchain(toolchain)) if toolchain.name == *name)
    }

    /// Without more to it.
    pub(super) fn new(selected: Selected, reason: Reason, settings: GoEnv) -> Self {
        Selection { selected, reason, exact: false, local: false, warnings: Vec::new(), settings }
    }
}
