//! Reads Go's own settings where cmd/go finds them: in the environment, then in the GOENV file that `go env -w`
//! writes, then in the `go.env` file of a GOROOT (Go source `cmd/go/internal/cfg`).

use std::fmt;
use std::path::{Path, PathBuf};

use super::world::World;
use crate::env::{Environment, GOENV, GOROOT};
use crate::error::Kind;
use crate::fs::read;
use crate::text;

/// The place where a setting was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The environment of the process.
    #[default]
    Environment,
    /// The user's GOENV file.
    File(PathBuf),
    /// The `go.env` file of a toolchain.
    Toolchain(PathBuf),
}

impl Origin {
    /// The kind of error for an invalid value in this place.
    pub fn kind(&self) -> Kind {
        if *self == Origin::Environment { Kind::Usage } else { Kind::InvalidFile }
    }

    /// The path of the file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Origin::Environment => None,
            Origin::File(path) | Origin::Toolchain(path) => Some(path),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            None => f.write_str("the environment"),
            Some(path) => f.write_str(&text::path(path)),
        }
    }
}

/// Go's settings: the two files, each read once, below the environment, which is read at each look-up.
#[derive(Debug, Default)]
pub struct GoEnv {
    environment: Environment,
    file: Option<Settings>,
    toolchain: Option<Settings>,
}

#[derive(Debug)]
struct Settings {
    path: PathBuf,
    text: String,
}

impl GoEnv {
    /// Reads the settings of this process: the user's GOENV file and the `go.env` of `goroot`. A missing file sets
    /// nothing.
    pub fn read(goroot: Option<&Path>) -> Self {
        let file = user_file(&Environment::Process).and_then(Settings::read);
        let toolchain = goroot.and_then(|goroot| Settings::read(goroot.join("go.env")));
        GoEnv { environment: Environment::Process, file, toolchain }
    }

    /// Reads the user's GOENV file. A relative path is resolved in the directory before `-C`, as in cmd/go.
    pub fn of_user(world: &World) -> Self {
        let file = user_file(&world.environment).map(|path| world.path(path)).and_then(Settings::read);
        GoEnv { environment: world.environment.clone(), file, toolchain: None }
    }

    /// Reads the `go.env` file that the toolchain in `goroot` would read. If the GOENV file sets GOROOT, it is the
    /// `go.env` of that GOROOT (Go source `cfg.initEnvCache`).
    pub(super) fn read_toolchain(&mut self, world: &World, goroot: &Path) {
        let named = self.goroot_line().map(|named| world.path(named));
        self.toolchain = Settings::read(named.as_deref().unwrap_or(goroot).join("go.env"));
    }

    /// The value of GOROOT in the GOENV file, if it is set there and not empty.
    pub(super) fn goroot_line(&self) -> Option<&str> {
        self.file.as_ref().and_then(|file| lookup(&file.text, GOROOT)).filter(|value| !value.is_empty())
    }

    /// The value of `key` and its origin. A line `KEY=` in the GOENV file hides the key in `go.env`.
    pub fn get(&self, key: &str) -> Option<(String, Origin)> {
        if let Some(value) = self.environment.text(key) {
            return Some((value, Origin::Environment));
        }
        if let Some((value, path)) = self.file.as_ref().and_then(|file| file.get(key)) {
            return Some((value, Origin::File(path)));
        }
        let toolchain = self.toolchain.as_ref()?;
        // The go command reads the last line of a user's file, and the first of a GOROOT's.
        let value = values(&toolchain.text, key).next()?;
        Some((value.to_owned(), Origin::Toolchain(toolchain.path.clone())))
    }

    /// The directory in which `go install` puts programs: GOBIN, else `bin` in the first directory of GOPATH, which is
    /// `~/go` by default (Go source `cmd/go/internal/modload.BinDir`). `None` without a home directory.
    pub fn install_directory(&self) -> Option<PathBuf> {
        let setting = |key| self.get(key).map(|(value, _)| value).filter(|value| !value.is_empty());
        if let Some(gobin) = setting("GOBIN") {
            return Some(gobin.into());
        }
        let first = setting("GOPATH").and_then(|value| std::env::split_paths(&value).next());
        first.or_else(|| Some(self.environment.user_home()?.join("go"))).map(|path| path.join("bin"))
    }
}

impl Settings {
    fn read(path: PathBuf) -> Option<Self> {
        let text = read::read_quietly(&path)?;
        Some(Settings { path, text })
    }

    fn get(&self, key: &str) -> Option<(String, PathBuf)> {
        lookup(&self.text, key).map(|value| (value.to_owned(), self.path.clone()))
    }
}

