//! Proxies of a company: their kinds, their answers, and what names them.

use super::toolchain;
use crate::support::dl::GoDev;
use crate::support::lines;
use crate::support::proxies::{ConnectProxy, SocksProxy};
use crate::support::proxy::{self, ModuleProxy};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::sumdb::SumDb;

#[test]
fn a_socks_proxy() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    let socks = SocksProxy::start();
    socks.map("go.dev:443", &go_dev.server).map("sum.test:443", &go_dev.server);
    let address = "https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz";
    sandbox
        .gox(["install", "1.99.1"])
        .envs(go_dev.environment())
        .env_remove("HTTP_PROXY")
        .env_remove("HTTPS_PROXY")
        .env("ALL_PROXY", socks.url())
        .stderr(&lines::by_archive(&toolchain(), address, "dl", "list and log"))
        .check();
    assert!(socks.asked().contains(&"go.dev:443".to_owned()));
    assert_eq!(go_dev.proxy.asked(), [""; 0]);
}

#[test]
fn a_proxy_for_plain_http() {
    let sandbox = Sandbox::in_use();
    let toolchain = toolchain();
    let (server, origin) = (Server::start(), "http://modules.test");
    proxy::serve(&server, origin, std::slice::from_ref(&toolchain));
    let sumdb = SumDb::new("sumdb.test");
    sumdb.add_toolchain(&toolchain).serve(&server, &format!("{origin}/sumdb/sumdb.test"));
    let address = format!("{origin}/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip");
    sandbox
        .gox(["install", "latest"])
        .env("HTTP_PROXY", server.url())
        .env("GOPROXY", origin)
        .env("GOSUMDB", sumdb.verifier())
        .stderr(&lines::by_zip(&toolchain, &address, "proxy"))
        .check();
}

#[test]
fn a_proxy_that_wants_a_login() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    let proxy = ConnectProxy::start_with_login("me", "secret");
    proxy.map("go.dev:443", &go_dev.server).map("sum.test:443", &go_dev.server);
    let address = "https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz";
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
    let run = run.env("HTTPS_PROXY", proxy.url_with_login("me", "secret"));
    run.stderr(&lines::by_archive(&toolchain(), address, "dl", "list and log")).check();
    let expected = "\
error: could not download `go1.99.1`
  dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: could not connect: the proxy wants a login, or another one; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
hint: name the login: `export HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT`
";
    for url in [proxy.url(), proxy.url_with_login("me", "wrong-secret")] {
        let run = sandbox.gox(["install", "--force", "1.99.1"]).envs(go_dev.environment());
        run.env("HTTPS_PROXY", url).code(4).stderr(expected).check();
    }
}

/// What is said where the archive of a server cannot be had through a proxy; by the variable and the value.
fn through(dl: &str, variable: &str, value: &str) -> String {
    let sandbox = Sandbox::in_use();
    let mut run = sandbox.gox(["install", "1.99.1"]).env("GOX_DL_URL", dl);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] {
        run = run.env_remove(name);
    }
    let run = run.env(variable, value).run();
    assert_eq!(run.code(), 4, "{}", run.stderr);
    let lines: Vec<_> = run.stderr.lines().collect();
    let [_, said, hint] = lines[..] else { panic!("{}", run.stderr) };
    let said = said.split_once(".tar.gz`: ").unwrap().1;
    format!("{said}\n{hint}")
}

#[test]
fn a_proxy_that_does_not_answer_is_named_with_its_variable() {
    const DEAD: &str = "could not connect: connection refused";
    const NONE: &str = "could not connect: no connection to the proxy";
    let (plain, secure) = ("http://go.test/dl", "https://go.test/dl");
    for (dl, variable, value, fact, shown) in [
        (secure, "HTTPS_PROXY", "http://127.0.0.1:1", DEAD, "http://[SERVER]"),
        (secure, "https_proxy", "http://127.0.0.1:1/", DEAD, "http://[SERVER]"),
        (secure, "HTTPS_PROXY", "127.0.0.1:1", DEAD, "http://[SERVER]"),
        (secure, "HTTPS_PROXY", "http://me:pass-word@127.0.0.1:1", DEAD, "http://[SERVER]"),
        (secure, "ALL_PROXY", "https://me:pass-word@127.0.0.1:1", DEAD, "https://[SERVER]"),
        (secure, "all_proxy", "socks5h://me:pass-word@127.0.0.1:1", NONE, "socks5h://[SERVER]"),
        (secure, "HTTPS_PROXY", "socks4a://127.0.0.1:1", NONE, "socks4a://[SERVER]"),
        (plain, "HTTP_PROXY", "http://me:pass-word@127.0.0.1:1", DEAD, "http://[SERVER]"),
        (plain, "http_proxy", "socks5h://127.0.0.1:1", NONE, "socks5h://[SERVER]"),
        (plain, "ALL_PROXY", "http://127.0.0.1:1", DEAD, "http://[SERVER]"),
        (
            secure,
            "HTTPS_PROXY",
            "http://me:pass-word@proxy..invalid:1",
            "unknown host",
            "http://proxy..invalid:1",
        ),
        (plain, "HTTP_PROXY", "http://proxy..invalid", "unknown host", "http://proxy..invalid"),
        (secure, "all_proxy", "socks5h://proxy..invalid", NONE, "socks5h://proxy..invalid"),
    ] {
        let expected = format!(
            "{fact}; the proxy `{shown}` of `{variable}` is between\nhint: if this network needs no proxy: `unset {variable}`"
        );
        assert_eq!(through(dl, variable, value), expected, "{dl} {variable}={value}");
    }
}

