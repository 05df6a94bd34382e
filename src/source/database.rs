//! Access to the checksum database, through the first proxy of `GOPROXY` that serves it, else directly
//! (Go source `cmd/go/internal/modfetch/sumdb.go`).

use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};

use url::Url;

use crate::net::failure::Failure;
use crate::net::goproxy::{Entry, Server, join};
use crate::net::http::Http;
use crate::net::retry::{Retry, retry};
use crate::os::threads::lock;
use crate::proof::sumdb::MAX_ANSWER_BYTES;
use crate::proof::sumdb::gosumdb::Database;
use crate::proof::sumdb::log::{Remote, RemoteError};

/// Limit of lookups at a time. A lookup outlives an install that failed, until the database answers or the time-out
/// ends it. Without a limit, a database that never answers would collect a thread and a connection for every install.
const MAX_TURNS: usize = 8;

static TURNS: Mutex<usize> = Mutex::new(0);
static TURN_FREED: Condvar = Condvar::new();

/// The right to ask the database, given back when dropped; at most eight exist at a time.
pub struct Turn(());

impl Turn {
    /// Takes a turn if one is free.
    pub fn try_take() -> Option<Self> {
        let mut turns = lock(&TURNS);
        (*turns < MAX_TURNS).then(|| {
            *turns += 1;
            Turn(())
        })
    }

    /// Takes a turn, and waits for one if none is free.
    pub fn take() -> Self {
        let turns = TURN_FREED.wait_while(lock(&TURNS), |count| *count >= MAX_TURNS);
        *turns.unwrap_or_else(PoisonError::into_inner) += 1;
        Turn(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *lock(&TURNS) -= 1;
        TURN_FREED.notify_one();
    }
}

/// Carries requests to a checksum database, for [`crate::proof::sumdb::log`].
pub struct Carrier {
    http: Arc<Http>,
    database: Database,
    proxies: Vec<Entry>,
    base: OnceLock<Result<Url, RemoteError>>,
    retries: bool,
    _turn: Turn,
}

impl Carrier {
    /// A carrier that repeats failed requests; sends nothing yet.
    pub fn new(http: Arc<Http>, database: Database, proxies: Vec<Entry>, turn: Turn) -> Self {
        Carrier { http, database, proxies, base: OnceLock::new(), retries: true, _turn: turn }
    }

    /// Sends each request once: enough to learn whether the database answers.
    #[must_use]
    pub fn without_retries(self) -> Self {
        Carrier { retries: false, ..self }
    }

    /// The URL at which the database answers, found at the first request.
    fn base(&self) -> Result<&Url, RemoteError> {
        self.base.get_or_init(|| self.find()).as_ref().map_err(Clone::clone)
    }

    /// Requests `url`, again after a failure that is cheap to retry, because an install may depend on the answer.
    fn get(&self, url: &Url) -> Result<Vec<u8>, Failure> {
        let is_worthwhile = |failure: &Failure| self.retries && failure.is_cheap_to_retry();
        let ask = || self.http.get_bytes(url, MAX_ANSWER_BYTES as u64);
        retry(ask, |failure| Retry::after([failure], is_worthwhile))
    }

    fn find(&self) -> Result<Url, RemoteError> {
        let proxies = if self.database.only_url().is_some() { &[] } else { self.proxies.as_slice() };
        for entry in proxies {
            let Server::Proxy(proxy) = &entry.server else { break };
            let base = join(proxy, &format!("sumdb/{}", self.database.key().name()));
            match self.get(&join(&base, "supported")) {
                Ok(_) => return Ok(base),
                Err(failure) if entry.on_any_failure || failure.is_absent() => {}
                Err(failure) => return Err(unreachable(&failure)),
            }
        }
        let direct = self.database.direct_url();
        Url::parse(&direct).map_err(|error| RemoteError::Unreachable(format!("`{direct}`: {error}")))
    }
}

impl Remote for Carrier {
    fn read(&self, path: &str) -> Result<Vec<u8>, RemoteError> {
        let url = join(self.base()?, path);
        self.get(&url).map_err(|failure| {
            if failure.is_absent() {
                RemoteError::NotFound(failure.to_string())
            } else {
                unreachable(&failure)
            }
        })
    }
}

fn unreachable(failure: &Failure) -> RemoteError {
    RemoteError::Unreachable(failure.to_string())
}
