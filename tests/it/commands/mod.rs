//! The commands, as a user meets them: through the real programs, by their whole outputs.

mod automatic;
mod available;
mod comments;
mod completions;
mod completions_go;
mod config;
mod default;
mod doctor;
mod env;
mod exec;
mod exec_program;
mod existence;
mod known_projects;
mod link;
mod manuals;
mod monorepo;
mod on_path;
mod overview;
mod pin;
mod prune;
mod prune_last_run;
mod quiet;
mod self_uninstall;
mod self_update;
mod settings_file;
mod setup;
mod status;
mod store_gox;
mod sync;
mod system_store;
mod uninstall;
mod unread;
mod unreadable_store;
mod upgrade;
mod use_;
mod verify;
mod which;

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

/// A sandbox in use, with these toolchains, the first of them as the default, shims, and a gox on PATH.
fn sandbox(versions: &[&str]) -> Sandbox {
    let sandbox = Sandbox::in_use();
    let shims = sandbox.home().join("shims");
    std::fs::hard_link(shims.join("go"), shims.join("gofmt")).unwrap();
    sandbox.put_gox();
    for version in versions {
        sandbox.put_toolchain(&FakeToolchain::new(version));
    }
    if let Some(first) = versions.first() {
        sandbox.write("user/.local/go/default", format!("{first}\n"));
    }
    sandbox
}

/// A system Go: a tree of its own, with a link to its `go` on PATH.
fn put_system_go(sandbox: &Sandbox, version: &str) {
    let goroot = sandbox.root().join("usr/lib/go");
    FakeToolchain::new(version).write_to(&goroot);
    for tool in ["go", "gofmt"] {
        let link = sandbox.root().join("bin").join(tool);
        std::os::unix::fs::symlink(goroot.join("bin").join(tool), link).unwrap();
    }
}
