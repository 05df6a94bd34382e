//! The name of this machine, by which the fleet file chooses a target.

/// The name of this machine, as `hostname` prints it.
pub(super) fn name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Whether a pattern is made of what names of machines have, and of `*` and `?`.
pub(super) fn is_pattern(pattern: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._*?".contains(c);
    !pattern.is_empty() && pattern.chars().all(fits)
}

/// Whether a name fits a pattern, in which `*` stands for any text and `?` for one character. Upper and lower case are
/// the same, as in all names of machines.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    fits_bytes(pattern.to_ascii_lowercase().as_bytes(), name.to_ascii_lowercase().as_bytes())
}

fn fits_bytes(pattern: &[u8], name: &[u8]) -> bool {
    // Where the last `*` was, and how much of the name it has taken.
    let (mut at, mut star) = ((0, 0), None);
    loop {
        match (pattern.get(at.0), name.get(at.1)) {
            (Some(b'*'), _) => {
                star = Some((at.0 + 1, at.1));
                at.0 += 1;
            }
            (Some(wanted), Some(found)) if *wanted == b'?' || wanted == found => at = (at.0 + 1, at.1 + 1),
            (None, None) => return true,
            _ => match star {
                Some((pattern, taken)) if taken < name.len() => {
                    star = Some((pattern, taken + 1));
                    at = (pattern, taken + 1);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fits, is_pattern};

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("ci-*", "ci-1", true),
            ("ci-*", "CI-", true),
            ("ci-*", "ci", false),
            ("*", "", true),
            ("*.corp.example", "a.b.corp.example", true),
            ("*a*b", "aaxbab", true),
            ("*a*b", "aaxba", false),
            ("web-??", "web-01", true),
            ("web-??", "web-1", false),
            ("**", "x", true),
            ("", "", true),
            ("a?*", "a", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
        // A name that a naive search would try in more ways than there is time for.
        assert!(!fits(&("a*".repeat(60) + "b"), &"a".repeat(20_000)));
        for (pattern, expected) in [("ci-[0-9]", false), ("", false), ("a b", false), ("a_b.c-*?", true)] {
            assert_eq!(is_pattern(pattern), expected, "{pattern}");
        }
    }
}
