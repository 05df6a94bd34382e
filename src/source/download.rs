//! A download that reconnects after a broken transfer and returns every byte once.
//!
//! The bytes before and after a reconnect are not compared: the caller's checksum over the whole reveals a server that
//! has changed the file in between.

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use url::Url;

use super::partial::{Partial, RemoteFile, Resumable};
use super::side::Side;
use crate::net::address::shown;
use crate::net::failure::{Cause, Failure};
use crate::net::http::{self, Http, Place, Response, Start};
use crate::net::retry::{RETRIES, pause};

/// A download under way.
pub struct Download {
    /// The URL, with its credentials.
    pub url: Url,
    /// The length of the file in bytes, if the server sent it.
    pub total: Option<u64>,
    /// The number of bytes in `partial` that precede the first byte of [`Download::read`].
    pub resumed: u64,
    /// The place on disk where these bytes are kept for a resume.
    pub partial: Partial,
    http: Arc<Http>,
    body: Box<dyn Read + Send>,
    position: u64,
    validator: Option<String>,
    place: Option<Place>,
    failures: u32,
    has_side: bool,
    kept: Option<File>,
    fetched: Arc<AtomicU64>,
}

impl Download {
    /// Requests `url`, from the end of `partial` on if that holds usable bytes.
    pub fn open(http: Arc<Http>, url: Url, partial: Partial) -> Result<Self, Failure> {
        if let Some(kept) = partial.kept(&shown(&url))
            && let Some((answer, kept)) = resume(&http, &url, kept)?
        {
            partial.goes_on();
            return Ok(Download::new(http, url, answer, partial, Some(kept)));
        }
        let answer = http.get(&url, &Start::default())?;
        if answer.media_type.as_deref() == Some("text/html") {
            return Err(Failure::web_page(&url));
        }
        Ok(Download::new(http, url, answer, partial, None))
    }

    fn new(http: Arc<Http>, url: Url, answer: Response, partial: Partial, kept: Option<File>) -> Self {
        let Response { position, total, .. } = answer;
        let (validator, place) = (answer.validator.clone(), answer.place.clone());
        let (body, resumed) = (answer.into_body(), position);
        let (failures, has_side, fetched) = (0, false, Arc::new(AtomicU64::new(position)));
        Download {
            url,
            total,
            resumed,
            partial,
            http,
            body,
            position,
            validator,
            place,
            failures,
            has_side,
            kept,
            fetched,
        }
    }

    /// A way to bytes further on in the file, if its length and its server are known.
    pub fn side(&self) -> Option<Side> {
        let (place, total) = (self.place.clone()?, self.total?);
        let (http, validator) = (self.http.clone(), self.validator.clone());
        Some(Side { http, place, total, validator, delay: OnceLock::new(), fetched: self.fetched.clone() })
    }

    /// Ends the transfer, because a side has what was still to come, but for bytes that nobody needs.
    pub fn end_for_side(&mut self) {
        self.body = Box::new(io::empty());
        self.has_side = true;
    }

    /// Whether the bytes come from more than one response, which may be of different files.
    pub fn is_spliced(&self) -> bool {
        self.resumed > 0 || self.failures > 0 || self.has_side
    }

    /// The number of bytes that came so far: in an earlier run, in this one, beside it by a side, and those that came
    /// twice.
    pub fn fetched(&self) -> u64 {
        self.fetched.load(Ordering::Relaxed)
    }

    /// The file with the first [`Download::resumed`] bytes, to be read from the beginning and appended to.
    pub fn take_kept(&mut self) -> Option<File> {
        self.kept.take()
    }

    /// The facts to store beside bytes that are kept for a resume.
    pub fn remote(&self) -> RemoteFile {
        RemoteFile { url: shown(&self.url), validator: self.validator.clone(), total: self.total }
    }

