//! The names of all environment variables that gox reads, and the only code that reads them.
//!
//! A variable that is set to the empty string counts as unset, as in cmd/go.

#![expect(clippy::disallowed_methods, reason = "all others read variables through this module")]

use std::collections::BTreeMap;
use std::env::VarsOs;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

/// The root of the user's store; default `$HOME/.local/go`.
pub const GOX_HOME: &str = "GOX_HOME";
/// The root of a second, read-only store; no default.
pub const GOX_SYSTEM_HOME: &str = "GOX_SYSTEM_HOME";
/// The settings file; default `gox/config.toml` in the user's configuration directory.
pub const GOX_CONFIG: &str = "GOX_CONFIG";
/// The sources of toolchains, in order: `dl`, `proxy`, `dir:/path`, separated by commas.
pub const GOX_SOURCES: &str = "GOX_SOURCES";
/// Base URL of archives and of the release list; default `https://go.dev/dl`.
pub const GOX_DL_URL: &str = "GOX_DL_URL";
/// `log` makes the checksum database a required proof, `any` (the default) does not.
pub const GOX_VERIFY: &str = "GOX_VERIFY";
/// `true` keeps gox off the network.
pub const GOX_OFFLINE: &str = "GOX_OFFLINE";
/// `false` fetches whole module zips, also where an installed version has most of the files.
pub const GOX_DELTA: &str = "GOX_DELTA";
/// The vulnerability database: an address, a folder, or `off`; default [`GOVULNDB`], then `https://vuln.go.dev`.
pub const GOX_VULNDB: &str = "GOX_VULNDB";
/// Whether running a tool installs a selected version that is missing: `always` (the default), `ask`, `never`.
pub const GOX_AUTO_INSTALL: &str = "GOX_AUTO_INSTALL";
/// Seconds without a byte after which a transfer has stalled; default 30.
pub const GOX_TIMEOUT: &str = "GOX_TIMEOUT";
/// Seconds to wait for a lock that another gox holds; default 300.
pub const GOX_LOCK_TIMEOUT: &str = "GOX_LOCK_TIMEOUT";

/// Set by the shell function `gox` when it calls `gox use`: the function will read the answer from stdout. The value is
/// the name of the shell, and `1` in bash and zsh.
pub const BY_FUNCTION: &str = "_GOX_BY_FUNCTION";
/// Set by the same function, if it leaves the report to gox: what `gox use -` goes back to, as `use:1.22.4`, or `none`.
pub const BACK: &str = "_GOX_BACK";
/// The path of the user's login shell.
pub const SHELL: &str = "SHELL";
/// The directory of zsh's start-up files; default `$HOME`.
pub const ZDOTDIR: &str = "ZDOTDIR";
/// The user's configuration directory for fish, and on Linux for Go and gox; default `$HOME/.config`.
pub const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";

