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

/// Those of [`LOADED`] that set PATH and none of Go's variables.
const WITHOUT_VARIABLES: [&str; 2] = ["Homebrew", "Nix"];

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
    last(|text| loading(text, manager).pop())
}

/// What to do so that no start-up file sets a variable, as parts of a mend: to take out each line that sets it, and
/// each that loads `manager`, which does. The last line comes first, so that the numbers of the others stay right.
pub(super) fn removals(variable: &str, manager: Option<&str>) -> Vec<String> {
    let manager = manager.filter(|manager| !WITHOUT_VARIABLES.contains(manager));
    let mut removals = Vec::new();
    for (path, text) in texts() {
        let loading = manager.map_or_else(Vec::new, |manager| loading(&text, manager));
        let does = |line, number| match manager {
            Some(manager) if loading.contains(&number) => Some(format!("loads {manager}")),
            _ => sets(line, variable).then(|| format!("sets `{variable}`")),
        };
        let lines: Vec<_> = text.lines().zip(1..).collect();
        removals.extend(lines.into_iter().rev().filter_map(|(line, number)| {
            let does = does(line, number)?;
            Some(format!("take line {number}, which {does}, out of `{}`", path.display()))
        }));
    }
    removals
}

/// The numbers of the lines that load a manager.
fn loading(text: &str, manager: &str) -> Vec<usize> {
    let Some((_, sign)) = LOADED.iter().find(|(name, _)| *name == manager) else { return Vec::new() };
    let loads =
        |does: &Does| matches!(does, Does::Runs(words) if words.iter().any(|word| word.contains(sign)));
    let lines = lines::lines(text).into_iter();
    lines.filter(|line| loads(&line.does)).map(|line| line.number).collect()
}

/// Whether a line sets a variable to something.
fn sets(line: &str, name: &str) -> bool {
    let words = lines::words(line);
    let is_assignment =
        |word: &String| word.split_once('=').is_some_and(|(set, to)| set == name && !to.is_empty());
    words.iter().any(is_assignment) || sets_in_fish(&words, name)
}

/// Whether the words are `set -gx NAME VALUE`, and not `set -e NAME` or `set -q NAME`.
fn sets_in_fish(words: &[String], name: &str) -> bool {
    let mut words = words.iter();
    words.next().is_some_and(|word| word == "set")
        && words.find(|word| !word.starts_with('-')).is_some_and(|word| word == name)
        && words.next().is_some()
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
    texts().find_map(|(path, text)| number(&text).map(|number| Place { path, number }))
}

/// The start-up files of the user's shell with their texts, the one that is read last first.
fn texts() -> impl Iterator<Item = (PathBuf, String)> {
    let files = places::read_at_start(Shell::of_user().unwrap_or(Shell::Sh));
    files.into_iter().rev().filter_map(|path| read::read_beginning(&path, MAX_TEXT).map(|text| (path, text)))
}
