//! Fetches the bytes of a zip that neither its download nor a donor has, by ranges on the second connection.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use super::packed::{Arrival, Rest};
use super::plan::Plan;
use crate::error::{Error, Kind, Result};
use crate::install::report::Phases;
use crate::net::retry::{RETRIES, pause};
use crate::source::side::Side;

/// Bytes that are read at a time.
const CHUNK: usize = 256 << 10;
/// An answer that brought at least so many bytes before it broke off is no failure: where each answer is cut, a long
/// range takes many. A server that sends less than this each time is given up soon.
const MIN_PROGRESS: u64 = 256 << 10;

/// Ranges that are fetched, into a file of their own: the part on disk has to stay the beginning of the zip.
pub(super) struct Ranges {
    wanted: Vec<Range<u64>>,
    side: Side,
    file: File,
    arrival: Arc<Arrival>,
    /// Why a range is missing.
    failure: OnceLock<Error>,
}

impl Ranges {
    /// The ranges of a plan, and how they are read. Their bytes come into `file`, which is empty.
    pub(super) fn new(plan: Plan, side: Side, file: File) -> io::Result<(Self, Rest)> {
        let arrival = Arc::new(Arrival::default());
        let rest = Rest { start: plan.end, file: file.try_clone()?, arrival: arrival.clone() };
        Ok((Ranges { wanted: plan.ranges, side, file, arrival, failure: OnceLock::new() }, rest))
    }

    /// Fetches all, one after the other, until one fails or `stop` is set.
    pub(super) fn fetch(&self, stop: &AtomicBool, phases: &dyn Phases) {
        for range in &self.wanted {
            if !self.fetch_one(range.clone(), stop, phases) {
                break;
            }
        }
        self.end();
    }

    /// An error if a range is missing.
    pub(super) fn check(self) -> Result<()> {
        self.failure.into_inner().map_or(Ok(()), Err)
    }

    /// The number of bytes in all ranges.
    pub(super) fn length(&self) -> u64 {
        self.wanted.iter().map(|range| range.end - range.start).sum()
    }

    /// Lets nobody wait for more.
    pub(super) fn end(&self) {
        self.arrival.end();
    }

    /// Fetches a range; where it breaks off, asks for what is missing, until that brings little too often in a row.
    fn fetch_one(&self, mut missing: Range<u64>, stop: &AtomicBool, phases: &dyn Phases) -> bool {
        let mut failures = 0;
        loop {
            let start = missing.start;
            if let Err(error) = self.transfer(&mut missing, stop, phases) {
                let full = Error::unwritable("could not write into the store's `staging` folder", error);
                let _ = self.failure.set(full);
                return false;
            }
            if missing.is_empty() || stop.load(Ordering::Relaxed) {
                return missing.is_empty();
            }
            if missing.start - start >= MIN_PROGRESS {
                failures = 0;
            } else if failures == RETRIES {
                break;
            }
            thread::sleep(pause(failures, None));
            failures += 1;
        }
        let (first, last) = (missing.start, missing.end - 1);
        let message = format!("could not fetch the bytes {first} to {last} of the module zip");
        // After an error of this kind everything is fetched once more.
        let _ = self.failure.set(Error::new(Kind::Verification, message));
        false
    }

    /// Fetches one answer, and takes what it brings off `missing`. The error is one of the disk.
    fn transfer(&self, missing: &mut Range<u64>, stop: &AtomicBool, phases: &dyn Phases) -> io::Result<()> {
        let is_over = || stop.load(Ordering::Relaxed);
        if is_over() {
            return Ok(());
        }
        let Some(mut body) = self.side.read(missing.clone()) else { return Ok(()) };
        let mut buffer = vec![0; CHUNK];
        while !is_over() {
            let Ok(count @ 1..) = body.read(&mut buffer) else { break };
            self.file.write_all_at(&buffer[..count], missing.start)?;
            missing.start += count as u64;
            self.arrival.reach(missing.start);
            phases.advance(count as u64);
        }
        Ok(())
    }
}