/// The directories in which programs are searched.
pub const PATH: &str = "PATH";
/// A request that comes before all others but `+word`, set by the user. Makefiles often have a variable of that
/// name, and make exports it with the Makefile's value if it was in the environment before.
pub const GO_VERSION: &str = "GO_VERSION";
/// The request of this shell and of all that it starts, set by `gox use`, and by `gox exec` for its command.
pub const GOX_USE: &str = "GOX_USE";
/// Set with [`GOX_USE`] by `use gox` in an `.envrc`: the value of that, `:`, and the absolute path of the file with
/// these words; no path where direnv does not tell.
pub const ENVRC: &str = "_GOX_ENVRC";
/// Go's own: `local`, `auto`, `path`, a toolchain's name, or `name+auto` (Go source `cmd/go/internal/toolchain`).
pub const GOTOOLCHAIN: &str = "GOTOOLCHAIN";
/// Go's own: the root of the toolchain. gox removes it for toolchains that find their root themselves.
pub const GOROOT: &str = "GOROOT";
/// Go's own: the path of the file that `go env -w` writes, or `off`.
pub const GOENV: &str = "GOENV";
/// Go's own: flags for all commands of go.
pub const GOFLAGS: &str = "GOFLAGS";
/// Go's own: the path of the go.work file, `off` or `auto`.
pub const GOWORK: &str = "GOWORK";
/// Go's own: whether modules are on: `on`, `off` or `auto`.
pub const GO111MODULE: &str = "GO111MODULE";
/// Go's own: the list of module proxies.
pub const GOPROXY: &str = "GOPROXY";
/// Go's own: the checksum database.
pub const GOSUMDB: &str = "GOSUMDB";
/// Go's own: the methods that give the credentials of requests over https; default `netrc`.
pub const GOAUTH: &str = "GOAUTH";
/// Go's own: the address of the vulnerability database, for gopls.
pub const GOVULNDB: &str = "GOVULNDB";
/// Go's own: the C compiler of cgo, and the arguments that it always gets.
pub const CC: &str = "CC";
/// The path of the file with a login and password per host, as cmd/go and curl use it; default `~/.netrc`.
pub const NETRC: &str = "NETRC";
/// The proxy for addresses of http; the first that is set counts.
pub const HTTP_PROXY: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
/// The proxy for addresses of https; the first that is set counts.
pub const HTTPS_PROXY: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// The hosts that are asked without a proxy, separated by commas; the first that is set counts.
pub const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// Git's own: whether it may ask for a login on the terminal.
pub const GIT_TERMINAL_PROMPT: &str = "GIT_TERMINAL_PROMPT";
/// Whether the Git Credential Manager may ask a person.
pub const GCM_INTERACTIVE: &str = "GCM_INTERACTIVE";
/// Git's own: the folder of the repository.
pub const GIT_DIR: &str = "GIT_DIR";
/// Git's own: the top of the working tree.
pub const GIT_WORK_TREE: &str = "GIT_WORK_TREE";
/// Set by Git for what it starts at the top: the folder below it in which Git was called.
pub const GIT_PREFIX: &str = "GIT_PREFIX";
/// Set by Git for the hooks of a commit: the index that is about to be committed.
pub const GIT_INDEX_FILE: &str = "GIT_INDEX_FILE";
/// Set by Git for what it starts: the folder of its own programs.
pub const GIT_EXEC_PATH: &str = "GIT_EXEC_PATH";
/// The file that Git reads in place of the user's own.
pub const GIT_CONFIG_GLOBAL: &str = "GIT_CONFIG_GLOBAL";
/// The socket of the agent that holds SSH keys.
pub const SSH_AUTH_SOCK: &str = "SSH_AUTH_SOCK";
/// Set by sudo: the number of the user who runs it.
pub const SUDO_UID: &str = "SUDO_UID";
/// Set by direnv where it has loaded an `.envrc`: the folder of that file.
pub const DIRENV_DIR: &str = "DIRENV_DIR";
/// The start-up file of readline; default `~/.inputrc`.
pub const INPUTRC: &str = "INPUTRC";
/// The current directory, as the shell spells it.
pub const PWD: &str = "PWD";
/// The kind of terminal; `dumb` for one that cannot move its cursor.
pub const TERM: &str = "TERM";
/// The directory for temporary files; default `/tmp`.
pub const TMPDIR: &str = "TMPDIR";
/// Set by the runner of GitHub Actions for each step: the file of variables for the steps after it.
pub const GITHUB_ENV: &str = "GITHUB_ENV";
/// Set by the runner of GitHub Actions for each step: the file of entries that come first on their PATH.
pub const GITHUB_PATH: &str = "GITHUB_PATH";
/// Set by the runner of GitHub Actions for each step: the file of its outputs.
pub const GITHUB_OUTPUT: &str = "GITHUB_OUTPUT";
/// The folder of gvm; default `~/.gvm`.
pub const GVM_ROOT: &str = "GVM_ROOT";
/// The folder of goenv; default `~/.goenv`.
pub const GOENV_ROOT: &str = "GOENV_ROOT";
/// Where goenv keeps a GOPATH for each version; default `~/go`.
pub const GOENV_GOPATH_PREFIX: &str = "GOENV_GOPATH_PREFIX";
/// The folder of asdf; default `~/.asdf`.
pub const ASDF_DATA_DIR: &str = "ASDF_DATA_DIR";
/// The folder of what mise installs; default `$XDG_DATA_HOME/mise`.
pub const MISE_DATA_DIR: &str = "MISE_DATA_DIR";
/// The folder of mise's settings; default `$XDG_CONFIG_HOME/mise`.
pub const MISE_CONFIG_DIR: &str = "MISE_CONFIG_DIR";
/// The folder of proto; default `$XDG_DATA_HOME/proto`, else `~/.proto`.
pub const PROTO_HOME: &str = "PROTO_HOME";
/// The folder of voidint/g, where [`G_EXPERIMENTAL`] is `true`; default `~/.g`.
pub const G_HOME: &str = "G_HOME";
/// Switches on what voidint/g only tries.
pub const G_EXPERIMENTAL: &str = "G_EXPERIMENTAL";
/// The folder of goup-rs; default `~/.goup`, and `~/.go` in its early versions.
pub const GOUP_HOME: &str = "GOUP_HOME";
/// The folder in which `.gobrew` is; default `~`.
pub const GOBREW_ROOT: &str = "GOBREW_ROOT";
/// The folder of vfox, but for its default; default `~/.version-fox` or `~/.vfox`.
pub const VFOX_HOME: &str = "VFOX_HOME";
/// The folder of Homebrew; `/opt/homebrew`, `/usr/local` or `/home/linuxbrew/.linuxbrew`.
pub const HOMEBREW_PREFIX: &str = "HOMEBREW_PREFIX";
/// The user's folder of data; default `~/.local/share`.
pub const XDG_DATA_HOME: &str = "XDG_DATA_HOME";
/// Go's own: the module cache; default `pkg/mod` in the first folder of GOPATH.
pub const GOMODCACHE: &str = "GOMODCACHE";
/// Go's own: the folders of packages; default `~/go`.
pub const GOPATH: &str = "GOPATH";
/// Set by WSL: the name of the distribution.
pub const WSL_DISTRO_NAME: &str = "WSL_DISTRO_NAME";
/// Set by WSL: the socket by which Windows programs are started.
pub const WSL_INTEROP: &str = "WSL_INTEROP";

