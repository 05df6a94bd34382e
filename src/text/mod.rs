//! Makes text safe and readable on a terminal: escapes and replaces control characters, quotes words for a
//! shell, leaves passwords out, formats sizes and times.
//!
//! Text that gox did not write itself (file names, versions in files, answers of servers) passes through here
//! before it is printed; no character that survives [`visible`] or [`escaped`] can control the terminal.

mod password;
mod time;

use std::error::Error as StdError;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

pub use password::without_password;
pub use time::{SECONDS_PER_DAY, date, days, days_ago, duration};

/// Whether a terminal only shows the character: false for control characters, for those that change the
/// direction of the text (bidirectional controls), and for invisible ones such as a zero-width space.
pub fn is_visible(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    // `escape_debug` escapes what is not printable, but also a combining accent at the start of a string:
    // hence the `a` before it.
    String::from_iter(['a', c]).escape_debug().nth(1) == Some(c)
}

/// JSON in one line, with the same value, in which every character that is not [visible](is_visible) is escaped. Such a
/// character can only be in a text.
pub fn visible_json(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        if is_visible(c) {
            visible.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // A text has room for all.
                let _ = write!(visible, "\\u{unit:04x}");
            }
        }
    }
    visible
}

/// `text` with every character that is not [visible](is_visible) replaced by U+FFFD. Line feeds stay.
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if is_visible(c) || c == '\n' { c } else { '\u{fffd}' }).collect()
}

/// `text` as [`visible`] gives it, with its tabs.
pub fn visible_with_tabs(text: &str) -> String {
    text.split('\t').map(visible).collect::<Vec<_>>().join("\t")
}

/// `text` in one line: every character that is not [visible](is_visible) is written as Rust escapes it, such as
/// `\n` for a line feed.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_visible(c) { escaped.push(c) } else { escaped.extend(c.escape_debug()) }
    }
    escaped
}

/// `path` as one line, [`escaped`].
pub fn path(path: &Path) -> String {
    escaped(&path.to_string_lossy())
}

/// `text` with `~` for each path of the user's folder that begins a word. Where a shell would not put the folder back,
/// as inside of quotes and behind `=`, the path stays.
pub fn with_tilde(text: &str, folder: Option<&Path>) -> String {
    let Some(folder) = folder.and_then(Path::to_str).filter(|folder| folder.len() > 1) else {
        return text.to_owned();
    };
    let begins =
        |before: &str| before.chars().next_back().is_none_or(|c| c.is_whitespace() || "`(".contains(c));
    let ends = |after: &str| after.chars().next().is_none_or(|c| c.is_whitespace() || "/`),:;".contains(c));
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(folder) {
        shown += before;
        shown += if begins(&shown) && ends(after) { "~" } else { folder };
        rest = after;
    }
    shown + rest
}

/// The first 60 characters of `text`, [`escaped`]; a final `…` stands for the rest.
pub fn excerpt(text: &str) -> String {
    excerpt_of(text, 60)
}

/// The first `length` characters of `text`, as [`excerpt`].
pub fn excerpt_of(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => escaped(&text[..end]) + "…",
        None => escaped(text),
    }
}

/// `word` quoted for a POSIX shell, in single quotes unless it is plain (letters, digits and `._-/`). One with
/// characters that are not [visible](is_visible) is written as `$'a\nb'`, by their bytes.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if word.chars().all(is_visible) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    quoted_bytes(word.as_bytes())
}

