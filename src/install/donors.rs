//! Toolchains that are there already, whose files a new one may share. Two patch releases have 99.9 % of
//! their files in common.
//!
//! A manifest only says where to look: the bytes themselves are compared before a link is made, so that
//! a file that was changed behind gox's back, its size and time faked, never comes into another tree.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::fs::identity::Identity;
use crate::fs::read::open_itself;
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::{self, Home, MTIME};
use crate::store::receipt::{manifest_records, read_manifest};

/// More than the nearest few have nothing to add.
const MAX_DONORS: usize = 3;

/// Where files with known content are.
#[derive(Default)]
pub struct Donors {
    roots: Vec<PathBuf>,
    /// The index of a root, and a path below it.
    files: HashMap<[u8; 32], (usize, String)>,
}

impl Donors {
    /// The installed toolchains that are nearest to `toolchain`, itself included.
    pub fn nearest(home: &Home, toolchain: &ToolchainName) -> Self {
        let line = |name: &ToolchainName| name.version().map(Version::line);
        let mut nearest: Vec<Toolchain> = inventory::all(std::slice::from_ref(home))
            .into_iter()
            // A linked GOROOT belongs to somebody else, who may write to it.
            .filter(|installed| !installed.path.is_symlink() && layout::manifest(&installed.path).is_file())
            .collect();
        // The same line first; the inventory's order, newest first, within.
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

    /// The toolchains' names; a [`Candidate::donor`] is an index of these.
    pub fn names(&self) -> impl Iterator<Item = ToolchainName> + '_ {
        let name = |root: &PathBuf| root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.roots.iter().map(move |root| ToolchainName::new(name(root)))
    }

    /// A file with exactly this content.
    pub fn by_content(&self, sha256: &[u8; 32], mode: u32, content: &[u8]) -> Option<Candidate> {
        let (donor, path) = self.files.get(sha256)?;
        let mut candidate = self.open(*donor, path, content.len() as u64, mode)?;
        candidate.continues_with(content).then_some(candidate)
    }

    /// A file of that name and size, to be compared while the stream runs.
    pub fn candidate(&self, path: &str, size: u64, mode: u32) -> Option<Candidate> {
        (0..self.roots.len()).find_map(|donor| self.open(donor, path, size, mode))
    }

    fn open(&self, donor: usize, path: &str, size: u64, mode: u32) -> Option<Candidate> {
        Candidate::open(donor, self.roots[donor].join(path), size, mode)
    }
}

/// An installed file that may have the same bytes.
pub struct Candidate {
    donor: usize,
    path: PathBuf,
    file: File,
    identity: Identity,
    buffer: Vec<u8>,
}

impl Candidate {
    /// Only a regular file of that size, with gox's own mode and time, that nobody else can write to.
    fn open(donor: usize, path: PathBuf, size: u64, mode: u32) -> Option<Self> {
        let file = open_itself(&path, File::options().read(true)).ok()?;
        let data = file.metadata().ok()?;
        let fits = data.is_file()
            && data.len() == size
            && data.mode() & 0o7777 == mode
            && data.mtime().cast_unsigned() == MTIME.as_secs()
            && data.uid() == rustix::process::geteuid().as_raw();
        let identity = Identity::from(&data);
        fits.then(|| Candidate { donor, path, file, identity, buffer: Vec::new() })
    }

    /// Whose file it is.
    pub fn donor(&self) -> usize {
        self.donor
    }

    /// Gives the file that was compared the name `target` as well. Says no where that cannot be done, also
    /// where another file has come into its place meanwhile; then nothing is at `target`.
    pub fn link(&self, target: &Path) -> io::Result<bool> {
        if fs::hard_link(&self.path, target).is_err() {
            return Ok(false);
        }
        if Identity::from(&target.symlink_metadata()?) == self.identity {
            return Ok(true);
        }
        fs::remove_file(target).map(|()| false)
    }

    /// Whether the next bytes are these.
    pub fn continues_with(&mut self, bytes: &[u8]) -> bool {
        self.buffer.resize(bytes.len(), 0);
        self.file.read_exact(&mut self.buffer).is_ok() && self.buffer == bytes
    }

    /// Copies the first `length` bytes, which were compared, to another file; an error where they are others by
    /// now than those that `expected` has hashed.
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
