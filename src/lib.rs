//! gox, a Go toolchain manager: a store of verified, read-only toolchains, and a choice of GOROOT
//! that costs nothing.
//!
//! Data flows one way. `gox`: args → request → source → install → proof → store.
//! `gox-shim`: argv0 + environment + directory → select → execve.
//!
//! The wall: the modules of the first group compile without the feature `cli`, on `std` and
//! `semver`, and are all that the shim may use.

pub mod error;
pub mod select;
pub mod store;

#[cfg(feature = "cli")]
pub mod command;
#[cfg(feature = "cli")]
pub mod doctor;
#[cfg(feature = "cli")]
pub mod install;
#[cfg(feature = "cli")]
pub mod proof;
#[cfg(feature = "cli")]
pub mod settings;
#[cfg(feature = "cli")]
pub mod source;
#[cfg(feature = "cli")]
pub mod ui;
