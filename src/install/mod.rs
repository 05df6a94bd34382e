//! The install pipeline: lock → sweep → look again → one pass (network → hash → inflate → untar → hash each file →
//! write or link) → proofs → receipt → sync → rename.
//!
//! A toolchain appears in the store by that rename, complete and proven, or not at all.

pub mod archive;
pub mod asked;
mod attempt;
mod batches;
mod built;
mod cloned;
pub mod donors;
pub mod guard;
#[cfg(test)]
mod hostile_tests;
pub mod import;
pub mod installer;
pub mod module_zip;
mod newer;
pub mod pipeline;
pub mod plan;
pub mod prove;
pub mod read_file;
mod refusal;
pub mod report;
mod space;
pub mod writer;
