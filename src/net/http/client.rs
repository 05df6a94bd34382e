//! The HTTP client: its time-outs, redirects and credentials.

use std::io::Read;
use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, ClientBuilder};
use reqwest::{header, redirect};
use url::Url;

use super::errors::{RedirectRefused, broken, setup, unanswered};
use super::file;
use super::response::{Head, Response, Start, accept};
use crate::net::failure::{Cause, Failure, without_credentials};
use crate::net::netrc::Netrc;
use crate::net::stall::{Deadline, Watched};

/// How long the look-up of a name, the connection and the TLS handshake may take together. A host within reach
/// needs less than a second, so there is no use in waiting for the longer time-out of a transfer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How many time-outs the whole of a small body may take: at the default of 30 s ten minutes, in which the
/// largest release list needs 2 KiB/s.
const TIMEOUTS_PER_BODY: u32 = 20;
/// As many as Go's `net/http` follows.
const MAX_REDIRECTS: usize = 10;

/// A client for `http`, `https` and `file` addresses. TLS is set up for the first request, as that costs
/// milliseconds which commands without one should not pay.
pub struct Http {
    timeout: Duration,
    offline: bool,
    client: OnceLock<Result<Client, Cause>>,
    /// Trusts no certificate, so that it can be built on a machine without root certificates; for `http` only.
    plain_client: OnceLock<Result<Client, Cause>>,
    netrc: LazyLock<Netrc>,
}

impl Http {
    /// A client that gives up where no byte comes for `timeout`, and that makes no request over the network if
    /// it is `offline`.
    pub fn new(timeout: Duration, offline: bool) -> Self {
        Http {
            timeout,
            offline,
            client: OnceLock::new(),
            plain_client: OnceLock::new(),
            netrc: LazyLock::new(Netrc::of_user),
        }
    }

    /// Requests the bytes of `url` from `start` on.
    pub fn get(&self, url: &Url, start: &Start) -> Result<Response, Failure> {
        if url.scheme() == "file" {
            return file::open(url, start);
        }
        if self.offline {
            return Err(Failure::new(url, Cause::Offline));
        }
        let mut request = self.client(url)?.get(without_credentials(url));
        if let Some((login, password)) = self.credentials(url) {
            request = request.basic_auth(login, Some(password));
        }
        if start.position > 0 {
            request = request.header(header::RANGE, format!("bytes={}-", start.position));
            if let Some(validator) = &start.validator {
                request = request.header(header::IF_RANGE, validator);
            }
        }
        let answer = request.send().map_err(|error| unanswered(url, &error, CONNECT_TIMEOUT))?;
        let head = Head {
            status: answer.status().as_u16(),
            reason: answer.status().canonical_reason(),
            header: |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()),
        };
        let response = accept(url, start, &head)?;
        Ok(response.with_body(Watched::new(answer)))
    }

    /// The whole body at `url`. It fails if it is longer than `limit` bytes, or takes longer than 20 time-outs.
    pub fn get_bytes(&self, url: &Url, limit: u64) -> Result<Vec<u8>, Failure> {
        let end = Instant::now() + self.timeout.saturating_mul(TIMEOUTS_PER_BODY);
        let response = self.get(url, &Start::default())?;
        let mut body = Vec::new();
        let read = Deadline::new(response.into_body(), end).take(limit + 1).read_to_end(&mut body);
        read.map_err(|error| broken(url, &error))?;
        if body.len() as u64 > limit {
            return Err(Failure::new(url, Cause::TooLong(limit)));
        }
        Ok(body)
    }

    /// Sets up the client for `url` without making a request: fails for `https` on a machine without root
    /// certificates.
    pub fn check_tls(&self, url: &Url) -> Result<(), Failure> {
        self.client(url).map(drop)
    }

    fn client(&self, url: &Url) -> Result<&Client, Failure> {
        let mut client = self.client.get_or_init(|| self.build(Client::builder()));
        if client.is_err() && url.scheme() == "http" {
            // As in a container without certificates, whose module proxy is reached over http.
            client = self.plain_client.get_or_init(|| self.build(Client::builder().tls_certs_only([])));
        }
        client.as_ref().map_err(|cause| Failure::new(url, cause.clone()))
    }

    fn build(&self, builder: ClientBuilder) -> Result<Client, Cause> {
        // This fails if the process has a default provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        builder
            .user_agent(concat!("gox/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(self.timeout)
            .redirect(redirect::Policy::custom(follow))
            // A `Referer` header would tell the address of a private proxy to the host it redirects to.
            .referer(false)
            .build()
            .map_err(|error| setup(&error))
    }

    /// A client that trusts this root certificate alone, and uses no proxy.
    #[cfg(test)]
    pub(super) fn trusting(root: reqwest::Certificate) -> Self {
        let http = Http::new(Duration::from_secs(30), false);
        let client = http.build(Client::builder().tls_certs_only([root]).no_proxy());
        Http { client: client.into(), ..http }
    }

    /// Login and password for `url`: its own, else those of netrc, which cmd/go sends over https only
    /// (Go source `cmd/go/internal/web`).
    fn credentials(&self, url: &Url) -> Option<(String, String)> {
        if !url.username().is_empty() || url.password().is_some() {
            return Some((decoded(url.username()), decoded(url.password().unwrap_or_default())));
        }
        if url.scheme() != "https" {
            return None;
        }
        self.netrc.credentials(url.host_str()?)
    }
}

/// Follows up to [`MAX_REDIRECTS`] redirects to `http` and `https`, but none from `https` to `http`. The
/// library itself sends no credentials to another host than the first.
fn follow(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let is_secure = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
    let reason = match attempt.url().scheme() {
        "https" | "http" if attempt.previous().len() > MAX_REDIRECTS => {
            format!("more than {MAX_REDIRECTS} redirects")
        }
        "http" if is_secure => "a redirect from https to http is refused".into(),
        "https" | "http" => return attempt.follow(),
        scheme => format!("a redirect to the scheme `{scheme}` is refused"),
    };
    attempt.error(RedirectRefused(reason))
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
