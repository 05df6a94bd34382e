//! Finds the lines of the user's start-up files that bring another Go or another manager into a shell.

use std::fmt;
use std::path::{Path, PathBuf};

use super::lines::{self, Does};
use super::places;
use super::shell::Shell;
use crate::env::{self, GOROOT, GVM_ROOT};
use crate::fs::identity::is_same;
use crate::fs::read;

/// The length of the longest start-up file that is read whole, in bytes; those that people write are far shorter.
pub const MAX_TEXT: usize = 1 << 20;

/// The script by which asdf sets Go's variables; asdf itself, which other tools may need, sets none.
const ASDF_S_SCRIPT: &str = "asdf's script for Go";

/// The manager that goes on to put its Go in front in a shell that is open: at each `cd` into a folder with a
/// `.go-version` (gvm source `scripts/env/cd`).
const REPEATS: &str = "gvm";

/// The managers that a line of a start-up file loads; by what it is seen that it does, the name of a file that is read or
/// run, or, with a slash, a part of its path; and what they manage.
const LOADED: [(&str, &[&str], Manages); 11] = [
    (ASDF_S_SCRIPT, &["/plugins/golang/set-env."], Manages::Go),
    ("goenv", &["goenv", "/.goenv/"], Manages::Go),
    ("asdf", &["asdf", "/.asdf/", "/plugins/golang/set-env."], Manages::Tools),
    ("mise", &["mise"], Manages::Tools),
    ("gvm", &["gvm", "/.gvm/"], Manages::Go),
    ("g", &["/.g/"], Manages::Go),
    ("goup", &["goup", "/.goup/"], Manages::Go),
    ("proto", &["proto", "/.proto/"], Manages::Tools),
    ("vfox", &["vfox", "/.version-fox/", "/.vfox/"], Manages::Tools),
    ("Homebrew", &["brew"], Manages::Packages),
    ("Nix", &["nix", "/.nix-profile/"], Manages::Packages),
];

/// What a manager is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manages {
    /// Versions of Go alone.
    Go,
    /// Versions of Go, and of other tools.
    Tools,
    /// Programs of all kinds.
    Packages,
}

/// A line of a start-up file.
pub struct Place {
    path: PathBuf,
    number: usize,
}

impl Place {
    /// `/home/me/.bashrc:12`
    pub fn text(&self) -> String {
        format!("{}:{}", self.path.display(), self.number)
    }

    /// To take the line out, as a mend, and what it does.
    pub fn removal(&self, does: &str) -> String {
        format!("remove line {} of `{}`, which {does}", self.number, self.path.display())
    }

    /// To take out the line [`that_repeats`], as a mend.
    pub fn removal_of_repeat(&self, shell: Shell) -> String {
        let removal = self.removal("loads a `cd` that puts its own Go first on PATH again");
        format!("{removal}; then {}", shell.restart())
    }

    /// What to put in the place of the line, as a mend.
    pub fn replacement(&self, line: &str) -> String {
        format!("change line {} of `{}` to `{line}`", self.number, self.path.display())
    }
}

/// What a line does that a user of gox does not need.
#[derive(Debug, PartialEq, Eq)]
pub enum Needless {
    /// Loads or calls a manager of Go alone.
    OfGo(&'static str),
    /// Loads or calls a manager of Go and other tools.
    OfTools(&'static str),
    /// Sets GOROOT.
    Goroot,
}

/// What the line does, and what to do with it.
impl fmt::Display for Needless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Needless::OfGo(name) => {
                write!(f, "runs {name}, which sets up its own Go: remove the line")
            }
            Needless::OfTools(name) => {
                write!(f, "runs {name}: remove the line, unless you use {name} for other tools")
            }
            Needless::Goroot => {
                f.write_str("sets `GOROOT`, which breaks every other version of Go: remove the line")
            }
        }
    }
}

/// The lines of the user's own start-up files that a user of gox does not need, in their order.
pub fn needless(shell: Shell) -> Vec<(Place, Needless)> {
    let in_file = |path: PathBuf| {
        let text = read::read_beginning(&path, MAX_TEXT).unwrap_or_default();
        let found = needless_in(&text).into_iter();
        found.map(move |(number, does)| (Place { path: path.clone(), number }, does)).collect::<Vec<_>>()
    };
    places::own_at_start(shell).into_iter().flat_map(in_file).collect()
}

fn needless_in(text: &str) -> Vec<(usize, Needless)> {
    let lines = lines::lines(text);
    let does = |(line, number): (&str, usize)| {
        let runs = lines.iter().find(|line| line.number == number);
        let words = lines::words(line);
        let manager = LOADED.into_iter().find(|(name, signs, _)| {
            words.first().is_some_and(|word| word == name)
                || runs.is_some_and(|line| loads(&line.does, signs))
        });
        let needless = match manager {
            Some((name, _, Manages::Go)) => Needless::OfGo(name),
            Some((name, _, Manages::Tools)) => Needless::OfTools(name),
            _ if sets(&words, GOROOT) => Needless::Goroot,
            _ => return None,
        };
        Some((number, needless))
    };
    text.lines().zip(1..).filter_map(does).collect()
}

