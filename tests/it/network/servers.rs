//! Servers that cannot be reached, and what they answer.

use super::{toolchain, zip};
use crate::support::dl::{self, GoDev};
use crate::support::lines;
use crate::support::proxy::{MODULE, ModuleProxy};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

#[test]
fn no_network_at_all() {
    let sandbox = Sandbox::in_use();
    let expected = "\
error: could not download `go1.99.1`
  dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
hint: if this network needs no proxy: `unset HTTPS_PROXY`
";
    sandbox.gox(["install", "1.99.1"]).code(4).stderr(expected).check();
    let expected = "\
error: could not fetch a release list to find `1.22`
  dl: `https://go.dev/dl/?mode=json&include=all`: could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
hint: if this network needs no proxy: `unset HTTPS_PROXY`
hint: if go.dev cannot be reached, set a module proxy: `GOPROXY=https://proxy.example.com gox install 1.22`
";
    sandbox.gox(["install", "1.22"]).code(4).stderr(expected).check();
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

/// A name with an empty part: the resolver refuses it without asking anybody.
#[test]
fn an_unknown_host() {
    let sandbox = Sandbox::in_use();
    let expected = "\
error: could not download `go1.99.1`
  dl: `http://go..invalid/dl/go1.99.1.[OS]-[ARCH].tar.gz`: unknown host
hint: if go.dev cannot be reached, set a module proxy: `GOPROXY=https://proxy.example.com gox install 1.99.1`
";
    let run = sandbox.gox(["install", "1.99.1"]).env_remove("HTTP_PROXY");
    run.env("GOX_DL_URL", "http://go..invalid/dl").code(4).stderr(expected).check();
}

#[test]
fn a_source_that_has_no_address() {
    let sandbox = Sandbox::in_use();
    let expected = "\
error: could not download `go1.99.1`
  proxy: no module proxy is known: `GOPROXY` is not set
hint: if go.dev cannot be reached, set a module proxy: `GOPROXY=https://proxy.example.com gox install 1.99.1`
";
    sandbox.gox(["install", "1.99.1"]).env("GOX_SOURCES", "proxy").code(4).stderr(expected).check();
}

#[test]
fn a_login_page_in_the_place_of_a_file() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let page = Response::new("<html>Welcome to our hotel</html>").content_type("text/html; charset=utf-8");
    proxy.server.route(zip(), page.clone());
    let expected = "\
error: could not download `go1.99.1`
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip`: a web page came in place of the file; is there a login page before the network?
";
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
    run.code(4).stderr(expected).check();
    let mirror = Server::start();
    mirror.route(format!("/go{}", dl::SHORT), page);
    let run = sandbox.gox(["install", "latest"]).env("GOX_DL_URL", mirror.url() + "/go").run();
    assert!(
        run.stderr.starts_with("note: no source has a release list; using the versions known to this gox"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_server_that_fails_once_is_asked_again() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    for status in [500, 502, 503, 429, 408] {
        let failure = Response::status(status, "later").header("Retry-After", "0");
        proxy.server.sequence(zip(), vec![failure.clone(), failure, Response::new(toolchain().zip())]);
        proxy.server.forget_requests();
        let run = sandbox.gox(["install", "--force", "1.99.1"]).envs(proxy.environment());
        let run = run.env("GOX_SOURCES", "proxy").run();
        assert_eq!(run.code(), 0, "{status}: {}", run.stderr);
        assert_eq!(proxy.server.targets().iter().filter(|target| **target == zip()).count(), 3, "{status}");
    }
    proxy.server.route(zip(), Response::status(500, "never").header("Retry-After", "0"));
    proxy.server.forget_requests();
    let expected = "\
error: could not download `go1.99.1`
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip`: status 500 (internal server error)
";
    let run = sandbox.gox(["install", "--force", "1.99.1"]).envs(proxy.environment());
    run.env("GOX_SOURCES", "proxy").code(4).stderr(expected).check();
    assert_eq!(
        proxy.server.targets().iter().filter(|target| **target == zip()).count(),
        5,
        "four times more"
    );
}

#[test]
fn redirects() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let elsewhere = Server::start();
    elsewhere.route("/blob?signature=x", Response::new(toolchain().zip()));
    let start = format!("{}/blob?signature=x", elsewhere.url());
    proxy
        .server
        .route(zip(), Response::redirect(307, "/second"))
        .route("/second", Response::redirect(302, start));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    run.stderr(&lines::by_proxy(&toolchain())).check();

    let address = "http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
    for (to, reason) in [
        (zip(), "more than 10 redirects"),
        ("file:///etc/passwd".into(), "a redirect to no address of http or https is refused"),
        ("ftp://127.0.0.1/x".into(), "a redirect to the scheme `ftp` is refused"),
    ] {
        proxy.server.route(zip(), Response::redirect(302, to));
        let expected = format!("error: could not download `go1.99.1`\n  proxy: `{address}`: {reason}\n");
        let run = sandbox.gox(["install", "--force", "1.99.1"]).envs(proxy.environment());
        run.env("GOX_SOURCES", "proxy").code(4).stderr(&expected).check();
    }
    assert!(proxy.server.targets().iter().filter(|target| **target == zip()).count() <= 14);
}

#[test]
fn a_redirect_from_https_to_http_is_refused() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    let plain = Server::start();
    plain.route("/x", Response::new(toolchain().tar_gz()));
    let file = format!("/dl/{}", toolchain().file_name());
    go_dev.server.route(file, Response::redirect(302, plain.url() + "/x"));
    let expected = "\
error: could not download `go1.99.1`
  dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: a redirect from https to http is refused
hint: if go.dev cannot be reached, set a module proxy: `GOPROXY=https://proxy.example.com gox install 1.99.1`
";
    sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).code(4).stderr(expected).check();
    assert_eq!(plain.targets(), [""; 0]);
}

#[test]
fn what_a_server_says_cannot_drive_the_terminal() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    proxy.server.route(format!("{MODULE}/list"), Response::new("v0.0.1-go1.99.1\x1b[31m.linux-amd64\n"));
    proxy.server.route(zip(), Response::redirect(302, "\x1b[31mx://y"));
    for request in ["latest", "1.99.1"] {
        let run =
            sandbox.gox(["install", request]).envs(proxy.environment()).env("GOX_SOURCES", "proxy").run();
        assert!(!run.raw_stderr.contains(&0x1b), "{}", run.stderr);
        assert_ne!(run.code(), 0);
    }
}
