//! The environment that a tool is given, and the one `execve` that starts it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::id;

use super::goenv::GoEnv;
use super::process::{self, Changes};
use super::selection::{Go, Selection};
use super::world::World;
use super::{handover, system};
use crate::env::{GOROOT, GOTOOLCHAIN, GOTOOLCHAIN_INTERNAL, SWITCH_VERSION};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::text;

/// Marks a Go on PATH that the shim started, as `<pid>.<depth>`: another manager's shim that comes back
/// here is a loop.
const SYSTEM_MARK: &str = "_GOX_SYSTEM";
/// Deeper than any build nests. A Go in a GOROOT comes back only through a program of the user's, and leaves
/// no trace on that way (before Go 1.24 `go run` hands its environment on as it is): depth alone can tell.
const MAX_DEPTH: u32 = 20;
/// The same for a Go that may be another manager's shim or a script. Should it start two on each round of a
/// loop, there are 2^8 processes.
const MAX_DEPTH_OF_SCRIPT: u32 = 8;
/// The first version that finds its GOROOT by itself (Go 1.9 release notes).
const FIRST_THAT_FINDS_ITSELF: &str = "1.9beta1";

/// The program that was called.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// Its name as the caller gave it, which the tool is given too.
    pub argv0: &'a OsStr,
    /// `go` or `gofmt`.
    pub tool: &'a str,
    /// Whether it is a launcher such as `go1.22.4`, which cmd/go itself calls when it switches.
    pub launcher: bool,
}

/// Replaces this process by the tool; returns only the reason why it could not.
pub fn replace(
    world: &World,
    go: &Go,
    selection: &Selection,
    program: Program<'_>,
    arguments: &[OsString],
) -> Error {
    match tool(world, go, selection, program) {
        Ok((path, changes)) => {
            let argv = std::iter::once(program.argv0).chain(arguments.iter().map(OsString::as_os_str));
            let cause = process::replace(&path, &argv.collect::<Vec<_>>(), &changes);
            process::not_started(&path, cause)
        }
        Err(error) => error,
    }
}

/// The tool with its environment: the user's, except for the few variables that would make it another.
fn tool(world: &World, go: &Go, selection: &Selection, program: Program<'_>) -> Result<(PathBuf, Changes)> {
    let path = go.tool(program.tool);
    let mut changes: Changes = vec![(handover::MARK, None)];
    if let Go::System(path) | Go::OnPath { path, .. } = go {
        changes.push((SYSTEM_MARK, Some(mark(world, path)?.into())));
    } else if selection.local {
        changes.push((GOTOOLCHAIN, Some("local".into())));
    }
    let goroot = goroot(world, go, &selection.settings);
    changes.push((GOROOT, goroot.map(PathBuf::into_os_string)));
    if !program.launcher {
        changes.extend(GOTOOLCHAIN_INTERNAL.map(|name| (name, None)));
    }
    // As cmd/go does: what it starts is asked whether it is that toolchain, and decides nothing again.
    if let (Go::OnPath { name, .. }, "go") = (go, program.tool) {
        changes.push((SWITCH_VERSION, Some(name.as_str().into())));
    }
    Ok((path, changes))
}

/// The GOROOT variable that the tool is given, where it is given one.
pub fn goroot(world: &World, go: &Go, settings: &GoEnv) -> Option<PathBuf> {
    match go {
        Go::Toolchain(toolchain) => {
            wants_goroot(settings, toolchain.name.version()).then(|| toolchain.path.clone())
        }
        Go::System(path) => system_goroot(world, settings, path),
        // Whoever calls a program that, knows its root; cmd/go gives it none.
        Go::OnPath { .. } => None,
    }
}

/// Go finds its root by itself from 1.9 on, and a foreign GOROOT breaks it. It must be given where a line
/// of the GOENV file would name another (an empty variable would not help), and to Go before 1.9.
fn wants_goroot(settings: &GoEnv, version: Option<&Version>) -> bool {
    let first = Version::parse(FIRST_THAT_FINDS_ITSELF);
    let is_old = version.is_some() && version < first.as_ref();
    is_old || settings.goroot_line().is_some()
}

/// The same for the system's Go, whose root and version are read only where somebody speaks of GOROOT:
/// without, it is as it would be without gox. Another manager's shim has no root.
fn system_goroot(world: &World, settings: &GoEnv, path: &Path) -> Option<PathBuf> {
    if world.environment.os(GOROOT).is_none() && settings.goroot_line().is_none() {
        return None;
    }
    let goroot = system::goroot(path)?;
    let name = system::version(&goroot).map(ToolchainName::new);
    wants_goroot(settings, name.as_ref().and_then(ToolchainName::version)).then_some(goroot)
}

/// An `execve` loop comes back with the same pid, a loop by fork with a growing depth.
fn mark(world: &World, path: &Path) -> Result<String> {
    let text = world.environment.text(SYSTEM_MARK).unwrap_or_default();
    let (pid, depth) = text.split_once('.').unwrap_or_default();
    let depth = depth.parse::<u32>().unwrap_or(0).saturating_add(1);
    // Looked at only where it was started before.
    let is_deep = depth > MAX_DEPTH || (depth > MAX_DEPTH_OF_SCRIPT && system::goroot(path).is_none());
    if pid != id().to_string() && !is_deep {
        return Ok(format!("{}.{depth}", id()));
    }
    let shim = std::env::current_exe().unwrap_or_default();
    let message = format!("`{}` starts `{}`, which starts it again", text::path(path), text::path(&shim));
    Err(Error::new(Kind::NotThere, message)
        .hint("take one of the two off PATH, or choose a Go of gox's own: `gox install latest`"))
}
