//! Every environment variable that gox reads, and the only place that reads them.
//!
//! A variable that is set to the empty string counts as unset, as it does for cmd/go.

#![expect(clippy::disallowed_methods, reason = "all others read variables through this module")]

use std::collections::BTreeMap;
use std::env::VarsOs;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

/// The root of the store; default `$HOME/.local/go`.
pub const GOX_HOME: &str = "GOX_HOME";
/// A second, read-only store.
pub const GOX_SYSTEM_HOME: &str = "GOX_SYSTEM_HOME";
/// The settings file; default `gox/config.toml` in the user's configuration directory.
pub const GOX_CONFIG: &str = "GOX_CONFIG";
/// Where toolchains come from, in order: `dl`, `proxy`, `dir:/path`, separated by commas.
pub const GOX_SOURCES: &str = "GOX_SOURCES";
/// Base URL of archives and of the release list; default `https://go.dev/dl`.
pub const GOX_DL_URL: &str = "GOX_DL_URL";
/// `log` makes the checksum database a required proof; default `any`.
pub const GOX_VERIFY: &str = "GOX_VERIFY";
/// A true value keeps gox off the network.
pub const GOX_OFFLINE: &str = "GOX_OFFLINE";
/// Whether a missing version is installed by whoever needs it: `always`, `ask`, `never`; default `always`.
pub const GOX_AUTO_INSTALL: &str = "GOX_AUTO_INSTALL";
/// Seconds without a byte after which a transfer has stalled; default 30.
pub const GOX_TIMEOUT: &str = "GOX_TIMEOUT";
/// Seconds to wait for another gox; default 300.
pub const GOX_LOCK_TIMEOUT: &str = "GOX_LOCK_TIMEOUT";

/// Set by the function `gox` of a shell, for `gox use` alone: the answer on stdout will be obeyed.
pub const GOX_USE: &str = "_GOX_USE";
/// The user's shell, by its path.
pub const SHELL: &str = "SHELL";
/// Where zsh looks for its start-up files; default `$HOME`.
pub const ZDOTDIR: &str = "ZDOTDIR";
/// Where fish, among others, looks for its settings; default `$HOME/.config`.
pub const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";

/// Where programs are looked for.
pub const PATH: &str = "PATH";
/// The request of this shell, set by `gox use`.
pub const GO_VERSION: &str = "GO_VERSION";
/// Go's own: a name, `local`, `auto`, `path` or `name+auto` (Go source `cmd/go/internal/toolchain`).
pub const GOTOOLCHAIN: &str = "GOTOOLCHAIN";
/// Go's own: never given to a toolchain that finds its root by itself.
pub const GOROOT: &str = "GOROOT";
/// Go's own: the file that `go env -w` writes, or `off`.
pub const GOENV: &str = "GOENV";
/// Go's own: the go.work file, `off` or `auto`.
pub const GOWORK: &str = "GOWORK";
/// Go's own: `on`, `off` or `auto`.
pub const GO111MODULE: &str = "GO111MODULE";
/// Go's own: the list of module proxies.
pub const GOPROXY: &str = "GOPROXY";
/// Go's own: the checksum database.
pub const GOSUMDB: &str = "GOSUMDB";
/// The file with passwords for machines, as curl and cmd/go read it; default `~/.netrc`.
pub const NETRC: &str = "NETRC";
/// The current directory as the user's shell spells it.
pub const PWD: &str = "PWD";
/// The kind of terminal; `dumb` for one that cannot move its cursor.
pub const TERM: &str = "TERM";
/// Where temporary files go; default `/tmp`.
pub const TMPDIR: &str = "TMPDIR";

/// What cmd/go tells the toolchain that it switches to: its name.
pub(super) const SWITCH_VERSION: &str = "GOTOOLCHAIN_INTERNAL_SWITCH_VERSION";
/// What cmd/go leaves behind for its own child; meaningless for any other process.
pub const GOTOOLCHAIN_INTERNAL: [&str; 2] = [SWITCH_VERSION, "GOTOOLCHAIN_INTERNAL_SWITCH_COUNT"];

/// Where variables come from.
#[derive(Clone, Debug, Default)]
pub enum Environment {
    /// This process's own, asked at each look: nothing is copied.
    #[default]
    Process,
    /// A table, for deciding on behalf of somebody else.
    Table(Arc<BTreeMap<String, OsString>>),
}

impl Environment {
    /// A table of these variables.
    pub fn of<V: Into<OsString>>(variables: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        let entries = variables.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        Environment::Table(Arc::new(entries.collect()))
    }

    /// The same without some variables, as a table.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let mut table = match self {
            Environment::Process => {
                let text = |(name, value): (OsString, _)| Some((name.into_string().ok()?, value));
                all().filter_map(text).collect()
            }
            Environment::Table(table) => BTreeMap::clone(table),
        };
        table.retain(|name, _| !names.contains(&name.as_str()));
        Environment::Table(Arc::new(table))
    }

    /// The value of a variable, when it is set and not empty.
    pub fn os(&self, name: &str) -> Option<OsString> {
        let value = match self {
            Environment::Process => std::env::var_os(name),
            Environment::Table(table) => table.get(name).cloned(),
        };
        value.filter(|value| !value.is_empty())
    }

    /// The value as text; bytes that are not UTF-8 are replaced, so that they fail where they are parsed.
    pub fn text(&self, name: &str) -> Option<String> {
        self.os(name).map(|value| match value.into_string() {
            Ok(text) => text,
            Err(bytes) => bytes.to_string_lossy().into_owned(),
        })
    }

    /// `$HOME`, when it is set, not empty and absolute.
    pub fn user_home(&self) -> Option<PathBuf> {
        self.os("HOME").map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// The entries of `PATH`; an empty or relative one depends on the current directory and is left out,
    /// as cmd/go does.
    pub fn path_entries(&self) -> Vec<PathBuf> {
        let Some(path) = self.os("PATH") else { return Vec::new() };
        std::env::split_paths(&path).filter(|entry| entry.is_absolute()).collect()
    }
}

/// All variables of this process, also empty ones, in the order in which it was given them.
pub(super) fn all() -> VarsOs {
    std::env::vars_os()
}

/// [`Environment::os`] of this process.
pub fn os(name: &str) -> Option<OsString> {
    Environment::Process.os(name)
}

/// [`Environment::text`] of this process.
pub fn text(name: &str) -> Option<String> {
    Environment::Process.text(name)
}

/// [`Environment::user_home`] of this process.
pub fn user_home() -> Option<PathBuf> {
    Environment::Process.user_home()
}

/// [`Environment::path_entries`] of this process.
pub fn path_entries() -> Vec<PathBuf> {
    Environment::Process.path_entries()
}
