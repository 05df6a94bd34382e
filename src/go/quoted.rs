//! Words that may be in quotes, as the go command has them in `CC`, in `GOFLAGS` and in the commands of `GOAUTH`: quotes
//! of either kind around a word keep its blanks, and nothing in them is escaped (Go source `cmd/internal/quoted`).

const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// The words of a text. `None` if a quote does not end.
pub fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start_matches(BLANKS);
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '"' | '\'' => rest[1..].split_once(first)?,
            _ => rest.split_at(rest.find(BLANKS).unwrap_or(rest.len())),
        };
        words.push(word.to_owned());
        rest = after.trim_start_matches(BLANKS);
    }
    Some(words)
}

/// `word` as [`split`] reads it. `None` for one with quotes of both kinds, which no text can have.
pub fn quoted(word: &str) -> Option<String> {
    if !word.contains(BLANKS) && !word.contains(['"', '\'']) && !word.is_empty() {
        return Some(word.to_owned());
    }
    let quote = ['\'', '"'].into_iter().find(|quote| !word.contains(*quote))?;
    Some(format!("{quote}{word}{quote}"))
}

#[cfg(test)]
mod tests {
    use super::{quoted, split};

    #[test]
    fn words_may_be_in_quotes() {
        for (text, expected) in [
            ("gcc", Some(&["gcc"][..])),
            ("  ccache gcc\t-m64 ", Some(&["ccache", "gcc", "-m64"])),
            ("'/opt/my gcc/bin/gcc' \"-D x='y'\"", Some(&["/opt/my gcc/bin/gcc", "-D x='y'"])),
            ("a'b c'", Some(&["a'b", "c'"])),
            ("'open", None),
            ("", Some(&[])),
        ] {
            let expected = expected.map(|words| words.iter().map(ToString::to_string).collect());
            assert_eq!(split(text), expected, "{text}");
        }
        for word in ["-v", "a b", "a\u{a0}b", "it's", "\"b\" c", "\"b\"", "\"x", "'", ""] {
            assert_eq!(split(&quoted(word).unwrap()), Some(vec![word.to_owned()]), "{word}");
        }
        assert_eq!(quoted("it's \"x\""), None);
    }
}
