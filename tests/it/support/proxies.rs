//! Proxies on loopback: HTTP CONNECT and SOCKS5. Both know a table of `host:port` names, each of
//! which stands for a local server, so that a client that asks for `go.dev:443` meets the test's
//! own server. Names that are not in the table are refused: no test reaches the real network.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::loopback::{self, Loopback, Socket};
use super::server::{Request, Server};

#[derive(Default)]
struct Table {
    hosts: Mutex<BTreeMap<String, SocketAddr>>,
    asked: Mutex<Vec<String>>,
}

impl Table {
    /// Notes the name and looks it up.
    fn ask(&self, name: String) -> Option<SocketAddr> {
        let address = self.hosts.lock().unwrap().get(&name).copied();
        self.asked.lock().unwrap().push(name);
        address
    }
}

/// A proxy for `HTTPS_PROXY=http://…`.
pub(crate) struct ConnectProxy {
    loopback: Loopback,
    table: Arc<Table>,
}

impl ConnectProxy {
    /// A proxy that anybody may use.
    pub(crate) fn start() -> Self {
        ConnectProxy::start_with(None)
    }

    /// A proxy that asks for this name and password.
    pub(crate) fn start_with_login(user: &str, password: &str) -> Self {
        ConnectProxy::start_with(Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))))
    }

    fn start_with(login: Option<String>) -> Self {
        let table = Arc::new(Table::default());
        let loopback = Loopback::start({
            let table = Arc::clone(&table);
            move |socket| drop(connect(socket, &table, login.as_deref()))
        });
        ConnectProxy { loopback, table }
    }

    /// Lets a name such as `go.dev:443` stand for a server.
    pub(crate) fn map(&self, name: &str, server: &Server) -> &Self {
        self.table.hosts.lock().unwrap().insert(name.to_owned(), server.address());
        self
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.loopback.address())
    }

    /// Its URL with a login.
    pub(crate) fn url_with_login(&self, user: &str, password: &str) -> String {
        format!("http://{user}:{password}@{}", self.loopback.address())
    }

    /// The names that clients asked for, in order; refused ones too.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.table.asked.lock().unwrap().clone()
    }
}

fn connect(socket: Socket, table: &Table, login: Option<&str>) -> io::Result<()> {
    let mut reader = BufReader::new(socket.clone());
    let mut writer = socket;
    let Some(request) = Request::read(&mut reader, 0) else { return Ok(()) };
    if request.method != "CONNECT" {
        return writer
            .write_all(b"HTTP/1.1 405 Only CONNECT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    let address = table.ask(request.target.clone());
    if login.is_some() && login != request.header("proxy-authorization") {
        return writer.write_all(
            b"HTTP/1.1 407 Login Wanted\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    }
    let Some(address) = address else {
        return writer
            .write_all(b"HTTP/1.1 502 Unknown Host\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    let server = Socket::connect(address)?;
    writer.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    assert!(reader.buffer().is_empty(), "the client spoke before the tunnel stood");
    loopback::join(&writer, &server);
    Ok(())
}

/// A proxy for `ALL_PROXY=socks5h://…`: no login, domain names or IPv4 addresses.
pub(crate) struct SocksProxy {
    loopback: Loopback,
    table: Arc<Table>,
}

impl SocksProxy {
    /// A proxy that anybody may use.
    pub(crate) fn start() -> Self {
        let table = Arc::new(Table::default());
        let loopback = Loopback::start({
            let table = Arc::clone(&table);
            move |socket| drop(socks(socket, &table))
        });
        SocksProxy { loopback, table }
    }

    /// Lets a name such as `go.dev:443` stand for a server.
    pub(crate) fn map(&self, name: &str, server: &Server) -> &Self {
        self.table.hosts.lock().unwrap().insert(name.to_owned(), server.address());
        self
    }

    /// Its URL; the proxy resolves the names.
    pub(crate) fn url(&self) -> String {
        format!("socks5h://{}", self.loopback.address())
    }

    /// The names that clients asked for, in order; refused ones too.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.table.asked.lock().unwrap().clone()
    }
}

/// RFC 1928: the greeting, the request, and then the tunnel.
fn socks(mut socket: Socket, table: &Table) -> io::Result<()> {
    let [_version, methods] = read_array(&mut socket)?;
    read_vec(&mut socket, methods)?;
    socket.write_all(&[5, 0])?;
    let [_version, command, _reserved, kind] = read_array(&mut socket)?;
    let host = match kind {
        1 => read_array::<4>(&mut socket)?.map(|byte| byte.to_string()).join("."),
        3 => {
            let [length] = read_array(&mut socket)?;
            String::from_utf8_lossy(&read_vec(&mut socket, length)?).into_owned()
        }
        _ => return socket.write_all(&[5, 8, 0, 1, 0, 0, 0, 0, 0, 0]),
    };
    let port = u16::from_be_bytes(read_array(&mut socket)?);
    let address = table.ask(format!("{host}:{port}"));
    let (Some(address), 1) = (address, command) else {
        return socket.write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]);
    };
    let server = Socket::connect(address)?;
    socket.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0])?;
    loopback::join(&socket, &server);
    Ok(())
}

fn read_array<const N: usize>(socket: &mut Socket) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    socket.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn read_vec(socket: &mut Socket, length: u8) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(length)];
    socket.read_exact(&mut bytes)?;
    Ok(bytes)
}
