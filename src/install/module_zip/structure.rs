//! Checks that a zip means the same to every reader. A zip describes its entries twice: some readers use the end record
//! and the central directory, others the local headers and descriptors from the start of the file. The library compares
//! each local header with its central one; the checks here cover everything else.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::packed::{Packed, Reader, Tail};
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::{guard, refusal};

/// Bytes of the end record of a zip without a comment (APPNOTE 4.3.16).
pub(super) const END: usize = 22;
/// Bytes of the fixed part of a header in the central directory (APPNOTE 4.3.12).
const HEADER: usize = 46;
/// Limit in bytes for the central directory; Go 1.27 has 1.8 MB.
pub(super) const MAX_DIRECTORY: u64 = 32 << 20;
/// The flags that are allowed: two bits for deflate's level, a descriptor, a name in UTF-8 (APPNOTE 4.4.4). The other
/// flags mean that the data is not the content itself: it is encrypted, a patch, or masked.
const FLAGS: u16 = 1 << 1 | 1 << 2 | DESCRIBED | 1 << 11;
/// The flag for a descriptor after the data (APPNOTE 4.4.4).
const DESCRIBED: u16 = 1 << 3;
/// Bytes of the longest descriptor after an entry's data: with a signature and 64-bit sizes (APPNOTE 4.3.9).
const MAX_DESCRIPTOR: usize = 24;
/// Bytes of the descriptor that Go writes: with a signature and 32-bit sizes.
pub(super) const DESCRIPTOR: usize = 16;
/// Bytes of the fixed part of a local header (APPNOTE 4.3.7).
const LOCAL_HEADER: usize = 30;
/// Limit in bytes for the extra field of a local header in [`tiles`]; Go's have 9 or 18.
const MAX_EXTRA: u64 = 64;

/// What the end record says about the central directory.
#[derive(Debug)]
pub(super) struct EndRecord {
    /// Where the central directory begins.
    pub(super) offset: u64,
    size: u64,
    count: usize,
}

/// What the central directory says about the data of an entry: checksum, packed size and size.
pub(super) type Sums = (u32, u64, u64);

/// How the content of an entry is packed. Go's files are all deflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
}

impl Method {
    /// The method of this number (APPNOTE 4.4.5), if it is allowed.
    fn of(number: u16) -> Option<Self> {
        match number {
            0 => Some(Method::Stored),
            8 => Some(Method::Deflated),
            _ => None,
        }
    }
}

/// A local header.
pub(super) struct LocalHeader {
    pub(super) name: Vec<u8>,
    pub(super) method: Method,
    /// What it says about the data; `None` if a descriptor does.
    pub(super) sums: Option<Sums>,
}

impl LocalHeader {
    /// Reads a header, if one follows from which the end of its data can be found: plain data has none of its own.
    pub(super) fn read(zip: &mut Reader) -> Option<Self> {
        let mut header = [0; LOCAL_HEADER];
        zip.read_exact(&mut header).ok()?;
        let (flags, method) = (short(&header, 6), Method::of(short(&header, 8))?);
        let is_described = flags & DESCRIBED != 0;
        let is_endless = is_described && method == Method::Stored;
        if !header.starts_with(b"PK\x03\x04") || flags & !FLAGS != 0 || is_endless {
            return None;
        }
        let [packed, size] = [18, 22].map(|at| u64::from(long(&header, at)));
        let sums = (!is_described).then_some((long(&header, 14), packed, size));
        let mut name = vec![0; short(&header, 26).into()];
        zip.read_exact(&mut name).ok()?;
        zip.seek(SeekFrom::Current(short(&header, 28).into())).ok()?;
        Some(LocalHeader { name, method, sums })
    }
}

/// Reads the last bytes of a zip of this length, which must be a plain end record, and limits the central directory,
/// which the library reads into memory before its entries can be counted. Zip64 and comments are refused: no toolchain
/// needs them, and the library would look for an earlier end record if it could not use this one.
pub(super) fn end_record(end: &[u8; END], length: u64) -> Result<EndRecord> {
    let (size, offset) = (u64::from(long(end, 12)), u64::from(long(end, 16)));
    if end[..4] != *b"PK\x05\x06" || offset + size + END as u64 != length || short(end, 20) != 0 {
        return Err(refusal::module_zip("it does not end with a central directory and a plain end record"));
    }
    let count = short(end, 10);
    if end[4..8] != [0; 4] || short(end, 8) != count || count == u16::MAX {
        return Err(refusal::module_zip("its end record is for zip64, or for several disks"));
    }
    if size > MAX_DIRECTORY {
        return Err(refusal::module_zip(&format!("its central directory has {size} bytes")));
    }
    Ok(EndRecord { offset, size, count: count.into() })
}

