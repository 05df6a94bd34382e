//! What the stages of an archive share.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Kind, Result};
use crate::install::report::Phases;
use crate::install::writer::Writer;

/// An archive that is to be unpacked, and how.
pub struct Job<'a> {
    /// The tree that grows.
    pub tree: &'a Writer,
    /// Whether a checksum of the archive is known; the first who asks waits until that is decided. With one, a damaged
    /// archive is read to its end to learn whether the server or the release is to blame. Without one, what the
    /// directory hash does not cover is left out, because nothing else proves it.
    pub has_checksum: &'a (dyn Fn() -> bool + Sync),
    /// Where bytes are counted.
    pub phases: &'a dyn Phases,
    /// Set when the disk has failed: nobody needs more bytes.
    pub stop: AtomicBool,
}

impl Job<'_> {
    /// Passes the result of a stage on. A full disk, which is found late, ends the download, which is early.
    pub(super) fn watch(&self, result: Result<()>) -> Result<()> {
        result.inspect_err(|error| {
            if error.kind() == Kind::Store {
                self.stop.store(true, Ordering::Relaxed);
            }
        })
    }

    /// Whether the disk has failed.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
