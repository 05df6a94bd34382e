//! Reads the files of the nearest donor before it is known which of them a new toolchain has, so that those need not be
//! fetched.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::Crc;
use sha2::{Digest, Sha256};

use super::donors::{Donors, link, open_as_written};
use crate::fs::identity::Identity;
use crate::os::threads::{self, Queue};
use crate::store::modes;
use crate::store::receipt::{FileRecord, manifest_records, read_manifest};

/// Programs change in every release, so that reading those of another one finds nothing to share.
const PROGRAMS: [&str; 2] = ["bin/", "pkg/tool/"];
/// Limit of threads that read a donor; more are not faster.
const MAX_READERS: usize = 4;

/// A donor's file whose bytes were read in this run.
pub struct ReadFile {
    path: PathBuf,
    identity: Identity,
    /// The number of bytes.
    pub size: u64,
    /// Their CRC-32.
    pub crc32: u32,
    /// Their sha256.
    pub sha256: [u8; 32],
}

impl ReadFile {
    /// Hard-links the file to `target`, as [`super::donors::Candidate::link`] does.
    pub fn link(&self, target: &Path) -> io::Result<bool> {
        link(&self.path, self.identity, target)
    }
}

impl Donors {
    /// Reads the files of the nearest donor, but for the programs of another version, and returns by path those that
    /// are as its manifest says and as gox writes them. A changed file is not among them, even with its size, its time
    /// and its CRC-32 restored.
    pub fn read_nearest(&self, stop: &AtomicBool) -> HashMap<String, ReadFile> {
        let Some(root) = self.roots.get(Donors::NEAREST) else { return HashMap::new() };
        let Ok(text) = read_manifest(root) else { return HashMap::new() };
        let is_program = |path: &str| PROGRAMS.iter().any(|folder| path.starts_with(folder));
        let may_share = |record: &FileRecord| self.has_programs || !is_program(&record.path);
        let records: Vec<_> = manifest_records(&text).filter(may_share).collect();
        let queue = Queue::new(&records);
        let read = || {
            let (mut found, mut buffer) = (Vec::new(), vec![0; 64 << 10]);
            for (_, record) in queue.take().take_while(|_| !stop.load(Ordering::Relaxed)) {
                let file = read_file(root, record, &mut buffer);
                found.extend(file.map(|file| (record.path.clone(), file)));
            }
            found
        };
        threads::run(MAX_READERS, read).into_iter().flatten().collect()
    }
}

fn read_file(root: &Path, record: &FileRecord, buffer: &mut [u8]) -> Option<ReadFile> {
    let path = root.join(&record.path);
    let (mut file, identity, size) = open_as_written(&path, modes::of_file(&record.path))?;
    let (mut crc32, mut sha256, mut length) = (Crc::new(), Sha256::new(), 0);
    loop {
        let count = file.read(buffer).ok()?;
        if count == 0 {
            break;
        }
        crc32.update(&buffer[..count]);
        sha256.update(&buffer[..count]);
        length += count as u64;
    }
    let sha256: [u8; 32] = sha256.finalize().into();
    let is_whole = length == size && sha256 == record.sha256;
    is_whole.then(|| ReadFile { path, identity, size, crc32: crc32.sum(), sha256 })
}
