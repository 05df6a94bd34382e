//! The entries of a module zip, as its central directory lists them.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config, ZipFile};

use super::packed::{Packed, Reader};
use super::structure::{self, Sums};
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::guard::Guard;
use crate::install::read_file::ReadFile;
use crate::install::refusal;
use crate::install::writer::Writer;
use crate::os::threads::{self, Queue};

/// Limit of threads that unpack or share; more are not faster.
pub(super) const MAX_THREADS: usize = 8;

/// A zip whose central directory is sound, and its files, which the guard has accepted.
pub(super) struct Listing {
    pub(super) zip: Arc<Packed>,
    /// One to be cloned for each thread.
    pub(super) archive: ZipArchive<Reader>,
    pub(super) files: Vec<ListedFile>,
}

/// A file in a zip.
pub(super) struct ListedFile {
    pub(super) index: usize,
    /// Its path in the toolchain.
    pub(super) path: String,
    /// Its unpacked bytes.
    pub(super) size: u64,
    /// The position of its local header.
    pub(super) start: u64,
    /// The position of what comes next: another local header, or the central directory.
    pub(super) next: u64,
}

impl Listing {
    /// Reads the central directory of the zip of a module version, and compares it with all local headers if the zip is
    /// whole. The files are in the order of their bytes.
    pub(super) fn read(zip: Packed, version: &str) -> Result<Self> {
        structure::check_directory(&zip)?;
        let zip = Arc::new(zip);
        let config = Config { archive_offset: ArchiveOffset::Known(0) };
        let reader = Reader::new(zip.clone());
        let mut archive = ZipArchive::with_config(config, reader).map_err(|error| unsound(&error))?;
        if zip.is_whole() {
            archive.validate_header_consistency().map_err(|error| unsound(&error))?;
        }
        let files = files(&archive, version)?;
        Ok(Listing { zip, archive, files })
    }

    /// Whether the files can be unpacked in the order of their bytes, without a look at the others.
    pub(super) fn tiles(&self) -> bool {
        let files = self.files.iter().map(|file| {
            let data = self.archive.by_index_data(file.index).ok()?;
            Some((file.start..file.next, data.name_raw().len() as u64, data.compressed_size()))
        });
        let (files, end) = (files.collect::<Option<Vec<_>>>(), self.archive.central_directory_start());
        !self.archive.has_duplicate_names() && files.is_some_and(|files| structure::tiles(files, end))
    }

    /// Shares with a donor the files of which it has the same path, size and CRC-32, and takes them out of the list;
    /// says whether there are any. Whether they are the same the proof of the tree tells, which is over what was read
    /// of the donor.
    pub(super) fn share(&mut self, donor: &HashMap<String, ReadFile>, tree: &Writer) -> Result<bool> {
        let queue = Queue::new(&self.files);
        let share = || {
            let mut shared = Vec::new();
            for (index, file) in queue.take() {
                let crc32 = self.archive.by_index_data(file.index).map_err(|error| unsound(&error))?.crc32();
                if let Some(known) = donor.get(&file.path)
                    && (known.size, known.crc32) == (file.size, crc32)
                    && tree.share(&file.path, known)?
                {
                    shared.push(index);
                }
            }
            Ok(shared)
        };
        let shared: Result<Vec<_>> = threads::run(MAX_THREADS, share).into_iter().collect();
        let shared: HashSet<usize> = shared?.into_iter().flatten().collect();
        let mut indexes = 0..;
        self.files.retain(|_| indexes.next().is_none_or(|index| !shared.contains(&index)));
        Ok(!shared.is_empty())
    }

    /// Checks what is between the entries of a whole zip.
    pub(super) fn check_gaps(&mut self) -> Result<()> {
        let first = self.files.first().map_or(self.archive.central_directory_start(), |file| file.start);
        structure::check_gap(&self.zip, 0..first, None)?;
        for file in &self.files {
            let entry = self.archive.by_index_raw(file.index).map_err(|error| unsound(&error))?;
            let (gap, descriptor) = after(&entry, file);
            structure::check_gap(&self.zip, gap, descriptor)?;
        }
        Ok(())
    }
}

/// The place of what follows the data of an entry, and what the descriptor there must say, if it announces one.
pub(super) fn after(entry: &ZipFile<'_, Reader>, file: &ListedFile) -> (Range<u64>, Option<Sums>) {
    let end = entry.data_start().unwrap_or_default() + entry.compressed_size();
    let sums = (entry.crc32(), entry.compressed_size(), entry.size());
    (end..file.next, entry.flags().is_using_data_descriptor().then_some(sums))
}

fn files(archive: &ZipArchive<Reader>, version: &str) -> Result<Vec<ListedFile>> {
    let mut guard = Guard::new(Format::ModuleZip, format!("golang.org/toolchain@{version}/"));
    let mut files = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let data = archive.by_index_data(index).map_err(|error| unsound(&error))?;
        let name = data.name_raw();
        // The type bits of a regular file say so, or are missing.
        let regular = data.unix_mode().is_none_or(|mode| matches!(mode & 0o170_000, 0 | 0o100_000));
        if !regular || name.ends_with(b"/") {
            return Err(refusal::module_zip(&format!("`{}` is not a regular file", name.escape_ascii())));
        }
        let (size, start) = (data.size(), data.header_start());
        let path = guard.file(name, size).map_err(|reason| refusal::module_zip(&reason))?;
        files.push(ListedFile { index, path, size, start, next: 0 });
    }
    files.sort_unstable_by_key(|file| file.start);
    let mut next = archive.central_directory_start();
    for file in files.iter_mut().rev() {
        (file.next, next) = (next, file.start);
    }
    Ok(files)
}

/// Refuses a zip that the library cannot read. Its message loses the prefixes that say no more than that.
pub(super) fn unsound(error: &zip::result::ZipError) -> Error {
    let text = error.to_string();
    let text = text.strip_prefix("invalid Zip archive: ").unwrap_or(&text);
    let text = text.strip_prefix("header inconsistency detected: ").unwrap_or(text);
    refusal::malformed(Format::ModuleZip, "zip", text)
}
