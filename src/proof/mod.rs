//! Why the bytes are believed.

pub mod dirhash;
pub mod log;
pub mod note;
pub mod tile;
