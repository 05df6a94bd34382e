//! Servers that answer what no server should: each answer has its own words, none is believed, none is
//! waited for without end, and none costs more than its limit.

use std::fs::File;
use std::time::{Duration, SystemTime};

use crate::support::archives::FakeToolchain;
use crate::support::dl::{self, GoDev};
use crate::support::lines;
use crate::support::proxy::{MODULE, ModuleProxy, zip_path};
use crate::support::response::{Fault, Framing, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

const ARCHIVE: &str = "http://[SERVER]/go/go1.99.1.[OS]-[ARCH].tar.gz";
const ZIP: &str = "http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
const LIST: &str = "http://[SERVER]/golang.org/toolchain/@v/list";

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1")
}

fn zip() -> String {
    zip_path(toolchain().version())
}

fn raw(text: impl Into<Vec<u8>>) -> Response {
    Response::new("").fault(Fault::Raw(text.into()))
}

/// A status without any body.
fn status(status: u16) -> Response {
    Response::status(status, "")
}

/// The next source serves, so each is asked but once.
#[test]
fn heads_that_are_no_answer() {
    let proxy = ModuleProxy::start(&[toolchain()]);
    let mirror = Server::start();
    let headers = "X: y\r\n".repeat(200);
    let large = "x".repeat(1 << 20);
    let broken = |reason: &str| format!("the transfer broke off: {reason}");
    let no_address = "a redirect to no address of http or https is refused";
    let table = [
        (status(401), "status 401 (unauthorized)".to_owned()),
        (status(410), "status 410 (gone)".into()),
        (status(451), "status 451 (unavailable for legal reasons)".into()),
        (status(429), "status 429 (too many requests)".into()),
        (
            status(429).header("Retry-After", "3600"),
            "status 429 (too many requests), and not to be asked again for [TIME]".into(),
        ),
        (status(503).header("Retry-After", "soon"), "status 503 (service unavailable)".into()),
        (status(404).header("Retry-After", "3600"), "status 404 (not found)".into()),
        (status(204), "status 204 (no content)".into()),
        (status(206), "asked for bytes from 0 on, got no range".into()),
        (
            status(206).header("Content-Range", "bytes 5-9/10"),
            "asked for bytes from 0 on, got bytes from 5 on".into(),
        ),
        (status(300), "status 300 (multiple choices)".into()),
        (status(302), no_address.into()),
        (Response::redirect(302, "http://"), no_address.into()),
        (Response::redirect(307, "data:text/plain,x"), no_address.into()),
        (Response::redirect(308, "file:///etc/passwd"), no_address.into()),
        (
            Response::redirect(301, "gopher://127.0.0.1/x"),
            "a redirect to the scheme `gopher` is refused".into(),
        ),
        (status(304), "status 304 (not modified)".into()),
        (status(999), "status 999 (unknown)".into()),
        (Response::new("").fault(Fault::Reset), broken("connection reset by peer")),
        (raw(""), broken("connection closed before message completed")),
        (raw("HTTP/1.1 200 OK\r\nContent-Length: 5"), broken("connection closed before message completed")),
        (
            raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"),
            broken("invalid content-length parsed"),
        ),
        (raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), broken("invalid content-length parsed")),
        (raw("HTTP/1.1 200 OK\r\nA\x01B: c\r\n\r\n"), broken("invalid HTTP header parsed")),
        (raw("SSH-2.0-OpenSSH_9.2\r\n"), broken("invalid HTTP version parsed")),
        (raw(large.clone()), broken("invalid HTTP version parsed")),
        (raw(format!("HTTP/1.1 200 OK\r\n{headers}\r\n")), broken("message head is too large")),
        (raw(format!("HTTP/1.1 200 OK\r\nX: {large}\r\n\r\n")), broken("message head is too large")),
        (
            Response::new("<html>").content_type("Text/HTML; charset=utf-8"),
            "a web page came in place of the file; is there a login page before the network?".into(),
        ),
    ];
    for (response, reason) in table {
        mirror.route(format!("/go/{}", toolchain().file_name()), response);
        mirror.forget_requests();
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        let run = run.env("GOX_DL_URL", mirror.url() + "/go").env("GOX_SOURCES", "dl,proxy");
        let expected =
            format!("note: dl failed, using proxy: `{ARCHIVE}`: {reason}\n{}", lines::by_proxy(&toolchain()));
        run.stderr(&expected).check();
        assert_eq!(mirror.targets().len(), 1, "{reason}");
    }
}

