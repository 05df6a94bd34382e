//! What all ways to unpack a module zip are given.

use crate::install::prove::IsProvable;
use crate::install::report::Phases;
use crate::install::writer::Writer;

/// The unpacking of one module zip.
pub struct Job<'a> {
    /// The module's version, such as `v0.0.1-go1.22.4.linux-amd64`.
    pub version: &'a str,
    /// The address of the zip, for messages.
    pub address: &'a str,
    /// The tree to unpack into.
    pub tree: &'a Writer,
    /// Asked again and again whether it is worth going on.
    pub is_provable: IsProvable<'a>,
    /// Counts the packed bytes of a download, and the unpacked bytes of a file.
    pub phases: &'a dyn Phases,
}
