//! GOPROXY as cmd/go reads it: its list rules, where it is set, and who gets to see its passwords.

use std::os::unix::fs::symlink;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;
use crate::support::lines;
use crate::support::proxies::ConnectProxy;
use crate::support::proxy::{self, MODULE, ModuleProxy, zip_path};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::tls::Authority;

fn zip(toolchain: &FakeToolchain) -> String {
    zip_path(toolchain.version())
}

/// A proxy that says one thing to everybody.
fn saying(status: u16) -> Server {
    let server = Server::start();
    server.handle_prefix("/", move |_| Response::status(status, "").header("Retry-After", "0"));
    server
}

#[test]
fn after_a_comma_the_next_is_asked_only_where_the_file_is_absent() {
    let toolchain = FakeToolchain::new("1.99.1");
    let second = ModuleProxy::start(std::slice::from_ref(&toolchain));
    for (status, separator, serves) in [
        (404, ',', true),
        (410, ',', true),
        (403, ',', false),
        (500, ',', false),
        (404, '|', true),
        (403, '|', true),
        (500, '|', true),
    ] {
        let (sandbox, first) = (Sandbox::in_use(), saying(status));
        second.server.forget_requests();
        let list = format!("{}{separator}{}", first.url(), second.url());
        let run = sandbox.gox(["install", "1.99.1"]).envs(second.environment()).env("GOPROXY", list);
        let run = run.env("GOX_SOURCES", "proxy").run();
        if serves {
            run.assert(0, "", &lines::by_proxy(&toolchain));
        } else {
            assert_eq!(run.code(), 4, "{status}{separator} {}", run.stderr);
            assert_eq!(second.server.targets(), [""; 0], "{status}{separator}");
        }
    }
}

#[test]
fn off_ends_the_list() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, first) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.98.0"]));
    let second = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let list = format!("{},off,{}", first.url(), second.url());
    let expected = "\
error: no such version: `1.99.1` for [OS]-[ARCH]
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip`: status 404 (not found)
hint: nearest: `1.98.0`; install one: `gox install 1.98.0`
";
    let run = sandbox.gox(["install", "1.99.1"]).env("GOPROXY", list).env("GOX_SOURCES", "proxy");
    run.env("GOSUMDB", first.sumdb.verifier()).code(3).stderr(expected).check();
    assert_eq!(second.server.targets(), [""; 0]);
    let expected = "\
error: could not download `go1.99.1`
  proxy: module proxies are switched off by `GOPROXY=off`
  dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
hint: if this network needs no proxy: `unset HTTPS_PROXY`
";
    sandbox.gox(["install", "1.99.1"]).env("GOPROXY", "off").code(4).stderr(expected).check();
}

#[test]
fn direct_is_go_dev_itself() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    proxy::serve(&go_dev.server, "/dl/mod", std::slice::from_ref(&toolchain));
    let address = "https://go.dev/dl/mod/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).env("GOPROXY", "direct");
    run.stderr(&lines::by_zip(&toolchain, address, "proxy")).check();
}

#[test]
fn the_goenv_file_counts_as_the_user_s_word() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let [_, (_, gosumdb)] = proxy.environment();
    let text = format!("GOPROXY={}\nGOSUMDB={gosumdb}\n", proxy.url());
    let file = sandbox.write("user/.config/go/env", &text);
    let expected = lines::by_proxy(&toolchain);
    sandbox.gox(["install", "1.99.1"]).env_remove("GOENV").stderr(&expected).check();
    let run = sandbox.gox(["install", "--force", "1.99.1"]).env("GOENV", file).run();
    assert!(
        run.stderr
            .ends_with("shared on disk with what was there, from proxy, proven by log; 4.0 kB downloaded\n"),
        "{}",
        run.stderr
    );
    let run = sandbox.gox(["install", "--force", "1.99.1"]).env_remove("GOENV").env("GOPROXY", "off").run();
    assert!(
        run.stderr.contains("\n  proxy: module proxies are switched off by `GOPROXY=off`\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_go_env_of_the_system_s_go_is_read() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) =
        (Sandbox::new().with_programs(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let [_, (_, gosumdb)] = proxy.environment();
    let go_env = format!("GOPROXY={}\nGOSUMDB={gosumdb}\n", proxy.url());
    let system = FakeToolchain::new("1.26.8").with_file("go.env", 0o644, go_env);
    system.write_to(&sandbox.root().join("sdk"));
    symlink(sandbox.root().join("sdk/bin/go"), sandbox.root().join("bin/go")).unwrap();
    let expected = format!(
        "\
note: dl failed, using proxy: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
hint: ask proxy first: `gox config set sources proxy,dl`
{}default is now 1.99.1 (was system go1.26.8); to go back: `gox default system`
note: go1.26.8 runs here, the first on PATH, and the shims are not there: [ROOT]/bin/go
hint: put the shims first on PATH: `export PATH=[HOME]/shims:\"$PATH\"`
",
        lines::by_proxy(&toolchain)
    );
    sandbox.gox(["install", "1.99.1"]).stderr(&expected).check();
}

#[test]
fn the_go_env_of_an_installed_toolchain_is_read() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let [_, (_, gosumdb)] = proxy.environment();
    let go_env = format!("GOPROXY={}\nGOSUMDB={gosumdb}\n", proxy.url());
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4").with_file("go.env", 0o644, go_env));
    let run = sandbox.gox(["install", "1.99.1"]).run();
    assert!(run.stderr.starts_with("note: dl failed, using proxy: "), "{}", run.stderr);
    assert!(run.stderr.ends_with(&lines::by_proxy(&toolchain)), "{}", run.stderr);
}

