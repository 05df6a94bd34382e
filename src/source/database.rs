//! Access to the checksum database, through the first proxy of `GOPROXY` that serves it, else directly
//! (Go source `cmd/go/internal/modfetch/sumdb.go`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use url::Url;

use super::shared::{MayBeAnswer, Shared};
use crate::net::failure::Failure;
use crate::net::goproxy::{Goproxy, Server, join};
use crate::net::http::Http;
use crate::net::retry::{Retry, retry};
use crate::os::threads::{Turn, Turns, lock};
use crate::proof::sumdb::MAX_ANSWER_BYTES;
use crate::proof::sumdb::gosumdb::Database;
use crate::proof::sumdb::log::{Remote, RemoteError};

/// Limit of lookups at a time. A lookup outlives an install that failed, until the database answers or the time-out
/// ends it. Without a limit, a database that never answers would collect a thread and a connection for every install.
pub static TURNS: Turns = Turns::new(8);

type SharedTile = Shared<Vec<u8>, RemoteError>;

/// How a checksum database is reached, and what this run has heard from it.
pub struct Access {
    http: Arc<Http>,
    database: Database,
    goproxy: Goproxy,
    /// The URL at which it answers.
    base: Shared<Url, RemoteError>,
    /// The tiles by path, as unproven as they come: lookups at the same time need the same ones.
    tiles: Mutex<HashMap<String, Arc<SharedTile>>>,
}

impl Access {
    /// Access through the first of the proxies that serves the database, else directly; sends nothing yet.
    pub fn new(http: Arc<Http>, database: Database, goproxy: Goproxy) -> Self {
        Access { http, database, goproxy, base: Shared::default(), tiles: Mutex::default() }
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Whether there are proxies that could carry the database.
    pub fn has_proxies(&self) -> bool {
        self.goproxy.entries.iter().any(|entry| matches!(entry.server, Server::Proxy(_)))
    }

    /// Whether its own host was asked, because no proxy carries it.
    pub fn is_past_proxies(&self) -> bool {
        let direct = Url::parse(&self.database.direct_url()).ok();
        self.database.only_url().is_none() && direct.is_some() && self.base.known() == direct
    }

    /// Whether it is asked by proxies, and none is named but Go's own.
    pub fn needs_proxy(&self) -> bool {
        self.database.only_url().is_none() && self.goproxy.is_default()
    }

    /// Forgets the tiles: some of them are refused.
    pub fn forget_tiles(&self) {
        lock(&self.tiles).clear();
    }
}

impl MayBeAnswer for RemoteError {
    fn is_answer(&self) -> bool {
        matches!(self, RemoteError::NotFound(_))
    }
}

/// Carries requests to a checksum database, for [`crate::proof::sumdb::log`].
pub struct Carrier {
    access: Arc<Access>,
    retries: bool,
    _turn: Turn,
}

impl Carrier {
    /// A carrier that repeats failed requests; sends nothing yet.
    pub fn new(access: Arc<Access>, turn: Turn) -> Self {
        Carrier { access, retries: true, _turn: turn }
    }

    /// Sends each request once: enough to learn whether the database answers.
    #[must_use]
    pub fn without_retries(self) -> Self {
        Carrier { retries: false, ..self }
    }

    /// The URL at which the database answers, found at the first request.
    fn base(&self) -> Result<Url, RemoteError> {
        self.access.base.get(|| self.find())
    }

    /// Requests `url`, again after a failure that is cheap to retry, because an install may depend on the answer.
    fn get(&self, url: &Url) -> Result<Vec<u8>, Failure> {
        let is_worthwhile = |failure: &Failure| self.retries && failure.is_cheap_to_retry();
        let ask = || self.access.http.get_bytes(url, MAX_ANSWER_BYTES as u64);
        retry(ask, |failure| Retry::after([failure], is_worthwhile))
    }

    fn find(&self) -> Result<Url, RemoteError> {
        let Access { database, goproxy, .. } = &*self.access;
        let proxies = if database.only_url().is_some() { &[] } else { goproxy.entries.as_slice() };
        for entry in proxies {
            let Server::Proxy(proxy) = &entry.server else { break };
            let base = join(proxy, &format!("sumdb/{}", database.key().name()));
            match self.get(&join(&base, "supported")) {
                Ok(_) => return Ok(base),
                Err(failure) if entry.on_any_failure || failure.is_absent() => {}
                Err(failure) => return Err(unreachable(&failure)),
            }
        }
        let direct = database.direct_url();
        Url::parse(&direct).map_err(|error| RemoteError::Unreachable(format!("`{direct}`: {error}")))
    }

    fn fetch(&self, path: &str) -> Result<Vec<u8>, RemoteError> {
        let url = join(&self.base()?, path);
        self.get(&url).map_err(|failure| {
            if failure.is_absent() {
                RemoteError::NotFound(failure.to_string())
            } else {
                unreachable(&failure)
            }
        })
    }
}

impl Remote for Carrier {
    fn read(&self, path: &str) -> Result<Vec<u8>, RemoteError> {
        if !path.starts_with("/tile/") {
            return self.fetch(path);
        }
        let tile = lock(&self.access.tiles).entry(path.to_owned()).or_default().clone();
        tile.get(|| self.fetch(path))
    }
}

fn unreachable(failure: &Failure) -> RemoteError {
    RemoteError::Unreachable(failure.to_string())
}
