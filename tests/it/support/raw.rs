//! Archives written field by field: what the honest archives are made with, and what a hostile one
//! needs: any name, type, mode, size or link target, and a zip whose two headers disagree.

use std::io::Write;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};

/// One entry of a tar archive; all fields go into the header as they are.
#[derive(Clone)]
pub(crate) struct TarEntry {
    /// At most 100 bytes.
    pub(crate) name: Vec<u8>,
    /// At most 155 bytes, joined before the name with a `/`.
    pub(crate) prefix: Vec<u8>,
    /// The type flag: `b'0'` file, `b'5'` folder, `b'2'` symbolic link, `b'1'` hard link, `b'x'` pax …
    pub(crate) kind: u8,
    /// The mode, all bits.
    pub(crate) mode: u32,
    /// The target of a link; at most 100 bytes.
    pub(crate) link: Vec<u8>,
    /// Seconds since 1970.
    pub(crate) mtime: u64,
    /// The size that the header claims, if not the body's.
    pub(crate) size: Option<u64>,
    /// What follows the header.
    pub(crate) body: Vec<u8>,
    /// Magic and version: ustar's unless changed.
    pub(crate) magic: [u8; 8],
    /// What is written over the header, by place.
    pub(crate) patches: Vec<(usize, Vec<u8>)>,
}

impl TarEntry {
    /// A regular file.
    pub(crate) fn file(name: impl AsRef<[u8]>, mode: u32, body: impl Into<Vec<u8>>) -> Self {
        TarEntry {
            name: name.as_ref().to_vec(),
            prefix: Vec::new(),
            kind: b'0',
            mode,
            link: Vec::new(),
            mtime: 0,
            size: None,
            body: body.into(),
            magic: *b"ustar\x0000",
            patches: Vec::new(),
        }
    }

    /// An entry of another type, without a body.
    pub(crate) fn special(kind: u8, name: impl AsRef<[u8]>, mode: u32, link: impl AsRef<[u8]>) -> Self {
        TarEntry { kind, link: link.as_ref().to_vec(), ..TarEntry::file(name, mode, []) }
    }

    /// A pax header for the entry that follows.
    pub(crate) fn pax(records: &[(&str, &str)]) -> Self {
        let mut body = Vec::new();
        for (key, value) in records {
            // The length counts its own digits.
            let rest = key.len() + value.len() + 3;
            let length =
                (1..9).map(|digits| rest + digits).find(|n| n.to_string().len() + rest == *n).unwrap();
            body.extend_from_slice(format!("{length} {key}={value}\n").as_bytes());
        }
        TarEntry { kind: b'x', ..TarEntry::file("pax", 0o644, body) }
    }

    /// A pax header whose records are written out.
    pub(crate) fn raw_pax(records: impl Into<Vec<u8>>) -> Self {
        TarEntry { kind: b'x', ..TarEntry::file("pax", 0o644, records) }
    }

    /// The long name (`b'L'`) or target (`b'K'`) of the next entry, as GNU tar writes it.
    pub(crate) fn gnu_long(kind: u8, text: impl AsRef<[u8]>) -> Self {
        let body = [text.as_ref(), b"\0"].concat();
        TarEntry { kind, magic: *b"ustar  \0", ..TarEntry::file("././@LongLink", 0, body) }
    }

    /// With these bytes at a place of the header, which the checksum then covers.
    #[must_use]
    pub(crate) fn patch(mut self, at: usize, bytes: &[u8]) -> Self {
        self.patches.push((at, bytes.to_vec()));
        self
    }

    fn write(&self, to: &mut Vec<u8>) {
        let mut header = [0; 512];
        let mut put = |at: usize, room: usize, bytes: &[u8]| {
            assert!(bytes.len() <= room, "{} bytes where {room} fit", bytes.len());
            header[at..at + bytes.len()].copy_from_slice(bytes);
        };
        let size = self.size.unwrap_or(self.body.len() as u64);
        put(0, 100, &self.name);
        put(100, 8, format!("{:07o}\0", self.mode).as_bytes());
        put(108, 8, b"0000000\0");
        put(116, 8, b"0000000\0");
        put(124, 12, format!("{size:011o}\0").as_bytes());
        put(136, 12, format!("{:011o}\0", self.mtime).as_bytes());
        put(148, 8, b"        ");
        put(156, 1, &[self.kind]);
        put(157, 100, &self.link);
        put(257, 8, &self.magic);
        put(345, 155, &self.prefix);
        for (at, bytes) in &self.patches {
            put(*at, bytes.len(), bytes);
        }
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        to.extend_from_slice(&header);
        to.extend_from_slice(&self.body);
        to.resize(to.len().next_multiple_of(512), 0);
    }
}

