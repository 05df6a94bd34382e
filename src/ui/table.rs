//! Tables: each column is as wide as its widest cell, and all together are no wider than the terminal.
//!
//! Widths are in columns of the terminal: a Chinese character takes two, a combining accent none.

use std::borrow::Cow;

use console::{Alignment, measure_text_width, pad_str};

use super::color::Color;
use super::wrap;
use crate::text;

/// No column is cut to fewer terminal columns than this: names of versions, settings and proofs stay whole.
const MIN_WIDTH: usize = 20;
/// With fewer terminal columns than this the last column stands on lines of its own, indented by [`INDENT`].
const MIN_LAST: usize = 16;
/// By how many terminal columns a last cell on lines of its own is indented.
const INDENT: usize = 4;
/// What separates two columns.
const GAP: &str = "  ";

/// A text in a table, and its colour.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// Characters in it that a terminal would obey are escaped when it is shown.
    pub text: String,
    /// The colour of the whole text.
    pub color: Color,
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell { text: text.into(), color: Color::Plain }
    }
}

/// The rows as lines without blanks at their ends. With a `width`, a line has no more terminal columns than that: the
/// last column is broken into lines between words, and where that is not enough the widest of the others are cut.
pub(super) fn lines<const N: usize, C: Clone + Into<Cell>>(
    rows: &[[C; N]],
    width: Option<usize>,
) -> Vec<String> {
    let escaped = |cell: C| {
        let Cell { text, color } = cell.into();
        (text::escaped(&text), color)
    };
    let rows: Vec<[(String, Color); N]> = rows.iter().map(|row| row.clone().map(escaped)).collect();
    let widest = |column: usize| rows.iter().map(|row| measure_text_width(&row[column].0)).max();
    let mut widths: Vec<usize> = (0..N).filter_map(widest).collect();
    // A column without a word takes no room, nor does the gap before it.
    while widths.pop_if(|width| *width == 0).is_some() {}
    let last = widths.pop().unwrap_or_default();
    let last = match width {
        Some(width) => Last::fit(last, &mut widths, width),
        None => Last::beside(last, &widths),
    };
    rows.iter().flat_map(|cells| row(cells, &widths, &last)).collect()
}

/// Where the last column begins, and how wide it is.
struct Last {
    start: usize,
    width: usize,
}

impl Last {
    /// The last column beside the others.
    fn beside(width: usize, others: &[usize]) -> Self {
        Last { start: others.iter().map(|width| width + GAP.len()).sum(), width }
    }

    /// The last column beside the others where it finds room there, after these have become as narrow as they may;
    /// else below them.
    fn fit(width: usize, others: &mut [usize], available: usize) -> Self {
        let room = |others: &[usize]| available.saturating_sub(Last::beside(width, others).start);
        while room(others) < MIN_LAST.min(width) {
            match others.iter_mut().max() {
                Some(widest) if *widest > MIN_WIDTH => *widest -= 1,
                _ => return Last { start: INDENT, width: available.saturating_sub(INDENT).max(MIN_LAST) },
            }
        }
        Last::beside(room(others).min(width), others)
    }
}

/// A row, in as many lines as its last cell needs.
fn row(cells: &[(String, Color)], widths: &[usize], last: &Last) -> Vec<String> {
    let cell = |((text, color), width): (&(String, Color), &usize)| {
        padded(&color.paint(&shortened(text, *width)), *width).into_owned() + GAP
    };
    let before: String = cells.iter().zip(widths).map(cell).collect();
    let Some((text, color)) = cells.get(widths.len()).filter(|(text, _)| !text.is_empty()) else {
        return vec![before.trim_end().to_owned()];
    };
    let below = " ".repeat(last.start);
    let wrapped = wrap::wrapped(text, last.width);
    let mut lines: Vec<String> = wrapped
        .split('\n')
        .map(|text| format!("{below}{}", color.paint(&shortened(text, last.width))))
        .collect();
    if measure_text_width(&before) == last.start {
        lines[0].replace_range(..last.start, &before);
    } else {
        lines.insert(0, before);
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The text with blanks behind it up to `width` terminal columns; escape sequences in it count nothing.
pub fn padded(text: &str, width: usize) -> Cow<'_, str> {
    pad_str(text, width, Alignment::Left, None)
}

/// The text where it fits into `width` terminal columns, else its beginning and `…`.
pub(super) fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if measure_text_width(text) <= width {
        return text.into();
    }
    let Some(room) = width.checked_sub(1) else { return "".into() };
    // The width of a sequence such as an emoji with its variant is not the sum of its characters' widths.
    let ends = text.char_indices().map(|(start, character)| start + character.len_utf8());
    let end = ends.take_while(|end| measure_text_width(&text[..*end]) <= room).last().unwrap_or_default();
    format!("{}…", &text[..end]).into()
}

