//! The directory tree of the store as pure path functions: nothing here touches the disk.
//!
//! The layout is API; it is written down in `docs/reference.md` under [`LAYOUT`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::env;
use crate::error::{Error, Kind, Result};

/// The number of this layout, also written into every receipt.
pub const LAYOUT: u32 = 1;

/// The root of a store.
#[derive(Clone, Debug)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The user's store: `GOX_HOME`, else `$HOME/.local/go`.
    pub fn locate() -> Result<Self> {
        if let Some(home) = Home::named_by(env::GOX_HOME)? {
            return Ok(home);
        }
        let home = env::user_home().ok_or_else(|| {
            Error::new(
                Kind::Store,
                "could not tell where the store is: `HOME` is not set to an absolute path",
            )
            .hint("set `HOME`, or name the store itself: `export GOX_HOME=/path/to/go`")
        })?;
        Ok(Home::at(home.join(".local/go")))
    }

    /// The second, read-only store that `GOX_SYSTEM_HOME` names.
    pub fn system() -> Result<Option<Self>> {
        Home::named_by(env::GOX_SYSTEM_HOME)
    }

    fn named_by(variable: &str) -> Result<Option<Self>> {
        let Some(root) = env::os(variable).map(PathBuf::from) else { return Ok(None) };
        if root.is_relative() {
            let message = format!("`{variable}` is not an absolute path: `{}`", root.display());
            return Err(Error::new(Kind::Usage, message));
        }
        Ok(Some(Home::at(root)))
    }

    /// A store at a given root.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Home { root: root.into() }
    }

    /// The root itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All toolchains; each directory in it is complete.
    pub fn toolchains(&self) -> PathBuf {
        self.root.join("toolchains")
    }

    /// The GOROOT of one toolchain, such as `go1.22.4`.
    pub fn toolchain(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join("toolchains").join(name)
    }

    /// The first directory on PATH: `go`, `gofmt` and the launchers.
    pub fn shims(&self) -> PathBuf {
        self.root.join("shims")
    }

    /// A copy of gox itself, for shims that find no other.
    pub fn bin(&self) -> PathBuf {
        self.root.join("bin")
    }

    /// One line: the request that is used where nothing else is pinned.
    pub fn default_file(&self) -> PathBuf {
        self.root.join("default")
    }

    /// The folders that asked for a version, one a line.
    pub fn projects(&self) -> PathBuf {
        self.root.join("projects")
    }

    /// The last signed tree head of each checksum database.
    pub fn sumdb(&self) -> PathBuf {
        self.root.join("sumdb")
    }

    /// What can be fetched again; safe to delete at any time.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// Downloads that were slow enough to be worth resuming.
    pub fn partial(&self) -> PathBuf {
        self.root.join("cache/partial")
    }

    /// Where toolchains are unpacked, on the same file system as [`Home::toolchains`].
    pub fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// Lock files; they are never deleted.
    pub fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }
}

/// Every file's time: the moment Go was announced. One time for all means that no file is older than what
/// was built from it, which Go before 1.10 looks at, whichever toolchain a shared file came from.
pub const MTIME: Duration = Duration::from_secs(1_257_894_000);

/// The directory in a toolchain that is gox's own, and no part of the GOROOT.
pub const OWN: &str = ".gox";

/// What was installed, from where, by which proofs.
pub fn receipt(goroot: &Path) -> PathBuf {
    goroot.join(OWN).join("receipt.json")
}

/// All files with their sha256, as `sha256sum -c` reads them.
pub fn manifest(goroot: &Path) -> PathBuf {
    goroot.join(OWN).join("manifest")
}