/// Set by cmd/go for the toolchain that it switches to: the name of that toolchain.
pub(super) const SWITCH_VERSION: &str = "GOTOOLCHAIN_INTERNAL_SWITCH_VERSION";
/// Set by cmd/go when it switches, for the toolchain that it starts; wrong for every other process.
pub const GOTOOLCHAIN_INTERNAL: [&str; 2] = [SWITCH_VERSION, "GOTOOLCHAIN_INTERNAL_SWITCH_COUNT"];

/// A set of environment variables.
#[derive(Clone, Debug, Default)]
pub enum Environment {
    /// Those of this process, read at each look-up and never copied.
    #[default]
    Process,
    /// A table, to decide as another process would.
    Table(Arc<BTreeMap<String, OsString>>),
}

impl Environment {
    /// A table with these variables.
    pub fn of<V: Into<OsString>>(variables: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        let entries = variables.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        Environment::Table(Arc::new(entries.collect()))
    }

    /// A table with all variables but `names`.
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

    /// The value of a variable that is set and not empty.
    pub fn os(&self, name: &str) -> Option<OsString> {
        let value = match self {
            Environment::Process => std::env::var_os(name),
            Environment::Table(table) => table.get(name).cloned(),
        };
        value.filter(|value| !value.is_empty())
    }

    /// [`Environment::os`] as text. Bytes that are not UTF-8 become U+FFFD, which the parser of the value refuses.
    pub fn text(&self, name: &str) -> Option<String> {
        self.os(name).map(|value| match value.into_string() {
            Ok(text) => text,
            Err(bytes) => bytes.to_string_lossy().into_owned(),
        })
    }

    /// `$HOME`, if it is an absolute path.
    pub fn user_home(&self) -> Option<PathBuf> {
        self.os("HOME").map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// The directory of the user's settings: `$XDG_CONFIG_HOME`, if it is an absolute path, else `~/.config`; on macOS
    /// `~/Library/Application Support`.
    #[cfg(feature = "cli")]
    pub fn user_config(&self) -> Option<PathBuf> {
        // Without HOME the crate asks the user database, but gox knows no other home than HOME.
        let is_named = self.os(XDG_CONFIG_HOME).is_some_and(|path| PathBuf::from(path).is_absolute());
        (is_named || self.user_home().is_some()).then(dirs::config_dir).flatten()
    }

    /// The absolute entries of `PATH`. Relative and empty entries depend on the current directory; cmd/go runs
    /// nothing from them either (Go source `os/exec`, `ErrDot`).
    pub fn path_entries(&self) -> Vec<PathBuf> {
        let Some(path) = self.os("PATH") else { return Vec::new() };
        std::env::split_paths(&path).filter(|entry| entry.is_absolute()).collect()
    }
}

/// All variables of this process, also empty ones, in the order in which it was given them.
pub(super) fn all() -> VarsOs {
    std::env::vars_os()
}

/// [`Environment::os`] for this process.
pub fn os(name: &str) -> Option<OsString> {
    Environment::Process.os(name)
}

/// [`Environment::text`] for this process.
pub fn text(name: &str) -> Option<String> {
    Environment::Process.text(name)
}

/// [`Environment::user_home`] for this process.
pub fn user_home() -> Option<PathBuf> {
    Environment::Process.user_home()
}

/// [`Environment::path_entries`] for this process.
pub fn path_entries() -> Vec<PathBuf> {
    Environment::Process.path_entries()
}
