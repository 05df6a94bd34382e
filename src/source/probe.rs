//! Whether a server answers, found by a request for the beginning of a list.

use std::io::Read;
use std::time::SystemTime;

use url::Url;

use crate::net::address;
use crate::net::failure::Failure;
use crate::net::http::{self, Http, Start, is_web_page};

/// A source that answers.
#[derive(Debug)]
pub struct Probe {
    /// The URL without credentials, or the path of the folder.
    pub address: String,
    /// The time by the server's clock; `None` without a server, or without a `Date` header.
    pub date: Option<SystemTime>,
    /// The failures of proxies that were asked before this one.
    pub silent: Vec<Failure>,
}

/// Bytes of an answer that are enough to tell a list from a web page.
const BEGINNING: u64 = 4096;

/// Requests the beginning of a list, without retries.
pub(super) fn probe(http: &Http, url: &Url) -> Result<Probe, Failure> {
    let response = http.get(url, &Start::default())?;
    let date = response.date;
    let mut body = Vec::new();
    let read = response.into_body().take(BEGINNING).read_to_end(&mut body);
    read.map_err(|error| http::broken(url, &error))?;
    if is_web_page(&body) {
        return Err(Failure::web_page(url));
    }
    Ok(Probe { address: address::shown(url), date, silent: Vec::new() })
}
