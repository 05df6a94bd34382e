//! What other managers of Go have already: the trees that they keep, the versions that they run, the tools that they
//! installed. A tree is taken over by proof and copy; the origin is only read.
//!
//! `managers` is the table of all of them, `found` looks for their trees, `tree` reads one, `state` tells what it is,
//! an `archive` stands in for the checksum database, `differences` names the files that are not those of the release,
//! and `adopt` copies it. `wishes` are their defaults and pins, `unread` finds a pin that gox does not read, `tools`
//! what `go install` put into their folders; `places` finds these by variables, `written` reads their files, and
//! `build_info` what a program says of itself.

pub mod adopt;
pub mod archive;
mod build_info;
pub mod differences;
pub mod found;
pub mod managers;
pub mod places;
pub mod state;
pub mod tools;
pub mod tree;
pub mod unread;
pub mod wishes;
mod written;
