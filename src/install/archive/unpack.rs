//! Unpacks a tar.gz in overlapping stages:
//!
//! feed (network → sha256) → inflate → untar → sha256 of each file → write
//!
//! Each stage is a thread. The channels between them hold a few chunks at most, so that memory does not grow with the
//! archive. A stage that fails drops its end of the channel, which stops the stages before it.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::thread::{self, Scope, ScopedJoinHandle};

use super::feed;
use super::inflate::{Chunks, inflate};
use super::job::Job;
use super::untar::untar;
use crate::error::{Error, Kind, Result};
use crate::install::batches::written_beside;
use crate::os::threads::join;
use crate::source::Bytes;

/// Packed chunks that may wait to be inflated: 4 MiB.
const WAITING_CHUNKS: usize = 16;
/// Inflated chunks that may wait for untar: 4 MiB.
const WAITING_UNPACKED: usize = 4;

/// The result of unpacking an archive.
pub struct Unpacked {
    /// The sha256 of the archive; complete if a checksum is known or `content` is `Ok`.
    pub sha256: [u8; 32],
    /// Whether all files are in the tree, or what is wrong with the archive. Meaningful only if the sha256 is the
    /// expected one: bytes that were changed in transit may be wrong in any way.
    pub content: Result<()>,
}

/// Unpacks an archive. An error is one of the network or the disk; [`Unpacked::content`] says what is wrong with the
/// archive itself.
pub fn unpack(bytes: &mut Bytes, job: &Job<'_>) -> Result<Unpacked> {
    let (packed, inflate_from) = sync_channel(WAITING_CHUNKS);
    let (unpacked, untar_from) = sync_channel(WAITING_UNPACKED);
    let unpack = |files| {
        thread::scope(|scope| {
            let untar = start(scope, move || {
                let done = untar(Chunks::new(untar_from), job, files);
                if done.as_ref().is_err_and(|error| error.kind() == Kind::Store) {
                    job.stop.store(true, Ordering::Relaxed);
                }
                done
            })?;
            let inflate = start(scope, move || inflate(Chunks::new(inflate_from), &unpacked))?;
            let fed = feed::run(bytes, packed, job);
            // One cause may fail several stages: report the disk's error first, then the network's, then the
            // content's.
            match join(inflate).and(join(untar)) {
                Err(error) if error.kind() == Kind::Store => Err(error),
                content => Ok(Unpacked { sha256: fed?, content }),
            }
        })
    };
    written_beside(job.tree, &job.stop, unpack).map_err(not_started)?
}

fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    stage: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>> {
    thread::Builder::new().spawn_scoped(scope, stage).map_err(not_started)
}

fn not_started(error: io::Error) -> Error {
    Error::store("could not start a thread for unpacking", error)
}
