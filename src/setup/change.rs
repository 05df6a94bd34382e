//! A planned change of a file: shown as a diff, then made in one step.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use similar::TextDiff;

use super::edit::{Content, Edit};
use crate::error::{Error, Kind, Result};
use crate::fs::write::{create_all, write_in_place_of};
use crate::text;

/// The mode of a file that nobody else may read.
const PRIVATE: u32 = 0o600;

/// A planned change of a file.
pub struct Change {
    /// Reads the file again before it is written.
    edit: Edit,
    before: Content,
    after: Content,
}

/// The change of a text as a unified diff, with control characters but tabs replaced for the terminal.
pub fn unified(old: &str, new: &str, before: &str, after: &str) -> String {
    let lines = TextDiff::from_lines(before, after).unified_diff().header(old, new).to_string();
    let shown = |c: char| if text::is_visible(c) || "\n\t".contains(c) { c } else { '\u{fffd}' };
    lines.trim_end_matches('\n').chars().map(shown).collect()
}

impl Change {
    /// No change yet of the file of `edit`.
    pub(super) fn none(edit: Edit) -> Result<Self> {
        let before = edit.read()?;
        Ok(Change { edit, after: before.clone(), before })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.edit.path
    }

    /// What the file is after the change.
    pub(super) fn after(&self) -> &Content {
        &self.after
    }

    /// Plans another content after that of [`Change::after`].
    pub(super) fn then(&mut self, after: Content) {
        self.after = after;
    }

    /// Whether there is something to do.
    pub(super) fn is_some(&self) -> bool {
        self.before != self.after
    }

    /// The change as a unified diff, with Git's lines for modes and links, and with control characters but tabs
    /// replaced for the terminal.
    pub fn diff(&self) -> String {
        let [before, after] = [&self.before, &self.after].map(|content| match content {
            Content::File { text, .. } => text.clone(),
            Content::Link(target) => target.display().to_string() + "\n",
            Content::Absent => String::new(),
        });
        let name = |content: &Content| match content {
            Content::Absent => "/dev/null".to_owned(),
            Content::File { .. } | Content::Link(_) => self.path().display().to_string(),
        };
        let lines = unified(&name(&self.before), &name(&self.after), &before, &after);
        (self.modes() + &lines).trim_end_matches('\n').to_owned()
    }

    /// The lines before a diff that say what its text does not: which file is a link, which can be executed.
    fn modes(&self) -> String {
        let mode = |content: &Content| match content {
            Content::Absent => None,
            Content::File { mode, .. } => Some(0o100_000 | mode),
            Content::Link(_) => Some(0o120_000),
        };
        let path = self.path().display();
        match (mode(&self.before), mode(&self.after)) {
            (Some(old), Some(new)) if old != new => format!("old mode {old:o} of {path}\nnew mode {new:o}\n"),
            (None, Some(new)) if new != 0o100_644 => format!("new file mode {new:o}\n"),
            _ => String::new(),
        }
    }

    /// Fails if [`Change::write`] would fail for lack of permission, so that the user is not asked in vain. A
    /// read-only file counts, although a rename could replace it.
    pub fn check_writable(&self) -> Result<()> {
        let target = self.target()?;
        let folder = target.ancestors().skip(1).find(|folder| folder.exists());
        let file = matches!(self.before, Content::File { .. }).then_some(&*target);
        for path in file.into_iter().chain(folder) {
            access(path, Access::WRITE_OK).map_err(|error| self.unwritten(error.into()))?;
        }
        Ok(())
    }

    /// Makes the change in one step. Refused if the content of the file is no longer that on which it is based.
    pub fn write(&self) -> Result<()> {
        if self.edit.read()? != self.before {
            let message =
                format!("`{}` changed in the meantime, so it is left as it is", self.path().display());
            return Err(Error::new(Kind::Refused, message).hint("look again: `gox setup --dry-run`"));
        }
        let target = self.target()?;
        self.make(&target).map_err(|error| self.unwritten(error))
    }

    fn make(&self, target: &Path) -> std::io::Result<()> {
        match &self.after {
            Content::Absent => fs::remove_file(target),
            Content::File { text, mode } => {
                if *mode == PRIVATE
                    && let Some(folder) = target.parent()
                {
                    // What nobody else may read lies in a folder that nobody else may enter, such as `~/.ssh`.
                    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
                }
                write_in_place_of(target, text.as_bytes())?;
                // Only if it differs: the mode may belong to a file system that keeps none.
                if fs::metadata(target)?.permissions().mode() & 0o7777 == *mode {
                    return Ok(());
                }
                fs::set_permissions(target, Permissions::from_mode(*mode))
            }
            Content::Link(to) => {
                create_all(target.parent().unwrap_or(target))?;
                symlink(to, target)
            }
        }
    }

    /// The path of the file after symbolic links, but for a change of the link itself.
    fn target(&self) -> Result<PathBuf> {
        match self.before {
            Content::File { .. } => fs::canonicalize(self.path()).map_err(|error| self.unwritten(error)),
            Content::Absent | Content::Link(_) => Ok(self.path().to_owned()),
        }
    }

    fn unwritten(&self, cause: std::io::Error) -> Error {
        Error::store(format!("could not write `{}`", self.path().display()), cause)
    }
}
