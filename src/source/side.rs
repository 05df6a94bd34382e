//! A second connection beside a download, for bytes of the file that the download has not reached. No download depends
//! on it: many servers have no ranges, and some that say so do not.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::net::http::{Http, Part, Place};
use crate::net::stall::Deadline;

/// A way to any bytes of a file that is being downloaded.
pub struct Side {
    pub(super) http: Arc<Http>,
    pub(super) place: Place,
    /// The length of the file in bytes.
    pub total: u64,
    pub(super) validator: Option<String>,
    /// The time of a request, as the first one had it.
    pub(super) delay: OnceLock<Duration>,
    /// The number of bytes that came by this or by the download.
    pub(super) fetched: Arc<AtomicU64>,
}

/// The round trips of the first request over https, and over http: the connection, TLS, the request itself.
const FIRST_TRIPS: (u32, u32) = (3, 2);

impl Side {
    /// The bytes at these positions, if the server that sends the download gives them.
    pub fn bytes(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let length = usize::try_from(range.end - range.start).ok()?;
        let mut body = Deadline::new(self.read(range)?, self.http.deadline());
        let mut bytes = Vec::with_capacity(length);
        body.read_to_end(&mut bytes).ok()?;
        (bytes.len() == length).then_some(bytes)
    }

    /// As [`Side::bytes`], to be read while they come; there may be fewer. They are as unproven as those of the
    /// download, and may take as long: only a stall ends them.
    pub fn read(&self, range: Range<u64>) -> Option<impl Read + use<>> {
        let part = Part { range, total: self.total, validator: self.validator.clone() };
        let (body, time) = self.http.part(&self.place, &part)?;
        let trips = if self.place.is_https() { FIRST_TRIPS.0 } else { FIRST_TRIPS.1 };
        // Later requests find the connection that the first one made.
        let _ = self.delay.set(time / trips);
        Some(Counted { body, fetched: self.fetched.clone() })
    }

    /// The time that a request takes before its first byte comes; none before one was made.
    pub fn delay(&self) -> Duration {
        self.delay.get().copied().unwrap_or_default()
    }
}

/// A body whose bytes are counted as they are read.
struct Counted<R> {
    body: R,
    fetched: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.body.read(buffer)?;
        self.fetched.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
