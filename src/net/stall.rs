//! A body that must keep a pace: slower than 1 KiB/s for a minute is a stall, though a byte may come in
//! time for the client's own time-out. A small one must be whole in time as well.

use std::io::{self, Read};
use std::time::{Duration, Instant};

/// Fewer bytes than this within a window are a stall: 1 KiB/s.
const STALL_BYTES: u64 = 60 * 1024;
const STALL_WINDOW: Duration = Duration::from_secs(60);

/// A body under watch; a stall is an error of the kind [`io::ErrorKind::TimedOut`].
pub struct Paced<R> {
    inner: R,
    pace: Pace,
}

impl<R> Paced<R> {
    /// The watch begins now.
    pub fn new(inner: R) -> Self {
        Paced { inner, pace: Pace::from(Instant::now()) }
    }
}

impl<R: Read> Read for Paced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count > 0 && self.pace.is_stall(count as u64, Instant::now()) {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "under 1 KiB/s for a minute"));
        }
        Ok(count)
    }
}

/// A body that must be whole by some time.
pub struct Until<R> {
    inner: R,
    end: Instant,
}

impl<R> Until<R> {
    /// After `end` every read is an error of the kind [`io::ErrorKind::TimedOut`].
    pub fn new(inner: R, end: Instant) -> Self {
        Until { inner, end }
    }
}

impl<R: Read> Read for Until<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count > 0 && Instant::now() >= self.end {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "it takes too long as a whole"));
        }
        Ok(count)
    }
}

/// What came since the window began. One window follows the other; none overlap.
struct Pace {
    since: Instant,
    count: u64,
}

impl Pace {
    fn from(since: Instant) -> Self {
        Pace { since, count: 0 }
    }

    /// Counts what came by `now`; whether the window that ends with it held too little.
    fn is_stall(&mut self, count: u64, now: Instant) -> bool {
        self.count += count;
        if now.duration_since(self.since) < STALL_WINDOW {
            return false;
        }
        let ended = std::mem::replace(self, Pace::from(now));
        ended.count < STALL_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::{Pace, Until};
    use std::io::{self, Read};
    use std::time::{Duration, Instant};

    /// When bytes came, in seconds, and how many; and which of these reads is the stall.
    #[test]
    fn a_minute_with_too_little_is_a_stall() {
        let steady = |bytes: u64| (1..=180).map(|second| (second, bytes)).collect::<Vec<_>>();
        let table = [
            ("1 KiB/s", steady(1024), None),
            ("a byte less", steady(1023), Some(60)),
            ("a byte a second", steady(1), Some(60)),
            ("nothing to judge yet", vec![(59, 1)], None),
            ("just enough at the very end", vec![(60, 60 * 1024)], None),
            ("a byte short of that", vec![(60, 60 * 1024 - 1)], Some(60)),
            ("fast first, then slow", vec![(1, 1 << 30), (60, 1), (119, 1), (120, 1)], Some(120)),
            ("slow, but fast before the minute ends", vec![(1, 1), (50, 1), (59, 1 << 20), (61, 1)], None),
        ];
        for (name, reads, expected) in table {
            let start = Instant::now();
            let mut pace = Pace::from(start);
            let mut stalls = reads.into_iter().filter_map(|(second, count)| {
                pace.is_stall(count, start + Duration::from_secs(second)).then_some(second)
            });
            assert_eq!(stalls.next(), expected, "{name}");
        }
    }

    #[test]
    fn an_endless_body_ends_with_its_time() {
        let (mut body, now) = (Vec::new(), Instant::now());
        let late = Until::new(io::repeat(b'x'), now).read_to_end(&mut body).unwrap_err();
        assert_eq!((late.kind(), body.len()), (io::ErrorKind::TimedOut, 0));
        let in_time = Until::new(&b"xyz"[..], now + Duration::from_secs(3600)).read_to_end(&mut body);
        assert_eq!((in_time.unwrap(), body.as_slice()), (3, b"xyz".as_slice()));
        assert_eq!(Until::new(io::empty(), now).read_to_end(&mut body).unwrap(), 0, "it was whole in time");
    }
}
