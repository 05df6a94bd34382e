//! Proofs that bytes belong to a Go release: the checksums pinned in gox, the directory hash `h1:`, and the Go
//! checksum database. Nothing here knows HTTP: the database is asked through the trait [`sumdb::log::Remote`].

pub mod dirhash;
pub mod hashing;
pub mod pinned;
pub mod sumdb;
