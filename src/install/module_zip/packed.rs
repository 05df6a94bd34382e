//! The packed bytes of a zip, for several readers at once: a file, or the beginning of one that is still being
//! downloaded together with the zip's end, which came beforehand.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
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
    length: u64,
    arriving: Option<(Tail, Arc<Arrival>)>,
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
        let length = file.metadata()?.len();
        Ok(Packed { file, length, arriving: None, rest: OnceLock::new() })
    }

    /// A zip that ends with `tail`, and whose bytes before it are in `file` as far as `arrival` says.
    pub(super) fn arriving(file: File, tail: Tail, arrival: Arc<Arrival>) -> Self {
        let length = tail.start + tail.bytes.len() as u64;
        Packed { file, length, arriving: Some((tail, arrival)), rest: OnceLock::new() }
    }

    /// The number of bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Whether all bytes are in the file.
    pub(super) fn is_whole(&self) -> bool {
        self.arriving.is_none()
    }

    /// The position at which the tail begins: that of the end if there is none.
    pub(super) fn tail_start(&self) -> u64 {
        self.arriving.as_ref().map_or(self.length, |(tail, _)| tail.start)
    }

    /// The position at which the download may end.
    pub(super) fn download_end(&self) -> u64 {
        self.rest.get().map_or(self.tail_start(), |rest| rest.start)
    }

    /// Sets once where the bytes come from that the download does not reach.
    pub(super) fn set_rest(&self, rest: Rest) {
        let _ = self.rest.set(rest);
    }

    /// Reads bytes from a position on, and waits for them if they have not arrived.
    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        let Some((tail, arrival)) = &self.arriving else { return self.file.read_at(buffer, position) };
        if position >= tail.start {
            let at = usize::try_from(position - tail.start).unwrap_or(usize::MAX);
            return tail.bytes.get(at..).unwrap_or_default().read(buffer);
        }
        let (file, arrival, end) = match self.rest.get() {
            Some(rest) if position >= rest.start => (&rest.file, &rest.arrival, tail.start),
            Some(rest) => (&self.file, arrival, rest.start),
            None => (&self.file, arrival, tail.start),
        };
        let count = usize::try_from(end - position).map_or(buffer.len(), |left| left.min(buffer.len()));
        arrival.wait(position + count as u64)?;
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

    /// Waits until so many bytes are there. An error if they never will be.
    fn wait(&self, length: u64) -> io::Result<()> {
        let mut state = lock(&self.state);
        while state.length < length {
            if state.is_over {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            state.wanted = if state.wanted == 0 { length } else { state.wanted.min(length) };
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }
}

/// A reader of a zip with its own position, one for each thread.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) zip: Arc<Packed>,
    position: u64,
}

impl Reader {
    /// A reader at the beginning.
    pub(super) fn new(zip: Arc<Packed>) -> Self {
        Reader { zip, position: 0 }
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.zip.read_at(buffer, self.position)?;
        self.position += count as u64;
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
