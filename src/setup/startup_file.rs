//! Puts a block of lines between two marks into a start-up file, and takes it out again. No other byte of the file
//! changes, and taking the block out restores the file byte for byte.
//!
//! The first line of the block notes what the file would not tell later: that the file is new, or that its last
//! line had no newline.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use similar::TextDiff;

use super::lines;
use crate::error::{Error, Kind, Result};
use crate::fs::read;
use crate::fs::write::write_in_place_of;
use crate::text;

const HEAD: &str = "# >>> gox >>>";
const TAIL: &str = "# <<< gox <<<";
const BY: &str = " by `gox setup`, which `gox setup --undo` takes back";
/// Ends the first line of the block in a file that gox created.
const NEW_FILE: &str = "; new file";
/// Ends the first line of the block if gox added the newline before it.
const NO_NEWLINE: &str = "; no newline before";

/// The content of a start-up file, which need not exist.
pub struct StartupFile {
    path: PathBuf,
    text: Option<String>,
}

/// A planned change to a start-up file, which [`Change::write`] makes.
pub struct Change {
    path: PathBuf,
    before: Option<String>,
    /// `None` if the file is to be removed.
    after: Option<String>,
}

/// Whether the file at `path` has a line that begins a block. The file need not be UTF-8, nor readable.
pub fn has_block(path: &Path) -> bool {
    let bytes = read::read_if_there(path, usize::MAX).ok().flatten().unwrap_or_default();
    bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(HEAD.as_bytes()))
}

impl StartupFile {
    /// Reads the file, if it exists. It must be UTF-8, and regular after symbolic links, because gox could not
    /// restore it otherwise.
    pub fn read(path: PathBuf) -> Result<Self> {
        let text = read::read_if_there(&path, usize::MAX)?.map(String::from_utf8).transpose();
        match text {
            Ok(text) => Ok(StartupFile { path, text }),
            Err(_) => Err(invalid(&path, "it is not UTF-8")),
        }
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The content; empty if there is no file.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// Whether the file has a block. An error if its marks do not pair.
    pub fn has_block(&self) -> Result<bool> {
        find(self.text()).map(|block| block.is_some()).map_err(|line| self.torn(line))
    }

    /// The change that makes `body`, which ends with a newline, the content of the block: of the existing one,
    /// else of a new one at the end of the file. A block with lines below it that may put something in front of PATH
    /// moves to the end. `None` if nothing changes.
    pub fn put(self, body: &str, is_shadowed: bool) -> Result<Option<Change>> {
        let after = put(self.text.as_deref(), body, is_shadowed).map_err(|line| self.torn(line))?;
        let is_new = self.text.as_ref() != Some(&after);
        Ok(is_new.then_some(Change { path: self.path, before: self.text, after: Some(after) }))
    }

    /// The change that removes the block; `None` if there is none.
    pub fn take(self) -> Result<Option<Change>> {
        let Some((text, had_file)) = take(self.text()).map_err(|line| self.torn(line))? else {
            return Ok(None);
        };
        // gox created no link, so a user has taken the file over since.
        let goes = text.is_empty() && !had_file && !self.path.is_symlink();
        Ok(Some(Change { path: self.path, before: self.text, after: (!goes).then_some(text) }))
    }

    fn torn(&self, line: usize) -> Error {
        let message = format!("line {line} is a gox mark without its counterpart");
        invalid(&self.path, &message).hint(format!("remove the marks `{HEAD}` and `{TAIL}` by hand"))
    }
}

impl Change {
    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The change as a unified diff, with control characters but tabs replaced for the terminal.
    pub fn diff(&self) -> String {
        let [before, after] = [&self.before, &self.after].map(|text| text.as_deref().unwrap_or_default());
        let name = |text: &Option<String>| match text {
            Some(_) => self.path.display().to_string(),
            None => "/dev/null".to_owned(),
        };
        let diff = TextDiff::from_lines(before, after);
        let text = diff.unified_diff().header(&name(&self.before), &name(&self.after)).to_string();
        let shown = |c: char| if text::is_visible(c) || "\n\t".contains(c) { c } else { '\u{fffd}' };
        text.trim_end_matches('\n').chars().map(shown).collect()
    }

    /// Fails if [`Change::write`] would fail for lack of permission, so that the user is not asked in vain. A
    /// read-only file counts, although a rename could replace it.
    pub fn check_writable(&self) -> Result<()> {
        let target = self.target()?;
        let folder = target.ancestors().skip(1).find(|folder| folder.exists());
        for path in self.before.is_some().then_some(&*target).into_iter().chain(folder) {
            access(path, Access::WRITE_OK).map_err(|error| self.unwritten(error.into()))?;
        }
        Ok(())
    }

    /// Makes the change in one step. Refused if the content of the file is no longer that on which it is based.
    pub fn write(&self) -> Result<()> {
        let now = StartupFile::read(self.path.clone())?;
        if now.text != self.before {
            let message =
                format!("`{}` changed in the meantime, so it is left as it is", self.path.display());
            return Err(Error::new(Kind::Refused, message).hint("look again: `gox setup --dry-run`"));
        }
        let target = self.target()?;
        let done = match &self.after {
            Some(text) => write_in_place_of(&target, text.as_bytes()),
            None => fs::remove_file(&target),
        };
        done.map_err(|error| self.unwritten(error))
    }

