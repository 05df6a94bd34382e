//! The first stage of unpacking an archive: hashes the packed bytes and passes them on to be inflated. If the download
//! is slow, it also keeps them on disk for a resume.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::job::Job;
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::guard::check_packed;
use crate::source::Bytes;
use crate::source::download::Download;

/// Bytes that are passed on at a time.
const CHUNK: usize = 256 << 10;
/// A download that takes longer than this is kept for a resume.
const WORTH_KEEPING: Duration = Duration::from_secs(5);
/// How long a download runs before its total time is estimated.
const DECIDE_AFTER: Duration = Duration::from_secs(1);
/// Limit in bytes held in memory until then. A download that exceeds it, at 16 MiB/s, counts as fast.
const MAX_HELD: usize = 16 << 20;

/// Passes on all bytes; returns their sha256.
pub(super) fn run(bytes: &mut Bytes, packed: SyncSender<Vec<u8>>, job: &Job<'_>) -> Result<[u8; 32]> {
    let mut feed = Feed { hasher: Sha256::new(), packed: Some(packed), length: 0, is_counted: true, job };
    match bytes {
        Bytes::Network(download) => feed.download(download)?,
        Bytes::File(path) => {
            let mut file = File::open(&*path).map_err(|error| unreadable(path, error))?;
            feed.file(&mut file, path)?;
        }
    }
    Ok(feed.hasher.finalize().into())
}

struct Feed<'a> {
    hasher: Sha256,
    /// The way to the next stage; `None` once that has stopped.
    packed: Option<SyncSender<Vec<u8>>>,
    length: u64,
    /// Whether bytes count as progress, which those of an earlier run do not.
    is_counted: bool,
    job: &'a Job<'a>,
}

impl Feed<'_> {
    fn download(&mut self, download: &mut Download) -> Result<()> {
        let mut keep = self.resume(download)?;
        while !self.is_pointless() {
            let mut chunk = vec![0; CHUNK];
            let mut filled = 0;
            while filled < chunk.len() {
                match download.read(&mut chunk[filled..], &|| self.is_pointless())? {
                    0 => break,
                    count => filled += count,
                }
            }
            chunk.truncate(filled);
            if chunk.is_empty() {
                break;
            }
            keep.add(&chunk, download)?;
            self.push(chunk)?;
        }
        Ok(())
    }

    /// Passes on the bytes of an earlier run, if any, to which new bytes are then appended.
    fn resume(&mut self, download: &mut Download) -> Result<Keep> {
        let Some(mut kept) = download.take_kept() else {
            return Ok(Keep::Undecided(Vec::new(), Instant::now()));
        };
        self.is_counted = false;
        self.file(&mut kept, download.partial.path())?;
        self.is_counted = true;
        Ok(Keep::File(kept))
    }

    /// Passes on a file to its end.
    fn file(&mut self, file: &mut File, path: &Path) -> Result<()> {
        while !self.is_pointless() {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = Read::by_ref(file).take(CHUNK as u64).read_to_end(&mut chunk);
            if read.map_err(|error| unreadable(path, error))? == 0 {
                break;
            }
            self.push(chunk)?;
        }
        Ok(())
    }

    fn push(&mut self, chunk: Vec<u8>) -> Result<()> {
        self.length += chunk.len() as u64;
        check_packed(Format::Archive, self.length)?;
        (self.job.is_provable)(self.length)?;
        self.hasher.update(&chunk);
        if self.is_counted {
            self.job.phases.advance(chunk.len() as u64);
        }
        if self.packed.as_ref().is_some_and(|packed| packed.send(chunk).is_err()) {
            self.packed = None;
        }
        Ok(())
    }

    /// Whether more bytes are useless: the disk has failed, or the next stage has stopped and there is no checksum to
    /// compare the whole with.
    fn is_pointless(&self) -> bool {
        self.job.is_stopped() || (self.packed.is_none() && !(self.job.has_checksum)())
    }
}

fn unreadable(path: &Path, cause: io::Error) -> Error {
    Error::store(format!("could not read `{}`", path.display()), cause)
}

/// Whether the bytes of a download are kept on disk for a resume.
enum Keep {
    /// Not decided yet: the bytes so far, and the time since which they arrive.
    Undecided(Vec<u8>, Instant),
    /// Kept in this file, because the download is slow.
    File(File),
    /// Not kept, because the download is fast.
    No,
}

impl Keep {
    fn add(&mut self, chunk: &[u8], download: &Download) -> Result<()> {
        let partial = &download.partial;
        let failed =
            |error| Error::unwritable(format!("could not write `{}`", partial.path().display()), error);
        match self {
            Keep::No => {}
            Keep::File(file) => file.write_all(chunk).map_err(failed)?,
            Keep::Undecided(held, since) => {
                held.extend_from_slice(chunk);
                match is_worth_keeping(held.len(), download.total, since.elapsed()) {
                    None => {}
                    Some(false) => *self = Keep::No,
                    Some(true) => {
                        let mut file = partial.create(&download.remote()).map_err(failed)?;
                        file.write_all(held).map_err(failed)?;
                        *self = Keep::File(file);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether a download will take longer than [`WORTH_KEEPING`], estimated from the bytes `held` after `elapsed`; `None`
/// while that is open. It is fast once it has a fifth of `total`, or [`MAX_HELD`], within the first second.
fn is_worth_keeping(held: usize, total: Option<u64>, elapsed: Duration) -> Option<bool> {
    let share = WORTH_KEEPING.as_secs() / DECIDE_AFTER.as_secs();
    let enough = total.map_or(MAX_HELD, |total| usize::try_from(total / share).unwrap_or(MAX_HELD));
    if held >= enough.min(MAX_HELD) {
        return Some(false);
    }
    (elapsed >= DECIDE_AFTER).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::{MAX_HELD, is_worth_keeping};
    use std::time::Duration;

    #[test]
    fn the_first_second_decides() {
        const TOTAL: u64 = 60_000_000;
        let table = [
            // A fifth of the whole within the first second.
            (12_000_000, Some(TOTAL), 400, Some(false)),
            (11_999_999, Some(TOTAL), 999, None),
            (11_999_999, Some(TOTAL), 1000, Some(true)),
            // The read that ends the second counts.
            (12_000_000, Some(TOTAL), 1000, Some(false)),
            (1, Some(TOTAL), 30_000, Some(true)),
            (0, Some(0), 0, Some(false)),
            // With an unknown or absurd total, the limit of held bytes decides.
            (MAX_HELD - 1, None, 999, None),
            (MAX_HELD - 1, None, 1000, Some(true)),
            (MAX_HELD, None, 999, Some(false)),
            (MAX_HELD, Some(u64::MAX), 999, Some(false)),
        ];
        for (held, total, milliseconds, expected) in table {
            let found = is_worth_keeping(held, total, Duration::from_millis(milliseconds));
            assert_eq!(found, expected, "{held} of {total:?} in {milliseconds} ms");
        }
    }
}
