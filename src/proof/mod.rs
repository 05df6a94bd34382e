//! Why the bytes are believed.

pub mod dirhash;
pub mod pinned;
pub mod sumdb;
