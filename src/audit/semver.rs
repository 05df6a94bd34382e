//! Versions as the database has them: in semver's grammar, which the names of Go's releases are not in. `1.22rc1` is
//! no semver, and compared as text it would be above `1.22.0`.

use semver::{Prerelease, Version};

use crate::go::name::ToolchainName;

/// The kinds of a pre-release in a toolchain's name (Go source `golang.org/x/vuln/internal/semver.GoTagToSemver`).
const KINDS: [&str; 3] = ["beta", "rc", "-pre"];

/// The version of a toolchain, without a vendor's suffix: `1.22.0-rc.1` of `go1.22rc1`. `None` for what is no release
/// of Go, such as a linked GOROOT, and for `go1.0`, which never was one.
pub fn of(name: &ToolchainName) -> Option<Version> {
    let text = name.as_str().strip_prefix("go")?.split([' ', '\t']).next()?;
    if text == "1" {
        return Some(Version::new(1, 0, 0));
    }
    let end = text.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    let numbers = numbers.split('.').map(|number| number.parse().ok()).collect::<Option<Vec<u64>>>()?;
    let mut version = match numbers[..] {
        [major, minor] => Version::new(major, minor, 0),
        [major, minor, patch] => Version::new(major, minor, patch),
        _ => return None,
    };
    let kind = KINDS.into_iter().find_map(|kind| Some((kind, number(rest.strip_prefix(kind)?)?)));
    match kind {
        Some((kind, number)) => {
            version.pre = Prerelease::new(&format!("{}.{number}", kind.trim_start_matches('-'))).ok()?;
        }
        None if !rest.is_empty() && !rest.starts_with('-') => return None,
        None => {}
    }
    (text != "1.0").then_some(version)
}

/// The number of a pre-release, behind which a vendor's suffix may stand.
fn number(text: &str) -> Option<u64> {
    text.split('-').next()?.parse().ok()
}

/// A version as entries write it. As in Go's own reading `1.21` is `1.21.0`.
pub(super) fn read(text: &str) -> Option<Version> {
    Version::parse(text).or_else(|_| Version::parse(&format!("{text}.0"))).ok()
}

#[cfg(test)]
mod tests {
    use super::{of, read};
    use crate::go::name::ToolchainName;

    #[test]
    fn names_become_versions_or_nothing() {
        for (name, expected) in [
            ("go1", "1.0.0"),
            ("go1.0", "-"),
            ("go1.0.1", "1.0.1"),
            ("go1.19", "1.19.0"),
            ("go1.22.4", "1.22.4"),
            ("go1.22rc1", "1.22.0-rc.1"),
            ("go1.18beta2", "1.18.0-beta.2"),
            ("go1.9.2rc2", "1.9.2-rc.2"),
            ("go1.20-pre4", "1.20.0-pre.4"),
            ("go1.22.4-bigcorp", "1.22.4"),
            ("go1.22rc1-bigcorp", "1.22.0-rc.1"),
            ("go1.22-prefix", "1.22.0"),
            ("go1.22.4 X:boringcrypto", "1.22.4"),
            ("go1.22\tX:boringcrypto", "1.22.0"),
            ("go1.22alpha1", "-"),
            ("go1.22rc", "-"),
            ("go1.22.", "-"),
            ("go1.22.4.1", "-"),
            ("go1.99999999999999999999", "-"),
            ("go2", "-"),
            ("go", "-"),
            ("devel go1.28-3f1f1d Mon", "-"),
            ("devel", "-"),
            ("tip", "-"),
            ("1.22.4", "-"),
        ] {
            let found = of(&ToolchainName::new(name)).map(|version| version.to_string());
            assert_eq!(found.unwrap_or_else(|| "-".to_owned()), expected, "{name}");
        }
    }

    #[test]
    fn pre_releases_are_below_their_release_and_above_its_bound() {
        let order = ["1.26.0-0", "1.26.0-beta.1", "1.26.0-rc.2", "1.26.0-rc.10", "1.26.0", "1.26.1"];
        let read = order.map(|text| read(text).unwrap());
        assert!(read.is_sorted_by(|one, next| one < next));
        assert_eq!(super::read("1.21"), super::read("1.21.0"));
        assert_eq!(super::read("0"), None);
    }
}