/// A list that an earlier run kept still serves, and the note says what is wrong with the new one.
#[test]
fn release_lists_that_are_none() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    assert_eq!(sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).run().code(), 0);
    let list = sandbox.home().join("cache/releases/releases.json");
    let two_hours_ago = SystemTime::now() - Duration::from_secs(7200);
    File::options().write(true).open(list).unwrap().set_modified(two_hours_ago).unwrap();
    let true_list = dl::list(&[dl::ListedFile::new(&toolchain(), &toolchain().tar_gz())]);
    let web = "a web page came in place of the file; is there a login page before the network?";
    let none = |reason: &str| format!("the answer is not a release list: {reason}");
    let body = |body: &str| Response::new(body);
    let table = [
        (body(""), none("EOF while parsing a value at line 1 column 0")),
        (body("\u{feff}[]"), none("expected value at line 1 column 1")),
        (body("{}"), none("invalid type: map, expected a sequence at line 1 column 0")),
        (body("null"), none("invalid type: null, expected a sequence at line 1 column 4")),
        (body(&true_list[..1]), none("EOF while parsing a list at line 1 column 1")),
        (
            body(&true_list.replace("\"version\"", "\"v\"")),
            none("missing field `version` at line 16 column 2"),
        ),
        (
            body("[{\"version\": \"\\u001b[31m\", \"files\": 1}]"),
            none("invalid type: integer `1`, expected a sequence at line 1 column 37"),
        ),
        (body(&format!("{true_list}x")), none("trailing characters at line 18 column 1")),
        (
            body(&format!("[\"\x7f{}\"]", "x".repeat(1 << 20))),
            none(&format!("invalid type: string \"\\u{{7f}}{}", "x".repeat(172))),
        ),
        (body(&"[".repeat(1 << 20)), none("invalid type: sequence, expected a string at line 1 column 2")),
        (Response::new(vec![0xff; 1 << 20]), none("expected value at line 1 column 1")),
        (body(" \n<!DOCTYPE html>"), web.to_owned()),
        (
            Response::new(" ".repeat(1 << 16)).framing(Framing::Close).fault(Fault::Endless),
            "longer than the limit of 33554432 bytes".to_owned(),
        ),
        (
            Response::new(true_list.clone()).fault(Fault::CutAfter(100)),
            "the transfer broke off: the connection closed early".to_owned(),
        ),
    ];
    for (response, reason) in table {
        go_dev.server.route(format!("/dl{}", dl::ALL), response);
        let expected = format!(
            "note: using the release list of an earlier run, could not fetch a newer one: `https://go.dev/dl{}`: {reason}\n\
             go1.99.1 is installed already: `[HOME]/toolchains/go1.99.1`\n",
            dl::ALL
        );
        sandbox.gox(["install", "1.99"]).envs(go_dev.environment()).stderr(&expected).check();
    }
}

#[test]
fn version_lists_that_are_none() {
    let proxy = ModuleProxy::start(&[toolchain()]);
    let good = format!("{}\n", toolchain().module_version());
    let nonsense =
        format!("\0\n\x1b[31m\nv1.0.0\n../../x\n  {good}v0.0.1-go1.99.2\n{}\n", "x".repeat(1 << 20));
    let unlisted = |reason: &str| {
        let message = "error: could not fetch a release list to find `1.99`";
        (4, format!("{message}\n  proxy: `{LIST}`: {reason}\n"))
    };
    let listed = || (0, lines::by_proxy(&toolchain()));
    let endless = Response::new(good.repeat(1000)).framing(Framing::Chunked).fault(Fault::Endless);
    let table = [
        (Response::new(nonsense), listed()),
        (Response::new(good.replace('\n', "\r\n")), listed()),
        (Response::new(good.trim_end()).content_type("text/html"), listed()),
        (Response::new(""), (3, "error: no released version matches `1.99` for [OS]-[ARCH]\n".to_owned())),
        (Response::new(vec![0xff, 0xfe]), unlisted("the list is not UTF-8 text")),
        (
            Response::new(" \n<!DOCTYPE html>"),
            unlisted("a web page came in place of the file; is there a login page before the network?"),
        ),
        (endless, unlisted("longer than the limit of 33554432 bytes")),
        (status(403), unlisted("status 403 (forbidden)")),
        (status(404), unlisted("status 404 (not found)")),
    ];
    for (response, (code, expected)) in table {
        proxy.server.route(format!("{MODULE}/list"), response);
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "1.99"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
        run.code(code).stderr(&expected).check();
    }
}

