//! JSON as editors write it: with comments, and a comma before a closing bracket.

/// The same as plain JSON: what is in strings stays, comments become blanks.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut in_string = false;
    while let Some(next) = rest.next() {
        match next {
            '\\' if in_string => {
                plain.push(next);
                plain.extend(rest.next());
                continue;
            }
            '"' => in_string = !in_string,
            _ if in_string => {}
            '/' if rest.peek() == Some(&'/') => {
                while rest.peek().is_some_and(|c| *c != '\n') {
                    rest.next();
                }
                continue;
            }
            '/' if rest.peek() == Some(&'*') => {
                rest.next();
                let mut last = ' ';
                for c in rest.by_ref() {
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
                plain.push(' ');
                continue;
            }
            '}' | ']' => {
                let end = plain.trim_end().len();
                if plain[..end].ends_with(',') {
                    plain.truncate(end - 1);
                }
            }
            _ => {}
        }
        plain.push(next);
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::plain;

    #[test]
    fn comments_and_commas_go_and_strings_stay() {
        for (text, expected) in [
            ("{\"a\": 1, // one\n \"b\": [1, 2,], /* two\n */ }", json!({"a": 1, "b": [1, 2]})),
            (r#"{"u": "http://x/*y*/", "q": "\"//,}"}"#, json!({"u": "http://x/*y*/", "q": "\"//,}"})),
            ("/**/{}//", json!({})),
            ("[1/***/,2 , ]", json!([1, 2])),
        ] {
            assert_eq!(serde_json::from_str::<Value>(&plain(text)).unwrap(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn json_stays_what_it_is(a in any::<String>(), b in any::<String>(), near in "[{}\\[\\]\"\\\\/*,:a\n]{0,40}") {
            let _ = plain(&near);
            let value = json!({ a.clone(): [b, 1, { "x": a }], "y": {} });
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                prop_assert_eq!(&serde_json::from_str::<Value>(&plain(&text)).unwrap(), &value);
            }
        }
    }
}
