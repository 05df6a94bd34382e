//! Unpacks a tar.gz in overlapping stages:
//!
//! feed (network → sha256) → inflate → untar → sha256 of each file → write
//!
//! Each stage is a thread. The channels between them hold a few chunks at most, so that memory does not grow with the
//! archive. A stage that fails drops its end of the channel, which stops the stages before it.

use std::io;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, Scope, ScopedJoinHandle};

use super::feed;
use super::inflate::{Chunks, inflate};
use super::job::Job;
use super::untar::{Batch, untar};
use crate::error::{Error, Kind, Result};
use crate::install::writer::Writer;
use crate::os::threads::{join, lock};
use crate::source::Bytes;

/// Packed chunks that may wait to be inflated: 4 MiB.
const WAITING_CHUNKS: usize = 16;
/// Inflated chunks that may wait for untar: 4 MiB.
const WAITING_UNPACKED: usize = 4;
/// Batches of files that may wait to be written: at most 10 MiB.
const WAITING_BATCHES: usize = 8;
/// Limit of threads that write; more are not faster.
const MAX_WRITERS: usize = 4;

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
    let (files, write_from) = sync_channel::<Batch>(WAITING_BATCHES);
    let write_from = Mutex::new(Some(write_from));
    thread::scope(|scope| {
        let writers = start_writers(scope, &write_from, job)?;
        let untar = start(scope, move || job.watch(untar(Chunks::new(untar_from), job, files)))?;
        let inflate = start(scope, move || inflate(Chunks::new(inflate_from), &unpacked))?;
        let fed = feed::run(bytes, packed, job);
        let content = join(inflate).and(join(untar));
        let written: Result<()> = writers.into_iter().try_for_each(join);
        // One cause may fail several stages: report the disk's error first, then the network's, then the content's.
        written?;
        match content {
            Err(error) if error.kind() == Kind::Store => Err(error),
            content => Ok(Unpacked { sha256: fed?, content }),
        }
    })
}

/// Starts a writer for each processor, at most [`MAX_WRITERS`]. An error only if not even one can be started.
fn start_writers<'scope, 'env: 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    files: &'env Mutex<Option<Receiver<Batch>>>,
    job: &'env Job<'_>,
) -> Result<Vec<ScopedJoinHandle<'scope, Result<()>>>> {
    let count = thread::available_parallelism().map_or(2, usize::from).clamp(1, MAX_WRITERS);
    let writer = || start(scope, move || job.watch(write(files, job.tree)));
    let mut writers = vec![writer()?];
    writers.extend((1..count).map_while(|_| writer().ok()));
    Ok(writers)
}

fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    stage: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>> {
    let failed = |error: io::Error| Error::store("could not start a thread for unpacking", error);
    thread::Builder::new().spawn_scoped(scope, stage).map_err(failed)
}

/// The last stage: adds the files from the channel to the tree, until the channel is closed.
fn write(files: &Mutex<Option<Receiver<Batch>>>, tree: &Writer) -> Result<()> {
    loop {
        let receiver = lock(files);
        let Some(Ok(batch)) = receiver.as_ref().map(Receiver::recv) else { return Ok(()) };
        drop(receiver);
        let added = batch.into_iter().try_for_each(|(path, content)| tree.add(path, &content));
        if let Err(error) = added {
            // Dropping the receiver closes the channel, so that untar stops too.
            *lock(files) = None;
            return Err(error);
        }
    }
}
