//! A block of lines between two marks in a text: put in, renewed, and taken out again. No other byte of the text
//! changes, and taking the block out restores the text byte for byte.
//!
//! The first line of a block notes what the text would not tell later: that gox created the file, or that its last line
//! had no newline. Each target of `gox setup` has a block of its own, so a file may have several.

use std::ops::Range;

use super::lines;

/// How the first line of a block begins, up to the name of its target.
const HEAD: &str = "# >>> gox";
/// Ends the first line of the block in a file that gox created.
const NEW_FILE: &str = "; new file";
/// Ends the first line of the block if gox added the newline before it.
const NO_NEWLINE: &str = "; no newline before";

/// What a block is known by: the name of its target, which is empty for the shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(pub &'static str);

/// Where a new block goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the start, for formats in which a later line wins: what the user wrote counts.
    Start,
    /// At the end, for formats in which an earlier line wins, and for scripts.
    End,
    /// At the end, and behind lines that put directories in front of PATH, also if they were added later. With
    /// `is_shadowed`, because another program comes before the shims on PATH, behind all lines that may do so.
    Last {
        /// Whether another program comes before the shims.
        is_shadowed: bool,
    },
}

impl Mark {
    fn words(self) -> String {
        if self.0.is_empty() { "gox".to_owned() } else { format!("gox {}", self.0) }
    }

    /// The command that writes what has this mark.
    pub fn command(self) -> String {
        if self.0.is_empty() { "gox setup".to_owned() } else { format!("gox setup {}", self.0) }
    }

    /// The beginning of the first line of the block.
    pub fn head(self) -> String {
        format!("# >>> {} >>>", self.words())
    }

    /// The last line of the block.
    pub fn tail(self) -> String {
        format!("# <<< {} <<<", self.words())
    }

    /// The end of the first line, without a note.
    fn by(self) -> String {
        let command = self.command();
        format!(" by `{command}`, which `{command} --undo` takes back")
    }
}

/// A block in a text: the range of its bytes, marks and final newline included, and its first line.
struct Block<'a> {
    range: Range<usize>,
    head: &'a str,
}

/// Whether the text has the block. The error is the number of a line with a mark that does not pair or begins a second
/// block, as of all functions here.
pub fn is_in(text: &str, mark: Mark) -> Result<bool, usize> {
    find(text, mark).map(|block| block.is_some())
}

fn find(text: &str, mark: Mark) -> Result<Option<Block<'_>>, usize> {
    let (head, tail) = (mark.head(), mark.tail());
    let (mut open, mut found) = (None, None);
    let mut at = 0;
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        // Trimmed, because an editor may have changed the line endings.
        let own = line.trim_end().trim_start_matches('\u{feff}');
        if own.starts_with(&head) {
            if open.is_some() || found.is_some() {
                return Err(number);
            }
            open = Some((at + line.find(own).unwrap_or(0), own, number));
        } else if own == tail {
            let (start, head, _) = open.take().ok_or(number)?;
            found = Some(Block { range: start..at + line.len(), head });
        }
        at += line.len();
    }
    open.map_or(Ok(found), |(_, _, number)| Err(number))
}

/// The text with `body`, which ends with a newline, as the content of its block, or of a new one. `text` is `None` if
/// there is no file.
pub fn put(before: Option<&str>, mark: Mark, place: Place, body: &str) -> Result<String, usize> {
    let text = before.unwrap_or_default();
    let tail = mark.tail();
    if let Some(Block { range, head }) = find(text, mark)? {
        let below = lines::lines(&text[range.end..]);
        if let Place::Last { is_shadowed } = place
            && below.iter().any(|line| line.may_put(is_shadowed))
        {
            let rest = take(text, mark)?.map(|(rest, _)| rest);
            return put(rest.as_deref(), mark, place, body);
        }
        let end = if text[range.clone()].ends_with('\n') { "\n" } else { "" };
        return Ok([&text[..range.start], head, "\n", body, &tail, end, &text[range.end..]].concat());
    }
    let at = match place {
        // Behind a byte order mark, which is one at the very start alone.
        Place::Start => text.len() - text.trim_start_matches('\u{feff}').len(),
        Place::End | Place::Last { .. } => text.len(),
    };
    let (above, below) = text.split_at(at);
    let (end, note) = match before {
        None => ("", NEW_FILE),
        Some(_) if place == Place::Start || above.is_empty() || above.ends_with('\n') => ("", ""),
        Some(_) => ("\n", NO_NEWLINE),
    };
    // LF even in a file with CR LF, because no shell runs lines that end with CR.
    Ok([above, end, &mark.head(), &mark.by(), note, "\n", body, &tail, "\n", below].concat())
}

