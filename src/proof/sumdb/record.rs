//! The answer of a checksum database to a lookup: a record and a signed tree head.

use super::log_error::Refusal;
use super::merkle::is_decimal;
use super::tile::LogHash;

/// Characters of an `h1:` hash: 3 for the prefix, 44 for the base64 of 32 bytes.
const H1_LENGTH: usize = 47;

/// The parts of an answer to a lookup, none of them proven yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The number of the record in the log, counted from 0.
    pub record: u64,
    /// The text of the record, lines as in go.sum. The log proves this part of the answer and no other.
    pub text: &'a str,
    /// The signed tree head.
    pub note: &'a str,
}

impl<'a> Answer<'a> {
    /// Splits an answer: a line with the record's number, the lines of the record, a blank line, the tree head.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let answer = std::str::from_utf8(bytes).map_err(|_| Refusal::MalformedAnswer)?;
        let (record, rest) = answer.split_once('\n').ok_or(Refusal::MalformedAnswer)?;
        let (text, note) = split_at_blank_line(rest).ok_or(Refusal::MalformedAnswer)?;
        let is_control = |character| character < ' ' && character != '\n';
        if !is_decimal(record) || text.contains(is_control) {
            return Err(Refusal::MalformedAnswer);
        }
        let record = record.parse().map_err(|_| Refusal::MalformedAnswer)?;
        Ok(Self { record, text, note })
    }

    /// The leaf hash that the log must have for the record.
    pub fn hash(&self) -> LogHash {
        LogHash::of_record(self.text)
    }

    /// The hash in the record's line for the zip of `module` at `version`.
    ///
    /// A record without that line is refused even if the log has it, as it says nothing about the module
    /// (CVE-2026-42501). So is a line elsewhere in the answer, which the log does not prove (CVE-2026-56864).
    pub fn h1(&self, module: &str, version: &str) -> Result<&'a str, Refusal> {
        let start = format!("{module} {version} ");
        let wanted = || format!("{module} {version}");
        let mut found = self.text.lines().filter_map(|line| line.strip_prefix(&start));
        let Some(hash) = found.next() else {
            let elsewhere = self.note.lines().any(|line| line.starts_with(&start));
            return Err(if elsewhere {
                Refusal::LineOutsideRecord { wanted: wanted() }
            } else {
                Refusal::NoLine { record: self.record, wanted: wanted() }
            });
        };
        if !is_h1(hash) || found.any(|other| other != hash) {
            return Err(Refusal::UnusableLine { wanted: wanted() });
        }
        Ok(hash)
    }
}

/// Splits at the first blank line. The text before it keeps its last line feed, which is part of the leaf hash.
fn split_at_blank_line(rest: &str) -> Option<(&str, &str)> {
    let (text, note) = rest.split_at_checked(rest.find("\n\n")? + 1)?;
    (!text.starts_with('\n')).then_some((text, note.strip_prefix('\n')?))
}

/// Whether `hash` is `h1:` and base64 of 32 bytes: 43 characters and one `=`.
pub fn is_h1(hash: &str) -> bool {
    let digits = hash.strip_prefix("h1:").and_then(|base64| base64.strip_suffix('='));
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    hash.len() == H1_LENGTH && digits.is_some_and(|digits| digits.bytes().all(is_digit))
}

/// The path of the record for `module` at `version` below a database's URL: `lookup/module@version`.
///
/// `None` if go.sum could not hold these words, so that no record exists. An upper-case letter is written as `!` and
/// its lower case, because file systems may ignore case (Go's `module.EscapePath`).
pub fn path(module: &str, version: &str) -> Option<String> {
    let is_path = module.split('/').all(is_part);
    let is_version = is_part(version) && !version.contains('/');
    (is_path && is_version).then(|| format!("lookup/{}@{}", escape(module), escape(version)))
}

/// Whether `part` is a path element that cannot lead elsewhere.
fn is_part(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+".contains(&byte);
    !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain)
}

fn escape(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for character in word.chars() {
        if character.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(character.to_ascii_lowercase());
    }
    escaped
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
