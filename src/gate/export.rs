//! The copy of a commit, for tools and cases to which an overlay does not show the truth: the files of the commit, and
//! those that git ignores, such as generated code.
//!
//! It lies below a folder that stands for `/`, at the path that the repository has. So what a module names outside of
//! the repository, and what counts from above it, is shown at its place by a link.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::commit::Commit;
use super::git::path;
use super::reading::Reading;
use super::words::paths;
use crate::error::{Error, Result};
use crate::fs::read::read_quietly;
use crate::select::directory::clean;
use crate::select::pin::{GO_VERSION_FILE, TOOL_VERSIONS_FILE};

/// Makes the copy, and gives its top. `added` are files that the commit does not have; the index may name them.
pub(super) fn export<'a>(
    commit: &Commit,
    added: impl Iterator<Item = &'a Path>,
    temporary: &Path,
) -> Result<PathBuf> {
    let (top, slash) = (commit.git.top(), temporary.join("root"));
    let root = at(&slash, top);
    fs::create_dir_all(&root).map_err(failed)?;
    commit.git.check_out(None, &root)?;
    for path in added {
        let _ = fs::remove_file(root.join(path));
    }
    for name in commit.git.list(["ls-files", "--others", "--ignored", "--exclude-standard", "-z"])? {
        let path = path(&name);
        if commit.reading(&path) != Reading::Never {
            copy(&top.join(&path), &root.join(&path)).map_err(failed)?;
        }
    }
    for submodule in &commit.submodules {
        let _ = fs::remove_dir(root.join(submodule));
        show(&top.join(submodule), &slash).map_err(failed)?;
    }
    for path in from_above(top).chain(outside(commit, &root)) {
        show(&path, &slash).map_err(failed)?;
    }
    Ok(root)
}

fn failed(error: io::Error) -> Error {
    Error::unwritable("could not copy what is committed", error)
}

/// The place of an absolute path below the folder that stands for `/`.
fn at(slash: &Path, path: &Path) -> PathBuf {
    slash.join(path.strip_prefix("/").unwrap_or(path))
}

/// Copies a file, but not one that is gone meanwhile.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_file() {
        return Ok(());
    }
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::copy(from, to).map(drop)
}

/// Links to a file or folder from its place; where that is a folder already, to what it lacks.
fn show(path: &Path, slash: &Path) -> io::Result<()> {
    let place = at(slash, path);
    if !path.exists() || place.is_symlink() {
        return Ok(());
    }
    if !place.exists() {
        fs::create_dir_all(place.parent().unwrap_or(&place))?;
        return symlink(path, place);
    }
    for entry in fs::read_dir(path)? {
        let (entry, place) = (entry?.path(), &place);
        let name = entry.file_name().unwrap_or_default();
        if place.join(name).symlink_metadata().is_err() {
            symlink(&entry, place.join(name))?;
        }
    }
    Ok(())
}

/// The files above the repository that count in it: the nearest pin, and the nearest go.work.
fn from_above(top: &Path) -> impl Iterator<Item = PathBuf> {
    let above = || top.ancestors().skip(1);
    let pins = [GO_VERSION_FILE, TOOL_VERSIONS_FILE];
    let pinned = above().find(|folder| pins.iter().any(|name| folder.join(name).exists()));
    let pins = pinned.into_iter().flat_map(move |folder| pins.map(|name| folder.join(name)));
    pins.chain(above().map(|folder| folder.join("go.work")).find(|file| file.is_file()))
}

/// The folders outside of the repository that a go.mod of the copy names, by relative paths.
fn outside<'a>(commit: &'a Commit, root: &'a Path) -> impl Iterator<Item = PathBuf> + 'a {
    let top = commit.git.top();
    commit.modules().flat_map(move |module| {
        let text = read_quietly(&root.join(module).join("go.mod")).unwrap_or_default();
        let named = paths(&text).filter(|path| path.is_relative());
        let named: Vec<PathBuf> = named.map(|path| clean(&top.join(module).join(path))).collect();
        named.into_iter().filter(move |path| !path.starts_with(top))
    })
}
