//! Versions: Go's grammar and order (Go source `internal/gover/gover.go`).
//!
//! Numbers are kept as decimal strings of any length, as in Go's source: a go.mod may say
//! `go 1.99999999999999999999`, and the go command compares it.

use std::fmt;

/// A version in Go's grammar: `1.22.4`, `1.20`, `1.27rc2`, or a language version such as `1.22`.
///
/// `1.20` and `1.20.0` are the same version to Go, and equal here. The order is Go's:
/// `1.21 < 1.21rc1 < 1.21.0 < 1.21.1`, but `1.20rc3 < 1.20 == 1.20.0 < 1.20.1` (`gover.Compare`): by major, minor,
/// patch, kind and number, as the fields stand here; an empty field is below any other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: Number,
    minor: Number,
    /// Empty in a pre-release and, from 1.21 on, in a language version.
    patch: Number,
    /// `alpha`, `beta`, `rc` or any other lower-case word; empty in a release.
    kind: String,
    /// The number after the kind; Go allows a kind without one.
    pre: Number,
}

/// A decimal number of any length without leading zeros, or nothing, which is the lowest. The order is that of the
/// lengths, then that of the digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Number {
    length: usize,
    digits: String,
}

impl From<&str> for Number {
    fn from(digits: &str) -> Self {
        Number { length: digits.len(), digits: digits.to_owned() }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits)
    }
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

    /// Whether go.mod and go.work may have this in a `go` line (Go source `modfile.GoVersionRE`):
    /// `^([1-9][0-9]*)\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?([a-z]+[0-9]+)?$`. Unlike Go's grammar that wants a minor,
    /// and lets a kind stand behind a patch number.
    pub fn is_go_line(text: &str) -> bool {
        let (numbers, kind) =
            text.split_at(text.find(|c: char| c.is_ascii_lowercase()).unwrap_or(text.len()));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_kind = kind.is_empty() || cut_kind(kind).is_some_and(|(_, number)| is_number(number));
        is_kind && numbers.contains('.') && !numbers.starts_with('0') && Version::parse(numbers).is_some()
    }

    fn new(major: &str, minor: &str, patch: &str, kind: &str, pre: &str) -> Self {
        let [major, minor, patch, pre] = [major, minor, patch, pre].map(Number::from);
        Version { major, minor, patch, kind: kind.to_owned(), pre }
    }

    /// The language version: `1.22` for `1.22.4`. That of Go 1 itself is `1`, not `1.0` (`gover.Lang`).
    pub fn lang(&self) -> String {
        let line = self.line().to_string();
        if line == "1.0" { "1".to_owned() } else { line }
    }

    /// Whether this is a language version such as `1.22`, and no release. Below 1.21 there are none: `1.20` is a
    /// release.
    pub fn is_lang(&self) -> bool {
        !self.is_release() && !self.is_prerelease()
    }

    /// Whether this is an alpha, a beta, a release candidate or the like.
    pub fn is_prerelease(&self) -> bool {
        !self.kind.is_empty()
    }

    /// Whether this is a release: neither a pre-release nor a language version.
    pub fn is_release(&self) -> bool {
        self.patch.length > 0
    }

    /// The version that a `go` line with this version asks for. A language version from 1.21 on stands for the
    /// first release of its line, `1.22` for `1.22.0`, because there is no toolchain `go1.22` (Go source
    /// `cmd/go/internal/toolchain.Select`, golang.org/issue/62278).
    #[must_use]
    pub fn for_go_line(&self) -> Version {
        // cmd/go compares with 1.21, so `0.21`, a language version by its minor number, is left alone.
        let renamed = self.is_lang() && self.major >= Number::from("1");
        let patch = if renamed { "0" } else { &self.patch.digits };
        Version { patch: patch.into(), ..self.clone() }
    }

    /// The version's line.
    pub fn line(&self) -> Line {
        Line { major: self.major.clone(), minor: self.minor.clone() }
    }

    /// The major number.
    pub fn major(&self) -> &str {
        &self.major.digits
    }

    /// Whether this can only be the rest of a version, such as `22.4` of 1.22.4: no first number has two digits.
    pub fn is_short(&self) -> bool {
        self.major.digits.len() > 1
    }

    /// The spelling that has three numbers for every release: `1.20.0` for `1.20`, which as a request would
    /// mean the whole line.
    pub fn full(&self) -> String {
        let Version { major, minor, patch, kind, pre } = self;
        let dot = if self.is_release() { "." } else { "" };
        format!("{major}.{minor}{dot}{patch}{kind}{pre}")
    }

    /// The version in semver's grammar: `1.22.0-rc.1` for `1.22rc1`. `None` if a number does not fit in 64 bits.
    pub fn to_semver(&self) -> Option<semver::Version> {
        let patch = if self.is_release() { &self.patch.digits } else { "0" };
        let (major, minor) = (self.major.digits.parse().ok()?, self.minor.digits.parse().ok()?);
        let mut version = semver::Version::new(major, minor, patch.parse().ok()?);
        if self.is_prerelease() {
            let dot = if self.pre.length == 0 { "" } else { "." };
            version.pre = semver::Prerelease::new(&format!("{}{dot}{}", self.kind, self.pre)).ok()?;
        }
        Some(version)
    }
}

/// Prints the version as Go releases it: the first release of a line is `1.20` up to that line and `1.21.0` since,
/// and the first of all was `1`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.patch.digits == "0" && !first_release_has_patch(&self.minor.digits) {
            f.write_str(&self.lang())
        } else {
            f.write_str(&self.full())
        }
    }
}

/// A line of releases: `1.22`, with all its patch releases and pre-releases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    major: Number,
    minor: Number,
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

/// Whether the first release of the line has a patch number, as since 1.21. Only the minor number counts, as in
/// Go's source, so `2.0` is a release.
fn first_release_has_patch(minor: &str) -> bool {
    (minor.len(), minor) >= (2, "21")
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
