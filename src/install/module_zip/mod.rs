//! Unpacks a module zip, such as `golang.org/toolchain@v0.0.1-go1.22.4.linux-amd64`, into a tree.

mod download;
mod job;
mod listing;
mod packed;
mod structure;
mod unpack;

pub use download::download;
pub use job::Job;
pub use unpack::unpack;
