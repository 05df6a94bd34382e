//! Donors: installed toolchains whose files a new one shares by hard links. Two patch releases have 99.9 % of their
//! files in common.
//!
//! A manifest only says where to look. The bytes are compared before a link is made, so that a file that was changed
//! after its install, even with size and time restored, never gets into another tree.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::fs::identity::Identity;
use crate::fs::read::open_unnoticed;
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::{self, Home, MTIME};
use crate::store::receipt::{manifest_records, read_manifest};

/// Limit of donors. Versions further away have hardly a file that these lack.
const MAX_DONORS: usize = 3;

/// The donors of a new toolchain, and their files by content.
#[derive(Default)]
pub struct Donors {
    roots: Vec<PathBuf>,
    /// By sha256: the index of a root, and the path of a file below it.
    files: HashMap<[u8; 32], (usize, String)>,
}

impl Donors {
    /// The installed toolchains nearest to `toolchain`, including itself if it is installed.
    pub fn nearest(home: &Home, toolchain: &ToolchainName) -> Self {
        let line = |name: &ToolchainName| name.version().map(Version::line);
        let mut nearest: Vec<Toolchain> = inventory::all(std::slice::from_ref(home))
            .into_iter()
            // A linked GOROOT is not gox's own, and may be written to.
            .filter(|installed| !installed.path.is_symlink() && layout::manifest(&installed.path).is_file())
            .collect();
        // Versions of the same line first, and each group newest first, as the inventory has them.
        nearest.sort_by_key(|installed| line(&installed.name) != line(toolchain));
        let roots: Vec<PathBuf> =
            nearest.into_iter().map(|installed| installed.path).take(MAX_DONORS).collect();
        let mut files = HashMap::new();
        for (index, root) in roots.iter().enumerate() {
            let Ok(text) = read_manifest(root) else { continue };
            for record in manifest_records(&text) {
                files.entry(record.sha256).or_insert((index, record.path));
            }
        }
        Donors { roots, files }
    }

    /// The donors' names, in the order of the indexes in [`Candidate::donor`].
    pub fn names(&self) -> impl Iterator<Item = ToolchainName> + '_ {
        let name = |root: &PathBuf| root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.roots.iter().map(move |root| ToolchainName::new(name(root)))
    }

    /// A donor's file with exactly this content, compared byte by byte.
    pub fn by_content(&self, sha256: &[u8; 32], mode: u32, content: &[u8]) -> Option<Candidate> {
        let (donor, path) = self.files.get(sha256)?;
        let mut candidate =
            Candidate::open(*donor, self.roots[*donor].join(path), content.len() as u64, mode)?;
        candidate.continues_with(content).then_some(candidate)
    }

    /// A donor's file with this path and size, still to be compared.
    pub fn candidate(&self, path: &str, size: u64, mode: u32) -> Option<Candidate> {
        let mut roots = self.roots.iter().enumerate();
        roots.find_map(|(donor, root)| Candidate::open(donor, root.join(path), size, mode))
    }
}

/// A donor's file that may have the same bytes as a new one.
pub struct Candidate {
    donor: usize,
    path: PathBuf,
    file: File,
    identity: Identity,
    buffer: Vec<u8>,
}

impl Candidate {
    /// Opens a regular file that has this size, the mode and time that gox gives, and this user as its owner.
    fn open(donor: usize, path: PathBuf, size: u64, mode: u32) -> Option<Self> {
        let file = open_unnoticed(&path).ok()?;
        let data = file.metadata().ok()?;
        let fits = data.is_file()
            && data.len() == size
            && data.mode() & 0o7777 == mode
            && data.mtime().cast_unsigned() == MTIME.as_secs()
            && data.uid() == rustix::process::geteuid().as_raw();
        let identity = Identity::from(&data);
        fits.then(|| Candidate { donor, path, file, identity, buffer: Vec::new() })
    }

    /// The index of the donor in [`Donors::names`].
    pub fn donor(&self) -> usize {
        self.donor
    }

    /// Hard-links the compared file to `target`. Returns `false`, with nothing at `target`, if it cannot be linked or
    /// another file has replaced it meanwhile.
    pub fn link(&self, target: &Path) -> io::Result<bool> {
        if fs::hard_link(&self.path, target).is_err() {
            return Ok(false);
        }
        if Identity::from(&target.symlink_metadata()?) == self.identity {
            return Ok(true);
        }
        fs::remove_file(target).map(|()| false)
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