/// `word` as `$'a\nb'`.
fn quoted_bytes(word: &[u8]) -> String {
    let mut quoted = String::from("$'");
    let escaped = |bytes: &[u8]| bytes.escape_ascii().to_string();
    for chunk in word.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_visible(c) && !"'\\".contains(c) {
                quoted.push(c);
            } else {
                quoted += &escaped(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        quoted += &escaped(chunk.invalid());
    }
    quoted + "'"
}

/// `path` as a word for a POSIX shell, [`quoted`]; bytes that are not UTF-8 are written as `\xNN`.
pub fn quoted_path(path: &Path) -> String {
    path.to_str().map_or_else(|| quoted_bytes(path.as_os_str().as_bytes()), quoted)
}

/// The message of an error of `std` or another crate in the style of gox's messages: lower case, and without the
/// `(os error 2)` that `std` appends.
pub fn cause(error: &(dyn StdError + 'static)) -> String {
    let text = error.to_string();
    lower_first(text.split(" (os error ").next().unwrap_or_default())
}

/// The text with a lower-case first letter, unless its first word is an abbreviation such as `I/O` or a name such as
/// `UnicodePath`.
pub fn lower_first(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    if word.chars().skip(1).any(char::is_uppercase) {
        return text.to_owned();
    }
    let mut rest = text.chars();
    rest.next().into_iter().flat_map(char::to_lowercase).chain(rest).collect()
}

/// The candidate with the spelling nearest to `word`; `None` if none is near enough to be a misspelling.
#[cfg(feature = "cli")]
pub fn nearest<T: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = T>) -> Option<T> {
    /// The Jaro-Winkler similarity (0 to 1) above which a word counts as misspelled; `instal` and `install`
    /// have 0.97.
    const ALIKE: f64 = 0.7;
    let ranked =
        candidates.into_iter().map(|candidate| (strsim::jaro_winkler(word, candidate.as_ref()), candidate));
    ranked
        .filter(|(rank, _)| *rank > ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// A number of bytes in decimal units: `72.8 MB`.
pub fn bytes(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "four digits are shown")]
    let number = count as f64;
    match count {
        0..1_000 => format!("{count} B"),
        1_000..999_950 => format!("{:.1} kB", number / 1e3),
        999_950..999_950_000 => format!("{:.1} MB", number / 1e6),
        _ => format!("{:.1} GB", number / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn json_does_nothing_to_a_terminal_and_has_the_same_value() {
        let value = serde_json::json!({"a\u{9b}2J": "b\u{202e}\u{200b}\u{7f}\u{1b}\u{e0001}\n é 世 \\u009b"});
        let text = visible_json(&value.to_string());
        assert_eq!(text, r#"{"a\u009b2J":"b\u202e\u200b\u007f\u001b\udb40\udc01\n é 世 \\u009b"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn letters_of_all_kinds_are_visible_and_what_moves_them_is_not() {
        for c in " ~\\'\"aé\u{301}ßжא漢字あ🐹…→".chars() {
            assert!(is_visible(c), "{c:?}");
        }
        for c in "\0\n\r\t\x1b\x7f\u{9b}\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}\u{202e}\u{2028}\u{2029}\u{2060}\
                  \u{2066}\u{2069}\u{feff}\u{fff9}\u{e0001}\u{e0041}"
            .chars()
        {
            assert!(!is_visible(c), "{c:?}");
        }
        assert_eq!(visible("a\u{202e}b\nc"), "a\u{fffd}b\nc");
    }

    #[test]
    fn errors_of_others_begin_as_gox_writes() {
        for (text, expected) in [
            ("Permission denied (os error 13)", "permission denied"),
            ("I/O error", "I/O error"),
            ("CRC mismatch", "CRC mismatch"),
            ("UnicodePath changes", "UnicodePath changes"),
            ("A word", "a word"),
            ("", ""),
        ] {
            assert_eq!(cause(&std::io::Error::other(text)), expected);
        }
    }

    #[test]
    fn the_folder_of_the_user_is_a_tilde_where_a_shell_would_take_it_for_one() {
        let folder = Path::new("/home/me");
        for (text, expected) in [
            ("/home/me", "~"),
            ("`/home/me/x:1`, set by /home/me/y", "`~/x:1`, set by ~/y"),
            ("cat '/home/me/a b'", "cat '/home/me/a b'"),
            ("`GOX_HOME=/home/me/go`", "`GOX_HOME=/home/me/go`"),
            ("/home/men/x /srv/home/me/x", "/home/men/x /srv/home/me/x"),
            ("(/home/me) /home/me", "(~) ~"),
        ] {
            assert_eq!(with_tilde(text, Some(folder)), expected);
        }
        assert_eq!(with_tilde("/x", Some(Path::new("/"))), "/x");
        assert_eq!(with_tilde("/x", None), "/x");
    }

    /// A shell reads back what was quoted, and nothing in it drives a terminal.
    #[test]
    fn a_shell_reads_the_word_that_was_quoted() {
        for word in
            ["", "/p/a-1.b_c", "a b", "it's $HOME `x`", "a\nb", "\x1b[2J\\'\u{200b}é", "\t\u{202e}1f", "~"]
        {
            let quoted = quoted(word);
            assert!(quoted.chars().all(is_visible), "{quoted}");
            let script = format!("printf %s {quoted}");
            let printed = std::process::Command::new("bash").args(["-c", &script]).output().unwrap().stdout;
            assert_eq!(String::from_utf8(printed).unwrap(), word, "{quoted}");
        }
        let path = Path::new(OsStr::from_bytes(b"/n\xe91/\xc3\xa9\xf0\x9f\x90'"));
        let script = format!("printf %s {}", quoted_path(path));
        let printed = std::process::Command::new("bash").args(["-c", &script]).output().unwrap().stdout;
        assert_eq!(printed, path.as_os_str().as_bytes(), "{script}");
        assert_eq!(quoted("a\nb"), r"$'a\nb'");
    }

    #[test]
    fn numbers_have_one_decimal() {
        let table = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_999, "1.0 MB"),
            (72_826_616, "72.8 MB"),
            (2_000_000_000, "2.0 GB"),
        ];
        for (count, expected) in table {
            assert_eq!(bytes(count), expected);
        }
    }
}
