//! A tar.gz on its way into a tree, in overlapping stages:
//!
//! feed (network → sha256) → inflate → untar → per-file sha256 → write
//!
//! Each stage is a thread; bounded channels between them hold at most a few chunks, so that memory does
//! not grow with the archive. When a stage fails it drops its end of the channel, and those before it stop.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::feed;
use super::inflate::{Chunks, inflate};
use super::tree::Tree;
use super::untar::{Batch, untar};
use crate::error::{Error, Kind, Result};
use crate::source::Bytes;
use crate::ui::progress::Progress;

/// What may wait before a stage: with the sizes of chunks and batches at most 4 + 4 + 10 MiB.
const WAITING_CHUNKS: usize = 16;
const WAITING_UNPACKED: usize = 4;
const WAITING_BATCHES: usize = 8;

/// What is to be unpacked, and how.
pub struct Job<'a> {
    /// The tree that grows.
    pub tree: &'a Tree,
    /// The expected sha256 of the archive; when it is known, a damaged archive is read to its end to
    /// learn whether the server or the release is to blame.
    pub sha256: Option<[u8; 32]>,
    /// Leave out what the directory hash does not cover, because nothing else proves it.
    pub only_hashed: bool,
    /// Where bytes are counted.
    pub progress: &'a Progress<'a>,
    /// Nobody needs more bytes: the disk has failed.
    pub stop: AtomicBool,
}

/// An archive that came to its end.
pub struct Unpacked {
    /// The sha256 of the whole, where one was expected or the content is sound.
    pub sha256: [u8; 32],
    /// Whether the whole of it is in the tree, or what is wrong with it. To be believed only when the
    /// sha256 is the right one: bytes that were changed on their way may be wrong in any way.
    pub content: Result<()>,
}

/// Unpacks an archive. Only the network and the disk are errors here.
pub fn unpack(bytes: &mut Bytes, job: &Job<'_>) -> Result<Unpacked> {
    let (packed, inflate_from) = sync_channel(WAITING_CHUNKS);
    let (unpacked, untar_from) = sync_channel(WAITING_UNPACKED);
    let (files, write_from) = sync_channel::<Batch>(WAITING_BATCHES);
    let write_from = Mutex::new(Some(write_from));
    thread::scope(|scope| {
        let writers: Vec<_> =
            (0..writers()).map(|_| scope.spawn(|| watched(job, write(&write_from, job.tree)))).collect();
        let untar = scope.spawn(move || watched(job, untar(Chunks::new(untar_from), job, files)));
        let inflate = scope.spawn(move || inflate(Chunks::new(inflate_from), &unpacked));
        let fed = feed::run(bytes, packed, job);
        let content = join(inflate).and(join(untar));
        let written: Result<()> = writers.into_iter().try_for_each(join);
        // One cause, though several stages may have failed by it: the disk, then the network, then what is
        // inside.
        written?;
        match content {
            Err(error) if error.kind() == Kind::Store => Err(error),
            content => Ok(Unpacked { sha256: fed?, content }),
        }
    })
}

/// A stage that met a full disk ends the download too.
fn watched(job: &Job<'_>, result: Result<()>) -> Result<()> {
    result.inspect_err(|error| {
        if error.kind() == Kind::Store {
            job.stop.store(true, Ordering::Relaxed);
        }
    })
}

fn writers() -> usize {
    thread::available_parallelism().map_or(2, usize::from).clamp(1, 4)
}

fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// A stage that takes files from the channel until it is closed.
fn write(files: &Mutex<Option<Receiver<Batch>>>, tree: &Tree) -> Result<()> {
    loop {
        let receiver = files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(Ok(batch)) = receiver.as_ref().map(Receiver::recv) else { return Ok(()) };
        drop(receiver);
        let added = batch.into_iter().try_for_each(|(path, content)| tree.add(path, &content));
        if let Err(error) = added {
            // The channel closes, so that untar stops too.
            *files.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
            return Err(error);
        }
    }
}

/// What is wrong with the archive.
pub(super) fn refused(reason: &str) -> Error {
    Error::new(Kind::Verification, format!("the archive is refused: {reason}"))
}
