//! The server with its faults, TLS, and the proxies.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::{exchange, get};
use crate::support::gate::Gate;
use crate::support::proxies::{ConnectProxy, SocksProxy};
use crate::support::response::{Fault, Framing, Response};
use crate::support::server::Server;
use crate::support::tls::Authority;

/// The head of a reply, byte by byte, so that what follows stays in the stream.
fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

/// The reply of a TLS server at the other end of a stream.
fn get_by_tls(authority: &Authority, host: &'static str, stream: TcpStream) -> io::Result<String> {
    let name = ServerName::try_from(host).unwrap();
    let client = ClientConnection::new(authority.client_config(), name).unwrap();
    let mut stream = StreamOwned::new(client, stream);
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n")?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).map(|_| reply)
}

#[test]
fn the_server_answers_and_remembers() {
    let server = Server::start();
    server.route("/a?b=c", Response::new("hello").content_type("text/plain").etag(Some("\"x\"")));
    let (reply, end) = get(&server, "/a?b=c", "Accept: */*\r\n");
    let expected =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nETag: \"x\"\r\nContent-Length: 5\r\n\r\nhello";
    assert_eq!((reply.as_str(), end.is_ok()), (expected, true));
    assert!(get(&server, "/a", "").0.starts_with("HTTP/1.1 404 Not Found\r\n"));
    assert_eq!(server.targets(), ["/a?b=c", "/a"]);
    assert_eq!(server.requests()[0].header("accept"), Some("*/*"));
    assert_eq!(server.requests()[1].connection, 1);
}

#[test]
fn a_connection_takes_several_requests() {
    let server = Server::start();
    server.sequence("/", vec![Response::status(503, "later"), Response::new("now").close()]);
    let stream = TcpStream::connect(server.address()).unwrap();
    let (reply, _) = exchange(stream, "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    let statuses: Vec<_> = reply.lines().filter_map(|line| line.split_once("HTTP/1.1 ")).collect();
    assert_eq!(statuses, [("", "503 Status"), ("later", "200 OK")]);
    assert!(reply.ends_with("Connection: close\r\n\r\nnow"));
    assert!(server.requests().iter().all(|request| request.connection == 0));
}

#[test]
fn the_server_serves_ranges() {
    let server = Server::start();
    server.route("/", Response::new("0123456789").etag(Some("\"x\"")));
    let (reply, _) = get(&server, "/", "Range: bytes=4-\r\nIf-Range: \"x\"\r\n");
    assert!(reply.starts_with("HTTP/1.1 206 Partial Content\r\n"), "{reply}");
    assert!(
        reply.contains("\r\nContent-Range: bytes 4-9/10\r\n") && reply.ends_with("\r\n\r\n456789"),
        "{reply}"
    );
    assert!(get(&server, "/", "Range: bytes=4-5\r\n").0.ends_with("\r\n\r\n45"));
    assert!(get(&server, "/", "Range: bytes=4-\r\nIf-Range: \"y\"\r\n").0.ends_with("\r\n\r\n0123456789"));
    assert!(get(&server, "/", "Range: bytes=10-\r\n").0.starts_with("HTTP/1.1 416 "));
    server.route("/", Response::new("0123456789").content_range("bytes 0-3/4"));
    assert!(get(&server, "/", "Range: bytes=4-\r\n").0.contains("\r\nContent-Range: bytes 0-3/4\r\n"));
    server.route("/", Response::new("0123456789").ignore_range());
    assert!(get(&server, "/", "Range: bytes=4-\r\n").0.ends_with("\r\n\r\n0123456789"));
}

#[test]
fn faults_are_what_they_say() {
    let server = Server::start();
    let fault = |fault| server.route("/", Response::new("0123456789").fault(fault));
    fault(Fault::HangUp);
    let (reply, end) = get(&server, "/", "");
    assert_eq!((reply.as_str(), end.is_ok()), ("", true));
    fault(Fault::Reset);
    assert!(get(&server, "/", "").1.is_err());
    fault(Fault::CutAfter(4));
    let (reply, end) = get(&server, "/", "");
    assert!(
        reply.contains("Content-Length: 10\r\n") && reply.ends_with("\r\n\r\n0123") && end.is_ok(),
        "{reply}"
    );
    fault(Fault::ResetAfter(4));
    assert!(get(&server, "/", "").1.is_err());
    server.route("/", Response::new("0123456789").content_length(3));
    assert!(get(&server, "/", "").0.contains("Content-Length: 3\r\n"));
    server.route("/", Response::new("0123456789").framing(Framing::Chunked));
    assert!(get(&server, "/", "").0.ends_with("\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"));
}

#[test]
fn a_stalled_answer_waits_for_its_gate() {
    let server = Server::start();
    let gate = Gate::new();
    server.route("/", Response::new("0123456789").fault(Fault::StallAfter(4, gate.clone())).close());
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    gate.wait_reached();
    read_head(&mut stream);
    let mut first = [0; 4];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"0123");
    stream.set_nonblocking(true).unwrap();
    assert!(stream.read(&mut first).is_err(), "more came before the gate was open");
    stream.set_nonblocking(false).unwrap();
    gate.open();
    assert_eq!(exchange(stream, "").0, "456789");
}

