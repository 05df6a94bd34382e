//! Why the bytes are believed.
//!
//! The Go checksum database from the outside in: [`gosumdb`] says which one, [`log`] asks it,
//! [`record`] and [`head`] read what it answers, [`note`] checks the signature, [`tree`] and [`tile`]
//! the proof that the record is in the log. [`dirhash`] makes the hash that the database has on record.

mod cache;
pub mod gosumdb;
pub mod head;
pub mod log;
mod log_error;
pub mod merkle;
pub mod note;
pub mod record;
#[cfg(test)]
mod testing;
pub mod tile;

/// No record, tile or tree head of a checksum database is larger than this.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;
