//! A download on disk: `cache/partial/<file>.part`, with what is needed to go on later beside it.
//!
//! Nothing here is trusted: the bytes are proven together with those that follow them. Whoever opened the
//! part keeps it, so that `rm -rf cache` at any time costs nothing but the resume.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::fs::read::{open_itself, read_at_most};
use serde::{Deserialize, Serialize};

/// The longest `.part.json`, in bytes: it is a URL, a validator and a number.
const MAX_REMOTE: usize = 64 << 10;

/// How often a directory that vanishes is made again.
const MAX_ATTEMPTS: u32 = 100;

/// A place for the bytes of one file; the version's lock keeps others away from it.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
}

/// What the server said of the bytes.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct RemoteFile {
    /// The address, without credentials.
    pub url: String,
    /// The validator for `If-Range`.
    pub validator: Option<String>,
    /// The length of the whole.
    pub total: Option<u64>,
}

/// Bytes of an earlier run.
#[derive(Debug)]
pub struct Resumable {
    /// Read from its beginning, written at its end.
    pub file: File,
    /// How many there are: at least one.
    pub length: u64,
    /// What was said of them.
    pub remote: RemoteFile,
}

impl Partial {
    /// The part of `file` below `directory`; nothing is created yet.
    pub fn new(directory: &Path, file: &str) -> Self {
        Partial { path: directory.join(format!("{file}.part")) }
    }

    /// The bytes so far.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn remote_path(&self) -> PathBuf {
        self.path.with_extension("part.json")
    }

    /// The bytes that an earlier run kept, when they are of `url` and not too many.
    pub fn kept(&self, url: &str) -> Option<Resumable> {
        let remote: RemoteFile =
            serde_json::from_slice(&read_at_most(&self.remote_path(), MAX_REMOTE).ok()?).ok()?;
        let file = open_itself(&self.path, File::options().read(true).append(true)).ok()?;
        let data = file.metadata().ok().filter(|data| data.is_file() && data.len() > 0)?;
        let length = data.len();
        let fits = remote.url == url && remote.total.is_none_or(|total| length <= total);
        fits.then_some(Resumable { file, length, remote })
    }

    /// An empty part.
    pub fn create(&self, remote: &RemoteFile) -> io::Result<File> {
        self.remove();
        let file = self.create_file()?;
        match fs::write(self.remote_path(), serde_json::to_vec(remote)?) {
            // Somebody deletes the cache at this very moment; what is open stays.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(file),
            written => written.map(|()| file),
        }
    }

    /// The cache may be deleted between the creation of the directory and that of the file.
    fn create_file(&self) -> io::Result<File> {
        let mut attempts = 0;
        loop {
            let made = self.path.parent().map_or(Ok(()), fs::create_dir_all);
            let mut options = File::options();
            options.read(true).append(true).create_new(true);
            match made.and_then(|()| options.open(&self.path)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && attempts < MAX_ATTEMPTS => {
                    attempts += 1;
                }
                file => return file,
            }
        }
    }

    /// Forgets the bytes.
    pub fn remove(&self) {
        for path in [&self.path, &self.remote_path()] {
            // A file that is not there is as good; one that cannot be removed shows when it is created.
            let _ = fs::remove_file(path);
        }
    }
}
