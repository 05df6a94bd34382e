use super::*;
use crate::go::name::ToolchainName;
use proptest::prelude::*;
use std::hash::{BuildHasher, RandomState};

fn version(text: &str) -> Version {
    Version::parse(text).unwrap_or_else(|| panic!("`{text}` is a version"))
}

#[test]
fn versions_print_as_they_are_released() {
    for (input, printed, full) in [
        ("1", "1", "1.0.0"),
        ("1.0.0", "1", "1.0.0"),
        ("1.0.3", "1.0.3", "1.0.3"),
        ("1.20", "1.20", "1.20.0"),
        ("1.20.0", "1.20", "1.20.0"),
        ("1.20.14", "1.20.14", "1.20.14"),
        ("1.21", "1.21", "1.21"),
        ("1.21.0", "1.21.0", "1.21.0"),
        ("1.22rc1", "1.22rc1", "1.22rc1"),
        ("1.22rc", "1.22rc", "1.22rc"),
        ("1.9beta2", "1.9beta2", "1.9beta2"),
        ("2", "2.0", "2.0.0"),
        ("0", "0.0", "0.0.0"),
    ] {
        let version = version(input);
        assert_eq!(version.to_string(), printed, "Display of `{input}`");
        assert_eq!(version.toolchain().as_str(), format!("go{printed}"), "toolchain of `{input}`");
        assert_eq!(version.full(), full, "full spelling of `{input}`");
    }
}

#[test]
fn a_go_line_names_the_first_release() {
    for (line, release) in [
        ("1.22", "1.22.0"),
        ("1.21", "1.21.0"),
        ("2.30", "2.30.0"),
        ("1.20", "1.20"),
        ("1.22rc1", "1.22rc1"),
        ("1.22.4", "1.22.4"),
        ("1", "1"),
        ("0.21", "0.21"),
    ] {
        assert_eq!(version(line).for_go_line().to_string(), release, "go line `{line}`");
    }
}

#[test]
fn semver_has_its_own_spelling() {
    for (input, expected) in [
        ("1.22.4", Some("1.22.4")),
        ("1.22", Some("1.22.0")),
        ("1.20", Some("1.20.0")),
        ("1.22rc1", Some("1.22.0-rc.1")),
        ("1.22rc", Some("1.22.0-rc")),
        ("1.18beta2", Some("1.18.0-beta.2")),
        ("1.18446744073709551615", Some("1.18446744073709551615.0")),
        ("1.18446744073709551616", None),
        ("1.22.18446744073709551616", None),
    ] {
        let printed = version(input).to_semver().map(|version| version.to_string());
        assert_eq!(printed.as_deref(), expected, "semver of `{input}`");
    }
}

#[test]
fn a_release_is_read_from_semver() {
    for (input, expected) in [("1.22.4", Some("1.22.4")), ("1.20.0", Some("1.20")), ("1.22.0-rc.1", None)] {
        let version = Version::of_release(&semver::Version::parse(input).unwrap());
        assert_eq!(version, expected.and_then(Version::parse), "release of `{input}`");
    }
}

#[test]
fn lines_are_compared_by_number() {
    let line = version("1.9.7").line();
    assert_eq!(line.to_string(), "1.9");
    assert!(line < version("1.10").line());
    assert!(line.contains(&version("1.9rc2")) && !line.contains(&version("1.99")));
}

/// Versions of every form, close to each other so that equal and adjacent ones are common.
pub(in crate::go) fn any_version() -> impl Strategy<Value = Version> {
    let text = "[01]|[12]\\.(0|9|1[0-9]|2[0-3])(\\.[0-3]|\\.1[0-2]|alpha[12]|rc|rc[1-3]|rc1[01])?|\
        1\\.9999999999999999999[0-2](\\.0)?";
    proptest::string::string_regex(text).expect("a valid expression").prop_map(|text| version(&text))
}

proptest! {
    #[test]
    fn the_order_is_total(a in any_version(), b in any_version(), c in any_version()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse(), "{} against {}", a, b);
        prop_assert_eq!(a == b, a.cmp(&b).is_eq(), "{} against {}", a, b);
        if a <= b && b <= c {
            prop_assert!(a <= c, "{} <= {} <= {}", a, b, c);
        }
        if a == b {
            let hasher = RandomState::new();
            prop_assert_eq!(hasher.hash_one(&a), hasher.hash_one(&b), "hashes of {} and {}", a, b);
        }
        if a.line() < b.line() {
            prop_assert!(a < b, "{} is of an older line than {}", a, b);
        }
    }

    #[test]
    fn what_is_printed_is_read_back(version in any_version()) {
        prop_assert_eq!(Version::parse(&version.to_string()), Some(version.clone()));
        prop_assert_eq!(Version::parse(&version.full()), Some(version.clone()));
        let name = version.toolchain();
        prop_assert_eq!(name.version(), Some(&version));
        prop_assert_eq!(&ToolchainName::new(name.as_str()), &name);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), near in "[0-9]{0,3}[.a-z0-9é-]{0,12}") {
        for text in [text, near] {
            let _ = ToolchainName::new(format!("go{text}"));
            if let Some(version) = Version::parse(&text) {
                prop_assert_eq!(Version::parse(&version.to_string()), Some(version.clone()));
                let _ = version.to_semver();
            }
        }
    }
}

/// Compares with the answers of `internal/gover` of Go 1.27.3 for the inputs of its own tests.
#[cfg(feature = "cli")]
mod vectors {
    use super::*;
    use serde_json::Value;

    fn vectors(group: &str) -> Vec<Value> {
        let text = include_str!("../../../tests/data/version_vectors.json");
        let all: Value = serde_json::from_str(text).unwrap();
        let group = all[group].as_array().unwrap().clone();
        assert!(!group.is_empty());
        group
    }

    #[test]
    fn go_parses_the_same() {
        for vector in vectors("versions") {
            let input = vector["in"].as_str().unwrap();
            let parsed = Version::parse(input);
            assert_eq!(parsed.is_some(), vector["valid"], "validity of `{input}`");
            let Some(version) = parsed else { continue };
            let Version { major, minor, patch, kind, pre } = &version;
            let [major, minor, patch, pre] = [major, minor, patch, pre].map(ToString::to_string);
            let parts = Value::from(vec![major, minor, patch, kind.clone(), pre]);
            assert_eq!(parts, vector["parts"], "parts of `{input}`");
            assert_eq!(version.lang(), vector["lang"], "language version of `{input}`");
            assert_eq!(version.is_lang(), vector["is_lang"], "is `{input}` a language version");
            assert_eq!(version.is_prerelease(), vector["prerelease"], "is `{input}` a pre-release");
        }
    }

    #[test]
    fn go_compares_the_same() {
        for vector in vectors("compare") {
            let (a, b) = (vector["a"].as_str().unwrap(), vector["b"].as_str().unwrap());
            let expected = vector["cmp"].as_i64().unwrap().cmp(&0);
            // To Go malformed versions are equal, and below every version, as `None` is.
            let (left, right) = (Version::parse(a), Version::parse(b));
            assert_eq!(left.cmp(&right), expected, "`{a}` against `{b}`");
            assert_eq!(right.cmp(&left), expected.reverse(), "`{b}` against `{a}`");
        }
    }

    #[test]
    fn go_reads_toolchain_names_the_same() {
        for vector in vectors("from_toolchain") {
            let name = vector["name"].as_str().unwrap();
            // Go answers "" where gox answers `None`.
            let expected = Version::parse(vector["version"].as_str().unwrap());
            assert_eq!(ToolchainName::new(name).version().cloned(), expected, "toolchain name `{name}`");
        }
    }
}
