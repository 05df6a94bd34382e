//! Where toolchains come from.
//!
//! `dl` has archives, `proxy` has module zips, `dir` may have both. A source gives bytes and says what
//! it has; whether the bytes are believed is decided in [`crate::proof`].

use std::path::PathBuf;

pub mod absent;
pub mod database;
pub mod dir;
pub mod dl;
pub mod download;
pub mod known;
pub mod network;
pub mod partial;
pub mod probe;
pub mod proxy;
pub mod race;
pub mod releases;
pub mod silent;
pub mod sources;

use crate::go::name::ToolchainName;
use crate::go::source::{Format, SourceName};
use crate::net::failure::{self, Failure};
use download::Download;
use probe::Probe;

/// How much of the list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The newest patch of the two newest lines: a few kilobytes.
    Latest,
    /// Everything that was ever released.
    All,
}

/// A place that has toolchains.
pub trait Source: Send + Sync {
    /// Its name in settings, messages and receipts.
    fn name(&self) -> SourceName;

    /// The bytes of a toolchain for this machine.
    fn open(&self, toolchain: &ToolchainName) -> Result<Opened, Failure>;

    /// The names of all toolchains that it has for this machine.
    fn toolchains(&self, scope: Scope) -> Result<Names, Failure>;

    /// Whether it answers: asks for the beginning of its list, once.
    fn probe(&self) -> Result<Probe, Failure>;
}

/// What a source has, by name.
#[derive(Debug)]
pub struct Names {
    /// In no order.
    pub toolchains: Vec<ToolchainName>,
    /// What the user should know of the list, such as its age.
    pub note: Option<String>,
    /// Whether it is young enough to say that a version does not exist.
    pub current: bool,
}

impl Names {
    /// The names in a list of which there is nothing to tell. Those that no file could have are left out.
    pub fn of(toolchains: impl IntoIterator<Item = ToolchainName>) -> Self {
        let can_be = |name: &ToolchainName| name.as_str().len() <= ToolchainName::MAX_BYTES;
        Names { toolchains: toolchains.into_iter().filter(can_be).collect(), note: None, current: true }
    }
}

/// The bytes of a toolchain, and their form.
pub struct Opened {
    /// How to unpack them.
    pub format: Format,
    /// The bytes.
    pub bytes: Bytes,
}

/// Bytes on their way, or at hand.
pub enum Bytes {
    /// A download whose head has arrived.
    Network(Box<Download>),
    /// A file of this machine.
    File(PathBuf),
}

impl Opened {
    /// The address, for messages and the receipt.
    pub fn address(&self) -> String {
        match &self.bytes {
            Bytes::Network(download) => failure::shown(download.url()),
            Bytes::File(path) => path.display().to_string(),
        }
    }

    /// The size of the packed bytes, where known.
    pub fn size(&self) -> Option<u64> {
        match &self.bytes {
            Bytes::Network(download) => download.total(),
            Bytes::File(path) => std::fs::metadata(path).ok().map(|data| data.len()),
        }
    }

    /// How many of the packed bytes an earlier run left on disk.
    pub fn resumed(&self) -> u64 {
        match &self.bytes {
            Bytes::Network(download) => download.resumed(),
            Bytes::File(_) => 0,
        }
    }

    /// Whether the bytes came in more than one piece.
    pub fn is_spliced(&self) -> bool {
        matches!(&self.bytes, Bytes::Network(download) if download.is_spliced())
    }

    /// Removes what was kept on disk for a resume.
    pub fn forget(&self) {
        if let Bytes::Network(download) = &self.bytes {
            download.partial().remove();
        }
    }
}
