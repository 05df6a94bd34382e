//! Finds the go.mod or go.work that governs a directory, and reads its `go` and `toolchain` lines as cmd/go
//! does when it selects a toolchain (Go source `cmd/go/internal/modload` and `cmd/go/internal/gover/gomod.go`).

use std::path::{Path, PathBuf};

use super::goenv::{GoEnv, Origin};
use super::question::Question;
use super::reason::{Reason, Rule};
use super::world::World;
use crate::env::{GO111MODULE, GOWORK, TMPDIR};
use crate::error::{Error, Kind, Result};
use crate::fs::identity::is_same;
use crate::fs::read;
use crate::text;

/// A search for the governing file, with all that it depends on.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    world: &'a World,
    pub(super) settings: &'a GoEnv,
    /// Clean and absolute. `None` if the directory is unknown; then no file is found.
    directory: Option<&'a Path>,
    /// The GOROOT of the Go that searches. It ignores a go.work at or above its GOROOT.
    goroot: Option<&'a Path>,
}

/// The governing go.work or go.mod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The path of the file.
    pub file: PathBuf,
    /// Whether GOWORK names the file. Such a file need not be above the current directory.
    named: bool,
}

impl<'a> Search<'a> {
    /// The search of the Go in `goroot`, with its settings.
    pub(super) fn new(question: &'a Question<'_>, settings: &'a GoEnv, goroot: Option<&'a Path>) -> Self {
        Search { world: question.world, settings, directory: question.directory(), goroot }
    }

    /// Whether modules are on, without which cmd/go does not select a toolchain. `auto` turns them on if there
    /// is a go.mod or, since Go 1.27 (golang.org/issue/76728), a go.work. An unknown word means off.
    pub(super) fn modules_are_on(&self) -> Result<bool> {
        match self.settings.get(GO111MODULE).as_ref().map_or("", |(value, _)| value) {
            "" | "on" => Ok(true),
            "auto" => Ok(self.go_mod().is_some() || self.go_work()?.is_some()),
            _ => Ok(false),
        }
    }

    /// The go.work, else the nearest go.mod. A go.work that GOWORK names may be missing; then go.mod counts. If
    /// it is a directory, that is an error, as in cmd/go.
    pub(super) fn project(&self) -> Result<Option<Project>> {
        match self.go_work()?.filter(|work| !work.named || work.file.exists()) {
            Some(work) if work.named && work.file.is_dir() => {
                let (value, origin) = self.settings.get(GOWORK).unwrap_or_default();
                Err(invalid_gowork(&value, &origin, "it is a directory"))
            }
            Some(work) => Ok(Some(work)),
            None => Ok(self.go_mod()),
        }
    }

    /// The go.work (Go source `modload.FindGoWork`).
    fn go_work(&self) -> Result<Option<Project>> {
        let setting = self.settings.get(GOWORK);
        match setting.as_ref().map(|(value, origin)| (value.as_str(), origin)) {
            Some(("off", _)) => Ok(None),
            None | Some(("" | "auto", _)) => {
                let file = self.nearest("go.work").filter(|file| !self.is_beyond_goroot(file));
                Ok(file.map(|file| Project { file, named: false }))
            }
            Some((value, origin)) if Path::new(value).is_relative() => {
                Err(invalid_gowork(value, origin, "it is not an absolute path"))
            }
            Some((value, _)) => Ok(Some(Project { file: value.into(), named: true })),
        }
    }

    /// The go.mod (Go source `modload.FindGoMod`). One directly in the directory for temporary files is ignored.
    fn go_mod(&self) -> Option<Project> {
        let file = self.nearest("go.mod")?;
        let temporary = self.world.environment.os(TMPDIR).map_or_else(|| "/tmp".into(), PathBuf::from);
        let ignored = file.parent().is_some_and(|root| is_directory(root, &temporary));
        (!ignored).then_some(Project { file, named: false })
    }

