//! Columns of text, as wide as their widest cell, and together no wider than the terminal.

use crate::text;

/// No column becomes narrower than this to make room.
const NARROWEST: usize = 8;
const GAP: usize = 2;

/// Lines of a table, without blanks at their ends; where `width` is given, the widest columns are cut to it.
pub fn lines<const N: usize>(head: [&str; N], rows: &[[String; N]], width: Option<usize>) -> Vec<String> {
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(rows.iter().cloned()).collect();
    plain(&rows, width)
}

/// The same without a head.
pub fn plain<const N: usize>(rows: &[[String; N]], width: Option<usize>) -> Vec<String> {
    // What stands in a receipt or a path is nothing that a terminal should obey.
    let rows: Vec<[String; N]> =
        rows.iter().map(|row| row.each_ref().map(|cell| text::escaped(cell))).collect();
    let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let mut widths: [usize; N] = std::array::from_fn(widest);
    if let Some(width) = width {
        shrink(&mut widths, width);
    }
    let line = |cells: &[String; N]| {
        let padded = cells.iter().zip(&widths).map(|(cell, &width)| format!("{:width$}", cut(cell, width)));
        padded.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// Takes from the widest columns until all fit, or none has anything to give.
fn shrink(widths: &mut [usize], available: usize) {
    let total = |widths: &[usize]| {
        let columns = widths.iter().filter(|width| **width > 0).count();
        widths.iter().sum::<usize>() + GAP * columns.saturating_sub(1)
    };
    while total(widths) > available {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => return,
        }
    }
}

/// The text, or its beginning with a mark that there is more.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn columns_are_cut_to_the_width() {
        let rows = [["1.22.4", "a path that is long", "x"].map(str::to_owned)];
        let table = |width| lines(["V", "PATH", ""], &rows, width);
        assert_eq!(table(None), ["V       PATH", "1.22.4  a path that is long  x"]);
        assert_eq!(table(Some(30)), table(None));
        assert_eq!(table(Some(24)), ["V       PATH", "1.22.4  a path that …  x"]);
        assert_eq!(table(Some(2)), ["V       PATH", "1.22.4  a path …  x"]);
    }
}