/// The line that puts `directory` in front of PATH.
pub fn that_puts(directory: &Path) -> Option<Place> {
    let is_it = |put: &String| Path::new(put) == directory || is_same(Path::new(put), directory);
    last(|text| {
        let lines = lines::lines(text).into_iter();
        let puts = |does: &Does| matches!(does, Does::Puts(directories) if directories.iter().any(is_it));
        lines.filter(|line| puts(&line.does)).map(|line| line.number).next_back()
    })
}

/// The line that loads a manager, by its name.
pub fn that_loads(manager: &str) -> Option<Place> {
    last(|text| loading(text, manager).pop())
}

/// The line that loads the manager of `program` if that, in a shell that is open, puts its Go in front again.
pub fn that_repeats(program: &Path) -> Option<Place> {
    is_of_gvm(program).then(|| that_loads(REPEATS)).flatten()
}

/// Whether a program is below gvm's folder.
pub fn is_of_gvm(program: &Path) -> bool {
    let is_in_root = env::os(GVM_ROOT).is_some_and(|root| program.starts_with(root));
    is_in_root || program.to_string_lossy().contains("/.gvm/")
}

/// The numbers of the lines that load a manager.
fn loading(text: &str, manager: &str) -> Vec<usize> {
    let Some((_, signs, _)) = LOADED.into_iter().find(|(name, ..)| *name == manager) else {
        return Vec::new();
    };
    let lines = lines::lines(text).into_iter();
    lines.filter(|line| loads(&line.does, signs)).map(|line| line.number).collect()
}