    /// The nearest file `name` upward. Directories do not count.
    fn nearest(&self, name: &str) -> Option<PathBuf> {
        let mut candidates = self.directory?.ancestors().map(|directory| directory.join(name));
        candidates.find(|path| path.metadata().is_ok_and(|data| !data.is_dir()))
    }

    /// Whether GOROOT lies between the directory and this go.work: cmd/go stops the search there. Resolving the
    /// links in GOROOT, as the running Go does, reads the disk, so this is called only if there is a go.work.
    fn is_beyond_goroot(&self, work: &Path) -> bool {
        let Some(goroot) = self.goroot.and_then(|goroot| goroot.canonicalize().ok()) else { return false };
        let is_at_or_above = |parent: &Path| goroot.starts_with(parent);
        let is_below = |directory: &Path| directory != goroot && directory.starts_with(&goroot);
        self.directory.is_some_and(is_below) && work.parent().is_some_and(is_at_or_above)
    }
}

fn invalid_gowork(value: &str, origin: &Origin, why: &str) -> Error {
    let error = Error::new(Kind::Usage, format!("invalid `GOWORK`: `{}`: {why}", text::escaped(value)));
    error.detail(format!("set by {origin}"))
}

/// Whether `path` is the directory `directory` (Go source `search.InDir`, a result of `.`). If `path` begins with
/// `directory` as spelled, only the spelling decides; links are resolved only otherwise.
fn is_directory(path: &Path, directory: &Path) -> bool {
    if let Ok(below) = path.strip_prefix(directory) {
        return below.as_os_str().is_empty();
    }
    if !is_same(path, directory) {
        return false;
    }
    let below = |path: &Path, directory: &Path| {
        path.strip_prefix(directory).ok().map(|below| below.as_os_str().is_empty())
    };
    let (real_path, real_directory) = (path.canonicalize().ok(), directory.canonicalize().ok());
    let pairs = [
        (real_path.as_deref(), Some(directory)),
        (Some(path), real_directory.as_deref()),
        (real_path.as_deref(), real_directory.as_deref()),
    ];
    let mut found = pairs.into_iter().filter_map(|(path, directory)| below(path?, directory?));
    found.next().unwrap_or(false)
}

impl Project {
    /// The root of the project: the directory of the file.
    pub fn root(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("/"))
    }

    /// Whether `directory`, a path upward from the current directory, is the root or below it.
    pub(super) fn contains(&self, directory: &Path) -> bool {
        if directory.starts_with(self.root()) {
            return true;
        }
        // The spelling of GOWORK is the user's, and need not be that of the current directory.
        let real = |path: &Path| path.canonicalize().unwrap_or_default();
        self.named && real(directory).starts_with(real(self.root()))
    }

    /// Reads the file, which must exist.
    pub(super) fn lines(&self) -> Result<Lines<'_>> {
        let bytes = read::read(&self.file)?;
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(Lines { file: &self.file, text })
    }
}

/// The text of a go.mod or go.work.
pub(super) struct Lines<'a> {
    file: &'a Path,
    text: String,
}

impl Lines<'_> {
    /// The `go` line, if it has a value.
    pub(super) fn go(&self) -> Option<Reason> {
        self.line("go", Rule::GoLine)
    }

    /// The `toolchain` line, if it has a value.
    pub(super) fn toolchain(&self) -> Option<Reason> {
        self.line("toolchain", Rule::ToolchainLine)
    }

    fn line(&self, key: &str, rule: Rule) -> Option<Reason> {
        let (text, line) = lookup(&self.text, key).filter(|(value, _)| !value.is_empty())?;
        Some(Reason { rule, path: Some(self.file.to_owned()), line: Some(line), text: text.to_owned() })
    }
}

/// The value of the first line that begins with `key` and a blank, and the number of the line, from 1. Blocks,
/// quotes and other syntax are ignored on purpose, because cmd/go's selection ignores them (Go source
/// `gover.GoModLookup`).
pub fn lookup<'a>(text: &'a str, key: &str) -> Option<(&'a str, usize)> {
    text.split('\n').enumerate().find_map(|(index, line)| {
        let rest = line.trim().strip_prefix(key)?;
        if !rest.starts_with([' ', '\t']) {
            return None;
        }
        let value = rest.split_once("//").map_or(rest, |(value, _)| value);
        Some((value.trim(), index + 1))
    })
}

