//! The second stage of unpacking an archive: gzip to tar, with a limit that ends decompression bombs.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, SyncSender};

use flate2::bufread::GzDecoder;

use crate::error::Result;
use crate::go::source::Format;
use crate::install::guard::{MAX_ENTRIES, MAX_UNPACKED};
use crate::install::refusal;

/// Bytes that are passed on at a time.
const CHUNK: usize = 1 << 20;
/// Limit in bytes for the tar: the largest tree, and for each entry two blocks for header and padding.
pub(super) const MAX_INFLATED: u64 = MAX_UNPACKED + MAX_ENTRIES as u64 * 1024;

/// A reader of the chunks that the stage before sends.
pub(super) struct Chunks {
    receiver: Receiver<Vec<u8>>,
    chunk: Vec<u8>,
    position: usize,
}

impl Chunks {
    pub(super) fn new(receiver: Receiver<Vec<u8>>) -> Self {
        Chunks { receiver, chunk: Vec::new(), position: 0 }
    }
}

impl BufRead for Chunks {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.position == self.chunk.len() {
            let Ok(chunk) = self.receiver.recv() else { return Ok(&[]) };
            (self.chunk, self.position) = (chunk, 0);
        }
        Ok(&self.chunk[self.position..])
    }

    fn consume(&mut self, count: usize) {
        self.position += count;
    }
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

/// Inflates one gzip member, and refuses bytes after it, which would be hashed but never unpacked.
pub(super) fn inflate(packed: Chunks, unpacked: &SyncSender<Vec<u8>>) -> Result<()> {
    let mut decoder = GzDecoder::new(packed);
    let mut length = 0;
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        let read = decoder.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
        read.map_err(|error| refusal::malformed(Format::Archive, "gzip stream", &error.to_string()))?;
        length += chunk.len() as u64;
        if length > MAX_INFLATED {
            return Err(refusal::archive(&format!("it inflates to more than {MAX_INFLATED} bytes")));
        }
        if chunk.is_empty() {
            break;
        }
        if unpacked.send(chunk).is_err() {
            // The next stage has failed, and reports why.
            return Ok(());
        }
    }
    match decoder.into_inner().fill_buf() {
        Ok([]) => Ok(()),
        _ => Err(refusal::archive("there are bytes after the end of the gzip stream")),
    }
}
