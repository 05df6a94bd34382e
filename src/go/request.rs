//! Requests: which versions somebody asked for, on the command line, in a variable or in a file. A request is data
//! from outside; no accepted one contains a path separator, a control character or more than 255 bytes.

mod range;
mod spelling;

use std::fmt;

use super::name::ToolchainName;
use super::version::{Line, Version};
use crate::text;

pub use range::Range;
use range::{BLANKS, OPERATORS};
use spelling::number_after_prefix;

/// The longest request, in bytes: that of a file name (`NAME_MAX`), because a request can name a toolchain.
const MAX_BYTES: usize = 255;

/// The words that choose a version.
pub const CHOICES: [&str; 4] = ["latest", "stable", "oldstable", "system"];

/// Words that mean something to gox, to Go or to users, and therefore cannot name a linked GOROOT.
const RESERVED: [&str; 13] = [
    "auto",
    "default",
    "go",
    "gofmt",
    "latest",
    "local",
    "none",
    "off",
    "oldstable",
    "on",
    "path",
    "stable",
    "system",
];

/// A request: a condition on versions, from which [`Request::choose`] picks the best.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// `1.22.4`, `1.20.0`, `1.27rc2`: exactly this version.
    Version(Version),
    /// `1.22`, `1.22.x` or `1.22.*`: the newest of the line.
    Line(Line),
    /// `1`, `1.x` or `1.*`: the newest with this major number.
    Major(String),
    /// `latest` or `stable`: the newest release.
    Latest,
    /// `oldstable`: the newest release of the line before the line of `latest`.
    OldStable,
    /// `>=1.21, <1.23`: the newest that matches.
    Range(Range),
    /// `system`: the first Go on PATH that is not a gox shim.
    System,
    /// The full name of a toolchain that is not a version in Go's grammar: `go1.22.4-bigcorp`, `go1.9.2rc2`, or a
    /// linked GOROOT such as `tip`.
    Name(ToolchainName),
}

/// The hint for a word that is no request, or a name that nothing has.
pub const EXAMPLES: &str = "requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`";

impl ToolchainName {
    /// The request for exactly this toolchain: `1.22.4` for `go1.22.4`, and `1.20.0` for `go1.20`, because
    /// `1.20` is the line.
    pub fn request(&self) -> Request {
        match self.release().filter(|version| !version.is_lang()) {
            Some(version) => Request::Version(version.clone()),
            None => Request::Name(self.clone()),
        }
    }

    /// Whether the text of [`ToolchainName::request`] means just this toolchain. That of a directory which somebody
    /// named `go1.25.0-rc2` is refused, and that of `go1.22` means the line.
    pub fn is_request(&self) -> bool {
        let request = self.request();
        Request::parse(&request.to_string()) == Ok(request)
    }
}

impl Request {
    /// The request quoted for a shell, to which the operators of a range are redirections.
    pub fn quoted(&self) -> String {
        text::quoted(&self.to_string())
    }

    /// Whether the request is the name of a linked GOROOT, which no source has.
    pub fn is_linked_name(&self) -> bool {
        matches!(self, Request::Name(name) if name.is_linked())
    }

    /// The hint for a request that is not installed: the command that installs or links it.
    pub fn install_hint(&self) -> String {
        if self.is_linked_name() {
            return format!("give a GOROOT that name: `gox link {self} PATH`");
        }
        format!("install it: `gox install {}`", self.quoted())
    }

