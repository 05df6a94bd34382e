//! What is on disk.
//!
//! `layout` and `inventory` stand in the wall: the shim reads the store, and never writes it.

pub mod inventory;
pub mod layout;

#[cfg(feature = "cli")]
pub mod default_file;
#[cfg(feature = "cli")]
pub mod link;
#[cfg(feature = "cli")]
pub mod lock;
#[cfg(feature = "cli")]
pub mod modes;
#[cfg(feature = "cli")]
pub mod projects;
#[cfg(feature = "cli")]
pub mod receipt;
#[cfg(feature = "cli")]
pub mod remove;
#[cfg(feature = "cli")]
pub mod running;
#[cfg(feature = "cli")]
pub mod shims;
#[cfg(feature = "cli")]
pub mod staging;
#[cfg(feature = "cli")]
pub mod usage;
#[cfg(feature = "cli")]
pub mod verify;
