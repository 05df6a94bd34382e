//! Selects which Go runs: argv0, environment and directory in, one `execve` out.
//!
//! In the order of a call: [`launch`] reads the name, [`call`] the arguments, [`resolve`] asks the rules (base, [`pin`]
//! files, [`gomod`], [`goenv`]), [`exec`] starts the tool, [`handover`] has gox install a missing version.
//! [`other_store`] tells why a shim does not find what lies beside it, and `typed` tells gox whether a shell would
//! start the shim at all. A decision depends on nothing but the arguments, a [`world::World`] and the files that it
//! leads to.

pub mod advice;
mod base;
pub mod call;
pub mod directory;
pub mod exec;
pub mod goenv;
pub mod gomod;
mod gotoolchain;
pub mod handover;
pub mod launch;
mod local;
pub mod other_store;
pub mod pin;
#[cfg(feature = "cli")]
pub mod pin_file;
pub mod process;
mod question;
pub mod reason;
pub mod resolve;
pub mod selection;
pub mod switch;
pub mod system;
pub mod trace;
#[cfg(feature = "cli")]
pub mod typed;
pub mod world;
