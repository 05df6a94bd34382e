//! Starts a tool: decides which variables of the environment change for it, then replaces this process by one
//! `execve`. PATH, GOPATH, GOBIN and the caches are never changed.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, id};

use super::goenv::GoEnv;
use super::process::{self, Changes};
use super::selection::{Go, Selection};
use super::world::World;
use super::{handover, system};
use crate::env::{GOROOT, GOTOOLCHAIN, GOTOOLCHAIN_INTERNAL, SWITCH_VERSION};
use crate::error::{Error, Kind, Result};
use crate::fs::identity::Identity;
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::text;

/// Set for a Go on PATH, as `<pid>.<depth>` and a `.<file>` for each such Go that this process was before. If that
/// program is another manager's shim, which starts gox's shim again, the value reveals the loop. A wrapper that
/// starts gox's shim with another PATH leads to another file, which is no loop.
const SYSTEM_MARK: &str = "_GOX_SYSTEM";
/// The greatest depth of a Go in a GOROOT; no build nests that deep. The programs that such a Go runs may start it
/// again, with the same environment (`go run` before Go 1.24), so a loop shows only by its depth.
const MAX_DEPTH: u32 = 20;
/// The greatest depth of a `go` that is in no GOROOT, and may be another manager's shim or a script. One that
/// starts two processes in each round of a loop makes 2^8 of them.
const MAX_DEPTH_OF_SCRIPT: u32 = 8;
/// The first version that finds its GOROOT itself (Go 1.9 release notes).
const FIRST_THAT_FINDS_ITSELF: &str = "1.9beta1";

/// The name by which the shim was called.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// The name as the caller gave it, which becomes argv\[0\] of the tool.
    pub argv0: &'a OsStr,
    /// `go` or `gofmt`.
    pub tool: &'a str,
    /// Whether the name is that of a launcher such as `go1.22.4`, which cmd/go starts when it switches.
    pub launcher: bool,
}

/// Replaces this process by the tool; returns only on failure.
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
            not_started(go, &path, cause)
        }
        Err(error) => error,
    }
}

/// Makes the changes in the environment of a command.
pub fn apply(changes: &Changes, command: &mut Command) {
    for (name, value) in changes {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

/// The error for a program that could not be started with this Go. If it is a file of a toolchain, which may be
/// damaged, the hint has the command that tells, and mends it.
pub fn not_started(go: &Go, path: &Path, cause: io::Error) -> Error {
    let may_be_damaged = matches!(cause.raw_os_error(), Some(libc::ENOEXEC | libc::ENOENT | libc::EACCES));
    let error = process::not_started(path, cause);
    match go {
        Go::Toolchain(own) if may_be_damaged && path.starts_with(&own.path) && !own.path.is_symlink() => {
            let version = own.name.request().quoted();
            error.hint(format!("check its files: `gox verify {version} || gox install --force {version}`"))
        }
        _ => error,
    }
}

/// The path of the tool, and the changes to the environment for it.
pub fn tool(
    world: &World,
    go: &Go,
    selection: &Selection,
    program: Program<'_>,
) -> Result<(PathBuf, Changes)> {
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
    // As cmd/go does when it switches: the toolchain then checks that it has this name, and does not switch again.
    if let (Go::OnPath { name, .. }, "go") = (go, program.tool) {
        changes.push((SWITCH_VERSION, Some(name.as_str().into())));
    }
    Ok((path, changes))
}

/// The value of GOROOT for the tool; `None` if the variable is removed.
pub fn goroot(world: &World, go: &Go, settings: &GoEnv) -> Option<PathBuf> {
    match go {
        Go::Toolchain(toolchain) => {
            wants_goroot(settings, toolchain.name.version()).then(|| toolchain.path.clone())
        }
        Go::System(path) => system_goroot(world, settings, path),
        // cmd/go sets no GOROOT for a toolchain that it finds on PATH.
        Go::OnPath { .. } => None,
    }
}

/// Whether a toolchain needs GOROOT: before Go 1.9, which does not find its root itself, and if the GOENV file
/// names another GOROOT, which an empty variable would not override.
fn wants_goroot(settings: &GoEnv, version: Option<&Version>) -> bool {
    let first = Version::parse(FIRST_THAT_FINDS_ITSELF);
    let is_old = version.is_some() && version < first.as_ref();
    is_old || settings.goroot_line().is_some()
}

/// The value of GOROOT for the system Go. Its root and version are read only if GOROOT is set in the
/// environment or the GOENV file. Another manager's shim has no root, and gets no GOROOT.
fn system_goroot(world: &World, settings: &GoEnv, path: &Path) -> Option<PathBuf> {
    if world.environment.os(GOROOT).is_none() && settings.goroot_line().is_none() {
        return None;
    }
    let goroot = system::goroot(path)?;
    let name = system::version(&goroot).map(ToolchainName::new);
    wants_goroot(settings, name.as_ref().and_then(ToolchainName::version)).then_some(goroot)
}

/// The value of `_GOX_SYSTEM` for the program at `path`, or the error for a loop: a loop of `execve` finds the same
/// file again with the same pid, a loop of child processes has a growing depth.
fn mark(world: &World, path: &Path) -> Result<String> {
    let text = world.environment.text(SYSTEM_MARK).unwrap_or_default();
    let mut parts = text.split('.');
    let is_this_process = parts.next() == Some(id().to_string().as_str());
    let depth = parts.next().and_then(|depth| depth.parse::<u32>().ok()).unwrap_or(0);
    let depth = depth.saturating_add(u32::from(!is_this_process));
    let mut files: Vec<&str> = if is_this_process { parts.collect() } else { Vec::new() };
    let file = Identity::of(path).map_err(|cause| process::not_started(path, cause))?.to_string();
    // `goroot` reads the disk, so it is called only at a depth at which it matters.
    let is_deep = depth > MAX_DEPTH || (depth > MAX_DEPTH_OF_SCRIPT && system::goroot(path).is_none());
    if !is_deep && !files.contains(&file.as_str()) {
        files.push(&file);
        return Ok(format!("{}.{depth}.{}", id(), files.join(".")));
    }
    let shim = std::env::current_exe().unwrap_or_default();
    let message = format!("`{}` starts `{}`, which starts it again", text::path(path), text::path(&shim));
    Err(Error::new(Kind::NotThere, message)
        .hint("remove one of the two from PATH, or install a Go with gox: `gox install latest`"))
}
