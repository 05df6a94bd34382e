//! Limits for bodies that keep coming, but too slowly. The client's own time-out ends only a wait for the next
//! byte, so a server that sends one byte in every such wait could hold a transfer open for ever.

use std::io::{self, Read};
use std::time::{Duration, Instant};

/// How long one window of a [`Watched`] body lasts: long enough that a short loss of the network does not count.
const WINDOW: Duration = Duration::from_secs(60);
/// The least number of bytes that a window must bring: 1 KiB/s.
const MIN_BYTES: u64 = 60 * 1024;

/// A body that fails with [`io::ErrorKind::TimedOut`] when it stalls: when a minute brings less than 1 KiB/s.
pub struct Watched<R> {
    inner: R,
    window: Window,
}

impl<R> Watched<R> {
    /// Watches a body from now on.
    pub fn new(inner: R) -> Self {
        Watched { inner, window: Window::new(Instant::now()) }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count > 0 && self.window.is_stall(count as u64, Instant::now()) {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "under 1 KiB/s for a minute"));
        }
        Ok(count)
    }
}

/// A body that fails with [`io::ErrorKind::TimedOut`] when it has not ended by a given time.
pub struct Deadline<R> {
    inner: R,
    end: Instant,
}

impl<R> Deadline<R> {
    /// A body that must end before `end`.
    pub fn new(inner: R, end: Instant) -> Self {
        Deadline { inner, end }
    }
}

impl<R: Read> Read for Deadline<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count > 0 && Instant::now() >= self.end {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "it takes too long as a whole"));
        }
        Ok(count)
    }
}

/// The bytes that came in a span of time. A new window begins where the last one ended.
struct Window {
    start: Instant,
    count: u64,
}

impl Window {
    fn new(start: Instant) -> Self {
        Window { start, count: 0 }
    }

    /// Adds bytes that came at `now`. Says whether this ended the window with too few of them.
    fn is_stall(&mut self, count: u64, now: Instant) -> bool {
        self.count += count;
        if now.duration_since(self.start) < WINDOW {
            return false;
        }
        let ended = std::mem::replace(self, Window::new(now));
        ended.count < MIN_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::{Deadline, Window};
    use std::io::{self, Read};
    use std::time::{Duration, Instant};

    /// Each row has the reads, by second and number of bytes, and the second of the first one that is a stall.
    #[test]
    fn a_minute_with_too_few_bytes_is_a_stall() {
        let steady = |bytes: u64| (1..=180).map(|second| (second, bytes)).collect::<Vec<_>>();
        let table = [
            ("1 KiB/s", steady(1024), None),
            ("a byte less", steady(1023), Some(60)),
            ("a byte a second", steady(1), Some(60)),
            ("the first window has not ended", vec![(59, 1)], None),
            ("just enough at the very end", vec![(60, 60 * 1024)], None),
            ("a byte short of that", vec![(60, 60 * 1024 - 1)], Some(60)),
            ("fast first, then slow", vec![(1, 1 << 30), (60, 1), (119, 1), (120, 1)], Some(120)),
            ("slow, but fast before the minute ends", vec![(1, 1), (50, 1), (59, 1 << 20), (61, 1)], None),
        ];
        for (name, reads, expected) in table {
            let start = Instant::now();
            let mut window = Window::new(start);
            let mut stalls = reads.into_iter().filter_map(|(second, count)| {
                window.is_stall(count, start + Duration::from_secs(second)).then_some(second)
            });
            assert_eq!(stalls.next(), expected, "{name}");
        }
    }

    #[test]
    fn a_body_fails_after_its_deadline() {
        let (mut body, now) = (Vec::new(), Instant::now());
        let late = Deadline::new(io::repeat(b'x'), now).read_to_end(&mut body).unwrap_err();
        assert_eq!((late.kind(), body.len()), (io::ErrorKind::TimedOut, 0));
        let in_time = Deadline::new(&b"xyz"[..], now + Duration::from_secs(3600)).read_to_end(&mut body);
        assert_eq!((in_time.unwrap(), body.as_slice()), (3, b"xyz".as_slice()));
        let ended = Deadline::new(io::empty(), now).read_to_end(&mut body);
        assert_eq!(ended.unwrap(), 0, "no byte is missing, so the end may come late");
    }
}
