//! A FIFO that a program holds open for writing, and all that it starts: its end tells that none of them goes on.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use rustix::fs::{CWD, FileType, mknodat};

use super::LIMIT;
use super::pty::read_all;
use super::sandbox::Sandbox;

/// The reading side.
pub(crate) struct Fifo {
    path: PathBuf,
    /// The end does not come before the program has opened its side.
    writer: File,
    chunks: Receiver<Vec<u8>>,
    text: String,
}

/// Makes one where nothing is, for a program that reads what the test writes.
pub(crate) fn make(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, 0o600.into(), 0).unwrap();
}

impl Fifo {
    /// A fresh one, `[ROOT]/fifo`.
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        let path = sandbox.root().join("fifo");
        let _ = std::fs::remove_file(&path);
        make(&path);
        // Who opens both sides does not wait for another.
        let writer = File::options().read(true).write(true).open(&path).unwrap();
        let chunks = read_all(File::open(&path).unwrap().into());
        Fifo { path, writer, chunks, text: String::new() }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until this has been written.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        while !self.text.contains(text) {
            assert!(self.read(), "nobody wrote {text:?}, but: {:?}", self.text);
        }
    }

    /// Waits until nobody has it open; gives all that was written.
    #[track_caller]
    pub(crate) fn wait_for_end(mut self) -> String {
        self.writer = File::open("/dev/null").unwrap();
        while self.read() {}
        self.text
    }

    /// Reads more, unless this is the end.
    #[track_caller]
    fn read(&mut self) -> bool {
        match self.chunks.recv_timeout(LIMIT) {
            Ok(chunk) => self.text += &String::from_utf8_lossy(&chunk),
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => panic!("something has it open and goes on: {:?}", self.text),
        }
        true
    }
}
