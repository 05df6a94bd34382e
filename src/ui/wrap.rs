//! Long lines are broken between words, so that a command that the user may copy stays in one piece.

use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter};

/// By how many columns the lines that continue another are indented more than that.
const INDENT: usize = 2;

/// The text with no line wider than `width` terminal columns, unless one word is. What stands between backticks is one
/// word.
pub(super) fn wrapped(text: &str, width: usize) -> String {
    let lines = text.split('\n').flat_map(|line| {
        let indent = " ".repeat(line.len() - line.trim_start_matches(' ').len() + INDENT);
        let options = Options::new(width)
            .subsequent_indent(&indent)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation)
            .word_separator(WordSeparator::Custom(words));
        let lines = textwrap::wrap(line, options).into_iter().map(std::borrow::Cow::into_owned);
        lines.collect::<Vec<_>>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The text behind `before`, where the lines that continue it begin in the column in which it begins itself. Where
/// there is no room for that, they begin at the left: the terminal itself would break a word that is too long.
pub(super) fn wrapped_behind(before: &str, text: &str, width: usize) -> String {
    /// With less room the lines that continue begin at the left.
    const MIN_ROOM: usize = 24;
    let start = console::measure_text_width(before);
    let lines = |room| {
        let lines = wrapped(text, room);
        let fits = |line: &str| console::measure_text_width(line) <= room;
        (room >= MIN_ROOM && lines.split('\n').all(fits)).then_some(lines)
    };
    match width.checked_sub(start).and_then(lines) {
        Some(lines) => before.to_owned() + &lines.replace('\n', &format!("\n{}", " ".repeat(start))),
        None => wrapped(&format!("{}{text}", shortened(before)), width),
    }
}

/// A command behind `before`, in one line that begins more to the left where it does not fit: a terminal that breaks
/// the line itself copies it in one piece. Words about a command, which is between backticks then, are broken as others
/// are.
pub(super) fn whole_behind(before: &str, text: &str, width: usize) -> String {
    let line = format!("{before}{text}");
    if console::measure_text_width(&line) <= width {
        return line;
    }
    let line = format!("{}{text}", shortened(before));
    if text.contains('`') { wrapped(&line, width) } else { line }
}

/// What is left of `before` where there is little room: of blanks alone only a few.
fn shortened(before: &str) -> &str {
    if before.trim().is_empty() { &before[..before.len().min(2 * INDENT)] } else { before }
}

/// The words of a line, each with the blanks behind it.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut rest = line;
    Box::new(std::iter::from_fn(move || {
        let (word, after) = rest.split_at(end_of_word(rest));
        rest = after;
        (!word.is_empty()).then(|| Word::from(word))
    }))
}

/// Where the next word begins: behind the blanks that follow the first one.
fn end_of_word(line: &str) -> usize {
    let mut is_quoted = false;
    let mut before = None;
    for (at, c) in line.char_indices() {
        if before == Some(' ') && c != ' ' && !is_quoted && !line[..at].trim().is_empty() {
            return at;
        }
        // A backtick that has no partner quotes nothing.
        is_quoted = if c == '`' { !is_quoted && line[at + 1..].contains('`') } else { is_quoted };
        before = Some(c);
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::{whole_behind, wrapped, wrapped_behind};

    #[test]
    fn what_continues_begins_below_the_text() {
        let text = "no shim is on PATH, and none is in the store";
        let expected = "  ok  id  no shim is on PATH, and\n            none is in the store";
        assert_eq!(wrapped_behind("  ok  id  ", text, 34), expected);
        assert_eq!(wrapped_behind("  ok  id  ", "a b", 12), "  ok  id  a\n    b");
    }

    #[test]
    fn a_word_without_room_behind_what_is_before_it_goes_to_the_left() {
        let url = "https://go.dev/dl/?mode=json";
        let expected = format!("  ok  id  see\n    {url} too");
        assert_eq!(wrapped_behind("  ok  id  ", &format!("see {url} too"), 36), expected);
        let expected = format!("  ok  id  see\n            {url}\n            too");
        assert_eq!(wrapped_behind("  ok  id  ", &format!("see {url} too"), 40), expected);
        assert_eq!(
            wrapped_behind("          ", &format!("why: {url}"), 36),
            format!("    why:\n      {url}")
        );
        let command = "mend: gox install --force 1.22.4";
        assert_eq!(whole_behind("          ", command, 42), format!("          {command}"));
        assert_eq!(whole_behind("          ", command, 41), format!("    {command}"));
        assert_eq!(whole_behind("          ", command, 21), format!("    {command}"));
        let words = "mend: choose what `gox root` prints";
        let expected = "    mend: choose what\n      `gox root`\n      prints";
        assert_eq!(whole_behind("          ", words, 21), expected);
    }

    #[test]
    fn lines_are_broken_between_words_and_never_inside_of_a_command() {
        for (text, width, expected) in [
            ("", 10, ""),
            ("install it: `gox install 1.22.4`", 80, "install it: `gox install 1.22.4`"),
            ("install it: `gox install 1.22.4`", 20, "install it:\n  `gox install 1.22.4`"),
            ("`gox install 1.22.4 1.23.4`, or not", 10, "`gox install 1.22.4 1.23.4`,\n  or not"),
            ("    why: one two three", 14, "    why: one\n      two\n      three"),
            ("a\n  caused by: b c d", 14, "a\n  caused by: b\n    c d"),
            ("an odd ` and blanks", 8, "an odd `\n  and\n  blanks"),
            ("漢字 漢字 漢字", 9, "漢字 漢字\n  漢字"),
            ("\x1b[1;35mwarning:\x1b[0m a b", 12, "\x1b[1;35mwarning:\x1b[0m a b"),
            ("https://go.dev/a-long-name/of.tar.gz x", 8, "https://go.dev/a-long-name/of.tar.gz\n  x"),
        ] {
            assert_eq!(wrapped(text, width), expected, "{text:?} in {width}");
        }
    }
}
