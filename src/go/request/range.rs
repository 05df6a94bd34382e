//! Ranges: requests that begin with an operator, in the grammar of semver and with Go's spelling of versions.

use std::fmt;

use semver::VersionReq;

use super::spelling::number_after_prefix;
use crate::go::version::Version;
use crate::text;

/// The blanks around a request and between the parts of a range. CR is one because files written on Windows end
/// their lines with CR LF.
pub(super) const BLANKS: [char; 3] = [' ', '\t', '\r'];

/// The characters that begin a range.
pub(super) const OPERATORS: [char; 6] = ['<', '=', '>', '^', '~', '*'];

/// A range with the meaning of [`semver::VersionReq`]: `<=1.22` includes 1.22.4, and a pre-release matches only
/// if the range names a pre-release of the same release.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    requirement: VersionReq,
    /// The normal spelling, in which pre-releases are written as in Go: `>=1.28rc1`.
    pub(super) text: String,
}

impl Range {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let comparators = split_comparators(text)?;
        let requirement = comparators.iter().map(|text| semver_spelling(text)).collect::<Vec<_>>().join(", ");
        let requirement =
            VersionReq::parse(&requirement).map_err(|error| text::escaped(&error.to_string()))?;
        Ok(Range { requirement, text: comparators.join(", ") })
    }

    /// Whether `version` is in the range. One with a number beyond 64 bits is in no range, as semver cannot
    /// represent it.
    pub(super) fn contains(&self, version: &Version) -> bool {
        version.to_semver().is_some_and(|version| self.requirement.matches(&version))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Splits a range at commas and blanks into comparators such as `>=1.21`, without the prefixes `go` and `v`.
fn split_comparators(text: &str) -> Result<Vec<String>, String> {
    if text == "*" {
        return Ok(vec![text.to_owned()]);
    }
    let mut comparators = Vec::new();
    for part in text.split(',') {
        let mut words = part.split(BLANKS).filter(|word| !word.is_empty()).peekable();
        if words.peek().is_none() {
            return Err("a comma has no comparison on one side".to_owned());
        }
        while let Some(word) = words.next() {
            let version = word.trim_start_matches(OPERATORS);
            let operator = &word[..word.len() - version.len()];
            // In `>= 1.21` the blank does not end the comparator.
            let version = if version.is_empty() { words.next().unwrap_or_default() } else { version };
            if operator.is_empty() {
                // semver would read `1.22` as `^1.22`, but in gox it is a line.
                return Err(format!("`{}` has no operator", text::excerpt(version)));
            }
            if version.is_empty() || version.starts_with(OPERATORS) {
                return Err(format!("no version follows `{operator}`"));
            }
            comparators.push(format!("{operator}{}", number_after_prefix(version).unwrap_or(version)));
        }
    }
    Ok(comparators)
}

/// Rewrites a pre-release from Go's spelling to semver's: `>=1.28rc1` becomes `>=1.28.0-rc.1`.
fn semver_spelling(comparator: &str) -> String {
    let version = comparator.trim_start_matches(OPERATORS);
    let operator = &comparator[..comparator.len() - version.len()];
    let prerelease = Version::parse(version).filter(Version::is_prerelease);
    match prerelease.and_then(|version| version.to_semver()) {
        Some(version) => format!("{operator}{version}"),
        None => comparator.to_owned(),
    }
}
