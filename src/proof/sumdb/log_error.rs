//! What can go wrong when a checksum database is asked, sorted by what the caller may do about it.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::{fmt, io};

use super::merkle::TreeError;
use super::note::NoteError;
use super::tile::{LogHash, Tile};
use crate::error::{Error, Kind};
use crate::store::lock::LONGER;

/// Why there is no proof by the log.
#[derive(Debug)]
pub enum LogError {
    /// The database gave no answer. Where the log is not required, the caller may go on without it.
    Unreachable(String),
    /// The database answers that it has no such record.
    Missing(String),
    /// The answer does not hold. Never to be ignored.
    Refused(Refusal),
    /// The tree head that was seen last cannot be used. Without it a rollback would go unnoticed, so this
    /// is never to be ignored either.
    StoredHead {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: Refusal,
    },
    /// The tree head could not be read or stored.
    Store {
        /// What could not be done, with the path.
        message: String,
        /// What the operating system said.
        cause: io::Error,
    },
}

/// What is wrong with an answer of a checksum database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The signature or the form of the tree head.
    Note(NoteError),
    /// The size in the tree head, or the tiles under it.
    Tree(TreeError),
    /// The answer is not in the format.
    MalformedAnswer,
    /// The database answers, but not with this tile of its own log.
    NoTile {
        /// The tile.
        tile: Tile,
        /// What the database said.
        reason: String,
    },
    /// The database signed a larger log before than it shows now, and does not have this tile of it.
    Shrunken {
        /// The size of the larger log.
        seen: u64,
        /// The size now.
        now: u64,
        /// The tile.
        tile: Tile,
        /// What the database said.
        reason: String,
    },
    /// Two signed tree heads do not belong to one log: the proof that the database misbehaves.
    Fork(Box<Fork>),
    /// The record is not the one that the log has at its place.
    ChangedRecord(u64),
    /// The record is authentic, but has no line for what was asked.
    NoLine {
        /// The number of the record.
        record: u64,
        /// Module and version.
        wanted: String,
    },
    /// The line that was asked for stands only where no proof covers it.
    LineOutsideRecord {
        /// Module and version.
        wanted: String,
    },
    /// The record has no `h1:` hash in the line that was asked for, or two of them.
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
    /// The root that the larger log says the smaller one had.
    pub expected: LogHash,
    /// The two signed notes, the smaller log's first: evidence to report.
    pub notes: [String; 2],
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => error.fmt(f),
            Self::Tree(error) => error.fmt(f),
            Self::MalformedAnswer => f.write_str("malformed record"),
            Self::NoTile { tile, reason } => write!(f, "no `{tile}` to prove the record with: {reason}"),
            Self::Shrunken { seen, now, tile, reason } => write!(
                f,
                "it shows a log of {now} records, and of the {seen} that it has signed before it has no \
                 `{tile}`: {reason}"
            ),
            Self::Fork(fork) => fork.fmt(f),
            Self::ChangedRecord(record) => {
                write!(f, "record {record} is not the one that the log has at its place")
            }
            Self::NoLine { record, wanted } => {
                write!(f, "record {record} is in the log, but says nothing about `{wanted}`")
            }
            Self::LineOutsideRecord { wanted } => {
                write!(
                    f,
                    "the line for `{wanted}` is not in the record, but beside it, where nothing proves it"
                )
            }
            Self::UnusableLine { wanted } => write!(f, "the record has no single `h1:` hash for `{wanted}`"),
        }
    }
}

impl StdError for Refusal {}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { older: (size, root), newer_size, expected, .. } = self;
        write!(
            f,
            "two signed logs contradict each other: the one of {size} records has the root `{root}`, \
             but the one of {newer_size} records has `{expected}` there"
        )
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(reason) => write!(f, "could not reach the checksum database: {reason}"),
            Self::Missing(reason) => write!(f, "not in the checksum database: {reason}"),
            Self::Refused(refusal) => write!(f, "the checksum database's answer does not hold: {refusal}"),
            Self::StoredHead { path, reason } => {
                write!(f, "the stored tree head `{}` cannot be used: {reason}", path.display())
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
                    .hint("keep these two notes, they prove that the database misbehaves, and report them")
            }
            LogError::Missing(_) | LogError::Refused(_) => Self::new(Kind::Verification, message),
            LogError::StoredHead { path, .. } => Self::new(Kind::Verification, message).hint(format!(
                "restore the file from a backup; or `rm '{}'`, which forgets what the database said before",
                path.display()
            )),
            LogError::Store { cause, .. } => {
                // An error of the operating system cannot be copied, but its kind and its words can.
                let same = io::Error::new(cause.kind(), cause.to_string());
                if cause.kind() == io::ErrorKind::TimedOut {
                    Self::store(message, same).hint(LONGER)
                } else {
                    Self::unwritable(message, same)
                }
            }
        }
    }
}
