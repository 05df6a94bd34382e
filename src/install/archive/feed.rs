//! The first stage of an archive: bytes from the network or a file into the hash and to the inflater, and
//! to disk as well when the download is so slow that it is worth keeping for a resume.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::job::Job;
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::guard::check_packed;
use crate::source::Bytes;
use crate::source::download::Download;

/// What travels to the inflater.
const CHUNK: usize = 256 << 10;
/// A download that takes longer than this is worth keeping for a resume.
const WORTH_KEEPING: Duration = Duration::from_secs(5);
/// When that is judged.
const JUDGED_AFTER: Duration = Duration::from_secs(1);
/// Held until then; whoever is faster is done within five seconds.
const MAX_HELD: usize = 16 << 20;

/// Feeds all bytes; gives their sha256.
pub(super) fn run(bytes: &mut Bytes, packed: SyncSender<Vec<u8>>, job: &Job<'_>) -> Result<[u8; 32]> {
    let mut feed = Feed { hasher: Sha256::new(), packed: Some(packed), length: 0, is_counted: true, job };
    match bytes {
        Bytes::Network(download) => feed.download(download)?,
        Bytes::File(path) => {
            let failed = |error| Error::store(format!("could not read `{}`", path.display()), error);
            feed.file(&mut File::open(&*path).map_err(failed)?).map_err(failed)??;
        }
    }
    Ok(feed.hasher.finalize().into())
}

struct Feed<'a> {
    hasher: Sha256,
    /// None once the inflater has stopped.
    packed: Option<SyncSender<Vec<u8>>>,
    length: u64,
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
                match download.read(&mut chunk[filled..])? {
                    0 => break,
                    count => filled += count,
                }
            }
            chunk.truncate(filled);
            if chunk.is_empty() {
                break;
            }
            keep.take(&chunk, download)?;
            self.push(chunk)?;
        }
        Ok(())
    }

    /// Feeds what an earlier run kept, and goes on keeping; or begins to hold.
    fn resume(&mut self, download: &mut Download) -> Result<Keep> {
        let Some(mut kept) = download.take_kept() else {
            return Ok(Keep::Undecided(Vec::new(), Instant::now()));
        };
        let path = download.partial().path();
        let failed = |error| Error::store(format!("could not read `{}`", path.display()), error);
        // The bar begins where these bytes end.
        self.is_counted = false;
        self.file(&mut kept).map_err(failed)??;
        self.is_counted = true;
        Ok(Keep::File(kept))
    }

    /// Feeds a file to its end; the outer error is the disk's.
    fn file(&mut self, file: &mut File) -> io::Result<Result<()>> {
        while !self.is_pointless() {
            let mut chunk = Vec::with_capacity(CHUNK);
            if Read::by_ref(file).take(CHUNK as u64).read_to_end(&mut chunk)? == 0 {
                break;
            }
            if let Err(error) = self.push(chunk) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    fn push(&mut self, chunk: Vec<u8>) -> Result<()> {
        self.length += chunk.len() as u64;
        check_packed(Format::Archive, self.length)?;
        self.hasher.update(&chunk);
        if self.is_counted {
            self.job.phases.advance(chunk.len() as u64);
        }
        if self.packed.as_ref().is_some_and(|packed| packed.send(chunk).is_err()) {
            self.packed = None;
        }
        Ok(())
    }

    /// The disk has failed; or nobody unpacks any more, and there is no checksum that the rest could be
    /// held against.
    fn is_pointless(&self) -> bool {
        self.job.is_stopped() || (self.packed.is_none() && !(self.job.has_checksum)())
    }
}

/// The bytes of a download on disk.
enum Keep {
    /// The first second: held in memory.
    Undecided(Vec<u8>, Instant),
    /// Slow enough to be worth it.
    File(File),
    /// Fast.
    No,
}

impl Keep {
    fn take(&mut self, chunk: &[u8], download: &Download) -> Result<()> {
        let partial = download.partial();
        let failed =
            |error| Error::unwritable(format!("could not write `{}`", partial.path().display()), error);
        match self {
            Keep::No => {}
            Keep::File(file) => file.write_all(chunk).map_err(failed)?,
            Keep::Undecided(held, since) => {
                held.extend_from_slice(chunk);
                match is_worth_keeping(held.len(), download.total(), since.elapsed()) {
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

/// Whether a download takes longer than five seconds, by what came in the first one; none before that is
/// known. So much within that second that the whole takes less is fast, as is more than may be held.
fn is_worth_keeping(held: usize, total: Option<u64>, elapsed: Duration) -> Option<bool> {
    let share = WORTH_KEEPING.as_secs() / JUDGED_AFTER.as_secs();
    let enough = total.map_or(MAX_HELD, |total| usize::try_from(total / share).unwrap_or(MAX_HELD));
    if held >= enough.min(MAX_HELD) {
        return Some(false);
    }
    (elapsed >= JUDGED_AFTER).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::{MAX_HELD, is_worth_keeping};
    use std::time::Duration;

    #[test]
    fn the_first_second_decides() {
        const TOTAL: u64 = 60_000_000;
        let table = [
            // A fifth of the whole within the second.
            (12_000_000, Some(TOTAL), 400, Some(false)),
            (11_999_999, Some(TOTAL), 999, None),
            (11_999_999, Some(TOTAL), 1000, Some(true)),
            // The read that ends the second counts.
            (12_000_000, Some(TOTAL), 1000, Some(false)),
            (1, Some(TOTAL), 30_000, Some(true)),
            (0, Some(0), 0, Some(false)),
            // Of an unknown or absurd whole no more is held than may be.
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
