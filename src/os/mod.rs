//! What Linux and macOS do in different ways, or what std has no function for: one function for each
//! question, which answers on both.
//!
//! The unsafe code of `gox` is in this folder; the shim has its own in `select::process`.

pub mod child;
pub mod clone;
pub mod family;
pub mod memory;
pub mod mount;
pub mod programs;
pub mod signals;
pub mod sync;
pub mod threads;
