//! A shim that belongs to a store that is not searched: it lies there, but where the stores are is told by `HOME`,
//! `GOX_HOME` and `GOX_SYSTEM_HOME` alone.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::world::World;
use crate::env::GOX_SYSTEM_HOME;
use crate::fs::identity::is_same;
use crate::store::inventory;
use crate::store::layout::Home;
use crate::text;

/// The store of a shim, and the stores that are searched in its place.
#[derive(Debug)]
pub struct OtherStore {
    /// The shim, after symbolic links.
    pub shim: PathBuf,
    /// The root of the store to which it belongs.
    pub root: PathBuf,
    searched: Vec<PathBuf>,
}

impl OtherStore {
    /// The store of the shim `program`; `None` if that is searched, or the program is no shim.
    pub fn of(program: &Path, world: &World) -> Option<Self> {
        let shim = fs::canonicalize(program).ok()?;
        let root = inventory::store_of(&shim, Home::shims)?.root().to_owned();
        let searched: Vec<_> = world.homes.iter().map(|home| home.root().to_owned()).collect();
        let is_searched = searched.iter().any(|home| is_same(home, &root));
        (!is_searched).then_some(OtherStore { shim, root, searched })
    }

    /// The command that has the store searched, too.
    pub fn way_out(&self) -> String {
        format!("export {GOX_SYSTEM_HOME}={}", text::quoted_path(&self.root))
    }
}

/// ``the shim `/opt/go/shims/go` belongs to the store `/opt/go`, but gox searches only `/home/u/.local/go` ``
impl fmt::Display for OtherStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [shim, root] = [&self.shim, &self.root].map(|path| text::path(path));
        let searched: Vec<_> = self.searched.iter().map(|root| format!("`{}`", text::path(root))).collect();
        write!(
            f,
            "the shim `{shim}` belongs to the store `{root}`, but gox searches only {}",
            searched.join(" and ")
        )
    }
}
