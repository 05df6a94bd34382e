//! Files: reading what anybody may have put there, and writing whole or not at all.

pub mod identity;
pub mod read;
#[cfg(feature = "cli")]
pub mod write;
