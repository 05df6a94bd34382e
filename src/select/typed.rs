//! What a shell starts for a typed `go`: the first program of that name on PATH. The Go that the resolver selects runs
//! only where that program is a shim.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::other_store::OtherStore;
use super::selection::Go;
use super::system;
use super::world::World;
use crate::env::PATH;
use crate::fs::identity::{Identity, is_same};
use crate::go::name::ToolchainName;
use crate::store::layout::Home;

/// What a shell starts for the name of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// `go` or `gofmt`.
    pub tool: &'static str,
    /// The absolute path of the program; `None` if PATH has none that this user may run.
    pub program: Option<PathBuf>,
    /// The place of the shims.
    pub shims: Shims,
}

/// The place of the shims of the stores on PATH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shims {
    /// The program is one of them.
    First,
    /// The program is a shim of a store that is not searched; it starts what is selected all the same.
    OfOtherStore,
    /// They come after the program.
    Behind,
    /// They come before the program, but the one that is needed cannot be run.
    Broken,
    /// Their directory comes before the program, but does not have the one that is needed: an install makes it.
    Missing,
    /// They are not on PATH.
    Absent,
}

/// The absolute path of the first program `name` on PATH that this user may run, as a shell finds it, also in a
/// relative entry.
pub fn program(name: &str, world: &World) -> Option<PathBuf> {
    entries(world).into_iter().map(|entry| entry.join(name)).find(|path| may_run(path)).map(absolute)
}

impl Typed {
    /// Searches PATH for the tool.
    pub fn find(tool: &'static str, world: &World) -> Self {
        let entries = entries(world);
        let at = entries.iter().position(|entry| may_run(&entry.join(tool)));
        let shims = entries.iter().position(|entry| is_of_shims(entry, world));
        let program = at.map(|at| absolute(entries[at].join(tool)));
        let file = program.as_ref().and_then(|path| Identity::of(path).ok());
        let shims = match (shims, at) {
            _ if file.is_some_and(|file| system::shims(tool, world).any(|shim| shim == file)) => Shims::First,
            _ if program.as_ref().is_some_and(|path| OtherStore::of(path, world).is_some()) => {
                Shims::OfOtherStore
            }
            (None, _) => Shims::Absent,
            (Some(shims), Some(at)) if shims > at => Shims::Behind,
            (Some(shims), _) if entries[shims].join(tool).symlink_metadata().is_err() => Shims::Missing,
            _ => Shims::Broken,
        };
        Typed { tool, program, shims }
    }

    /// Whether what is typed starts `go`, or a shim, which starts whatever is selected.
    pub fn starts(&self, go: Option<&Go>) -> bool {
        let is_tool = |program: &PathBuf| go.is_some_and(|go| is_same(program, &go.tool(self.tool)));
        self.is_shim() || self.program.as_ref().is_some_and(is_tool)
    }

    /// Whether the program is a shim, of whatever store.
    pub fn is_shim(&self) -> bool {
        matches!(self.shims, Shims::First | Shims::OfOtherStore)
    }

    /// The program, if it comes before the shims.
    pub fn before_shims(&self) -> Option<&Path> {
        self.program.as_deref().filter(|_| self.shims == Shims::Behind)
    }

    /// The name of the Go to which the program belongs, by the VERSION file of its GOROOT; `None` for a program that
    /// is in no GOROOT, such as the shim of another manager.
    pub fn name(&self) -> Option<ToolchainName> {
        system::version_of(self.program.as_ref()?).map(ToolchainName::new)
    }
}

/// The entries of PATH, also those that depend on the current directory.
fn entries(world: &World) -> Vec<PathBuf> {
    let path = world.environment.os(PATH);
    path.iter().flat_map(std::env::split_paths).map(|entry| world.path(entry)).collect()
}

fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

fn is_of_shims(entry: &Path, world: &World) -> bool {
    world.homes.iter().map(Home::shims).any(|shims| entry == shims || is_same(entry, &shims))
}

/// Whether this user may run the file, as the shells ask the system: a mode alone does not tell, on a file system
/// without execution for instance.
fn may_run(path: &Path) -> bool {
    path.is_file() && access(path, Access::EXEC_OK).is_ok()
}
