//! Why the bytes are believed.

pub mod dirhash;
pub mod gosumdb;
pub mod log;
pub mod note;
#[cfg(test)]
mod testing;
pub mod tile;
pub mod tree;
