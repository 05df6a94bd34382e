//! Versions: Go's grammar and order (Go source `internal/gover/gover.go`).
//!
//! Numbers are kept as decimal strings of any length, as in Go's source: a go.mod may say
//! `go 1.99999999999999999999`, and the go command compares it.

use std::cmp::Ordering;
use std::fmt;

/// A version in Go's grammar: `1.22.4`, `1.20`, `1.27rc2`, or a language version such as `1.22`.
///
/// `1.20` and `1.20.0` are the same version to Go, and equal here. The order is Go's:
/// `1.21 < 1.21rc1 < 1.21.0 < 1.21.1`, but `1.20rc3 < 1.20 == 1.20.0 < 1.20.1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    major: String,
    minor: String,
    /// Empty in a pre-release and, from 1.21 on, in a language version.
    patch: String,
    /// `alpha`, `beta`, `rc` or any other lower-case word; empty in a release.
    kind: String,
    /// The number after the kind; Go allows a kind without one.
    pre: String,
}

impl Version {
    /// Parses a version without prefix or blanks; `None` if Go's `gover.Parse` rejects it.
    pub fn parse(text: &str) -> Option<Self> {
        let (major, rest) = cut_number(text)?;
        if rest.is_empty() {
            return Some(Self::new(major, "0", "0", "", ""));
        }
        let (minor, rest) = cut_number(rest.strip_prefix('.')?)?;
        if rest.is_empty() {
            let patch = if first_release_has_patch(minor) { "" } else { "0" };
            return Some(Self::new(major, minor, patch, "", ""));
        }
        if let Some(rest) = rest.strip_prefix('.') {
            // A patch number excludes a pre-release: `1.9.2rc2`, which go.dev has, is malformed.
            let (patch, rest) = cut_number(rest)?;
            return rest.is_empty().then(|| Self::new(major, minor, patch, "", ""));
        }
        let (kind, rest) = cut_kind(rest)?;
        if rest.is_empty() {
            return Some(Self::new(major, minor, "", kind, ""));
        }
        let (pre, rest) = cut_number(rest)?;
        rest.is_empty().then(|| Self::new(major, minor, "", kind, pre))
    }

    fn new(major: &str, minor: &str, patch: &str, kind: &str, pre: &str) -> Self {
        Version {
            major: major.to_owned(),
            minor: minor.to_owned(),
            patch: patch.to_owned(),
            kind: kind.to_owned(),
            pre: pre.to_owned(),
        }
    }

    /// The language version: `1.22` for `1.22.4`. That of Go 1 itself is `1`, not `1.0` (`gover.Lang`).
    pub fn lang(&self) -> String {
        if self.major == "1" && self.minor == "0" { self.major.clone() } else { self.line().to_string() }
    }

    /// Whether this is a language version such as `1.22`, and no release. Below 1.21 there are none: `1.20` is a
    /// release.
    pub fn is_lang(&self) -> bool {
        self.patch.is_empty() && self.kind.is_empty()
    }

    /// Whether this is an alpha, a beta, a release candidate or the like.
    pub fn is_prerelease(&self) -> bool {
        !self.kind.is_empty()
    }

    /// Whether this is a release: neither a pre-release nor a language version.
    pub fn is_release(&self) -> bool {
        !self.patch.is_empty()
    }

    /// The version that a `go` line with this version asks for. A language version from 1.21 on stands for the
    /// first release of its line, `1.22` for `1.22.0`, because there is no toolchain `go1.22` (Go source
    /// `cmd/go/internal/toolchain.Select`, golang.org/issue/62278).
    #[must_use]
    pub fn for_go_line(&self) -> Version {
        // cmd/go compares with 1.21, so `0.21`, a language version by its minor number, is left alone.
        let renamed = self.is_lang() && decimal(&self.major, "1").is_ge();
        let patch = if renamed { "0" } else { &self.patch };
        Version { patch: patch.to_owned(), ..self.clone() }
    }

    /// The version's line.
    pub fn line(&self) -> Line {
        Line { major: self.major.clone(), minor: self.minor.clone() }
    }

    /// The major number.
    pub fn major(&self) -> &str {
        &self.major
    }

    /// The spelling that has three numbers for every release: `1.20.0` for `1.20`, which as a request would
    /// mean the whole line.
    pub fn full(&self) -> String {
        let Version { major, minor, patch, kind, pre } = self;
        let dot = if patch.is_empty() { "" } else { "." };
        format!("{major}.{minor}{dot}{patch}{kind}{pre}")
    }

    /// The version in semver's grammar: `1.22.0-rc.1` for `1.22rc1`. `None` if a number does not fit in 64 bits.
    pub fn to_semver(&self) -> Option<semver::Version> {
        let patch = if self.patch.is_empty() { "0" } else { &self.patch };
        let (major, minor) = (self.major.parse().ok()?, self.minor.parse().ok()?);
        let mut version = semver::Version::new(major, minor, patch.parse().ok()?);
        if self.is_prerelease() {
            let dot = if self.pre.is_empty() { "" } else { "." };
            version.pre = semver::Prerelease::new(&format!("{}{dot}{}", self.kind, self.pre)).ok()?;
        }
        Some(version)
    }
}

/// Prints the version as Go releases it: the first release of a line is `1.20` up to that line and `1.21.0` since,
/// and the first of all was `1`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.patch == "0" && !first_release_has_patch(&self.minor) {
            f.write_str(&self.lang())
        } else {
            f.write_str(&self.full())
        }
    }
}

/// Go's order (`gover.Compare`): by major, minor, patch, kind and number; an empty field is below any other.
impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        decimal(&self.major, &other.major)
            .then_with(|| decimal(&self.minor, &other.minor))
            .then_with(|| decimal(&self.patch, &other.patch))
            .then_with(|| self.kind.cmp(&other.kind))
            .then_with(|| decimal(&self.pre, &other.pre))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A line of releases: `1.22`, with all its patch releases and pre-releases.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    major: String,
    minor: String,
}

impl Line {
    /// Whether `version` belongs to this line.
    pub fn contains(&self, version: &Version) -> bool {
        self.major == version.major && self.minor == version.minor
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Ord for Line {
    fn cmp(&self, other: &Self) -> Ordering {
        decimal(&self.major, &other.major).then_with(|| decimal(&self.minor, &other.minor))
    }
}

impl PartialOrd for Line {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares versions as text (`gover.Compare`): malformed ones are equal, and below every version.
pub fn compare(a: &str, b: &str) -> Ordering {
    Version::parse(a).cmp(&Version::parse(b))
}

/// Whether the first release of the line has a patch number, as since 1.21. Only the minor number counts, as in
/// Go's source, so `2.0` is a release.
fn first_release_has_patch(minor: &str) -> bool {
    decimal(minor, "21").is_ge()
}

/// Compares decimal numbers of any length without leading zeros; the empty string is the lowest.
fn decimal(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Splits a number without leading zeros off the front.
fn cut_number(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let leading_zero = number.len() > 1 && number.starts_with('0');
    (!number.is_empty() && !leading_zero).then_some((number, rest))
}

/// Splits the kind of a pre-release, a lower-case word such as `rc`, off the front.
fn cut_kind(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
pub(super) mod tests;
