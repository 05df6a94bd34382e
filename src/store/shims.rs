//! Maintains `shims/`, with hard links to the shim that gox carries, named `go`, `gofmt` and `go1.22.4`, and
//! `bin/gox`, a copy of gox. Each is replaced by a rename, so that a running one is never modified.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::inventory;
use super::layout::Home;
use super::lock::Store;
use crate::error::{Error, Result};
use crate::fs::identity::Identity;
use crate::fs::read::{is_absence, is_executable};
use crate::fs::write::{TEMPORARY, create_all, sweep};
use crate::go::name::ToolchainName;
use crate::os::sync;

/// The program `gox-shim`, which `build.rs` compiles.
pub static SHIM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gox-shim"));
/// The target for which that is compiled, in Rust's words: where it is linked statically `x86_64-unknown-linux-musl`.
pub const SHIM_TARGET: &str = env!("GOX_SHIM_TARGET");
/// The names of the shims that run the selected toolchain.
const TOOLS: [&str; 2] = ["go", "gofmt"];

/// Brings `shims/` and `bin/` up to date with this gox and the installed toolchains.
pub fn refresh(store: &Store<'_>) -> Result<()> {
    let home = store.home;
    let _lock = store.lock_shared()?;
    let [first, program] = swept(home);
    write(SHIM, &first)?;
    for tool in &TOOLS[1..] {
        link(&first, &home.shims().join(tool))?;
    }
    for toolchain in inventory::all(std::slice::from_ref(home)) {
        link_launcher(home, &toolchain.name)?;
    }
    let gox = std::env::current_exe().map_err(|error| Error::store("could not find gox itself", error))?;
    copy(&gox, &program)
}

/// Makes the launcher of a toolchain; the caller holds the shared lock.
pub(super) fn link_launcher(home: &Home, toolchain: &ToolchainName) -> Result<()> {
    if !toolchain.has_launcher() {
        return Ok(());
    }
    link(&home.shims().join(TOOLS[0]), &home.shims().join(toolchain))
}

/// Removes the shims, the launchers and the copy of gox; the caller holds the shared lock.
pub(super) fn remove(home: &Home) -> io::Result<()> {
    let [first, program] = swept(home);
    for entry in fs::read_dir(home.shims()).into_iter().flatten() {
        let path = entry?.path();
        if path != first && (path.ends_with(TOOLS[1]) || is_itself(&first, &path)) {
            fs::remove_file(path)?;
        }
    }
    for path in [first, program] {
        fs::remove_file(path).or_else(|error| if is_absence(&error) { Ok(()) } else { Err(error) })?;
    }
    Ok(())
}

/// Sweeps beside the first shim and beside the copy of gox, and returns their paths.
fn swept(home: &Home) -> [PathBuf; 2] {
    let paths = [home.shims().join(TOOLS[0]), home.bin().join("gox")];
    for path in &paths {
        sweep(path);
    }
    paths
}

/// Copies an executable, unless `to` has the same content already.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if Identity::of(from).ok() == Identity::of(to).ok() {
        return Ok(());
    }
    let content = fs::read(from);
    write(&content.map_err(|error| unwritable(to, error))?, to)
}

/// Writes an executable, unless it has this content already.
fn write(content: &[u8], to: &Path) -> Result<()> {
    if is_executable(to) && has_content(to, content) {
        return Ok(());
    }
    place(to, |temporary| {
        let mut file = fs::File::create_new(temporary)?;
        file.write_all(content)?;
        file.set_permissions(Permissions::from_mode(0o755))?;
        sync::file(&file)
    })
    .map_err(|error| unwritable(to, error))
}

/// Whether a file has this content.
pub fn has_content(file: &Path, content: &[u8]) -> bool {
    let is_as_long = fs::metadata(file).is_ok_and(|data| data.len() == content.len() as u64);
    is_as_long && fs::read(file).is_ok_and(|present| present == content)
}

fn unwritable(to: &Path, error: io::Error) -> Error {
    Error::unwritable(format!("could not write `{}`", to.display()), error)
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
