//! Several toolchains by one command: two are built at a time, and one after the other is put into the store, in the
//! order of the request. What is said, which version becomes the default, and what they share is as if they came one by
//! one.

mod ends;
mod memory;
mod order;

use std::fs;

use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;

/// Three lines of releases.
const VERSIONS: [&str; 3] = ["1.97.3", "1.98.7", "1.99.1"];

/// Lets the answer with a zip wait after a hundred bytes.
fn stall(proxy: &ModuleProxy, version: &str) -> Gate {
    let gate = Gate::new();
    let body = Response::new(FakeToolchain::new(version).zip());
    proxy.server.route(zip_path(version), body.fault(Fault::StallAfter(100, gate.clone())));
    gate
}

fn is_asked(proxy: &ModuleProxy, version: &str) -> bool {
    proxy.server.targets().contains(&zip_path(version))
}

fn by_proxy(version: &str) -> String {
    lines::by_proxy(&FakeToolchain::new(version))
}

/// Whether all of a toolchain is in staging, and proven.
fn is_built(sandbox: &Sandbox, version: &str) -> bool {
    let part = format!("{}.zip.part", FakeToolchain::new(version).module_version());
    let is_downloading = sandbox.home().join("cache/partial").join(part).exists();
    let mut staged = fs::read_dir(sandbox.home().join("staging")).into_iter().flatten().flatten();
    let is_staged = staged.any(|folder| {
        let is_of_version = folder.file_name().to_string_lossy().starts_with(&format!("go{version}."));
        is_of_version && folder.path().join("tree/VERSION").exists()
    });
    is_staged && !is_downloading
}

/// The lines of an install by proxy that shares so much with another version.
fn sharing(version: &str, donors: &str) -> String {
    let toolchain = FakeToolchain::new(version);
    lines::by_proxy(&toolchain)
        .replace("821 B, from", &format!("504 B new, 317 B shared on disk with go{donors}, from"))
}
