//! `gox audit`, and the refresh of the vulnerability database.

mod bad;
mod beside;
mod outputs;
mod places;
mod refresh;
mod sarif;

use gox::go::name::ToolchainName;
use gox::go::platform::Platform;
use gox::go::request::Request;
use gox::proof::pinned;

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

/// Entries that affect 1.26.5: one of the standard library, one of cmd/go. Neither affects 1.26.6 or 1.27.0.
const NET_URL: &str = "GO-2026-6218";
const CMD_GO: &str = "GO-2026-6179";
/// One that affects 1.24.3 on Windows alone.
const WINDOWS: &str = "GO-2025-3750";

/// A store with toolchains, and a gox that is in use.
fn sandbox(versions: &[&str]) -> Sandbox {
    let sandbox = Sandbox::in_use();
    for version in versions {
        sandbox.put_toolchain(&FakeToolchain::new(version));
    }
    sandbox
}

/// `gox audit` with arguments, which asks the database at an address.
fn audit<'a>(sandbox: &'a Sandbox, arguments: &[&str], address: &str) -> Command<'a> {
    sandbox.gox(["audit"]).args(arguments).env("GOX_VULNDB", address)
}

/// The ids that a run printed, in their order.
fn ids(stdout: &str) -> Vec<&str> {
    let words = stdout.lines().filter_map(|line| line.split(' ').next());
    words.filter(|word| word.starts_with("GO-")).collect()
}

/// The newest release of a line that gox knows without a network. The line, 1.26, has to get security fixes: once the list
/// that is compiled in has 1.28, the versions in these tests move on by one line.
fn newest(line: &str) -> String {
    let known = pinned::toolchains(Platform::HOST);
    let line = Request::parse(line).unwrap();
    line.choose(known.iter().filter_map(ToolchainName::release)).unwrap().full()
}

/// What is kept of the database.
fn kept(sandbox: &Sandbox) -> Option<String> {
    std::fs::read_to_string(sandbox.home().join("cache/vulndb.json")).ok()
}