/// Whether a line runs something that has one of the signs of a manager. What runs gox runs none, wherever that gox is.
fn loads(does: &Does, signs: &[&str]) -> bool {
    let Does::Runs(words) = does else { return false };
    let is_between = |c: char| c.is_whitespace() || "$`();&|".contains(c);
    let files: Vec<_> = words.iter().flat_map(|word| word.split(is_between)).collect();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let has = |file: &&str, sign: &str| {
        let end = file_name(file).strip_prefix(sign);
        file.contains(sign) && (sign.contains('/') || end.is_some_and(|end| !end.starts_with(is_part)))
    };
    !files.iter().any(|file| file_name(file) == "gox")
        && files.iter().any(|file| signs.iter().any(|sign| has(file, sign)))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// What to do so that no start-up file sets a variable, as parts of a mend: to take out each line that sets it, and
/// each that loads `manager`, which does. The last line comes first, so that the numbers of the others stay right.
pub fn removals(variable: &str, manager: Option<&str>) -> Vec<String> {
    let sets_variables = |manager: &&str| {
        LOADED.iter().any(|(name, _, manages)| name == manager && *manages != Manages::Packages)
    };
    let has_script = || texts().any(|(_, text)| !loading(&text, ASDF_S_SCRIPT).is_empty());
    let is_script = |manager: &&str| *manager == "asdf" && has_script();
    let manager = manager.filter(sets_variables);
    let manager = manager.filter(is_script).map(|_| ASDF_S_SCRIPT).or(manager);
    let mut removals = Vec::new();
    for (path, text) in texts() {
        let loading = manager.map_or_else(Vec::new, |manager| loading(&text, manager));
        let does = |line, number| match manager {
            Some(manager) if loading.contains(&number) => Some(loads_manager(manager)),
            _ => sets(&lines::words(line), variable).then(|| format!("sets `{variable}`")),
        };
        let lines: Vec<_> = text.lines().zip(1..).collect();
        removals.extend(lines.into_iter().rev().filter_map(|(line, number)| {
            let does = does(line, number)?;
            Some(Place { path: path.clone(), number }.removal(&does))
        }));
    }
    removals
}

/// What a line does that loads a manager. One of other tools may have to stay, and mise can be told to leave Go alone.
fn loads_manager(manager: &str) -> String {
    let is_of_tools =
        |(name, _, manages): &(&str, &[&str], Manages)| *name == manager && *manages == Manages::Tools;
    match LOADED.iter().any(is_of_tools) {
        false => format!("loads {manager}"),
        true if manager == "mise" => {
            "loads mise (if you use mise for other tools, keep it and type: mise settings add disable_tools go)".to_owned()
        }
        true => format!("loads {manager}, unless you use {manager} for other tools"),
    }
}

/// Whether the words of a line give a variable a value.
fn sets(words: &[String], name: &str) -> bool {
    let is_set = |(at, word): (usize, &String)| {
        if word == "set" {
            return is_set_by_fish(&words[at + 1..], name);
        }
        word.split_once('=').is_some_and(|(set, value)| set == name && !value.is_empty())
    };
    words.iter().enumerate().any(is_set)
}

/// Whether the words after fish's `set` give a variable a value, and neither erase nor ask for it.
fn is_set_by_fish(words: &[String], name: &str) -> bool {
    let count = words.iter().take_while(|word| word.starts_with('-')).count();
    let (options, rest) = words.split_at(count);
    let is_other = |option: &String| match option.strip_prefix("--") {
        Some(word) => word == "erase" || word == "query",
        None => option.contains(['e', 'q']),
    };
    !options.iter().any(is_other) && matches!(rest, [variable, _, ..] if variable == name)
}

/// The line that evaluates the text of `gox init` without quotes, so that the shell makes one line of it, which begins
/// with a comment.
pub fn that_lacks_quotes() -> Option<Place> {
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

/// Applies `number` to the start-up files, the one that is read last first, and gives the first line that it finds.
fn last(number: impl Fn(&str) -> Option<usize>) -> Option<Place> {
    texts().find_map(|(path, text)| number(&text).map(|number| Place { path, number }))
}

/// The start-up files of the user's shell with their texts, the one that is read last first.
fn texts() -> impl Iterator<Item = (PathBuf, String)> {
    let files = places::read_at_start(Shell::of_user().unwrap_or(Shell::Sh));
    files.into_iter().rev().filter_map(|path| read::read_beginning(&path, MAX_TEXT).map(|text| (path, text)))
}

#[cfg(test)]
mod tests {
    use super::{Needless, needless_in};

    #[test]
    fn lines_that_are_needless_with_gox() {
        let manager = |name| Some(Needless::OfGo(name));
        let shared = |name| Some(Needless::OfTools(name));
        for (line, expected) in [
            ("[[ -s \"/u/.gvm/scripts/gvm\" ]] && source \"/u/.gvm/scripts/gvm\"", manager("gvm")),
            (". ~/tools/gvm/scripts/gvm", manager("gvm")),
            ("source /u/.gvm/environments/default", manager("gvm")),
            ("gvm use go1.20 --default >/dev/null", manager("gvm")),
            ("eval \"$(goenv init -)\"", manager("goenv")),
            ("status --is-interactive; and goenv init - | source", manager("goenv")),
            ("[ -s \"${HOME}/.g/env\" ] && \\. \"${HOME}/.g/env\"", manager("g")),
            (". \"$HOME/.goup/env\"", manager("goup")),
            (". /opt/homebrew/opt/asdf/libexec/asdf.sh", shared("asdf")),
            (". /data/asdf/plugins/golang/set-env.bash", manager("asdf's script for Go")),
            ("$(~/.local/bin/mise activate fish) | source", shared("mise")),
            ("eval \"`/u/bin/vfox activate bash`\"", shared("vfox")),
            ("eval \"$(mise activate bash)\"", shared("mise")),
            ("export GOROOT=/usr/local/go", Some(Needless::Goroot)),
            ("typeset -x A=1 GOROOT='/x y'", Some(Needless::Goroot)),
            ("test -d /x; and set -gx GOROOT /x", Some(Needless::Goroot)),
            ("set --export GOROOT (brew --prefix go)/libexec", Some(Needless::Goroot)),
            // Nothing of these is another Go's.
            ("# export GOROOT=/usr/local/go", None),
            ("unset GOROOT", None),
            ("export GOROOT=", None),
            ("set -e GOROOT", None),
            ("set --erase --global GOROOT", None),
            ("set -q GOROOT", None),
            ("export PATH=$PATH:$GOROOT/bin MYGOROOT=/x", None),
            ("alias old='GOROOT=/x go'", None),
            ("source ~/premises.sh", None),
            (". ~/goenvs.sh", None),
            // The home of somebody of that name.
            ("eval \"$(/home/gvm/.local/go/bin/gox init bash)\"", None),
            ("eval \"$(\"${GOX_HOME:-/srv/.goenv/go}/bin/gox\" init bash)\"", None),
            (". /home/asdf/.local/env", None),
            ("[ -r /home/mise/.profile ] && . /home/mise/.profile", None),
            ("eval \"$(/home/goup/bin/direnv hook bash)\"", None),
            ("[ -d ~/.gvm ] && echo 'gvm is here'", None),
            ("eval \"$(/opt/homebrew/bin/brew shellenv)\"", None),
        ] {
            let expected: Vec<_> = expected.map(|needless| (2, needless)).into_iter().collect();
            assert_eq!(needless_in(&format!("\n{line}\n")), expected, "{line}");
        }
    }
}
