//! The shim, as a real program: what it becomes, what it gives, how it fails.

mod environment;
mod failures;
mod handover;
mod linked;
mod loops;
mod other_store;
mod process;
mod programs;

use std::path::PathBuf;

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

/// A sandbox with shims, these toolchains, and the first of them as the default.
fn sandbox(versions: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put_shims(&["go", "gofmt", "go1.22.4", "go1.99.0"]);
    for version in versions {
        sandbox.put_toolchain(&FakeToolchain::new(version));
    }
    if let Some(first) = versions.first() {
        sandbox.write("user/.local/go/default", format!("{first}\n"));
    }
    sandbox
}

/// The shim's path under a name.
fn shim(sandbox: &Sandbox, name: &str) -> PathBuf {
    sandbox.home().join("shims").join(name)
}
