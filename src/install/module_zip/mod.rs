//! Unpacks a module zip, such as `golang.org/toolchain@v0.0.1-go1.22.4.linux-amd64`, into a tree: from a file, or while
//! it is downloaded.
//!
//! The central directory, which names the files, is at the end of a zip. So beside the download, which is one plain
//! request for the whole, its end is asked for by a range, on a second connection (`tail`). Where that comes in time
//! and can be the end of a toolchain's zip, the files are unpacked as their bytes arrive:
//!
//! ```text
//! download → file ──┐
//!                   ├→ packed → listing (directory, guard, tiling) → entries in their order → sha256 → write or share
//! side → tail ──────┘
//! ```
//!
//! With the listing it is known what a donor has ([`super::donors`]): files with the path, size and CRC-32 of one that
//! was read in this run are linked before anything is unpacked. Then the download ends where no file is missing any
//! more, or only some that lie far apart (`plan`); those come by `ranges`, on the connection of the tail.
//!
//! The download writes into the part that serves for a resume, and ends where the tail begins; threads that unpack read
//! behind it. Where it answers without a tail, one thread goes through the entries by their local headers (`scan`) and
//! others write what it inflates. The directory, once it is there, has to say the same of them, and by it the rest is
//! unpacked. The scan refuses nothing: a zip is always judged by the whole of it, so that a server without ranges loses
//! nothing.

mod content;
mod download;
mod job;
mod listing;
mod official;
mod packed;
mod plan;
mod ranges;
mod scan;
mod structure;
mod tail;
mod unpack;

pub use download::{Options, download};
pub use job::Job;
pub use official::{Official, official};
pub use packed::Tail;
pub use unpack::{unpack, unpack_in_order, unpack_in_two};
