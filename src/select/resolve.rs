//! The rules that decide which Go runs. The first that has an answer decides, and says why.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use super::request::Request;
use super::system;
use super::variables::{self, GO_VERSION};
use crate::error::{Error, Kind, Result};
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::Home;

/// What will run.
#[derive(Debug)]
pub enum Selection {
    /// A toolchain of a store.
    Toolchain {
        /// The toolchain.
        toolchain: Toolchain,
        /// No go line may raise it, and Go must not switch by itself.
        exact: bool,
        /// What decided.
        reason: Reason,
    },
    /// The Go on PATH, which decides for itself.
    System(PathBuf),
}

/// The rule that decided, with the place of what it read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The program was called `go1.22.4`.
    Launcher,
    /// `GO_VERSION`.
    Environment,
    /// The `default` file.
    Default(PathBuf),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Launcher => f.write_str("asked for by the launcher's name"),
            Reason::Environment => f.write_str("set by `GO_VERSION`"),
            Reason::Default(path) => write!(f, "set by {}:1", path.display()),
        }
    }
}

/// Decides for a tool, `go` or `gofmt`.
pub fn select(tool: &str, home: &Home) -> Result<Selection> {
    if let Some(text) = variables::text(GO_VERSION) {
        let request = parse(&text, Kind::Usage, &Reason::Environment)?;
        return answer(tool, home, &request, &Reason::Environment);
    }
    for home_of_default in inventory::homes(home) {
        if let Some((request, path)) = default(&home_of_default)? {
            return answer(tool, home, &request, &Reason::Default(path));
        }
    }
    if let Some(path) = system::find(tool, home) {
        return Ok(Selection::System(path));
    }
    Err(Error::new(Kind::NotThere, format!("no Go is selected, and there is no other `{tool}` on PATH"))
        .hint("install the newest: `gox install latest`"))
}

/// Decides for a launcher, whose name is the whole answer.
pub fn launch(name: &str, home: &Home) -> Result<Selection> {
    let found = inventory::find(&inventory::homes(home), name);
    let toolchain = found.ok_or_else(|| missing(name, &Reason::Launcher))?;
    Ok(Selection::Toolchain { toolchain, exact: false, reason: Reason::Launcher })
}

/// The request in the `default` file of one store, and the file.
pub fn default(home: &Home) -> Result<Option<(Request, PathBuf)>> {
    let path = home.default_file();
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let message = format!("could not read `{}`", path.display());
            return Err(Error::new(Kind::InvalidFile, message).because(error));
        }
    };
    let request = parse(&text, Kind::InvalidFile, &Reason::Default(path.clone()))?;
    Ok(Some((request, path)))
}

fn parse(text: &str, kind: Kind, reason: &Reason) -> Result<Request> {
    Request::parse(text).map_err(|error| Error::new(kind, error.to_string()).detail(reason.to_string()))
}

fn answer(tool: &str, home: &Home, request: &Request, reason: &Reason) -> Result<Selection> {
    if *request == Request::System {
        let path = system::find(tool, home).ok_or_else(|| {
            let message = format!("the system's Go is selected, but there is no other `{tool}` on PATH");
            Error::new(Kind::NotThere, message).detail(reason.to_string())
        })?;
        return Ok(Selection::System(path));
    }
    let exact = *reason == Reason::Environment && variables::os(variables::GOTOOLCHAIN).is_none();
    match installed(home, request) {
        Some(toolchain) => Ok(Selection::Toolchain { toolchain, exact, reason: reason.clone() }),
        None => Err(missing(&request.to_string(), reason)),
    }
}

/// The installed toolchain that a request means: by its full name, or the newest that answers.
pub fn installed(home: &Home, request: &Request) -> Option<Toolchain> {
    let homes = inventory::homes(home);
    if let Some(name) = request.toolchain() {
        return inventory::find(&homes, &name);
    }
    let all = inventory::all(&homes);
    let chosen = request.choose(all.iter().filter_map(|toolchain| toolchain.version.as_ref()))?.clone();
    all.into_iter().find(|toolchain| toolchain.version.as_ref() == Some(&chosen))
}

fn missing(wanted: &str, reason: &Reason) -> Error {
    let request = wanted.strip_prefix("go").unwrap_or(wanted);
    Error::new(Kind::NotThere, format!("`{request}` is not installed"))
        .detail(reason.to_string())
        .hint(format!("install it: `gox install {}`", quoted(request)))
}

/// As it can be pasted into a shell: a range has operators that a shell would take.
fn quoted(request: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if request.chars().all(plain) { request.to_owned() } else { format!("'{request}'") }
}
