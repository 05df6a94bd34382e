//! Maintains `shims/`, with hard links to one gox-shim named `go`, `gofmt` and `go1.22.4`, and `bin/gox`, a
//! copy of gox. Each is replaced by a rename, so that a running one is never modified.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::inventory;
use super::layout::Home;
use super::lock::Store;
use crate::error::{Error, Kind, Result};
use crate::fs::identity::Identity;
use crate::fs::read::is_executable;
use crate::fs::write::{TEMPORARY, create_all, sweep};
use crate::go::name::ToolchainName;
use crate::os::sync;

/// The file name of the shim in the directory of gox.
const SHIM: &str = "gox-shim";
/// What to do where the two programs are not those of one release. It names no package, because which one has gox
/// depends on where it came from.
pub const AGAIN: &str = "install gox again the way it was installed, both programs: `gox` and `gox-shim`";
/// The names of the shims that run the selected toolchain.
const TOOLS: [&str; 2] = ["go", "gofmt"];

/// Brings `shims/` and `bin/` up to date with this gox and the installed toolchains.
pub fn refresh(store: &Store<'_>) -> Result<()> {
    let home = store.home;
    let _lock = store.lock_shared()?;
    let gox = own_path()?;
    let (first, program) = (home.shims().join(TOOLS[0]), home.bin().join("gox"));
    sweep(&first);
    sweep(&program);
    let shim = shim_for(&gox, &first)?;
    copy(&shim, &first)?;
    for tool in &TOOLS[1..] {
        link(&first, &home.shims().join(tool))?;
    }
    for toolchain in inventory::all(std::slice::from_ref(home)) {
        link_launcher(home, &toolchain.name)?;
    }
    copy(&gox, &program)
}

/// Makes the launcher of a toolchain; the caller holds the shared lock.
pub(super) fn link_launcher(home: &Home, toolchain: &ToolchainName) -> Result<()> {
    if !toolchain.has_launcher() {
        return Ok(());
    }
    link(&home.shims().join(TOOLS[0]), &home.shims().join(toolchain))
}

/// Fails if there is no shim for [`refresh`] to install. Asked before a download, which would be in vain.
pub fn check_at_hand(home: &Home) -> Result<()> {
    shim_for(&own_path()?, &home.shims().join(TOOLS[0])).map(drop)
}

/// The path of this gox, after symbolic links.
fn own_path() -> Result<PathBuf> {
    let gox = std::env::current_exe().map_err(|error| Error::store("could not find gox itself", error))?;
    Ok(fs::canonicalize(&gox).unwrap_or(gox))
}

/// The shim to install: the one beside this gox. A copy of gox in the `bin/` of a store has none beside it: then the
/// one that is installed already, or that of the store in which this gox lies.
fn shim_for(gox: &Path, installed: &Path) -> Result<PathBuf> {
    let of_its_store = inventory::store_of(gox, Home::bin).map(|home| home.shims().join(TOOLS[0]));
    let mut places = [gox.with_file_name(SHIM), installed.to_owned()].into_iter().chain(of_its_store);
    places.find(|place| is_executable(place)).ok_or_else(|| {
        let message = format!("could not find `{SHIM}`: it belongs beside `{}`", gox.display());
        Error::new(Kind::Store, message).hint(AGAIN)
    })
}

/// Copies an executable, unless `to` has the same content already.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let failed = |error| Error::unwritable(format!("could not write `{}`", to.display()), error);
    if from == to || is_itself(from, to) {
        return Ok(());
    }
    let content = fs::read(from).map_err(failed)?;
    let same_length = fs::metadata(to).is_ok_and(|data| data.len() == content.len() as u64);
    if same_length && is_executable(to) && fs::read(to).is_ok_and(|present| present == content) {
        return Ok(());
    }
    place(to, |temporary| {
        let mut file = fs::File::create_new(temporary)?;
        file.write_all(&content)?;
        file.set_permissions(Permissions::from_mode(0o755))?;
        sync::file(&file)
    })
    .map_err(failed)
}

/// Makes `to` a hard link to `from`, or a copy if the file system has no hard links.
fn link(from: &Path, to: &Path) -> Result<()> {
    if is_itself(from, to) {
        return Ok(());
    }
    place(to, |temporary| fs::hard_link(from, temporary)).or_else(|_| copy(from, to))
}

/// Calls `create` with a temporary path in the directory of `to`, then renames the result to `to`.
fn place(to: &Path, create: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let directory = to.parent().unwrap_or(Path::new("."));
    create_all(directory)?;
    let temporary = tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(directory)?;
    let path = temporary.path().join("new");
    create(&path)?;
    fs::rename(&path, to)
}

/// Whether `b` is a hard link to the file `a`, and not a symbolic link.
fn is_itself(a: &Path, b: &Path) -> bool {
    match (Identity::of(a), fs::symlink_metadata(b)) {
        (Ok(a), Ok(b)) => a == Identity::from(&b),
        _ => false,
    }
}
