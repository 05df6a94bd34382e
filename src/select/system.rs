//! Searches PATH as a shim must: without finding itself. The system Go is the first `go` on PATH that is not a gox
//! shim of any store.

use std::fs;
use std::path::{Path, PathBuf};

use super::world::World;
use crate::env::PATH;
use crate::fs::identity::Identity;
use crate::fs::read::{self, is_executable};

/// How much of a VERSION file is read, in bytes; the version is in its first line.
const MAX_VERSION: usize = 4 * 1024;

/// The system Go's `tool`: the first executable of this name on PATH that is not a shim. A `gofmt` that is not
/// on PATH is searched beside the system's `go`.
pub fn find(tool: &str, world: &World) -> Option<PathBuf> {
    on_path(tool, world).or_else(|| {
        let go = if tool == "go" { None } else { on_path("go", world) };
        beside(&go?, tool)
    })
}

/// The `tool` in the directory of `go`, after symbolic links.
pub(super) fn beside(go: &Path, tool: &str) -> Option<PathBuf> {
    let tool = fs::canonicalize(go).ok()?.with_file_name(tool);
    is_executable(&tool).then_some(tool)
}

/// The program that cmd/go would run for the toolchain `name` (Go source `os/exec.LookPath`). One in a relative
/// directory of PATH ends the search, and is not run.
pub(super) fn program(name: &str, directory: Option<&Path>, world: &World) -> Option<PathBuf> {
    let program = on_path(name, world)?;
    let path = world.environment.os(PATH)?;
    let before = std::env::split_paths(&path).take_while(|entry| program.parent() != Some(entry));
    let mut relative = before.filter(|entry| entry.is_relative());
    let is_in = |entry: PathBuf| is_executable(&directory.unwrap_or(&world.directory).join(entry).join(name));
    (!relative.any(is_in)).then_some(program)
}

/// The first executable `name` on PATH that is not a shim. Shims are recognised by device and inode, which are the
/// same under all their names.
pub(super) fn on_path(name: &str, world: &World) -> Option<PathBuf> {
    let this = std::env::current_exe().ok().and_then(|path| Identity::of(&path).ok());
    let shims: Vec<_> = shims(name, world).chain(this).collect();
    let mut candidates = world.environment.path_entries().into_iter().map(|entry| entry.join(name));
    candidates.find(|path| {
        is_executable(path)
            && !is_shim_of_another_store(path)
            && Identity::of(path).is_ok_and(|file| !shims.contains(&file))
    })
}

/// The files that may be the shim `name` of the stores: two of each store, because without hard links each shim is a
/// copy.
pub(super) fn shims<'a>(name: &'a str, world: &'a World) -> impl Iterator<Item = Identity> + 'a {
    let paths = world.homes.iter().flat_map(move |home| ["go", name].map(|name| home.shims().join(name)));
    paths.filter_map(|path| Identity::of(&path).ok())
}

/// Whether `path` is a `go` or `gofmt` that is the same file as the other beside it: then it is a shim, because
/// the shims of every store are hard links to one file.
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

/// The GOROOT of the program `go`: two directories above its real file, as cmd/go finds it. `None` if there is no
/// VERSION file.
pub fn goroot(go: &Path) -> Option<PathBuf> {
    let goroot = fs::canonicalize(go).ok()?.parent()?.parent()?.to_owned();
    goroot.join("VERSION").is_file().then_some(goroot)
}

/// The version of a GOROOT: the first line of its VERSION file, `go1.22.4`, or of VERSION.cache, which a
/// development tree has instead.
pub fn version(goroot: &Path) -> Option<String> {
    let read = |name: &str| read::read_beginning(&goroot.join(name), MAX_VERSION);
    let text = read("VERSION").or_else(|| read("VERSION.cache"))?;
    text.lines().next().map(|line| line.trim().to_owned())
}

/// The version of the Go to which the program `go` belongs; `None` if it does not tell.
pub fn version_of(go: &Path) -> Option<String> {
    version(&goroot(go)?)
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