/// A tar archive with its end mark.
pub(crate) fn tar(entries: &[TarEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        entry.write(&mut bytes);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

/// The bytes in gzip's format.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One entry of a zip archive.
#[derive(Clone)]
pub(crate) struct ZipEntry {
    /// The name in the local header.
    pub(crate) name: Vec<u8>,
    /// The name in the central directory, if another.
    pub(crate) central_name: Option<Vec<u8>>,
    /// The content before compression.
    pub(crate) body: Vec<u8>,
    /// 8 is deflate, 0 is stored.
    pub(crate) method: u16,
    /// Bit 3: sizes and checksum follow the data. Bit 11: the name is UTF-8.
    pub(crate) flags: u16,
    /// The system that made it (in the upper byte; 3 is Unix) and its version of the format, times ten.
    pub(crate) creator: u16,
    /// The external attributes; on Unix the mode is in the upper half.
    pub(crate) attributes: u32,
    /// The extra field, in both headers.
    pub(crate) extra: Vec<u8>,
    /// The checksum that the archive claims, if a wrong one.
    pub(crate) crc: Option<u32>,
    /// The size that the archive claims, if a wrong one.
    pub(crate) size: Option<u32>,
}

impl ZipEntry {
    /// A file as Go's archive/zip writes it: deflated, with a data descriptor.
    pub(crate) fn file(name: impl AsRef<[u8]>, body: impl Into<Vec<u8>>) -> Self {
        ZipEntry {
            name: name.as_ref().to_vec(),
            central_name: None,
            body: body.into(),
            method: 8,
            flags: 1 << 3,
            creator: 20,
            attributes: 0,
            extra: Vec::new(),
            crc: None,
            size: None,
        }
    }

    /// The same with a Unix mode, type bits included (`0o100_755`, `0o120_777` for a link).
    pub(crate) fn unix_mode(mut self, mode: u32) -> Self {
        self.creator = 0x0314;
        self.attributes = mode << 16;
        self
    }

    fn data(&self) -> Vec<u8> {
        if self.method != 8 {
            return self.body.clone();
        }
        if self.body.is_empty() {
            // What the encoder makes of nothing, and takes long to prepare for: some zips have many such files.
            return vec![3, 0];
        }
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&self.body).unwrap();
        encoder.finish().unwrap()
    }

    /// All that stands at `offset`, and the header in the central directory.
    fn write(&self, offset: u32) -> (Vec<u8>, Vec<u8>) {
        let data = self.data();
        let mut crc = Crc::new();
        crc.update(&self.body);
        let sums = Fields::default()
            .long(self.crc.unwrap_or(crc.sum()))
            .long(u32::try_from(data.len()).unwrap())
            .long(self.size.unwrap_or(u32::try_from(self.body.len()).unwrap()))
            .0;
        let described_after = self.flags & (1 << 3) != 0;
        // Version needed, flags, method, time and date (1 January 1980).
        let common = Fields::default().short(20).short(self.flags).short(self.method).short(0).short(33).0;

        let mut local = Fields::default()
            .long(0x0403_4b50)
            .bytes(&common)
            .bytes(if described_after { &[0; 12] } else { &sums })
            .length(&self.name)
            .length(&self.extra)
            .bytes(&self.name)
            .bytes(&self.extra)
            .bytes(&data);
        if described_after {
            local = local.long(0x0807_4b50).bytes(&sums);
        }

        let name = self.central_name.as_ref().unwrap_or(&self.name);
        let central = Fields::default()
            .long(0x0201_4b50)
            .short(self.creator)
            .bytes(&common)
            .bytes(&sums)
            .length(name)
            .length(&self.extra)
            .bytes(&[0; 6]) // No comment, disk 0, no internal attributes.
            .long(self.attributes)
            .long(offset)
            .bytes(name)
            .bytes(&self.extra);
        (local.0, central.0)
    }
}

/// A zip archive.
pub(crate) fn zip(entries: &[ZipEntry]) -> Vec<u8> {
    ZipParts::new(entries).join()
}

/// A zip archive before it is put together, for a test that changes single bytes.
#[derive(Clone)]
pub(crate) struct ZipParts {
    /// Of each entry the local header, the data and the descriptor. A length that changes is no harm in the
    /// last one alone: the offsets of those after it are set.
    pub(crate) entries: Vec<Vec<u8>>,
    /// Of each entry the header in the central directory.
    pub(crate) directory: Vec<Vec<u8>>,
    /// What comes after the end record.
    pub(crate) tail: Vec<u8>,
}

impl ZipParts {
    /// The parts of an honest archive, as far as its entries are.
    pub(crate) fn new(entries: &[ZipEntry]) -> Self {
        let mut parts = ZipParts { entries: Vec::new(), directory: Vec::new(), tail: Vec::new() };
        let mut offset = 0;
        for entry in entries {
            let (local, central) = entry.write(offset);
            offset += u32::try_from(local.len()).unwrap();
            parts.entries.push(local);
            parts.directory.push(central);
        }
        parts
    }

    /// The index of the file with this path below GOROOT.
    pub(crate) fn index(&self, path: &str) -> usize {
        let end = format!("/{path}");
        self.directory.iter().position(|header| header.ends_with(end.as_bytes())).unwrap()
    }

    /// The last entry with its local header, data and descriptor.
    pub(crate) fn last(&mut self) -> &mut Vec<u8> {
        self.entries.last_mut().unwrap()
    }

    /// The last entry's header in the central directory.
    pub(crate) fn last_central(&mut self) -> &mut Vec<u8> {
        self.directory.last_mut().unwrap()
    }

    /// The archive, with an end record that says what is there.
    pub(crate) fn join(&self) -> Vec<u8> {
        let (entries, directory) = (self.entries.concat(), self.directory.concat());
        let end = zip_end(self.directory.len(), directory.len(), entries.len());
        [entries, directory, end, self.tail.clone()].concat()
    }
}

/// The end record: how many entries, the bytes of the central directory and where it begins.
pub(crate) fn zip_end(count: usize, size: usize, offset: usize) -> Vec<u8> {
    let count = u16::try_from(count).unwrap();
    Fields::default()
        .long(0x0605_4b50)
        .long(0) // The disks.
        .short(count)
        .short(count)
        .long(u32::try_from(size).unwrap())
        .long(u32::try_from(offset).unwrap())
        .short(0)
        .0
}

/// Little-endian fields one after the other.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn short(self, value: u16) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    fn long(self, value: u32) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    fn length(self, of: &[u8]) -> Self {
        self.short(u16::try_from(of.len()).unwrap())
    }
}
