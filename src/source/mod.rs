//! Where toolchains come from: `dl` serves archives, `proxy` serves module zips, `dir` may have both.
//!
//! A source lists toolchains and gives their bytes, all of them unverified: what they must be is proven by
//! [`crate::proof`] before anything is installed.

use std::path::PathBuf;

pub mod absent;
pub mod database;
pub mod dir;
pub mod dl;
pub mod download;
pub mod existence;
pub mod known;
pub mod network;
pub mod partial;
pub mod probe;
pub mod proving;
pub mod proxy;
pub mod race;
pub mod releases;
mod shared;
pub mod side;
pub mod source_failure;
pub mod sources;

use crate::go::name::ToolchainName;
use crate::go::source::{Format, SourceName};
use crate::net::address;
use crate::net::failure::Failure;
use download::Download;
use probe::Probe;

/// How much of a source's list is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The newest patch of the two newest lines: a few kilobytes.
    Latest,
    /// Everything that was ever released.
    All,
}

/// A place that has toolchains.
pub trait Source: Send + Sync {
    /// The name of the source in settings, messages and receipts.
    fn name(&self) -> SourceName;

    /// Opens the packed bytes of a toolchain for this platform.
    fn open(&self, toolchain: &ToolchainName) -> Result<Opened, Failure>;

    /// The names of all toolchains that the source has for this platform.
    fn toolchains(&self, scope: Scope) -> Result<Names, Failure>;

    /// Whether the source answers: asks once for the beginning of its list.
    fn probe(&self) -> Result<Probe, Failure>;
}

/// The toolchains in a source's list.
#[derive(Clone, Debug)]
pub struct Names {
    /// The names, in no order.
    pub toolchains: Vec<ToolchainName>,
    /// A note for the user about the list, such as its age.
    pub note: Option<String>,
    /// Whether the list is current, and not one of an earlier run because a newer could not be fetched.
    pub current: bool,
}

impl Names {
    /// The names in a current list. Names that are too long for a file are left out.
    pub fn of(toolchains: impl IntoIterator<Item = ToolchainName>) -> Self {
        let fits = |name: &ToolchainName| name.as_str().len() <= ToolchainName::MAX_BYTES;
        Names { toolchains: toolchains.into_iter().filter(fits).collect(), note: None, current: true }
    }
}

/// The packed bytes of a toolchain, and their format.
pub struct Opened {
    /// How to unpack the bytes.
    pub format: Format,
    /// The bytes.
    pub bytes: Bytes,
}

/// Packed bytes from the network or from a file.
pub enum Bytes {
    /// A download whose response head has arrived.
    Network(Box<Download>),
    /// A file on this machine.
    File(PathBuf),
}

impl Opened {
    /// The URL without credentials, or the path of the file.
    pub fn address(&self) -> String {
        match &self.bytes {
            Bytes::Network(download) => address::shown(&download.url),
            Bytes::File(path) => path.display().to_string(),
        }
    }

    /// The number of packed bytes, if known.
    pub fn size(&self) -> Option<u64> {
        match &self.bytes {
            Bytes::Network(download) => download.total,
            Bytes::File(path) => std::fs::metadata(path).ok().map(|data| data.len()),
        }
    }

    /// The number of packed bytes that an earlier run left on disk.
    pub fn resumed(&self) -> u64 {
        match &self.bytes {
            Bytes::Network(download) => download.resumed,
            Bytes::File(_) => 0,
        }
    }

    /// The number of packed bytes that were downloaded for it, by an earlier run too; none of a file on this machine.
    pub fn downloaded(&self) -> u64 {
        match &self.bytes {
            Bytes::Network(download) => download.fetched(),
            Bytes::File(_) => 0,
        }
    }

    /// Whether the bytes come from more than one response, which may be of different files.
    pub fn is_spliced(&self) -> bool {
        matches!(&self.bytes, Bytes::Network(download) if download.is_spliced())
    }

    /// Removes the bytes that are kept on disk for a resume.
    pub fn forget(&self) {
        if let Bytes::Network(download) = &self.bytes {
            download.partial.remove();
        }
    }
}