/// The text without the block, and whether the file existed before gox wrote to it; `None` if there is no block.
pub fn take(text: &str, mark: Mark) -> Result<Option<(String, bool)>, usize> {
    let Some(Block { range, head }) = find(text, mark)? else { return Ok(None) };
    let (mut above, mut below) = (&text[..range.start], text[range.end..].to_owned());
    if head.ends_with(NO_NEWLINE) {
        if below.is_empty() {
            above = above.strip_suffix('\n').unwrap_or(above);
        } else if below.starts_with(HEAD) {
            note(&mut below, 0, NO_NEWLINE);
        }
    }
    let mut rest = [above, &below].concat();
    if head.ends_with(NEW_FILE)
        && let Some(at) =
            rest.starts_with(HEAD).then_some(0).or_else(|| Some(rest.find(&format!("\n{HEAD}"))? + 1))
    {
        note(&mut rest, at, NEW_FILE);
    }
    Ok(Some((rest, !head.ends_with(NEW_FILE))))
}

/// Hands a note on to the block whose first line begins at `at`.
fn note(text: &mut String, at: usize, note: &str) {
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    text.insert_str(end, note);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Mark, Place, find, put, take};

    const SHELL: Mark = Mark("");
    const LAST: Place = Place::Last { is_shadowed: false };
    const SHADOWED: Place = Place::Last { is_shadowed: true };
    const BODY: &str = "one\ntwo\n";

    #[test]
    fn marks_that_do_not_pair_are_named_by_line() {
        for (text, line) in [
            ("a\n# >>> gox >>>\nb\n", 2),
            ("a\n# <<< gox <<<\n", 2),
            ("# >>> gox >>>\n# >>> gox >>>\n# <<< gox <<<\n", 2),
            ("# >>> gox >>>\n# <<< gox <<<\n# >>> gox >>>\n# <<< gox <<<\n", 3),
            ("# >>> gox >>>\n# <<< gox <<< \n# <<< gox <<<", 3),
        ] {
            assert_eq!(find(text, SHELL).err(), Some(line), "{text:?}");
            assert_eq!(put(Some(text), SHELL, LAST, BODY), Err(line), "{text:?}");
            assert_eq!(take(text, SHELL), Err(line), "{text:?}");
        }
    }

    #[test]
    fn what_came_below_a_block_stays_on_a_line_of_its_own() {
        let text = put(Some("a"), SHELL, LAST, BODY).unwrap() + "b\n";
        assert_eq!(take(&text, SHELL), Ok(Some(("a\nb\n".to_owned(), true))));
        let text = put(None, SHELL, LAST, BODY).unwrap() + "b";
        assert_eq!(take(&text, SHELL), Ok(Some(("b".to_owned(), false))));
    }

    proptest! {
        /// Putting a block is idempotent, replaces an older body in place, and is undone by taking it.
        #[test]
        fn taking_gives_back_what_putting_found(
            before in proptest::option::of("\u{feff}?(a|é|\0|# x|fi|[ \t]|\r?\n){0,12}"),
            older in "(x|\n){0,3}\n",
        ) {
            let before = before.as_deref();
            let text = put(before, SHELL, LAST, BODY).unwrap();
            prop_assert!(text.starts_with(before.unwrap_or_default()));
            prop_assert_eq!(&put(Some(&text), SHELL, SHADOWED, BODY).unwrap(), &text);
            prop_assert_eq!(&put(Some(&put(before, SHELL, LAST, &older).unwrap()), SHELL, LAST, BODY).unwrap(), &text);
            let expected = (before.unwrap_or_default().to_owned(), before.is_some());
            prop_assert_eq!(take(&text, SHELL), Ok(Some(expected)));
        }

        /// A block with text below it is replaced and taken in place.
        #[test]
        fn below_a_block_all_stays(above in "(a\r?\n){0,3}", below in "(b\r?\n?){1,3}") {
            let text = put(Some(&above), SHELL, LAST, "old\n").unwrap() + &below;
            let expected = put(Some(&above), SHELL, LAST, BODY).unwrap() + &below;
            prop_assert_eq!(&put(Some(&text), SHELL, SHADOWED, BODY).unwrap(), &expected);
            prop_assert_eq!(take(&expected, SHELL), Ok(Some((above + &below, true))));
        }

        /// Blocks of several targets in one file are taken in any order, and the last one gives back what the first
        /// one found.
        #[test]
        fn blocks_of_several_targets_are_independent(
            before in proptest::option::of("\u{feff}?(a|# x|\r?\n){0,8}"),
            places in proptest::collection::vec(prop_oneof![Just(Place::Start), Just(Place::End)], 3),
            order in Just([0, 1, 2]).prop_shuffle(),
        ) {
            let marks = [SHELL, Mark("git"), Mark("git-x")];
            let mut text = before.clone();
            for (mark, place) in marks.iter().zip(&places) {
                text = Some(put(text.as_deref(), *mark, *place, BODY).unwrap());
            }
            let mut had_file = true;
            let mut rest = text.unwrap();
            for at in order {
                prop_assert_eq!(&put(Some(&rest), marks[at], places[at], BODY).unwrap(), &rest);
                (rest, had_file) = take(&rest, marks[at]).unwrap().unwrap();
                prop_assert_eq!(take(&rest, marks[at]), Ok(None));
            }
            prop_assert_eq!((rest, had_file), (before.clone().unwrap_or_default(), before.is_some()));
        }
    }
}
