//! Lines of files that users write: those that a program refuses, and the commands that change them.

use std::path::{Path, PathBuf};

use crate::fs::identity::real;
use crate::fs::read;
use crate::setup::foreign::MAX_TEXT;
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

    /// The line of a message without a place, as bash gives below an `$include`: the only one there with the first word
    /// of the message.
    pub(super) fn below_include(file: &'a str, content: &str, message: &'a str) -> Option<Self> {
        let (word, _) = message.split_once(": ")?;
        let below = content.lines().zip(1..).skip_while(|(line, _)| !is_include(line));
        let mut having = below.filter(|(line, _)| line.split_whitespace().any(|part| part == word));
        let (_, number) = having.next()?;
        having.next().is_none().then_some(Refused { file, number, message })
    }

    /// The file. Programs that write `~` mean the folder `user`.
    fn path(&self, user: Option<&Path>) -> PathBuf {
        match self.file.strip_prefix("~/").zip(user) {
            Some((rest, user)) => user.join(rest),
            None => PathBuf::from(self.file),
        }
    }

    /// The script for sed that takes the line out, by its text so that it stays right where lines are added or removed
    /// before it is run. A line that is special to sed, not unique or not known goes by its number.
    fn removal(&self, file: &Path) -> String {
        let is_plain = |line: &&str| {
            !line.trim().is_empty()
                && line.chars().all(|c| matches!(c, ' '..='~' | '\t') && !"\\/[]*^$".contains(c))
        };
        let content = read::read_beginning(file, MAX_TEXT).unwrap_or_default();
        // Not `lines`, which drops the carriage return that sed sees.
        let lines = || content.split('\n');
        let is_only = |line: &&str| lines().filter(|other| other == line).count() == 1;
        let line = self.number.checked_sub(1).and_then(|at| lines().nth(at));
        match line.filter(is_plain).filter(is_only) {
            Some(line) => format!("/^{}$/d", line.replace('.', "\\.")),
            None => format!("{}d", self.number),
        }
    }
}

/// Whether a line of readline's file includes another.
pub(super) fn is_include(line: &str) -> bool {
    line.trim_start().to_lowercase().starts_with("$include")
}

/// What is wrong with lines, and the command that takes them out.
pub(super) fn told(refused: &[Refused<'_>], user: Option<&Path>) -> (String, String) {
    let mut scripts: Vec<(PathBuf, Vec<String>)> = Vec::new();
    let mut seen = Vec::new();
    for line in refused {
        let file = line.path(user);
        seen.push(format!(
            "line {} of `{}`: {}",
            line.number,
            text::path(&file),
            text::excerpt(line.message)
        ));
        let script = line.removal(&file);
        match scripts.iter_mut().find(|(other, _)| *other == file) {
            Some((_, of_file)) if of_file.contains(&script) => {}
            Some((_, of_file)) => of_file.push(script),
            None => scripts.push((file, vec![script])),
        }
    }
    // One call of sed for a file: to it each line keeps its number.
    let edits: Vec<_> = scripts.iter().map(|(file, scripts)| edit(&scripts.join("; "), file)).collect();
    (seen.join("; "), edits.join(" && "))
}

/// The command that takes a line out of a file.
pub(super) fn removal(number: usize, file: &Path) -> String {
    edit(&format!("{number}d"), file)
}

/// The command that changes a file by a script for sed. The file is named without links, because sed would put a file
/// in the place of a link.
pub(super) fn edit(script: &str, file: &Path) -> String {
    format!("{IN_PLACE} {} {}", text::quoted(script), text::quoted_path(&real(file)))
}

/// The command that adds a line to a file, of which the last line may lack its line feed.
pub(super) fn addition(line: &str, file: &Path) -> String {
    let content = read::read_quietly(file).unwrap_or_default();
    let is_whole = content.is_empty() || content.ends_with('\n');
    let print = match is_whole {
        false => r"printf '\n%s\n'",
        // For the echo of zsh and dash they mean something.
        true if line.contains('\\') => r"printf '%s\n'",
        true => "echo",
    };
    format!("{print} {} >>{}", text::quoted(line), text::quoted_path(file))
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
