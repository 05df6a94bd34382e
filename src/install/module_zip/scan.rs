//! Unpacks a zip whose central directory is not known while its bytes arrive: entry after entry, by the local headers.
//!
//! Go's zips tell the sizes of an entry only behind its data, whose end is found by inflating it. So one thread
//! inflates, and others hash and write. What was unpacked like this counts only once the central directory says all of
//! it, too. At a header that is not as Go writes it the scan ends, and the rest is unpacked by the directory. Where the
//! data is not, some of it may have been written: then all is thrown away, and unpacked by the directory. The scan
//! refuses nothing itself, so that a zip is refused for the same reasons whether it was scanned or not.

use std::io::{Read, Seek};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::content::{Contents, fill};
use super::packed::Packed;
use super::structure::{DESCRIPTOR, LocalHeader, MAX_DIRECTORY, Sums, is_descriptor};
use crate::error::{Kind, Result};
use crate::install::batches::{Batches, written_beside};
use crate::install::guard::{Guard, MAX_UNPACKED};
use crate::install::refusal;
use crate::install::writer::{SMALL, Writer};

/// Once a zip is whole, what is left of it is divided among all threads, unless it has fewer bytes than this: of Go's
/// sources they are a hundred files, which one thread inflates in about twenty milliseconds. The central directory
/// counts, too, and that of Go 1.21 has 1.3 MB already: so of a real toolchain always all that is left is divided.
const WORTH_DIVIDING: u64 = 1 << 20;
/// A tree has up to so many times the bytes of its zip; that of Go 1.27 has three times. What has more is left to the
/// directory, which tells the sizes before anything is written.
const MAX_RATIO: u64 = 4;

/// An entry that was unpacked.
pub(super) struct Scanned {
    /// Its path in the toolchain.
    pub(super) path: String,
    /// The position of its local header.
    pub(super) start: u64,
    /// The position behind its data and descriptor.
    pub(super) next: u64,
    /// What its data has.
    pub(super) sums: Sums,
}

/// Unpacks the entries of a zip of a module version into the empty tree, from the first one on, as long as they are as
/// Go writes them and `stop` is not set; returns them. `total` is the length of the zip, if it is known. An error is
/// one of the disk.
pub(super) fn scan(
    zip: Packed,
    total: Option<u64>,
    version: &str,
    stop: &AtomicBool,
    tree: &Writer,
) -> Result<Vec<Scanned>> {
    let room = total.map_or(MAX_UNPACKED, |total| MAX_UNPACKED.min(total.saturating_mul(MAX_RATIO)));
    let zip = Arc::new(zip);
    let scanned = written_beside(tree, stop, |files| {
        let buffer = vec![0; usize::try_from(SMALL).unwrap_or_default() + 1];
        let contents = Contents::new(zip.clone());
        let mut scan =
            Scan { contents, guard: Guard::of_module_zip(version), tree, files, buffer, room, names: 0 };
        let (mut scanned, mut next) = (Vec::new(), 0);
        while !stop.load(Ordering::Relaxed)
            && zip.left(next).is_none_or(|left| left < WORTH_DIVIDING)
            && let Some(entry) = scan.unpack_next(next)?
        {
            next = entry.next;
            scanned.push(entry);
        }
        scan.files.flush();
        Ok(scanned)
    });
    match scanned {
        Ok(Err(error)) if error.kind() == Kind::Verification => {
            // Where the download has failed, its own error follows.
            if !stop.load(Ordering::Relaxed) {
                tree.clear()?;
            }
            Ok(Vec::new())
        }
        Ok(scanned) => scanned,
        // Without a thread nothing is gained by a scan.
        Err(_) => Ok(Vec::new()),
    }
}

struct Scan<'a> {
    contents: Contents,
    guard: Guard,
    tree: &'a Writer,
    files: Batches,
    buffer: Vec<u8>,
    /// How many bytes may still be unpacked.
    room: u64,
    /// The bytes of all names, which a central directory must have, too.
    names: u64,
}

impl Scan<'_> {
    /// Unpacks the entry at a position. `None` if there is none that can be, or a thread that writes has failed; an
    /// error of the kind [`Kind::Verification`] if it is not as it seemed.
    fn unpack_next(&mut self, start: u64) -> Result<Option<Scanned>> {
        let Some((path, header)) = self.read_header() else { return Ok(None) };
        let odd = || refusal::module_zip(&format!("`{path}` is not as it seemed"));
        self.tree.create_parents(&path)?;
        let length = header.sums.map_or(u64::MAX, |(_, packed, _)| packed);
        let mut content = self.contents.read(header.method, length);
        let count = fill(&mut self.buffer, &mut content).map_err(|_| odd())?;
        let is_small = count as u64 <= SMALL;
        if !is_small {
            // What precedes it need not wait.
            self.files.flush();
            let mut whole = self.buffer.chain(&mut content).take(self.room + 1);
            self.tree.add_stream(path.clone(), None, &mut whole, &|_| odd())?;
        }
        let sums = content.sums();
        let next = self.read_end(&header, sums).ok_or_else(odd)?;
        self.room = self.room.checked_sub(sums.2).ok_or_else(odd)?;
        let is_added = !is_small || self.files.add(path.clone(), self.buffer[..count].to_vec());
        Ok(is_added.then_some(Scanned { path, start, next, sums }))
    }

    fn read_header(&mut self) -> Option<(String, LocalHeader)> {
        let header = LocalHeader::read(self.contents.packed())?;
        self.names += header.name.len() as u64;
        let path = self.guard.file(&header.name, 0).ok()?;
        (self.names <= MAX_DIRECTORY).then_some((path, header))
    }

    /// Checks what the entry itself says of its data; returns the position behind it.
    fn read_end(&mut self, header: &LocalHeader, sums: Sums) -> Option<u64> {
        let packed = self.contents.packed();
        let is_so = if let Some(said) = header.sums {
            said == sums
        } else {
            let mut descriptor = [0; DESCRIPTOR];
            packed.read_exact(&mut descriptor).ok()?;
            is_descriptor(&descriptor, sums)
        };
        packed.stream_position().ok().filter(|_| is_so)
    }
}
