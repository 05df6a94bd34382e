//! What an install tells while it runs. The pipeline knows no terminal: `ui` listens, and a test need not.

use crate::go::name::ToolchainName;

/// Listens to an install.
pub trait Report: Sync {
    /// Something that the user should know and need not act on.
    fn note(&self, line: &str);

    /// Another gox holds the lock of `toolchain`, the file `lock`, and is waited for.
    fn waiting(&self, toolchain: &ToolchainName, lock: &str);

    /// Work on `toolchain` begins; it ends when the answer is dropped.
    fn phases<'a>(&'a self, toolchain: &'a ToolchainName) -> Box<dyn Phases + 'a>;
}

/// Listens to the work on one toolchain, from several threads at once.
pub trait Phases: Sync {
    /// A phase begins, and ends the one before.
    fn begin(&self, phase: Phase<'_>);

    /// So many bytes of the phase are done.
    fn advance(&self, bytes: u64);
}

/// What an install does at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase<'a> {
    /// Bytes come from the network.
    Download {
        /// From where, without credentials.
        address: &'a str,
        /// The bytes of the whole, where known.
        total: Option<u64>,
        /// The bytes that an earlier run has kept; they are not counted again.
        resumed: u64,
    },
    /// Bytes are read from a file of this machine.
    Read {
        /// Its path.
        address: &'a str,
        /// Its bytes, where known.
        total: Option<u64>,
    },
    /// Bytes that are at hand are unpacked.
    Unpack {
        /// How many they become.
        total: u64,
    },
    /// The proofs are weighed, and the tree is written to the disk.
    Verify,
}

/// Nobody listens.
impl Report for () {
    fn note(&self, _line: &str) {}

    fn waiting(&self, _toolchain: &ToolchainName, _lock: &str) {}

    fn phases<'a>(&'a self, _toolchain: &'a ToolchainName) -> Box<dyn Phases + 'a> {
        Box::new(())
    }
}

/// Nobody listens.
impl Phases for () {
    fn begin(&self, _phase: Phase<'_>) {}

    fn advance(&self, _bytes: u64) {}
}
