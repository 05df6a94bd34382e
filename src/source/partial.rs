//! A download on disk: `cache/partial/<file>.part`, with what is needed to go on later beside it.
//!
//! Nothing here is trusted: the bytes are proven together with those that follow them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A place for the bytes of one file; the version's lock keeps others away from it.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
}

/// What the server said of the bytes.
#[derive(Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Origin {
    /// The address, without credentials.
    pub url: String,
    /// The validator for `If-Range`.
    pub validator: Option<String>,
    /// The length of the whole.
    pub total: Option<u64>,
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

    fn origin_path(&self) -> PathBuf {
        self.path.with_extension("part.json")
    }

    /// How many bytes are there, and what was said of them; none when they cannot be used for `url`.
    pub fn found(&self, url: &str) -> Option<(u64, Origin)> {
        let length = fs::metadata(&self.path).ok().filter(|data| data.is_file() && data.len() > 0)?.len();
        let origin: Origin = serde_json::from_slice(&fs::read(self.origin_path()).ok()?).ok()?;
        let fits = origin.total.is_none_or(|total| length <= total);
        (origin.url == url && fits).then_some((length, origin))
    }

    /// Opens the part for writing at `position`: 0 starts over, anything else appends.
    pub fn open(&self, position: u64, origin: &Origin) -> io::Result<File> {
        if let Some(directory) = self.path.parent() {
            fs::create_dir_all(directory)?;
        }
        if position == 0 {
            self.remove();
        }
        let mut file = File::options().append(true).create(true).open(&self.path)?;
        if file.metadata()?.len() != position {
            return Err(io::Error::other("the partial download changed meanwhile"));
        }
        fs::write(self.origin_path(), serde_json::to_vec(origin)?)?;
        file.flush()?;
        Ok(file)
    }

    /// Forgets the bytes.
    pub fn remove(&self) {
        for path in [&self.path, &self.origin_path()] {
            // A file that is not there is as good; one that cannot be removed shows when it is opened.
            let _ = fs::remove_file(path);
        }
    }
}
