//! Which source serves: their order, who takes over when one does not serve, and what it means when
//! none does.

use crate::support::archives::FakeToolchain;
use crate::support::proxy::{self, ModuleProxy, zip_path};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::{dl, lines};

/// A mirror with archives below `/go`.
fn mirror(toolchains: &[FakeToolchain]) -> (Server, String) {
    let server = Server::start();
    dl::serve(&server, "/go", toolchains);
    let url = server.url() + "/go";
    (server, url)
}

#[test]
fn a_goproxy_that_the_user_set_is_asked_first() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let (mirror, url) = mirror(std::slice::from_ref(&toolchain));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOX_DL_URL", url);
    run.stderr(&lines::by_proxy(&toolchain)).check();
    assert_eq!(mirror.targets(), [""; 0]);
}

#[test]
fn gox_sources_is_the_order() {
    let toolchain = FakeToolchain::new("1.99.1");
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let (_mirror, url) = mirror(std::slice::from_ref(&toolchain));
    let archive = format!("http://[SERVER]/go/{}", toolchain.file_name());
    for (sources, expected) in [
        ("dl,proxy", lines::by_archive(&toolchain, &archive, "dl", "log")),
        (" proxy , dl", lines::by_proxy(&toolchain)),
        ("proxy", lines::by_proxy(&toolchain)),
    ] {
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        run.env("GOX_DL_URL", &url).env("GOX_SOURCES", sources).stderr(&expected).check();
    }
    let sandbox = Sandbox::in_use();
    sandbox
        .write("user/.config/gox/config.toml", format!("sources = [\"dl\", \"proxy\"]\ndl-url = '{url}'\n"));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    run.stderr(&lines::by_archive(&toolchain, &archive, "dl", "log")).check();
}

#[test]
fn where_one_does_not_serve_the_next_does_and_one_line_says_so() {
    let toolchain = FakeToolchain::new("1.99.1");
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let (mirror, url) = mirror(&[]);
    let file = format!("/go/{}", toolchain.file_name());
    for (response, reason) in [
        (Response::status(404, "no"), "status 404 (not found)"),
        (Response::status(403, "no"), "status 403 (forbidden)"),
        (Response::status(500, "no"), "status 500 (internal server error)"),
        (
            Response::new("").fault(Fault::HangUp),
            "the transfer broke off: connection closed before message completed",
        ),
        (
            Response::new("<html>").content_type("text/html; charset=utf-8"),
            "a web page came in place of the file; is there a login page before the network?",
        ),
    ] {
        mirror.route(&file, response);
        let sandbox = Sandbox::in_use();
        let note = format!(
            "note: dl failed, using proxy: `http://[SERVER]/go/go1.99.1.[OS]-[ARCH].tar.gz`: {reason}\n"
        );
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        let run = run.env("GOX_DL_URL", &url).env("GOX_SOURCES", "dl,proxy");
        run.stderr(&format!("{note}{}", lines::by_proxy(&toolchain))).check();
    }
}

/// A name with an empty part: the resolver refuses it without asking anybody.
#[test]
fn an_unknown_host_is_no_obstacle_where_a_proxy_answers() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let note =
        "note: dl failed, using proxy: `http://go..invalid/dl/go1.99.1.[OS]-[ARCH].tar.gz`: unknown host\n";
    sandbox
        .gox(["install", "1.99.1"])
        .envs(proxy.environment())
        .env_remove("HTTP_PROXY")
        .env("GOX_DL_URL", "http://go..invalid/dl")
        .env("GOX_SOURCES", "dl,proxy")
        .stderr(&format!("{note}{}", lines::by_proxy(&toolchain)))
        .check();
}

