//! The body of a file that is being downloaded: reconnects where it broke off, and never gives a byte twice.
//!
//! The caller's checksum covers the whole, so a server that changes its mind between two connections
//! is found out there.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use url::Url;

use super::partial::{Partial, RemoteFile, Resumable};
use crate::net::failure::{Cause, Failure, shown};
use crate::net::http::{self, Http, Response, Start};
use crate::net::retry::{RETRIES, pause};

/// A download under way.
pub struct Download {
    http: Arc<Http>,
    url: Url,
    body: Box<dyn Read + Send>,
    position: u64,
    total: Option<u64>,
    validator: Option<String>,
    failures: u32,
    resumed: u64,
    partial: Partial,
    kept: Option<File>,
}

impl Download {
    /// Asks for `url`, from where `partial` ends when it holds usable bytes.
    pub fn open(http: Arc<Http>, url: Url, partial: Partial) -> Result<Self, Failure> {
        if let Some(kept) = partial.kept(&shown(&url))
            && let Some((answer, kept)) = resume(&http, &url, kept)?
        {
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
        let validator = answer.validator.clone();
        let (body, failures, resumed) = (answer.into_body(), 0, position);
        Download { http, url, body, position, total, validator, failures, resumed, partial, kept }
    }

    /// The address.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The length of the whole, when the server told.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// How many bytes of [`Download::partial`] come before the first byte that [`Download::read`] gives.
    pub fn resumed(&self) -> u64 {
        self.resumed
    }

    /// Whether the bytes came in more than one piece, which may not fit together.
    pub fn is_spliced(&self) -> bool {
        self.resumed > 0 || self.failures > 0
    }

    /// The place on disk for these bytes.
    pub fn partial(&self) -> &Partial {
        &self.partial
    }

    /// The bytes on disk, [`Download::resumed`] of them, to be read from the beginning and appended to.
    pub fn take_kept(&mut self) -> Option<File> {
        self.kept.take()
    }

    /// What to write beside the bytes on disk.
    pub fn remote(&self) -> RemoteFile {
        RemoteFile { url: shown(&self.url), validator: self.validator.clone(), total: self.total }
    }

    /// The next bytes; 0 at the end of the whole.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        loop {
            match self.body.read(buffer).map_err(|error| http::broken(&self.url, &error)) {
                Ok(0) if self.total.is_some_and(|total| self.position < total) => {
                    let failure = Cause::Broken(format!("only {} bytes came", self.position));
                    self.reconnect(Failure::new(&self.url, failure))?;
                }
                Ok(count) => {
                    self.advance(count as u64)?;
                    return Ok(count);
                }
                Err(failure) => self.reconnect(failure)?,
            }
        }
    }

    fn advance(&mut self, count: u64) -> Result<(), Failure> {
        self.position += count;
        if self.total.is_some_and(|total| self.position > total) {
            let text = format!("more bytes than the {} it said", self.total.unwrap_or_default());
            return Err(Failure::new(&self.url, Cause::Unexpected(text)));
        }
        Ok(())
    }

    /// Takes the transfer up again at the position; skips what comes again from a server without ranges.
    fn reconnect(&mut self, mut failure: Failure) -> Result<(), Failure> {
        loop {
            if self.failures >= RETRIES || !(failure.is_transient() || failure.is_unreachable()) {
                return Err(failure);
            }
            std::thread::sleep(pause(self.failures, failure.retry_after()));
            self.failures += 1;
            let from = Start { position: self.position, validator: self.validator.clone() };
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

    /// Another length says that it is another file by now, and so does status 416: it is shorter.
    fn same_file(&self, answer: Result<Response, Failure>) -> Result<Response, Failure> {
        let is_other = match &answer {
            Ok(answer) => answer.total.is_some() && self.total.is_some() && answer.total != self.total,
            Err(failure) => matches!(failure.cause, Cause::Status { status: 416, .. }),
        };
        if is_other { Err(Failure::new(&self.url, Cause::Changed)) } else { answer }
    }

    fn skip(&self, answer: Response) -> Result<Box<dyn Read + Send>, Failure> {
        let missing = self.position - answer.position.min(self.position);
        let mut body = answer.into_body();
        let skipped = std::io::copy(&mut body.by_ref().take(missing), &mut std::io::sink());
        match skipped {
            Ok(count) if count == missing => Ok(body),
            Ok(_) => Err(Failure::new(&self.url, Cause::Broken("the connection closed early".into()))),
            Err(error) => Err(http::broken(&self.url, &error)),
        }
    }
}

/// The rest of what was kept. Nothing where the server has another file by now, or no ranges: then it is
/// asked again from the beginning.
fn resume(http: &Http, url: &Url, kept: Resumable) -> Result<Option<(Response, File)>, Failure> {
    let Resumable { file, length, remote } = kept;
    if remote.total == Some(length) {
        return Ok(Some((Response::complete(length, remote.validator), file)));
    }
    let start = Start { position: length, validator: remote.validator };
    match http.get(url, &start) {
        Ok(answer)
            if answer.position == length && (remote.total.is_none() || answer.total == remote.total) =>
        {
            Ok(Some((answer, file)))
        }
        Ok(_) => Ok(None),
        // 416: the file is shorter now; a wrong range: the server cannot do it.
        Err(failure) if is_range_failure(&failure) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn is_range_failure(failure: &Failure) -> bool {
    matches!(failure.cause, Cause::Range { .. } | Cause::Status { status: 416, .. })
}
