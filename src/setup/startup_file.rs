//! A block of gox's own in a file that somebody else's shell reads. Every other byte stays as it is, and
//! taking the block out gives back the very bytes that were there before it was put in.
//!
//! What cannot be told from the file afterwards is noted in the first line of the block: that there was no
//! file, or that its last line had no end.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use similar::TextDiff;

use crate::error::{Error, Kind, Result};
use crate::fs::read;
use crate::fs::write::write_in_place_of;
use crate::text;

const HEAD: &str = "# >>> gox >>>";
const TAIL: &str = "# <<< gox <<<";
const BY: &str = " by `gox setup`, which `gox setup --undo` takes back";
/// Ends the first line of a block without which there would be no file.
const NEW_FILE: &str = "; new file";
/// The same where the line above got its end from gox.
const NO_NEWLINE: &str = "; no newline before";

/// A start-up file as it is.
pub struct StartupFile {
    path: PathBuf,
    text: Option<String>,
}

/// What is to become of a start-up file; nothing is done before [`Change::write`].
pub struct Change {
    path: PathBuf,
    before: Option<String>,
    /// None where the file goes.
    after: Option<String>,
}

/// Whether a file that may not be text has a block of gox's in it.
pub fn has_block(path: &Path) -> bool {
    let bytes = read::read_if_there(path, usize::MAX).ok().flatten().unwrap_or_default();
    bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(HEAD.as_bytes()))
}

impl StartupFile {
    /// Reads it. One that is there must be a regular file after links, and UTF-8: what gox cannot read it
    /// cannot give back either.
    pub fn read(path: PathBuf) -> Result<Self> {
        let text = read::read_if_there(&path, usize::MAX)?.map(String::from_utf8).transpose();
        match text {
            Ok(text) => Ok(StartupFile { path, text }),
            Err(_) => Err(invalid(&path, "it is not UTF-8")),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in it; nothing where it is not there.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// Whether gox has a block in it.
    pub fn has_block(&self) -> Result<bool> {
        find(self.text()).map(|block| block.is_some()).map_err(|line| self.torn(line))
    }

    /// The change that puts `body`, which ends with a newline, between the marks: at the end of the file, or
    /// where a block is already. None where it is as it should be.
    pub fn put(self, body: &str) -> Result<Option<Change>> {
        let after = put(self.text.as_deref(), body).map_err(|line| self.torn(line))?;
        let is_new = self.text.as_ref() != Some(&after);
        Ok(is_new.then_some(Change { path: self.path, before: self.text, after: Some(after) }))
    }

    /// The change that takes the block out. None where there is none.
    pub fn take(self) -> Result<Option<Change>> {
        let Some((text, had_file)) = take(self.text()).map_err(|line| self.torn(line))? else {
            return Ok(None);
        };
        // Who linked the file to another place since then has more to do with it than gox.
        let goes = text.is_empty() && !had_file && !self.path.is_symlink();
        Ok(Some(Change { path: self.path, before: self.text, after: (!goes).then_some(text) }))
    }

    fn torn(&self, line: usize) -> Error {
        let message = format!("line {line} is a mark of gox without its counterpart");
        invalid(&self.path, &message).hint(format!("take the marks `{HEAD}` and `{TAIL}` out by hand"))
    }
}

impl Change {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The change for eyes, and for `patch` where no control character but a tab is in its lines.
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

    /// An error where [`Change::write`] would fail, before anybody is asked. A file that its owner made
    /// read-only stays as it is, although a rename could replace it.
    pub fn check_writable(&self) -> Result<()> {
        let target = self.target()?;
        let folder = target.ancestors().skip(1).find(|folder| folder.exists());
        for path in self.before.is_some().then_some(&*target).into_iter().chain(folder) {
            access(path, Access::WRITE_OK).map_err(|error| self.unwritten(error.into()))?;
        }
        Ok(())
    }

    /// Does it in one step, unless the file is another by now.
    pub fn write(&self) -> Result<()> {
        let now = StartupFile::read(self.path.clone())?;
        if now.text != self.before {
            let message = format!("`{}` has changed meanwhile, and stays as it is", self.path.display());
            return Err(Error::new(Kind::Refused, message).hint("look again: `gox setup --dry-run`"));
        }
        let target = self.target()?;
        let done = match &self.after {
            Some(text) => write_in_place_of(&target, text.as_bytes()),
            None => fs::remove_file(&target),
        };
        done.map_err(|error| self.unwritten(error))
    }

    /// The file itself, through links.
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

/// A block in a text, with its marks and the end of its last line.
struct Block<'a> {
    range: Range<usize>,
    head: &'a str,
}

/// The block; the number of a line where marks do not come in pairs, or more than once.
fn find(text: &str) -> Result<Option<Block<'_>>, usize> {
    let (mut open, mut found) = (None, None);
    let mut at = 0;
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        // An editor may have changed the ends of lines.
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

fn put(before: Option<&str>, body: &str) -> Result<String, usize> {
    let text = before.unwrap_or_default();
    if let Some(Block { range, head }) = find(text)? {
        let end = if text[range.clone()].ends_with('\n') { "\n" } else { "" };
        return Ok([&text[..range.start], head, "\n", body, TAIL, end, &text[range.end..]].concat());
    }
    let (end, note) = match before {
        None => ("", NEW_FILE),
        Some(text) if text.is_empty() || text.ends_with('\n') => ("", ""),
        Some(_) => ("\n", NO_NEWLINE),
    };
    // Newlines alone, whatever the other lines end with: no shell runs a line that ends with CR.
    Ok([text, end, HEAD, BY, note, "\n", body, TAIL, "\n"].concat())
}

/// The text without the block, and whether it was in a file before.
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
            assert_eq!(put(Some(text), BODY), Err(line), "{text:?}");
            assert_eq!(take(text), Err(line), "{text:?}");
        }
    }

    #[test]
    fn what_came_below_a_block_stays_on_a_line_of_its_own() {
        let text = put(Some("a"), BODY).unwrap() + "b\n";
        assert_eq!(take(&text), Ok(Some(("a\nb\n".to_owned(), true))));
        let text = put(None, BODY).unwrap() + "b";
        assert_eq!(take(&text), Ok(Some(("b".to_owned(), false))));
    }

    proptest! {
        /// Twice is as once, an older body is replaced where it is, and nothing is lost.
        #[test]
        fn taking_gives_back_what_putting_found(
            before in proptest::option::of("\u{feff}?(a|é|\0|# x|fi|[ \t]|\r?\n){0,12}"),
            older in "(x|\n){0,3}\n",
        ) {
            let before = before.as_deref();
            let text = put(before, BODY).unwrap();
            prop_assert!(text.starts_with(before.unwrap_or_default()));
            prop_assert_eq!(&put(Some(&text), BODY).unwrap(), &text);
            prop_assert_eq!(&put(Some(&put(before, &older).unwrap()), BODY).unwrap(), &text);
            let expected = (before.unwrap_or_default().to_owned(), before.is_some());
            prop_assert_eq!(take(&text), Ok(Some(expected)));
        }

        /// A block stays where the user moved it to.
        #[test]
        fn below_a_block_all_stays(above in "(a\r?\n){0,3}", below in "(b\r?\n?){1,3}") {
            let text = put(Some(&above), "old\n").unwrap() + &below;
            let expected = put(Some(&above), BODY).unwrap() + &below;
            prop_assert_eq!(&put(Some(&text), BODY).unwrap(), &expected);
            prop_assert_eq!(take(&expected), Ok(Some((above + &below, true))));
        }
    }
}
