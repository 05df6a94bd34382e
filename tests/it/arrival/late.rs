//! Zips of which the last byte is there before anything is unpacked: then the unpacking is a phase of its own.

use serde_json::json;

use super::{Proxy, TOOLCHAIN, answer, path};
use crate::support::archives::FakeToolchain;
use crate::support::lines;
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// A toolchain of so many bytes that one would wait for them, and its zip, which is no bomb.
fn long() -> (FakeToolchain, Vec<u8>) {
    let toolchain = TOOLCHAIN.clone().with_file("lib/zeros", 0o644, vec![0; 25_000_000]);
    let zip = toolchain.zip();
    assert!((32 << 20..4 * zip.len()).contains(&toolchain.module_bytes()));
    (toolchain, zip)
}

/// The end that was asked for is waited for as long as the download goes on.
#[test]
fn where_the_end_does_not_come() {
    let (toolchain, zip) = long();
    let whole = answer(zip.as_slice());
    let silent = whole.clone().fault(Fault::Swallow);
    let proxy =
        Proxy::start_for(&toolchain, Server::start(), move |_| whole.clone(), move |_| silent.clone());
    let sandbox = Sandbox::in_use();
    let unpacking = format!("unpacking go1.99.1 ({})\nverifying ", lines::bytes(toolchain.module_bytes()));
    let expected = lines::by_proxy(&toolchain).replace("verifying ", &unpacking);
    proxy.command(&sandbox).run().assert(0, "", &expected);
}

#[test]
fn where_all_was_kept() {
    let (toolchain, zip) = long();
    let nothing = |_: usize| -> Response { panic!("nothing is asked for") };
    let proxy = Proxy::start_for(&toolchain, Server::start(), nothing, |_| panic!("nothing is asked for"));
    let sandbox = Sandbox::in_use();
    let name = format!("user/.local/go/cache/partial/{}.zip.part", TOOLCHAIN.module_version());
    let origin = json!({ "url": proxy.server.url() + &path(), "validator": "\"1\"", "total": zip.len() });
    sandbox.write(&name, &zip);
    sandbox.write(&format!("{name}.json"), origin.to_string());
    let run = proxy.command(&sandbox).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    // A few files may be unpacked before it is seen that all is there.
    let said: Vec<_> = run.stderr.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(said, ["downloading", "unpacking", "verifying", "installed"], "{}", run.stderr);
    assert!(proxy.ranges().is_empty());
}
