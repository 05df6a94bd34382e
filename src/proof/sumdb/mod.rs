//! A client of the Go checksum database, from the outside in: [`gosumdb`] says which database to ask, [`log`] looks
//! up a hash in it, [`record`] reads the answer, [`note`] checks the signature, [`merkle`] and [`tile`] prove that the
//! record is in the log, and [`head`] stores the last tree head. Only a hash that [`log`] returns is proven.

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

/// Limit in bytes for an answer of a checksum database, kept or fetched. The largest, a full tile, has 8 KiB.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;
