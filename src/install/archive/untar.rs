//! The third stage of unpacking an archive: checks the tar's entries and passes their files on to the writers.

use std::cell::Cell;
use std::collections::HashSet;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use tar::{Entry, EntryType};

use super::inflate::Chunks;
use super::job::Job;
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::batches::Batches;
use crate::install::guard::Guard;
use crate::install::refusal;
use crate::install::writer::SMALL;

/// Limit in bytes for the headers of an entry, including those that give it a long name. The library reads such headers
/// into memory whole, however long they are.
const MAX_HEADERS: u64 = 64 << 10;
/// Limit of zero bytes after the end of the tar: a hundred times tar's usual record of 10 KiB.
const MAX_PADDING: usize = 1 << 20;

/// Reads the tar to its end.
pub(super) fn untar(unpacked: Chunks, job: &Job<'_>, mut files: Batches) -> Result<()> {
    let rest = each_file(unpacked, |path, entry| {
        Ok(match read_or_stream(entry, &path, job)? {
            Some(content) => files.add(path, content),
            None => true,
        })
    })?;
    let Some(mut rest) = rest else { return Ok(()) };
    files.flush();
    drop(files);
    only_padding(&mut rest)
}

/// Passes each file of a tar to `visit`, with its path in the toolchain, as long as that returns `true`. Returns the
/// reader, past the end of the tar; `None` if `visit` returned `false`.
pub(super) fn each_file<R: Read>(
    tar: R,
    mut visit: impl FnMut(String, &mut Entry<'_, Budgeted<R>>) -> Result<bool>,
) -> Result<Option<R>> {
    let mut guard = Guard::new(Format::Archive, "go/".into());
    let allowed = Rc::new(Cell::new(MAX_HEADERS));
    let mut archive = tar::Archive::new(Budgeted { inner: tar, allowed: allowed.clone() });
    let entries = archive.entries().map_err(|error| unsound(&error))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| unsound(&error))?;
        let path = accept(&mut guard, &mut entry).map_err(|reason| refusal::archive(&reason))?;
        allowed.set(entry.size().saturating_add(MAX_HEADERS));
        if let Some(path) = path
            && !visit(path, &mut entry)?
        {
            return Ok(None);
        }
        allowed.set(MAX_HEADERS);
    }
    Ok(Some(archive.into_inner().inner))
}

/// Checks an entry, and returns the path of a file, `None` for a directory.
fn accept(guard: &mut Guard, entry: &mut Entry<'_, impl Read>) -> Result<Option<String>, String> {
    let (name, kind) = (entry.path_bytes().into_owned(), entry.header().entry_type());
    let because = |reason: &str| format!("`{}` {reason}", name.escape_ascii());
    if !matches!(kind, EntryType::Regular | EntryType::Directory) {
        return Err(because(describe(kind)));
    }
    check_records(entry, &name).map_err(|reason| because(&reason))?;
    match kind {
        EntryType::Directory if entry.size() > 0 => Err(because("is a directory with content")),
        EntryType::Directory => guard.directory(&name).map(|()| None),
        _ if entry.link_name_bytes().is_some() => Err(because("is a file with a link target")),
        _ => guard.file(&name, entry.size()).map(Some),
    }
}

/// Refuses pax records that readers of tar understand differently. If two readers disagree about the name, the size or
/// the holes of an entry, one takes for entries what the other skips as content (CVE-2025-62518). Go's archives have
/// only `path`, for names that are too long for the header.
fn check_records(entry: &mut Entry<'_, impl Read>, name: &[u8]) -> Result<(), String> {
    let Some(records) = entry.pax_extensions().map_err(|error| error.to_string())? else { return Ok(()) };
    let mut keys = HashSet::new();
    for record in records {
        let malformed = "has a malformed pax record";
        let record = record.map_err(|_| malformed)?;
        let key = record.key().map_err(|_| malformed)?;
        if matches!(key, "size" | "linkpath" | "hdrcharset") || key.starts_with("GNU.sparse.") {
            return Err(format!("has the pax record `{key}`, which no file of Go has"));
        }
        if !keys.insert(key) {
            return Err(format!("has two pax records `{}`", key.escape_debug()));
        }
        if key == "path" && record.value_bytes() != name {
            return Err("has a different name in its pax records".into());
        }
    }
    Ok(())
}

/// Reads the content of a small file. A large file is streamed into the tree instead, and gives `None`.
fn read_or_stream(entry: &mut Entry<'_, impl Read>, path: &str, job: &Job<'_>) -> Result<Option<Vec<u8>>> {
    job.tree.create_parents(path)?;
    let size = entry.size();
    if size > SMALL {
        return job.tree.add_stream(path.to_owned(), Some(size), entry, &unsound).map(|()| None);
    }
    let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    entry.read_to_end(&mut content).map_err(|error| unsound(&error))?;
    if content.len() as u64 != size {
        return Err(unsound(&io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(Some(content))
}

/// A reader that fails after `allowed` bytes.
pub(super) struct Budgeted<R> {
    inner: R,
    allowed: Rc<Cell<u64>>,
}

impl<R: Read> Read for Budgeted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let left = self.allowed.get().checked_sub(count as u64);
        self.allowed.set(left.ok_or_else(|| io::Error::other("the headers of an entry are too long"))?);
        Ok(count)
    }
}

/// Checks that only zeros follow the end of the tar, which tar pads to a whole record.
fn only_padding(rest: &mut Chunks) -> Result<()> {
    let mut length = 0;
    loop {
        let buffer = rest.fill_buf().map_err(|error| unsound(&error))?;
        if buffer.is_empty() {
            return Ok(());
        }
        if buffer.iter().any(|byte| *byte != 0) {
            return Err(refusal::archive("there are bytes after the end of the tar"));
        }
        let count = buffer.len();
        length += count;
        if length > MAX_PADDING {
            return Err(refusal::archive(&format!(
                "there are more than {MAX_PADDING} zeros after the end of the tar"
            )));
        }
        rest.consume(count);
    }
}

fn describe(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Link => "is a hard link",
        EntryType::Symlink => "is a symbolic link",
        EntryType::Char | EntryType::Block => "is a device",
        EntryType::Fifo => "is a FIFO",
        EntryType::GNUSparse => "is a sparse file",
        _ => "is of a kind that Go's archives do not have",
    }
}

/// Refuses a tar that the library cannot read.
pub(super) fn unsound(error: &io::Error) -> Error {
    refusal::malformed(Format::Archive, "tar", &error.to_string())
}
