//! Unpacks a module zip, such as `golang.org/toolchain@v0.0.1-go1.22.4.linux-amd64`, into a tree.

pub mod fetch;
mod structure;
mod unpack;

pub use unpack::unpack;
