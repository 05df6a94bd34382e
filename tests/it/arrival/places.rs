//! Where the end of a zip is asked for: at the very place that gives the whole, with the login that this place was
//! given.

use super::{Proxy, ZIP, answer, is_whole, path, tail_range, without_end};
use crate::support::command::Command;
use crate::support::gate::Gate;
use crate::support::proxies::ConnectProxy;
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::{Request, Server};
use crate::support::tls::Authority;

/// The requests for a target at a server: range and login.
fn asked(server: &Server, target: &str) -> Vec<String> {
    let requests = server.requests().into_iter().filter(|request| request.target == target);
    let header = |request: &Request, name| request.header(name).unwrap_or("-").to_owned();
    let mut asked: Vec<_> = requests
        .map(|request| format!("{} {}", header(&request, "range"), header(&request, "authorization")))
        .collect();
    asked.sort();
    asked
}

/// An install from `https://proxy.test`, for which there is a login; and `https://storage.test`.
fn command<'a>(
    proxy: &Proxy,
    storage: &Server,
    authority: &Authority,
    tunnel: &ConnectProxy,
    sandbox: &'a Sandbox,
) -> Command<'a> {
    tunnel.map("proxy.test:443", &proxy.server).map("storage.test:443", storage);
    sandbox.write("user/.netrc", "machine proxy.test login u password p\n");
    let certificate = authority.write_pem(sandbox.root());
    let command = proxy.command(sandbox).env("GOPROXY", "https://proxy.test");
    command.env("HTTPS_PROXY", tunnel.url()).env("SSL_CERT_FILE", certificate)
}

#[test]
fn the_login_goes_along() {
    let (authority, tunnel, sandbox) = (Authority::new(), ConnectProxy::start(), Sandbox::in_use());
    let (gate, part) = (Gate::new(), answer(ZIP.as_slice()));
    let whole = without_end(&ZIP, &gate);
    let server = authority.server(&["proxy.test"]);
    let proxy = Proxy::start_on(server, move |_| whole.clone(), move |_| part.clone());
    let proxy = Proxy { gate, ..proxy };
    let run = proxy.run(&sandbox, command(&proxy, &Server::start(), &authority, &tunnel, &sandbox));
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let expected = ["- Basic dTpw".to_owned(), format!("{} Basic dTpw", tail_range(&ZIP))];
    assert_eq!(asked(&proxy.server, &path()), expected);
    is_whole(&sandbox);
}

#[test]
fn the_end_of_a_redirect_is_asked_at_once_and_without_the_login_of_another_server() {
    let (authority, tunnel, sandbox) = (Authority::new(), ConnectProxy::start(), Sandbox::in_use());
    let (gate, part) = (Gate::new(), answer(ZIP.as_slice()));
    let (whole, storage) = (without_end(&ZIP, &gate), authority.server(&["storage.test"]));
    let target = "/zip?signed=1";
    storage.handle(target, move |request| match request.header("range") {
        None => whole.clone(),
        Some(_) => part.clone(),
    });
    let redirect = Response::redirect(302, format!("https://storage.test{target}"));
    let server = authority.server(&["proxy.test"]);
    let no_part = |_: &Request| Response::status(500, "");
    let proxy = Proxy { gate, ..Proxy::start_on(server, move |_| redirect.clone(), no_part) };
    let run = proxy.run(&sandbox, command(&proxy, &storage, &authority, &tunnel, &sandbox));
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(asked(&proxy.server, &path()), ["- Basic dTpw"]);
    assert_eq!(asked(&storage, target), ["- -".to_owned(), format!("{} -", tail_range(&ZIP))]);
    is_whole(&sandbox);
}
