//! The state that the stages of unpacking an archive share.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::install::prove::IsProvable;
use crate::install::report::Phases;
use crate::install::writer::Writer;

/// The unpacking of one archive.
pub struct Job<'a> {
    /// The tree to unpack into.
    pub tree: &'a Writer,
    /// Whether a checksum of the archive is known; the first call waits until that is decided. With a checksum, a
    /// damaged archive is read to its end, so that the checksum tells whether the server or the release is to blame.
    pub has_checksum: &'a (dyn Fn() -> bool + Sync),
    /// Asked with each chunk of packed bytes whether it is worth reading on.
    pub is_provable: IsProvable<'a>,
    /// Counts the packed bytes.
    pub phases: &'a dyn Phases,
    /// Set when the disk has failed, to end the download.
    pub stop: AtomicBool,
}

impl Job<'_> {
    /// Whether the disk has failed.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
