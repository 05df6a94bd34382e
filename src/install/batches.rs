//! Threads that add small files to a tree, beside the one that unpacks them in their order.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::writer::Writer;
use crate::error::Result;
use crate::os::threads::{join, lock};

/// Bytes of small files and their paths that are passed on together, because waking a thread costs more than writing a
/// small file.
const BATCH: usize = 256 << 10;
/// Batches that may wait to be written: at most 10 MiB.
const WAITING: usize = 8;
/// Limit of threads that write; more are not faster.
const MAX_WRITERS: usize = 4;

/// Files that the guard has accepted: path and whole content.
type Batch = Vec<(String, Vec<u8>)>;

/// The way to the threads that write.
pub(super) struct Batches {
    sender: SyncSender<Batch>,
    batch: Batch,
    bytes: usize,
}

impl Batches {
    /// Passes on a file whose directory is there. Returns `false` if a thread has failed, which reports why.
    pub(super) fn add(&mut self, path: String, content: Vec<u8>) -> bool {
        self.bytes += path.len() + content.len();
        self.batch.push((path, content));
        self.bytes < BATCH || self.flush()
    }

    /// Passes on what was held back, as [`Batches::add`] does.
    pub(super) fn flush(&mut self) -> bool {
        self.bytes = 0;
        self.sender.send(std::mem::take(&mut self.batch)).is_ok()
    }
}

/// Calls `unpack`, and adds to the tree what it passes on meanwhile, in a thread for each processor, at most
/// [`MAX_WRITERS`]. An error of these threads sets `stop` and counts first. The outer error is that no thread could be
/// started, and then nothing was done.
pub(super) fn written_beside<T>(
    tree: &Writer,
    stop: &AtomicBool,
    unpack: impl FnOnce(Batches) -> Result<T>,
) -> io::Result<Result<T>> {
    let (sender, receiver) = sync_channel(WAITING);
    let receiver = Mutex::new(Some(receiver));
    let count = thread::available_parallelism().map_or(2, usize::from).clamp(1, MAX_WRITERS);
    thread::scope(|scope| {
        let start = || thread::Builder::new().spawn_scoped(scope, || write(&receiver, tree, stop));
        let mut writers = vec![start()?];
        writers.extend((1..count).map_while(|_| start().ok()));
        let unpacked = unpack(Batches { sender, batch: Batch::new(), bytes: 0 });
        Ok(writers.into_iter().try_for_each(join).and(unpacked))
    })
}

/// Adds the files from the channel to the tree, until the channel is closed.
fn write(files: &Mutex<Option<Receiver<Batch>>>, tree: &Writer, stop: &AtomicBool) -> Result<()> {
    loop {
        let receiver = lock(files);
        let Some(Ok(batch)) = receiver.as_ref().map(Receiver::recv) else { return Ok(()) };
        drop(receiver);
        let added = batch.into_iter().try_for_each(|(path, content)| tree.add(path, &content));
        if let Err(error) = added {
            // Another thread may hold the lock until more comes, and nothing more has to.
            stop.store(true, Ordering::Relaxed);
            // Dropping the receiver closes the channel, so that whoever unpacks stops too.
            *lock(files) = None;
            return Err(error);
        }
    }
}
