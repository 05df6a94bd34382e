//! Unpacks the entries of a module zip into a tree, by several threads at once.

use std::cmp::Reverse;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zip::ZipArchive;
use zip::read::{ZipFile, ZipReadOptions};

use super::job::Job;
use super::listing::{ListedFile, Listing, MAX_THREADS, after, unsound};
use super::packed::{Arrival, Packed, Reader, Tail};
use super::structure::check_gap;
use crate::error::{Error, Result};
use crate::install::refusal;
use crate::install::report::Phase;
use crate::install::writer::Writer;
use crate::os::threads::{self, Queue};
use crate::text;

/// Files up to this size in bytes are unpacked in memory, by each thread in a buffer of its own; larger ones are
/// streamed.
const BUFFERED: u64 = 256 << 10;

/// Unpacks a whole zip, once all of it has been checked.
pub fn unpack(file: File, job: &Job<'_>) -> Result<()> {
    let zip = Packed::whole(file).map_err(|error| Error::store("could not read the module zip", error))?;
    let mut listing = Listing::read(zip, job.version)?;
    listing.check_gaps()?;
    let total = listing.files.iter().map(|file| file.size).sum();
    job.phases.begin(Phase::Unpack { total });
    // The largest first, so that no thread still has a large one when the others are done.
    listing.files.sort_by_key(|file| Reverse(file.size));
    listing.for_each(&AtomicBool::new(false), |archive, file, buffer| {
        (job.is_provable)(total)?;
        let entry = archive.by_index(file.index).map_err(|error| unsound(&error))?;
        add(entry, file, job.tree, buffer)?;
        job.phases.advance(file.size);
        Ok(())
    })
}

/// Unpacks a zip whose end is in `tail` and the rest in `file`, as a download does whose bytes have all come; `None` if
/// it would not, and leave it to [`unpack`].
pub fn unpack_in_two(file: File, tail: Tail, job: &Job<'_>) -> Option<Result<()>> {
    let arrival = Arc::new(Arrival::default());
    arrival.reach(tail.start);
    let listing = Listing::ahead(Packed::arriving(file, tail, arrival), job.version)?;
    Some(listing.unpack_arriving(&AtomicBool::new(false), job.tree))
}

impl Listing {
    /// The listing of a zip that is still arriving, if nothing is wrong with it.
    pub(super) fn ahead(zip: Packed, version: &str) -> Option<Self> {
        Listing::read(zip, version).ok().filter(Listing::tiles)
    }

    /// Unpacks the files in the order of their bytes, and checks for each what is checked of a whole zip before.
    /// Setting `stop` ends it without an error.
    pub(super) fn unpack_arriving(&self, stop: &AtomicBool, tree: &Writer) -> Result<()> {
        self.for_each(stop, |archive, file, buffer| {
            let options = ZipReadOptions::new().enforce_header_consistency(true);
            let entry =
                archive.by_index_with_options(file.index, options).map_err(|error| unsound(&error))?;
            let (gap, descriptor) = after(&entry, file);
            add(entry, file, tree, buffer)?;
            check_gap(&self.zip, gap, descriptor)
        })
    }

    /// Calls `unpack` for each file, in several threads, until one fails or `stop` is set; each thread has a buffer,
    /// for the memory to be given out once. The first error counts: what the other threads say then may only be its
    /// consequence.
    fn for_each(
        &self,
        stop: &AtomicBool,
        unpack: impl Fn(&mut ZipArchive<Reader>, &ListedFile, &mut Vec<u8>) -> Result<()> + Sync,
    ) -> Result<()> {
        let queue = Queue::new(&self.files);
        let work = || {
            let mut archive = self.archive.clone();
            let mut buffer = Vec::with_capacity(usize::try_from(BUFFERED).unwrap_or_default() + 1);
            for (_, file) in queue.take().take_while(|_| !stop.load(Ordering::Relaxed)) {
                if let Err(error) = unpack(&mut archive, file, &mut buffer) {
                    return if stop.swap(true, Ordering::Relaxed) { Ok(()) } else { Err(error) };
                }
            }
            Ok(())
        };
        threads::run(MAX_THREADS, work).into_iter().collect()
    }
}

/// Unpacks an entry into the tree. The content of `buffer` does not matter.
fn add(entry: ZipFile<'_, Reader>, file: &ListedFile, tree: &Writer, buffer: &mut Vec<u8>) -> Result<()> {
    tree.create_parents(&file.path)?;
    let broken = |error: &io::Error| refusal::module_zip(&format!("`{}`: {}", file.path, text::cause(error)));
    // One byte more than the header says is enough to refuse the entry.
    let mut content = entry.take(file.size + 1);
    if file.size > BUFFERED {
        return tree.add_stream(file.path.clone(), file.size, &mut content, &broken);
    }
    buffer.clear();
    content.read_to_end(buffer).map_err(|error| broken(&error))?;
    if buffer.len() as u64 != file.size {
        return Err(refusal::module_zip(&format!(
            "`{}` does not have the {} bytes that its header says",
            file.path, file.size
        )));
    }
    tree.add(file.path.clone(), buffer)
}
