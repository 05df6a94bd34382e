//! A part of a file that is asked for beside the file itself. An answer is taken only if it says that it is exactly
//! this part, because servers say that they have ranges and then send something else.

use std::ops::Range;

use super::response::{Head, validator};

/// A part of a file whose length is known.
#[derive(Clone, Debug)]
pub struct Part {
    /// The positions of its bytes, at least one.
    pub range: Range<u64>,
    /// The length of the whole file in bytes.
    pub total: u64,
    /// The validator that came with the file.
    pub validator: Option<String>,
}

impl Part {
    /// The number of bytes.
    pub(super) fn length(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// The value of the header `Range`.
    pub(super) fn range_header(&self) -> String {
        format!("bytes={}-{}", self.range.start, self.range.end - 1)
    }

    /// Whether the answer with this head has the part as its body: these bytes, of a file of this length and with this
    /// validator, and not encoded.
    pub(super) fn is_in<'a>(&self, head: &Head<impl Fn(&str) -> Option<&'a str>>) -> bool {
        let header = &head.header;
        let range = format!("bytes {}-{}/{}", self.range.start, self.range.end - 1, self.total);
        let length = self.length().to_string();
        head.status == 206
            && header("content-range") == Some(&range)
            && header("content-length").is_none_or(|found| found == length)
            && header("content-encoding").is_none_or(|coding| coding.eq_ignore_ascii_case("identity"))
            && validator(header) == self.validator.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Part};

    #[test]
    fn an_answer_has_the_part_only_if_it_says_exactly_so() {
        let part = Part { range: 100..200, total: 300, validator: Some("\"x\"".into()) };
        assert_eq!(part.range_header(), "bytes=100-199");
        let honest = [("content-range", "bytes 100-199/300"), ("content-length", "100"), ("etag", "\"x\"")];
        let is_in = |status: u16, changes: &[(&str, Option<&str>)]| {
            let header = |name: &str| {
                let change = changes.iter().find(|(changed, _)| *changed == name);
                let own = || honest.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
                change.map_or_else(own, |(_, value)| *value)
            };
            part.is_in(&Head { status, reason: None, header })
        };
        assert!(is_in(206, &[]));
        assert!(is_in(206, &[("content-length", None)]));
        assert!(is_in(206, &[("content-encoding", Some("identity"))]));
        for status in [200, 204, 302, 304, 404, 416, 501] {
            assert!(!is_in(status, &[]), "{status}");
        }
        let lies = [
            ("content-range", None),
            ("content-range", Some("bytes 100-199/*")),
            ("content-range", Some("bytes 100-199/301")),
            ("content-range", Some("bytes 100-198/300")),
            ("content-range", Some("bytes 99-199/300")),
            ("content-range", Some("bytes 100-299/300")),
            ("content-range", Some("bytes */300")),
            ("content-length", Some("99")),
            ("content-length", Some("300")),
            ("content-encoding", Some("gzip")),
            ("etag", None),
            ("etag", Some("\"y\"")),
            ("etag", Some("W/\"x\"")),
        ];
        for (name, value) in lies {
            assert!(!is_in(206, &[(name, value)]), "{name}: {value:?}");
        }
    }
}
