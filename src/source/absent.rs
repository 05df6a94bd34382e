//! Errors for a version that does not exist, with the nearest ones that do.

use super::source_failure::{SourceFailure, with_failures};
use crate::error::{Error, Kind};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::version::Version;

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
    with_nearest(error, toolchain.version(), names)
}

/// The error for a request that none of `names` matches.
pub fn nothing_matches(request: &str, names: &[ToolchainName]) -> Error {
    let error = Error::new(
        Kind::NoSuchVersion,
        format!("no released version matches `{request}` for {}", Platform::HOST),
    );
    with_nearest(error, Version::parse(request).as_ref(), names)
}

/// Adds the versions next to `wanted` as a hint: the best one in a command, all in Go's order.
fn with_nearest(error: Error, wanted: Option<&Version>, names: &[ToolchainName]) -> Error {
    let near = wanted.map(|wanted| neighbours(wanted, names)).unwrap_or_default();
    let Some(best) = near.first() else { return error };
    let install = format!("install one: `gox install {}`", best.full());
    let mut near: Vec<&Version> = near.iter().collect();
    near.sort();
    let list = near.iter().map(|version| format!("`{}`", version.full())).collect::<Vec<_>>().join(", ");
    error.hint(format!("nearest: {list}; {install}"))
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
    use super::neighbours;
    use crate::go::name::ToolchainName;
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
}
