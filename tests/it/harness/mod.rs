//! The harness, tested: a server that is wrong by accident proves nothing about its client.

mod contents;
mod sandbox;
mod servers;

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};

use crate::support::server::Server;

/// All that comes on a connection until its end, and how it ended.
pub(crate) fn exchange(mut stream: impl Read + Write, request: &str) -> (String, io::Result<()>) {
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).map(drop);
    (String::from_utf8(bytes).unwrap(), end)
}

/// The whole reply to one request, after which the connection ends, and how it ended.
pub(crate) fn get(server: &Server, target: &str, headers: &str) -> (String, io::Result<()>) {
    let stream = TcpStream::connect(server.address()).unwrap();
    let half = stream.try_clone().unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nHost: test\r\n{headers}\r\n");
    (&stream).write_all(request.as_bytes()).unwrap();
    // A connection that was reset is closed already.
    let _ = half.shutdown(Shutdown::Write);
    exchange(stream, "")
}
