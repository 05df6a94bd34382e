//! When the network is in the way: what is said, and what to do about it.

use std::fs;

use crate::support::archives::FakeToolchain;
use crate::support::dl::{self, GoDev};
use crate::support::lines;
use crate::support::proxies::{ConnectProxy, SocksProxy};
use crate::support::proxy::{self, MODULE, ModuleProxy, zip_path};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::sumdb::SumDb;
use crate::support::tls::Authority;

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1")
}

fn zip() -> String {
    zip_path(toolchain().version())
}

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
fn a_certificate_that_nobody_trusts() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    // Another company's, and one of the same name with another key.
    for (name, reason) in [
        ("somebody else", "the certificate's issuer is not trusted on this machine"),
        ("gox test authority", "the certificate is not signed by the issuer that it names"),
    ] {
        let expected = format!(
            "\
error: could not download `go1.99.1`
  dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: no secure connection: {reason}; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
hint: if a company proxy signs with its own certificate, name its file: `export SSL_CERT_FILE=/path/to/ca.pem`
"
        );
        let stranger = Authority::named(name).write_pem(&sandbox.user());
        let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
        run.env("SSL_CERT_FILE", stranger).code(4).stderr(&expected).check();
    }
}

/// Self-signed and with `CA:TRUE`, as `openssl req -x509` makes it: trusted where `SSL_CERT_FILE` names it, and for its
/// own hosts alone.
#[test]
fn a_certificate_that_is_itself_trusted() {
    let sandbox = Sandbox::in_use();
    let (authority, server) = Authority::that_serves(&["modules.test"]);
    proxy::serve(&server, "", &[toolchain()]);
    let sumdb = SumDb::new("sumdb.test");
    sumdb.add_toolchain(&toolchain()).serve(&server, "/sumdb/sumdb.test");
    let connect = ConnectProxy::start();
    connect.map("modules.test:443", &server).map("other.test:443", &server);
    let file = authority.write_pem(sandbox.root());
    let run = |host: &str, arguments: &[&str]| {
        let run =
            sandbox.gox(["install", "1.99.1"].iter().chain(arguments)).env("HTTPS_PROXY", connect.url());
        run.env("GOPROXY", format!("https://{host}")).env("GOSUMDB", sumdb.verifier())
    };
    let address = "https://modules.test/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
    run("modules.test", &[])
        .env("SSL_CERT_FILE", &file)
        .stderr(&lines::by_zip(&toolchain(), address, "proxy"))
        .check();
    for (host, trusted, reason) in [
        ("other.test", true, "the certificate is not for `other.test`"),
        ("modules.test", false, "the certificate is one of an authority (`CA:TRUE`), not of a server"),
    ] {
        let run = run(host, &["--force"]).env("GOX_SOURCES", "proxy");
        let run = if trusted { run.env("SSL_CERT_FILE", &file) } else { run }.run();
        assert_eq!(run.code(), 4, "{}", run.stderr);
        assert!(run.stderr.contains(&format!("no secure connection: {reason}\n")), "{}", run.stderr);
    }
}

#[test]
fn a_certificate_for_another_host() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    go_dev.proxy.map("mirror.test:443", &go_dev.server);
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
    let expected = "\
error: could not download `go1.99.1`
  dl: `https://mirror.test/dl/go1.99.1.[OS]-[ARCH].tar.gz`: no secure connection: the certificate is not for `mirror.test`
hint: if go.dev cannot be reached, set a module proxy: `GOPROXY=https://proxy.example.com gox install 1.99.1`
";
    run.env("GOX_DL_URL", "https://mirror.test/dl").code(4).stderr(expected).check();
}

#[test]
fn a_machine_without_root_certificates() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let empty = sandbox.root().join("empty");
    fs::create_dir(&empty).unwrap();
    let none = || [("SSL_CERT_FILE", "/dev/null".to_owned()), ("SSL_CERT_DIR", empty.display().to_string())];
    let run = sandbox.gox(["install", "1.99.1"]).envs(none());
    let expected = "\
error: could not download `go1.99.1`
  dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: could not set up TLS: this machine has no root certificates
hint: install them: `apt-get install ca-certificates`, or name their file: `export SSL_CERT_FILE=/path/to/ca.pem`
";
    run.code(4).stderr(expected).check();
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).envs(none());
    run.stderr(&lines::by_proxy(&toolchain())).check();
}

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