/// The error for an invalid toolchain in a line of go.mod or go.work.
pub(super) fn invalid_toolchain(line: &Reason, why: &str) -> Error {
    let place = line.path.as_deref().map(text::path).unwrap_or_default();
    let message =
        format!("invalid toolchain `{}` in {place}:{}", text::escaped(&line.text), line.line.unwrap_or(0));
    Error::new(Kind::InvalidFile, message).detail(why.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::go::version::Version;

    #[test]
    fn lines_are_looked_up_as_cmd_go_does() {
        let vectors = include_str!("../../tests/data/gomod_vectors.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        let vectors = vectors.as_array().unwrap();
        assert_eq!(vectors.len(), 55);
        for vector in vectors {
            let text = vector["in"].as_str().unwrap();
            for (key, expected) in [("go", "select_go"), ("toolchain", "select_toolchain")] {
                let found = lookup(text, key).map_or("", |(value, _)| value);
                assert_eq!(found, vector[expected], "{key} in {text:?}");
            }
        }
    }

    #[test]
    fn a_go_line_is_invalid_where_the_parser_of_go_says_so() {
        let vectors = include_str!("../../tests/data/gomod_vectors.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        for vector in vectors.as_array().unwrap() {
            let line = vector["select_go"].as_str().unwrap();
            let error = vector["strict_error"].as_str().unwrap_or_default();
            if line.is_empty() || Version::is_go_line(line) {
                assert!(!error.contains("invalid go version"), "{vector}");
            } else {
                assert_eq!(vector["strict_ok"], false, "{vector}");
            }
        }
        for line in ["0.1", "1.22rc", "1.2.3.4", "1.22.4RC1", "1.22.4rc1x", "1.", ".1"] {
            assert!(!Version::is_go_line(line), "{line}");
        }
        assert!(Version::is_go_line("1.22beta01"));
    }

    #[test]
    fn a_line_has_a_number() {
        let text = "module m\n\n go 1.22 // c\r\ntoolchain\tgo1.22.4\ngo 1.99\n";
        assert_eq!(lookup(text, "go"), Some(("1.22", 3)));
        assert_eq!(lookup(text, "toolchain"), Some(("go1.22.4", 4)));
        assert_eq!(lookup(text, "module"), Some(("m", 1)));
        assert_eq!(lookup("go \u{a0}1.22", "go"), Some(("1.22", 1)));
        assert_eq!(lookup("go\u{a0}1.22", "go"), None);
    }

    /// Made by `tests/data/vectors/vectors.go` with the function of the go command.
    #[test]
    fn odd_lines_are_what_the_go_command_makes_of_them() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/gomod_lookup_vectors.json")).unwrap();
        let vectors = vectors.as_array().unwrap();
        assert_eq!(vectors.len(), 252);
        for vector in vectors {
            for key in ["go", "toolchain"] {
                let found = lookup(vector["in"].as_str().unwrap(), key).map_or("", |(value, _)| value);
                assert_eq!(found, vector[key], "{key} of {vector}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_value_is_in_its_line(text in any::<String>(), near in "([ \t\r\u{a0}\u{85}]?(go|x)[ \t\u{a0}]?(1|go)?[ \r]?(//c)?\n){0,5}") {
            for text in [text, near] {
                if let Some((value, line)) = lookup(&text, "go") {
                    let line = text.split('\n').nth(line - 1).unwrap().trim_start();
                    prop_assert!(line.starts_with("go") && line.contains(value), "{:?} in {:?}", value, text);
                }
                let longer = format!("go 1 // c\n{text}");
                prop_assert_eq!(lookup(&longer, "go"), Some(("1", 1)));
            }
        }
    }
}
