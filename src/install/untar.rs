//! The third stage of an archive: tar entries past the guard, and on to the writers.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;
use std::sync::mpsc::SyncSender;

use tar::{Entry, EntryType};

use super::Format;
use super::archive::{Job, refused};
use super::guard::Guard;
use super::inflate::Chunks;
use super::tree::{SMALL, StreamError};
use crate::error::{Error, Result};
use crate::proof::dirhash;

/// Paths that passed the guard, each with the whole content.
pub(super) type Batch = Vec<(String, Vec<u8>)>;

/// Small files travel together: waking a thread costs more than writing one of them.
const BATCH: usize = 256 << 10;
/// What may come before an entry: its header, and those that give it a long name. The library reads such
/// headers into memory, whatever size they say they have.
const MAX_HEADERS: u64 = 64 << 10;

/// Reads the tar to its end.
pub(super) fn untar(unpacked: Chunks, job: &Job<'_>, files: SyncSender<Batch>) -> Result<()> {
    let mut guard = Guard::new(Format::Archive, "go/".into());
    let allowed = Rc::new(Cell::new(MAX_HEADERS));
    let mut archive = tar::Archive::new(Budgeted { inner: unpacked, allowed: allowed.clone() });
    let (mut batch, mut batched) = (Batch::new(), 0);
    let entries = archive.entries().map_err(|error| unsound(&error))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| unsound(&error))?;
        let path = admit(&mut guard, &entry)?;
        allowed.set(entry.size().saturating_add(MAX_HEADERS));
        if let Some(path) = path.filter(|path| !job.only_hashed || dirhash::name_in_module(path).is_some()) {
            if let Some(content) = take(&mut entry, &path, job)? {
                batched += content.len();
                batch.push((path, content));
            }
        } else {
            io::copy(&mut entry, &mut io::sink()).map_err(|error| unsound(&error))?;
        }
        allowed.set(MAX_HEADERS);
        if batched >= BATCH {
            if files.send(std::mem::take(&mut batch)).is_err() {
                // A writer has failed, and says why.
                return Ok(());
            }
            batched = 0;
        }
    }
    // As above.
    let _ = files.send(batch);
    drop(files);
    only_padding(&mut archive.into_inner().inner)
}

/// The path of a file; none for a directory.
fn admit(guard: &mut Guard, entry: &Entry<'_, impl Read>) -> Result<Option<String>> {
    let name = entry.path_bytes();
    match entry.header().entry_type() {
        EntryType::Directory => guard.directory(&name).map(|()| None),
        EntryType::Regular => guard.file(&name, entry.size()).map(Some),
        other => Err(kind(&name, other)),
    }
    .map_err(|reason| refused(&reason))
}

/// The content of a small file; a large one goes into the tree as it comes.
fn take(entry: &mut Entry<'_, impl Read>, path: &str, job: &Job<'_>) -> Result<Option<Vec<u8>>> {
    job.tree.create_parents(path)?;
    let size = entry.size();
    if size > SMALL {
        let added = job.tree.add_stream(path.to_owned(), size, entry);
        return added.map(|()| None).map_err(|error| match error {
            StreamError::Read(error) => unsound(&error),
            StreamError::Store(error) => error,
        });
    }
    let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    entry.read_to_end(&mut content).map_err(|error| unsound(&error))?;
    if content.len() as u64 != size {
        return Err(unsound(&io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(Some(content))
}

/// A reader that gives no more than it is allowed to.
struct Budgeted {
    inner: Chunks,
    allowed: Rc<Cell<u64>>,
}

impl Read for Budgeted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let left = self.allowed.get().checked_sub(count as u64);
        self.allowed.set(left.ok_or_else(|| io::Error::other("the headers of an entry are too long"))?);
        Ok(count)
    }
}

/// After the end of a tar there are zeros, up to a whole record.
fn only_padding(rest: &mut Chunks) -> Result<()> {
    loop {
        let buffer = rest.fill_buf().map_err(|error| unsound(&error))?;
        if buffer.is_empty() {
            return Ok(());
        }
        if buffer.iter().any(|byte| *byte != 0) {
            return Err(refused("there are bytes after the end of the tar"));
        }
        let count = buffer.len();
        rest.consume(count);
    }
}

fn kind(name: &[u8], kind: EntryType) -> String {
    let word = match kind {
        EntryType::Link => "a hard link",
        EntryType::Symlink => "a symbolic link",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a FIFO",
        EntryType::GNUSparse => "a sparse file",
        _ => "of a kind that Go's archives do not have",
    };
    format!("`{}` is {word}", name.escape_ascii())
}

fn unsound(error: &io::Error) -> Error {
    refused(&format!("it is no sound tar: {error}"))
}
