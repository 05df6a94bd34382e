//! A database as of some time ago: what it can hide, and from whom.

use std::fs;

use crate::proofs::{ZIP, record, toolchain};
use crate::support::archives::FakeToolchain;
use crate::support::lines;
use crate::support::proxy::{self, ModuleProxy};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::sumdb::SumDb;

/// How many records there are in the end.
const SIZE: usize = 601;
/// The last tile of so many: what a smaller log does not have.
const EDGE: &str = "/tile/8/0/002.p/89";

/// A proxy that is frozen: honest, but as of some time ago. Without the newer tiles at hand it cannot
/// prove anything to whoever has seen the newer head; and it cannot make gox forget that one.
#[test]
fn a_log_that_shrank_is_refused_and_the_newer_head_stays() {
    let (first, second) = (toolchain(), FakeToolchain::new("1.99.2"));
    let (sandbox, now) = (Sandbox::in_use(), ModuleProxy::start(&[first.clone(), second.clone()]));
    now.sumdb.fill(SIZE - 2);
    sandbox.gox(["install", "1.99.1"]).envs(now.environment()).stderr(&lines::by_proxy(&first)).check();
    let newest = || sandbox.read("user/.local/go/sumdb/sumdb.test/latest");
    assert_eq!(newest(), now.sumdb.head());

    let frozen = |size: usize| {
        let (server, past) = (Server::start(), SumDb::new("sumdb.test"));
        proxy::serve(&server, "", &[toolchain(), second.clone()]);
        past.add_toolchain(&toolchain())
            .add_toolchain(&second)
            .fill(size - 2)
            .serve(&server, "/sumdb/sumdb.test");
        server
    };
    let server = frozen(300);
    fs::remove_dir_all(sandbox.home().join("cache")).unwrap();
    let install = || sandbox.gox(["install", "1.99.2"]).envs(now.environment());
    let lines = lines::by_proxy(&second);
    let (begun, _) = lines.split_at(lines.find("installed ").unwrap());
    let address = ZIP.replace("1.99.1", "1.99.2");
    let expected = format!(
        "{begun}error: the checksum database's answer is refused: it signed a log of {SIZE} records before, now \
         shows 300 and has no `{}`: `http://[SERVER]/sumdb/sumdb.test{EDGE}`: status 404 (not found)\n  \
         while proving `{address}`\n",
        &EDGE[1..]
    );
    install().env("GOPROXY", server.url()).code(5).stderr(&expected).check();
    assert_eq!(newest(), now.sumdb.head());
    assert_eq!(install().run().code(), 0, "the honest one");

    // Its old answers hold where all tiles are at hand that show them to be a part of the newer log.
    let server = frozen(100);
    let run = sandbox.gox(["install", "--force", "1.99.1"]).envs(now.environment());
    let run = run.env("GOPROXY", server.url()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(server.targets().contains(&format!("/sumdb/sumdb.test{}", record(&toolchain()))));
    assert_eq!(newest(), now.sumdb.head());
}

/// Whoever has seen nothing newer believes the old head, and grows with the log afterwards.
#[test]
fn an_old_head_is_believed_by_a_newcomer_and_outgrown() {
    let (first, second) = (toolchain(), FakeToolchain::new("1.99.2"));
    let (sandbox, frozen) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&first)));
    frozen.sumdb.fill(300);
    sandbox.gox(["install", "latest"]).envs(frozen.environment()).stderr(&lines::by_proxy(&first)).check();
    assert_eq!(sandbox.read("user/.local/go/sumdb/sumdb.test/latest"), frozen.sumdb.head());

    let (server, now) = (Server::start(), SumDb::new("sumdb.test"));
    proxy::serve(&server, "", &[first.clone(), second.clone()]);
    now.add_toolchain(&first).fill(300).fill(SIZE).add_toolchain(&second).serve(&server, "/sumdb/sumdb.test");
    let run =
        sandbox.gox(["install", "latest"]).envs(frozen.environment()).env("GOPROXY", server.url()).run();
    assert!(run.stderr.contains("\ninstalled go1.99.2 in "), "{}", run.stderr);
    assert_eq!(sandbox.read("user/.local/go/sumdb/sumdb.test/latest"), now.head());
}