fn check_end(zip: &Packed) -> Result<EndRecord> {
    guard::check_packed(Format::ModuleZip, zip.length())?;
    let mut end = [0; END];
    let position = zip.length().checked_sub(END as u64);
    zip.read_exact_at(&mut end, position.ok_or_else(|| refusal::module_zip("it is too short"))?)
        .map_err(unreadable)?;
    end_record(&end, zip.length())
}

/// Reads the central directory and what follows it, and checks it against the end record, before the library reads
/// them. The directory must be its headers and nothing else, so that readers find the same entries by their number and
/// by the directory's size.
pub(super) fn read_directory(zip: &Packed) -> Result<Tail> {
    let end = check_end(zip)?;
    let mut bytes = vec![0; usize::try_from(end.size).unwrap_or_default() + END];
    zip.read_exact_at(&mut bytes, end.offset).map_err(unreadable)?;
    check_directory(&bytes[..bytes.len() - END], &end)?;
    Ok(Tail { start: end.offset, bytes })
}

fn check_directory(bytes: &[u8], end: &EndRecord) -> Result<()> {
    let (mut rest, mut count) = (bytes, 0);
    while let Some((header, after)) = rest.split_at_checked(HEADER)
        && header.starts_with(b"PK\x01\x02")
    {
        let lengths = [28, 30, 32].map(|at| usize::from(short(header, at)));
        let Some((variable, next)) = after.split_at_checked(lengths.iter().sum()) else { break };
        check_header(header, end.offset).map_err(|reason| {
            refusal::module_zip(&format!("`{}` {reason}", variable[..lengths[0]].escape_ascii()))
        })?;
        (rest, count) = (next, count + 1);
    }
    if !rest.is_empty() || count != end.count {
        return Err(refusal::module_zip(&format!(
            "its central directory does not have the {} entries that its end record says",
            end.count
        )));
    }
    Ok(())
}

fn check_header(header: &[u8], directory: u64) -> Result<(), &'static str> {
    if short(header, 8) & !FLAGS != 0 {
        return Err("has flags that no file of Go has");
    }
    if Method::of(short(header, 10)).is_none() {
        return Err("has a compression method that no file of Go has");
    }
    if [20, 24, 42].iter().any(|at| long(header, *at) == u32::MAX) || short(header, 34) != 0 {
        return Err("is for zip64, or for several disks");
    }
    if u64::from(long(header, 42)) >= directory {
        return Err("is not before the central directory");
    }
    Ok(())
}

/// Checks that nothing is at `gap`, between the data of an entry and what comes next, but the descriptor that some
/// entries announce, and that this repeats what the central directory says.
pub(super) fn check_gap(zip: &mut Reader, gap: Range<u64>, descriptor: Option<Sums>) -> Result<()> {
    let mut room = [0; MAX_DESCRIPTOR];
    // Data that ends behind the gap overlaps what comes next.
    let length = gap.end.checked_sub(gap.start).and_then(|length| usize::try_from(length).ok());
    let length = length.unwrap_or(usize::MAX);
    let sound = match (descriptor, room.get_mut(..length)) {
        (None, _) => length == 0,
        (Some(_), None) => false,
        (Some(sums), Some(bytes)) => {
            zip.go_to(gap);
            zip.read_exact(bytes).map_err(unreadable)?;
            is_descriptor(bytes, sums)
        }
    };
    if sound { Ok(()) } else { Err(stray()) }
}

/// Refuses a zip with bytes that no entry explains.
pub(super) fn stray() -> Error {
    refusal::module_zip("there are bytes that belong to no entry")
}

/// Whether entries, each the position of its local header with the bytes of its name and of its data, can lie one after
/// the other from the first byte of a zip up to `end`, as Go writes them: without overlaps, and with no more between
/// them than headers and descriptors need. They are in order.
pub(super) fn tiles(entries: &[(u64, u64, u64)], end: u64) -> bool {
    let mut next = 0..=0;
    for (start, name, packed) in entries {
        if !next.contains(start) {
            return false;
        }
        let least = start + LOCAL_HEADER as u64 + name + packed;
        next = least..=least + MAX_EXTRA + MAX_DESCRIPTOR as u64;
    }
    next.contains(&end)
}

