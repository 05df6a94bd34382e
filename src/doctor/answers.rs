//! Requests to the sources and the checksum database, with the HTTP client, proxies and certificates of an install.
//! A source is probed at most once, because several checks use its answer.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::env::{GOAUTH, GOPROXY};
use crate::error::{Error, Result};
use crate::go::source::SourceName;
use crate::net::failure::Failure;
use crate::net::goauth::Goauth;
use crate::net::goproxy::{Entry, Goproxy, Server};
use crate::net::http::Http;
use crate::proof::sumdb::gosumdb::{Database, Gosumdb};
use crate::proof::sumdb::log::{Remote, RemoteError};
use crate::proof::sumdb::note;
use crate::select::goenv::GoEnv;
use crate::select::world::World;
use crate::settings::Settings;
use crate::source::database::{Access, Carrier, TURNS};
use crate::source::existence::Lists;
use crate::source::network;
use crate::source::probe::Probe;
use crate::source::sources::Sources;

/// The sources and the database, with their answers.
pub(super) struct Answers {
    pub(super) sources: Arc<Sources>,
    /// The lists of the sources.
    pub(super) lists: Lists,
    /// The value of the setting `sources`; `None` if it is not set.
    names: Option<Vec<SourceName>>,
    /// The first of `GOPROXY` and `GOAUTH` that is invalid, with its error.
    pub(super) invalid: Option<(&'static str, Error)>,
    /// The checksum database, or the error if `GOSUMDB` is invalid.
    pub(super) database: Result<Gosumdb>,
    /// Go's settings, which these are from.
    pub(super) goenv: GoEnv,
    list: OnceCell<Result<Probe, Failure>>,
    proxy: OnceCell<Result<Probe, Failure>>,
}

impl Answers {
    /// Sends no request yet. `limit` is the time-out of each later request.
    pub(super) fn new(settings: &Settings, world: &World, limit: Duration) -> Self {
        let goenv = network::goenv(world);
        let database = network::gosumdb(&goenv);
        let mut invalid = None;
        let goproxy = network::goproxy(&goenv).unwrap_or_else(|error| {
            invalid = Some((GOPROXY, error));
            Goproxy::default()
        });
        let goauth = network::goauth(&goenv).unwrap_or_else(|error| {
            invalid.get_or_insert((GOAUTH, error));
            Goauth::default()
        });
        let names = settings.sources.clone();
        let settings = Settings { timeout: limit, offline: None, ..settings.clone() };
        let http = Http::new(settings.timeout, settings.offline.clone(), goauth);
        // A probe only tests whether a source answers, so whether a zip could be proven does not matter here.
        let provable = Gosumdb::parse("").unwrap_or(Gosumdb::Off);
        let sources = Arc::new(Sources::new(&settings, world.home(), http, goproxy, &provable));
        Answers {
            lists: Lists::of(sources.clone()),
            sources,
            names,
            invalid,
            database,
            goenv,
            list: OnceCell::new(),
            proxy: OnceCell::new(),
        }
    }

    /// Whether the setting `sources` has this source, or is not set.
    pub(super) fn uses(&self, name: &SourceName) -> bool {
        self.names.as_ref().is_none_or(|names| names.contains(name))
    }

    /// The folders in the setting `sources`.
    pub(super) fn folders(&self) -> Vec<&PathBuf> {
        let names = self.names.iter().flatten();
        names.filter_map(|name| if let SourceName::Dir(path) = name { Some(path) } else { None }).collect()
    }

    /// The answer of the release list's server; `None` if `dl` is not in use.
    pub(super) fn list(&self) -> Option<&Result<Probe, Failure>> {
        let source = self.sources.get(&SourceName::Dl)?;
        Some(self.list.get_or_init(|| source.probe()))
    }

    /// The answer of the module proxies; `None` if `proxy` is not in use, or `GOPROXY` is empty or begins with `off`.
    pub(super) fn proxy(&self) -> Option<&Result<Probe, Failure>> {
        let is_nobody = self.entries().first().is_none_or(|entry| entry.server == Server::Off);
        let source = self.sources.get(&SourceName::Proxy).filter(|_| !is_nobody)?;
        Some(self.proxy.get_or_init(|| source.probe()))
    }

    /// The entries of `GOPROXY`; empty if it is not set or invalid.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.sources.goproxy.entries
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

    /// Requests the tree head of the database and checks its signature. The error is a message for the user, and
    /// whether a proxy for the database may be missing.
    pub(super) fn head(&self, database: &Database) -> Result<(), (String, bool)> {
        let (http, goproxy) = (self.sources.http.clone(), self.sources.goproxy.clone());
        let access = Arc::new(Access::new(http, database.clone(), goproxy));
        let carrier = Carrier::new(access.clone(), TURNS.take()).without_retries();
        let note = carrier.read("/latest").map_err(|error| match error {
            RemoteError::NotFound(text) => (text, false),
            RemoteError::Unreachable(text) => (text, access.needs_proxy()),
        })?;
        let signed = note::open(&note, database.key());
        signed
            .map(drop)
            .map_err(|error| (format!("the tree head of {}: {error}", database.key().name()), false))
    }

    /// Whether TLS can be set up. Sends no request.
    pub(super) fn certificates(&self) -> Result<(), Error> {
        self.sources.http.check_tls(&crate::go::source::official()).map_err(Error::from)
    }
}
