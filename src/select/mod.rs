//! Which Go runs: argv0, environment and directory in, one `execve` out.
//!
//! In the order of a call: [`launch`] takes the name, [`call`] the arguments, [`resolve`] asks the rules
//! (the base, the `pin` files, [`gomod`], [`goenv`]), [`exec`] becomes the tool, and [`handover`] gives a
//! missing version to gox. Everything that decides comes in through a [`world::World`].

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
pub mod pin;
#[cfg(feature = "cli")]
pub mod pin_file;
pub mod process;
mod question;
pub mod reason;
pub mod resolve;
pub mod selection;
mod switch;
pub mod system;
pub mod trace;
pub mod world;
