//! The stored tree head of a checksum database: the last one accepted. Comparing each new tree head with it is what
//! reveals a rollback or a second history of the log, so that only a head that continues the stored one replaces it.

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

/// A tree head with a verified signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// The size and root that are signed.
    pub tree: TreeHead,
    /// The signed note, as received.
    pub note: String,
}

impl SignedHead {
    /// Verifies that `key` signed the note, and parses its text.
    pub fn open(note: &[u8], key: &VerifierKey) -> Result<Self, Refusal> {
        let text = note::open(note, key)?;
        Ok(Self { tree: TreeHead::parse(text)?, note: String::from_utf8_lossy(note).into_owned() })
    }
}

/// The file that holds the tree head of one checksum database.
#[derive(Debug)]
pub struct HeadFile {
    path: PathBuf,
    lock_timeout: Duration,
}

impl HeadFile {
    /// The tree head at `path`, where the file need not exist. `lock_timeout` limits the wait for its lock.
    pub fn new(path: PathBuf, lock_timeout: Duration) -> Self {
        Self { path, lock_timeout }
    }

    /// The stored tree head; `None` on first contact with the database.
    ///
    /// A file without a signed tree head, even an empty one, is an error: starting anew would forget what the database
    /// must not contradict.
    pub fn read(&self, key: &VerifierKey) -> Result<Option<SignedHead>, LogError> {
        let note = match read_at_most(&self.path, MAX_ANSWER_BYTES) {
            Ok(note) => note,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(self.failed("read", cause)),
        };
        let damaged = |reason| LogError::StoredHead { path: self.path.clone(), reason };
        SignedHead::open(&note, key).map(Some).map_err(damaged)
    }

    /// Replaces the stored head `expected` by `new`, which the caller has checked to continue it.
    ///
    /// Returns `false`, without a change, if another process has stored a head other than `expected` meanwhile: the
    /// caller must check `new` against that one too.
    pub fn advance(
        &self,
        key: &VerifierKey,
        expected: Option<&SignedHead>,
        new: &SignedHead,
    ) -> Result<bool, LogError> {
        // Held until this returns, and never while the network is waited for.
        let lock = self.path.with_file_name("lock");
        let _lock = lock::wait(&lock, self.lock_timeout).map_err(|cause| self.failed("lock", cause))?;
        sweep(&self.path);
        let stored = self.read(key)?;
        if stored.as_ref().map(|head| head.tree) != expected.map(|head| head.tree) {
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
