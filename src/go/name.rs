//! The names of toolchains: what the directory of one is called, in the store as in GOTOOLCHAIN and go.mod.

use std::fmt;

use super::version::Version;

/// A toolchain's name: `go1.22.4` as Go releases it, `go1.22.4-bigcorp` as a vendor does, or that of a linked GOROOT
/// such as `tip`. Nothing is refused here: a name from a go.mod may hold anything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "cli",
    derive(serde::Serialize, serde::Deserialize),
    serde(from = "String", into = "String")
)]
pub struct ToolchainName {
    text: String,
    version: Option<Version>,
    is_release: bool,
}

impl ToolchainName {
    /// The longest name that gox takes, in bytes: names of files are made from it, such as the lock's, and no release
    /// of anybody is longer.
    pub const MAX_BYTES: usize = 200;

    /// A name, whatever it holds.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let version = version(&text);
        let is_release =
            version.as_ref().is_some_and(|version| text.strip_prefix("go") == Some(&version.to_string()));
        ToolchainName { text, version, is_release }
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The version by which the go command compares the toolchain; a vendor's suffix takes no part. None where the
    /// name has no version in it.
    pub fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// The version of which this is the very name, so that it stands for the version and the version for it. None
    /// with a vendor's suffix, and for a linked GOROOT.
    pub fn release(&self) -> Option<&Version> {
        self.version.as_ref().filter(|_| self.is_release)
    }

    /// Whether something follows the version, as in a vendor's `go1.22.4-bigcorp`.
    pub fn has_suffix(&self) -> bool {
        self.text.contains(SUFFIX)
    }

    /// Whether it is the name under which Go releases a version.
    pub fn is_release(&self) -> bool {
        self.is_release
    }

    /// Whether only a GOROOT of one's own can have it. Everything that begins with `go1` is a release of somebody,
    /// also the odd ones of go.dev that are outside of Go's grammar, such as `go1.9.2rc2`.
    pub fn is_linked(&self) -> bool {
        !self.text.starts_with("go1")
    }

    /// Whether a command of that name starts the toolchain.
    pub fn has_launcher(&self) -> bool {
        !self.is_linked()
    }
}

impl Version {
    /// The name under which Go releases this version: `go1.22.4`.
    pub fn toolchain(&self) -> ToolchainName {
        ToolchainName { text: format!("go{self}"), version: Some(self.clone()), is_release: true }
    }
}

/// What begins a suffix.
const SUFFIX: [char; 3] = [' ', '\t', '-'];

/// `gover.FromToolchain` (Go source `cmd/go/internal/gover/toolchain.go`), which also refuses path separators, because
/// a name from a go.mod becomes the name of a program to look for.
fn version(name: &str) -> Option<Version> {
    if name.contains(['/', '\\']) {
        return None;
    }
    let version = name.strip_prefix("go")?;
    Version::parse(version.split(SUFFIX).next()?)
}

impl fmt::Display for ToolchainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AsRef<str> for ToolchainName {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl AsRef<std::path::Path> for ToolchainName {
    fn as_ref(&self) -> &std::path::Path {
        self.text.as_ref()
    }
}

impl From<&str> for ToolchainName {
    fn from(text: &str) -> Self {
        ToolchainName::new(text)
    }
}

impl From<String> for ToolchainName {
    fn from(text: String) -> Self {
        ToolchainName::new(text)
    }
}

impl From<ToolchainName> for String {
    fn from(name: ToolchainName) -> Self {
        name.text
    }
}

impl Ord for ToolchainName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl PartialOrd for ToolchainName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
