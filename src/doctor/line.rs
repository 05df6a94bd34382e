//! Lines of files that users write: those that a program refuses, and the commands that change them.

use std::path::{Path, PathBuf};

use crate::fs::identity::real;
use crate::text;

/// A line that a program refuses, as it tells it.
pub(super) struct Refused<'a> {
    file: &'a str,
    number: usize,
    message: &'a str,
}

impl<'a> Refused<'a> {
    /// Reads `/home/u/.ssh/config: line 3: Bad configuration option: x`; some messages lack the first colon.
    pub(super) fn parse(said: &'a str) -> Option<Self> {
        const WORD: &str = " line ";
        said.match_indices(WORD).find_map(|(at, _)| {
            let (number, message) = said[at + WORD.len()..].split_once(": ")?;
            let file = &said[..at];
            let file = file.strip_suffix(':').unwrap_or(file);
            Some(Refused { file, number: number.parse().ok()?, message })
        })
    }

    /// What is wrong with the line, and the command that takes it out. Programs that write `~` mean the folder `user`.
    pub(super) fn told(&self, user: Option<PathBuf>) -> (String, String) {
        let file = match self.file.strip_prefix("~/").zip(user) {
            Some((rest, user)) => user.join(rest),
            None => PathBuf::from(self.file),
        };
        let seen =
            format!("line {} of `{}`: {}", self.number, text::path(&file), text::excerpt(self.message));
        (seen, removal(self.number, &file))
    }
}

/// The command that takes a line out of a file.
pub(super) fn removal(number: usize, file: &Path) -> String {
    edit(&format!("{number}d"), file)
}

/// The command that changes a file by a script for sed. The file is named without links, because sed would put a file in
/// the place of a link.
pub(super) fn edit(script: &str, file: &Path) -> String {
    format!("{IN_PLACE} {} {}", text::quoted(script), text::quoted_path(&real(file)))
}

/// The sed that changes files. That of BSD wants the ending of a copy, and none is made.
pub(super) const IN_PLACE: &str = if cfg!(target_os = "macos") { "sed -i ''" } else { "sed -i" };

#[cfg(test)]
mod tests {
    use super::Refused;

    #[test]
    fn lines_that_programs_refuse() {
        for (said, expected) in [
            (
                "/u/.ssh/config: line 3: Bad configuration option: x",
                Some(("/u/.ssh/config", 3, "Bad configuration option: x")),
            ),
            ("/u/config line 12: Missing argument.", Some(("/u/config", 12, "Missing argument."))),
            ("/my line 4/rc: line 1: x: line 7: y", Some(("/my line 4/rc", 1, "x: line 7: y"))),
            ("/u/config: terminating, 1 bad configuration options", None),
            ("command line 0x: y", None),
            (" line ", None),
            ("", None),
        ] {
            let found = Refused::parse(said).map(|Refused { file, number, message }| (file, number, message));
            assert_eq!(found, expected, "{said}");
        }
    }
}
