//! The progress of an install, reported through traits, so that the pipeline knows no terminal. `ui` implements them.

use crate::go::name::ToolchainName;

/// Receives the events of installs.
pub trait Report: Sync {
    /// Reports a fact on which the user need not act.
    fn note(&self, line: &str);

    /// Reports what the user may type next.
    fn hint(&self, line: &str);

    /// Reports that the install waits for another gox, which holds the lock of `toolchain`, the file `lock`.
    fn waiting(&self, toolchain: &ToolchainName, lock: &str);

    /// Begins the work on `toolchain`, which ends when the returned value is dropped.
    fn phases(&self, toolchain: &ToolchainName) -> Box<dyn Phases>;
}

/// Receives the events of work on one toolchain, from several threads at once.
pub trait Phases: Send + Sync {
    /// Begins a phase, and ends the one before.
    fn begin(&self, phase: Phase<'_>);

    /// Adds to the number of bytes that the phase has done.
    fn advance(&self, bytes: u64);
}

/// A phase of the work on one toolchain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase<'a> {
    /// Reads bytes from the network.
    Download {
        /// The URL, without credentials.
        address: &'a str,
        /// The length of the whole file in bytes, if known.
        total: Option<u64>,
        /// The bytes that an earlier run has kept, which [`Phases::advance`] does not count.
        resumed: u64,
    },
    /// Reads bytes from a file on this machine.
    Read {
        /// The path of the file.
        address: &'a str,
        /// The length of the file in bytes, if known.
        total: Option<u64>,
    },
    /// Unpacks bytes that are on disk.
    Unpack {
        /// The number of unpacked bytes.
        total: u64,
    },
    /// Checks the proofs, and syncs the tree to disk.
    Verify,
}

/// Ignores all events.
impl Report for () {
    fn note(&self, _line: &str) {}

    fn hint(&self, _line: &str) {}

    fn waiting(&self, _toolchain: &ToolchainName, _lock: &str) {}

    fn phases(&self, _toolchain: &ToolchainName) -> Box<dyn Phases> {
        Box::new(())
    }
}

/// Ignores all events.
impl Phases for () {
    fn begin(&self, _phase: Phase<'_>) {}

    fn advance(&self, _bytes: u64) {}
}
