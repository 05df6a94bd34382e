//! The answer to a request, accepted or refused by its status, its range and its length.

use std::io::{self, Read};
use std::time::SystemTime;

use url::Url;

use crate::net::failure::{Cause, Failure};
use crate::net::goauth::Credential;

/// Which bytes of a file are asked for.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The position of the first byte; 0 asks for the whole file.
    pub position: u64,
    /// The validator that came with the bytes before the position, if the server sent one.
    pub validator: Option<String>,
    /// The `ETag` of a file that need not come again.
    pub known: Option<String>,
}

/// Where an answer came from after all redirects, and the login that it was asked with: the same file can be asked for
/// again there, at no other server, and with no login that this server was not sent.
#[derive(Clone)]
pub struct Place {
    pub(super) url: Url,
    pub(super) login: Option<Credential>,
}

impl Place {
    /// Whether its connection is one of TLS.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// An accepted answer: its status is 200 or 206, and its body begins where it was asked to, or at 0.
pub struct Response {
    /// The position in the file of the first byte of the body; 0 where the server ignored the range.
    pub position: u64,
    /// The length of the whole file in bytes, if the server sent it.
    pub total: Option<u64>,
    /// What to send as `If-Range` when the rest is asked for later: a strong `ETag`, else `Last-Modified`.
    pub validator: Option<String>,
    /// The `ETag`, if the server sent one.
    pub etag: Option<String>,
    /// The media type in lower case, without parameters.
    pub media_type: Option<String>,
    /// The time on the server's clock.
    pub date: Option<SystemTime>,
    /// Where it came from, if that is a server.
    pub place: Option<Place>,
    body: Box<dyn Read + Send>,
}

impl Response {
    /// An answer that holds nothing.
    pub(super) fn empty() -> Self {
        let body = Box::new(io::empty());
        Response {
            position: 0,
            total: None,
            validator: None,
            etag: None,
            media_type: None,
            date: None,
            place: None,
            body,
        }
    }

    /// An answer without a body, for a file of which all `length` bytes are on disk already.
    pub fn complete(length: u64, validator: Option<String>) -> Self {
        Response { position: length, total: Some(length), validator, ..Response::empty() }
    }

    pub(super) fn with_body(self, body: impl Read + Send + 'static) -> Self {
        Response { body: Box::new(body), ..self }
    }

    pub(super) fn with_place(self, place: Place) -> Self {
        Response { place: Some(place), ..self }
    }

    /// The bytes from [`Response::position`] on.
    pub fn into_body(self) -> Box<dyn Read + Send> {
        self.body
    }
}

/// The first lines of an answer, as the HTTP library gives them.
pub(super) struct Head<F> {
    pub(super) status: u16,
    /// The name of the status in the standard; none if it has no such status.
    pub(super) reason: Option<&'static str>,
    /// Gives the value of a header, whose name is in lower case, if it is text.
    pub(super) header: F,
}

/// The answer with this head to a request for `url` from `start` on, still without its body.
pub(super) fn accept<'a>(
    url: &Url,
    start: &Start,
    head: &Head<impl Fn(&str) -> Option<&'a str>>,
) -> Result<Response, Failure> {
    let header = &head.header;
    let (position, total) = match head.status {
        200 => (0, header("content-length").and_then(|value| value.parse().ok())),
        206 => match header("content-range").and_then(content_range) {
            Some((first, total)) if first == start.position => (first, total),
            other => {
                let found = other.map_or("no range".into(), |(first, _)| format!("bytes from {first} on"));
                return Err(Failure::new(url, Cause::Range { wanted: start.position, found }));
            }
        },
        // The library passes on only those redirects whose `Location` is missing or cannot be followed.
        301 | 302 | 303 | 307 | 308 => {
            let text = "a redirect to no address of http or https is refused";
            return Err(Failure::new(url, Cause::Redirect(text.into())));
        }
        status => {
            let reason = head.reason.unwrap_or("unknown").to_lowercase();
            let retry_after = header("retry-after").and_then(|value| value.trim().parse().ok());
            return Err(Failure::new(url, Cause::Status { status, reason, retry_after }));
        }
    };
    let media_type = header("content-type").and_then(|value| value.split(';').next());
    Ok(Response {
        position,
        total,
        validator: validator(header).map(str::to_owned),
        etag: header("etag").map(str::to_owned),
        media_type: media_type.map(|value| value.trim().to_ascii_lowercase()),
        date: header("date").and_then(|value| httpdate::parse_http_date(value).ok()),
        ..Response::empty()
    })
}

/// What tells this state of a file from others: a strong `ETag`, else `Last-Modified`.
pub(super) fn validator<'a>(header: &impl Fn(&str) -> Option<&'a str>) -> Option<&'a str> {
    header("etag").filter(|tag| !tag.starts_with("W/")).or_else(|| header("last-modified"))
}

/// Reads a `Content-Range` header (RFC 9110, 14.4): `bytes 100-199/200` gives 100 and 200, and `*` in place
/// of the length gives no length. A range that ends before the file does is refused, as gox asks for none.
pub fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    let total = if total == "*" { None } else { Some(number(total)?) };
    (first <= last && total.is_none_or(|total| last.checked_add(1) == Some(total))).then_some((first, total))
}

/// A number of digits only: `parse` alone would accept a plus sign before them.
fn number(text: &str) -> Option<u64> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

/// Whether a body that should be plain text is a web page. Its media type is not looked at, as many servers
/// send a wrong one.
pub fn is_web_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
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