/// Whether the bytes are a descriptor of these values: checksum, packed size and size, with or without a signature.
pub(super) fn is_descriptor(bytes: &[u8], (crc, packed, size): Sums) -> bool {
    let fields = match bytes.len() {
        16 | 24 => bytes.strip_prefix(b"PK\x07\x08"),
        _ => Some(bytes),
    };
    let Some((sum, sizes)) = fields.and_then(|fields| fields.split_at_checked(4)) else { return false };
    let wide = [packed.to_le_bytes(), size.to_le_bytes()].concat();
    let narrow = [&wide[..4], &wide[8..12]].concat();
    sum == crc.to_le_bytes() && (sizes == narrow || sizes == wide)
}

fn short(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The error of a zip that cannot be read from the disk.
pub(super) fn unreadable(error: io::Error) -> Error {
    Error::store("could not read the module zip", error)
}

#[cfg(test)]
mod tests {
    use super::{END, LOCAL_HEADER, MAX_DIRECTORY, MAX_EXTRA, Packed, check_end, end_record, tiles};
    use crate::install::guard::MAX_ZIP;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use std::io::Write;

    #[test]
    fn the_end_record_bounds_the_central_directory() {
        let end = |size: u32, offset: u32, comment: &[u8]| {
            let mut record = b"PK\x05\x06".to_vec();
            record.extend([0; 8]);
            record.extend(size.to_le_bytes());
            record.extend(offset.to_le_bytes());
            record.extend([0; 2]);
            [record, comment.to_vec()].concat()
        };
        let plain = "it does not end with a central directory and a plain end record";
        let table: [(Vec<u8>, &str); 7] = [
            (end(0, 0, b""), "ok"),
            ([vec![7; 30], end(20, 10, b"")].concat(), "ok"),
            (b"PK".to_vec(), "it is too short"),
            (end(0, 0, b"a comment"), plain),
            ([vec![7; 30], end(20, 0, b"")].concat(), plain),
            (end(u32::MAX, u32::MAX, b""), plain),
            ([vec![0; 40 << 20], end(40 << 20, 0, b"")].concat(), "its central directory has 41943040 bytes"),
        ];
        for (bytes, expected) in table {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            let found =
                check_end(&Packed::whole(file).unwrap()).map_or_else(|error| error.line(), |_| "ok".into());
            assert_eq!(found.trim_start_matches("the module zip is refused: "), expected);
        }
        let large = tempfile::tempfile().unwrap();
        large.set_len(MAX_ZIP + 1).unwrap();
        let error = check_end(&Packed::whole(large).unwrap()).unwrap_err();
        assert_eq!(error.line(), "the module zip is refused: it has more than 524288000 bytes");
    }

    proptest! {
        /// Whatever a server says, so much is read of it, and no more.
        #[test]
        fn an_end_record_never_leads_out_of_the_zip(
            mut end in any::<[u8; END]>(),
            size in 0..40_u32 << 20,
            offset: u32,
            more in 0..2_u64,
        ) {
            end[..4].copy_from_slice(b"PK\x05\x06");
            end[4..8].fill(0);
            end.copy_within(10..12, 8);
            end[12..16].copy_from_slice(&size.to_le_bytes());
            end[16..20].copy_from_slice(&offset.to_le_bytes());
            end[20..].fill(0);
            let length = u64::from(size) + u64::from(offset) + END as u64;
            if let Ok(record) = end_record(&end, length + more) {
                prop_assert!(more == 0 && record.size <= MAX_DIRECTORY && record.count < 0xffff);
                prop_assert_eq!(record.offset + record.size + END as u64, length);
            }
        }

        #[test]
        fn entries_that_lie_one_after_the_other(
            sizes in proptest::collection::vec((0..99_u64, 0..999_u64, 0..=MAX_EXTRA + 24), 1..20),
            at in any::<Index>(),
            by in 1..999_u64,
        ) {
            let mut end = 0;
            let mut entries: Vec<_> = sizes.iter().map(|(name, packed, room)| {
                let start = end;
                end += LOCAL_HEADER as u64 + name + packed + room;
                (start, *name, *packed)
            }).collect();
            prop_assert!(tiles(&entries, end));
            let most = MAX_EXTRA + 24;
            prop_assert!(!tiles(&entries, end + most + by), "a gap before the directory");
            let moved: Vec<_> = entries.iter().map(|(start, name, packed)| (start + by, *name, *packed)).collect();
            prop_assert!(!tiles(&moved, end + by), "bytes before the first");
            let at = at.index(entries.len());
            let mut longer = entries.clone();
            longer[at].2 += sizes[at].2 + by;
            prop_assert!(!tiles(&longer, end), "data that reaches into the next");
            let (_, name, packed) = entries.remove(at);
            prop_assert!(LOCAL_HEADER as u64 + name + packed <= most || !tiles(&entries, end), "bytes of no entry");
        }
    }
}
