//! Errors for a version that does not exist, with the nearest ones that do.

use super::source_failure::{SourceFailure, with_failures};
use crate::error::{Error, Kind};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::request::Request;
use crate::go::version::{Line, Version};

/// The error for a toolchain that does not exist. `names` are those that do, `failures` the reasons of the sources.
pub fn no_such_version(
    toolchain: &ToolchainName,
    names: &[ToolchainName],
    failures: &[SourceFailure],
) -> Error {
    let request = toolchain.request();
    let error =
        Error::new(Kind::NoSuchVersion, format!("no such version: `{request}` for {}", Platform::HOST));
    let mut error = with_failures(error, failures);
    if !failures.iter().all(|failed| failed.failure.is_absent()) {
        error = error.detail("no release list has it");
    }
    with_nearest(error, &request, names)
}

/// The error for a request that none of `names` matches.
pub fn nothing_matches(request: &Request, names: &[ToolchainName]) -> Error {
    let error = Error::new(
        Kind::NoSuchVersion,
        format!("no released version matches `{request}` for {}", Platform::HOST),
    );
    with_nearest(error, request, names)
}

/// Adds a hint with the line that the request means, or with the versions next to it: the best one in a command, all in
/// Go's order.
fn with_nearest(error: Error, request: &Request, names: &[ToolchainName]) -> Error {
    if let Some(line) = line_meant(request, names) {
        return error.hint(format!("{line} may be meant: `gox install {line}`"));
    }
    let near = version_of(request).map(|wanted| neighbours(&wanted, names)).unwrap_or_default();
    let Some(best) = near.first() else { return error };
    let install = format!("install one: `gox install {}`", best.full());
    let mut near: Vec<&Version> = near.iter().collect();
    near.sort();
    let list = near.iter().map(|version| format!("`{}`", version.full())).collect::<Vec<_>>().join(", ");
    error.hint(format!("nearest: {list}; {install}"))
}

/// The version that a request is nearest to.
pub(super) fn version_of(request: &Request) -> Option<Version> {
    match request.toolchain() {
        Some(toolchain) => toolchain.version().cloned(),
        None => Version::parse(&request.to_string()),
    }
}

/// The released line that is meant by a request for one that does not exist: 1.22 by `22`, which lacks the `1.`, and by
/// `1.222`, which has one digit more than any line.
pub(super) fn line_meant(request: &Request, names: &[ToolchainName]) -> Option<Line> {
    let lines = || names.iter().filter_map(ToolchainName::release).map(Version::line);
    let word = match request {
        Request::Major(number) if number.len() > 1 => format!("1.{number}"),
        _ => {
            let mut word = version_of(request)?.line().to_string();
            let is_longest = lines().all(|line| line.to_string().len() < word.len());
            word.pop().filter(|_| is_longest)?;
            word
        }
    };
    lines().find(|line| line.to_string() == word)
}

/// Up to three versions near `wanted`, best first: the newest of its line, then the next older and the next newer one.
/// Pre-releases count where one is wanted. Only `wanted`, where a variant of it such as `go1.22.4-alpine` does not
/// exist.
pub(super) fn neighbours(wanted: &Version, names: &[ToolchainName]) -> Vec<Version> {
    let whole = wanted.is_short().then(|| Version::parse(&format!("1.{wanted}"))).flatten();
    let wanted = whole.as_ref().unwrap_or(wanted);
    let known = names.iter().filter_map(ToolchainName::release);
    let counts =
        |version: &Version| version.is_release() || wanted.is_prerelease() && version.is_prerelease();
    let mut known: Vec<&Version> = known.filter(|version| counts(version)).collect();
    known.sort();
    known.dedup();
    if known.contains(&wanted) {
        return vec![wanted.clone()];
    }
    let line = known.iter().rev().find(|version| version.line() == wanted.line());
    let below = known.iter().rev().find(|version| **version < wanted);
    let above = known.iter().find(|version| **version > wanted);
    let mut near: Vec<Version> = Vec::new();
    for version in [line, below, above].into_iter().flatten() {
        if !near.contains(version) {
            near.push((*version).clone());
        }
    }
    near
}

#[cfg(test)]
mod tests {
    use super::{line_meant, neighbours};
    use crate::go::name::ToolchainName;
    use crate::go::request::Request;
    use crate::go::version::Version;

    #[test]
    fn the_same_line_comes_first() {
        let names: Vec<ToolchainName> =
            ["1.20", "1.20.14", "1.21.0", "1.21.13", "1.22.0", "1.22.12", "1.23rc1"]
                .map(|name| ToolchainName::new(format!("go{name}")))
                .into();
        let table = [
            ("1.22.99", vec!["1.22.12"]),
            ("1.22.5", vec!["1.22.12", "1.22.0"]),
            ("1.20.15", vec!["1.20.14", "1.21.0"]),
            ("1.19.1", vec!["1.20"]),
            ("1.99.0", vec!["1.22.12"]),
            ("1.21.0", vec!["1.21.0"]),
            ("1.21.1", vec!["1.21.13", "1.21.0"]),
            ("1.22rc9", vec!["1.22.12", "1.21.13", "1.22.0"]),
            ("1.23rc9", vec!["1.23rc1"]),
            ("1.23rc0", vec!["1.23rc1", "1.22.12"]),
            ("21.13", vec!["1.21.13"]),
            ("22.99", vec!["1.22.12"]),
            ("20", vec!["1.20"]),
            ("99", vec!["1.22.12"]),
            ("21.13.1", vec!["1.22.12"]),
            ("2.1", vec!["1.22.12"]),
        ];
        for (wanted, expected) in table {
            let found = neighbours(&Version::parse(wanted).unwrap(), &names);
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{wanted}");
        }
    }

    #[test]
    fn a_line_is_meant_that_is_spelled_with_a_digit_more_or_without_its_first_number() {
        let names = ["1.9", "1.20", "1.21.0", "1.22.0", "1.23rc1"]
            .map(|name| ToolchainName::new(format!("go{name}")));
        for (word, expected) in [
            ("22", Some("1.22")),
            ("20", Some("1.20")),
            ("23", Some("1.23")),
            ("9", None),
            ("99", None),
            ("1.222", Some("1.22")),
            ("1.222.x", Some("1.22")),
            ("1.222.4", Some("1.22")),
            ("1.220", Some("1.22")),
            ("1.200", Some("1.20")),
            ("1.222rc1", Some("1.22")),
            // A line of as many digits may still come, two digits too many are no slip, and a patch is not a line.
            ("1.29", None),
            ("1.2222", None),
            ("1.555", None),
            ("1.22.99", None),
            ("22.4", None),
            ("222", None),
            ("2", None),
            (">=1.99", None),
            ("tip", None),
        ] {
            let found = line_meant(&Request::parse(word).unwrap(), &names);
            assert_eq!(found.map(|line| line.to_string()).as_deref(), expected, "{word}");
        }
    }
}
