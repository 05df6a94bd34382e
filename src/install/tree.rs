//! The tree that grows in staging: each file is hashed and then written, or hard-linked from a toolchain
//! that has the same bytes. Used by several threads at once.

use std::collections::HashSet;
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::donors::{Candidate, Donors};
use super::guard::is_executable;
use crate::error::{Error, Result};
use crate::store::layout::MTIME;
use crate::store::receipt::FileRecord;

/// Files up to this size are held in memory while they are hashed.
pub const SMALL: u64 = 1 << 20;

/// A tree under construction.
pub struct Tree {
    root: PathBuf,
    donors: Donors,
    directories: Mutex<HashSet<String>>,
    files: Mutex<Vec<FileRecord>>,
    written: AtomicU64,
    shared: AtomicU64,
}

/// What became of the bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Bytes that were written.
    pub written: u64,
    /// Bytes that another toolchain had already.
    pub shared: u64,
}

impl Tree {
    /// An empty tree at `root`, which exists.
    pub fn new(root: PathBuf, donors: Donors) -> Self {
        Tree {
            root,
            donors,
            directories: Mutex::default(),
            files: Mutex::default(),
            written: AtomicU64::default(),
            shared: AtomicU64::default(),
        }
    }

    /// Creates the directory of a file and those above it. `path` has passed the guard.
    pub fn create_parents(&self, path: &str) -> Result<()> {
        let Some((parent, _)) = path.rsplit_once('/') else { return Ok(()) };
        let mut directories = lock(&self.directories);
        if directories.contains(parent) {
            return Ok(());
        }
        let ends = parent.match_indices('/').map(|(end, _)| end).chain([parent.len()]);
        for directory in ends.map(|end| &parent[..end]) {
            if directories.insert(directory.to_owned()) {
                let full = self.root.join(directory);
                fs::create_dir(&full)
                    .and_then(|()| fs::set_permissions(&full, Permissions::from_mode(0o755)))
                    .map_err(|error| self.failed(directory, error))?;
            }
        }
        Ok(())
    }

    /// Adds a file whose whole content is at hand.
    pub fn add(&self, path: String, content: &[u8]) -> Result<()> {
        let sha256: [u8; 32] = Sha256::digest(content).into();
        let target = self.root.join(&path);
        let donor = self.donors.by_content(&sha256, is_executable(&path), content);
        if donor.is_some_and(|donor| fs::hard_link(donor, &target).is_ok()) {
            self.shared.fetch_add(content.len() as u64, Ordering::Relaxed);
        } else {
            let write = || {
                let mut file = self.create(&path)?;
                file.write_all(content)?;
                finish(&file)
            };
            write().map_err(|error| self.failed(&path, error))?;
            self.written.fetch_add(content.len() as u64, Ordering::Relaxed);
        }
        lock(&self.files).push(FileRecord { path, sha256 });
        Ok(())
    }

    /// Adds a large file from a stream. As long as an installed toolchain's file of that name has the
    /// same bytes, nothing is written.
    pub fn add_stream(&self, path: String, size: u64, content: &mut dyn Read) -> Result<(), StreamError> {
        let mut hasher = Sha256::new();
        let mut sink = match self.donors.candidate(&path, size, is_executable(&path)) {
            Some(candidate) => Sink::Comparing(candidate),
            None => Sink::Writing(self.create(&path).map_err(|error| self.failed(&path, error))?),
        };
        let mut buffer = vec![0; 256 << 10];
        let mut position = 0;
        loop {
            let count = content.read(&mut buffer).map_err(StreamError::Read)?;
            if count == 0 {
                break;
            }
            hasher.update(&buffer[..count]);
            self.take(&path, &mut sink, position, &buffer[..count])
                .map_err(|error| self.failed(&path, error))?;
            position += count as u64;
        }
        if position != size {
            let text = format!("{position} bytes came in place of {size}");
            return Err(StreamError::Read(io::Error::other(text)));
        }
        self.settle(&path, sink, position).map_err(|error| self.failed(&path, error))?;
        lock(&self.files).push(FileRecord { path, sha256: hasher.finalize().into() });
        Ok(())
    }

    fn take(&self, path: &str, sink: &mut Sink, position: u64, bytes: &[u8]) -> io::Result<()> {
        if let Sink::Comparing(candidate) = sink {
            if candidate.continues_with(bytes) {
                return Ok(());
            }
            let mut file = self.create(path)?;
            candidate.copy_prefix(position, &mut file)?;
            *sink = Sink::Writing(file);
        }
        match sink {
            Sink::Writing(file) => file.write_all(bytes),
            Sink::Comparing(_) => Ok(()),
        }
    }

    fn settle(&self, path: &str, sink: Sink, size: u64) -> io::Result<()> {
        let file = match sink {
            Sink::Comparing(candidate) if fs::hard_link(candidate.path(), self.root.join(path)).is_ok() => {
                self.shared.fetch_add(size, Ordering::Relaxed);
                return Ok(());
            }
            Sink::Comparing(candidate) => {
                let mut file = self.create(path)?;
                candidate.copy_prefix(size, &mut file)?;
                file
            }
            Sink::Writing(file) => file,
        };
        self.written.fetch_add(size, Ordering::Relaxed);
        finish(&file)
    }

    fn create(&self, path: &str) -> io::Result<File> {
        let mode = if is_executable(path) { 0o555 } else { 0o444 };
        let file = File::options().write(true).create_new(true).mode(mode).open(self.root.join(path))?;
        // Whatever the umask is.
        file.set_permissions(Permissions::from_mode(mode))?;
        Ok(file)
    }

    fn failed(&self, path: &str, error: io::Error) -> Error {
        Error::unwritable(format!("could not write `{}`", self.root.join(path).display()), error)
    }

    /// The files, by path, and what became of their bytes.
    pub fn finish(self) -> (Vec<FileRecord>, Totals) {
        let mut files = self.files.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        files.sort_unstable();
        (files, Totals { written: self.written.into_inner(), shared: self.shared.into_inner() })
    }
}

enum Sink {
    Comparing(Candidate),
    Writing(File),
}

/// Why a stream did not become a file.
pub enum StreamError {
    /// The stream itself.
    Read(io::Error),
    /// The disk.
    Store(Error),
}

impl From<Error> for StreamError {
    fn from(error: Error) -> Self {
        StreamError::Store(error)
    }
}

fn finish(file: &File) -> io::Result<()> {
    file.set_modified(SystemTime::UNIX_EPOCH + MTIME)
}

/// A panic in another thread leaves these lists as good as they were.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
