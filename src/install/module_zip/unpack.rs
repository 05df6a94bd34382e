//! Unpacks the entries of a module zip into a tree, by several threads at once.

use std::cmp::Reverse;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zip::read::ZipReadOptions;
use zip::{CompressionMethod, ZipArchive};

use super::content::{Contents, fill};
use super::job::Job;
use super::listing::{ListedFile, Listing, MAX_THREADS, unsound};
use super::packed::{Arrival, Packed, Reader, Tail};
use super::scan::{Scanned, scan};
use super::structure::{Method, check_gap, stray, unreadable};
use crate::error::Result;
use crate::install::refusal;
use crate::install::report::Phase;
use crate::install::writer::Writer;
use crate::os::threads::{self, Queue};
use crate::text;

/// Files up to this size in bytes are unpacked in memory, by each thread in a buffer of its own; larger ones are
/// streamed.
const BUFFERED: u64 = 256 << 10;
/// What is left after a download is a phase of its own from so many bytes on. Fewer are unpacked in a tenth of a
/// second, before anybody has read its name.
const WORTH_SAYING: u64 = 32 << 20;

/// Unpacks a zip that is in a file.
pub fn unpack(file: File, job: &Job<'_>) -> Result<()> {
    let listing = whole(file, job.version)?;
    job.phases.begin(Phase::Unpack { total: listing.files.iter().map(|file| file.size).sum() });
    listing.unpack_whole(job, |file| job.phases.advance(file.size))
}

/// Unpacks what is left of a zip that was downloaded, after `scanned`.
pub(super) fn unpack_rest(file: File, scanned: &[Scanned], job: &Job<'_>) -> Result<()> {
    let mut listing = whole(file, job.version)?;
    if !listing.note(scanned) {
        job.tree.clear()?;
    }
    let left = listing.files.iter().filter(|file| !file.is_unpacked).map(|file| file.size).sum();
    let is_phase = left >= WORTH_SAYING;
    if is_phase {
        job.phases.begin(Phase::Unpack { total: left });
    }
    listing.unpack_whole(job, |file| {
        if is_phase && !file.is_unpacked {
            job.phases.advance(file.size);
        }
    })
}

/// Unpacks a zip that is in a file as a download does whose end does not come beforehand.
pub fn unpack_in_order(file: File, job: &Job<'_>) -> Result<()> {
    let copy = file.try_clone().map_err(unreadable)?;
    let arrival = Arc::new(Arrival::default());
    arrival.reach(file.metadata().map_err(unreadable)?.len());
    arrival.end();
    let scanned =
        scan(Packed::unlisted(copy, arrival), None, job.version, &AtomicBool::new(false), job.tree)?;
    unpack_rest(file, &scanned, job)
}

fn whole(file: File, version: &str) -> Result<Listing> {
    let listing = Listing::read(Packed::whole(file).map_err(unreadable)?, version)?;
    if listing.files.first().is_some_and(|file| file.start > 0) { Err(stray()) } else { Ok(listing) }
}

/// Unpacks a zip whose end is in `tail` and the rest in `file`, as a download does whose bytes have all come; `None` if
/// it would not, and leave it to [`unpack`].
pub fn unpack_in_two(file: File, tail: Tail, job: &Job<'_>) -> Option<Result<()>> {
    let arrival = Arc::new(Arrival::default());
    arrival.reach(tail.start);
    let listing = Listing::ahead(Packed::arriving(file, tail, arrival), job.version)?;
    Some(listing.unpack(&AtomicBool::new(false), job.tree, |_| Ok(())))
}

impl Listing {
    /// The listing of a zip that is still arriving, if nothing is wrong with it.
    pub(super) fn ahead(zip: Packed, version: &str) -> Option<Self> {
        Listing::read(zip, version).ok().filter(|listing| listing.tiles)
    }

    fn unpack_whole(mut self, job: &Job<'_>, done: impl Fn(&ListedFile) + Sync) -> Result<()> {
        // The largest first, so that no thread still has a large one when the others are done.
        self.files.sort_by_key(|file| Reverse(file.size));
        let total = self.files.iter().map(|file| file.size).sum();
        self.unpack(&AtomicBool::new(false), job.tree, |file| {
            done(file);
            (job.is_provable)(total)
        })
    }

    /// Unpacks the files in their order, in several threads, until one fails or `stop` is set; calls `done` for each.
    /// Setting `stop` ends it without an error. The first error counts: what the other threads say then may only be its
    /// consequence.
    pub(super) fn unpack(
        &self,
        stop: &AtomicBool,
        tree: &Writer,
        done: impl Fn(&ListedFile) -> Result<()> + Sync,
    ) -> Result<()> {
        let queue = Queue::new(&self.files);
        let work = || {
            let mut worker = Worker::new(self);
            for (_, file) in queue.take().take_while(|_| !stop.load(Ordering::Relaxed)) {
                if let Err(error) = worker.unpack(file, tree).and_then(|()| done(file)) {
                    return if stop.swap(true, Ordering::Relaxed) { Ok(()) } else { Err(error) };
                }
            }
            Ok(())
        };
        threads::run(MAX_THREADS, work).into_iter().collect()
    }
}

/// What a thread that unpacks has of its own, for the memory to be given out once.
struct Worker {
    archive: ZipArchive<Reader>,
    contents: Contents,
    buffer: Vec<u8>,
}

impl Worker {
    fn new(listing: &Listing) -> Self {
        let (archive, contents) = (listing.archive.clone(), Contents::new(listing.zip.clone()));
        // One byte more than the directory says is enough to refuse an entry.
        let buffer = vec![0; usize::try_from(BUFFERED).unwrap_or_default() + 1];
        Worker { archive, contents, buffer }
    }

    /// Unpacks a file into the tree, unless it is there, and checks that all that the zip says of it is the same.
    fn unpack(&mut self, file: &ListedFile, tree: &Writer) -> Result<()> {
        let options = ZipReadOptions::new().enforce_header_consistency(true);
        let entry =
            self.archive.by_index_with_options(file.index, options).map_err(|error| unsound(&error))?;
        let start = entry.data_start().unwrap_or_default();
        let (crc32, packed) = (entry.crc32(), entry.compressed_size());
        let is_stored = entry.compression() == CompressionMethod::Stored;
        let method = if is_stored { Method::Stored } else { Method::Deflated };
        let descriptor = entry.flags().is_using_data_descriptor().then_some((crc32, packed, file.size));
        drop(entry);
        if file.is_unpacked {
            return Ok(());
        }
        tree.create_parents(&file.path)?;
        let refused = |reason: &str| refusal::module_zip(&format!("`{}`{reason}", file.path));
        let broken = |error: &io::Error| refused(&format!(": {}", text::cause(error)));
        self.contents.packed().go_to(start..file.next);
        let mut content = self.contents.read(method, packed).take(file.size + 1);
        if file.size > BUFFERED {
            tree.add_stream(file.path.clone(), Some(file.size), &mut content, &broken)?;
        } else {
            let room = usize::try_from(file.size).unwrap_or_default();
            let count = fill(&mut self.buffer[..=room], &mut content).map_err(|error| broken(&error))?;
            if count != room {
                let size = file.size;
                return Err(refused(&format!(" does not have the {size} bytes that its header says")));
            }
            tree.add(file.path.clone(), &self.buffer[..count])?;
        }
        if content.into_inner().sums().0 != crc32 {
            return Err(refused(": invalid checksum"));
        }
        check_gap(self.contents.packed(), start + packed..file.next, descriptor)
    }
}
