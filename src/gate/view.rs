//! What must be hidden, because it is in the working tree and not in the commit, and by what: nothing, an overlay, or
//! a copy of the commit.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::commit::{Commit, is_vendored};
use super::export::{export, is_link_to_folder};
use super::git::path;
use super::reading::{self, Reading};
use crate::error::{Error, Result};
use crate::fs::read::read_quietly;
use crate::select::directory::clean;
use crate::select::gomod;
use crate::text;

/// Where a tool works, so that it sees the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The top of the working tree or of the copy.
    pub(super) root: PathBuf,
    /// The JSON file for Go's `-overlay`.
    pub(super) overlay: Option<PathBuf>,
    /// Where the overlay has the files of the commit.
    pub(super) staged: PathBuf,
}

impl Place {
    /// The folder of a module, which is below the top.
    pub(super) fn folder(&self, module: &Path) -> PathBuf {
        // `join` would end the path with a slash for the module at the top.
        if module.as_os_str().is_empty() { self.root.clone() } else { self.root.join(module) }
    }
}

/// A file in which the working tree differs from the commit.
#[derive(Debug)]
pub(super) struct Hidden {
    /// Its path below the top.
    pub(super) path: PathBuf,
    /// Whether the commit has such a file.
    pub(super) is_committed: bool,
    /// Whether the index names it. It names also those of `git add -N`, which will not be committed.
    is_indexed: bool,
}

/// What the tools are shown.
pub(super) struct View<'a> {
    commit: &'a Commit,
    temporary: &'a Path,
    /// The differences that somebody reads.
    hidden: Vec<Hidden>,
    /// Why an overlay does not do.
    pub(super) why_copied: Option<String>,
    /// Whether other files of modules differ, which tests may open.
    pub(super) has_other_data: bool,
    copy: Option<PathBuf>,
}

impl<'a> View<'a> {
    /// Compares the working tree with the commit, and writes what an overlay needs into `temporary`. Tools that may
    /// write into the module work in a copy.
    pub(super) fn of(commit: &'a Commit, may_write: bool, temporary: &'a Path) -> Result<Self> {
        let differing = differing(commit)?;
        let by_link = || commit.links.iter().find_map(|link| why_not_through(commit, link, &differing));
        let why_copied = may_write.then(|| "`-mod=mod` in GOFLAGS lets Go change go.mod".to_owned());
        let why_copied = why_copied.or_else(by_link);
        let (hidden, others): (Vec<_>, Vec<_>) =
            differing.into_iter().partition(|file| is_read(commit, file));
        let has_other_data = others.iter().any(|file| commit.module_of(&file.path).is_some());
        let mut view = View { commit, temporary, hidden, why_copied, has_other_data, copy: None };
        if !view.hidden.is_empty() {
            let committed = view.hidden.iter().filter(|file| file.is_committed);
            let committed: Vec<&Path> = committed.map(|file| file.path.as_path()).collect();
            commit.git.check_out(Some(&committed), &view.staged())?;
            let why = view.hidden.iter().find_map(|file| view.why_not_overlaid(file));
            view.why_copied = view.why_copied.or(why);
            view.write_overlay()?;
        }
        Ok(view)
    }

    /// The folder with the files of the commit that the working tree has in another form.
    pub(super) fn staged(&self) -> PathBuf {
        self.temporary.join("staged")
    }

    /// The files of modules that differ: go.mod, go.sum and those with code.
    pub(super) fn code(&self) -> Vec<PathBuf> {
        let is_code = |path: &&Path| {
            if is_sum(path) {
                return path.parent().is_some_and(|folder| self.commit.is_module(folder));
            }
            path.extension().is_some_and(|ending| ending == "go")
                && !reading::is_ignored(path)
                && !is_vendored(path)
                && self.commit.module_of(path).is_some()
        };
        self.hidden.iter().map(|file| file.path.as_path()).filter(is_code).map(Path::to_owned).collect()
    }

    /// The place for the go command. One that `knows_overlays` works in the working tree, if an overlay does.
    pub(super) fn for_go(&mut self, knows_overlays: bool) -> Result<Place> {
        if self.why_copied.is_some() || !(knows_overlays || self.hidden.is_empty()) {
            return self.copied();
        }
        let overlay = (!self.hidden.is_empty()).then(|| self.overlay());
        Ok(self.place(self.commit.git.top().to_owned(), overlay))
    }

    /// The place for a tool that reads files itself.
    pub(super) fn for_readers(&mut self) -> Result<Place> {
        self.for_go(false)
    }

    /// The place for a Go that may write into the module.
    pub(super) fn for_writers(&mut self) -> Result<Place> {
        self.copied()
    }

    fn copied(&mut self) -> Result<Place> {
        let root = match &self.copy {
            Some(copy) => copy.clone(),
            None => export(self.commit, self.added(), self.temporary)?,
        };
        self.copy = Some(root.clone());
        Ok(self.place(root, None))
    }

    fn place(&self, root: PathBuf, overlay: Option<PathBuf>) -> Place {
        Place { root, overlay, staged: self.staged() }
    }

    /// What the index names without content, by `git add -N`.
    fn added(&self) -> impl Iterator<Item = &Path> {
        let added = self.hidden.iter().filter(|file| file.is_indexed && !file.is_committed);
        added.map(|file| file.path.as_path())
    }

