//! Unpacks an archive, such as `go1.22.4.linux-amd64.tar.gz`, into a tree while its bytes arrive.

mod feed;
mod inflate;
mod job;
mod records;
mod unpack;
mod untar;

pub use job::Job;
pub use records::records;
pub use unpack::{Unpacked, unpack};
