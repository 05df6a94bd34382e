//! Which versions are audited.

use std::path::{Path, PathBuf};

use super::arguments::Arguments;
use crate::command::context::{Context, Needed};
use crate::command::other_go::Other;
use crate::command::requests;
use crate::command::vulnerable::doubt;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::select::reason::Reason;
use crate::select::selection::{Go, Selected, Selection};
use crate::select::{switch, system};
use crate::source::known;
use crate::store::inventory::{self, Toolchain};

/// A Go to audit.
#[derive(PartialEq, Eq)]
pub(super) struct Target {
    /// The name of its release; any other name for what is none.
    pub(super) name: ToolchainName,
    /// What it is called here.
    pub(super) shown: String,
    /// Its GOROOT, if it is installed.
    pub(super) goroot: Option<PathBuf>,
    /// Why its files may be those of no release, or of another, whatever its name is.
    pub(super) doubt: Option<&'static str>,
    /// Why it is selected here, if that is asked.
    pub(super) reason: Option<Reason>,
}

impl Target {
    fn absent(name: ToolchainName) -> Self {
        Target { shown: name.request().to_string(), name, goroot: None, doubt: None, reason: None }
    }

    fn installed(toolchain: Toolchain) -> Self {
        Target::in_tree(toolchain.name, Some(toolchain.path))
    }

    fn in_tree(name: ToolchainName, goroot: Option<PathBuf>) -> Self {
        let doubt = doubt(&name, goroot.as_deref());
        Target { goroot, doubt, ..Target::absent(name) }
    }

    fn of(go: Go) -> Self {
        match go {
            Go::Toolchain(toolchain) => Target::installed(toolchain),
            Go::OnPath { name, path } => Target::in_tree(name, system::goroot(&path)),
            Go::System(path) => {
                let version = system::version_of(&path).unwrap_or_else(|| "Go".to_owned());
                let shown = format!("the system's {}", version.strip_prefix("go").unwrap_or(&version));
                let name = ToolchainName::new(version);
                Target { shown, goroot: system::goroot(&path), ..Target::absent(name) }
            }
        }
    }
}

/// Those that the command line asks for, each once; else all that are installed.
pub(super) fn of(arguments: &Arguments, context: &Context<'_>) -> Result<Vec<Target>> {
    let is_of_all = !arguments.here && arguments.requests.is_empty();
    context.check_stores(if is_of_all { Needed::All } else { Needed::None })?;
    if arguments.here {
        return here(context);
    }
    if is_of_all {
        let all: Vec<_> = inventory::all(&context.world.homes).into_iter().map(Target::installed).collect();
        let nothing =
            || Error::new(Kind::NoSuchVersion, "nothing is installed, so there is nothing to audit");
        return if all.is_empty() {
            Err(nothing().hint("the Go that runs here: `gox audit --here`"))
        } else {
            Ok(all)
        };
    }
    let mut targets = Vec::new();
    for word in &arguments.requests {
        let target = named(&requests::parse(word)?, context)?;
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    Ok(targets)
}

/// What is selected here, and what a typed `go` starts if that is another release.
fn here(context: &Context<'_>) -> Result<Vec<Target>> {
    let nothing = || Error::new(Kind::NoSuchVersion, "no Go is selected here").hint("why: `gox status`");
    let selection = context.here()?.ok_or_else(nothing)?;
    let other = Other::than(selection.go(), "go", context);
    let switched = match selection.go() {
        Some(Go::System(go)) => switch::of_system(&context.world, go)?,
        _ => None,
    };
    let mut targets = vec![of_selection(switched.unwrap_or(selection), context)?];
    if let Some(other) = other {
        other.tell(context);
        let started = other.program().map(|go| started(go, context)).transpose()?.flatten();
        targets.extend(started.filter(|started| started.name != targets[0].name));
    }
    Ok(targets)
}

fn of_selection(Selection { selected, reason, .. }: Selection, context: &Context<'_>) -> Result<Target> {
    let target = match selected {
        Selected::Present(go) => Target::of(go),
        Selected::Missing { request, .. } => {
            named(&request, context).map_err(|error| error.detail(reason.to_string()))?
        }
    };
    Ok(Target { reason: Some(reason), ..target })
}

/// What runs where this `go` is started: what it switches to by itself, else the tree that it is in, if it is in one.
fn started(go: &Path, context: &Context<'_>) -> Result<Option<Target>> {
    if let Some(switched) = switch::of_system(&context.world, go)? {
        return of_selection(switched, context).map(Some);
    }
    let release = system::version_of(go).map(ToolchainName::new).zip(system::goroot(go));
    Ok(release.map(|(name, goroot)| Target::in_tree(name, Some(goroot))))
}

/// What a request means among what is installed; an exact version need not be, but it has to exist: one that does not
/// has no vulnerabilities.
fn named(request: &Request, context: &Context<'_>) -> Result<Target> {
    let installed = requests::installed(request, context);
    match request.toolchain().filter(|_| installed.is_err()) {
        Some(name) => {
            let exists = requests::check_exists(request, context)?;
            let doubt = (!exists).then_some("nobody could say whether it exists");
            Ok(Target { doubt, ..Target::absent(name) })
        }
        None => installed.map(Target::of).map_err(|error| match newest(request, context) {
            Some(version) => {
                error.only_hint(format!("an exact version need not be installed: `gox audit {version}`"))
            }
            None => error,
        }),
    }
}

/// The exact version, as a request, that is the newest known to answer a request.
fn newest(request: &Request, context: &Context<'_>) -> Option<String> {
    let known = known::versions(context.world.home());
    request.choose(known.iter()).map(Version::full)
}
