//! A difference of two texts, line by line, for a person to read.

use std::fmt::Write;

/// Lines only in `expected` start with `-`, lines only in `actual` with `+`; a final newline that
/// one of them lacks is shown.
pub(crate) fn lines(expected: &str, actual: &str) -> String {
    let (old, new) = (split(expected), split(actual));
    // common[i][j]: how many lines the ends of both, from i and j on, have in common.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut text) = (0, 0, String::new());
    while i < old.len() || j < new.len() {
        let (mark, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', &old[i - 1])
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            i += 1;
            ('-', &old[i - 1])
        } else {
            j += 1;
            ('+', &new[j - 1])
        };
        writeln!(text, "{mark} {line}").unwrap();
    }
    text
}

fn split(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(|line| line.escape_debug().to_string()).collect();
    if let (false, Some(last)) = (text.ends_with('\n'), lines.last_mut()) {
        last.push_str(" [no newline]");
    }
    lines
}
