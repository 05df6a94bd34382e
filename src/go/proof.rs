//! Reasons to believe the bytes of a toolchain.

use std::fmt;

/// A proof that was found to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "cli", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Proof {
    /// The archive has the sha256 that is compiled into gox.
    Pinned,
    /// The archive has the sha256 in the release list of go.dev.
    List,
    /// The tree has the `h1:` hash in the Go checksum database.
    Log,
}

impl Proof {
    /// The proof that a receipt calls so; none for the word of another gox.
    pub fn parse(word: &str) -> Option<Self> {
        [Proof::Pinned, Proof::List, Proof::Log].into_iter().find(|proof| proof.word() == word)
    }

    /// Its word in receipts and outputs.
    pub fn word(self) -> &'static str {
        match self {
            Proof::Pinned => "pinned",
            Proof::List => "list",
            Proof::Log => "log",
        }
    }

    /// The words of several, as a message lists them.
    pub fn words(proofs: &[Proof], separator: &str) -> String {
        proofs.iter().map(|proof| proof.word()).collect::<Vec<_>>().join(separator)
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
