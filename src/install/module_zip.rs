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
use super::guard::{Guard, MAX_ZIP};
use super::tree::{SMALL, StreamError, Tree};
use crate::error::{Error, Kind, Result};
use crate::ui::progress::Progress;

/// The end record of a zip without comment (APPNOTE 4.3.16).
const END: usize = 22;
/// The central directory of Go 1.27 has 2 MB.
const MAX_DIRECTORY: u64 = 32 << 20;

/// A file entry that passed the guard.
struct Entry {
    index: usize,
    path: String,
    size: u64,
}

/// Unpacks the zip of module version `version`, such as `v0.0.1-go1.22.4.linux-amd64`.
pub fn unpack(file: File, version: &str, tree: &Tree, progress: &Progress<'_>) -> Result<()> {
    check_end(&file)?;
    let reader = Positioned { file: Arc::new(file), position: 0 };
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, reader).map_err(|error| unsound(&error))?;
    archive.validate_header_consistency().map_err(|error| unsound(&error))?;
    let entries = entries(&archive, version)?;
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

/// The zip ends in one plain end record, which says how large the central directory is: the library reads
/// that into memory before anybody can count its entries. No toolchain needs zip64 or a comment.
fn check_end(file: &File) -> Result<()> {
    let failed = |error| Error::store("could not read the module zip", error);
    let length = file.metadata().map_err(failed)?.len();
    if length > MAX_ZIP {
        return Err(damaged(&format!("it has more than {MAX_ZIP} bytes")));
    }
    let mut end = [0; END];
    let position = length.checked_sub(END as u64).ok_or_else(|| damaged("it is too short"))?;
    file.read_exact_at(&mut end, position).map_err(failed)?;
    let number = |at: usize| u64::from(u32::from_le_bytes([end[at], end[at + 1], end[at + 2], end[at + 3]]));
    let (size, offset) = (number(12), number(16));
    if end[..4] != *b"PK\x05\x06" || offset + size != position {
        return Err(damaged("it does not end in a central directory and its plain end record"));
    }
    if size > MAX_DIRECTORY {
        return Err(damaged(&format!("its central directory has {size} bytes")));
    }
    Ok(())
}

/// Every entry past the guard, the largest first: the last to finish is then a small one.
fn entries(archive: &ZipArchive<Positioned>, version: &str) -> Result<Vec<Entry>> {
    let mut guard = Guard::new(Format::ModuleZip, format!("golang.org/toolchain@{version}/"));
    let mut entries = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let data = archive.by_index_data(index).map_err(|error| unsound(&error))?;
        let name = data.name_raw();
        if data.is_symlink() || !data.is_file() || name.ends_with(b"/") {
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

fn unsound(error: &zip::result::ZipError) -> Error {
    // The library's words, without its name for all of them.
    let text = error.to_string();
    let text = text.strip_prefix("invalid Zip archive: ").unwrap_or(&text);
    let text = text.strip_prefix("header inconsistency detected: ").unwrap_or(text);
    damaged(&format!("it is no sound zip: {}", lower(text)))
}

fn lower(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    first + rest.as_str()
}

fn damaged(reason: &str) -> Error {
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

#[cfg(test)]
mod tests {
    use super::check_end;
    use std::io::Write;

    #[test]
    fn the_end_record_bounds_the_central_directory() {
        let end = |size: u32, offset: u32, comment: &[u8]| {
            let mut record = b"PK\x05\x06".to_vec();
            record.extend([0; 8]);
            record.extend(size.to_le_bytes());
            record.extend(offset.to_le_bytes());
            record.extend([0; 2]);
            [record, comment.to_vec()].concat()
        };
        let plain = "it does not end in a central directory and its plain end record";
        let table: [(Vec<u8>, &str); 7] = [
            (end(0, 0, b""), "ok"),
            ([vec![7; 30], end(20, 10, b"")].concat(), "ok"),
            (b"PK".to_vec(), "it is too short"),
            (end(0, 0, b"a comment"), plain),
            ([vec![7; 30], end(20, 0, b"")].concat(), plain),
            (end(u32::MAX, u32::MAX, b""), plain),
            ([vec![0; 40 << 20], end(40 << 20, 0, b"")].concat(), "its central directory has 41943040 bytes"),
        ];
        for (bytes, expected) in table {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            let found = check_end(&file).map_or_else(|error| error.line(), |()| "ok".into());
            assert_eq!(found.trim_start_matches("the module zip is refused: "), expected);
        }
    }
}
