//! Unpacks a module zip into a tree, by several threads at once. Entries are found in the central directory and must
//! agree with their local headers.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

use super::structure::{self, unsound};
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::guard::Guard;
use crate::install::prove::IsProvable;
use crate::install::refusal;
use crate::install::report::{Phase, Phases};
use crate::install::writer::{SMALL, Writer};
use crate::os::threads;
use crate::text;

/// Limit of threads that unpack; more are not faster.
const MAX_THREADS: usize = 8;

/// A file entry that the guard has accepted.
struct FileEntry {
    index: usize,
    path: String,
    size: u64,
}

/// Unpacks the zip of module version `version`, such as `v0.0.1-go1.22.4.linux-amd64`, unless `is_provable` fails
/// meanwhile.
pub fn unpack(
    file: File,
    version: &str,
    tree: &Writer,
    is_provable: IsProvable<'_>,
    phases: &dyn Phases,
) -> Result<()> {
    let file = Arc::new(file);
    structure::check_directory(&file)?;
    let reader = Positioned { file: file.clone(), position: 0 };
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, reader).map_err(|error| unsound(&error))?;
    archive.validate_header_consistency().map_err(|error| unsound(&error))?;
    let entries = entries(&archive, version)?;
    structure::check_gaps(&mut archive, &file)?;
    let total = entries.iter().map(|entry| entry.size).sum();
    phases.begin(Phase::Unpack { total });
    for entry in &entries {
        tree.create_parents(&entry.path)?;
    }
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        let mut archive = archive.clone();
        while !stop.load(Ordering::Relaxed)
            && let Some(entry) = entries.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let unpacked = is_provable(total).and_then(|()| unpack_entry(&mut archive, entry, tree));
            unpacked.inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
            phases.advance(entry.size);
        }
        Ok(())
    };
    threads::run(MAX_THREADS, work).into_iter().collect()
}

/// Checks every entry, and sorts the largest first, so that no thread still has a large one when the others are done.
fn entries(archive: &ZipArchive<Positioned>, version: &str) -> Result<Vec<FileEntry>> {
    let mut guard = Guard::new(Format::ModuleZip, format!("golang.org/toolchain@{version}/"));
    let mut entries = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let data = archive.by_index_data(index).map_err(|error| unsound(&error))?;
        let name = data.name_raw();
        // The type bits of a regular file say so, or are missing.
        let regular = data.unix_mode().is_none_or(|mode| matches!(mode & 0o170_000, 0 | 0o100_000));
        if !regular || name.ends_with(b"/") {
            return Err(refusal::module_zip(&format!("`{}` is not a regular file", name.escape_ascii())));
        }
        let size = data.size();
        let path = guard.file(name, size).map_err(|reason| refusal::module_zip(&reason))?;
        entries.push(FileEntry { index, path, size });
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.size));
    Ok(entries)
}

fn unpack_entry(archive: &mut ZipArchive<Positioned>, entry: &FileEntry, tree: &Writer) -> Result<()> {
    let mut file = archive.by_index(entry.index).map_err(|error| unsound(&error))?;
    if entry.size > SMALL {
        // One byte more than the header says is enough to refuse the entry.
        let mut content = file.take(entry.size + 1);
        let refused = |error: &io::Error| broken(entry, error);
        return tree.add_stream(entry.path.clone(), entry.size, &mut content, &refused);
    }
    let mut content = Vec::with_capacity(usize::try_from(entry.size).unwrap_or_default());
    file.by_ref().take(entry.size + 1).read_to_end(&mut content).map_err(|error| broken(entry, &error))?;
    if content.len() as u64 != entry.size {
        return Err(refusal::module_zip(&format!(
            "`{}` does not have the {} bytes that its header says",
            entry.path, entry.size
        )));
    }
    tree.add(entry.path.clone(), &content)
}

fn broken(entry: &FileEntry, error: &io::Error) -> Error {
    refusal::module_zip(&format!("`{}`: {}", entry.path, text::cause(error)))
}

/// A reader of a shared file with its own position, one for each thread.
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
