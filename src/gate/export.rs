//! The copy of a commit, for tools and cases to which an overlay does not show the truth: the files of the commit, and
//! those that git ignores, such as generated code.
//!
//! It lies below a folder that stands for `/`, at the path that the repository has. So what a module names outside of
//! the repository, and what counts from above it, is shown at its place by a link.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::commit::Commit;
use super::git::path;
use super::reading::{Reading, can_be_package};
use super::words::paths;
use crate::error::{Error, Result};
use crate::fs::beneath::Beneath;
use crate::fs::read::read_quietly;
use crate::select::directory::clean;
use crate::select::pin::{GO_VERSION_FILE, TOOL_VERSIONS_FILE};

/// Makes the copy, and gives its top. `added` are files that the index names and the commit does not have.
///
/// The commit may have a link where the working tree has a folder: what is in that folder has no place in the copy.
pub(super) fn export<'a>(
    commit: &Commit,
    added: impl Iterator<Item = &'a Path>,
    temporary: &Path,
) -> Result<PathBuf> {
    let (top, folder) = (commit.git.top(), temporary.join("root"));
    let root = folder.join(top.strip_prefix("/").unwrap_or(top));
    fs::create_dir_all(&root).map_err(failed)?;
    let slash = Beneath::open(&folder).map_err(failed)?;
    commit.git.check_out(None, &root)?;
    for path in added {
        slash.remove_file(&top.join(path)).map_err(failed)?;
    }
    for name in commit.git.list(["ls-files", "--others", "--ignored", "--exclude-standard", "-z"])? {
        let path = path(&name);
        let source = top.join(&path);
        // A slash ends the name of another repository.
        if name.ends_with(b"/") || (can_be_package(&path) && is_link_to_folder(&source)) {
            slash.link(&source, &source).map_err(failed)?;
        } else if commit.reading(&path) != Reading::Never {
            copy(&source, &slash).map_err(failed)?;
        }
    }
    for submodule in &commit.submodules {
        slash.remove_folder(&top.join(submodule)).map_err(failed)?;
        show(&top.join(submodule), &slash).map_err(failed)?;
    }
    for path in from_above(top).chain(outside(commit, &root)) {
        show(&path, &slash).map_err(failed)?;
    }
    for link in commit.modules().flat_map(|module| ["go.mod", "go.sum"].map(|name| module.join(name))) {
        if commit.links.contains(&link) {
            replace(&top.join(&link), &root.join(&link), &slash).map_err(failed)?;
        }
    }
    Ok(root)
}

fn failed(error: io::Error) -> Error {
    Error::unwritable("could not copy what is committed", error)
}

/// Whether there is a link to a folder, which Go enters as the folder of a package where one imports it.
pub(super) fn is_link_to_folder(path: &Path) -> bool {
    path.is_symlink() && path.is_dir()
}

/// Copies a file to its place, but not one that is gone meanwhile or may not be read.
fn copy(path: &Path, slash: &Beneath) -> io::Result<()> {
    let Some(data) = path.metadata().ok().filter(fs::Metadata::is_file) else { return Ok(()) };
    let Ok(mut file) = File::open(path) else { return Ok(()) };
    match slash.create(path, data.permissions().mode())? {
        Some(mut copy) => io::copy(&mut file, &mut copy).map(drop),
        None => Ok(()),
    }
}

/// Puts what a link of the copy leads to in its place, because Go may write it.
fn replace(path: &Path, link: &Path, slash: &Beneath) -> io::Result<()> {
    let Some(text) = read_quietly(link) else { return Ok(()) };
    slash.remove_file(path)?;
    slash.create(path, 0o644)?.map_or(Ok(()), |mut file| file.write_all(text.as_bytes()))
}

/// Links to a file or folder from its place; where that is a folder already, to what it lacks.
fn show(path: &Path, slash: &Beneath) -> io::Result<()> {
    if !path.exists() || slash.link(path, path)? || !path.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?.path();
        slash.link(&entry, &entry)?;
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

/// The files and folders outside of the repository that a go.mod or a link of the copy names, by relative paths.
fn outside<'a>(commit: &'a Commit, root: &'a Path) -> impl Iterator<Item = PathBuf> + 'a {
    let top = commit.git.top();
    let by_modules = commit.modules().flat_map(move |module| {
        let text = read_quietly(&root.join(module).join("go.mod")).unwrap_or_default();
        paths(&text).map(|path| module.join(path)).collect::<Vec<_>>()
    });
    let by_links = commit.links.iter().filter_map(move |link| {
        let target = root.join(link).read_link().ok()?;
        Some(link.parent()?.join(target))
    });
    let relative = by_modules.chain(by_links).filter(|path| path.is_relative());
    relative.map(|path| clean(&top.join(path))).filter(move |path| !path.starts_with(top))
}
