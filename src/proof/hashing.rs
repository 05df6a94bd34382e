//! The sha256 of what is read.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// A reader whose bytes are hashed.
pub struct Hashing<R> {
    inner: R,
    sha256: Sha256,
}

impl<R: Read> Hashing<R> {
    /// Hashes what is read of `inner`.
    pub fn new(inner: R) -> Self {
        Hashing { inner, sha256: Sha256::new() }
    }

    /// Reads what is left; the sha256 of all.
    pub fn finish(mut self) -> io::Result<[u8; 32]> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.sha256.finalize().into())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.sha256.update(&buffer[..count]);
        Ok(count)
    }
}
