//! The system Go: the first `go` on PATH that is not a gox shim.

use std::fs;
use std::path::{Path, PathBuf};

use super::world::World;
use crate::env::PATH;
use crate::fs::identity::Identity;
use crate::fs::read::{self, is_executable};

/// As much as is read of a VERSION file, in bytes.
const MAX_VERSION: usize = 4 * 1024;

/// The first executable `tool` on PATH that is not one of the shims, told by device and inode: a shim is
/// the same file under every name and through every link. A `gofmt` that is not on PATH is looked for
/// beside the `go` that is.
pub fn find(tool: &str, world: &World) -> Option<PathBuf> {
    on_path(tool, world).or_else(|| {
        let go = if tool == "go" { None } else { on_path("go", world) };
        beside(&go?, tool)
    })
}

/// The tool in the directory where a Go that was found on PATH really is.
pub(super) fn beside(go: &Path, tool: &str) -> Option<PathBuf> {
    let tool = fs::canonicalize(go).ok()?.with_file_name(tool);
    is_executable(&tool).then_some(tool)
}

/// What cmd/go would run for a toolchain's name (Go source `exec.LookPath`). One in a relative directory
/// is never run, and ends the search.
pub(super) fn program(name: &str, directory: Option<&Path>, world: &World) -> Option<PathBuf> {
    let program = on_path(name, world)?;
    let path = world.environment.os(PATH)?;
    let before = std::env::split_paths(&path).take_while(|entry| program.parent() != Some(entry));
    let mut relative = before.filter(|entry| entry.is_relative());
    let is_in = |entry: PathBuf| is_executable(&directory.unwrap_or(&world.directory).join(entry).join(name));
    (!relative.any(is_in)).then_some(program)
}

/// The first executable of that name on PATH that is not a shim.
pub(super) fn on_path(name: &str, world: &World) -> Option<PathBuf> {
    // Where hard links cannot be made, each shim is a file of its own.
    let shims = world.homes.iter().flat_map(|home| ["go", name].map(|name| home.shims().join(name)));
    let shims = shims.chain(std::env::current_exe().ok()).filter_map(|path| Identity::of(&path).ok());
    let shims: Vec<_> = shims.collect();
    let mut candidates = world.environment.path_entries().into_iter().map(|entry| entry.join(name));
    candidates.find(|path| {
        is_executable(path)
            && !is_shim_of_another_store(path)
            && Identity::of(path).is_ok_and(|file| !shims.contains(&file))
    })
}

/// A `go` that is the same file as the `gofmt` beside it is no Go: gox makes its shims as hard links to
/// one file, in every store.
fn is_shim_of_another_store(path: &Path) -> bool {
    if !path.file_name().is_some_and(|name| name == "go" || name == "gofmt") {
        return false;
    }
    let beside =
        |name: &str| fs::symlink_metadata(path.with_file_name(name)).ok().filter(fs::Metadata::is_file);
    match (beside("go"), beside("gofmt")) {
        (Some(go), Some(gofmt)) => Identity::from(&go) == Identity::from(&gofmt),
        _ => false,
    }
}

/// The GOROOT of a Go that was found on PATH: two levels up from the real file, as cmd/go finds it.
pub fn goroot(go: &Path) -> Option<PathBuf> {
    let goroot = fs::canonicalize(go).ok()?.parent()?.parent()?.to_owned();
    goroot.join("VERSION").is_file().then_some(goroot)
}

/// The first line of VERSION: `go1.22.4`. A tree of Go's own sources has a VERSION.cache instead.
pub fn version(goroot: &Path) -> Option<String> {
    let read = |name: &str| read::read_beginning(&goroot.join(name), MAX_VERSION);
    let text = read("VERSION").or_else(|| read("VERSION.cache"))?;
    text.lines().next().map(|line| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_version_file_says_nothing_and_does_not_hang() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("VERSION");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert_eq!(version(folder.path()), None);
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        assert_eq!(version(folder.path()), None);
        fs::remove_file(&path).unwrap();
        fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(version(folder.path()).map(|text| text.len()), Some(MAX_VERSION));
    }

    #[test]
    fn a_version_is_the_first_line_of_version_or_of_its_cache() {
        let folder = tempfile::TempDir::new().unwrap();
        assert_eq!(version(folder.path()), None);
        fs::write(folder.path().join("VERSION.cache"), "devel go1.23-abcdef Mon").unwrap();
        assert_eq!(version(folder.path()).as_deref(), Some("devel go1.23-abcdef Mon"));
        fs::write(folder.path().join("VERSION"), "go1.22.4\ntime 2024-05-30T19:26:07Z\n").unwrap();
        assert_eq!(version(folder.path()).as_deref(), Some("go1.22.4"));
    }
}
