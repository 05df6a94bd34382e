//! Certificates that nobody trusts, and machines without any.

use std::fs;

use super::toolchain;
use crate::support::dl::GoDev;
use crate::support::lines;
use crate::support::proxies::ConnectProxy;
use crate::support::proxy::{self, ModuleProxy};
use crate::support::sandbox::Sandbox;
use crate::support::sumdb::SumDb;
use crate::support::tls::Authority;

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