    /// Parses a request. Blanks around it and a prefix `go` or `v` before a number are ignored.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let text = text.trim_matches(|c| c == '\n' || BLANKS.contains(&c));
        let refused = |what: &str, reason: &str| {
            RequestError(format!("`{}` is not a valid {what}: {reason}", text::excerpt(text)))
        };
        let refuse = |reason| refused("request", reason);
        if text.is_empty() {
            return Err(RequestError("the request is empty".into()));
        }
        check_characters(text).map_err(refuse)?;
        if let Some(meant) = Request::meant(text) {
            return Err(refuse(&format!("Go writes it `{meant}`")));
        }
        let request = match text {
            "latest" | "stable" => Request::Latest,
            "oldstable" => Request::OldStable,
            "system" => Request::System,
            _ if text.starts_with(OPERATORS) => {
                let range = Range::parse(text).map_err(|reason| refused("range", &reason))?;
                // The normal spelling can be longer than `text`, and must be a valid request itself.
                check_length(&range.text).map_err(refuse)?;
                Request::Range(range)
            }
            _ if text.contains(BLANKS) => {
                return Err(refuse("only a range such as `>=1.21 <1.23` may contain blanks"));
            }
            _ => match number_after_prefix(text) {
                Some(number) => parse_numeric(number).map_err(refuse)?,
                None => parse_linked_name(text).map_err(refuse)?,
            },
        };
        Ok(request)
    }

    /// The request that a word means which is nearly one, such as `1.25rc2` for `1.25.0-rc.2`. Such a word is no
    /// request.
    pub fn meant(word: &str) -> Option<Request> {
        let number = number_after_prefix(word.trim())?;
        // By Go's grammar `1.22x` is a pre-release of a kind `x`, but a person means `1.22.x`.
        let before_x = number.trim_end_matches('x');
        if before_x != number && Version::parse(before_x).is_some() {
            return parse_numeric(before_x).ok();
        }
        spelling::meant(number).map(Request::Version)
    }

    /// Whether the request names one toolchain, which is known without a list of versions.
    pub fn is_exact(&self) -> bool {
        matches!(self, Request::Version(_) | Request::Name(_))
    }

    /// The toolchain that an [exact](Request::is_exact) request names.
    pub fn toolchain(&self) -> Option<ToolchainName> {
        match self {
            Request::Version(version) => Some(version.toolchain()),
            Request::Name(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// Whether `version` satisfies the request; [`Request::choose`] selects among all that do. Language
    /// versions such as `1.22` are no releases and never match. `system` and names match no version: the caller
    /// looks them up by name.
    pub fn matches(&self, version: &Version) -> bool {
        if version.is_lang() {
            return false;
        }
        match self {
            Request::Version(wanted) => wanted == version,
            Request::Line(line) => line.contains(version),
            Request::Major(major) => *major == version.major(),
            Request::Latest => true,
            Request::OldStable => version.is_release(),
            Request::Range(range) => range.contains(version),
            Request::System | Request::Name(_) => false,
        }
    }

    /// The newest of the candidates that match. For lines, majors and `latest` pre-releases count only if no
    /// release matches, as for `go get go@1.22` in cmd/go.
    pub fn choose<'a>(&self, candidates: impl Iterator<Item = &'a Version>) -> Option<&'a Version> {
        let matching = candidates.filter(|version| self.matches(version));
        match self {
            Request::Line(_) | Request::Major(_) | Request::Latest => {
                matching.max_by_key(|version| (version.is_release(), *version))
            }
            Request::OldStable => choose_old_stable(&matching.collect::<Vec<_>>()),
            Request::Version(_) | Request::Range(_) | Request::System | Request::Name(_) => matching.max(),
        }
    }
}

/// Prints the normal spelling, which [`Request::parse`] reads as an equal request.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // In full, because `1.20` would be the line.
            Request::Version(version) => f.write_str(&version.full()),
            Request::Line(line) => line.fmt(f),
            Request::Major(major) => f.write_str(major),
            Request::Latest => f.write_str("latest"),
            Request::OldStable => f.write_str("oldstable"),
            Request::Range(range) => range.fmt(f),
            Request::System => f.write_str("system"),
            Request::Name(name) => f.write_str(number_after_prefix(name.as_str()).unwrap_or(name.as_str())),
        }
    }
}