    fn overlay(&self) -> PathBuf {
        self.temporary.join("overlay.json")
    }

    /// Why no overlay can show the file as it is in the commit; `None` if one can.
    fn why_not_overlaid(&self, file: &Hidden) -> Option<String> {
        let Hidden { path, is_committed, .. } = file;
        let (top, shown) = (self.commit.git.top(), text::path(path));
        let is_direct = self.commit.reading(path) == Reading::Direct || self.commit.is_in_new_vendor(path);
        // A link would lead elsewhere from another folder.
        let is_other = |root: &Path| root.join(path).symlink_metadata().is_ok_and(|data| !data.is_file());
        if is_direct || is_other(top) || is_other(&self.staged()) {
            return Some(format!("`{shown}` differs from the commit, and an overlay cannot hide it"));
        }
        // `go vet` enters each folder of a package.
        if *is_committed && !is_folder_itself(top, path.parent()?) {
            return Some(format!("the folder of `{shown}` is not there, or a link"));
        }
        if path.ends_with("go.sum") && self.commit.is_module(path.parent()?) {
            return Some(format!(
                "`{shown}` differs from the commit, and `go mod tidy` reads it in spite of an overlay"
            ));
        }
        if !path.ends_with("go.mod") {
            return None;
        }
        if !is_committed {
            // It counts for files that are in no module.
            return path.parent()?.as_os_str().is_empty().then(|| format!("`{shown}` is not committed"));
        }
        let lines = |root: &Path| {
            let text = read_quietly(&root.join(path));
            text.map(|text| {
                ["go", "toolchain"].map(|key| gomod::lookup(&text, key).map(|(word, _)| word.to_owned()))
            })
        };
        (self.commit.is_module(path.parent()?) && lines(top) != lines(&self.staged()))
            .then(|| format!("`{shown}` asks for another Go than the committed one does"))
    }

    /// Writes the file for `-overlay`: other bytes in the place of a file, or none.
    fn write_overlay(&self) -> Result<()> {
        let (top, staged) = (self.commit.git.top(), self.staged());
        let replace: BTreeMap<_, _> = self
            .hidden
            .iter()
            .map(|file| {
                let by = if file.is_committed { staged.join(&file.path) } else { PathBuf::new() };
                (top.join(&file.path).to_string_lossy().into_owned(), by.to_string_lossy().into_owned())
            })
            .collect();
        fs::write(self.overlay(), serde_json::json!({ "Replace": replace }).to_string())
            .map_err(|error| Error::unwritable("could not write the overlay", error))
    }
}

/// Whether a file is a go.mod or a go.sum.
pub(super) fn is_sum(path: &Path) -> bool {
    path.ends_with("go.mod") || path.ends_with("go.sum")
}

/// The differences between the working tree and the commit.
fn differing(commit: &Commit) -> Result<Vec<Hidden>> {
    let differing = ["diff", "--name-status", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules"];
    let answer = commit.git.list(differing)?;
    let differing = answer.chunks_exact(2).map(|pair| Hidden {
        path: path(&pair[1]),
        // `A` is a file of `git add -N`.
        is_committed: pair[0] != b"A",
        is_indexed: true,
    });
    let untracked = commit.git.list(["ls-files", "--others", "--exclude-standard", "-z"])?;
    let untracked =
        untracked.iter().map(|name| Hidden { path: path(name), is_committed: false, is_indexed: false });
    Ok(differing.chain(untracked).collect())
}

/// Why no overlay can show what a link of the commit leads to: Go goes by the link's own name.
fn why_not_through(commit: &Commit, link: &Path, differing: &[Hidden]) -> Option<String> {
    let top = commit.git.top();
    let place = top.join(link);
    // Where it leads to nothing in the working tree, it may do so in the commit.
    let named = || Some(clean(&place.parent()?.join(place.read_link().ok()?)));
    let target = place.canonicalize().ok().or_else(named)?;
    let is_read =
        commit.reading(link) != Reading::Never || (reading::can_be_package(link) && !target.is_file());
    let target = target.strip_prefix(top).ok()?;
    let differs = differing.iter().any(|file| file.path.starts_with(target));
    let message = || format!("the link `{}` leads to what differs from the commit", text::path(link));
    (is_read && differs).then(message)
}

/// Whether somebody reads a file that differs, in the one form or the other.
fn is_read(commit: &Commit, file: &Hidden) -> bool {
    let path = &file.path;
    // A slash ends the name of another repository, of which git tells no more.
    path.as_os_str().as_bytes().ends_with(b"/")
        || commit.reading(path) != Reading::Never
        // A link to the folder of a package.
        || (reading::can_be_package(path) && is_link_to_folder(&commit.git.top().join(path)))
        || (commit.links.contains(path) && reading::can_be_package(path))
        || (!file.is_committed && commit.is_in_new_vendor(path))
}

/// Whether a path leads to a folder below `top` without a link on the way.
fn is_folder_itself(top: &Path, path: &Path) -> bool {
    let folders = path.ancestors().filter(|folder| !folder.as_os_str().is_empty());
    folders.map(|folder| top.join(folder)).all(|folder| folder.symlink_metadata().is_ok_and(|it| it.is_dir()))
}