    /// Reads the next bytes, reconnecting where necessary, unless they have become useless meanwhile; 0 at the end of
    /// the file.
    pub fn read(&mut self, buffer: &mut [u8], is_useless: &dyn Fn() -> bool) -> Result<usize, Failure> {
        loop {
            match self.body.read(buffer).map_err(|error| http::broken(&self.url, &error)) {
                Ok(0) if self.total.is_some_and(|total| self.position < total) => {
                    let failure = Cause::Broken(format!("only {} bytes came", self.position));
                    self.reconnect(Failure::new(&self.url, failure), is_useless)?;
                }
                Ok(count) => {
                    self.advance(count as u64)?;
                    return Ok(count);
                }
                Err(failure) => self.reconnect(failure, is_useless)?,
            }
        }
    }

    fn advance(&mut self, count: u64) -> Result<(), Failure> {
        self.position += count;
        self.fetched.fetch_add(count, Ordering::Relaxed);
        if self.total.is_some_and(|total| self.position > total) {
            let text = format!("more bytes than the {} announced", self.total.unwrap_or_default());
            return Err(Failure::new(&self.url, Cause::Unexpected(text)));
        }
        Ok(())
    }

    /// Continues the transfer at the current position. Bytes that a server without ranges sends again are skipped.
    fn reconnect(&mut self, mut failure: Failure, is_useless: &dyn Fn() -> bool) -> Result<(), Failure> {
        loop {
            let may_help = failure.is_transient() || failure.is_unreachable();
            if self.failures >= RETRIES || !may_help || is_useless() {
                return Err(failure);
            }
            std::thread::sleep(pause(self.failures, failure.retry_after()));
            self.failures += 1;
            let from = Start { position: self.position, validator: self.validator.clone(), known: None };
            let answer = self.http.get(&self.url, &from);
            match self.same_file(answer).and_then(|answer| self.skip(answer)) {
                Ok(body) => {
                    self.body = body;
                    return Ok(());
                }
                Err(next) => failure = next,
            }
        }
    }

    /// An error if the file has changed: the length differs, or status 416 says that the file is shorter now.
    fn same_file(&self, answer: Result<Response, Failure>) -> Result<Response, Failure> {
        let is_changed = match &answer {
            Ok(answer) => answer.total.is_some() && self.total.is_some() && answer.total != self.total,
            Err(failure) => matches!(failure.cause, Cause::Status { status: 416, .. }),
        };
        if is_changed { Err(Failure::new(&self.url, Cause::Changed)) } else { answer }
    }

    fn skip(&self, answer: Response) -> Result<Box<dyn Read + Send>, Failure> {
        let missing = self.position - answer.position.min(self.position);
        let mut body = answer.into_body();
        let mut again = body.by_ref().take(missing);
        let skipped = io::copy(&mut again, &mut io::sink());
        // What came before an error counts as well.
        self.fetched.fetch_add(missing - again.limit(), Ordering::Relaxed);
        match skipped {
            Ok(count) if count == missing => Ok(body),
            Ok(_) => Err(Failure::new(&self.url, Cause::Broken("the connection closed early".into()))),
            Err(error) => Err(http::broken(&self.url, &error)),
        }
    }
}

/// Requests the bytes after those of an earlier run. `None` if the file has changed or the server has no ranges: then
/// the caller must download from the beginning.
fn resume(http: &Http, url: &Url, kept: Resumable) -> Result<Option<(Response, File)>, Failure> {
    let Resumable { file, length, remote } = kept;
    if remote.total == Some(length) {
        return Ok(Some((Response::complete(length, remote.validator), file)));
    }
    let start = Start { position: length, validator: remote.validator, known: None };
    match http.get(url, &start) {
        Ok(answer)
            if answer.position == length && (remote.total.is_none() || answer.total == remote.total) =>
        {
            Ok(Some((answer, file)))
        }
        Ok(_) => Ok(None),
        Err(failure) if is_range_failure(&failure) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Whether the server could not give the range: it sent another one, or the file is shorter now (status 416).
fn is_range_failure(failure: &Failure) -> bool {
    matches!(failure.cause, Cause::Range { .. } | Cause::Status { status: 416, .. })
}
