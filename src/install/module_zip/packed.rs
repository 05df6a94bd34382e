//! The packed bytes of a zip, for several readers at once: a file, or the beginning of one that is still being
//! downloaded together with the zip's end, which came beforehand.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};

use crate::os::threads::lock;

/// The last bytes of a zip, from before its central directory on.
pub struct Tail {
    /// The position of the first of them.
    pub start: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A zip.
pub(super) struct Packed {
    file: File,
    arrival: Arc<Arrival>,
    tail: Tail,
    length: u64,
    is_whole: bool,
    rest: OnceLock<Rest>,
}

/// The bytes between those of the download and the tail, in a file of their own at their places.
pub(super) struct Rest {
    /// Where the download ends.
    pub(super) start: u64,
    pub(super) file: File,
    pub(super) arrival: Arc<Arrival>,
}

impl Packed {
    /// A zip that is complete.
    pub(super) fn whole(file: File) -> io::Result<Self> {
        let (length, arrival) = (file.metadata()?.len(), Arc::new(Arrival::default()));
        arrival.reach(length);
        let tail = Tail { start: length, bytes: Vec::new() };
        Ok(Packed { is_whole: true, ..Packed::arriving(file, tail, arrival) })
    }

    /// A zip that ends with `tail`, and whose bytes before it are in `file` as far as `arrival` says.
    pub(super) fn arriving(file: File, tail: Tail, arrival: Arc<Arrival>) -> Self {
        let length = tail.start + tail.bytes.len() as u64;
        Packed { file, arrival, tail, length, is_whole: false, rest: OnceLock::new() }
    }

    /// A zip of which nothing is known but that its bytes are in `file` as far as `arrival` says.
    pub(super) fn unlisted(file: File, arrival: Arc<Arrival>) -> Self {
        Packed::arriving(file, Tail { start: u64::MAX, bytes: Vec::new() }, arrival)
    }

    /// How many bytes are behind this position, if no more will come.
    pub(super) fn left(&self, position: u64) -> Option<u64> {
        let state = lock(&self.arrival.state);
        state.is_over.then(|| state.length.saturating_sub(position))
    }

    /// The number of bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Whether all bytes are in the file.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The position at which the tail begins: that of the end if there is none.
    pub(super) fn tail_start(&self) -> u64 {
        self.tail.start
    }

    /// Sets a tail that has all bytes of the one before.
    pub(super) fn set_tail(&mut self, tail: Tail) {
        self.tail = tail;
    }

    /// The position at which the download may end.
    pub(super) fn download_end(&self) -> u64 {
        self.rest.get().map_or(self.tail_start(), |rest| rest.start)
    }

    /// Sets once where the bytes come from that the download does not reach.
    pub(super) fn set_rest(&self, rest: Rest) {
        let _ = self.rest.set(rest);
    }

    /// Reads bytes from a position on, and waits until all are there or no more will come. Of an unlisted zip it is not
    /// known how many there are, and one is enough.
    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        if position >= self.tail.start {
            let at = usize::try_from(position - self.tail.start).unwrap_or(usize::MAX);
            return self.tail.bytes.get(at..).unwrap_or_default().read(buffer);
        }
        let (file, arrival, end) = match self.rest.get() {
            Some(rest) if position >= rest.start => (&rest.file, &rest.arrival, self.tail.start),
            Some(rest) => (&self.file, &self.arrival, rest.start),
            None => (&self.file, &self.arrival, self.tail.start),
        };
        let wanted = end.min(position + if end == u64::MAX { 1 } else { buffer.len() as u64 });
        let there = arrival.wait(wanted).min(end).saturating_sub(position);
        let count = usize::try_from(there).map_or(buffer.len(), |there| there.min(buffer.len()));
        file.read_at(&mut buffer[..count], position)
    }

    /// Fills the buffer with the bytes from a position on.
    pub(super) fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()> {
        let mut done = 0;
        while done < buffer.len() {
            match self.read_at(&mut buffer[done..], position + done as u64)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => done += count,
            }
        }
        Ok(())
    }
}

/// How much of a file has arrived.
#[derive(Default)]
pub(super) struct Arrival {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    length: u64,
    /// The least length that somebody waits for; 0 if nobody does.
    wanted: u64,
    is_over: bool,
}

