//! gox, a Go toolchain manager: a store of verified, read-only toolchains, and the selection of one of them for
//! each call of `go` at almost no cost.
//!
//! Data flows one way. `gox`: arguments → request → source → install → proof → store.
//! `gox-shim`: argv0 + environment + directory → select → execve.
//!
//! The modules below are layers: each uses only those listed before it, which `tests/it/floors` checks. Those
//! without the feature `cli` depend only on `std`, `semver` and the declarations of `libc`, and are all that the
//! shim may use.

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
pub mod machine;

#[cfg(feature = "cli")]
pub mod setup;

#[cfg(feature = "cli")]
pub mod gate;

#[cfg(feature = "cli")]
pub mod sync;

#[cfg(feature = "cli")]
pub mod audit;

#[cfg(feature = "cli")]
pub mod import;

#[cfg(feature = "cli")]
pub mod doctor;

#[cfg(feature = "cli")]
pub mod command;
