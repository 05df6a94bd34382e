//! The only file that names reqwest: one client, its time-outs, redirects and credentials. `file://` is answered here too, so that callers know one kind of address.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use reqwest::blocking::{Client, ClientBuilder, Response as HttpResponse};
use reqwest::{header, redirect};
use url::Url;

use super::failure::{Cause, Failure, without_credentials};
use super::netrc::Netrc;
use super::stall::{Deadline, Watched};

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A list, a record or a tile must be whole within so many times the time-out: ten minutes by default, in
/// which the longest of them needs 2 KiB/s.
const WHOLE: u32 = 20;
/// As browsers and curl's documentation suggest; a longer chain is a loop.
const MAX_REDIRECTS: usize = 10;

/// A client that is built when it is first used: TLS set-up costs milliseconds that `gox list` must not pay.
pub struct Http {
    timeout: Duration,
    offline: bool,
    client: OnceLock<Result<Client, String>>,
    /// One that trusts nobody, for machines without root certificates.
    bare_client: OnceLock<Result<Client, String>>,
    netrc: LazyLock<Netrc>,
}

/// Which bytes of a body are wanted.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The first byte; 0 asks for the whole.
    pub position: u64,
    /// The validator of the bytes before it, when the server gave one.
    pub validator: Option<String>,
}

/// The head of an answer with status 200 or 206, and its body.
pub struct Response {
    /// The position of the body's first byte in the whole: not 0 only where the server honoured the range.
    pub position: u64,
    /// The length of the whole, when the server told.
    pub total: Option<u64>,
    /// A strong validator for a later `If-Range`.
    pub validator: Option<String>,
    /// The media type, without parameters.
    pub media_type: Option<String>,
    /// The server's clock.
    pub date: Option<SystemTime>,
    body: Box<dyn Read + Send>,
}

impl Http {
    /// A client whose transfers fail after `timeout` without a byte.
    pub fn new(timeout: Duration, offline: bool) -> Self {
        Http {
            timeout,
            offline,
            client: OnceLock::new(),
            bare_client: OnceLock::new(),
            netrc: LazyLock::new(Netrc::of_user),
        }
    }

    /// Asks for `url` from a position on.
    pub fn get(&self, url: &Url, start: &Start) -> Result<Response, Failure> {
        if url.scheme() == "file" {
            return open_file(url, start);
        }
        if self.offline {
            return Err(Failure::new(url, Cause::Offline));
        }
        let client = self.client(url)?;
        let mut request = client.get(without_credentials(url));
        if let Some((login, password)) = self.credentials(url) {
            request = request.basic_auth(login, Some(password));
        }
        if start.position > 0 {
            request = request.header(header::RANGE, format!("bytes={}-", start.position));
            if let Some(validator) = &start.validator {
                request = request.header(header::IF_RANGE, validator);
            }
        }
        let response = request.send().map_err(|error| unanswered(url, &error))?;
        head(url, start, response)
    }

    /// The whole body, refused when it is longer than `limit` bytes, or takes too long.
    pub fn get_bytes(&self, url: &Url, limit: u64) -> Result<Vec<u8>, Failure> {
        let end = Instant::now() + self.timeout.saturating_mul(WHOLE);
        let response = self.get(url, &Start::default())?;
        let mut body = Vec::new();
        let read = Deadline::new(response.into_body(), end).take(limit + 1).read_to_end(&mut body);
        read.map_err(|error| broken(url, &error))?;
        if body.len() as u64 > limit {
            return Err(Failure::new(url, Cause::TooLong(limit)));
        }
        Ok(body)
    }

    /// Whether an https server could be asked at all; nobody is.
    pub fn check_tls(&self, url: &Url) -> Result<(), Failure> {
        self.client(url).map(drop)
    }

    fn client(&self, url: &Url) -> Result<&Client, Failure> {
        let built = self.client.get_or_init(|| self.build(Client::builder()).map_err(|error| setup(&error)));
        match built {
            Ok(client) => Ok(client),
            // Without TLS no root certificates are needed: the proxy of a company in a bare container.
            Err(_) if url.scheme() == "http" => {
                let bare = || self.build(Client::builder().tls_certs_only([])).map_err(|error| setup(&error));
                let built = self.bare_client.get_or_init(bare).as_ref();
                built.map_err(|text| Failure::new(url, Cause::Setup(text.clone())))
            }
            Err(text) => Err(Failure::new(url, Cause::Setup(text.clone()))),
        }
    }

