//! Downloads a module zip to disk, where its bytes also serve for a resume, and unpacks it: while it arrives if its end
//! comes beforehand, else afterwards.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use super::job::Job;
use super::listing::Listing;
use super::packed::{Arrival, Packed};
use super::plan::Plan;
use super::ranges::Ranges;
use super::tail;
use super::unpack::unpack;
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::donors::ReadFile;
use crate::install::guard::check_packed;
use crate::install::refusal;
use crate::os::threads::join;
use crate::source::download::Download;
use crate::source::side::Side;

/// Bytes that are read at a time.
const CHUNK: usize = 256 << 10;
/// Limit of questions for a tail that wait for their answer at a time, of this install and of those before it.
const MAX_ASKED: usize = 2;

/// How a zip is downloaded.
#[derive(Clone, Copy)]
pub struct Options {
    /// Whether its end is asked for on a second connection. If not, it is unpacked once it is whole.
    pub with_side: bool,
    /// Whether files that a donor has are left out.
    pub with_delta: bool,
}

/// Downloads and unpacks a zip, unless [`Job::is_provable`] fails meanwhile.
pub fn download(download: &mut Download, options: Options, job: &Job<'_>) -> Result<()> {
    let mut file = open_part(download)?;
    let transfer = Transfer::at(download.resumed);
    let (sender, listed) = channel();
    let is_asked =
        options.with_side && list_ahead(download, &file, &transfer.arrival, job.version, sender.clone());
    let unpacked = thread::scope(|scope| {
        let transfer = &transfer;
        let read = || job.tree.read_donor(&transfer.needs_no_donor);
        let donor = if is_asked && options.with_delta {
            thread::Builder::new().spawn_scoped(scope, read).ok()
        } else {
            None
        };
        let unpack = || unpack_ahead(listed, donor, transfer, job);
        let unpack = thread::Builder::new().spawn_scoped(scope, unpack);
        let fetched = transfer.run(download, &mut file, job);
        // From now on no listing is waited for. Sending fails if none is.
        let _ = sender.send(None);
        let unpacked = unpack.ok().and_then(join);
        fetched.map(|()| unpacked)
    })?;
    if unpacked.is_some() {
        download.end_for_side(transfer.skipped.load(Ordering::Relaxed));
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
    to: Sender<Option<Ahead>>,
) -> bool {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let (Some(side), Ok(file)) = (download.side(), file.try_clone()) else { return false };
    if ASKED.fetch_add(1, Ordering::Relaxed) >= MAX_ASKED {
        ASKED.fetch_sub(1, Ordering::Relaxed);
        return false;
    }
    let (arrival, version) = (arrival.clone(), version.to_owned());
    let list = move || {
        let tail = tail::fetch(&side);
        ASKED.fetch_sub(1, Ordering::Relaxed);
        let zip = tail.map(|tail| Packed::arriving(file, tail, arrival));
        // Sending fails if the whole zip was faster.
        let _ = to.send(zip.and_then(|zip| Some(Ahead { listing: Listing::ahead(zip, &version)?, side })));
    };
    // Without a thread there is no side.
    thread::Builder::new().spawn(list).is_ok()
}

/// The listing of a zip that is still arriving, and the way to more of its bytes.
struct Ahead {
    listing: Listing,
    side: Side,
}

/// Waits for the listing, shares what the donor has, and unpacks the other files while they arrive; `None` if the
/// listing comes too late or not at all.
fn unpack_ahead(
    listed: Receiver<Option<Ahead>>,
    donor: Option<ScopedJoinHandle<'_, HashMap<String, ReadFile>>>,
    transfer: &Transfer,
    job: &Job<'_>,
) -> Option<Result<()>> {
    let Some(Ahead { mut listing, side }) = listed.into_iter().next().flatten() else {
        transfer.needs_no_donor.store(true, Ordering::Relaxed);
        return None;
    };
    let donor = donor.map(join).unwrap_or_default();
    let ranges =
        listing.share(&donor, job.tree).map(|shared| (shared > 0).then(|| transfer.cut(&listing, side)));
    let ranges = match ranges {
        Ok(ranges) => ranges.flatten(),
        Err(error) => {
            transfer.stop.store(true, Ordering::Relaxed);
            return Some(Err(error));
        }
    };
    let end = listing.zip.download_end();
    transfer.end.store(end, Ordering::Relaxed);
    let asked = ranges.as_ref().map_or(0, Ranges::length);
    let (length, tail) = (listing.zip.length(), listing.zip.tail_start());
    job.phases.advance(length - asked - end.max(transfer.arrival.length()));
    transfer.skipped.store(tail - end - asked, Ordering::Relaxed);
    Some(thread::scope(|scope| {
        if let Some(ranges) = &ranges {
            let fetch = || ranges.fetch(&transfer.stop, job.phases);
            if thread::Builder::new().spawn_scoped(scope, fetch).is_err() {
                ranges.end();
            }
        }
        listing.unpack_arriving(&transfer.stop, job.tree)
    }))
}

/// The transfer of a zip to disk.
struct Transfer {
    start: Instant,
    arrival: Arc<Arrival>,
    resumed: u64,
    /// The position at which it ends: where the tail begins, once that is known.
    end: AtomicU64,
    /// The bytes that are not fetched.
    skipped: AtomicU64,
    /// Set when more bytes are useless.
    stop: AtomicBool,
    /// Set when it is useless to read the donor.
    needs_no_donor: AtomicBool,
}

impl Transfer {
    /// A transfer of which so many bytes are on disk.
    fn at(position: u64) -> Self {
        let arrival = Arc::new(Arrival::default());
        arrival.reach(position);
        let (end, stop) = (AtomicU64::new(u64::MAX), AtomicBool::new(false));
        let (start, skipped) = (Instant::now(), AtomicU64::new(0));
        Transfer {
            start,
            arrival,
            resumed: position,
            end,
            skipped,
            stop,
            needs_no_donor: AtomicBool::new(false),
        }
    }

    /// Leaves what the listed files do not need out of the transfer, where that saves time; gives what is to be fetched
    /// in its place.
    fn cut(&self, listing: &Listing, side: Side) -> Option<Ranges> {
        let (arrived, tail) = (self.arrival.length(), listing.zip.tail_start());
        let files = listing.files.iter().map(|file| file.start..file.next);
        let plan = Plan::new(files, arrived, tail, self.bytes_in(side.delay()))?;
        let (ranges, rest) = Ranges::new(plan, side).ok()?;
        listing.zip.set_rest(rest);
        Some(ranges)
    }

    /// How many bytes come in this time, by the rate so far.
    fn bytes_in(&self, time: Duration) -> u64 {
        let bytes = u128::from(self.arrival.length() - self.resumed);
        let bytes = bytes * time.as_nanos() / self.start.elapsed().as_nanos().max(1);
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    /// Appends the bytes to the part as they come, and lets nobody wait for more when it ends.
    fn run(&self, download: &mut Download, file: &mut File, job: &Job<'_>) -> Result<()> {
        let appended = self.append(download, file, job);
        if appended.is_err() {
            self.stop.store(true, Ordering::Relaxed);
            self.needs_no_donor.store(true, Ordering::Relaxed);
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
