//! The base: the first rule that has something to say, from the command line to the system's Go.

use std::path::{Path, PathBuf};

use super::call::Call;
use super::directory::Directory;
use super::gotoolchain::Local;
use super::pin::{self, Pin};
use super::reason::{Reason, Rule};
use super::system;
use super::trace::{Observer, Why};
use super::world::World;
use crate::env::GO_VERSION;
use crate::error::{Error, Kind, Result};
use crate::go::request::Request;
use crate::go::version::{Version, version_of_toolchain};
use crate::store::inventory::{self, Toolchain};

/// Where selection starts.
#[derive(Debug)]
pub(super) enum Base {
    /// A request for a toolchain of gox's own.
    Request(Box<Asked>),
    /// The system's Go, and who asked for it.
    System { path: PathBuf, reason: Reason },
}

/// A request, and what answers it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) request: Request,
    /// The toolchain, when it is installed.
    pub(super) toolchain: Option<Toolchain>,
    pub(super) reason: Reason,
}

/// The first version from which Go selects toolchains itself, and has a `go.env`.
const FIRST_SWITCHING: &str = "1.21rc1";

/// Asks the rules in order; nothing where none has an answer.
pub(super) fn find(
    world: &World,
    call: &Call<'_>,
    directory: &Directory,
    observer: &mut Observer<'_>,
) -> Result<Option<Base>> {
    let rules = [Rule::Argument, Rule::Environment, Rule::File, Rule::Default, Rule::System];
    for rule in rules {
        let base = match rule {
            Rule::Argument => argument(world, call)?,
            Rule::Environment => environment(world, call)?,
            Rule::File => file(world, call, directory.path(), observer)?,
            Rule::Default => default_file(world, call)?,
            _ => system_go(world, call),
        };
        if base.is_some() {
            return Ok(base);
        }
        if !(rule == Rule::File && directory.path().is_none()) {
            observer.nothing(rule);
        }
    }
    Ok(None)
}

fn argument(world: &World, call: &Call<'_>) -> Result<Option<Base>> {
    let Some(typed) = call.request else { return Ok(None) };
    let reason = Reason::new(Rule::Argument, typed.to_string_lossy());
    from_variable(world, call, reason).map(Some)
}

fn environment(world: &World, call: &Call<'_>) -> Result<Option<Base>> {
    let Some(text) = world.environment.text(GO_VERSION) else { return Ok(None) };
    from_variable(world, call, Reason::new(Rule::Environment, text)).map(Some)
}

/// Reads a request that somebody typed: what is wrong with it is an error of usage.
fn from_variable(world: &World, call: &Call<'_>, reason: Reason) -> Result<Base> {
    let request = Request::parse(&reason.text)
        .map_err(|error| Error::new(Kind::Usage, error.to_string()).detail(reason.to_string()))?;
    answer(world, call, request, reason)
}

fn file(
    world: &World,
    call: &Call<'_>,
    directory: Option<&Path>,
    observer: &mut Observer<'_>,
) -> Result<Option<Base>> {
    let Some(directory) = directory else {
        observer.not_asked(&[Rule::File], Why::NoDirectory);
        return Ok(None);
    };
    let pin = pin::nearest(directory)?;
    pin.map(|pin| from_pin(world, call, &pin, Rule::File)).transpose()
}

fn default_file(world: &World, call: &Call<'_>) -> Result<Option<Base>> {
    let pin = default(world)?;
    pin.map(|pin| from_pin(world, call, &pin, Rule::Default)).transpose()
}

/// The request in the `default` file: the user's, else the system's.
pub(super) fn default(world: &World) -> Result<Option<Pin>> {
    for home in &world.homes {
        if let Some(pin) = pin::read(&home.default_file())? {
            return Ok(Some(pin));
        }
    }
    Ok(None)
}

fn from_pin(world: &World, call: &Call<'_>, pin: &Pin, rule: Rule) -> Result<Base> {
    let request = chosen(world, call.tool, pin).clone();
    let reason = pin.reason(rule, &request);
    answer(world, call, request, reason)
}

