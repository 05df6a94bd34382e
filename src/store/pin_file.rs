//! Writing `.go-version`. Reading it is the resolver's.

use std::fs;
use std::path::{Path, PathBuf};

use super::write::write_atomic;
use crate::error::{Error, Result};
use crate::select::pin;

/// Makes `request` the pin of `directory`; comments and other lines stay. Gives the file.
pub fn write(directory: &Path, request: &str) -> Result<PathBuf> {
    let path = directory.join(".go-version");
    // Through a link, as an editor would.
    let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
    let line = pin::read(&path).ok().flatten().map(|pin| pin.line);
    let text = line.and_then(|line| Some((line, fs::read_to_string(&target).ok()?)));
    let text = text.map_or_else(|| format!("{request}\n"), |(line, text)| replaced(&text, line, request));
    write_atomic(&target, text.as_bytes())
        .map_err(|error| Error::store(format!("could not write `{}`", path.display()), error))?;
    Ok(path)
}

/// The text with another request in that line, counted from 1; a comment behind it stays.
fn replaced(text: &str, line: usize, request: &str) -> String {
    let lines = text.split_inclusive('\n').enumerate().map(|(index, old)| {
        if index + 1 != line {
            return old.to_owned();
        }
        let end = if old.ends_with('\n') { "\n" } else { "" };
        let (before, comment) = pin::split_comment(old.trim_end());
        let blanks = if comment.is_empty() { "" } else { &before[before.trim_end().len()..] };
        format!("{request}{blanks}{comment}{end}")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_the_request_changes() {
        let table = [
            ("1.21\n", 1, "1.22\n"),
            ("# why\n\ngo1.21.3 # until May\n# more\n", 3, "# why\n\n1.22 # until May\n# more\n"),
            ("1.21 \t# until #1 is mended\n", 1, "1.22 \t# until #1 is mended\n"),
            ("1.21", 1, "1.22"),
            ("1.21\r\n", 1, "1.22\n"),
        ];
        for (text, line, expected) in table {
            assert_eq!(replaced(text, line, "1.22"), expected, "{text:?}");
        }
    }
}
