//! Fetches the bytes of a zip that neither its download nor a donor has, by ranges on the second connection.

use std::fs::File;
use std::io;
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
            if !self.fetch_one(range, stop) {
                break;
            }
            self.arrival.reach(range.end);
            phases.advance(range.end - range.start);
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

    /// Fetches a range; asks again as often as for any download.
    fn fetch_one(&self, range: &Range<u64>, stop: &AtomicBool) -> bool {
        for failures in 0..=RETRIES {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            if let Some(bytes) = self.side.bytes(range.clone()) {
                let written = self.file.write_all_at(&bytes, range.start);
                let full = |error| Error::unwritable("could not write into the staging directory", error);
                return written.map_err(|error| self.failure.set(full(error))).is_ok();
            }
            if failures < RETRIES {
                thread::sleep(pause(failures, None));
            }
        }
        let (first, last) = (range.start, range.end - 1);
        let message = format!("could not fetch the bytes {first} to {last} of the module zip");
        // After an error of this kind everything is fetched once more.
        let _ = self.failure.set(Error::new(Kind::Verification, message));
        false
    }
}
