//! The refresh beside an install, which it never prolongs.

use super::{CMD_GO, NET_URL, kept};
use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::vulndb::VulnDb;

/// Runs an install whose zip comes once a file of the database is asked for, which comes only after the install has
/// ended.
fn install_beside(path: &str, sandbox: &Sandbox, server: &Server) {
    VulnDb::of(&[NET_URL, CMD_GO]).serve(server);
    let toolchain = FakeToolchain::new("1.99.1");
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let (zip, file) = (Gate::new(), Gate::new());
    let response = Response::new(toolchain.zip()).fault(Fault::StallHead(zip.clone()));
    proxy.server.route(zip_path("1.99.1"), response);
    server.route(path, Response::new("").fault(Fault::StallHead(file.clone())));
    let install = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    let install = install.env("GOX_VULNDB", server.url()).env("GOX_TIMEOUT", "600").spawn();
    file.wait_reached();
    zip.open();
    let run = install.wait();
    assert_eq!((run.code(), kept(sandbox)), (0, None), "{}", run.stderr);
}

#[test]
fn a_silent_database_holds_no_install_up() {
    let (sandbox, server) = (Sandbox::in_use(), Server::start());
    install_beside("/index/db.json.gz", &sandbox, &server);
    assert_eq!(server.targets(), ["/index/db.json.gz"]);
}

/// One entry never comes: the rest is thrown away.
#[test]
fn what_is_incomplete_is_dropped() {
    let (sandbox, server) = (Sandbox::in_use(), Server::start());
    install_beside(&format!("/ID/{NET_URL}.json.gz"), &sandbox, &server);
}

/// Each install may end before its refresh; one of many does not.
#[test]
fn what_has_come_is_kept_and_nothing_is_said() {
    let sandbox = Sandbox::in_use();
    let folder = sandbox.root().join("mnt/vulndb");
    VulnDb::of(&[NET_URL, CMD_GO]).write_to(&folder);
    let proxy = ModuleProxy::with_versions(&["1.99.1"]);
    let install = || {
        let run = sandbox.gox(["install", "--force", "1.99.1"]).envs(proxy.environment());
        let run = run.env("GOX_VULNDB", &folder).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 3, "{}", run.stderr);
        kept(&sandbox)
    };
    assert!((0..20).any(|_| install().is_some()));
}

#[test]
fn without_a_download_nobody_is_asked() {
    let (sandbox, server) = (Sandbox::in_use(), Server::start());
    let proxy = ModuleProxy::with_versions(&["1.99.1"]);
    let gox = |arguments: &[&str]| {
        let run = sandbox.gox(arguments).envs(proxy.environment()).env("GOX_VULNDB", server.url()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
    };
    sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    for arguments in
        [&["install", "1.99.1"][..], &["install", "--dry-run", "latest"], &["upgrade"], &["available"]]
    {
        gox(arguments);
    }
    assert_eq!(server.targets(), Vec::<String>::new());
    // A failure is told to nobody.
    let run = sandbox
        .gox(["install", "--force", "1.99.1"])
        .envs(proxy.environment())
        .env("GOX_VULNDB", server.url());
    let run = run.run();
    assert_eq!((run.code(), run.stderr.lines().count()), (0, 3), "{}", run.stderr);
}