    /// The path of the file after symbolic links.
    fn target(&self) -> Result<PathBuf> {
        match self.before {
            Some(_) => fs::canonicalize(&self.path).map_err(|error| self.unwritten(error)),
            None => Ok(self.path.clone()),
        }
    }

    fn unwritten(&self, cause: std::io::Error) -> Error {
        Error::store(format!("could not write `{}`", self.path.display()), cause)
    }
}

fn invalid(path: &Path, why: &str) -> Error {
    Error::new(Kind::InvalidFile, format!("could not change `{}`: {why}", path.display()))
}

/// A block in a text: the range of its bytes, marks and final newline included, and its first line.
struct Block<'a> {
    range: Range<usize>,
    head: &'a str,
}

/// The block in `text`. The error is the number of a line with a mark that does not pair or begins a second block.
fn find(text: &str) -> Result<Option<Block<'_>>, usize> {
    let (mut open, mut found) = (None, None);
    let mut at = 0;
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        // Trimmed, because an editor may have changed the line ends.
        let mark = line.trim_end();
        if mark.starts_with(HEAD) {
            if open.is_some() || found.is_some() {
                return Err(number);
            }
            open = Some((at, mark, number));
        } else if mark == TAIL {
            let (start, head, _) = open.take().ok_or(number)?;
            found = Some(Block { range: start..at + line.len(), head });
        }
        at += line.len();
    }
    open.map_or(Ok(found), |(_, _, number)| Err(number))
}

fn put(before: Option<&str>, body: &str, is_shadowed: bool) -> Result<String, usize> {
    let text = before.unwrap_or_default();
    if let Some(Block { range, head }) = find(text)? {
        let below = lines::lines(&text[range.end..]);
        if below.iter().any(|line| line.may_put(is_shadowed)) {
            let rest = take(text)?.map(|(rest, _)| rest);
            return put(rest.as_deref(), body, is_shadowed);
        }
        let end = if text[range.clone()].ends_with('\n') { "\n" } else { "" };
        return Ok([&text[..range.start], head, "\n", body, TAIL, end, &text[range.end..]].concat());
    }
    let (end, note) = match before {
        None => ("", NEW_FILE),
        Some(text) if text.is_empty() || text.ends_with('\n') => ("", ""),
        Some(_) => ("\n", NO_NEWLINE),
    };
    // LF even in a file with CR LF, because no shell runs lines that end with CR.
    Ok([text, end, HEAD, BY, note, "\n", body, TAIL, "\n"].concat())
}

/// The text without the block, and whether the file existed before gox wrote to it.
fn take(text: &str) -> Result<Option<(String, bool)>, usize> {
    let Some(Block { range, head }) = find(text)? else { return Ok(None) };
    let (mut above, below) = (&text[..range.start], &text[range.end..]);
    if below.is_empty() && head.ends_with(NO_NEWLINE) {
        above = above.strip_suffix('\n').unwrap_or(above);
    }
    Ok(Some(([above, below].concat(), !head.ends_with(NEW_FILE))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{find, put, take};

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
            assert_eq!(find(text).err(), Some(line), "{text:?}");
            assert_eq!(put(Some(text), BODY, false), Err(line), "{text:?}");
            assert_eq!(take(text), Err(line), "{text:?}");
        }
    }

    #[test]
    fn what_came_below_a_block_stays_on_a_line_of_its_own() {
        let text = put(Some("a"), BODY, false).unwrap() + "b\n";
        assert_eq!(take(&text), Ok(Some(("a\nb\n".to_owned(), true))));
        let text = put(None, BODY, false).unwrap() + "b";
        assert_eq!(take(&text), Ok(Some(("b".to_owned(), false))));
    }

    proptest! {
        /// Putting a block is idempotent, replaces an older body in place, and is undone by taking it.
        #[test]
        fn taking_gives_back_what_putting_found(
            before in proptest::option::of("\u{feff}?(a|é|\0|# x|fi|[ \t]|\r?\n){0,12}"),
            older in "(x|\n){0,3}\n",
        ) {
            let before = before.as_deref();
            let text = put(before, BODY, false).unwrap();
            prop_assert!(text.starts_with(before.unwrap_or_default()));
            prop_assert_eq!(&put(Some(&text), BODY, true).unwrap(), &text);
            prop_assert_eq!(&put(Some(&put(before, &older, false).unwrap()), BODY, false).unwrap(), &text);
            let expected = (before.unwrap_or_default().to_owned(), before.is_some());
            prop_assert_eq!(take(&text), Ok(Some(expected)));
        }

        /// A block with text below it is replaced and taken in place.
        #[test]
        fn below_a_block_all_stays(above in "(a\r?\n){0,3}", below in "(b\r?\n?){1,3}") {
            let text = put(Some(&above), "old\n", false).unwrap() + &below;
            let expected = put(Some(&above), BODY, false).unwrap() + &below;
            prop_assert_eq!(&put(Some(&text), BODY, true).unwrap(), &expected);
            prop_assert_eq!(take(&expected), Ok(Some((above + &below, true))));
        }
    }
}
