//! The tree head that was seen last: what makes a rollback or a second history of the log noticed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::log::MAX_ANSWER_BYTES;
use super::log_error::{LogError, Refusal};
use super::note::{self, VerifierKey};
use super::tree::Tree;

/// A tree head whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The log that it vouches for.
    pub tree: Tree,
    /// The signed note.
    pub note: String,
}

impl Head {
    /// Checks the signature by `key` and reads the text.
    pub fn open(note: &[u8], key: &VerifierKey) -> Result<Self, Refusal> {
        let text = note::open(note, key)?;
        Ok(Self { tree: Tree::parse(text)?, note: String::from_utf8_lossy(note).into_owned() })
    }
}

/// The file that holds the tree head; there is one for each checksum database.
#[derive(Debug)]
pub struct HeadFile(PathBuf);

impl HeadFile {
    /// The head is, or will be, at `path`.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The tree head seen last; `None` where this is the first contact with the database.
    ///
    /// A file that is there and does not hold a signed tree head is an error, even when it is empty: to
    /// begin anew would be to forget what the database must not contradict.
    pub fn read(&self, key: &VerifierKey) -> Result<Option<Head>, LogError> {
        let mut note = Vec::new();
        match File::open(&self.0).and_then(|file| file.take(MAX_ANSWER_BYTES).read_to_end(&mut note)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(self.failed("read", cause)),
        }
        let damaged = |reason| LogError::StoredHead { path: self.0.clone(), reason };
        Head::open(&note, key).map(Some).map_err(damaged)
    }

    /// Replaces the head `seen` by `new`, which the caller has found to continue it.
    ///
    /// Says `false`, and does nothing, if the file holds another head than `seen` by now, as another
    /// process was faster: the caller must compare with that one too.
    pub fn advance(&self, key: &VerifierKey, seen: Option<&Head>, new: &Head) -> Result<bool, LogError> {
        let directory = self.0.parent().unwrap_or(Path::new("."));
        // The lock is held until the file is closed, never while the network is waited for.
        let _lock = lock(directory).map_err(|cause| self.failed("lock", cause))?;
        let stored = self.read(key)?;
        if stored.as_ref().map(|head| head.tree) != seen.map(|head| head.tree) {
            return Ok(false);
        }
        write_atomic(&self.0, new.note.as_bytes(), true).map_err(|cause| self.failed("store", cause))?;
        Ok(true)
    }

    fn failed(&self, verb: &str, cause: io::Error) -> LogError {
        LogError::Store { message: format!("could not {verb} the tree head `{}`", self.0.display()), cause }
    }
}

/// Waits for the exclusive lock on `directory`'s lock file, which is never deleted.
fn lock(directory: &Path) -> io::Result<File> {
    fs::create_dir_all(directory)?;
    let file = OpenOptions::new().create(true).append(true).open(directory.join("lock"))?;
    // By path, as the standard library has methods of the same names since Rust 1.89.
    fs2::FileExt::lock_exclusive(&file)?;
    Ok(file)
}

/// Writes a file so that a reader sees the old bytes or the new ones, and nothing else.
/// `durable` waits for the disk; without it a power failure may leave an empty file.
pub(super) fn write_atomic(path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let readable = fs::Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new().permissions(readable).tempfile_in(directory)?;
    file.write_all(bytes)?;
    if durable {
        file.as_file().sync_all()?;
    }
    file.persist(path)?;
    Ok(())
}
