//! Errors of a lookup in a checksum database, sorted by what the caller may do about them.

use std::io;
use std::path::PathBuf;

use super::merkle::TreeError;
use super::note::NoteError;
use super::tile::{LogHash, Tile};
use crate::error::{Error, Kind};
use crate::store::lock::LONGER;

/// Why a lookup gave no proven hash.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The database gave no answer. The caller may go on without one if the log is not required.
    #[error("could not reach the checksum database: {0}")]
    Unreachable(String),
    /// The database answered that it has no such record.
    #[error("not in the checksum database: {0}")]
    Missing(String),
    /// The database's answer is wrong or not proven. Must never be ignored.
    #[error("the checksum database's answer is refused: {0}")]
    Refused(#[from] Refusal),
    /// The file with the stored tree head is damaged. Must never be ignored: without that tree head a rollback would
    /// go unnoticed.
    #[error("could not use the stored tree head `{}`: {reason}", path.display())]
    StoredHead {
        /// The file.
        path: PathBuf,
        /// What is wrong with its content.
        reason: Refusal,
    },
    /// The stored tree head could not be read, locked or replaced.
    #[error("{message}")]
    Store {
        /// The operation and the path.
        message: String,
        /// The error of the operating system.
        #[source]
        cause: io::Error,
    },
}

/// What is wrong with an answer of a checksum database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The note with the tree head is malformed or not signed by the database.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The tree head is malformed, or the tiles do not match it.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The answer to the lookup is malformed.
    #[error("malformed record")]
    MalformedAnswer,
    /// The database answers, but has no such tile of its own log.
    #[error("it has no `{tile}`, which the proof needs: {reason}")]
    NoTile {
        /// The tile.
        tile: Tile,
        /// The database's answer.
        reason: String,
    },
    /// The database shows a smaller log than the stored tree head, and lacks a tile of the larger one.
    #[error("it signed a log of {stored} records before, now shows {now} and has no `{tile}`: {reason}")]
    Shrunken {
        /// The size in the stored tree head.
        stored: u64,
        /// The size in the answer.
        now: u64,
        /// The missing tile.
        tile: Tile,
        /// The database's answer.
        reason: String,
    },
    /// Two signed tree heads do not belong to one log, which proves that the database misbehaves.
    #[error("{0}")]
    Fork(Box<Fork>),
    /// The log has another record under this number.
    #[error("record {0} is not the one in the log")]
    ChangedRecord(u64),
    /// The log has the record, but the record has no line for the module.
    #[error("record {record} is in the log, but says nothing about `{wanted}`")]
    NoLine {
        /// The number of the record.
        record: u64,
        /// Module and version.
        wanted: String,
    },
    /// The answer has a line for the module, but outside the record, where the log does not prove it.
    #[error("the line for `{wanted}` is outside the record, where nothing proves it")]
    LineOutsideRecord {
        /// Module and version.
        wanted: String,
    },
    /// The record's line for the module has no `h1:` hash, or two lines have different ones.
    #[error("the record does not have exactly one `h1:` hash for `{wanted}`")]
    UnusableLine {
        /// Module and version.
        wanted: String,
    },
}

/// Two signed tree heads that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "two signed tree heads contradict each other: the log of {} records has the root `{}`, but the log of \
     {newer_size} records has `{expected}` at that size", older.0, older.1
)]
pub struct Fork {
    /// Size and root of the smaller log.
    pub older: (u64, LogHash),
    /// Size of the larger log.
    pub newer_size: u64,
    /// The root that the larger log has at the size of the smaller one.
    pub expected: LogHash,
    /// The two signed notes, the smaller log's first: the evidence to report.
    pub notes: [String; 2],
}

impl From<TreeError> for LogError {
    fn from(error: TreeError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<&LogError> for Error {
    fn from(error: &LogError) -> Self {
        let message = error.to_string();
        match error {
            LogError::Unreachable(_) => Self::new(Kind::Network, message),
            LogError::Refused(Refusal::Fork(fork)) => {
                let [older, newer] = fork.notes.clone();
                Self::new(Kind::Verification, message)
                    .detail(older)
                    .detail(newer)
                    .hint("keep and report these two notes: they prove that the database misbehaves")
            }
            LogError::Missing(_) | LogError::Refused(_) => Self::new(Kind::Verification, message),
            LogError::StoredHead { path, .. } => Self::new(Kind::Verification, message).hint(format!(
                "restore the file from a backup; or forget what the database signed before: `rm '{}'`",
                path.display()
            )),
            LogError::Store { cause, .. } => {
                // `io::Error` cannot be cloned, but its kind and its text can.
                let copy = io::Error::new(cause.kind(), cause.to_string());
                if cause.kind() == io::ErrorKind::TimedOut {
                    Self::store(message, copy).hint(LONGER)
                } else {
                    Self::unwritable(message, copy)
                }
            }
        }
    }
}
