//! A planned change of a file: shown as a diff, then made in one step.

use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use rustix::process::geteuid;
use similar::TextDiff;

use super::block::Mark;
use super::edit::{Content, Edit};
use crate::env::{self, SUDO_UID};
use crate::error::{Error, Kind, Result};
use crate::fs::write::{Claim, Replacement, create_all};
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
    text::visible_with_tabs(lines.trim_end_matches('\n'))
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

    /// The path of the file that is changed.
    pub(super) fn place(&self) -> PathBuf {
        self.edit.place()
    }

    /// The target to which the change belongs, of several the first.
    pub fn mark(&self) -> Mark {
        self.edit.mark
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

    /// Whether the change makes the same of its file as another one of its own.
    pub fn is_like(&self, other: &Change) -> bool {
        self.before == other.before && self.after == other.after
    }

    /// What the change does to the file, in the past.
    pub fn done(&self) -> &'static str {
        match (&self.before, &self.after) {
            (Content::Absent, _) => "created",
            (_, Content::Absent) => "removed",
            _ => "changed",
        }
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
        (text::visible(&self.modes()) + &lines).trim_end_matches('\n').to_owned()
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
        let target = self.place();
        let folder = target.ancestors().skip(1).find(|folder| folder.exists());
        let file = matches!(self.before, Content::File { .. }).then_some(&*target);
        for path in file.into_iter().chain(folder) {
            access(path, Access::WRITE_OK).map_err(|error| self.unwritten(error.into()))?;
        }
        match (&self.before, file.or(folder).map(fs::metadata)) {
            (Content::File { .. }, Some(Ok(data))) => {
                irreplaceable(&data).map_or(Ok(()), |why| Err(self.irreplaceable(&target, why)))
            }
            (Content::Absent, Some(Ok(folder))) if is_of_who_ran_sudo(&folder) => {
                let message = format!("root would own `{}`, and it is to be yours", self.path().display());
                Err(Error::new(Kind::Refused, message).hint("run the command without `sudo`"))
            }
            _ => Ok(()),
        }
    }

    fn irreplaceable(&self, target: &Path, why: &str) -> Error {
        let message = format!("could not replace `{}`: {why}", self.path().display());
        let [now, new] = ["", ".new"].map(|end| text::quoted(&(target.to_string_lossy().into_owned() + end)));
        let copy = format!("`cp {now} {new} && mv {new} {now}`");
        Error::new(Kind::Refused, message).hint(format!("make it a copy of your own: {copy}"))
    }

    /// Makes the change in one step. Refused if the content of the file is no longer that on which it is based.
    pub fn write(&self) -> Result<()> {
        let target = self.place();
        let new = self.replacement(&target).map_err(|error| self.unwritten(error))?;
        let claim = Claim::of(&target);
        if claim.is_none() || self.edit.read()? != self.before {
            return Err(self.overtaken());
        }
        self.make(new, &target).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => self.overtaken(),
            _ => self.unwritten(error),
        })
    }

    /// The new content of a file, which is not in its place yet.
    fn replacement(&self, target: &Path) -> io::Result<Option<Replacement>> {
        let Content::File { text, mode } = &self.after else { return Ok(None) };
        if *mode == PRIVATE
            && let Some(folder) = target.parent()
        {
            // What nobody else may read lies in a folder that nobody else may enter, such as `~/.ssh`.
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        Replacement::of(target, text.as_bytes()).map(Some)
    }

    fn make(&self, new: Option<Replacement>, target: &Path) -> io::Result<()> {
        match (&self.after, new) {
            (Content::File { mode, .. }, Some(new)) => {
                match self.before {
                    Content::Absent => new.persist_new(target)?,
                    Content::File { .. } | Content::Link(_) => new.persist(target)?,
                }
                // Only if it differs: the mode may belong to a file system that keeps none.
                if fs::metadata(target)?.permissions().mode() & 0o7777 == *mode {
                    return Ok(());
                }
                fs::set_permissions(target, Permissions::from_mode(*mode))
            }
            (Content::Link(to), _) => {
                create_all(target.parent().unwrap_or(target))?;
                symlink(to, target)
            }
            (Content::Absent, _) => fs::remove_file(target),
            // There is a replacement for each file.
            (Content::File { .. }, None) => Ok(()),
        }
    }

    fn overtaken(&self) -> Error {
        let message = format!("`{}` changed in the meantime, so it is left as it is", self.path().display());
        let command = self.mark().command();
        Error::new(Kind::Refused, message).hint(format!("look again: `{command} --dry-run`"))
    }

    fn unwritten(&self, cause: io::Error) -> Error {
        Error::store(format!("could not write `{}`", self.path().display()), cause)
    }
}

/// Why a file cannot be replaced by a new one without a loss.
fn irreplaceable(data: &Metadata) -> Option<&'static str> {
    let me = geteuid();
    if data.nlink() > 1 {
        Some("it has other names, hard links, which would keep the old text")
    } else if data.uid() != me.as_raw() && !me.is_root() {
        Some("it belongs to another user, and would be yours then")
    } else {
        None
    }
}

/// Whether a folder belongs to the user who runs gox by a `sudo` that keeps `HOME`.
fn is_of_who_ran_sudo(folder: &Metadata) -> bool {
    let user = env::text(SUDO_UID).and_then(|user| user.parse::<u32>().ok());
    geteuid().is_root() && folder.uid() != 0 && user == Some(folder.uid())
}