/// Once in a run, for however many toolchains; and the command that the hint names ends it.
#[test]
fn a_source_that_gives_no_answer_is_told_once() {
    let toolchains = ["1.97.1", "1.98.1", "1.99.1"].map(FakeToolchain::new);
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&toolchains));
    let [_, (_, gosumdb)] = proxy.environment();
    let go_env = format!("GOPROXY={}\nGOSUMDB={gosumdb}\n", proxy.url());
    sandbox.put_toolchain(&FakeToolchain::new("1.100.1").with_file("go.env", 0o644, go_env));
    let hint = "hint: ask proxy first: `gox config set sources proxy,dl`\n";
    let install = |requests: &[&str], times: usize| {
        let run = sandbox.gox(["install"]).args(requests).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let count = |text: &str| run.stderr.matches(text).count();
        assert_eq!((count("note: dl failed"), count(hint)), (times, times), "{}", run.stderr);
    };
    install(&["1.97.1", "1.98.1"], 1);
    sandbox.gox(["config", "set", "sources", "proxy,dl"]).run();
    install(&["1.99.1"], 0);
}

/// `https://proxy.test` with toolchains, behind a CONNECT proxy.
struct Private {
    server: Server,
    proxy: ConnectProxy,
    variables: Vec<(&'static str, String)>,
}

fn private(sandbox: &Sandbox, toolchain: &FakeToolchain) -> Private {
    let authority = Authority::new();
    let server = authority.server(&["proxy.test", "elsewhere.test"]);
    proxy::serve(&server, "", std::slice::from_ref(toolchain));
    let sumdb = crate::support::sumdb::SumDb::new("sumdb.test");
    sumdb.add_toolchain(toolchain).serve(&server, "/sumdb/sumdb.test");
    let proxy = ConnectProxy::start();
    proxy.map("proxy.test:443", &server);
    let variables = vec![
        ("HTTPS_PROXY", proxy.url()),
        ("SSL_CERT_FILE", authority.write_pem(sandbox.root()).display().to_string()),
        ("GOSUMDB", sumdb.verifier()),
        ("GOX_SOURCES", "proxy".to_owned()),
    ];
    Private { server, proxy, variables }
}

/// All text that gox wrote below a folder.
fn texts(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &texts(&path);
        } else if !path.ends_with("bin/gox") && !path.to_string_lossy().contains("/shims/") {
            text += &String::from_utf8_lossy(&std::fs::read(path).unwrap());
        }
    }
    text
}

#[test]
fn a_password_in_the_url_is_sent_and_never_shown() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let private = private(&sandbox, &toolchain);
    let address = "https://proxy.test/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
    let goproxy = "https://me:s%2Fecret@proxy.test";
    let run = sandbox.gox(["install", "latest"]).envs(private.variables.clone()).env("GOPROXY", goproxy);
    run.stderr(&lines::by_zip(&toolchain, address, "proxy")).check();
    let login = format!("Basic {}", STANDARD.encode("me:s/ecret"));
    let requests = private.server.requests();
    assert!(requests.len() > 3);
    assert!(requests.iter().all(|request| request.header("authorization") == Some(&login)), "{requests:?}");
    let written = texts(&sandbox.home());
    assert!(written.contains("https://proxy.test/") && !written.contains("ecret"), "{written}");

    private.server.handle_prefix("/", |_| Response::status(403, "no"));
    private.server.remove(&zip(&toolchain)).remove(&format!("{MODULE}/list"));
    let run = sandbox.gox(["install", "--force", "1.99.1"]).envs(private.variables).env("GOPROXY", goproxy);
    let expected =
        format!("error: could not download `go1.99.1`\n  proxy: `{address}`: status 403 (forbidden)\n");
    run.code(4).stderr(&expected).check();
}

#[test]
fn a_password_of_netrc_is_sent_over_https_only() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let netrc = "machine proxy.test login me password secret\nmachine 127.0.0.1 login me password secret\n";
    sandbox.write("user/.netrc", netrc);
    let private = private(&sandbox, &toolchain);
    let run = sandbox.gox(["install", "1.99.1"]).envs(private.variables.clone());
    run.env("GOPROXY", "https://proxy.test").run().assert(
        0,
        "",
        &lines::by_zip(
            &toolchain,
            "https://proxy.test/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip",
            "proxy",
        ),
    );
    let login = format!("Basic {}", STANDARD.encode("me:secret"));
    let requests = private.server.requests();
    assert!(requests.iter().all(|request| request.header("authorization") == Some(&login)), "{requests:?}");
    assert!(!texts(&sandbox.home()).contains("secret"));

    let plain = ModuleProxy::start(std::slice::from_ref(&toolchain));
    sandbox.gox(["install", "--force", "1.99.1"]).envs(plain.environment()).run();
    let requests = plain.server.requests();
    assert!(!requests.is_empty() && requests.iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn a_password_does_not_follow_a_redirect_to_another_host() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let private = private(&sandbox, &toolchain);
    private.proxy.map("elsewhere.test:443", &private.server);
    let file = zip(&toolchain);
    private.server.route(&file, Response::redirect(302, "https://elsewhere.test/blob"));
    private.server.route("/blob", Response::new(toolchain.zip()));
    let run = sandbox.gox(["install", "1.99.1"]).envs(private.variables.clone());
    let run = run.env("GOPROXY", "https://me:secret@proxy.test").run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let requests = private.server.requests();
    let of = |target: &str| requests.iter().find(|request| request.target == target).unwrap();
    assert!(of(&file).header("authorization").is_some());
    assert_eq!(of("/blob").header("authorization"), None);
    assert_eq!(of("/blob").header("referer"), None);
}
