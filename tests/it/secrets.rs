//! Passwords in addresses: sent where they belong, and in no message or file, whatever goes wrong.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::archives::FakeToolchain;
use crate::support::dl;
use crate::support::proxy::{MODULE, ModuleProxy};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

const LOGIN: &str = "me:pass-word@";

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1")
}

/// The address with a login.
fn with_login(url: &str) -> String {
    url.replacen("://", &format!("://{LOGIN}"), 1)
}

#[track_caller]
fn is_silent(text: &str) {
    for secret in ["pass-word", "pass%2dword", &STANDARD.encode("me:pass-word")] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[track_caller]
fn nothing_is_written(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nothing_is_written(&path);
        } else if !path.ends_with("bin/gox") && !path.to_string_lossy().contains("/shims/") {
            is_silent(&String::from_utf8_lossy(&fs::read(path).unwrap()));
        }
    }
}

/// What is said with a password in each address is what is said without.
#[test]
fn failures_read_the_same_with_and_without_a_password() {
    let (proxy, mirror) = (ModuleProxy::start(&[toolchain()]), Server::start());
    dl::serve(&mirror, "/go", &[toolchain()]);
    proxy.sumdb.serve(&mirror, "/db");
    let zip = format!("{MODULE}/{}.zip", toolchain().module_version());
    let archive = format!("/go/{}", toolchain().file_name());
    let record = format!("lookup/golang.org/toolchain@{}", toolchain().module_version());
    let far = with_login(&mirror.url()) + "/nothing?token=pass-word";
    let faults = || {
        [
            Response::status(403, "no"),
            Response::redirect(302, far.clone()),
            Response::redirect(302, "ftp://me:pass-word@127.0.0.1/x"),
            Response::redirect(302, "me:pass-word@127.0.0.1/x"),
            Response::new("<html>").content_type("text/html"),
            Response::status(503, "").header("Retry-After", "3600"),
        ]
    };
    let targets = [
        (&proxy.server, zip, "proxy"),
        (&proxy.server, format!("{MODULE}/list"), "proxy"),
        (&proxy.server, "/sumdb/sumdb.test/supported".to_owned(), "proxy"),
        (&proxy.server, format!("/sumdb/sumdb.test/{record}"), "proxy"),
        (&proxy.server, "/sumdb/sumdb.test/tile/8/0/000.p/1".to_owned(), "proxy"),
        (&mirror, archive, "dl"),
        (&mirror, format!("/go{}", dl::ALL), "dl"),
        (&mirror, format!("/db/{record}"), "dl"),
    ];
    for (server, target, source) in targets {
        for fault in faults() {
            server.route(&target, fault);
            let say = |login: fn(&str) -> String| {
                let sandbox = Sandbox::in_use();
                let run = sandbox.gox(["install", "1.99"]).env("GOPROXY", login(&proxy.url()));
                let run = run.env("GOX_DL_URL", login(&(mirror.url() + "/go"))).env("GOX_SOURCES", source);
                let database =
                    if source == "dl" { format!(" {}/db", login(&mirror.url())) } else { String::new() };
                let run = run.env("GOSUMDB", proxy.sumdb.verifier() + &database).run();
                is_silent(&String::from_utf8_lossy(&run.raw_stderr));
                nothing_is_written(&sandbox.home());
                (run.code(), run.stderr)
            };
            assert_eq!(say(with_login), say(str::to_owned), "{target}");
        }
        server.remove(&target);
    }
}

#[test]
fn settings_that_are_wrong_do_not_show_their_password() {
    let key = "sum.golang.org";
    for (variable, value) in [
        ("GOPROXY", "https://me:pass-word@a b".to_owned()),
        ("GOPROXY", "https://me:pass-word@".to_owned()),
        ("GOPROXY", "https://me:pass-word@host:port".to_owned()),
        ("GOPROXY", "https://me:pass-word/x@host".to_owned()),
        ("GOPROXY", "me:pass-word@host:port".to_owned()),
        ("GOPROXY", "ftp://me:pass-word@host".to_owned()),
        ("GOPROXY", "file://me:pass-word@host/x".to_owned()),
        ("GOX_DL_URL", "https://me:pass-word@a b".to_owned()),
        ("GOX_DL_URL", "https://me:pass-word@".to_owned()),
        ("GOX_DL_URL", "ftp://me:pass-word@host".to_owned()),
        ("GOX_DL_URL", "me:pass-word@host".to_owned()),
        ("GOX_SOURCES", "https://me:pass-word@host".to_owned()),
        ("GOSUMDB", format!("{key} ftp://me:pass-word@host")),
        ("GOSUMDB", format!("{key} https://me:pass-word@a b")),
        ("GOSUMDB", "https://me:pass-word@host".to_owned()),
    ] {
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "1.99.1"]).env(variable, &value).run();
        assert_eq!(run.code(), 2, "{variable}={value}: {}", run.stderr);
        is_silent(&run.stderr);
    }
}

/// Proxies that cannot be used are told, or not used at all.
#[test]
fn proxies_that_are_wrong_do_not_show_their_password() {
    for value in [
        "http://me:pass-word@127.0.0.1:1",
        "http://me:pass-word@a b",
        "http://me:pass-word@host:port",
        "ftp://me:pass-word@127.0.0.1:1",
        "socks5h://me:pass-word@127.0.0.1:1",
        "https://me:pass-word@127.0.0.1:1",
        "http://me:pass-word@go..invalid:1",
    ] {
        for variable in ["HTTP_PROXY", "ALL_PROXY"] {
            let sandbox = Sandbox::in_use();
            let run = sandbox.gox(["install", "1.99.1"]).env_remove("HTTP_PROXY").env_remove("HTTPS_PROXY");
            let run = run.env("GOX_DL_URL", "http://go..invalid/dl").env(variable, value).run();
            assert_eq!(run.code(), 4, "{variable}={value}: {}", run.stderr);
            is_silent(&run.stderr);
        }
    }
}

/// Another port is another server.
#[test]
fn a_password_stays_with_its_server() {
    let (proxy, elsewhere) = (ModuleProxy::start(&[toolchain()]), Server::start());
    let zip = format!("{MODULE}/{}.zip", toolchain().module_version());
    elsewhere.route("/blob", Response::redirect(302, proxy.url() + "/back"));
    proxy
        .server
        .route(&zip, Response::redirect(302, "/here"))
        .route("/here", Response::redirect(307, elsewhere.url() + "/blob"))
        .route("/back", Response::new(toolchain().zip()));
    let sandbox = Sandbox::in_use();
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    let run = run.env("GOPROXY", with_login(&proxy.url())).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let login = format!("Basic {}", STANDARD.encode("me:pass-word"));
    let sent = |server: &Server, target: &str| {
        let request = server.requests().into_iter().find(|request| request.target == target).unwrap();
        request.header("authorization").map(str::to_owned)
    };
    assert_eq!(sent(&proxy.server, &zip), Some(login.clone()));
    assert_eq!(sent(&proxy.server, "/here"), Some(login));
    assert_eq!(sent(&elsewhere, "/blob"), None);
    assert_eq!(sent(&proxy.server, "/back"), None, "what was dropped does not come back");
}