/// The value in the last line `key=VALUE`. Values are literal: quotes, blanks and a final CR belong to them (Go
/// source `cfg.readEnvFile`).
pub fn lookup<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    values(text, key).next_back()
}

fn values<'a>(text: &'a str, key: &str) -> impl DoubleEndedIterator<Item = &'a str> {
    let lines = text.split('\n').filter_map(|line| line.split_once('='));
    lines.filter(move |(name, _)| *name == key).map(|(_, value)| value)
}

/// The path of the file that `go env -w` writes: `GOENV`, else `go/env` in the user's configuration directory (Go
/// source `os.UserConfigDir`). `None` if GOENV is `off`, or there is no such directory.
pub fn user_file(environment: &Environment) -> Option<PathBuf> {
    match environment.os(GOENV) {
        Some(value) if value == "off" => None,
        Some(value) => Some(PathBuf::from(value)),
        None => Some(config_directory(environment)?.join("go/env")),
    }
}

#[cfg(target_os = "macos")]
fn config_directory(environment: &Environment) -> Option<PathBuf> {
    environment.os("HOME").map(|home| PathBuf::from(home).join("Library/Application Support"))
}

#[cfg(not(target_os = "macos"))]
fn config_directory(environment: &Environment) -> Option<PathBuf> {
    match environment.os("XDG_CONFIG_HOME") {
        Some(value) => Some(PathBuf::from(value)).filter(|path| path.is_absolute()),
        None => environment.os("HOME").map(|home| PathBuf::from(home).join(".config")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_line_wins_and_values_are_literal() {
        let table = [
            ("GOPROXY=a\nGOPROXY=b\n", Some("b")),
            ("GOPROXY=", Some("")),
            ("#GOPROXY=a", None),
            (" GOPROXY=a", None),
            ("GOPROXY=a\r\n", Some("a\r")),
            ("GOPROXY=\"a\"", Some("\"a\"")),
            ("GOPROXY=a=b", Some("a=b")),
            ("GOPROXY", None),
            ("GOPROXYX=a", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(lookup(text, "GOPROXY"), expected, "{text:?}");
        }
    }

    #[test]
    #[cfg(not(target_os = "macos"))]
    fn the_users_file_is_where_go_looks_for_it() {
        for (variables, expected) in [
            (vec![("GOENV", "/x/env"), ("HOME", "/u")], Some("/x/env")),
            (vec![("GOENV", "env")], Some("env")),
            (vec![("GOENV", "off"), ("HOME", "/u")], None),
            (vec![("GOENV", ""), ("HOME", "/u")], Some("/u/.config/go/env")),
            (vec![("HOME", "/u")], Some("/u/.config/go/env")),
            (vec![("HOME", "/u"), ("XDG_CONFIG_HOME", "/c")], Some("/c/go/env")),
            (vec![("HOME", "/u"), ("XDG_CONFIG_HOME", "c")], None),
            (vec![("HOME", "/u"), ("XDG_CONFIG_HOME", "")], Some("/u/.config/go/env")),
            (vec![], None),
        ] {
            let found = user_file(&Environment::of(variables.clone()));
            assert_eq!(found, expected.map(PathBuf::from), "{variables:?}");
        }
    }

    /// Made by `tests/data/vectors/vectors.go` with the functions of the go command.
    #[test]
    fn both_files_say_what_the_go_command_reads_in_them() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/goenv_vectors.json")).unwrap();
        let vectors = vectors.as_array().unwrap();
        assert_eq!(vectors.len(), 248);
        for vector in vectors {
            let settings = |name: &str| {
                let text = vector[name].as_str().unwrap().to_owned();
                Some(Settings { path: PathBuf::from(name), text })
            };
            let (file, toolchain) = (settings("user"), settings("goroot"));
            let goenv = GoEnv { environment: Environment::of::<&str>([]), file, toolchain };
            let expected = vector["settings"].as_object().unwrap();
            for key in
                expected.keys().map(String::as_str).chain(["GOPROXY", "GOSUMDB", "GOTOOLCHAIN", "GOROOT"])
            {
                let found = goenv.get(key).map(|(value, _)| value);
                assert_eq!(
                    found.as_deref(),
                    expected.get(key).and_then(|value| value.as_str()),
                    "{key} of {vector}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn a_line_at_the_end_is_heard_and_others_are_not(text in any::<String>(), value in "[^\n]{0,9}") {
            let (heard, other) = (format!("{text}\nGOPROXY={value}"), format!("{text}\n#GOPROXY={value}"));
            prop_assert_eq!(lookup(&heard, "GOPROXY"), Some(value.as_str()));
            prop_assert_eq!(lookup(&other, "GOPROXY"), lookup(&text, "GOPROXY"));
        }
    }
}
