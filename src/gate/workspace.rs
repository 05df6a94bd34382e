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

/// A module in its place.
pub(super) struct Site<'a> {
    /// The folder of the module below the top.
    pub(super) module: &'a Path,
    /// The place.
    pub(super) place: &'a Place,
    /// The top of the repository.
    pub(super) top: &'a Path,
}

impl Site<'_> {
    /// The value of GOWORK for the module, where `users` is the user's; `None` if that stays.
    pub(super) fn gowork(&self, users: &str, temporary: &Path) -> Result<Option<OsString>> {
        let file = match users {
            "off" => return Ok(None),
            "" | "auto" => self.governing(),
            // Real, as the top is.
            path => Some(Path::new(path).canonicalize().unwrap_or_else(|_| PathBuf::from(path))),
        };
        // Said to Go, which would go on to search above a copy.
        let Some(file) = file else { return Ok(Some("off".into())) };
        let text = read_quietly(&self.in_place(&file)).unwrap_or_default();
        let folder = file.parent().unwrap_or(&file);
        let module = clean(&self.top.join(self.module));
        if !paths(&text).any(|path| clean(&folder.join(path)) == module) {
            // Go refuses every command in a module that the workspace does not have.
            return Ok(Some("off".into()));
        }
        if self.in_place(&folder.join("vendor")).is_dir() {
            // It is searched beside go.work. Nothing is written then.
            return Ok(None);
        }
        let text = mapped(&text, |path| self.in_place(&clean(&folder.join(path))));
        let failed = |error| Error::unwritable("could not write a go.work", error);
        let own = tempfile::Builder::new().prefix("work").tempdir_in(temporary).map_err(failed)?.keep();
        fs::write(own.join("go.work"), text).map_err(failed)?;
        if let Some(sums) = read_quietly(&self.in_place(&folder.join("go.work.sum"))) {
            fs::write(own.join("go.work.sum"), sums).map_err(failed)?;
        }
        Ok(Some(own.join("go.work").into()))
    }

    /// The nearest go.work upward, by its path in the working tree.
    fn governing(&self) -> Option<PathBuf> {
        let module = self.top.join(self.module);
        let mut files = module.ancestors().map(|folder| folder.join("go.work"));
        files.find(|file| self.in_place(file).is_file())
    }

    /// A path of the working tree as one of the place.
    fn in_place(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.top).map_or_else(|_| path.to_owned(), |path| self.place.folder(path))
    }
}
