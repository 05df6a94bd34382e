//! A source that gave no connection, or no answer, is not waited for a second time: nobody asks it for its list of
//! releases once its download has failed. The others are asked, for a list tells a version that does not exist
//! from one that could not be had.

use crate::support::archives::FakeToolchain;
use crate::support::dl;
use crate::support::proxies::ConnectProxy;
use crate::support::proxy::{MODULE, ModuleProxy, zip_path};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// What was asked of a source, without the checksum database that a proxy carries.
fn asked(server: &Server) -> Vec<String> {
    server.targets().into_iter().filter(|target| !target.starts_with("/sumdb/")).collect()
}

#[test]
fn a_host_without_a_connection() {
    for status in [404, 403] {
        let (sandbox, nowhere) = (Sandbox::in_use(), ConnectProxy::start());
        let proxy = ModuleProxy::with_versions(&["1.98.7"]);
        proxy.server.route(zip_path("1.99.1"), Response::status(status, "no"));
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        let run = run.env("HTTPS_PROXY", nowhere.url()).env("GOX_SOURCES", "dl,proxy").run();
        let error = "error: no such version: `1.99.1` for ";
        assert!(run.code() == 3 && run.stderr.starts_with(error), "{}", run.stderr);
        assert!(run.stderr.contains(".tar.gz`: could not connect: "), "{}", run.stderr);
        // The list is asked for together with the download, and by then not again.
        let hosts = nowhere.asked();
        assert!((1..=2).contains(&hosts.len()) && hosts.iter().all(|host| host == "go.dev:443"), "{hosts:?}");
        assert_eq!(asked(&proxy.server), [zip_path("1.99.1"), format!("{MODULE}/list")]);
    }
}

#[test]
fn a_server_that_never_answers() {
    let (sandbox, silent, mirror) = (Sandbox::in_use(), Server::start(), Server::start());
    silent.handle_prefix("/", |_| Response::new("").fault(Fault::Swallow));
    dl::serve(&mirror, "/dl", &[FakeToolchain::new("1.98.7")]);
    let proxy = ModuleProxy::with_versions(&[]);
    let run = sandbox
        .gox(["install", "1.99.1"])
        .envs(proxy.environment())
        .env("GOPROXY", silent.url())
        .env("GOSUMDB", format!("{} {}", proxy.sumdb.verifier(), mirror.url()))
        .env("GOX_DL_URL", mirror.url() + "/dl")
        .env("GOX_SOURCES", "proxy,dl")
        .env("GOX_TIMEOUT", "1")
        .run();
    assert_eq!(run.code(), 3, "{}", run.stderr);
    assert!(run.stderr.contains("timed out: no answer in time\n"), "{}", run.stderr);
    let silent = silent.targets();
    assert!(!silent.is_empty() && silent.iter().all(|target| *target == zip_path("1.99.1")), "{silent:?}");
    assert!(mirror.targets().contains(&format!("/dl{}", dl::ALL)));
}
