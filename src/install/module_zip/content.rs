//! The content of entries, inflated by one state and through one buffer for all that a thread unpacks: to get memory for
//! each file costs more than to inflate most of them.

use std::io::{self, Read, Take};
use std::sync::Arc;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::packed::{Packed, Reader};
use super::structure::{Method, Sums};

/// Bytes that are read at a time. Most entries have fewer, and are read by one call.
const ROOM: usize = 256 << 10;

/// A reader of contents, one for each thread.
pub(super) struct Contents(DeflateDecoder<Take<Reader>>);

impl Contents {
    pub(super) fn new(zip: Arc<Packed>) -> Self {
        Contents(DeflateDecoder::new(Reader::new(zip, ROOM).take(0)))
    }

    /// The reader of the packed bytes.
    pub(super) fn packed(&mut self) -> &mut Reader {
        self.0.get_mut().get_mut()
    }

    /// The content of `length` packed bytes at most, from where the reader is.
    pub(super) fn read(&mut self, method: Method, length: u64) -> Content<'_> {
        self.0.reset_data();
        self.0.get_mut().set_limit(length);
        Content { decoder: &mut self.0, method, length, crc: Crc::new(), size: 0 }
    }
}

/// The content of an entry.
pub(super) struct Content<'a> {
    decoder: &'a mut DeflateDecoder<Take<Reader>>,
    method: Method,
    length: u64,
    crc: Crc,
    size: u64,
}

impl Content<'_> {
    /// What was read so far: its CRC-32, the packed bytes and the bytes.
    pub(super) fn sums(&self) -> Sums {
        (self.crc.sum(), self.length - self.decoder.get_ref().limit(), self.size)
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match self.method {
            Method::Stored => self.decoder.get_mut().read(buffer)?,
            Method::Deflated => self.decoder.read(buffer)?,
        };
        self.crc.update(&buffer[..count]);
        self.size += count as u64;
        Ok(count)
    }
}

/// Fills the buffer as far as there is anything to read; returns how far.
pub(super) fn fill(buffer: &mut [u8], content: &mut impl Read) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match content.read(&mut buffer[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}
