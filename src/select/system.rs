//! The system Go: the first `go` on PATH that is not a gox shim.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::variables;
use crate::store::inventory::is_executable;
use crate::store::layout::Home;

/// The first executable `tool` on PATH that is not one of the shims, told by device and inode: a shim is
/// the same file under every name and through every link.
pub fn find(tool: &str, home: &Home) -> Option<PathBuf> {
    let shim = identity(&home.shims().join("go"));
    let running = std::env::current_exe().ok().and_then(|path| identity(&path));
    variables::path_entries().into_iter().map(|entry| entry.join(tool)).find(|path| {
        let identity = identity(path);
        is_executable(path) && identity != shim && identity != running
    })
}

/// The GOROOT of a Go that was found on PATH: two levels up from the real file, as cmd/go finds it.
pub fn goroot(go: &Path) -> Option<PathBuf> {
    let goroot = fs::canonicalize(go).ok()?.parent()?.parent()?.to_owned();
    goroot.join("VERSION").is_file().then_some(goroot)
}

/// The first line of VERSION: `go1.22.4`.
pub fn version(goroot: &Path) -> Option<String> {
    fs::read_to_string(goroot.join("VERSION")).ok()?.lines().next().map(|line| line.trim().to_owned())
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|data| (data.dev(), data.ino()))
}
