//! The go.work of a module. The go command may write into the folder of go.work, so it is given one of the gate's own:
//! with the text that is committed, and with absolute paths, which lead into a copy of the repository where there is
//! one.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::view::Place;
use super::words::{mapped, paths};
use crate::error::{Error, Result};
use crate::fs::read::read_quietly;
use crate::select::directory::clean;

/// The value of GOWORK for the module in a folder below `top`, which is shown in `place`; `None` if that of the user,
/// `users`, stays.
pub(super) fn of(
    module: &Path,
    place: &Place,
    top: &Path,
    users: &str,
    temporary: &Path,
) -> Result<Option<OsString>> {
    let repository = Repository { top, place };
    let module = clean(&top.join(module));
    let file = match users {
        "off" => return Ok(None),
        "" | "auto" => repository.governing(&module),
        // Real, as the top is.
        path => Some(Path::new(path).canonicalize().unwrap_or_else(|_| PathBuf::from(path))),
    };
    // Tell Go so: it would search for go.work above the copy.
    let Some(file) = file else { return Ok(Some("off".into())) };
    let folder = file.parent().unwrap_or(&file);
    let text = repository.read(&file).unwrap_or_default();
    if !paths(&text).any(|path| clean(&folder.join(path)) == module) {
        // Go refuses every command in a module that the workspace does not have.
        return Ok(Some("off".into()));
    }
    if repository.shown(&folder.join("vendor")).is_dir() {
        // It is searched beside go.work. Nothing is written then.
        return Ok(None);
    }
    let text = mapped(&text, |path| repository.shown(&clean(&folder.join(path))));
    let failed = |error| Error::unwritable("could not write a go.work", error);
    let own = tempfile::Builder::new().prefix("work").tempdir_in(temporary).map_err(failed)?.keep();
    fs::write(own.join("go.work"), text).map_err(failed)?;
    if let Some(sums) = repository.read(&folder.join("go.work.sum")) {
        fs::write(own.join("go.work.sum"), sums).map_err(failed)?;
    }
    Ok(Some(own.join("go.work").into()))
}

/// The repository by the paths of its working tree, as it is shown.
struct Repository<'a> {
    top: &'a Path,
    place: &'a Place,
}

impl Repository<'_> {
    /// The nearest go.work upward.
    fn governing(&self, module: &Path) -> Option<PathBuf> {
        let mut files = module.ancestors().map(|folder| folder.join("go.work"));
        files.find(|file| self.shown(file).is_file())
    }

    /// The place of a file or folder; of one outside of the repository its own.
    fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.top).map_or_else(|_| path.to_owned(), |path| self.place.folder(path))
    }

    fn read(&self, file: &Path) -> Option<String> {
        read_quietly(&self.shown(file))
    }
}
