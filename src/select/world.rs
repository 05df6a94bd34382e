//! All that the decision depends on besides the command line: variables, directory, stores. A test makes
//! one of its own, and decides for thousands of trees without touching its process.

use std::path::{Path, PathBuf};

use crate::env::{Environment, GOX_SYSTEM_HOME};
use crate::error::Result;
use crate::store::layout::Home;

/// The world as one call of a tool sees it.
#[derive(Clone, Debug)]
pub struct World {
    /// The variables.
    pub environment: Environment,
    /// The current directory; `.` for this process's own. Relative paths are relative to it.
    pub directory: PathBuf,
    /// The user's store, then the system's where there is one.
    pub homes: Vec<Home>,
}

impl World {
    /// The world of this process.
    pub fn process() -> Result<Self> {
        let home = Home::locate()?;
        Home::system()?;
        Ok(World::of_process(home))
    }

    /// The world of this process, with a store that is known already.
    pub fn of_process(home: Home) -> Self {
        World::new(Environment::Process, ".", home)
    }

    /// A world with these variables, in this directory, with this store and the one that
    /// `GOX_SYSTEM_HOME` names.
    pub fn new(environment: Environment, directory: impl Into<PathBuf>, home: Home) -> Self {
        let system = environment.os(GOX_SYSTEM_HOME).map(PathBuf::from).filter(|root| root.is_absolute());
        let homes = std::iter::once(home).chain(system.map(Home::at)).collect();
        World { environment, directory: directory.into(), homes }
    }

    /// The user's store.
    pub fn home(&self) -> &Home {
        &self.homes[0]
    }

    /// A path as a program in the current directory means it.
    pub(super) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }
}
