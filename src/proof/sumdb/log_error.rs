//! Errors of a lookup in a checksum database, sorted by what the caller may do about them.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::{fmt, io};

use super::merkle::TreeError;
use super::note::NoteError;
use super::tile::{LogHash, Tile};
use crate::error::{Error, Kind};
use crate::store::lock::LONGER;

/// Why a lookup gave no proven hash.
#[derive(Debug)]
pub enum LogError {
    /// The database gave no answer. The caller may go on without one if the log is not required.
    Unreachable(String),
    /// The database answered that it has no such record.
    Missing(String),
    /// The database's answer is wrong or not proven. Must never be ignored.
    Refused(Refusal),
    /// The file with the stored tree head is damaged. Must never be ignored: without that tree head a rollback would
    /// go unnoticed.
    StoredHead {
        /// The file.
        path: PathBuf,
        /// What is wrong with its content.
        reason: Refusal,
    },
    /// The stored tree head could not be read, locked or replaced.
    Store {
        /// The operation and the path.
        message: String,
        /// The error of the operating system.
        cause: io::Error,
    },
}

/// What is wrong with an answer of a checksum database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The note with the tree head is malformed or not signed by the database.
    Note(NoteError),
    /// The tree head is malformed, or the tiles do not match it.
    Tree(TreeError),
    /// The answer to the lookup is malformed.
    MalformedAnswer,
    /// The database answers, but has no such tile of its own log.
    NoTile {
        /// The tile.
        tile: Tile,
        /// The database's answer.
        reason: String,
    },
    /// The database shows a smaller log than the stored tree head, and lacks a tile of the larger one.
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
    Fork(Box<Fork>),
    /// The log has another record under this number.
    ChangedRecord(u64),
    /// The log has the record, but the record has no line for the module.
    NoLine {
        /// The number of the record.
        record: u64,
        /// Module and version.
        wanted: String,
    },
    /// The answer has a line for the module, but outside the record, where the log does not prove it.
    LineOutsideRecord {
        /// Module and version.
        wanted: String,
    },
    /// The record's line for the module has no `h1:` hash, or two lines have different ones.
    UnusableLine {
        /// Module and version.
        wanted: String,
    },
}

/// Two signed tree heads that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => error.fmt(f),
            Self::Tree(error) => error.fmt(f),
            Self::MalformedAnswer => f.write_str("malformed record"),
            Self::NoTile { tile, reason } => {
                write!(f, "it has no `{tile}`, which the proof needs: {reason}")
            }
            Self::Shrunken { stored, now, tile, reason } => write!(
                f,
                "it signed a log of {stored} records before, now shows {now} and has no `{tile}`: {reason}"
            ),
            Self::Fork(fork) => fork.fmt(f),
            Self::ChangedRecord(record) => {
                write!(f, "record {record} is not the one in the log")
            }
            Self::NoLine { record, wanted } => {
                write!(f, "record {record} is in the log, but says nothing about `{wanted}`")
            }
            Self::LineOutsideRecord { wanted } => {
                write!(f, "the line for `{wanted}` is outside the record, where nothing proves it")
            }
            Self::UnusableLine { wanted } => {
                write!(f, "the record does not have exactly one `h1:` hash for `{wanted}`")
            }
        }
    }
}

impl StdError for Refusal {}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { older: (size, root), newer_size, expected, .. } = self;
        write!(
            f,
            "two signed tree heads contradict each other: the log of {size} records has the root `{root}`, \
             but the log of {newer_size} records has `{expected}` at that size"
        )
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(reason) => write!(f, "could not reach the checksum database: {reason}"),
            Self::Missing(reason) => write!(f, "not in the checksum database: {reason}"),
            Self::Refused(refusal) => write!(f, "the checksum database's answer is refused: {refusal}"),
            Self::StoredHead { path, reason } => {
                write!(f, "could not use the stored tree head `{}`: {reason}", path.display())
            }
            Self::Store { message, .. } => f.write_str(message),
        }
    }
}

impl StdError for LogError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Store { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

impl From<NoteError> for Refusal {
    fn from(error: NoteError) -> Self {
        Self::Note(error)
    }
}

impl From<TreeError> for Refusal {
    fn from(error: TreeError) -> Self {
        Self::Tree(error)
    }
}

impl From<Refusal> for LogError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
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
