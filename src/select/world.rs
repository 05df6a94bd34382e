//! The world: all that a selection depends on besides the command line and the files. With a world of its own a
//! test resolves thousands of trees without changing its process's environment or directory.

use std::path::{Path, PathBuf};

use crate::env::{Environment, GOX_SYSTEM_HOME};
use crate::error::Result;
use crate::store::layout::Home;

/// The environment, directory and stores of a call.
#[derive(Clone, Debug)]
pub struct World {
    /// The environment variables.
    pub environment: Environment,
    /// The current directory, in which relative paths are resolved; `.` for that of this process.
    pub directory: PathBuf,
    /// The user's store, then the system store if there is one.
    pub homes: Vec<Home>,
}

impl World {
    /// The world of this process. Fails if a store cannot be located.
    pub fn process() -> Result<Self> {
        let home = Home::locate()?;
        Home::system()?;
        Ok(World::of_process(home))
    }

    /// The world of this process, with `home` as the user's store.
    pub fn of_process(home: Home) -> Self {
        World::new(Environment::Process, ".", home)
    }

    /// A world with `home` as the user's store, and with the system store of `GOX_SYSTEM_HOME`.
    pub fn new(environment: Environment, directory: impl Into<PathBuf>, home: Home) -> Self {
        let system = environment.os(GOX_SYSTEM_HOME).map(PathBuf::from).filter(|root| root.is_absolute());
        let homes = std::iter::once(home).chain(system.map(Home::at)).collect();
        World { environment, directory: directory.into(), homes }
    }

    /// The user's store.
    pub fn home(&self) -> &Home {
        &self.homes[0]
    }

    /// `path`, resolved in the current directory.
    pub(super) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }
}
