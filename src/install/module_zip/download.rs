//! Downloads a module zip to disk, where its bytes also serve for a resume, and unpacks it while it arrives: by its end,
//! if that comes beforehand, else by the local headers.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use super::job::Job;
use super::listing::Listing;
use super::packed::{Arrival, Packed};
use super::plan::Plan;
use super::ranges::Ranges;
use super::scan::{Scanned, scan};
use super::tail;
use super::unpack::unpack_rest;
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::guard::check_packed;
use crate::install::read_file::ReadFile;
use crate::install::refusal;
use crate::install::writer::Writer;
use crate::os::threads::{Turns, join};
use crate::source::download::Download;
use crate::source::side::Side;

/// Bytes that are read at a time.
const CHUNK: usize = 256 << 10;
/// Limit of unanswered questions for a tail at a time, of this install and of those before it.
static ASKED: Turns = Turns::new(2);

/// How a zip is downloaded.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Whether its end is asked for on a second connection.
    pub with_side: bool,
    /// Whether files that a donor has are left out.
    pub with_delta: bool,
    /// Takes so many bytes of the disk for what is still to come; fails if they do not fit on it.
    pub take_room: &'a (dyn Fn(u64) -> Result<()> + Sync),
}

/// Downloads and unpacks a zip, unless [`Job::is_provable`] fails meanwhile.
pub fn download(download: &mut Download, options: Options<'_>, job: &Job<'_>) -> Result<()> {
    let mut file = open_part(download)?;
    let transfer = Transfer::of(download);
    let (sender, listed) = channel();
    let is_asked =
        options.with_side && list_ahead(download, &file, &transfer.arrival, job.version, sender.clone());
    let part = file.try_clone();
    let (fetched, unpacked) = thread::scope(|scope| {
        let transfer = &transfer;
        let read = || job.tree.read_donor(&transfer.needs_no_donor);
        let reads_donor = is_asked && options.with_delta;
        let donor = reads_donor.then(|| thread::Builder::new().spawn_scoped(scope, read).ok()).flatten();
        let unpack = || unpack_meanwhile(listed, donor, part, transfer, options, job);
        let unpack = thread::Builder::new().spawn_scoped(scope, unpack);
        if !is_asked {
            // Nothing will be listed.
            let _ = sender.send(None);
        }
        let fetched = transfer.run(download, &mut file, job);
        // From now on no listing is waited for. Sending fails if none is.
        let _ = sender.send(None);
        (fetched, unpack.map_or(Ok(Unpacked::First(Vec::new())), join))
    });
    if !matches!(unpacked, Ok(Unpacked::First(_))) {
        download.end_for_side();
    }
    let at = |error| refusal::at(error, job.address);
    // An error of unpacking stops the transfer, whose own error then says less.
    let unpacked = unpacked.map_err(at)?;
    fetched?;
    match unpacked {
        Unpacked::All => Ok(()),
        Unpacked::First(scanned) => unpack_rest(file, &scanned, job).map_err(at),
    }
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
/// does not answer, and [`ASKED`] limits them.
fn list_ahead(
    download: &Download,
    file: &File,
    arrival: &Arc<Arrival>,
    version: &str,
    to: Sender<Option<Ahead>>,
) -> bool {
    let (Some(side), Ok(file), Some(turn)) = (download.side(), file.try_clone(), ASKED.try_take()) else {
        return false;
    };
    let (arrival, version) = (arrival.clone(), version.to_owned());
    let list = move || {
        let tail = tail::fetch(&side);
        drop(turn);
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

/// What was unpacked during a download.
enum Unpacked {
    All,
    /// The first entries.
    First(Vec<Scanned>),
}

/// Waits for the listing, and unpacks by it, or without it if it comes too late or not at all.
fn unpack_meanwhile(
    listed: Receiver<Option<Ahead>>,
    donor: Option<Reading<'_>>,
    part: io::Result<File>,
    transfer: &Transfer,
    options: Options<'_>,
    job: &Job<'_>,
) -> Result<Unpacked> {
    let unpacked = if let Some(ahead) = listed.into_iter().next().flatten() {
        ahead.unpack(donor, transfer, options, job).map(|()| Unpacked::All)
    } else {
        transfer.needs_no_donor.store(true, Ordering::Relaxed);
        let left = transfer.total.unwrap_or_default().saturating_sub(transfer.arrival.length());
        let scan = |()| transfer.scan(part, job).map(Unpacked::First);
        (options.take_room)(left).and_then(scan)
    };
    if unpacked.is_err() {
        transfer.stop.store(true, Ordering::Relaxed);
    }
    unpacked
}

/// A thread that reads the files of a donor.
type Reading<'scope> = ScopedJoinHandle<'scope, HashMap<String, ReadFile>>;

impl Ahead {
    /// Shares what the donor has, and unpacks the other files while they arrive.
    fn unpack(
        self,
        donor: Option<Reading<'_>>,
        transfer: &Transfer,
        options: Options<'_>,
        job: &Job<'_>,
    ) -> Result<()> {
        let Ahead { mut listing, side } = self;
        let donor = donor.map(join).unwrap_or_default();
        let is_shared = listing.share(&donor, job.tree)?;
        // It is as large as the listing.
        drop(donor);
        let ranges = if is_shared { transfer.cut(&listing, side, job.tree) } else { None };
        let (end, arrived) = (listing.zip.download_end(), transfer.arrival.length());
        transfer.end.store(end, Ordering::Relaxed);
        let asked = ranges.as_ref().map_or(0, Ranges::length);
        // Without a donor it is not known yet which files will be written.
        let written = if is_shared { listing.files.iter().map(|file| file.size).sum() } else { 0 };
        (options.take_room)(end.saturating_sub(arrived) + asked + written)?;
        // The tail, and what nobody needs, count as done.
        job.phases.advance((listing.zip.length() - asked).saturating_sub(end.max(arrived)));
        let unpacked = thread::scope(|scope| {
            if let Some(ranges) = &ranges {
                let fetch = || ranges.fetch(&transfer.stop, job.phases);
                if thread::Builder::new().spawn_scoped(scope, fetch).is_err() {
                    ranges.end();
                }
            }
            listing.unpack(&transfer.stop, job.tree, |_| Ok(()))
        });
        // An error of unpacking for want of a range says less.
        ranges.map_or(Ok(()), Ranges::check).and(unpacked)
    }
}

/// The transfer of a zip to disk.
struct Transfer {
    start: Instant,
    arrival: Arc<Arrival>,
    resumed: u64,
    total: Option<u64>,
    /// The position at which it ends: where the tail begins, once that is known.
    end: AtomicU64,
    /// Set when more bytes are useless.
    stop: AtomicBool,
    /// Set when it is useless to read the donor.
    needs_no_donor: AtomicBool,
}

impl Transfer {
    /// The transfer of what is not on disk yet.
    fn of(download: &Download) -> Self {
        let arrival = Arc::new(Arrival::default());
        arrival.reach(download.resumed);
        Transfer {
            start: Instant::now(),
            arrival,
            resumed: download.resumed,
            total: download.total,
            end: AtomicU64::new(u64::MAX),
            stop: AtomicBool::new(false),
            needs_no_donor: AtomicBool::new(false),
        }
    }

    /// Leaves what the listed files do not need out of the transfer, where that saves time; gives what is to be fetched
    /// in its place.
    fn cut(&self, listing: &Listing, side: Side, tree: &Writer) -> Option<Ranges> {
        let (arrived, tail) = (self.arrival.length(), listing.zip.tail_start());
        let files = listing.files.iter().map(|file| file.start..file.next);
        let plan = Plan::new(files, arrived, tail, self.bytes_in(side.delay()))?;
        let (ranges, rest) = Ranges::new(plan, side, tree.scratch_file().ok()?).ok()?;
        listing.zip.set_rest(rest);
        Some(ranges)
    }

    /// Unpacks the first entries as they arrive, as long as that needs no listing.
    fn scan(&self, part: io::Result<File>, job: &Job<'_>) -> Result<Vec<Scanned>> {
        let Ok(part) = part else { return Ok(Vec::new()) };
        let zip = Packed::unlisted(part, self.arrival.clone());
        scan(zip, self.total, job.version, &self.stop, job.tree)
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
        }
        self.needs_no_donor.store(true, Ordering::Relaxed);
        self.arrival.end();
        appended
    }

    fn append(&self, download: &mut Download, file: &mut File, job: &Job<'_>) -> Result<()> {
        let mut buffer = vec![0; CHUNK];
        let mut length = self.arrival.length();
        loop {
            let room = usize::try_from(self.left(length)).map_or(CHUNK, |left| left.min(CHUNK));
            if room == 0 {
                return Ok(());
            }
            let is_useless = || self.left(length) == 0;
            let count = match download.read(&mut buffer[..room], &is_useless) {
                Ok(0) => return Ok(()),
                // Nobody needs what did not come.
                Err(_) if is_useless() => return Ok(()),
                count => count?,
            };
            length += count as u64;
            check_packed(Format::ModuleZip, length)?;
            (job.is_provable)(length)?;
            file.write_all(&buffer[..count]).map_err(|error| unwritable(download, error))?;
            self.arrival.reach(length);
            job.phases.advance(count as u64);
        }
    }

    /// How many bytes after the first `length` are wanted: none once it is stopped.
    fn left(&self, length: u64) -> u64 {
        if self.stop.load(Ordering::Relaxed) {
            return 0;
        }
        self.end.load(Ordering::Relaxed).saturating_sub(length)
    }
}
