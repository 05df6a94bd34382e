//! Tables: each column is as wide as its widest cell, and all together are no wider than the terminal.
//!
//! Widths are in columns of the terminal: a Chinese character takes two, a combining accent none.

use std::borrow::Cow;

use console::{Alignment, measure_text_width, pad_str};

use crate::text;

/// No column is cut to fewer terminal columns than this: what is left of a path would tell nothing.
const MIN_WIDTH: usize = 8;
/// What separates two columns.
const GAP: &str = "  ";

/// The rows as lines without blanks at their ends. With a `width`, the widest columns are cut until a line has no
/// more terminal columns than that. Characters in a cell that a terminal would obey are escaped.
pub(super) fn lines<const N: usize>(rows: &[[String; N]], width: Option<usize>) -> Vec<String> {
    let rows: Vec<[String; N]> =
        rows.iter().map(|row| row.each_ref().map(|cell| text::escaped(cell))).collect();
    let widest = |column: usize| rows.iter().map(|row| measure_text_width(&row[column])).max();
    let mut widths: [usize; N] = std::array::from_fn(|column| widest(column).unwrap_or_default());
    if let Some(width) = width {
        shrink(&mut widths, width);
    }
    let line = |cells: &[String; N]| {
        let cells =
            cells.iter().zip(widths).map(|(cell, width)| padded(&cut(cell, width), width).into_owned());
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
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

/// Takes from the widest columns until a line fits into `available` terminal columns, or until none may be cut
/// further.
fn shrink(widths: &mut [usize], available: usize) {
    let total = |widths: &[usize]| {
        let columns = widths.iter().filter(|width| **width > 0).count();
        widths.iter().sum::<usize>() + GAP.len() * columns.saturating_sub(1)
    };
    while total(widths) > available {
        match widths.iter_mut().max() {
            Some(widest) if *widest > MIN_WIDTH => *widest -= 1,
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_cut_to_the_width() {
        let rows =
            [["V", "PATH", ""], ["1.22.4", "a path that is long", "x"]].map(|row| row.map(str::to_owned));
        let table = |width| lines(&rows, width);
        assert_eq!(table(None), ["V       PATH", "1.22.4  a path that is long  x"]);
        assert_eq!(table(Some(30)), table(None));
        assert_eq!(table(Some(24)), ["V       PATH", "1.22.4  a path that …  x"]);
        for width in [0, 2] {
            assert_eq!(table(Some(width)), ["V       PATH", "1.22.4  a path …  x"]);
        }
        assert_eq!(lines(&[[]], Some(0)), [""]);
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