/// Lists are asked for again as files are; but only where no source has an answer.
#[test]
fn a_list_is_asked_for_again_when_its_server_stumbles() {
    let proxy = ModuleProxy::start(&[toolchain()]);
    let list = format!("{MODULE}/list");
    let good = Response::new(toolchain().module_version());
    let asked = || proxy.server.targets().iter().filter(|target| **target == list).count();
    let later = status(503).header("Retry-After", "0");
    for stumble in [later.clone(), good.clone().fault(Fault::CutAfter(3)), good.clone().fault(Fault::HangUp)]
    {
        proxy.server.sequence(&list, vec![stumble, good.clone()]);
        proxy.server.forget_requests();
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "latest"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
        run.stderr(&lines::by_proxy(&toolchain())).check();
        assert_eq!(asked(), 2);
    }

    proxy.server.route(&list, later.clone());
    proxy.server.forget_requests();
    let sandbox = Sandbox::in_use();
    let expected = format!(
        "error: could not fetch a release list to find `latest`\n  proxy: `{LIST}`: status 503 (service unavailable)\n"
    );
    let run = sandbox.gox(["install", "latest"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
    run.code(4).stderr(&expected).check();
    assert_eq!(asked(), 5, "four times more");

    // Another source answers at once.
    let mirror = Server::start();
    dl::serve(&mirror, "/go", &[toolchain()]);
    proxy.server.forget_requests();
    let run = sandbox.gox(["install", "latest"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy,dl");
    let run = run.env("GOX_DL_URL", mirror.url() + "/go").run();
    assert_eq!((run.code(), asked()), (0, 1), "{}", run.stderr);
}

/// A list that stumbles once does not cost the archive its checksum, nor the user a part of the tree.
#[test]
fn the_list_that_proves_is_asked_for_again_too() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    let list = dl::list(&[dl::ListedFile::new(&toolchain(), &toolchain().tar_gz())]);
    let later = status(503).header("Retry-After", "0");
    go_dev.server.sequence(format!("/dl{}", dl::ALL), vec![later.clone(), later, Response::new(list)]);
    let address = "https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz";
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
    run.stderr(&lines::by_archive(&toolchain(), address, "dl", "list and log")).check();
}

/// Whoever wants to be left alone for longer than gox waits is not asked again.
#[test]
fn a_retry_after_that_is_too_long_is_told_and_not_waited_for() {
    let proxy = ModuleProxy::start(&[toolchain()]);
    let expected = format!(
        "error: could not download `go1.99.1`\n  proxy: `{ZIP}`: status 429 (too many requests), and not to be asked again for [TIME]\n"
    );
    for seconds in ["31", "86400", "18446744073709551615"] {
        proxy.server.route(zip(), status(429).header("Retry-After", seconds));
        proxy.server.forget_requests();
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
        run.code(4).stderr(&expected).check();
        assert_eq!(proxy.server.targets().iter().filter(|target| **target == zip()).count(), 1);
    }
}

/// Refused by its head alone: none of it is fetched.
#[test]
fn a_file_that_is_said_to_be_larger_than_any_toolchain() {
    let (proxy, mirror) = (ModuleProxy::start(&[toolchain()]), Server::start());
    let huge = |length: u64| Response::new("PK").content_length(length);
    for (source, address, name, limit) in
        [("dl", ARCHIVE, "archive", 1_u64 << 30), ("proxy", ZIP, "module zip", 500 << 20)]
    {
        for length in [limit + 1, u64::MAX / 2] {
            mirror.route(format!("/go/{}", toolchain().file_name()), huge(length));
            proxy.server.route(zip(), huge(length));
            let sandbox = Sandbox::in_use();
            let expected =
                format!("error: the {name} is refused: it has more than {limit} bytes\n  from `{address}`\n");
            let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
            let run = run.env("GOX_DL_URL", mirror.url() + "/go").env("GOX_SOURCES", source);
            run.code(5).stderr(&expected).check();
            assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
        }
    }
}

/// Of an archive that goes on after its end no more is fetched than it takes to see that.
#[test]
fn an_archive_without_an_end() {
    // The database answers: the archive alone is at fault.
    let (mirror, proxy) = (Server::start(), ModuleProxy::start(&[toolchain()]));
    let endless = |body: Vec<u8>| Response::new(body).framing(Framing::Close).fault(Fault::Endless);
    for (body, reason) in [
        (toolchain().tar_gz(), "there are bytes after the end of the gzip stream"),
        (b"x".repeat(1 << 16), "malformed gzip stream: invalid gzip header"),
    ] {
        mirror.route(format!("/go/{}", toolchain().file_name()), endless(body));
        let sandbox = Sandbox::in_use();
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        let run = run.env("GOX_DL_URL", mirror.url() + "/go");
        let expected = format!(
            "downloading go1.99.1 from {ARCHIVE}\nverifying go1.99.1\n\
             error: the archive is refused: {reason}\n  from `{ARCHIVE}`\n"
        );
        run.env("GOX_SOURCES", "dl").code(5).stderr(&expected).check();
        assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    }
}
