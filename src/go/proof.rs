//! Proofs: the reasons for which gox trusts the bytes of a toolchain.

/// A proof that holds for a toolchain.
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
    /// The proof with this [word](Proof::word); `None` for a word that only another version of gox knows.
    pub fn parse(word: &str) -> Option<Self> {
        [Proof::Pinned, Proof::List, Proof::Log].into_iter().find(|proof| proof.word() == word)
    }

    /// The proof's name in receipts, messages and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Proof::Pinned => "pinned",
            Proof::List => "list",
            Proof::Log => "log",
        }
    }

    /// The words of several proofs, joined by `separator`.
    pub fn words(proofs: &[Proof], separator: &str) -> String {
        proofs.iter().map(|proof| proof.word()).collect::<Vec<_>>().join(separator)
    }
}
