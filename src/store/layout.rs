//! The layout of a store: pure path functions, which do not touch the disk.
//!
//! The layout is API. `docs/reference.md` describes it, with its number [`LAYOUT`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::env;
use crate::error::{Error, Kind, Result};

/// The number of the layout, which every receipt contains.
pub const LAYOUT: u32 = 1;

/// The root of a store.
#[derive(Clone, Debug)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The user's store: at `GOX_HOME`, else at `$HOME/.local/go`.
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

    /// The system store, at `GOX_SYSTEM_HOME`, which is only read; `None` if the variable is not set.
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

    /// A store at `root`, which need not exist.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Home { root: root.into() }
    }

    /// The root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The directory of toolchains. A toolchain in it is complete or absent.
    pub fn toolchains(&self) -> PathBuf {
        self.root.join("toolchains")
    }

    /// The GOROOT of the toolchain `name`, such as `go1.22.4`.
    pub fn toolchain(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join("toolchains").join(name)
    }

    /// The directory of `go`, `gofmt` and the launchers, first on PATH.
    pub fn shims(&self) -> PathBuf {
        self.root.join("shims")
    }

    /// The directory of a copy of gox, for shims that find no gox on PATH. Last on PATH.
    pub fn bin(&self) -> PathBuf {
        self.root.join("bin")
    }

    /// The file with the default request.
    pub fn default_file(&self) -> PathBuf {
        self.root.join("default")
    }

    /// The file with the directories whose pins `gox prune` respects, one per line.
    pub fn projects(&self) -> PathBuf {
        self.root.join("projects")
    }

    /// The file with what `gox sync` applied, one state per line, the last at the end.
    pub fn synced(&self) -> PathBuf {
        self.root.join("synced")
    }

    /// The directory of the last signed tree head of each checksum database.
    pub fn sumdb(&self) -> PathBuf {
        self.root.join("sumdb")
    }

    /// The directory of files that can be fetched again. It may be deleted at any time.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// The directory of partial downloads that are worth resuming.
    pub fn partial(&self) -> PathBuf {
        self.root.join("cache/partial")
    }

    /// The directory in which toolchains are unpacked. On the file system of [`Home::toolchains`], so that a
    /// rename publishes them.
    pub fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// The directory of lock files, which are never deleted.
    pub fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }
}

/// The modification time of every installed file, as seconds since 1970: the day that Go was announced. Go before
/// 1.10 rebuilds packages with sources newer than the results, so files that toolchains share need the same time.
pub const MTIME: Duration = Duration::from_secs(1_257_894_000);

/// The directory in a toolchain for the files of gox, which are not part of the GOROOT.
pub const OWN: &str = ".gox";

/// The path of a toolchain's receipt.
pub fn receipt(goroot: &Path) -> PathBuf {
    goroot.join(OWN).join("receipt.json")
}

/// The path of a toolchain's manifest: the sha256 of all its files, in the format of `sha256sum -c`.
pub fn manifest(goroot: &Path) -> PathBuf {
    goroot.join(OWN).join("manifest")
}
