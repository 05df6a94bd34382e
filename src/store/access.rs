//! Whether a store is there, and whether this user may read it. Where it is not so, nothing in it counts as installed.

use std::fs;
use std::io::ErrorKind;

use super::layout::Home;
use crate::error::{Error, Result};
use crate::fs::read::is_absence;
use crate::text;

/// Fails if this user may not read the toolchains of the store.
pub fn check_readable(home: &Home) -> Result<()> {
    match fs::read_dir(home.toolchains()) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            let message = format!("could not read the store `{}`", home.root().display());
            let mend = format!("let its owner open it: `{}`", opening(home));
            Err(Error::store(message, error).hint(mend))
        }
        _ => Ok(()),
    }
}

/// The command by which its owner lets others read a store.
pub fn opening(home: &Home) -> String {
    format!("chmod -R go+rX {}", text::quoted_path(home.root()))
}

/// Whether there is no directory where the store should be.
pub fn is_absent(home: &Home) -> bool {
    fs::metadata(home.root()).map_or_else(|error| is_absence(&error), |data| !data.is_dir())
}
