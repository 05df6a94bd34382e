//! The entries of a module zip, as its central directory lists them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

use super::packed::{Packed, Reader};
use super::scan::Scanned;
use super::structure;
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::guard::Guard;
use crate::install::read_file::ReadFile;
use crate::install::refusal;
use crate::install::writer::Writer;
use crate::os::threads::{self, Queue};

/// Limit of threads that unpack or share; more are not faster.
pub(super) const MAX_THREADS: usize = 8;
/// Bytes that are read at a time of local headers; Go's are shorter.
const HEADER: usize = 256;

/// A zip whose central directory is sound, and its files, which the guard has accepted.
pub(super) struct Listing {
    pub(super) zip: Arc<Packed>,
    /// One to be cloned for each thread.
    pub(super) archive: ZipArchive<Reader>,
    pub(super) files: Vec<ListedFile>,
    /// Whether the files lie one after the other.
    pub(super) tiles: bool,
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
    /// Whether its content is in the tree already.
    pub(super) is_unpacked: bool,
}

impl Listing {
    /// Reads the central directory of the zip of a module version. The files are in the order of their bytes. Where they
    /// do not lie one after the other, all local headers of a whole zip are compared with it.
    pub(super) fn read(mut zip: Packed, version: &str) -> Result<Self> {
        let directory = structure::read_directory(&zip)?;
        if directory.start < zip.tail_start() {
            zip.set_tail(directory);
        }
        let (zip, config) = (Arc::new(zip), Config { archive_offset: ArchiveOffset::Known(0) });
        let reader = Reader::new(zip.clone(), HEADER);
        let mut archive = ZipArchive::with_config(config, reader).map_err(|error| unsound(&error))?;
        let tiles = tiles(&archive);
        if zip.is_whole() && !tiles {
            archive.validate_header_consistency().map_err(|error| unsound(&error))?;
        }
        let files = files(&archive, version)?;
        Ok(Listing { zip, archive, files, tiles })
    }

    /// Notes that these are unpacked, if they are the first files; else returns `false`.
    pub(super) fn note(&mut self, scanned: &[Scanned]) -> bool {
        let Some(first) = self.files.get_mut(..scanned.len()) else { return false };
        let is_same = |(file, scanned): (&ListedFile, &Scanned)| {
            let data = self.archive.by_index_data(file.index);
            let sums = data.map(|data| (data.crc32(), data.compressed_size(), data.size()));
            let places = (file.start, file.next) == (scanned.start, scanned.next);
            places && file.path == scanned.path && sums.is_ok_and(|sums| sums == scanned.sums)
        };
        let is_so = first.iter().zip(scanned).all(is_same);
        for file in first {
            file.is_unpacked = is_so;
        }
        is_so
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
}

/// Whether the entries lie one after the other, so that each can be unpacked without a look at the others.
fn tiles(archive: &ZipArchive<Reader>) -> bool {
    let entry = |index| {
        let data = archive.by_index_data(index).ok()?;
        Some((data.header_start(), data.name_raw().len() as u64, data.compressed_size()))
    };
    let entries: Option<Vec<_>> = (0..archive.len()).map(entry).collect();
    let Some(mut entries) = entries.filter(|_| !archive.has_duplicate_names()) else { return false };
    entries.sort_unstable();
    structure::tiles(&entries, archive.central_directory_start())
}

fn files(archive: &ZipArchive<Reader>, version: &str) -> Result<Vec<ListedFile>> {
    let mut guard = Guard::of_module_zip(version);
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
        files.push(ListedFile { index, path, size, start, next: 0, is_unpacked: false });
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
