//! Passwords in addresses: sent where they belong, and in no message or file, whatever goes wrong.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::archives::FakeToolchain;
use crate::support::dl::{self, ListedFile};
use crate::support::proxy::{MODULE, ModuleProxy, zip_path};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::tls::Authority;

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
    let authority = Authority::new();
    let server = || authority.server(&["127.0.0.1"]);
    let (proxy, mirror) = (ModuleProxy::start_on(server(), &[toolchain()]), server());
    dl::serve(&mirror, "/go", &[toolchain()]);
    proxy.sumdb.serve(&mirror, "/db");
    let zip = zip_path(toolchain().version());
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
                let certificates = authority.write_pem(sandbox.root());
                let run = sandbox.gox(["install", "1.99"]).env("GOPROXY", login(&proxy.url()));
                let run = run.env("SSL_CERT_FILE", certificates);
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
    let (sandbox, authority) = (Sandbox::in_use(), Authority::new());
    let server = || authority.server(&["127.0.0.1"]);
    let (proxy, elsewhere) = (ModuleProxy::start_on(server(), &[toolchain()]), server());
    let zip = zip_path(toolchain().version());
    elsewhere.route("/blob", Response::redirect(302, proxy.url() + "/back"));
    proxy
        .server
        .route(&zip, Response::redirect(302, "/here"))
        .route("/here", Response::redirect(307, elsewhere.url() + "/blob"))
        .route("/back", Response::new(toolchain().zip()));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    let run = run.env("SSL_CERT_FILE", authority.write_pem(sandbox.root()));
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

/// All who pass by read what http carries. The go command refuses it as well, also for this machine.
#[test]
fn no_password_goes_over_http() {
    let (proxy, mirror) = (ModuleProxy::start(&[toolchain()]), Server::start());
    dl::serve(&mirror, "/go", &[toolchain()]);
    let archive = toolchain().file_name();
    let (mirror_url, zip) = (mirror.url() + "/go", zip_path(toolchain().version()));
    let refused = "not asked: http would send the login of the address in clear text";
    let hint = "hint: write the address with https, or without the login\n";
    for (source, address) in
        [("proxy", format!("{}{zip}", proxy.url())), ("dl", format!("{mirror_url}/{archive}"))]
    {
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "1.99.1"]).env("GOX_SOURCES", source);
        let run = run.env("GOPROXY", with_login(&proxy.url())).env("GOX_DL_URL", with_login(&mirror_url));
        let run = run.env("GOSUMDB", format!("{} {}", proxy.sumdb.verifier(), proxy.url())).run();
        let error =
            format!("error: could not download `go1.99.1`\n  {source}: `{address}`: {refused}\n{hint}");
        assert_eq!((run.code(), String::from_utf8_lossy(&run.raw_stderr).into_owned()), (4, error));
    }
    let sandbox = Sandbox::in_use();
    let database = format!("{} {}", proxy.sumdb.verifier(), with_login(&mirror.url()));
    let run = sandbox.gox(["install", "1.99.1"]).env("GOX_SOURCES", "proxy").env("GOPROXY", proxy.url());
    let run = run.env("GOSUMDB", database).run();
    assert!(run.code() == 4 && run.stderr.contains(refused), "{}", run.stderr);
    assert!(mirror.requests().is_empty(), "{:?}", mirror.targets());
    assert!(proxy.server.requests().iter().all(|request| request.header("authorization").is_none()));
    // With `|` the next proxy is asked, with `,` none.
    for (separator, code) in [('|', 0), (',', 4)] {
        let sandbox = Sandbox::in_use();
        let goproxy = format!("{}{separator}{}", with_login(&mirror.url()), proxy.url());
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOPROXY", goproxy);
        assert_eq!(run.env("GOX_SOURCES", "proxy").run().code(), code, "{separator}");
    }
}

/// A token in the query of an address goes with the list and the archives, and nowhere else.
#[test]
fn a_token_is_sent_and_never_shown() {
    let (sandbox, mirror, proxy) = (Sandbox::in_use(), Server::start(), ModuleProxy::start(&[toolchain()]));
    let archive = toolchain().tar_gz();
    let list = dl::list(&[ListedFile::new(&toolchain(), &archive)]);
    let file = format!("/go/{}?token=pass-word", toolchain().file_name());
    for query in ["mode=json", "mode=json&include=all"] {
        mirror.route(format!("/go/?token=pass-word&{query}"), Response::new(list.clone()));
    }
    mirror.route(&file, Response::new(archive));
    let gox = |arguments: &[&str]| {
        let run = sandbox.gox(arguments).env("GOX_DL_URL", mirror.url() + "/go?token=pass-word");
        let run = run.env("GOSUMDB", format!("{} {}", proxy.sumdb.verifier(), database(&proxy)));
        let run = run.env("GOX_SOURCES", "dl").run();
        is_silent(&(run.stdout.clone() + &run.stderr));
        run
    };
    for request in ["latest", "1.99"] {
        let run = gox(&["install", "--force", request]);
        assert_eq!(run.code(), 0, "{}", run.stderr);
    }
    let targets = mirror.targets();
    assert!(
        targets.len() >= 4 && targets.iter().all(|target| target.contains("token=pass-word")),
        "{targets:?}"
    );
    for (arguments, code) in
        [(&["list", "--json"][..], 0), (&["config"], 0), (&["doctor"], 1), (&["available"], 0)]
    {
        let run = gox(arguments);
        assert_eq!(run.code(), code, "{arguments:?}: {}", run.stderr);
    }
    gox(&["config", "dl-url"]).assert(0, "http://[SERVER]/go?…\n", "set by `GOX_DL_URL`\n");
    nothing_is_written(&sandbox.home());
    let failing = || [Response::status(503, ""), Response::status(404, ""), Response::new("<html>")];
    for fault in failing() {
        mirror.route(&file, fault);
        let run = gox(&["install", "--force", "1.99.1"]);
        assert!(run.code() > 2 && run.stderr.contains("/go/go1.99.1."), "{}", run.stderr);
    }
}

/// Where the database of a proxy answers.
fn database(proxy: &ModuleProxy) -> String {
    format!("{}/sumdb/{}", proxy.url(), proxy.sumdb.name())
}