#[test]
fn a_server_that_swallows_what_it_is_asked_is_overtaken() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let (mirror, url) = mirror(&[]);
    mirror.route(format!("/go/{}", toolchain.file_name()), Response::new("").fault(Fault::Swallow));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    let run = run.env("GOX_DL_URL", &url).env("GOX_SOURCES", "dl,proxy");
    let note = "note: dl failed, using proxy: no answer within a second\n";
    run.stderr(&format!("{note}{}", lines::by_proxy(&toolchain))).check();
    assert_eq!(mirror.targets().len(), 1, "it was asked first");
}

/// A firewall that drops all looks like this each time, a slow server once.
#[test]
fn another_order_is_proposed_where_the_first_is_always_slow() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let (mirror, url) = mirror(&[]);
    mirror.route(format!("/go/{}", toolchain.file_name()), Response::new("").fault(Fault::Swallow));
    let [(_, goproxy), gosumdb] = proxy.environment();
    let go_env = FakeToolchain::new("1.22.4").with_file("go.env", 0o644, format!("GOPROXY={goproxy}\n"));
    sandbox.put_toolchain(&go_env);
    let run = sandbox.gox(["install", "1.99.1"]).envs([gosumdb]).env("GOX_DL_URL", &url).run();
    let expected = format!(
        "note: dl failed, using proxy: no answer within a second\n\
         hint: if dl is always so slow, ask proxy first: `gox config set sources proxy,dl`\n{}",
        lines::by_proxy(&toolchain)
    );
    run.assert(0, "", &expected);
}

/// Who names a proxy may have to use it: that it is slow once is no reason to leave it out for good.
#[test]
fn no_other_order_is_proposed_where_the_user_set_goproxy() {
    let toolchain = FakeToolchain::new("1.99.1");
    let address = format!("http://[SERVER]/go/{}", toolchain.file_name());
    let expected = format!(
        "note: proxy failed, using dl: no answer within a second\n{}",
        lines::by_archive(&toolchain, &address, "dl", "log")
    );
    for is_in_file in [false, true] {
        let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
        let (_mirror, url) = mirror(std::slice::from_ref(&toolchain));
        proxy.server.route(zip_path("1.99.1"), Response::new("").fault(Fault::Swallow));
        let command = sandbox.gox(["install", "1.99.1"]).env("GOX_DL_URL", url);
        let run = if is_in_file {
            let lines = proxy.environment().map(|(name, value)| format!("{name}={value}\n"));
            command.env("GOENV", sandbox.write("goenv", lines.concat()))
        } else {
            command.envs(proxy.environment())
        };
        run.stderr(&expected).check();
    }
}