    fn build(&self, builder: ClientBuilder) -> reqwest::Result<Client> {
        // An error means that a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        builder
            .user_agent(concat!("gox/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(self.timeout)
            .redirect(redirect::Policy::custom(follow))
            // The address of a private proxy is nobody else's business.
            .referer(false)
            .build()
    }

    /// The URL's own credentials, else netrc's, which cmd/go sends over https only
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

/// At most ten, to http and https only, and never from https to http. The library drops credentials
/// when the host changes.
fn follow(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let secure = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
    match attempt.url().scheme() {
        "https" | "http" if attempt.previous().len() > MAX_REDIRECTS => {
            attempt.error(Redirect(format!("more than {MAX_REDIRECTS} redirects")))
        }
        "http" if secure => attempt.error(Redirect("a redirect from https to http is refused".into())),
        "https" | "http" => attempt.follow(),
        scheme => {
            let text = format!("a redirect to the scheme `{scheme}` is refused");
            attempt.error(Redirect(text))
        }
    }
}

#[derive(Debug)]
struct Redirect(String);

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Redirect {}

/// Judges status, range and length before a byte of the body is taken.
fn head(url: &Url, start: &Start, response: HttpResponse) -> Result<Response, Failure> {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let retry_after = text(header::RETRY_AFTER).and_then(|value| value.trim().parse().ok());
    let length = text(header::CONTENT_LENGTH).and_then(|value| value.parse::<u64>().ok());
    let (position, total) = match response.status().as_u16() {
        200 => (0, length),
        206 => match text(header::CONTENT_RANGE).as_deref().and_then(content_range) {
            Some((first, total)) if first == start.position => (first, total),
            other => {
                let found = other.map_or("no range".into(), |(first, _)| format!("bytes from {first} on"));
                return Err(Failure::new(url, Cause::Range { wanted: start.position, found }));
            }
        },
        // The client follows all that it may.
        301 | 302 | 303 | 307 | 308 => {
            let text = "a redirect to no address of http or https is refused";
            return Err(Failure::new(url, Cause::Redirect(text.into())));
        }
        status => {
            return Err(Failure::new(url, Cause::Status { status, reason: reason(status), retry_after }));
        }
    };
    let validator = text(header::ETAG).filter(|tag| !tag.starts_with("W/"));
    let validator = validator.or_else(|| text(header::LAST_MODIFIED));
    let media_type = text(header::CONTENT_TYPE)
        .map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let date = text(header::DATE).and_then(|value| httpdate::parse_http_date(&value).ok());
    let body = Box::new(Watched::new(response));
    Ok(Response { position, total, validator, media_type, date, body })
}

/// `bytes 100-199/200` gives 100 and 200 (RFC 9110, 14.4); `*` as the length gives none. The bytes reach to
/// the end, as nothing else is ever asked for.
pub fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (digits(first)?, digits(last)?);
    let total = if total == "*" { None } else { Some(digits(total)?) };
    (first <= last && total.is_none_or(|total| last.checked_add(1) == Some(total))).then_some((first, total))
}

/// Whether a body that was to be text is a web page, whatever its type says.
pub fn is_web_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// The library takes a sign, too.
fn digits(text: &str) -> Option<u64> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

fn open_file(url: &Url, start: &Start) -> Result<Response, Failure> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::absent(url),
        _ => Failure::new(url, Cause::Other(error.to_string())),
    };
    let path = url.to_file_path().map_err(|()| Failure::new(url, Cause::Other("is no path".into())))?;
    // Before it is opened, as a FIFO would wait for somebody who writes.
    let data = std::fs::metadata(&path).map_err(failed)?;
    if !data.is_file() {
        return Err(Failure::new(url, Cause::Other("is not a file".into())));
    }
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let position = start.position.min(data.len());
    file.seek(SeekFrom::Start(position)).map_err(failed)?;
    Ok(Response {
        position,
        total: Some(data.len()),
        validator: None,
        media_type: None,
        date: None,
        body: Box::new(file),
    })
}

