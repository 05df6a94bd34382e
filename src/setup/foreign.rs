//! Finds the lines of the user's start-up files that bring another Go or another manager into a shell.

use std::path::{Path, PathBuf};

use crate::fs::identity::is_same;
use crate::fs::read;
use crate::setup::lines::{self, Does};
use crate::setup::places;
use crate::setup::shell::Shell;

/// The length of the longest start-up file that is read whole, in bytes; those that people write are far shorter.
pub(super) const MAX_TEXT: usize = 1 << 20;

/// The managers that a line of a start-up file loads, and what is in that line.
const LOADED: [(&str, &str); 10] = [
    ("goenv", "goenv"),
    ("asdf", "asdf"),
    ("mise", "mise"),
    ("gvm", "/.gvm/"),
    ("g", "/.g/"),
    ("goup", "/.goup/"),
    ("proto", "proto"),
    ("vfox", "vfox"),
    ("Homebrew", "brew"),
    ("Nix", "nix"),
];

/// A line of a start-up file.
pub(super) struct Place {
    path: PathBuf,
    number: usize,
}

impl Place {
    /// `/home/me/.bashrc:12`
    pub(super) fn text(&self) -> String {
        format!("{}:{}", self.path.display(), self.number)
    }

    /// What to put in the place of the line, as a mend.
    pub(super) fn replacement(&self, line: &str) -> String {
        format!("make line {} of `{}`: {line}", self.number, self.path.display())
    }

    /// What to do so that the line does no more, as a part of a mend.
    pub(super) fn removal(&self) -> String {
        format!("take line {} out of `{}`", self.number, self.path.display())
    }
}

/// The line that puts `directory` in front of PATH.
pub(super) fn that_puts(directory: &Path) -> Option<Place> {
    let is_it = |put: &String| Path::new(put) == directory || is_same(Path::new(put), directory);
    last(|text| {
        let lines = lines::lines(text).into_iter();
        let puts = |does: &Does| matches!(does, Does::Puts(directories) if directories.iter().any(is_it));
        lines.filter(|line| puts(&line.does)).map(|line| line.number).next_back()
    })
}

/// The line that loads a manager, named as in `facts::owner`.
pub(super) fn that_loads(manager: &str) -> Option<Place> {
    let (_, sign) = LOADED.iter().find(|(name, _)| *name == manager)?;
    last(|text| {
        let lines = lines::lines(text).into_iter();
        let loads =
            |does: &Does| matches!(does, Does::Runs(words) if words.iter().any(|word| word.contains(sign)));
        lines.filter(|line| loads(&line.does)).map(|line| line.number).next_back()
    })
}

/// The line that sets a variable.
pub(super) fn that_sets(name: &str) -> Option<Place> {
    last(|text| {
        let sets = |line: &str| {
            let words = lines::words(line);
            let is_of_fish = words.first().is_some_and(|word| word == "set");
            words.iter().any(|word| {
                word.split_once('=').is_some_and(|(set, _)| set == name) || (is_of_fish && word == name)
            })
        };
        text.lines().zip(1..).filter(|(line, _)| sets(line)).map(|(_, number)| number).last()
    })
}

/// The line that evaluates the text of `gox init` without quotes, so that the shell makes one line of it, which begins
/// with a comment.
pub(super) fn that_lacks_quotes() -> Option<Place> {
    last(|text| {
        let lacks = |line: &str| {
            let line = line.trim_start();
            (line.contains("eval $(") || line.contains("eval `"))
                && line.contains("gox")
                && line.contains(" init ")
        };
        let code = |line: &str| !line.trim_start().starts_with('#') && lacks(line);
        text.lines().zip(1..).filter(|(line, _)| code(line)).map(|(_, number)| number).last()
    })
}

/// The line that `number` finds in the last of the start-up files in which there is one.
fn last(number: impl Fn(&str) -> Option<usize>) -> Option<Place> {
    let files = places::read_at_start(Shell::of_user().unwrap_or(Shell::Sh));
    files.into_iter().rev().find_map(|path| {
        let number = number(&read::read_beginning(&path, MAX_TEXT)?)?;
        Some(Place { path, number })
    })
}
