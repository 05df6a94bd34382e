//! What is installed: the directories in `toolchains/` of the user's store and of the system's.

use std::path::PathBuf;

use super::layout::{self, Home};
use crate::fs::read::is_executable;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;

/// A GOROOT in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// The directory's name: `go1.22.4`, or the name of a linked GOROOT.
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

    /// The version that the name stands for; none for a linked GOROOT, and with a vendor's suffix, which match by
    /// their full names only.
    pub fn version(&self) -> Option<&Version> {
        self.name.release()
    }

    fn is_complete(&self) -> bool {
        is_executable(&self.path.join("bin/go"))
    }
}

/// The toolchain of that name: the user's own, else the system's.
pub fn find(homes: &[Home], name: &ToolchainName) -> Option<Toolchain> {
    homes.iter().find_map(|home| Toolchain::at(home.toolchain(name)))
}

/// All toolchains, newest version first, then the other names; the user's own hides the system's.
pub fn all(homes: &[Home]) -> Vec<Toolchain> {
    directories(homes, Toolchain::is_complete)
}

/// [`all`], and the directories with a receipt in which `bin/go` cannot be executed any more: they do not count as
/// installed, but gox installed them.
pub fn all_with_receipts(homes: &[Home]) -> Vec<Toolchain> {
    let has_receipt = |toolchain: &Toolchain| layout::receipt(&toolchain.path).symlink_metadata().is_ok();
    directories(homes, |toolchain| toolchain.is_complete() || has_receipt(toolchain))
}

fn directories(homes: &[Home], is_wanted: impl Fn(&Toolchain) -> bool) -> Vec<Toolchain> {
    let mut found: Vec<Toolchain> = Vec::new();
    for home in homes {
        let Ok(entries) = std::fs::read_dir(home.toolchains()) else { continue };
        let named = entries.flatten().filter_map(|entry| Toolchain::named(entry.path()));
        for toolchain in named.filter(&is_wanted) {
            if !found.iter().any(|other| other.name == toolchain.name) {
                found.push(toolchain);
            }
        }
    }
    found.sort_by(|a, b| b.version().cmp(&a.version()).then_with(|| a.name.cmp(&b.name)));
    found
}

/// The installed toolchain that a request means: by its full name, or the newest that answers.
pub fn installed(homes: &[Home], request: &Request) -> Option<Toolchain> {
    if let Some(name) = request.toolchain() {
        return find(homes, &name);
    }
    if *request == Request::System {
        return None;
    }
    // Names first, then a look at the one that they choose: a store may be large.
    let mut named: Vec<Toolchain> = Vec::new();
    for entries in homes.iter().filter_map(|home| std::fs::read_dir(home.toolchains()).ok()) {
        named.extend(entries.flatten().filter_map(|entry| Toolchain::named(entry.path())));
    }
    if *request == Request::OldStable {
        // It depends on the newest, whatever that is.
        named.retain(Toolchain::is_complete);
    }
    loop {
        let versions = named.iter().filter_map(Toolchain::version);
        let chosen = request.choose(versions)?.clone();
        let at = named.iter().position(|toolchain| toolchain.version() == Some(&chosen))?;
        let toolchain = named.remove(at);
        if toolchain.is_complete() {
            return Some(toolchain);
        }
    }
}

/// The user's store, then the system's when there is one.
pub fn homes(home: &Home) -> Vec<Home> {
    std::iter::once(home.clone()).chain(Home::system().ok().flatten()).collect()
}
