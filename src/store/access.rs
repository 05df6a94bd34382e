//! Whether a store is there, and whether this user may read it. Where it is not so, nothing in it counts as installed.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;

use super::layout::Home;
use crate::error::{Error, Result};
use crate::fs::read::is_absence;
use crate::text;

/// Fails if the toolchains of the store cannot be read. A store that is not there has none.
pub fn check_readable(home: &Home) -> Result<()> {
    let folder = home.toolchains();
    // Who may read the names in a folder, may not always look at what they name.
    let looked = fs::read_dir(&folder).and_then(|_| fs::metadata(folder.join(".")));
    let Some(error) = looked.err().filter(|error| !is_absence(error)) else { return Ok(()) };
    let mend = match error.kind() {
        ErrorKind::PermissionDenied => format!("let its owner open it: `{}`", opening(home)),
        _ => format!("look at it: `ls -l {}`", text::quoted_path(home.root())),
    };
    Err(Error::store(format!("could not read the store `{}`", home.root().display()), error).hint(mend))
}

/// The command by which its owner opens a store: to others, or to themselves where they are this user.
fn opening(home: &Home) -> String {
    let is_own =
        fs::metadata(home.root()).is_ok_and(|data| data.uid() == rustix::process::geteuid().as_raw());
    let who = if is_own { "u" } else { "go" };
    format!("chmod -R {who}+rX {}", text::quoted_path(home.root()))
}

/// Whether there is no directory where the store should be.
pub fn is_absent(home: &Home) -> bool {
    fs::metadata(home.root()).map_or_else(|error| is_absence(&error), |data| !data.is_dir())
}
