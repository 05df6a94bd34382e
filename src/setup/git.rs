//! The target `git`: line endings, and an index that Git for Windows and Git in WSL share. Only WSL needs it.
//!
//! The user's file gets an include alone: `git config --global` writes into the last section of a name, so a key would
//! end up in a section of gox.

use std::path::{Path, PathBuf};

use super::block::{Mark, Place};
use super::edit::{Edit, Form};
use super::places;
use super::wants::{Site, Wants};
use crate::env::{self, GIT_CONFIG_GLOBAL, XDG_CONFIG_HOME};
use crate::error::{Error, Kind, Result};
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
fn edits(site: &Site) -> Result<Vec<Edit>> {
    let folder = places::folder(XDG_CONFIG_HOME, ".config")?.join("gox");
    let mounts = Mounts::read(&site.machine);
    let drive =
        |point: &str| format!("[includeIf \"gitdir:{}/\"]\n\tpath = git-windows.conf\n", escaped(point));
    // The name of a section has no line feed.
    let point = |point: &Path| point.to_str().filter(|point| !point.contains('\n')).map(drive);
    let drives: String = mounts.windows_drives().filter_map(|mount| point(&mount.point)).collect();
    let whole = |name: &str, body: String| {
        let form = Form::Whole { first: "", body, mode: 0o644 };
        Edit { path: folder.join(name), mark: MARK, form }
    };
    let own = whole("git.conf", CORE.to_owned() + &drives);
    let include = format!("[include]\n\tpath = \"{}\"\n", escaped(&below_home(&own.path)?));
    let block = block(of_user()?, include);
    Ok(vec![whole("git-windows.conf", ON_A_DRIVE.to_owned()), own, block])
}

/// All that the target may have written, also where another file of the user's is the one of Git today.
pub(super) fn traces(site: &Site) -> Result<Vec<Edit>> {
    let mut edits = edits(site)?;
    edits.extend(files()?.map(|path| block(path, String::new())));
    Ok(edits)
}

/// The block, at the start, because a later line wins: what the user wrote.
fn block(path: PathBuf, body: String) -> Edit {
    Edit { path, mark: MARK, form: Form::Block { place: Place::Start, body, mode: 0o644 } }
}

/// A text between the quotes of Git's settings. Without them a `#` or `;` in a value begins a comment.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// A path as Git's settings have it, with `~` for the user's folder.
fn below_home(path: &Path) -> Result<String> {
    let below = env::user_home().and_then(|home| path.strip_prefix(home).ok());
    let text = below
        .map_or_else(|| path.to_str().map(str::to_owned), |below| Some(format!("~/{}", below.to_str()?)));
    text.ok_or_else(|| {
        let message = format!("could not name `{}` in a Git setting: it is not UTF-8", path.display());
        Error::new(Kind::Refused, message).hint("set `XDG_CONFIG_HOME` to a path in UTF-8")
    })
}

const MARK: Mark = Mark("git");

/// The file of `git config --global`.
fn of_user() -> Result<PathBuf> {
    if let Some(path) = env::os(GIT_CONFIG_GLOBAL).map(PathBuf::from).filter(|path| path.is_absolute()) {
        return Ok(path);
    }
    let [own, other] = files()?;
    // Git reads both, so a block stays where it is.
    let has_block = block(other.clone(), String::new()).is_there();
    Ok(if has_block || !own.exists() && other.exists() { other } else { own })
}

/// The places of the file without a variable.
fn files() -> Result<[PathBuf; 2]> {
    Ok([places::in_home(&".gitconfig")?, places::folder(XDG_CONFIG_HOME, ".config")?.join("git/config")])
}
