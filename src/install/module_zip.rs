//! A module zip into a tree: entries are found by the central directory, held against their local
//! headers, and unpacked by several threads at once.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

use super::Format;
use super::guard::Guard;
use super::tree::{SMALL, StreamError, Tree};
use super::zip_structure;
use crate::error::{Error, Kind, Result};
use crate::select::reason::escaped;
use crate::ui::progress::Progress;

/// A file entry that passed the guard.
struct Entry {
    index: usize,
    path: String,
    size: u64,
}

/// Unpacks the zip of module version `version`, such as `v0.0.1-go1.22.4.linux-amd64`.
pub fn unpack(file: File, version: &str, tree: &Tree, progress: &Progress<'_>) -> Result<()> {
    let file = Arc::new(file);
    zip_structure::check_directory(&file)?;
    let reader = Positioned { file: file.clone(), position: 0 };
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, reader).map_err(|error| unsound(&error))?;
    archive.validate_header_consistency().map_err(|error| unsound(&error))?;
    let entries = entries(&archive, version)?;
    zip_structure::check_gaps(&mut archive, &file)?;
    progress.unpack(entries.iter().map(|entry| entry.size).sum());
    for entry in &entries {
        tree.create_parents(&entry.path)?;
    }
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let worker = || {
            let mut archive = archive.clone();
            while !stop.load(Ordering::Relaxed)
                && let Some(entry) = entries.get(next.fetch_add(1, Ordering::Relaxed))
            {
                unpack_entry(&mut archive, entry, tree)
                    .inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
                progress.advance(entry.size);
            }
            Ok(())
        };
        let count = thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(worker)).collect();
        let results = workers.into_iter().map(|worker| match worker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.collect()
    })
}

/// Every entry past the guard, the largest first: the last to finish is then a small one.
fn entries(archive: &ZipArchive<Positioned>, version: &str) -> Result<Vec<Entry>> {
    let mut guard = Guard::new(Format::ModuleZip, format!("golang.org/toolchain@{version}/"));
    let mut entries = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let data = archive.by_index_data(index).map_err(|error| unsound(&error))?;
        let name = data.name_raw();
        // Of the type's bits a regular file has its own, or none.
        let regular = data.unix_mode().is_none_or(|mode| matches!(mode & 0o170_000, 0 | 0o100_000));
        if !regular || name.ends_with(b"/") {
            return Err(damaged(&format!("`{}` is not a regular file", name.escape_ascii())));
        }
        let size = data.size();
        let path = guard.file(name, size).map_err(|reason| damaged(&reason))?;
        entries.push(Entry { index, path, size });
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.size));
    Ok(entries)
}

fn unpack_entry(archive: &mut ZipArchive<Positioned>, entry: &Entry, tree: &Tree) -> Result<()> {
    let mut file = archive.by_index(entry.index).map_err(|error| unsound(&error))?;
    if entry.size > SMALL {
        // One byte more than it said is enough to be refused.
        let mut content = file.take(entry.size + 1);
        return tree.add_stream(entry.path.clone(), entry.size, &mut content).map_err(|error| match error {
            StreamError::Read(error) => broken(entry, &error),
            StreamError::Store(error) => error,
        });
    }
    let mut content = Vec::with_capacity(usize::try_from(entry.size).unwrap_or_default());
    file.by_ref().take(entry.size + 1).read_to_end(&mut content).map_err(|error| broken(entry, &error))?;
    if content.len() as u64 != entry.size {
        return Err(damaged(&format!("`{}` has not the {} bytes that it says", entry.path, entry.size)));
    }
    tree.add(entry.path.clone(), &content)
}

fn broken(entry: &Entry, error: &io::Error) -> Error {
    damaged(&format!("`{}`: {}", entry.path, lower(&error.to_string())))
}

pub(super) fn unsound(error: &zip::result::ZipError) -> Error {
    // The library's words, without its name for all of them. They may hold an entry's name as it is.
    let text = escaped(&error.to_string());
    let text = text.strip_prefix("invalid Zip archive: ").unwrap_or(&text);
    let text = text.strip_prefix("header inconsistency detected: ").unwrap_or(text);
    damaged(&format!("it is no sound zip: {}", lower(text)))
}

/// The library begins with upper case; its names and abbreviations stay.
fn lower(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    if word.chars().skip(1).any(char::is_uppercase) {
        return text.to_owned();
    }
    let mut rest = text.chars();
    let first = rest.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    first + rest.as_str()
}

pub(super) fn damaged(reason: &str) -> Error {
    Error::new(Kind::Verification, format!("the module zip is refused: {reason}"))
}

/// A file with a position of its own, so that threads do not move each other's.
#[derive(Clone)]
struct Positioned {
    file: Arc<File>,
    position: u64,
}

impl Read for Positioned {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Positioned {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.file.metadata()?.len().checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
