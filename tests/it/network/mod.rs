//! When the network is in the way: what is said, and what to do about it.

mod certificates;
mod proxies;
mod servers;

use crate::support::archives::FakeToolchain;
use crate::support::proxy::zip_path;

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1")
}

fn zip() -> String {
    zip_path(toolchain().version())
}