#[test]
fn a_failed_proof_is_not_mended_by_another_source() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let (mirror, url) = mirror(&[]);
    let other = toolchain.clone().with_file("src/fmt/print.go", 0o644, "package other\n");
    mirror.route(format!("/go/{}", toolchain.file_name()), Response::new(other.tar_gz()));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    let run = run.env("GOX_DL_URL", &url).env("GOX_SOURCES", "dl,proxy").run();
    assert_eq!(run.code(), 5, "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

#[test]
fn a_version_that_no_list_names_does_not_exist_whatever_the_status() {
    let proxy = ModuleProxy::with_versions(&["1.21.13", "1.22.4", "1.22.10", "1.23.1"]);
    for (status, reason) in [(404, "404 (not found)"), (410, "410 (gone)"), (403, "403 (forbidden)")] {
        proxy.server.route(zip_path("1.22.99"), Response::status(status, "no"));
        // A proxy that says 403 does not say whether there is such a version; its list does.
        let list = if status == 403 { "  no release list has it\n" } else { "" };
        let expected = format!(
            "\
error: no such version: `1.22.99` for [OS]-[ARCH]
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.22.99.[OS]-[ARCH].zip`: status {reason}
{list}hint: nearest: `1.22.10`, `1.23.1`; install one: `gox install 1.22.10`
"
        );
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "1.22.99"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
        run.code(3).stderr(&expected).check();
    }
}

#[test]
fn a_version_that_a_list_names_is_only_out_of_reach() {
    let proxy = ModuleProxy::with_versions(&["1.98.1"]);
    let zip = zip_path("1.98.1");
    for (status, message, reason) in [
        (403, "could not download `go1.98.1`", "403 (forbidden)"),
        (404, "could not download `go1.98.1`: it was released, but no source has it", "404 (not found)"),
    ] {
        proxy.server.route(&zip, Response::status(status, "no"));
        let expected = format!(
            "\
error: {message}
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.98.1.[OS]-[ARCH].zip`: status {reason}
"
        );
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "1.98.1"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
        run.code(4).stderr(&expected).check();
    }
}

#[test]
fn a_version_that_was_released_is_only_out_of_reach_although_no_source_gives_it() {
    let proxy = ModuleProxy::with_versions(&["1.22.4"]);
    for version in ["1.20.5", "1.20.14", "1.99.2"] {
        let zip = zip_path(version);
        proxy.server.route(zip, Response::status(if version == "1.20.5" { 403 } else { 404 }, "no"));
    }
    let error = |version: &str, status: &str| {
        let zip = format!("v0.0.1-go{version}.[OS]-[ARCH].zip");
        format!(
            "\
error: could not download `go{version}`: it was released, but no source has it
  proxy: `http://[SERVER]/golang.org/toolchain/@v/{zip}`: status {status}
  dl: `https://go.dev/dl/go{version}.[OS]-[ARCH].tar.gz`: could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
hint: if this network needs no proxy: `unset HTTPS_PROXY`
"
        )
    };
    let note = |request: &str, version: &str| {
        format!(
            "note: no source lists a version for `{request}`; go{version} is the newest known to this gox\n"
        )
    };
    let absent = "404 (not found)";
    for (request, note, version, status) in [
        ("1.20.5", String::new(), "1.20.5", "403 (forbidden)"),
        ("1.20.14", String::new(), "1.20.14", absent),
        // What a list had before.
        ("1.99.2", String::new(), "1.99.2", absent),
        ("1.20", note("1.20", "1.20.14"), "1.20.14", absent),
        (">=1.99", note(">=1.99", "1.99.2"), "1.99.2", absent),
    ] {
        let sandbox = Sandbox::in_use();
        sandbox.write("user/.local/go/cache/released", "go1.99.2\n");
        let gox =
            |options: &[&str]| sandbox.gox(["install", request]).args(options).envs(proxy.environment());
        gox(&[]).code(4).stderr(&format!("{note}{}", error(version, status))).check();
        gox(&["--dry-run"]).stdout(&format!("would install go{version}\n")).stderr(&note).check();
    }
}

#[test]
fn what_a_proxy_does_not_list_it_may_have() {
    let toolchain = FakeToolchain::new("1.99.2");
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let list = FakeToolchain::new("1.98.0").module_version();
    proxy.server.route(format!("{}/list", proxy::MODULE), Response::new(list));
    let sandbox = Sandbox::in_use();
    sandbox.write("user/.local/go/cache/released", "go1.99.1\ngo1.99.2\n");
    let note = "note: no source lists a version for `1.99`; go1.99.2 is the newest known to this gox\n";
    let run = sandbox.gox(["install", "1.99"]).envs(proxy.environment());
    run.stderr(&(note.to_owned() + &lines::by_proxy(&toolchain))).check();
}

#[test]
fn a_request_that_nothing_answers_names_what_is_near() {
    let proxy = ModuleProxy::with_versions(&["1.21.13", "1.22.4", "1.23.1"]);
    for (request, expected) in [
        (
            "1.94",
            "error: no released version matches `1.94` for [OS]-[ARCH]\nhint: nearest: `1.23.1`; install one: `gox install 1.23.1`\n",
        ),
        (">=1.94", "error: no released version matches `>=1.94` for [OS]-[ARCH]\n"),
    ] {
        let sandbox = Sandbox::in_use();
        sandbox.gox(["install", request]).envs(proxy.environment()).code(3).stderr(expected).check();
    }
}
