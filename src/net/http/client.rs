//! The HTTP client: its time-outs, its trust, and who gets which credentials.

use std::io::Read;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, ClientBuilder, Response as Answer};
use reqwest::header::RANGE;
use reqwest::{Proxy, redirect};
#[cfg(test)]
use rustls::pki_types::CertificateDer;
use url::Url;

use super::errors::{broken, setup};
use super::file;
use super::part::Part;
use super::requests::{self, CONNECT_TIMEOUT};
use super::response::{Head, Place, Response, Start, accept};
use super::trust;
use crate::net::failure::{Cause, Failure};
use crate::net::forward_proxy::ForwardProxies;
use crate::net::goauth::{Credential, Credentials, Goauth};
use crate::net::stall::{Deadline, Watched};
use crate::settings::value::SetBy;

/// How many time-outs the whole of a small body may take: at the default of 30 s ten minutes, in which the
/// largest release list needs 2 KiB/s.
const TIMEOUTS_PER_BODY: u32 = 20;

/// A client for `http`, `https` and `file` addresses. TLS is set up for the first request, as that costs
/// milliseconds which commands without one should not pay.
pub struct Http {
    timeout: Duration,
    offline: Option<SetBy>,
    client: OnceLock<Result<Client, Cause>>,
    /// Trusts no certificate, so that it can be built on a machine without root certificates; for `http` only.
    plain_client: OnceLock<Result<Client, Cause>>,
    credentials: Credentials,
    proxies: Arc<ForwardProxies>,
}

impl Http {
    /// A client that gives up where no byte comes for `timeout`, and that makes no request over the network if
    /// somebody set `offline`. `goauth` says where the credentials come from.
    pub fn new(timeout: Duration, offline: Option<SetBy>, goauth: Goauth) -> Self {
        Http {
            timeout,
            offline,
            client: OnceLock::new(),
            plain_client: OnceLock::new(),
            credentials: Credentials::new(goauth),
            proxies: Arc::new(ForwardProxies::of_environment()),
        }
    }

    /// Requests the bytes of `url` from `start` on. Like cmd/go it refuses to send the login of an address over http,
    /// where all who pass by could read it (Go source `cmd/go/internal/web/http.go`). If the server refuses, it is
    /// asked once more with what `GOAUTH` knows of this address.
    pub fn get(&self, url: &Url, start: &Start) -> Result<Response, Failure> {
        if url.scheme() == "file" {
            return file::open(url, start);
        }
        if let Some(set_by) = &self.offline {
            return Err(Failure::new(url, Cause::Offline(set_by.clone())));
        }
        let own = own_login(url);
        if own.is_some() && url.scheme() == "http" {
            return Err(Failure::new(url, Cause::LoginInClear));
        }
        let first = own.clone().or_else(|| self.credentials.of(url));
        let (mut answer, mut place) = self.send(url, start, first.as_ref())?;
        let mut note = None;
        if own.is_none() && answer.status().is_client_error() {
            match self.credentials.ask(url, &requests::head(&answer)) {
                Ok(credential) => {
                    // Without another credential the answer would be this one again.
                    if Some(&credential.headers) != first.as_ref().map(|first| &first.headers) {
                        (answer, place) = self.send(url, start, Some(&credential))?;
                    }
                    credential.answered(answer.status().as_u16());
                }
                Err(failures) => note = (!failures.is_empty()).then(|| failures.join("; ")),
            }
        }
        let response = accept(url, start, &head(&answer))
            .map_err(|failure| failure.noted(note).through(self.proxies.of(url)))?;
        Ok(response.with_body(Watched::new(answer)).with_place(place))
    }

    /// A part of a file that answered at `place` before. `None` if the server does not say that it gives exactly these
    /// bytes, for whatever reason: the caller must be able to do without them. The body may still end earlier; what
    /// goes beyond them is not read, nor is its end waited for. Also returns the time until the answer began.
    pub fn part(&self, place: &Place, part: &Part) -> Option<(impl Read + use<>, Duration)> {
        let start = Instant::now();
        let request = self.client(&place.url).ok()?.get(place.url.clone());
        let request = request.headers(requests::headers(place.login.as_ref()));
        let answer = request.header(RANGE, part.range_header()).send().ok()?;
        let time = start.elapsed();
        let is_part = part.is_in(&head(&answer));
        is_part.then(|| (Watched::new(answer).take(part.length()), time))
    }