#[test]
fn what_a_proxy_itself_answers_is_told_as_its_answer() {
    let (connect, socks, plain) = (ConnectProxy::start(), SocksProxy::start(), Server::start());
    let between = |url: &str, variable: &str| {
        format!(
            "; the proxy `{url}` of `{variable}` is between\nhint: if this network needs no proxy: `unset {variable}`"
        )
    };
    let (url, secure) = (connect.url(), "https://go.test/dl");
    let said = through(secure, "HTTPS_PROXY", &url);
    let fact = "could not connect: the proxy opened no connection";
    assert_eq!(said, fact.to_owned() + &between("http://[SERVER]", "HTTPS_PROXY"));
    let said = through(secure, "ALL_PROXY", &socks.url());
    assert!(
        said.starts_with("could not connect: ")
            && said.ends_with(&between("socks5h://[SERVER]", "ALL_PROXY")),
        "{said}"
    );
    for (status, fact) in [(502, "status 502 (bad gateway)"), (503, "status 503 (service unavailable)")] {
        plain.handle_prefix("http://", move |_| Response::status(status, "").header("Retry-After", "0"));
        let said = through("http://go.test/dl", "HTTP_PROXY", &plain.url());
        assert_eq!(said, fact.to_owned() + &between("http://[SERVER]", "HTTP_PROXY"));
    }
    plain.handle_prefix("http://", |_| Response::status(407, ""));
    let said = through("http://go.test/dl", "http_proxy", &plain.url());
    let expected = "\
status 407 (proxy authentication required); the proxy `http://[SERVER]` of `http_proxy` is between
hint: name the login: `export http_proxy=http://USER:PASSWORD@HOST:PORT`";
    assert_eq!(said, expected);
}

/// Like Go gox then asks the server itself.
#[test]
fn a_value_that_is_no_address_of_a_proxy_is_passed_over_and_named() {
    for (variable, value, reason) in [
        ("HTTP_PROXY", "http://me:pass-word@a b", "invalid international domain name"),
        ("http_proxy", "http://me:pass-word@host:port", "invalid port number"),
        ("ALL_PROXY", "ftp://me:pass-word@127.0.0.1:1", "`ftp` is not a proxy scheme"),
        ("HTTP_PROXY", "http://", "empty host"),
    ] {
        let expected = format!(
            "unknown host; the proxy of `{variable}` is passed over: {reason}\nhint: mend the address, or: `unset {variable}`"
        );
        assert_eq!(through("http://go..invalid/dl", variable, value), expected, "{variable}={value}");
    }
}

/// `NO_PROXY`, and this machine itself.
#[test]
fn a_server_that_is_asked_directly_says_nothing_of_a_proxy() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env_remove("NO_PROXY");
    run.stderr(&lines::by_proxy(&toolchain())).check();
    for (variable, value) in [("NO_PROXY", "go..invalid"), ("no_proxy", "x, .invalid:80"), ("NO_PROXY", "*")]
    {
        let run = sandbox.gox(["install", "1.99.2"]).env_remove("NO_PROXY").env(variable, value);
        let expected = "\
error: could not download `go1.99.2`
  dl: `http://go..invalid/dl/go1.99.2.[OS]-[ARCH].tar.gz`: unknown host
hint: if go.dev cannot be reached, set a module proxy: `GOPROXY=https://proxy.example.com gox install 1.99.2`
";
        run.env("GOX_DL_URL", "http://go..invalid/dl").code(4).stderr(expected).check();
    }
}
