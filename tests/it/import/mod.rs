//! `gox import`: what other managers have, as each leaves it, is listed, proven and copied; what is not the release is
//! named and left alone.

mod archive;
mod bad;
mod managers;
mod offers;
mod origin;
mod paths;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::lines::bytes;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

const VERSION: &str = "1.99.1";

/// A user of gox, and the database with the releases 1.99.1 and 1.99.2.
struct World {
    sandbox: Sandbox,
    proxy: ModuleProxy,
}

impl World {
    fn new() -> Self {
        World::with(&["1.99.1", "1.99.2"].map(FakeToolchain::new))
    }

    fn with(releases: &[FakeToolchain]) -> Self {
        World { sandbox: Sandbox::in_use(), proxy: ModuleProxy::start(releases) }
    }

    /// `gox import` with these arguments.
    fn import(&self, arguments: &[&str]) -> Command<'_> {
        self.sandbox.gox(["import"]).args(arguments).envs(self.proxy.environment())
    }

    /// A path below the user's folder.
    fn at(&self, path: &str) -> PathBuf {
        self.sandbox.user().join(path)
    }

    /// Unpacks a release below the user's folder, as `tar` does.
    fn unpack(&self, path: &str, release: &FakeToolchain) -> PathBuf {
        let goroot = self.at(path);
        unpack(&goroot, release);
        goroot
    }
}

/// Unpacks the archive of a release, as `tar` does.
fn unpack(goroot: &Path, release: &FakeToolchain) {
    for (path, (mode, content)) in release.files() {
        put(&goroot.join(path), *mode, content);
    }
}

/// Unpacks the module of a release as the go command does: each `_go.mod` has a copy beside it.
fn unpack_module(goroot: &Path, release: &FakeToolchain) {
    for entry in release.zip_entries() {
        let name = String::from_utf8(entry.name.clone()).unwrap();
        let path = goroot.join(name.split_once(&release.module_version()).unwrap().1.trim_start_matches('/'));
        let mode = if name.contains("/bin/") || name.contains("/pkg/tool/") { 0o555 } else { 0o444 };
        put(&path, mode, &entry.body);
        if path.ends_with("_go.mod") {
            put(&path.with_file_name("go.mod"), 0o644, &entry.body);
        }
    }
}

fn put(path: &Path, mode: u32, content: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// What is said of a tree that has all that an archive has.
const ARCHIVE: &str = "skipped .github, api, doc, misc and test, which the checksum database does not cover";

/// The table of trees: manager, version, path and state of each.
fn table(rows: &[(&str, &FakeToolchain, &str, &str)]) -> String {
    let mut cells = vec![["FROM", "VERSION", "SIZE", "STATE", "PATH"].map(str::to_owned)];
    for (manager, release, state, path) in rows {
        let size = bytes(release.module_bytes());
        cells.push([*manager, release.version(), &size, state, path].map(str::to_owned));
    }
    aligned(&cells)
}

/// The list of one tree that is proven and has all that an archive has; `path` as it is printed.
fn proven(manager: &str, release: &FakeToolchain, path: &str) -> String {
    format!("{}{path}: {ARCHIVE}\n", table(&[(manager, release, "proven", path)]))
}

fn aligned(cells: &[[String; 5]]) -> String {
    let widest = |column: usize| cells.iter().map(|row| row[column].len()).max().unwrap();
    let widths: Vec<usize> = (0..4).map(widest).collect();
    let row = |row: &[String; 5]| {
        let before: Vec<String> = (0..4).map(|at| format!("{:1$}  ", row[at], widths[at])).collect();
        before.concat() + &row[4] + "\n"
    };
    cells.iter().map(row).collect()
}

/// What an import of one tree says; `path` as it is printed, with `~`.
fn imported(release: &FakeToolchain, path: &str) -> String {
    let (name, size) = (release.name(), bytes(release.module_bytes()));
    format!(
        "reading {name} from {path} ({size})\nverifying {name}\nimported {name} in [TIME]: {size}, from `{path}`, \
         proven by log\n"
    )
}