/// The text where it fits into `width` terminal columns, else its beginning and its end around `…`: of a path the
/// folder tells as much as the name.
fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    if measure_text_width(text) <= width {
        return text.into();
    }
    let head = cut(text, width / 2 + 1);
    let room = width.saturating_sub(measure_text_width(&head));
    let tail =
        text.char_indices().map(|(start, _)| &text[start..]).find(|tail| measure_text_width(tail) <= room);
    format!("{head}{}", tail.unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_is_broken_and_the_others_are_cut() {
        let rows = [
            ["V", "PATH", "STATE"],
            ["1.22.4", "/a/path/that/is/long", "here, default, end of life, 1.22.12 is out"],
        ];
        let table = |width| lines(&rows, width);
        let whole = [
            "V       PATH                  STATE".to_owned(),
            format!("1.22.4  {}  {}", rows[1][1], rows[1][2]),
        ];
        assert_eq!(table(None), whole);
        assert_eq!(table(Some(72)), whole);
        let expected = "\
V       PATH                  STATE
1.22.4  /a/path/that/is/long  here, default, end of
                                life, 1.22.12 is out";
        assert_eq!(table(Some(54)).join("\n"), expected);
        let expected = "\
V       PATH                  STATE
1.22.4  /a/path/that/is/long  here, default,
                                end of life,
                                1.22.12 is out";
        assert_eq!(table(Some(46)).join("\n"), expected);
        let expected = "\
V       PATH
    STATE
1.22.4  /a/path/that/is/long
    here, default, end of life, 1.22.12
      is out";
        assert_eq!(table(Some(40)).join("\n"), expected);
        let long = rows.map(|[version, path, state]| [version, &path.repeat(3), state].map(str::to_owned));
        let expected = "\
V       PATHPATHPATH              STATE
1.22.4  /a/path/that…hat/is/long  here, default,";
        assert_eq!(lines(&long, Some(50))[..2].join("\n"), expected);
        assert_eq!(lines(&[[""]], Some(0)), [""]);
    }

    #[test]
    fn columns_are_those_of_the_terminal() {
        // Characters of two columns, an accent of none, and an emoji that two characters make.
        let rows = [
            ["/漢字/語", "a"],
            ["/cafe\u{301}", "b"],
            ["/🐹", "c"],
            ["/👩\u{1f3fd}", "d"],
            ["/eight23", "\u{1b}[1m"],
        ];
        let rows = rows.map(|row| row.map(str::to_owned));
        let expected = [
            "/漢字/語  a",
            "/cafe\u{301}     b",
            "/🐹       c",
            "/👩\u{1f3fd}       d",
            "/eight23  \\u{1b}[1m",
        ];
        assert_eq!(lines(&rows, None), expected);
    }

    #[test]
    fn texts_are_cut_at_columns_and_never_inside_of_a_letter() {
        for (text, width, expected) in [
            ("", 0, ""),
            ("a", 0, ""),
            ("a", 1, "a"),
            ("ab", 1, "…"),
            ("漢", 1, "…"),
            ("漢字", 4, "漢字"),
            ("漢字", 3, "漢…"),
            ("漢字語", 4, "漢…"),
            ("e\u{301}e\u{301}e\u{301}", 3, "e\u{301}e\u{301}e\u{301}"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("🐹🐹", 3, "🐹…"),
            ("❤\u{fe0f}❤\u{fe0f}", 3, "❤\u{fe0f}…"),
            ("a👩\u{1f3fd}bc", 4, "a👩\u{1f3fd}…"),
        ] {
            assert_eq!(cut(text, width), expected, "{text:?} in {width}");
        }
    }

    #[test]
    fn padding_has_no_limit() {
        // The widest that a format string of the standard library can pad to is 65535.
        assert_eq!(padded("漢", 70_000).len(), 70_001);
        let long = "1".repeat(70_000);
        let rows = [[long.clone(), "end of life".to_owned()], ["1.22.4".to_owned(), String::new()]];
        assert_eq!(lines(&rows, None), [format!("{long}  end of life"), "1.22.4".to_owned()]);
        assert_eq!(lines(&rows, Some(40))[1], "1.22.4");
    }
}