    fn send(&self, url: &Url, start: &Start, login: Option<&Credential>) -> Result<(Answer, Place), Failure> {
        requests::send(self.client(url)?, &self.proxies, url, start, login)
    }

    /// The time by which a body that is requested now, and held in memory, must have ended.
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.timeout.saturating_mul(TIMEOUTS_PER_BODY)
    }

    /// The whole body at `url`. It fails if it is longer than `limit` bytes, or takes longer than 20 time-outs.
    pub fn get_bytes(&self, url: &Url, limit: u64) -> Result<Vec<u8>, Failure> {
        let end = self.deadline();
        read(url, self.get(url, &Start::default())?, end, limit)
    }

    /// [`Http::get_bytes`] with the tag of the file; or what the caller has beside the `known` tag, where the server
    /// says that this is the tag still, and does not send the file.
    pub fn get_unless<T>(
        &self,
        url: &Url,
        known: Option<(&str, T)>,
        limit: u64,
    ) -> Result<Unless<T>, Failure> {
        let end = self.deadline();
        let tag = known.as_ref().map(|(tag, _)| (*tag).to_owned());
        match (self.get(url, &Start { known: tag, ..Start::default() }), known) {
            (Err(Failure { cause: Cause::Status { status: 304, .. }, .. }), Some((_, known))) => {
                Ok(Unless::Known(known))
            }
            (answer, _) => {
                let mut answer = answer?;
                let etag = answer.etag.take();
                Ok(Unless::New { body: read(url, answer, end, limit)?, etag })
            }
        }
    }

    /// Sets up the client for `url` without making a request: fails for `https` on a machine without root
    /// certificates.
    pub fn check_tls(&self, url: &Url) -> Result<(), Failure> {
        self.client(url).map(drop)
    }

    fn client(&self, url: &Url) -> Result<&Client, Failure> {
        let trusting = || trust::of_this_machine(Client::builder());
        let mut client = self.client.get_or_init(|| self.build(trusting()?));
        if client.is_err() && url.scheme() == "http" {
            // As in a container without certificates, whose module proxy is reached over http.
            client = self.plain_client.get_or_init(|| self.build(Client::builder().tls_certs_only([])));
        }
        client.as_ref().map_err(|cause| Failure::new(url, cause.clone()))
    }

    fn build(&self, builder: ClientBuilder) -> Result<Client, Cause> {
        // This fails if the process has a default provider already, which serves as well.
        let _ = trust::provider().install_default();
        let proxies = self.proxies.clone();
        builder
            .proxy(Proxy::custom(move |url| proxies.of(url).and_then(|proxy| proxy.address.clone().ok())))
            .user_agent(concat!("gox/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(self.timeout)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| setup(&error))
    }

    /// A client that trusts this root certificate alone, and uses no proxy.
    #[cfg(test)]
    pub(super) fn trusting(roots: Vec<CertificateDer<'static>>) -> Self {
        let http = Http::new(Duration::from_secs(30), None, Goauth::default());
        let http = Http { proxies: Arc::default(), ..http };
        let client = trust::only(Client::builder(), roots).and_then(|builder| http.build(builder));
        Http { client: client.into(), ..http }
    }
}

/// The answer for a file whose tag may be known.
pub enum Unless<T> {
    /// It has that tag still; and what the caller has of it.
    Known(T),
    /// It is new.
    New {
        /// The whole body.
        body: Vec<u8>,
        /// The `ETag`, if the server sent one.
        etag: Option<String>,
    },
}

/// The whole body of an answer, which must have ended by `end` and have no more than `limit` bytes.
fn read(url: &Url, answer: Response, end: Instant, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = Deadline::new(answer.into_body(), end).take(limit + 1).read_to_end(&mut body);
    read.map_err(|error| broken(url, &error))?;
    if body.len() as u64 > limit {
        return Err(Failure::new(url, Cause::TooLong(limit)));
    }
    Ok(body)
}

fn head<'a>(answer: &'a Answer) -> Head<impl Fn(&str) -> Option<&'a str>> {
    Head {
        status: answer.status().as_u16(),
        reason: answer.status().canonical_reason(),
        header: |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()),
    }
}

/// The login and password that `url` itself holds. Where it does, `GOAUTH` is not asked: its commands would get them as
/// an argument, which all users of the machine can see.
fn own_login(url: &Url) -> Option<Credential> {
    let has_login = !url.username().is_empty() || url.password().is_some();
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
    has_login
        .then(|| Credential::basic(&decoded(url.username()), &decoded(url.password().unwrap_or_default())))
}
