//! The tree head that was seen last: what makes a rollback or a second history of the log noticed.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::MAX_ANSWER_BYTES;
use super::log_error::{LogError, Refusal};
use super::merkle::TreeHead;
use super::note::{self, VerifierKey};
use crate::fs::read::read_at_most;
use crate::fs::write::{sweep, write_atomic};
use crate::store::lock;

/// A tree head whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// The log that it vouches for.
    pub tree: TreeHead,
    /// The signed note.
    pub note: String,
}

impl SignedHead {
    /// Checks the signature by `key` and reads the text.
    pub fn open(note: &[u8], key: &VerifierKey) -> Result<Self, Refusal> {
        let text = note::open(note, key)?;
        Ok(Self { tree: TreeHead::parse(text)?, note: String::from_utf8_lossy(note).into_owned() })
    }
}

/// The file that holds the tree head; there is one for each checksum database.
#[derive(Debug)]
pub struct HeadFile {
    path: PathBuf,
    lock_timeout: Duration,
}

impl HeadFile {
    /// The head is, or will be, at `path`; its lock is waited for so long.
    pub fn new(path: PathBuf, lock_timeout: Duration) -> Self {
        Self { path, lock_timeout }
    }

    /// The tree head seen last; `None` where this is the first contact with the database.
    ///
    /// A file that is there and does not hold a signed tree head is an error, even when it is empty: to
    /// begin anew would be to forget what the database must not contradict.
    pub fn read(&self, key: &VerifierKey) -> Result<Option<SignedHead>, LogError> {
        let note = match read_at_most(&self.path, MAX_ANSWER_BYTES) {
            Ok(note) => note,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(self.failed("read", cause)),
        };
        let damaged = |reason| LogError::StoredHead { path: self.path.clone(), reason };
        SignedHead::open(&note, key).map(Some).map_err(damaged)
    }

    /// Replaces the head `seen` by `new`, which the caller has found to continue it.
    ///
    /// Says `false`, and does nothing, if the file holds another head than `seen` by now, as another
    /// process was faster: the caller must compare with that one too.
    pub fn advance(
        &self,
        key: &VerifierKey,
        seen: Option<&SignedHead>,
        new: &SignedHead,
    ) -> Result<bool, LogError> {
        // The lock is held until the file is closed, never while the network is waited for.
        let lock = self.path.with_file_name("lock");
        let _lock = lock::wait(&lock, self.lock_timeout).map_err(|cause| self.failed("lock", cause))?;
        sweep(&self.path);
        let stored = self.read(key)?;
        if stored.as_ref().map(|head| head.tree) != seen.map(|head| head.tree) {
            return Ok(false);
        }
        write_atomic(&self.path, new.note.as_bytes()).map_err(|cause| self.failed("store", cause))?;
        Ok(true)
    }

    fn failed(&self, verb: &str, cause: io::Error) -> LogError {
        LogError::Store {
            message: format!("could not {verb} the tree head `{}`", self.path.display()),
            cause,
        }
    }
}