/// The first of the requests that is installed, else the first.
pub(super) fn chosen<'a>(world: &World, tool: &str, pin: &'a Pin) -> &'a Request {
    let is_there = |request: &&Request| match request {
        Request::System => system::find(tool, world).is_some(),
        request => inventory::installed(&world.homes, request).is_some(),
    };
    // With one request there is no choice, and nothing to look up twice.
    let chosen = if pin.requests.len() > 1 { pin.requests.iter().find(is_there) } else { None };
    chosen.unwrap_or(&pin.requests[0])
}

fn system_go(world: &World, call: &Call<'_>) -> Option<Base> {
    let path = system::find(call.tool, world)?;
    let reason = Reason::new(Rule::System, path.to_string_lossy());
    Some(Base::System { path, reason })
}

fn answer(world: &World, call: &Call<'_>, request: Request, reason: Reason) -> Result<Base> {
    if request != Request::System {
        let toolchain = inventory::installed(&world.homes, &request);
        return Ok(Base::Request(Box::new(Asked { request, toolchain, reason })));
    }
    let path = system::find(call.tool, world).ok_or_else(|| {
        let message = format!("the system's Go is asked for, but there is no other `{}` on PATH", call.tool);
        Error::new(Kind::NotThere, message)
            .detail(reason.to_string())
            .hint("put one on PATH, or ask for a version: `gox install latest`")
    })?;
    Ok(Base::System { path, reason })
}

/// A base as cmd/go would see it: its name, its version, and whether it reads a `go.env`.
#[derive(Debug)]
pub(super) struct Footing {
    pub(super) local: Local,
    /// Where it counts as GOTOOLCHAIN=auto, because it has no say of its own.
    pub(super) is_auto: bool,
}

impl Footing {
    /// No base: whatever the lines say is above it.
    pub(super) fn none() -> Self {
        Footing { local: Local { name: String::new(), version: None }, is_auto: true }
    }

    /// Whether there is no base.
    pub(super) fn is_none(&self) -> bool {
        self.local.name.is_empty() && self.local.version.is_none()
    }

    /// None for a linked toolchain that does not say its version.
    pub(super) fn of(request: &Request, toolchain: Option<&Toolchain>) -> Option<Self> {
        match toolchain {
            Some(toolchain) => Footing::of_installed(toolchain),
            None => Some(Footing::of_missing(request)),
        }
    }

    /// None for a linked toolchain that does not say its version.
    pub(super) fn of_installed(toolchain: &Toolchain) -> Option<Self> {
        let local = local(toolchain)?;
        let is_auto = local.version < Version::parse(FIRST_SWITCHING);
        Some(Footing { local, is_auto })
    }

    /// What is not installed yet has a name when the request is exact. The newest of a line is not known,
    /// but no patch release is above it; and other requests may mean any version.
    fn of_missing(request: &Request) -> Self {
        let name = request.toolchain().unwrap_or_default();
        let version = match request {
            Request::Version(version) => Some(version.clone()),
            Request::Name(name) => version_of_toolchain(name),
            Request::Line(line) => Version::parse(&format!("{line}.{NEWEST}")),
            _ => Version::parse(NEWEST),
        };
        Footing { local: Local { name, version }, is_auto: true }
    }
}

/// A number above all that Go will release.
const NEWEST: &str = "999999999999";

/// The name and version that the toolchain itself reports (Go source `cmd/go/internal/gover/local.go`). A
/// directory that is called as a release is one; a linked one has a VERSION file.
fn local(toolchain: &Toolchain) -> Option<Local> {
    if toolchain.name.starts_with("go1") {
        let version = version_of_toolchain(&toolchain.name);
        return Some(Local { name: toolchain.name.clone(), version });
    }
    let name = system::version(&toolchain.path)?;
    // Before Go 1.25 a development tree was called `devel go1.23-abcdef`, and cmd/go says `go1.23`.
    let name = name.strip_prefix("devel ").unwrap_or(&name);
    let version = version_of_toolchain(name)?;
    Some(Local { name: name.to_owned(), version: Some(version) })
}
