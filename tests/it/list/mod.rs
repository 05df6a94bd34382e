//! `gox list`: what is installed, for people and for programs.

mod json;
mod table;
mod trees;

use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

/// A store with two versions of a proxy and one that somebody unpacked; and the proxy's URL.
fn store() -> (Sandbox, String) {
    let sandbox = Sandbox::in_use();
    let proxy = ModuleProxy::with_versions(&["1.22.4", "1.21.0"]);
    sandbox.gox(["install", "1.21.0", "1.22.4"]).envs(proxy.environment()).run();
    sandbox.put_toolchain(&FakeToolchain::new("1.23rc1"));
    (sandbox, proxy.url())
}
