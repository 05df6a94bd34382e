//! Donors: installed toolchains whose files a new one shares by hard links. Two patch releases have 99.9 % of their
//! files in common.
//!
//! A manifest only says where to look. Before a file is linked, its bytes are compared with the new ones or, where
//! those are not fetched, read and hashed, and the proof of the new tree is over these hashes. So a file that was
//! changed after its install, even with size and time restored, never gets into another tree.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::fs::identity::Identity;
use crate::fs::read::open_unnoticed;
use crate::go::name::ToolchainName;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::{self, Home, MTIME};
use crate::store::receipt::{manifest_records, read_manifest};

/// Limit of donors. Versions further away have hardly a file that these lack.
const MAX_DONORS: usize = 3;

/// The donors of a new toolchain, and their files by content.
#[derive(Default)]
pub struct Donors {
    pub(super) roots: Vec<PathBuf>,
    /// Whether the nearest donor is the toolchain itself, and so may have the programs of the new one.
    pub(super) has_programs: bool,
    /// By sha256: the index of a root, and the path of a file below it.
    files: HashMap<[u8; 32], (usize, String)>,
}

impl Donors {
    /// The index of the nearest donor in [`Donors::names`].
    pub const NEAREST: usize = 0;

    /// The installed toolchains nearest to `toolchain`, including itself if it is installed.
    pub fn nearest(home: &Home, toolchain: &ToolchainName) -> Self {
        let mut donors = Donors::default();
        donors.add_nearest(home, toolchain);
        let nearest = donors.names().next();
        donors.has_programs = nearest.as_ref() == Some(toolchain);
        donors
    }

    /// Adds those of the nearest that were installed since; says whether there are any.
    pub fn add_nearest(&mut self, home: &Home, toolchain: &ToolchainName) -> bool {
        let before = self.roots.len();
        for root in nearest_roots(home, toolchain) {
            if !self.roots.contains(&root) {
                self.add(root);
            }
        }
        self.roots.len() > before
    }

    fn add(&mut self, root: PathBuf) {
        if let Ok(text) = read_manifest(&root) {
            for record in manifest_records(&text) {
                self.files.entry(record.sha256).or_insert((self.roots.len(), record.path));
            }
        }
        self.roots.push(root);
    }

    /// The donors' names, in the order of the indexes in [`Candidate::donor`].
    pub fn names(&self) -> impl Iterator<Item = ToolchainName> + '_ {
        let name = |root: &PathBuf| root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.roots.iter().map(move |root| ToolchainName::new(name(root)))
    }

    /// A donor's file with exactly this content, compared byte by byte.
    pub fn by_content(&self, sha256: &[u8; 32], mode: u32, content: &[u8]) -> Option<Candidate> {
        let mut candidate = self.of_hash(sha256, content.len() as u64, mode)?;
        candidate.continues_with(content).then_some(candidate)
    }

    /// A donor's file that should have this content, still to be compared.
    pub fn of_hash(&self, sha256: &[u8; 32], size: u64, mode: u32) -> Option<Candidate> {
        let (donor, path) = self.files.get(sha256)?;
        Candidate::open(*donor, self.roots[*donor].join(path), Some(size), mode)
    }

    /// A donor's file with this path and, if it is known, this size, still to be compared.
    pub fn candidate(&self, path: &str, size: Option<u64>, mode: u32) -> Option<Candidate> {
        let mut roots = self.roots.iter().enumerate();
        roots.find_map(|(donor, root)| Candidate::open(donor, root.join(path), size, mode))
    }
}

/// The directories of the installed toolchains nearest to `toolchain`.
fn nearest_roots(home: &Home, toolchain: &ToolchainName) -> impl Iterator<Item = PathBuf> + use<> {
    let mut nearest: Vec<Toolchain> = inventory::all(std::slice::from_ref(home))
        .into_iter()
        // A linked GOROOT is not gox's own, and may be written to.
        .filter(|installed| !installed.path.is_symlink() && layout::manifest(&installed.path).is_file())
        .collect();
    // Itself, then versions of the same line, and each group newest first, as the inventory has them.
    let distance = |name: &ToolchainName| (name != toolchain, name.line() != toolchain.line());
    nearest.sort_by_key(|installed| distance(&installed.name));
    nearest.into_iter().map(|installed| installed.path).take(MAX_DONORS)
}

/// Opens a regular file that has this mode and the time that gox gives, and this user as its owner. Returns its size
/// too.
pub(super) fn open_as_written(path: &Path, mode: u32) -> Option<(File, Identity, u64)> {
    let file = open_unnoticed(path).ok()?;
    let data = file.metadata().ok()?;
    let fits = data.is_file()
        && data.mode() & 0o7777 == mode
        && data.mtime().cast_unsigned() == MTIME.as_secs()
        && data.uid() == rustix::process::geteuid().as_raw();
    let (identity, size) = (Identity::from(&data), data.len());
    fits.then_some((file, identity, size))
}

/// Hard-links a file to `target`. Returns `false`, with nothing at `target`, if it cannot be linked or another file has
/// replaced it meanwhile.
pub(super) fn link(path: &Path, identity: Identity, target: &Path) -> io::Result<bool> {
    if fs::hard_link(path, target).is_err() {
        return Ok(false);
    }
    if Identity::from(&target.symlink_metadata()?) == identity {
        return Ok(true);
    }
    fs::remove_file(target).map(|()| false)
}

/// A donor's file that may have the same bytes as a new one.
pub struct Candidate {
    donor: usize,
    path: PathBuf,
    file: File,
    identity: Identity,
    size: u64,
    buffer: Vec<u8>,
}

impl Candidate {
    /// Opens a file that has this size, if it is known.
    fn open(donor: usize, path: PathBuf, size: Option<u64>, mode: u32) -> Option<Self> {
        let (file, identity, found) = open_as_written(&path, mode)?;
        let fits = size.is_none_or(|size| found == size);
        fits.then(|| Candidate { donor, path, file, identity, size: found, buffer: Vec::new() })
    }

    /// The index of the donor in [`Donors::names`].
    pub fn donor(&self) -> usize {
        self.donor
    }

    /// The number of bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Hard-links the compared file to `target`. Returns `false`, with nothing at `target`, if it cannot be linked or
    /// another file has replaced it meanwhile.
    pub fn link(&self, target: &Path) -> io::Result<bool> {
        link(&self.path, self.identity, target)
    }

    /// Whether the next bytes of the file are `bytes`.
    pub fn continues_with(&mut self, bytes: &[u8]) -> bool {
        self.buffer.resize(bytes.len(), 0);
        self.file.read_exact(&mut self.buffer).is_ok() && self.buffer == bytes
    }

    /// Copies the first `length` bytes, which were compared before, to `target`. An error if they have changed since,
    /// so that they do not have the hash `expected`.
    pub fn copy_prefix(&self, length: u64, expected: &Sha256, target: &mut File) -> io::Result<()> {
        let mut source = &self.file;
        source.seek(SeekFrom::Start(0))?;
        let (mut source, mut hasher) = (source.take(length), Sha256::new());
        let mut buffer = vec![0; 256 << 10];
        loop {
            let count = source.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            hasher.update(&buffer[..count]);
            target.write_all(&buffer[..count])?;
        }
        if hasher.finalize() == expected.clone().finalize() {
            return Ok(());
        }
        Err(io::Error::other(format!("`{}` changed while it was read", self.path.display())))
    }
}
