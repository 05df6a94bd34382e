//! The installed toolchains: the directories in `toolchains/` of the stores that have an executable `bin/go`, and a
//! name that a request can have: what somebody put there by another name, such as `go1.22.3 (copy)`, is ignored.
//! Names in the user's store hide those in the system store.

use std::path::{Path, PathBuf};

use super::layout::{self, Home};
use crate::fs::read::is_executable;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::text;

/// An installed toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// The name of its directory: `go1.22.4`, or that of a linked GOROOT.
    pub name: ToolchainName,
    /// The GOROOT.
    pub path: PathBuf,
}

impl Toolchain {
    fn at(path: PathBuf) -> Option<Self> {
        Toolchain::named(path).filter(Toolchain::is_complete)
    }

    fn named(path: PathBuf) -> Option<Self> {
        let name = ToolchainName::new(path.file_name()?.to_str()?);
        Some(Toolchain { name, path })
    }

    /// The version by which requests match the toolchain. `None` for a linked GOROOT and a name with a vendor's
    /// suffix, which match by their full names only.
    pub fn version(&self) -> Option<&Version> {
        self.name.release()
    }

    /// The message that it needs no install.
    pub fn installed_already(&self) -> String {
        format!("{} is installed already: `{}`", self.name, text::path(&self.path))
    }

    fn is_complete(&self) -> bool {
        is_executable(&self.path.join("bin/go"))
    }

    fn is_installed(&self) -> bool {
        self.name.is_request() && self.is_complete()
    }
}

/// The toolchain `name` in the first of the stores that has it. It may have a name that no request can have: a
/// toolchain line and GOTOOLCHAIN run it all the same, as cmd/go runs a program of such a name on PATH.
pub fn find(homes: &[Home], name: &ToolchainName) -> Option<Toolchain> {
    homes.iter().find_map(|home| Toolchain::at(home.toolchain(name)))
}

/// All toolchains: those with a version, newest first, then the others by name.
pub fn all(homes: &[Home]) -> Vec<Toolchain> {
    directories(homes, Toolchain::is_installed)
}

/// [`all`], and the directories with a `bin/go` under names that are ignored.
pub fn all_with_go(homes: &[Home]) -> Vec<Toolchain> {
    directories(homes, Toolchain::is_complete)
}

/// [`all`], and the directories with a receipt in which `bin/go` cannot be executed any more: they do not count as
/// installed, but gox installed them.
pub fn all_with_receipts(homes: &[Home]) -> Vec<Toolchain> {
    let has_receipt = |toolchain: &Toolchain| layout::receipt(&toolchain.path).symlink_metadata().is_ok();
    directories(homes, |toolchain| {
        toolchain.name.is_request() && (toolchain.is_complete() || has_receipt(toolchain))
    })
}

/// The names of [`all`], and of the links that lead nowhere and the directories that are no toolchain, but for hidden
/// ones, which a file system may have put there.
pub fn all_names(home: &Home) -> Vec<ToolchainName> {
    let is_entry = |Toolchain { name, path }: &Toolchain| {
        !name.as_str().starts_with('.') && (path.is_symlink() || path.is_dir())
    };
    let is_wanted = |toolchain: &Toolchain| toolchain.is_complete() || is_entry(toolchain);
    let found = directories(std::slice::from_ref(home), is_wanted);
    found.into_iter().map(|toolchain| toolchain.name).collect()
}

fn directories(homes: &[Home], is_wanted: impl Fn(&Toolchain) -> bool) -> Vec<Toolchain> {
    let mut found: Vec<Toolchain> = Vec::new();
    for toolchain in named(homes).filter(is_wanted) {
        if !found.iter().any(|other| other.name == toolchain.name) {
            found.push(toolchain);
        }
    }
    found.sort_by(|a, b| b.version().cmp(&a.version()).then_with(|| a.name.cmp(&b.name)));
    found
}

/// The directories of all stores, in the order of the stores, complete or not.
fn named(homes: &[Home]) -> impl Iterator<Item = Toolchain> {
    let folders = homes.iter().filter_map(|home| std::fs::read_dir(home.toolchains()).ok());
    folders.flat_map(Iterator::flatten).filter_map(|entry| Toolchain::named(entry.path()))
}

/// The installed toolchain that a request means: the one it names, else the best that matches.
pub fn installed(homes: &[Home], request: &Request) -> Option<Toolchain> {
    best(homes, request, Toolchain::is_installed)
}

/// What a request will mean once the toolchain at `removed` is gone.
pub fn installed_without(removed: &Path, homes: &[Home], request: &Request) -> Option<Toolchain> {
    best(homes, request, |toolchain| toolchain.path != removed && toolchain.is_installed())
}

/// The toolchain that a request means among those that count as installed.
fn best(homes: &[Home], request: &Request, is_there: impl Fn(&Toolchain) -> bool) -> Option<Toolchain> {
    if let Some(name) = request.toolchain() {
        return homes.iter().filter_map(|home| Toolchain::named(home.toolchain(&name))).find(is_there);
    }
    if *request == Request::System {
        return None;
    }
    // Chooses by names before it looks for `bin/go`, because a store may be large.
    let mut named: Vec<Toolchain> = named(homes).collect();
    if *request == Request::OldStable {
        // The choice depends on the newest line, so what is not installed must not count.
        named.retain(&is_there);
    }
    loop {
        let versions = named.iter().filter_map(Toolchain::version);
        let chosen = request.choose(versions)?.clone();
        let at = named.iter().position(|toolchain| toolchain.version() == Some(&chosen))?;
        let toolchain = named.remove(at);
        if is_there(&toolchain) {
            return Some(toolchain);
        }
    }
}

/// The newest release that is installed; without one, the first of [`all`].
pub fn newest(homes: &[Home]) -> Option<Toolchain> {
    installed(homes, &Request::Latest).or_else(|| all(homes).into_iter().next())
}

/// The stores in the order of their precedence: the user's, then the system store if there is one.
pub fn homes(home: &Home) -> Vec<Home> {
    std::iter::once(home.clone()).chain(Home::system().ok().flatten()).collect()
}

/// The store in whose `place`, [`Home::shims`] or [`Home::bin`], a program lies; `None` for a program anywhere else.
pub fn store_of(program: &Path, place: fn(&Home) -> PathBuf) -> Option<Home> {
    let directory = program.parent()?;
    let home = Home::at(directory.parent()?);
    // Other managers have directories of these names, too, but none of toolchains.
    (directory == place(&home) && home.toolchains().is_dir()).then_some(home)
}

/// The directories in `toolchains/` in which `bin/go` cannot be executed, so that they do not count as installed.
/// Links, which gox does not unpack, are left out.
pub fn incomplete(homes: &[Home]) -> Vec<Toolchain> {
    directories(homes, |toolchain| {
        !toolchain.is_complete() && toolchain.path.is_dir() && !toolchain.path.is_symlink()
    })
}
