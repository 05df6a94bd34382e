//! Linked GOROOTs: symlinks in `toolchains/`, the only ones that there are.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::layout::Home;
use super::lock::Store;
use super::staging;
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_executable;
use crate::fs::write::create_directory;
use crate::go::name::ToolchainName;

/// Gives `goroot`, an absolute path, a name. One that leads elsewhere is replaced, in one step, only by
/// `force`; one that is no link never is. Gives where it led before.
pub fn create(
    store: &Store<'_>,
    name: &ToolchainName,
    goroot: &Path,
    force: bool,
) -> Result<Option<PathBuf>> {
    let home = store.home;
    let _lock = store.lock_toolchain(name)?;
    create_directory(&home.toolchains())?;
    let path = home.toolchain(name);
    let before = target(home, name);
    match &before {
        Some(before) if before == goroot => return Ok(None),
        Some(before) if !force => {
            return Err(Error::new(Kind::Refused, format!("`{name}` is linked to `{}`", before.display())));
        }
        None if path.symlink_metadata().is_ok() => {
            return Err(Error::new(Kind::Refused, format!("`{}` is no link", path.display())));
        }
        _ => {}
    }
    let failed = |error| Error::unwritable(format!("could not link `{}`", path.display()), error);
    staging::ready(home)?;
    // Where the next gox sweeps it, if this one is killed.
    let temporary = tempfile::Builder::new().prefix(&format!("{name}.")).tempdir_in(home.staging());
    let link = temporary.as_ref().map(|temporary| temporary.path().join("link"));
    let link = link.map_err(|error| io::Error::new(error.kind(), error.to_string())).map_err(failed)?;
    symlink(goroot, &link).and_then(|()| fs::rename(&link, &path)).map_err(failed)?;
    Ok(before)
}

/// The links in a store that lead to no GOROOT that can be used, by name, each with its target.
pub fn broken(home: &Home) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(home.toolchains()).into_iter().flatten().flatten();
    let links = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_symlink()));
    let mut broken: Vec<_> = links
        .filter(|link| !is_executable(&link.path().join("bin/go")))
        .filter_map(|link| Some((link.file_name().into_string().ok()?, fs::read_link(link.path()).ok()?)))
        .collect();
    broken.sort_unstable();
    broken
}

/// Where a GOROOT of the store is linked to; none for one that is a directory.
pub fn of_goroot(goroot: &Path) -> Option<PathBuf> {
    fs::read_link(goroot).ok()
}

/// Where a name is linked to, whether or not anything is there.
pub fn target(home: &Home, name: &ToolchainName) -> Option<PathBuf> {
    of_goroot(&home.toolchain(name))
}