impl Response {
    /// The answer to a question for nothing: all bytes are there.
    pub fn complete(length: u64, validator: Option<String>) -> Self {
        let total = Some(length);
        Response {
            position: length,
            total,
            validator,
            media_type: None,
            date: None,
            body: Box::new(io::empty()),
        }
    }

    /// The bytes from [`Response::position`] on.
    pub fn into_body(self) -> Box<dyn Read + Send> {
        self.body
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// What kept a request from an answer.
fn unanswered(url: &Url, error: &reqwest::Error) -> Failure {
    let text = innermost(error);
    let cause = if let Some(Redirect(text)) = find::<Redirect>(error) {
        Cause::Redirect(text.clone())
    } else if let Some(tls) = find::<rustls::Error>(error) {
        Cause::Tls(tls.to_string())
    } else if error.is_timeout() && error.is_connect() {
        Cause::Connect(format!("no connection within {} s", CONNECT_TIMEOUT.as_secs()))
    } else if error.is_timeout() {
        Cause::Timeout("no answer in time".into())
    } else if chain(error).contains("dns error") {
        Cause::UnknownHost
    } else if error.is_connect() {
        Cause::Connect(text)
    } else if error.is_request() {
        Cause::Broken(text)
    } else {
        Cause::Other(text)
    };
    Failure::new(url, cause)
}

/// A body that could not be read to its end.
pub fn broken(url: &Url, error: &io::Error) -> Failure {
    let timed_out = error.kind() == io::ErrorKind::TimedOut
        || find::<reqwest::Error>(error).is_some_and(reqwest::Error::is_timeout);
    if timed_out {
        let slow = error.get_ref().filter(|_| error.kind() == io::ErrorKind::TimedOut);
        let text = slow.map_or_else(|| "no byte in time".to_owned(), ToString::to_string);
        return Failure::new(url, Cause::Timeout(text));
    }
    Failure::new(url, Cause::Broken(innermost(error)))
}

fn reason(status: u16) -> String {
    let name = reqwest::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    name.unwrap_or("unknown").to_lowercase()
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        // An io::Error that wraps another error shows it here, not as its source.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(found) = inner.and_then(|inner| find::<T>(inner)) {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The text of an error and of what caused it, outermost first.
fn causes(error: &(dyn StdError + 'static)) -> Vec<String> {
    let mut texts = vec![error.to_string()];
    let mut next = error.source();
    while let Some(error) = next {
        texts.push(error.to_string());
        next = error.source();
    }
    texts
}

fn setup(error: &reqwest::Error) -> String {
    let text = chain(error);
    if text.contains("No CA certificates") { "this machine has no root certificates".into() } else { text }
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    causes(error).join(": ")
}

fn innermost(error: &(dyn StdError + 'static)) -> String {
    let text = causes(error).pop().unwrap_or_default();
    // The TLS library answers with a page of its manual.
    if text.contains("close_notify") {
        return "the connection closed early".into();
    }
    // The operating system's own words, without the number that Rust adds.
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::content_range;

    #[test]
    fn ranges_are_read_as_the_standard_writes_them() {
        let table = [
            ("bytes 100-199/200", Some((100, Some(200)))),
            ("bytes 0-0/1", Some((0, Some(1)))),
            ("bytes 7-9/*", Some((7, None))),
            ("bytes 100-149/200", None),
            ("bytes 9-7/10", None),
            ("bytes */200", None),
            ("bytes +1-2/3", None),
            ("bytes 1-+2/3", None),
            ("bytes 1-2/+3", None),
            ("bytes 1-2/3 ", None),
            ("items 1-2/3", None),
            ("bytes 0-18446744073709551615/*", Some((0, None))),
            ("bytes 0-18446744073709551615/0", None),
            ("bytes 0-18446744073709551616/*", None),
        ];
        for (value, expected) in table {
            assert_eq!(content_range(value), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn a_range_is_what_was_written(first: u64, length in 1..=u64::MAX, near in "bytes [0-9+*/ -]{0,12}", told: bool) {
            let _ = content_range(&near);
            let last = first.saturating_add(length - 1);
            let total = last.checked_add(1).filter(|_| told);
            let length = total.map_or("*".to_owned(), |total| total.to_string());
            prop_assert_eq!(content_range(&format!("bytes {first}-{last}/{length}")), Some((first, total)));
        }
    }
}
