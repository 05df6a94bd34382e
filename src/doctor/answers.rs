//! What the sources and the database answer, with the same client, proxies and certificates that an install
//! has. Each is asked once, and only for the beginning of an answer.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::go::source::SourceName;
use crate::net::failure::Failure;
use crate::net::goproxy::{Entry, Goproxy, Server};
use crate::proof::sumdb::gosumdb::{Database, Gosumdb};
use crate::proof::sumdb::log::{Remote, RemoteError};
use crate::proof::sumdb::note;
use crate::select::world::World;
use crate::settings::Settings;
use crate::source::database::{Carrier, Turn};
use crate::source::network;
use crate::source::probe::Probe;
use crate::source::sources::Sources;

/// Those who are asked, and what they said.
pub(super) struct Answers {
    pub(super) sources: Sources,
    /// The names that the setting has, where it is set.
    names: Option<Vec<SourceName>>,
    /// What is wrong with `GOPROXY`.
    pub(super) goproxy: Result<()>,
    /// The checksum database, or what is wrong with `GOSUMDB`.
    pub(super) database: Result<Gosumdb>,
    list: OnceCell<Result<Probe, Failure>>,
    proxy: OnceCell<Result<Probe, Failure>>,
}

impl Answers {
    /// Nobody is asked yet; each may take as long as `limit`.
    pub(super) fn new(settings: &Settings, world: &World, limit: Duration) -> Self {
        let goenv = network::goenv(world);
        let database = network::gosumdb(&goenv);
        let (goproxy, invalid) = match network::goproxy(&goenv) {
            Ok(goproxy) => (goproxy, Ok(())),
            Err(error) => (Goproxy::default(), Err(error)),
        };
        let names = settings.sources.clone();
        let settings = Settings { timeout: limit, offline: false, ..settings.clone() };
        // What proves a zip is another question than whether somebody has it.
        let provable = Gosumdb::parse("").unwrap_or(Gosumdb::Off);
        Answers {
            sources: Sources::new(&settings, world.home(), goproxy, &provable),
            names,
            goproxy: invalid,
            database,
            list: OnceCell::new(),
            proxy: OnceCell::new(),
        }
    }

    /// Whether the setting `sources` lets this one be used.
    pub(super) fn uses(&self, name: &SourceName) -> bool {
        self.names.as_ref().is_none_or(|names| names.contains(name))
    }

    /// The folders that the setting names.
    pub(super) fn folders(&self) -> Vec<&PathBuf> {
        let names = self.names.iter().flatten();
        names.filter_map(|name| if let SourceName::Dir(path) = name { Some(path) } else { None }).collect()
    }

    /// What the release list's server says; none where it is not used.
    pub(super) fn list(&self) -> Option<&Result<Probe, Failure>> {
        let source = self.sources.get(&SourceName::Dl)?;
        Some(self.list.get_or_init(|| source.probe()))
    }

    /// What the proxies say; none where none is used.
    pub(super) fn proxy(&self) -> Option<&Result<Probe, Failure>> {
        let is_nobody = self.entries().first().is_none_or(|entry| entry.server == Server::Off);
        let source = self.sources.get(&SourceName::Proxy).filter(|_| !is_nobody)?;
        Some(self.proxy.get_or_init(|| source.probe()))
    }

    /// The entries of `GOPROXY`; empty where nothing names one, or where it is invalid.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.sources.proxies
    }

    pub(super) fn has_list(&self) -> bool {
        self.list().is_some_and(Result::is_ok)
    }

    pub(super) fn has_proxy(&self) -> bool {
        self.proxy().is_some_and(Result::is_ok)
    }

    pub(super) fn has_folder(&self) -> bool {
        self.folders().iter().any(|path| path.is_dir())
    }

    /// Whether the database gives its tree head, signed by its key; the error says what is wrong.
    pub(super) fn head(&self, database: &Database) -> Result<(), String> {
        let (http, proxies) = (self.sources.http.clone(), self.entries().to_vec());
        let carrier = Carrier::new(http, database.clone(), proxies, Turn::take()).without_retries();
        let note = carrier.read("/latest").map_err(|error| match error {
            RemoteError::NotFound(text) | RemoteError::Unreachable(text) => text,
        })?;
        let signed = note::open(&note, database.key());
        signed.map(drop).map_err(|error| format!("the tree head of {}: {error}", database.key().name()))
    }

    /// Whether TLS can be set up at all; nobody is asked.
    pub(super) fn certificates(&self) -> Result<(), Error> {
        self.sources.http.check_tls(&crate::go::source::official()).map_err(Error::from)
    }
}
