//! A tar.gz on its way into a tree, in overlapping stages:
//!
//! network → sha256 → inflate → untar → per-file sha256 → write
//!
//! Each stage is a thread; bounded channels between them hold at most a few chunks, so that memory does
//! not grow with the archive. When a stage fails it drops its end of the channel, and those before it stop.

use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use flate2::bufread::GzDecoder;
use sha2::{Digest, Sha256};
use tar::EntryType;

use super::Format;
use super::guard::{Guard, MAX_ARCHIVE};
use super::tree::{SMALL, StreamError, Tree};
use crate::error::{Error, Kind, Result};
use crate::proof::dirhash;
use crate::source::Bytes;
use crate::source::download::Download;
use crate::ui::progress::Progress;

/// What travels between two stages.
const PACKED_CHUNK: usize = 256 << 10;
const UNPACKED_CHUNK: usize = 1 << 20;
/// Small files travel together: waking a thread costs more than writing one of them.
const BATCH: usize = 256 << 10;
/// What may wait before a stage: with the sizes above at most 4 + 4 + 10 MiB.
const WAITING_CHUNKS: usize = 16;
const WAITING_UNPACKED: usize = 4;
const WAITING_BATCHES: usize = 8;

/// A download that takes longer than this is worth keeping for a resume.
const WORTH_KEEPING: Duration = Duration::from_secs(5);
/// When that is judged.
const JUDGED_AFTER: Duration = Duration::from_secs(1);
/// Held until then; whoever is faster is done within five seconds.
const MAX_HELD: usize = 16 << 20;

/// Paths that passed the guard, each with the whole content.
type Batch = Vec<(String, Vec<u8>)>;

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
}

/// Unpacks an archive; gives its sha256. An error of kind `Verification` says what is wrong with it.
pub fn unpack(bytes: &mut Bytes, job: &Job<'_>) -> Result<[u8; 32]> {
    let stop = AtomicBool::new(false);
    let (packed, inflate_from) = sync_channel(WAITING_CHUNKS);
    let (unpacked, untar_from) = sync_channel(WAITING_UNPACKED);
    let (files, write_from) = sync_channel::<Batch>(WAITING_BATCHES);
    let write_from = Mutex::new(Some(write_from));
    thread::scope(|scope| {
        let writers: Vec<_> = (0..writers())
            .map(|_| {
                let (write_from, stop) = (&write_from, &stop);
                scope.spawn(move || {
                    write(write_from, job.tree).inspect_err(|_| stop.store(true, Ordering::Relaxed))
                })
            })
            .collect();
        let untar = scope.spawn(move || untar(Chunks::new(untar_from), job, files));
        let inflate = scope.spawn(move || inflate(Chunks::new(inflate_from), &unpacked));
        let fed = match bytes {
            Bytes::Network(download) => feed_download(download, packed, job, &stop),
            Bytes::File(path) => File::open(&*path)
                .map_err(|error| Error::store(format!("could not open `{}`", path.display()), error))
                .and_then(|file| feed_file(file, packed, job, &stop)),
        };
        let inflated = join(inflate);
        let untarred = join(untar);
        let written: Vec<Result<()>> = writers.into_iter().map(join).collect();
        judge(fed, job.sha256, inflated, untarred, written)
    })
}

/// One cause, though several stages may have failed by it: the disk first, then the network, then the
/// checksum of the whole, then what is inside.
fn judge(
    fed: Result<[u8; 32]>,
    expected: Option<[u8; 32]>,
    inflated: Result<()>,
    untarred: Result<()>,
    written: Vec<Result<()>>,
) -> Result<[u8; 32]> {
    for result in written {
        result?;
    }
    if let Err(error) = &untarred
        && error.kind() == Kind::Store
    {
        untarred?;
        return fed;
    }
    let sha256 = fed?;
    if expected.is_none_or(|expected| expected == sha256) {
        inflated?;
        untarred?;
    }
    Ok(sha256)
}

fn writers() -> usize {
    thread::available_parallelism().map_or(2, usize::from).clamp(1, 4)
}

fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Bytes from the network into the hash and the inflater; to disk as well when that takes long.
fn feed_download(
    download: &mut Download,
    packed: SyncSender<Vec<u8>>,
    job: &Job<'_>,
    stop: &AtomicBool,
) -> Result<[u8; 32]> {
    let mut feed = Feed { hasher: Sha256::new(), packed: Some(packed), length: 0, job };
    let mut keep = Keep::for_download(download, &mut feed, stop)?;
    loop {
        let mut chunk = vec![0; PACKED_CHUNK];
        let mut filled = 0;
        while filled < chunk.len() {
            match download.read(&mut chunk[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        chunk.truncate(filled);
        if chunk.is_empty() || feed.is_pointless(stop) {
            break;
        }
        keep.take(&chunk, download)?;
        feed.push(chunk)?;
    }
    Ok(feed.hasher.finalize().into())
}

fn feed_file(
    mut file: File,
    packed: SyncSender<Vec<u8>>,
    job: &Job<'_>,
    stop: &AtomicBool,
) -> Result<[u8; 32]> {
    let mut feed = Feed { hasher: Sha256::new(), packed: Some(packed), length: 0, job };
    feed.file(&mut file, u64::MAX, stop)?;
    Ok(feed.hasher.finalize().into())
}

struct Feed<'a> {
    hasher: Sha256,
    /// None once the inflater has stopped.
    packed: Option<SyncSender<Vec<u8>>>,
    length: u64,
    job: &'a Job<'a>,
}

impl Feed<'_> {
    fn push(&mut self, chunk: Vec<u8>) -> Result<()> {
        self.length += chunk.len() as u64;
        if self.length > MAX_ARCHIVE {
            return Err(Error::new(
                Kind::Verification,
                format!("the archive has more than {MAX_ARCHIVE} bytes"),
            ));
        }
        self.hasher.update(&chunk);
        self.job.progress.advance(chunk.len() as u64);
        if self.packed.as_ref().is_some_and(|packed| packed.send(chunk).is_err()) {
            self.packed = None;
        }
        Ok(())
    }

    /// Nobody unpacks any more, and there is no checksum that the rest could be held against.
    fn is_pointless(&self, stop: &AtomicBool) -> bool {
        stop.load(Ordering::Relaxed) || (self.packed.is_none() && self.job.sha256.is_none())
    }

    /// Feeds up to `length` bytes of a file.
    fn file(&mut self, file: &mut File, length: u64, stop: &AtomicBool) -> Result<u64> {
        let mut rest = file.take(length);
        let mut fed = 0;
        while !self.is_pointless(stop) {
            let mut chunk = Vec::with_capacity(PACKED_CHUNK);
            let read = rest.by_ref().take(PACKED_CHUNK as u64).read_to_end(&mut chunk);
            let count = read.map_err(|error| Error::store("could not read the archive", error))?;
            if count == 0 {
                break;
            }
            fed += count as u64;
            self.push(chunk)?;
        }
        Ok(fed)
    }
}

/// The bytes of a download on disk.
enum Keep {
    /// The first second: held in memory.
    Undecided(Vec<u8>, Instant),
    /// Slow enough to be worth it.
    File(File),
    /// Fast.
    No,
}

impl Keep {
    /// Takes up what an earlier run kept, or begins to hold.
    fn for_download(download: &Download, feed: &mut Feed<'_>, stop: &AtomicBool) -> Result<Self> {
        let resumed = download.resumed();
        if resumed == 0 {
            download.partial().remove();
            return Ok(Keep::Undecided(Vec::new(), Instant::now()));
        }
        let path = download.partial().path();
        let failed = |error| Error::store(format!("could not read `{}`", path.display()), error);
        let count = feed.file(&mut File::open(path).map_err(failed)?, resumed, stop)?;
        if count != resumed && !feed.is_pointless(stop) {
            return Err(failed(io::ErrorKind::UnexpectedEof.into()));
        }
        download.partial().open(resumed, &download.origin()).map(Keep::File).map_err(failed)
    }

    fn take(&mut self, chunk: &[u8], download: &Download) -> Result<()> {
        let path = download.partial().path();
        let failed = |error| Error::store(format!("could not write `{}`", path.display()), error);
        match self {
            Keep::No => {}
            Keep::File(file) => file.write_all(chunk).map_err(failed)?,
            Keep::Undecided(held, since) => {
                held.extend_from_slice(chunk);
                if is_fast(held.len(), download.total()) {
                    *self = Keep::No;
                } else if since.elapsed() >= JUDGED_AFTER {
                    let mut file = download.partial().open(0, &download.origin()).map_err(failed)?;
                    file.write_all(held).map_err(failed)?;
                    *self = Keep::File(file);
                }
            }
        }
        Ok(())
    }
}

/// So much came before the judgement that the whole takes less than five seconds.
fn is_fast(held: usize, total: Option<u64>) -> bool {
    let share = u32::try_from(WORTH_KEEPING.as_secs() / JUDGED_AFTER.as_secs()).unwrap_or(1);
    let enough =
        total.map_or(MAX_HELD, |total| usize::try_from(total / u64::from(share)).unwrap_or(MAX_HELD));
    held >= enough.min(MAX_HELD)
}

/// The sending end of a channel as a reader.
struct Chunks {
    receiver: Receiver<Vec<u8>>,
    chunk: Vec<u8>,
    position: usize,
}

impl Chunks {
    fn new(receiver: Receiver<Vec<u8>>) -> Self {
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

/// One gzip member and nothing after it: what follows would be hashed but never looked at.
fn inflate(packed: Chunks, unpacked: &SyncSender<Vec<u8>>) -> Result<()> {
    let mut decoder = GzDecoder::new(packed);
    loop {
        let mut chunk = Vec::with_capacity(UNPACKED_CHUNK);
        let read = decoder.by_ref().take(UNPACKED_CHUNK as u64).read_to_end(&mut chunk);
        read.map_err(|error| damaged(&format!("it is no sound gzip stream: {error}")))?;
        if chunk.is_empty() {
            break;
        }
        if unpacked.send(chunk).is_err() {
            // Untar has failed, and says why.
            return Ok(());
        }
    }
    match decoder.into_inner().fill_buf() {
        Ok([]) => Ok(()),
        _ => Err(damaged("there are bytes after the end of the gzip stream")),
    }
}

fn untar(unpacked: Chunks, job: &Job<'_>, files: SyncSender<Batch>) -> Result<()> {
    let mut guard = Guard::new(Format::Archive, "go/".into());
    let mut archive = tar::Archive::new(unpacked);
    let (mut batch, mut batched) = (Batch::new(), 0);
    let entries = archive.entries().map_err(|error| unsound(&error))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| unsound(&error))?;
        let name = entry.path_bytes().into_owned();
        let path = match entry.header().entry_type() {
            EntryType::Directory => {
                guard.directory(&name).map_err(|reason| damaged(&reason))?;
                continue;
            }
            EntryType::Regular => guard.file(&name, entry.size()).map_err(|reason| damaged(&reason))?,
            other => return Err(refused_kind(&name, other)),
        };
        if job.only_hashed && dirhash::name_in_module(&path).is_none() {
            continue;
        }
        job.tree.create_parents(&path)?;
        let size = entry.size();
        if size > SMALL {
            job.tree.add_stream(path, size, &mut entry).map_err(|error| match error {
                StreamError::Read(error) => unsound(&error),
                StreamError::Store(error) => error,
            })?;
            continue;
        }
        let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        entry.read_to_end(&mut content).map_err(|error| unsound(&error))?;
        if content.len() as u64 != size {
            return Err(unsound(&io::ErrorKind::UnexpectedEof.into()));
        }
        batched += content.len();
        batch.push((path, content));
        if batched >= BATCH {
            if files.send(std::mem::take(&mut batch)).is_err() {
                // A writer has failed, and says why.
                return Ok(());
            }
            batched = 0;
        }
    }
    if files.send(batch).is_err() {
        return Ok(());
    }
    drop(files);
    only_padding(&mut archive.into_inner())
}

/// After the end of a tar there are zeros, up to a whole record.
fn only_padding(rest: &mut impl BufRead) -> Result<()> {
    loop {
        let buffer = rest.fill_buf().map_err(|error| unsound(&error))?;
        if buffer.is_empty() {
            return Ok(());
        }
        if buffer.iter().any(|byte| *byte != 0) {
            return Err(damaged("there are bytes after the end of the tar"));
        }
        let count = buffer.len();
        rest.consume(count);
    }
}

fn refused_kind(name: &[u8], kind: EntryType) -> Error {
    let word = match kind {
        EntryType::Link => "a hard link",
        EntryType::Symlink => "a symbolic link",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a FIFO",
        EntryType::GNUSparse => "a sparse file",
        _ => "of a kind that Go's archives do not have",
    };
    damaged(&format!("`{}` is {word}", name.escape_ascii()))
}

fn unsound(error: &io::Error) -> Error {
    damaged(&format!("it is no sound tar: {error}"))
}

fn damaged(reason: &str) -> Error {
    Error::new(Kind::Verification, format!("the archive is refused: {reason}"))
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
