//! Unpacks the entries of a module zip into a tree, by several threads at once.

use std::cmp::Reverse;
use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use zip::ZipArchive;
use zip::read::ZipFile;

use super::job::Job;
use super::listing::{ListedFile, Listing, unsound};
use super::packed::{Packed, Reader};
use crate::error::{Error, Result};
use crate::install::refusal;
use crate::install::report::Phase;
use crate::install::writer::{SMALL, Writer};
use crate::os::threads;
use crate::text;

/// Limit of threads that unpack; more are not faster.
const MAX_THREADS: usize = 8;

/// Unpacks a whole zip, once all of it has been checked.
pub fn unpack(file: File, job: &Job<'_>) -> Result<()> {
    let zip = Packed::whole(file).map_err(|error| Error::store("could not read the module zip", error))?;
    let mut listing = Listing::read(zip, job.version)?;
    listing.check_gaps()?;
    let total = listing.files.iter().map(|file| file.size).sum();
    job.phases.begin(Phase::Unpack { total });
    // The largest first, so that no thread still has a large one when the others are done.
    listing.files.sort_by_key(|file| Reverse(file.size));
    listing.for_each(|archive, file| {
        (job.is_provable)(total)?;
        let entry = archive.by_index(file.index).map_err(|error| unsound(&error))?;
        add(entry, file, job.tree)?;
        job.phases.advance(file.size);
        Ok(())
    })
}

impl Listing {
    /// Calls `unpack` for each file, in several threads, until one fails.
    fn for_each(
        &self,
        unpack: impl Fn(&mut ZipArchive<Reader>, &ListedFile) -> Result<()> + Sync,
    ) -> Result<()> {
        let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let work = || {
            let mut archive = self.archive.clone();
            while !stop.load(Ordering::Relaxed)
                && let Some(file) = self.files.get(next.fetch_add(1, Ordering::Relaxed))
            {
                unpack(&mut archive, file).inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
            }
            Ok(())
        };
        threads::run(MAX_THREADS, work).into_iter().collect()
    }
}

/// Unpacks an entry into the tree.
fn add(entry: ZipFile<'_, Reader>, file: &ListedFile, tree: &Writer) -> Result<()> {
    tree.create_parents(&file.path)?;
    let broken = |error: &io::Error| refusal::module_zip(&format!("`{}`: {}", file.path, text::cause(error)));
    // One byte more than the header says is enough to refuse the entry.
    let mut content = entry.take(file.size + 1);
    if file.size > SMALL {
        return tree.add_stream(file.path.clone(), file.size, &mut content, &broken);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or_default());
    content.read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    if bytes.len() as u64 != file.size {
        return Err(refusal::module_zip(&format!(
            "`{}` does not have the {} bytes that its header says",
            file.path, file.size
        )));
    }
    tree.add(file.path.clone(), &bytes)
}
