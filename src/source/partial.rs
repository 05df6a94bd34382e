//! Partial downloads: the bytes in `cache/partial/<file>.part`, and in `<file>.part.json` the facts for a resume.
//!
//! Nothing read from here is trusted: the bytes are proven together with those that follow them. A part stays open
//! while it is used, so that `rm -rf cache` during a download costs no more than the resume.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::fs::read::{open_itself, read_at_most};
use crate::fs::write::create_all;
use crate::os::threads::lock;
use serde::{Deserialize, Serialize};

/// Limit in bytes for `.part.json`, which holds a URL, a validator and a number.
const MAX_REMOTE: usize = 64 << 10;

/// How often the directory is created again when it is removed before the part is in it.
const MAX_ATTEMPTS: u32 = 100;

/// The parts of this process that the next one can go on from.
static KEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Whether the next run will go on from what this one has downloaded, if it is interrupted now.
pub fn is_kept() -> bool {
    !lock(&KEPT).is_empty()
}

/// The place on disk for the bytes of one file. Only the process that holds the version's lock uses it.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
}

/// The file on the server from which the bytes come.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct RemoteFile {
    /// The URL, without credentials.
    pub url: String,
    /// The validator for `If-Range`.
    pub validator: Option<String>,
    /// The length of the whole file in bytes.
    pub total: Option<u64>,
}

/// Bytes that an earlier run kept.
#[derive(Debug)]
pub struct Resumable {
    /// The part, open for reading at its beginning and for appending.
    pub file: File,
    /// The number of bytes, at least one.
    pub length: u64,
    /// The file on the server at that time.
    pub remote: RemoteFile,
}

impl Partial {
    /// The part for `file` in `directory`; creates nothing.
    pub fn new(directory: &Path, file: &str) -> Self {
        Partial { path: directory.join(format!("{file}.part")) }
    }

    /// The path of the part.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn remote_path(&self) -> PathBuf {
        self.path.with_extension("part.json")
    }

    /// The bytes that an earlier run kept, if they are from `url` and no more than the whole file has.
    pub fn kept(&self, url: &str) -> Option<Resumable> {
        let remote: RemoteFile =
            serde_json::from_slice(&read_at_most(&self.remote_path(), MAX_REMOTE).ok()?).ok()?;
        let file = open_itself(&self.path, File::options().read(true).append(true)).ok()?;
        let data = file.metadata().ok().filter(|data| data.is_file() && data.len() > 0)?;
        let length = data.len();
        let fits = remote.url == url && remote.total.is_none_or(|total| length <= total);
        fits.then_some(Resumable { file, length, remote })
    }

    /// Notes that the next run will find the part.
    pub fn goes_on(&self) {
        lock(&KEPT).insert(self.path.clone());
    }

    /// Creates an empty part in place of an older one.
    pub fn create(&self, remote: &RemoteFile) -> io::Result<File> {
        self.remove();
        let file = self.create_file()?;
        match fs::write(self.remote_path(), serde_json::to_vec(remote)?) {
            // The cache is being deleted. The open part stays usable, only without a resume.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(file),
            written => {
                written?;
                self.goes_on();
                Ok(file)
            }
        }
    }

    /// Tries again if the cache is deleted after the directory was created and before the file is.
    fn create_file(&self) -> io::Result<File> {
        let mut attempts = 0;
        loop {
            let created = self.path.parent().map_or(Ok(()), create_all);
            let mut options = File::options();
            options.read(true).append(true).create_new(true);
            match created.and_then(|()| options.open(&self.path)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && attempts < MAX_ATTEMPTS => {
                    attempts += 1;
                }
                file => return file,
            }
        }
    }

    /// Removes the part and its facts.
    pub fn remove(&self) {
        lock(&KEPT).remove(&self.path);
        for path in [&self.path, &self.remote_path()] {
            // A file that cannot be removed fails its next creation, which reports the reason.
            let _ = fs::remove_file(path);
        }
    }
}
