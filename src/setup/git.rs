//! The target `git`: line ends, and an index that Git for Windows and Git in WSL share. Only WSL needs it.
//!
//! The user's file gets an include alone: `git config --global` writes into the last section of a name, so a key would
//! end up in a section of gox.

use std::path::PathBuf;

use super::block::{Mark, Place};
use super::edit::{Edit, Form};
use super::places;
use super::wants::{Site, Wants};
use crate::env::{self, GIT_CONFIG_GLOBAL, XDG_CONFIG_HOME};
use crate::error::Result;
use crate::machine::mounts::Mounts;

/// Windows editors save carriage returns, which `input` leaves out of the repository.
const CORE: &str = "[core]\n\tautocrlf = input\n";

/// Both Gits write what `stat` tells of a file into the index, and each finds the other's values different.
const ON_A_DRIVE: &str = "[core]\n\tcheckStat = minimal\n\ttrustctime = false\n";

/// What the target wants.
pub(super) fn wants(site: &Site) -> Result<Wants> {
    if !site.wsl().is_distribution() {
        let note = "`git` needs nothing here: this is not WSL".to_owned();
        return Ok(Wants { notes: vec![note], ..Wants::default() });
    }
    Ok(Wants { edits: edits(site)?, ..Wants::default() })
}

/// The file of the drives, the file that includes it, and the block that includes that one.
pub(super) fn edits(site: &Site) -> Result<Vec<Edit>> {
    let folder = places::folder(XDG_CONFIG_HOME, ".config")?.join("gox");
    let mounts = Mounts::read(&site.machine);
    let drive = |point: &str| {
        let escaped = point.replace('\\', "\\\\").replace('"', "\\\"");
        format!("[includeIf \"gitdir:{escaped}/\"]\n\tpath = git-windows.conf\n")
    };
    let drives: String =
        mounts.windows_drives().filter_map(|mount| Some(drive(mount.point.to_str()?))).collect();
    let whole = |name: &str, body: String| {
        let form = Form::Whole { first: "", body, mode: 0o644 };
        Edit { path: folder.join(name), mark: MARK, form }
    };
    let own = whole("git.conf", CORE.to_owned() + &drives);
    let include = format!("[include]\n\tpath = {}\n", own.path.display());
    // At the start, because a later line wins: what the user wrote.
    let form = Form::Block { place: Place::Start, body: include, mode: 0o644 };
    let block = Edit { path: of_user()?, mark: MARK, form };
    Ok(vec![whole("git-windows.conf", ON_A_DRIVE.to_owned()), own, block])
}

const MARK: Mark = Mark("git");

/// The file of `git config --global`.
fn of_user() -> Result<PathBuf> {
    if let Some(path) = env::os(GIT_CONFIG_GLOBAL).map(PathBuf::from).filter(|path| path.is_absolute()) {
        return Ok(path);
    }
    let (own, other) =
        (places::in_home(&".gitconfig")?, places::folder(XDG_CONFIG_HOME, ".config")?.join("git/config"));
    Ok(if !own.exists() && other.exists() { other } else { own })
}
