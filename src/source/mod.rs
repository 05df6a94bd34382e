//! Where toolchains come from.
//!
//! `dl` has archives, `proxy` has module zips, `dir` may have both. A source gives bytes and says what
//! it has; whether the bytes are believed is decided in [`crate::proof`].

use std::io::Read;
use std::path::PathBuf;
use std::time::SystemTime;

pub mod absent;
pub mod database;
pub mod dir;
pub mod dl;
pub mod download;
pub mod known;
pub mod network;
pub mod partial;
pub mod proxy;
pub mod race;
pub mod releases;
pub mod silent;
pub mod sources;

use url::Url;

use crate::go::name::ToolchainName;
use crate::go::source::{Format, SourceName};
use crate::net::failure::{self, Failure};
use crate::net::http::{self, Http, Start, is_web_page};
use download::Download;
use releases::Scope;

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

/// A source that answers.
#[derive(Debug)]
pub struct Probe {
    /// Where, without credentials.
    pub address: String,
    /// The server's clock when it answered; none where no server was asked, or did not tell.
    pub date: Option<SystemTime>,
    /// What was asked before and did not answer.
    pub silent: Vec<Failure>,
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

/// As much of an answer as tells what it is, in bytes.
const BEGINNING: u64 = 4096;

/// Asks for the beginning of a list, once.
fn probe(http: &Http, url: &Url) -> Result<Probe, Failure> {
    let response = http.get(url, &Start::default())?;
    let date = response.date;
    let mut body = Vec::new();
    let read = response.into_body().take(BEGINNING).read_to_end(&mut body);
    read.map_err(|error| http::broken(url, &error))?;
    if is_web_page(&body) {
        return Err(Failure::web_page(url));
    }
    Ok(Probe { address: failure::shown(url), date, silent: Vec::new() })
}
