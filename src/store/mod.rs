//! The store on the disk: its layout, and all code that changes it.
//!
//! Only `layout` and `inventory` are part of the shim, which reads the store and never writes it. Toolchains,
//! shims and the default change under a lock only, and a directory in `toolchains/` is complete or absent.

pub mod inventory;
pub mod layout;

#[cfg(feature = "cli")]
pub mod access;
#[cfg(feature = "cli")]
pub mod default_file;
#[cfg(feature = "cli")]
pub mod disk_usage;
#[cfg(feature = "cli")]
pub mod last_run;
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
pub mod verify;
