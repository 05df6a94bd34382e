//! Sends a request and follows its redirects. Credentials stay with the server that they are for.

use std::time::Duration;

use reqwest::blocking::{Client, Response};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::errors::unanswered;
use super::response::{Place, Start};
use crate::net::address::without_credentials;
use crate::net::failure::{Cause, Failure};
use crate::net::forward_proxy::ForwardProxies;
use crate::net::goauth::Credential;

/// How long the look-up of a name, the connection and the TLS handshake may take together. A host within reach
/// needs less than a second, so there is no use in waiting for the longer time-out of a transfer.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// As many as Go's `net/http` follows.
const MAX_REDIRECTS: usize = 10;
/// Headers that tell where a request begins, ends and goes to. Like Go's `net/http` gox writes them itself.
const OF_THE_REQUEST: [HeaderName; 4] =
    [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::TRAILER];

/// Requests the bytes of `url` from `start` on, and follows up to [`MAX_REDIRECTS`] redirects to `http` and `https`,
/// but none from `https` to `http`. Returns the answer and its place.
pub(super) fn send(
    client: &Client,
    proxies: &ForwardProxies,
    url: &Url,
    start: &Start,
    mut login: Option<&Credential>,
) -> Result<(Response, Place), Failure> {
    let mut place = without_credentials(url);
    for _ in 0..=MAX_REDIRECTS {
        let request =
            client.get(place.clone()).headers(headers(login)).headers(range(start)).headers(condition(start));
        let answer = request
            .send()
            .map_err(|error| unanswered(url, &error, CONNECT_TIMEOUT).through(proxies.of(&place)))?;
        if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok((answer, Place { url: place, login: login.cloned() }));
        }
        let next = target(&place, &answer).map_err(|reason| Failure::new(url, Cause::Redirect(reason)))?;
        if next.origin() != place.origin() {
            // What is dropped here does not come back, even if a later redirect leads back to this server.
            login = None;
        }
        place = next;
    }
    Err(Failure::new(url, Cause::Redirect(format!("more than {MAX_REDIRECTS} redirects"))))
}

/// The address that a redirect leads to. The error says why it is not followed.
fn target(place: &Url, answer: &Response) -> Result<Url, String> {
    let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let next = location.and_then(|location| place.join(location).ok()).filter(Url::has_host);
    let next = next.ok_or("a redirect to no address of http or https is refused")?;
    match next.scheme() {
        "http" if place.scheme() == "https" => Err("a redirect from https to http is refused".into()),
        "http" | "https" => Ok(without_credentials(&next)),
        scheme => Err(format!("a redirect to the scheme `{scheme}` is refused")),
    }
}

/// The headers of a login.
pub(super) fn headers(login: Option<&Credential>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in login.iter().flat_map(|login| &login.headers) {
        let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value)) else {
            continue;
        };
        value.set_sensitive(true);
        if !OF_THE_REQUEST.contains(&name) {
            headers.append(name, value);
        }
    }
    headers
}

fn range(start: &Start) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if start.position > 0 {
        headers.insert(
            header::RANGE,
            HeaderValue::from_str(&format!("bytes={}-", start.position)).expect("is text"),
        );
        let validator = start.validator.as_ref().and_then(|validator| HeaderValue::from_str(validator).ok());
        headers.extend(validator.map(|validator| (header::IF_RANGE, validator)));
    }
    headers
}

fn condition(start: &Start) -> HeaderMap {
    let tag = start.known.as_ref().and_then(|tag| HeaderValue::from_str(tag).ok());
    tag.into_iter().map(|tag| (header::IF_NONE_MATCH, tag)).collect()
}

/// The first lines of an answer, as a command of `GOAUTH` reads them: with the names of headers as Go spells them, such
/// as `Www-Authenticate`.
pub(super) fn head(answer: &Response) -> Vec<u8> {
    let mut head = format!("{:?} {}\n", answer.version(), answer.status()).into_bytes();
    for name in answer.headers().keys() {
        let parts = name.as_str().split('-').map(|part| match part.split_at_checked(1) {
            Some((first, rest)) => first.to_ascii_uppercase() + rest,
            None => String::new(),
        });
        let name_in_go = parts.collect::<Vec<_>>().join("-");
        let values: Vec<_> = answer.headers().get_all(name).iter().map(HeaderValue::as_bytes).collect();
        head.extend([name_in_go.as_bytes(), b": ", &values.join(&b", "[..]), b"\n"].concat());
    }
    head.push(b'\n');
    head
}
