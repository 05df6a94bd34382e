//! Go's own settings, found where cmd/go finds them: the environment, then the GOENV file that
//! `go env -w` writes, then the `go.env` file of a GOROOT (Go source `cmd/go/internal/cfg`).

use std::fmt;
use std::path::{Path, PathBuf};

use super::variables;
use crate::error::Kind;

/// Where a setting came from.
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
    /// The kind of error that an invalid value from there is.
    pub fn kind(&self) -> Kind {
        if *self == Origin::Environment { Kind::Usage } else { Kind::InvalidFile }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Environment => f.write_str("the environment"),
            Origin::File(path) | Origin::Toolchain(path) => write!(f, "{}", path.display()),
        }
    }
}

/// The two files, read once; the environment is asked at each call.
#[derive(Debug, Default)]
pub struct GoEnv {
    file: Option<Settings>,
    toolchain: Option<Settings>,
}

#[derive(Debug)]
struct Settings {
    path: PathBuf,
    text: String,
}

impl GoEnv {
    /// Reads the user's GOENV file and the `go.env` of `goroot`; a file that is not there says nothing.
    pub fn read(goroot: Option<&Path>) -> Self {
        GoEnv {
            file: user_file().and_then(Settings::read),
            toolchain: goroot.and_then(|goroot| Settings::read(goroot.join("go.env"))),
        }
    }

    /// The value of `key` and its origin. A line with an empty value hides the files below it.
    pub fn get(&self, key: &str) -> Option<(String, Origin)> {
        if let Some(value) = variables::text(key) {
            return Some((value, Origin::Environment));
        }
        if let Some((value, path)) = self.file.as_ref().and_then(|file| file.get(key)) {
            return Some((value, Origin::File(path)));
        }
        let (value, path) = self.toolchain.as_ref()?.get(key)?;
        Some((value, Origin::Toolchain(path)))
    }
}

impl Settings {
    fn read(path: PathBuf) -> Option<Self> {
        let bytes = std::fs::read(&path).ok()?;
        Some(Settings { path, text: String::from_utf8_lossy(&bytes).into_owned() })
    }

    fn get(&self, key: &str) -> Option<(String, PathBuf)> {
        lookup(&self.text, key).map(|value| (value.to_owned(), self.path.clone()))
    }
}

/// The last `KEY=VALUE` line for `key`. Values are literal: no quotes, no trimming, so that a CR stays.
pub fn lookup<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let lines = text.split('\n').rev();
    lines.filter_map(|line| line.split_once('=')).find(|(name, _)| *name == key).map(|(_, value)| value)
}

/// The file that `go env -w` writes: `GOENV`, else `go/env` in the user's configuration directory
/// (Go source `os.UserConfigDir`); none when it is `off` or cannot be told.
pub fn user_file() -> Option<PathBuf> {
    match variables::os(variables::GOENV) {
        Some(value) if value == "off" => None,
        Some(value) => Some(PathBuf::from(value)),
        None => Some(config_directory()?.join("go/env")),
    }
}

#[cfg(target_os = "macos")]
fn config_directory() -> Option<PathBuf> {
    variables::user_home().map(|home| home.join("Library/Application Support"))
}

#[cfg(not(target_os = "macos"))]
fn config_directory() -> Option<PathBuf> {
    match variables::os("XDG_CONFIG_HOME") {
        Some(value) => Some(PathBuf::from(value)).filter(|path| path.is_absolute()),
        None => variables::user_home().map(|home| home.join(".config")),
    }
}

#[cfg(test)]
mod tests {
    use super::lookup;

    #[test]
    fn the_last_line_wins_and_values_are_literal() {
        let table = [
            ("GOPROXY=a\nGOPROXY=b\n", Some("b")),
            ("GOPROXY=", Some("")),
            ("#GOPROXY=a", None),
            (" GOPROXY=a", None),
            ("GOPROXY=a\r\n", Some("a\r")),
            ("GOPROXY=\"a\"", Some("\"a\"")),
            ("GOPROXY", None),
            ("GOPROXYX=a", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(lookup(text, "GOPROXY"), expected, "{text:?}");
        }
    }
}