#[test]
fn a_server_stops_while_its_answers_hang() {
    let server = Server::start();
    let gate = Gate::new();
    server.route("/stall", Response::new("0123456789").fault(Fault::StallHead(gate.clone())));
    server.route("/swallow", Response::new("").fault(Fault::Swallow));
    let connections = ["/stall", "/swallow"].map(|target| {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(format!("GET {target} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
        stream
    });
    gate.wait_reached();
    drop(server);
    // Either end of a connection is one; what matters is that there is an end.
    for stream in connections {
        drop(exchange(stream, ""));
    }
}

#[test]
fn tls_has_the_names_that_were_asked_for() {
    let authority = Authority::new();
    let server = authority.server(&["go.dev", "127.0.0.1"]);
    server.route("/", Response::new("secret").framing(Framing::Close));
    let ask = |host| get_by_tls(&authority, host, TcpStream::connect(server.address()).unwrap());
    assert!(ask("go.dev").unwrap().ends_with("\r\n\r\nsecret"));
    assert!(ask("127.0.0.1").unwrap().ends_with("\r\n\r\nsecret"));
    assert!(ask("sum.golang.org").unwrap_err().to_string().contains("certificate"));
}

#[test]
fn the_connect_proxy_leads_names_to_servers() {
    let authority = Authority::new();
    let server = authority.server(&["go.dev"]);
    server.route("/", Response::new("list").close());
    let proxy = ConnectProxy::start_with_login("me", "secret");
    proxy.map("go.dev:443", &server);
    assert!(proxy.url_with_login("me", "secret").starts_with("http://me:secret@127.0.0.1:"));
    let connect = |name: &str, login: &str| {
        let mut stream = TcpStream::connect(proxy.url().strip_prefix("http://").unwrap()).unwrap();
        write!(stream, "CONNECT {name} HTTP/1.1\r\n{login}\r\n").unwrap();
        (read_head(&mut stream), stream)
    };
    let login = format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode("me:secret"));
    assert!(connect("go.dev:443", "").0.starts_with("HTTP/1.1 407 "));
    assert!(connect("example.com:443", &login).0.starts_with("HTTP/1.1 502 "));
    let (head, stream) = connect("go.dev:443", &login);
    assert_eq!(head, "HTTP/1.1 200 Connected\r\n\r\n");
    assert!(get_by_tls(&authority, "go.dev", stream).unwrap().ends_with("\r\n\r\nlist"));
    assert_eq!(proxy.asked(), ["go.dev:443", "example.com:443", "go.dev:443"]);
}

#[test]
fn the_socks_proxy_leads_names_to_servers() {
    let server = Server::start();
    server.route("/", Response::new("list").close());
    let proxy = SocksProxy::start();
    proxy.map("go.dev:80", &server);
    let connect = |host: &str| {
        let mut stream = TcpStream::connect(proxy.url().strip_prefix("socks5h://").unwrap()).unwrap();
        let length = u8::try_from(host.len()).unwrap();
        let request = [&[5, 1, 0, 5, 1, 0, 3, length], host.as_bytes(), &[0, 80]].concat();
        stream.write_all(&request).unwrap();
        let mut reply = [0; 12];
        stream.read_exact(&mut reply).unwrap();
        (reply[3], stream)
    };
    assert_eq!(connect("example.com").0, 4);
    let (status, stream) = connect("go.dev");
    assert_eq!(status, 0);
    assert!(exchange(stream, "GET / HTTP/1.1\r\n\r\n").0.ends_with("\r\n\r\nlist"));
    assert_eq!(proxy.asked(), ["example.com:80", "go.dev:80"]);
}
