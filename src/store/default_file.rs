//! Writing the `default` file. Reading it is the resolver's.

use super::layout::Home;
use super::write::{write_atomic, write_new};
use crate::error::{Error, Result};
use crate::select::system;
use crate::select::world::World;

/// Makes `request` the default.
pub fn set(home: &Home, request: &str) -> Result<()> {
    let path = home.default_file();
    write_atomic(&path, format!("{request}\n").as_bytes())
        .map_err(|error| Error::unwritable(format!("could not write `{}`", path.display()), error))
}

/// Makes a version the default where there is none yet; then says what ran before: `was system go1.26.8`.
/// Of two first installs at once one wins.
pub fn set_first(home: &Home, version: &str) -> Result<Option<String>> {
    let path = home.default_file();
    let world = World::of_process(home.clone());
    let taken = world.homes.iter().any(|home| home.default_file().symlink_metadata().is_ok());
    if taken {
        return Ok(None);
    }
    match write_new(&path, format!("{version}\n").as_bytes()) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(None),
        Err(error) => return Err(Error::unwritable(format!("could not write `{}`", path.display()), error)),
    }
    let system = system::find("go", &world).and_then(|go| system::goroot(&go));
    let system = system.and_then(|root| system::version(&root));
    Ok(Some(system.map_or_else(|| "there was no Go".into(), |name| format!("was system {name}"))))
}
