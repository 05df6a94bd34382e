//! Whether a server answers, told from the beginning of a list.

use std::io::Read;
use std::time::SystemTime;

use url::Url;

use crate::net::failure::{self, Failure};
use crate::net::http::{self, Http, Start, is_web_page};

/// A source that answers.
#[derive(Debug)]
pub struct Probe {
    /// Where, without credentials.
    pub address: String,
    /// The server's clock when it answered; none where no server was asked, or did not tell.
    pub date: Option<SystemTime>,
    /// What was asked before and did not answer.
    pub silent: Vec<Failure>,
}

/// As much of an answer as tells what it is, in bytes.
const BEGINNING: u64 = 4096;

/// Asks for the beginning of a list, once.
pub(super) fn probe(http: &Http, url: &Url) -> Result<Probe, Failure> {
    let response = http.get(url, &Start::default())?;
    let date = response.date;
    let mut body = Vec::new();
    let read = response.into_body().take(BEGINNING).read_to_end(&mut body);
    read.map_err(|error| http::broken(url, &error))?;
    if is_web_page(&body) {
        return Err(Failure::web_page(url));
    }
    Ok(Probe { address: failure::shown(url), date, silent: Vec::new() })
}
