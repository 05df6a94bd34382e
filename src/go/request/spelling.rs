//! Words that are nearly a version: pre-releases as semver, other languages or a hurry spell them.

use crate::go::version::Version;

/// The kinds of pre-releases that Go has.
const KINDS: [&str; 3] = ["alpha", "beta", "rc"];

/// The pre-release that a misspelt word means: `1.25rc2` for `1.25.0-rc.2`, `1.25-rc2` or `1.25RC2`. `None` if the
/// word, which has no prefix `go` or `v`, is spelled as Go spells it, or means none.
pub(super) fn meant(word: &str) -> Option<Version> {
    let is_between = |c: char| "-._~+ \t".contains(c);
    let lower = word.to_ascii_lowercase();
    let (release, prerelease) = lower.split_at(lower.find(|c: char| c.is_ascii_lowercase())?);
    let (kind, number) = prerelease.split_at(prerelease.find(|c: char| !c.is_ascii_lowercase())?);
    let line = release.trim_end_matches(is_between);
    // Go has pre-releases of a line alone. A patch number other than 0 makes it a name, such as `1.22.4-rc1`.
    let line = line.strip_suffix(".0").filter(|line| line.contains('.')).unwrap_or(line);
    if line.matches('.').count() != 1 || !KINDS.contains(&kind) {
        return None;
    }
    let spelled = format!("{line}{kind}{}", number.trim_start_matches(is_between));
    Version::parse(&spelled).filter(|_| spelled != word)
}

/// The word without one prefix `go` or `v`; `None` if what remains does not begin with a digit.
pub(super) fn number_after_prefix(text: &str) -> Option<&str> {
    let number = text.strip_prefix("go").or_else(|| text.strip_prefix('v')).unwrap_or(text);
    number.starts_with(|c: char| c.is_ascii_digit()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_pre_release_is_told_however_it_is_spelled() {
        for word in [
            "1.25.0-rc.2",
            "1.25-rc2",
            "1.25.0-rc2",
            "1.25.0rc2",
            "1.25-rc.2",
            "1.25rc.2",
            "1.25.rc2",
            "1.25_rc_2",
            "1.25RC2",
            "1.25-RC2",
            "1.25 rc2",
            "1.25.0~rc2",
            "1.25rc-2",
        ] {
            assert_eq!(meant(word).map(|version| version.to_string()).as_deref(), Some("1.25rc2"), "{word}");
        }
        assert_eq!(meant("1.21.0-beta.1").unwrap().to_string(), "1.21beta1");
        for word in [
            "1.25rc2",
            "1.9.2rc2",
            "1.22.4-rc1",
            "1.22.4-bigcorp",
            "1.25.0-rc.2-bigcorp",
            "1.25-rc",
            "1.25-rcx2",
            "1.25-pre2",
            "1.25",
            "1.25.0",
            "1.25.x",
            "rc2",
            "tip-rc2",
            "1-rc2",
            "1.25.0.0-rc2",
            "1.25-rc02",
            "",
            "1.25rc2rc3",
        ] {
            assert_eq!(meant(word), None, "{word}");
        }
    }
}