/// Refuses lengths and characters that no request may have: it can name a directory, and is never a path.
fn check_characters(text: &str) -> Result<(), &'static str> {
    check_length(text)?;
    if text.contains(['/', '\\']) || text.contains("..") {
        return Err("`/`, `\\` and `..` are not allowed");
    }
    if text.contains(|c: char| c.is_control() && !BLANKS.contains(&c)) {
        return Err("control characters are not allowed");
    }
    Ok(())
}

fn check_length(text: &str) -> Result<(), &'static str> {
    if text.len() > MAX_BYTES { Err("it has more than 255 bytes") } else { Ok(()) }
}

/// Parses a request that begins with a digit.
fn parse_numeric(text: &str) -> Result<Request, &'static str> {
    const SPELLING: &str = "a version is written as `1.22.4`, `1.22`, `1.22.x` or `1.22rc1`";
    let before_x = text.strip_suffix(".x").or_else(|| text.strip_suffix(".*"));
    let numbers = before_x.unwrap_or(text);
    if let Some(version) = Version::parse(numbers) {
        match numbers.matches('.').count() {
            0 => return Ok(Request::Major(numbers.to_owned())),
            1 if !version.is_prerelease() => return Ok(Request::Line(version.line())),
            _ if before_x.is_none() => return Ok(Request::Version(version)),
            _ => return Err(SPELLING),
        }
    }
    let name = ToolchainName::new(format!("go{text}"));
    if !is_suffixed_name(&name) && !is_odd_release(text) {
        return Err(if has_leading_zero(text) { "a number has a leading zero" } else { SPELLING });
    }
    // A directory will have this name.
    check_length(name.as_str()).map(|()| Request::Name(name))
}

/// Whether `name` is a vendor's, such as `go1.22.4-bigcorp`, with a suffix of characters that are safe in a
/// file name and on PATH.
fn is_suffixed_name(name: &ToolchainName) -> bool {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let suffix = name.as_str().split_once('-').map(|(_, suffix)| suffix);
    suffix.is_some_and(|suffix| !suffix.is_empty() && suffix.chars().all(safe)) && name.version().is_some()
}

/// Whether `text` is like `1.9.2rc2`, a pre-release of a patch: go.dev/dl has some, but Go's grammar does not.
fn is_odd_release(text: &str) -> bool {
    let kind = text.find(|c: char| c.is_ascii_lowercase()).unwrap_or(text.len());
    let (release, prerelease) = text.split_at(kind);
    release.matches('.').count() == 2
        && Version::parse(release).is_some()
        && Version::parse(&format!("1.22{prerelease}")).is_some_and(|version| version.is_prerelease())
}

/// Whether a number in the version, which ends at a `-`, has a leading zero.
fn has_leading_zero(text: &str) -> bool {
    let version = text.split('-').next().unwrap_or_default();
    let mut numbers = version.split(|c: char| !c.is_ascii_digit());
    numbers.any(|number| number.len() > 1 && number.starts_with('0'))
}

/// Parses the name of a linked GOROOT, `[a-z][a-z0-9._-]*`. The caller has excluded versions, also those with the
/// prefix `go` or `v`.
fn parse_linked_name(text: &str) -> Result<Request, &'static str> {
    if RESERVED.contains(&text) {
        return Err("the word is reserved and cannot name a toolchain");
    }
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(fits) {
        Ok(Request::Name(ToolchainName::new(text)))
    } else {
        Err("a name has only `a` to `z`, digits, `.`, `_` and `-`, and begins with a letter")
    }
}

/// The newest release of the line before the newest line.
fn choose_old_stable<'a>(releases: &[&'a Version]) -> Option<&'a Version> {
    let stable = releases.iter().max()?.line();
    releases.iter().copied().filter(|version| version.line() < stable).max()
}

/// Why a text is not a request: a complete message, in which the text is shortened and safe for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError(String);

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RequestError {}

#[cfg(test)]
mod tests;
