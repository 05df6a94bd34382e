//! What a [`Server`](super::server::Server) answers: a status, headers and a body, and, for the
//! tests that need a bad server, one fault and any number of lies.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::gate::Gate;
use super::server::Request;

/// An answer, honest unless a method says otherwise.
#[derive(Clone)]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Arc<[u8]>,
    etag: Option<String>,
    framing: Framing,
    declared_length: Option<u64>,
    content_range: Option<String>,
    ranges: bool,
    close: bool,
    pub(super) fault: Option<Fault>,
}

/// How the end of the body is told.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Framing {
    /// By Content-Length.
    Length,
    /// In chunks.
    Chunked,
    /// By closing the connection.
    Close,
}

/// What goes wrong; the numbers count bytes of the body.
#[derive(Clone)]
pub(crate) enum Fault {
    /// The connection closes without an answer.
    HangUp,
    /// The connection is reset without an answer.
    Reset,
    /// Nothing is ever answered; the connection stays open.
    Swallow,
    /// The head waits for the gate.
    StallHead(Gate),
    /// So much of the body, then the connection closes.
    CutAfter(usize),
    /// So much of the body, then the connection is reset.
    ResetAfter(usize),
    /// So much of the body; the rest waits for the gate.
    StallAfter(usize, Gate),
    /// The body again and again, until the client hangs up.
    Endless,
    /// These bytes in the place of an answer; then the connection closes.
    Raw(Vec<u8>),
}

impl Response {
    /// 200 with a body, an `ETag` made from it, and support for ranges.
    pub(crate) fn new(body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let etag = Some(format!("\"{}\"", &hex(&Sha256::digest(&body))[..16]));
        let body = Arc::from(body);
        Response {
            status: 200,
            headers: Vec::new(),
            body,
            etag,
            framing: Framing::Length,
            declared_length: None,
            content_range: None,
            ranges: true,
            close: false,
            fault: None,
        }
    }

    /// A status that says no, with a body.
    pub(crate) fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Response { status, etag: None, ..Response::new(body) }
    }

    /// A redirect.
    pub(crate) fn redirect(status: u16, location: impl Into<String>) -> Self {
        Response::status(status, "").header("Location", location)
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a Content-Type.
    pub(crate) fn content_type(self, value: &str) -> Self {
        self.header("Content-Type", value)
    }

    /// Sends this `ETag` (with its quotes), or none.
    pub(crate) fn etag(mut self, etag: Option<&str>) -> Self {
        self.etag = etag.map(str::to_owned);
        self
    }

    /// Chooses how the end of the body is told.
    pub(crate) fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Lies about the length; the connection closes after the body.
    pub(crate) fn content_length(mut self, length: u64) -> Self {
        self.declared_length = Some(length);
        self.close = true;
        self
    }

    /// Answers ranges with this Content-Range, whatever was asked.
    pub(crate) fn content_range(mut self, value: impl Into<String>) -> Self {
        self.content_range = Some(value.into());
        self
    }

    /// Answers ranges with 200 and the whole body.
    pub(crate) fn ignore_range(mut self) -> Self {
        self.ranges = false;
        self
    }

    /// Closes the connection after this answer.
    pub(crate) fn close(mut self) -> Self {
        self.close = true;
        self
    }

    /// The length of the whole body.
    pub(crate) fn length(&self) -> usize {
        self.body.len()
    }

    /// Lets something go wrong.
    pub(crate) fn fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Cuts the body and sets status and headers as the request's Range and If-Range want it.
    fn in_range(mut self, request: &Request) -> (Self, usize, usize) {
        let whole = (0, self.body.len());
        let current = request.header("if-range").is_none_or(|tag| Some(tag) == self.etag.as_deref());
        let range = request.header("range").and_then(parse_range);
        let (Some((start, end)), 200, true, true) = (range, self.status, self.ranges, current) else {
            return (self, whole.0, whole.1);
        };
        let length = self.body.len();
        let (status, start, end, value) = match end.map_or(length, |end| end.min(length)) {
            end if start < end => (206, start, end, format!("bytes {start}-{}/{length}", end - 1)),
            _ => (416, 0, 0, format!("bytes */{length}")),
        };
        self.status = status;
        let value = self.content_range.clone().unwrap_or(value);
        (self.header("Content-Range", value), start, end)
    }

    /// Writes the answer; says whether the connection can take another request.
    pub(super) fn send(
        self,
        request: &Request,
        to: &mut dyn Write,
        wait: impl Fn(&Gate),
    ) -> io::Result<bool> {
        let (response, start, end) = self.in_range(request);
        let body = &response.body[start..end];
        match &response.fault {
            Some(Fault::StallHead(gate)) => wait(gate),
            Some(Fault::Raw(bytes)) => {
                to.write_all(bytes)?;
                to.flush()?;
                return Ok(false);
            }
            _ => {}
        }
        to.write_all(response.head(body.len()).as_bytes())?;
        to.flush()?;
        match &response.fault {
            Some(Fault::CutAfter(count) | Fault::ResetAfter(count)) => {
                response.write_body(&body[..body.len().min(*count)], to)?;
                return Ok(false);
            }
            Some(Fault::StallAfter(count, gate)) => {
                let (first, rest) = body.split_at(body.len().min(*count));
                response.write_body(first, to)?;
                wait(gate);
                response.write_body(rest, to)?;
            }
            Some(Fault::Endless) => loop {
                response.write_body(body, to)?;
            },
            _ => response.write_body(body, to)?,
        }
        if response.framing == Framing::Chunked {
            to.write_all(b"0\r\n\r\n")?;
        }
        to.flush()?;
        Ok(!response.close && response.framing != Framing::Close)
    }

    fn head(&self, length: usize) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        let mut header = |name: &str, value: &str| write!(head, "{name}: {value}\r\n").unwrap();
        for (name, value) in &self.headers {
            header(name, value);
        }
        if let Some(etag) = &self.etag {
            header("ETag", etag);
        }
        match self.framing {
            Framing::Length => {
                header("Content-Length", &self.declared_length.unwrap_or(length as u64).to_string());
            }
            Framing::Chunked => header("Transfer-Encoding", "chunked"),
            Framing::Close => {}
        }
        if self.close || self.framing == Framing::Close {
            header("Connection", "close");
        }
        head + "\r\n"
    }

    fn write_body(&self, bytes: &[u8], to: &mut dyn Write) -> io::Result<()> {
        if self.framing == Framing::Chunked {
            for chunk in bytes.chunks(1 << 16) {
                write!(to, "{:x}\r\n", chunk.len())?;
                to.write_all(chunk)?;
                to.write_all(b"\r\n")?;
            }
        } else {
            to.write_all(bytes)?;
        }
        to.flush()
    }
}

/// `bytes=5-` and `bytes=5-9`, the latter as (5, 10); nothing else is a range here.
fn parse_range(value: &str) -> Option<(usize, Option<usize>)> {
    let (start, end) = value.strip_prefix("bytes=")?.split_once('-')?;
    let end = if end.is_empty() { None } else { Some(end.parse::<usize>().ok()? + 1) };
    Some((start.parse().ok()?, end))
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 | 302 | 303 | 307 | 308 => "Redirect",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        _ => "Status",
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