impl Arrival {
    /// Notes that so many bytes are there.
    pub(super) fn reach(&self, length: u64) {
        let mut state = lock(&self.state);
        state.length = length;
        // Nobody who waits for more is woken: a download comes in many small reads.
        if state.wanted > 0 && length >= state.wanted {
            state.wanted = 0;
            self.changed.notify_all();
        }
    }

    /// How many bytes are there.
    pub(super) fn length(&self) -> u64 {
        lock(&self.state).length
    }

    /// Notes that no more will come.
    pub(super) fn end(&self) {
        lock(&self.state).is_over = true;
        self.changed.notify_all();
    }

    /// Waits until so many bytes are there or no more will come; returns how many are.
    fn wait(&self, length: u64) -> u64 {
        let mut state = lock(&self.state);
        while state.length < length && !state.is_over {
            state.wanted = if state.wanted == 0 { length } else { state.wanted.min(length) };
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.length
    }
}

/// A reader of a zip with its own position and buffer, one for each thread.
#[derive(Clone)]
pub(super) struct Reader {
    zip: Arc<Packed>,
    position: u64,
    /// Where the buffered bytes must end.
    end: u64,
    buffer: Box<[u8]>,
    /// Which bytes of the zip are buffered.
    buffered: Range<u64>,
}

impl Reader {
    /// A reader at the beginning, which reads so many bytes at a time.
    pub(super) fn new(zip: Arc<Packed>, room: usize) -> Self {
        let end = zip.length;
        Reader { zip, position: 0, end, buffer: vec![0; room].into(), buffered: 0..0 }
    }

    /// Goes to a place. No bytes behind it are read.
    pub(super) fn go_to(&mut self, place: Range<u64>) {
        (self.position, self.end) = (place.start, place.end);
    }
}

impl BufRead for Reader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.buffered.contains(&self.position) {
            let left = self.end.saturating_sub(self.position);
            let room = usize::try_from(left).map_or(self.buffer.len(), |left| left.min(self.buffer.len()));
            let count = self.zip.read_at(&mut self.buffer[..room], self.position)?;
            self.buffered = self.position..self.position + count as u64;
        }
        let at = |position: u64| usize::try_from(position - self.buffered.start).unwrap_or_default();
        Ok(&self.buffer[at(self.position)..at(self.buffered.end)])
    }

    fn consume(&mut self, count: usize) {
        self.position += count as u64;
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.zip.length.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::sync::Arc;

    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::{Arrival, Packed, Rest, Tail};

    /// A file that has these bytes from a position on, and others before them.
    fn file(bytes: &[u8], position: usize) -> File {
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(&vec![0xff; position], 0).unwrap();
        file.write_all_at(bytes, position as u64).unwrap();
        file
    }

    fn arrived(length: usize) -> Arc<Arrival> {
        let arrival = Arc::new(Arrival::default());
        arrival.reach(length as u64);
        arrival.end();
        arrival
    }

    proptest! {
        /// Wherever the download ends and the tail begins, and however far the download went beyond that, each byte
        /// comes from the place that has it; and what never came is an error.
        #[test]
        fn the_parts_are_the_zip(
            zip in proptest::collection::vec(0..0xff_u8, 3..300),
            cuts in any::<[Index; 2]>(),
            more in 0..40_usize,
            missing in 0..40_usize,
            places in any::<[Index; 2]>(),
        ) {
            let cut = |index: &Index| index.index(zip.len());
            let (end, tail) = (cut(&cuts[0]).min(cut(&cuts[1])), cut(&cuts[0]).max(cut(&cuts[1])));
            let packed = Packed::arriving(
                file(&[&zip[..end], &vec![0xff; more]].concat(), 0),
                Tail { start: tail as u64, bytes: zip[tail..].to_vec() },
                arrived(end + more),
            );
            let there = tail.saturating_sub(missing).max(end);
            let rest = Rest { start: end as u64, file: file(&zip[end..there], end), arrival: arrived(there) };
            packed.set_rest(rest);
            let (from, to) = (cut(&places[0]).min(cut(&places[1])), cut(&places[0]).max(cut(&places[1])));
            let mut bytes = vec![0; to - from];
            let is_missing = from < tail && to > there && from < to && there < tail;
            let read = packed.read_exact_at(&mut bytes, from as u64);
            prop_assert_eq!(read.is_err(), is_missing, "{:?}", (from, to, end, there, tail));
            prop_assert!(is_missing || bytes == zip[from..to]);
        }
    }
}
