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
    let near = toolchain.version().map(|wanted| neighbours(wanted, names)).unwrap_or_default();
    with_nearest(error, &near)
}

/// The error for a request that none of `names` matches.
pub fn nothing_matches(request: &str, names: &[ToolchainName]) -> Error {
    let error = Error::new(
        Kind::NoSuchVersion,
        format!("no released version matches `{request}` for {}", Platform::HOST),
    );
    let wanted = Version::parse(request.trim_end_matches(".x"));
    with_nearest(error, &wanted.map(|wanted| neighbours(&wanted, names)).unwrap_or_default())
}

fn with_nearest(error: Error, near: &[Version]) -> Error {
    let Some(best) = near.first() else { return error };
    let list = near.iter().map(|version| format!("`{}`", version.full())).collect::<Vec<_>>().join(", ");
    error.hint(format!("nearest: {list}; install one: `gox install {}`", best.full()))
}

/// Up to three releases near `wanted`, best first: the newest of its line, then the next older and the next newer one.
fn neighbours(wanted: &Version, names: &[ToolchainName]) -> Vec<Version> {
    let known = names.iter().filter_map(ToolchainName::release);
    let mut known: Vec<&Version> =
        known.filter(|version| version.is_release() && *version != wanted).collect();
    known.sort();
    known.dedup();
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
            ("1.21.1", vec!["1.21.13", "1.21.0"]),
        ];
        for (wanted, expected) in table {
            let found = neighbours(&Version::parse(wanted).unwrap(), &names);
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{wanted}");
        }
    }
}
