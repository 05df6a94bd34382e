//! Versions: Go's grammar and order (Go source `internal/gover/gover.go`).
//!
//! Numbers may have any length, as in Go's source: a go.mod may say `go 1.99999999999999999999`, and the go command
//! compares it.

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
/// variants: what does not fit in 64 bits is above all that does, and a longer one above a shorter one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Number {
    Nothing,
    /// Hundreds of versions are compared for a list, so the usual number has no memory of its own.
    Short(u64),
    /// The length, then the digits.
    Long(Box<(usize, String)>),
}

/// From digits alone, or from nothing.
impl From<&str> for Number {
    fn from(digits: &str) -> Self {
        match digits.parse() {
            Ok(number) => Number::Short(number),
            Err(_) if digits.is_empty() => Number::Nothing,
            Err(_) => Number::Long(Box::new((digits.len(), digits.to_owned()))),
        }
    }
}

/// What a number is that a version does not say.
const FIRST: Number = Number::Short(0);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Nothing => Ok(()),
            Number::Short(number) => write!(f, "{number}"),
            Number::Long(long) => f.write_str(&long.1),
        }
    }
}

impl Version {
    /// Parses a version without prefix or blanks; `None` if Go's `gover.Parse` rejects it.
    pub fn parse(text: &str) -> Option<Self> {
        let (major, rest) = cut_number(text)?;
        let mut version =
            Version { major, minor: FIRST, patch: FIRST, kind: String::new(), pre: Number::Nothing };
        if rest.is_empty() {
            return Some(version);
        }
        let (minor, rest) = cut_number(rest.strip_prefix('.')?)?;
        if rest.is_empty() {
            version.patch = if first_release_has_patch(&minor) { Number::Nothing } else { FIRST };
            return Some(Version { minor, ..version });
        }
        if let Some(rest) = rest.strip_prefix('.') {
            // A patch number excludes a pre-release: `1.9.2rc2`, which go.dev has, is malformed.
            let (patch, rest) = cut_number(rest)?;
            return rest.is_empty().then_some(Version { minor, patch, ..version });
        }
        let (kind, rest) = cut_kind(rest)?;
        let (pre, rest) = if rest.is_empty() { (Number::Nothing, rest) } else { cut_number(rest)? };
        let (patch, kind) = (Number::Nothing, kind.to_owned());
        rest.is_empty().then_some(Version { minor, patch, kind, pre, ..version })
    }

    /// The release with these numbers in semver's grammar; `None` for a pre-release.
    pub fn of_release(version: &semver::Version) -> Option<Self> {
        let [major, minor, patch] = [version.major, version.minor, version.patch].map(Number::Short);
        let release = Version { major, minor, patch, kind: String::new(), pre: Number::Nothing };
        version.pre.is_empty().then_some(release)
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
        self.patch != Number::Nothing
    }

    /// The version that a `go` line with this version asks for. A language version from 1.21 on stands for the
    /// first release of its line, `1.22` for `1.22.0`, because there is no toolchain `go1.22` (Go source
    /// `cmd/go/internal/toolchain.Select`, golang.org/issue/62278).
    #[must_use]
    pub fn for_go_line(&self) -> Version {
        // cmd/go compares with 1.21, so `0.21`, a language version by its minor number, is left alone.
        let renamed = self.is_lang() && self.major >= Number::Short(1);
        Version { patch: if renamed { FIRST } else { self.patch.clone() }, ..self.clone() }
    }

    /// The version's line.
    pub fn line(&self) -> Line {
        Line { major: self.major.clone(), minor: self.minor.clone() }
    }

    /// The major number, in decimal.
    pub fn major(&self) -> String {
        self.major.to_string()
    }

    /// Whether this can only be the rest of a version, such as `22.4` of 1.22.4: no first number has two digits.
    pub fn is_short(&self) -> bool {
        self.major > Number::Short(9)
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
        let fits = |number: &Number| match number {
            Number::Nothing => Some(0),
            Number::Short(number) => Some(*number),
            Number::Long(_) => None,
        };
        let mut version = semver::Version::new(fits(&self.major)?, fits(&self.minor)?, fits(&self.patch)?);
        if self.is_prerelease() {
            let dot = if self.pre == Number::Nothing { "" } else { "." };
            version.pre = semver::Prerelease::new(&format!("{}{dot}{}", self.kind, self.pre)).ok()?;
        }
        Some(version)
    }
}

/// Prints the version as Go releases it: the first release of a line is `1.20` up to that line and `1.21.0` since,
/// and the first of all was `1`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.patch == FIRST && !first_release_has_patch(&self.minor) {
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
fn first_release_has_patch(minor: &Number) -> bool {
    *minor >= Number::Short(21)
}

/// Splits a number without leading zeros off the front.
fn cut_number(text: &str) -> Option<(Number, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let leading_zero = number.len() > 1 && number.starts_with('0');
    (!number.is_empty() && !leading_zero).then(|| (number.into(), rest))
}

/// Splits the kind of a pre-release, a lower-case word such as `rc`, off the front.
fn cut_kind(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
pub(super) mod tests;
