//! Linked GOROOTs: symbolic links in `toolchains/` to GOROOTs elsewhere. A store has no other symbolic links.

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

/// Links `name` to `goroot`, an absolute path, and returns the previous target. A link to another target is
/// replaced, in one step, only with `force`; what is not a link is never replaced.
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
            return Err(Error::new(Kind::Refused, format!("`{}` is not a symbolic link", path.display())));
        }
        _ => {}
    }
    let failed = |error| Error::unwritable(format!("could not link `{}`", path.display()), error);
    staging::ready(home)?;
    // In `staging/`, which the next gox sweeps if this one is killed.
    let temporary = tempfile::Builder::new().prefix(&format!("{name}.")).tempdir_in(home.staging());
    let link = temporary.as_ref().map(|temporary| temporary.path().join("link"));
    let link = link.map_err(|error| io::Error::new(error.kind(), error.to_string())).map_err(failed)?;
    symlink(goroot, &link).and_then(|()| fs::rename(&link, &path)).map_err(failed)?;
    Ok(before)
}

/// The links whose target has no executable `bin/go`: name and target, sorted by name. Names that no request can have
/// are ignored.
pub fn broken(home: &Home) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(home.toolchains()).into_iter().flatten().flatten();
    let links = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_symlink()));
    let mut broken: Vec<_> = links
        .filter(|link| !is_executable(&link.path().join("bin/go")))
        .filter_map(|link| Some((link.file_name().into_string().ok()?, fs::read_link(link.path()).ok()?)))
        .filter(|(name, _)| ToolchainName::new(name.as_str()).is_request())
        .collect();
    broken.sort_unstable();
    broken
}

/// The target of the link at `goroot`; `None` if that is not a link.
pub fn of_goroot(goroot: &Path) -> Option<PathBuf> {
    fs::read_link(goroot).ok()
}

/// The target of the link `name`, which need not exist; `None` if there is no such link.
pub fn target(home: &Home, name: &ToolchainName) -> Option<PathBuf> {
    of_goroot(&home.toolchain(name))
}
