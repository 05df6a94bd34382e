//! gox, a Go toolchain manager: a store of verified, read-only toolchains, and a choice of GOROOT
//! that costs nothing.
//!
//! Data flows one way. `gox`: args → request → source → install → proof → store.
//! `gox-shim`: argv0 + environment + directory → select → execve.
//!
//! The modules are floors: each uses only those that stand above it here, which `tests/it/floors` holds.
//! Those without a feature are the wall: they compile on `std` and `semver`, and are all that the shim may use.

pub mod text;

pub mod error;

pub mod env;

#[cfg(feature = "cli")]
pub mod os;

pub mod fs;

pub mod go;

pub mod store;

pub mod select;

#[cfg(feature = "cli")]
pub mod settings;

#[cfg(feature = "cli")]
pub mod net;

#[cfg(feature = "cli")]
pub mod proof;

#[cfg(feature = "cli")]
pub mod source;

#[cfg(feature = "cli")]
pub mod install;

#[cfg(feature = "cli")]
pub mod ui;

#[cfg(feature = "cli")]
pub mod setup;

#[cfg(feature = "cli")]
pub mod doctor;

#[cfg(feature = "cli")]
pub mod command;
