//! Downloads a module zip to disk, where its bytes also serve for a resume, and unpacks it: while it arrives if its end
//! comes beforehand, else afterwards.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::job::Job;
use super::listing::Listing;
use super::packed::{Arrival, Packed};
use super::tail;
use super::unpack::unpack;
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::guard::check_packed;
use crate::install::refusal;
use crate::os::threads::join;
use crate::source::download::Download;

/// Bytes that are read at a time.
const CHUNK: usize = 256 << 10;
/// Limit of questions for a tail that wait for their answer at a time, of this install and of those before it.
const MAX_ASKED: usize = 2;

/// Downloads and unpacks a zip, unless [`Job::is_provable`] fails meanwhile. Without `with_side` one plain request is
/// made, and the zip is unpacked once it is whole.
pub fn download(download: &mut Download, with_side: bool, job: &Job<'_>) -> Result<()> {
    let mut file = open_part(download)?;
    let transfer = Transfer::at(download.resumed);
    let (sender, listed) = channel();
    if with_side {
        list_ahead(download, &file, &transfer.arrival, job.version, sender.clone());
    }
    let unpacked = thread::scope(|scope| {
        let transfer = &transfer;
        let unpack = thread::Builder::new().spawn_scoped(scope, || unpack_ahead(listed, transfer, job));
        let fetched = transfer.run(download, &mut file, job);
        // From now on no listing is waited for. Sending fails if none is.
        let _ = sender.send(None);
        let unpacked = unpack.ok().and_then(join);
        fetched.map(|()| unpacked)
    })?;
    if unpacked.is_some() {
        download.end_for_side();
    }
    unpacked.unwrap_or_else(|| unpack(file, job)).map_err(|error| refusal::at(error, job.address))
}

/// The part on disk, which may hold the bytes of an earlier run. Its name may be removed with the cache meanwhile.
fn open_part(download: &mut Download) -> Result<File> {
    match download.take_kept() {
        Some(file) => Ok(file),
        None => download.partial.create(&download.remote()).map_err(|error| unwritable(download, error)),
    }
}

fn unwritable(download: &Download, error: io::Error) -> Error {
    Error::unwritable(format!("could not write `{}`", download.partial.path().display()), error)
}

/// Sends the listing of the zip once its tail has come. The thread outlives the install, without effect, if the server
/// does not answer; so there are few of them at any time.
fn list_ahead(
    download: &Download,
    file: &File,
    arrival: &Arc<Arrival>,
    version: &str,
    to: Sender<Option<Listing>>,
) {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let (Some(side), Ok(file)) = (download.side(), file.try_clone()) else { return };
    if ASKED.fetch_add(1, Ordering::Relaxed) >= MAX_ASKED {
        ASKED.fetch_sub(1, Ordering::Relaxed);
        return;
    }
    let (arrival, version) = (arrival.clone(), version.to_owned());
    let list = move || {
        let tail = tail::fetch(&side);
        ASKED.fetch_sub(1, Ordering::Relaxed);
        let zip = tail.map(|tail| Packed::arriving(file, tail, arrival));
        // Sending fails if the whole zip was faster.
        let _ = to.send(zip.and_then(|zip| Listing::ahead(zip, &version)));
    };
    // Without a thread there is no side.
    let _ = thread::Builder::new().spawn(list);
}

/// Waits for the listing, and unpacks the files while they arrive; `None` if it comes too late or not at all.
fn unpack_ahead(listed: Receiver<Option<Listing>>, transfer: &Transfer, job: &Job<'_>) -> Option<Result<()>> {
    let listing = listed.into_iter().next()??;
    let (end, length) = (listing.zip.tail_start(), listing.zip.length());
    transfer.end.store(end, Ordering::Relaxed);
    job.phases.advance(length - end.max(transfer.arrival.length()));
    Some(listing.unpack_arriving(&transfer.stop, job.tree))
}

/// The transfer of a zip to disk.
struct Transfer {
    arrival: Arc<Arrival>,
    /// The position at which it ends: where the tail begins, once that is known.
    end: AtomicU64,
    /// Set when more bytes are useless.
    stop: AtomicBool,
}

impl Transfer {
    /// A transfer of which so many bytes are on disk.
    fn at(position: u64) -> Self {
        let arrival = Arc::new(Arrival::default());
        arrival.reach(position);
        Transfer { arrival, end: AtomicU64::new(u64::MAX), stop: AtomicBool::new(false) }
    }

    /// Appends the bytes to the part as they come, and lets nobody wait for more when it ends.
    fn run(&self, download: &mut Download, file: &mut File, job: &Job<'_>) -> Result<()> {
        let appended = self.append(download, file, job);
        if appended.is_err() {
            self.stop.store(true, Ordering::Relaxed);
        }
        self.arrival.end();
        appended
    }

    fn append(&self, download: &mut Download, file: &mut File, job: &Job<'_>) -> Result<()> {
        let mut buffer = vec![0; CHUNK];
        let mut length = self.arrival.length();
        while !self.stop.load(Ordering::Relaxed) {
            let left = self.end.load(Ordering::Relaxed).saturating_sub(length);
            let room = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
            let count = if room == 0 { 0 } else { download.read(&mut buffer[..room])? };
            if count == 0 {
                break;
            }
            length += count as u64;
            check_packed(Format::ModuleZip, length)?;
            (job.is_provable)(length)?;
            file.write_all(&buffer[..count]).map_err(|error| unwritable(download, error))?;
            self.arrival.reach(length);
            job.phases.advance(count as u64);
        }
        Ok(())
    }
}
