//! Reads files that gox did not write without hanging on them, writes files completely or not at all, changes folders
//! with links of others, and tells which names lead to the same file.

#[cfg(feature = "cli")]
pub mod beneath;
pub mod current;
pub mod identity;
#[cfg(feature = "cli")]
pub mod program;
pub mod read;
#[cfg(feature = "cli")]
pub mod write;
