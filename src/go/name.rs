//! The names of toolchains, as in GOTOOLCHAIN, in the toolchain line of go.mod and in the store, where each
//! names a directory.

use std::fmt;

use super::version::{Line, Version};

/// A toolchain's name: `go1.22.4` for a release of Go, `go1.22.4-bigcorp` for one of a vendor, or the name of a
/// linked GOROOT such as `tip`. Any text is accepted, because a go.mod may hold any. The order is that of the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "cli",
    derive(serde::Serialize, serde::Deserialize),
    serde(from = "String", into = "String")
)]
pub struct ToolchainName {
    // First, so that it alone decides the derived order.
    text: String,
    version: Option<Version>,
    is_release: bool,
}

impl ToolchainName {
    /// The longest name that gox installs, in bytes. File names such as the lock's are made of it, which may have
    /// 255 bytes; no release is longer.
    pub const MAX_BYTES: usize = 200;

    /// A name from any text.
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

    /// The version in the name, without a vendor's suffix, by which the go command compares toolchains. `None`
    /// if the name contains no version.
    pub fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// The line of releases to which the version belongs; `None` if the name contains no version.
    pub fn line(&self) -> Option<Line> {
        self.version().map(Version::line)
    }

    /// The version whose release has exactly this name: `1.22.4` for `go1.22.4`. `None` for a name with a vendor's
    /// suffix and for that of a linked GOROOT.
    pub fn release(&self) -> Option<&Version> {
        self.version.as_ref().filter(|_| self.is_release)
    }

    /// Whether a vendor's suffix follows the version, as in `go1.22.4-bigcorp`.
    pub fn has_suffix(&self) -> bool {
        self.text.contains(SUFFIX)
    }

    /// Whether Go releases a version under this name.
    pub fn is_release(&self) -> bool {
        self.is_release
    }

    /// Whether only a linked GOROOT can have this name. All names of releases begin with `go1`, including those on
    /// go.dev that Go's grammar does not allow, such as `go1.9.2rc2`.
    pub fn is_linked(&self) -> bool {
        !self.text.starts_with("go1")
    }

    /// Whether the store has a launcher of this name, a command such as `go1.22.4` that starts the toolchain.
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

/// The characters that begin a vendor's suffix.
const SUFFIX: [char; 3] = [' ', '\t', '-'];

/// The version in a toolchain's name, by the rules of `gover.FromToolchain` (Go source
/// `cmd/go/internal/gover/toolchain.go`). A name with a path separator has none: names from a go.mod are
/// searched as programs on PATH.
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
