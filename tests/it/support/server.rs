//! A loopback HTTP/1.1 server in threads. It knows whole answers by request target, keeps
//! connections alive, serves ranges, keeps a record of all requests, and goes wrong on demand
//! (see [`Fault`]). With absolute URLs as targets it is also a forward proxy for plain HTTP.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::gate::Gate;
use super::loopback::{Loopback, Socket};
use super::response::{Fault, Response};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Which connection it came on, counted from 0.
    pub(crate) connection: usize,
    /// The method.
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
}

impl Request {
    /// The first header of this name (lower case).
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Reads a head, and a body that nobody wants; none at the end of the connection.
    pub(super) fn read(reader: &mut impl BufRead, connection: usize) -> Option<Request> {
        let line = read_line(reader)?;
        let mut words = line.split(' ').map(str::to_owned);
        let (method, target) = (words.next()?, words.next()?);
        let mut headers = Vec::new();
        loop {
            let line = read_line(reader)?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let request = Request { connection, method, target, headers };
        let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
        io::copy(&mut reader.take(length), &mut io::sink()).ok()?;
        Some(request)
    }
}

fn read_line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    let count = reader.read_until(b'\n', &mut line).ok()?;
    // Whoever sends no UTF-8 sends bytes, each of which is a character of Latin-1.
    let line = String::from_utf8(line)
        .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect());
    (count > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

type Handler = Arc<dyn Fn(&Request) -> Response + Send + Sync>;

/// The server; it stops when it is dropped.
pub(crate) struct Server {
    loopback: Loopback,
    shared: Arc<Shared>,
    scheme: &'static str,
}

struct Shared {
    routes: Mutex<BTreeMap<String, Handler>>,
    prefixes: Mutex<BTreeMap<String, Handler>>,
    requests: Mutex<Vec<Request>>,
    /// The bytes of all answers that went out.
    sent: AtomicU64,
    /// Gates that answers wait at; none once the server ends.
    gates: Mutex<Option<Vec<Gate>>>,
}

impl Server {
    /// A server without TLS and without routes.
    pub(crate) fn start() -> Self {
        Server::start_with(None)
    }

    /// A server that speaks TLS if it has a configuration for it.
    pub(crate) fn start_with(tls: Option<Arc<ServerConfig>>) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let shared = Arc::new(Shared {
            routes: Mutex::default(),
            prefixes: Mutex::default(),
            requests: Mutex::default(),
            sent: AtomicU64::default(),
            gates: Mutex::new(Some(Vec::new())),
        });
        let loopback = Loopback::start({
            let shared = Arc::clone(&shared);
            let connections = AtomicUsize::new(0);
            move |socket| {
                let connection = connections.fetch_add(1, Ordering::SeqCst);
                // An error is the client's hanging up, or a handshake that a test wants to fail.
                let Some(config) = &tls else {
                    let _ = shared.serve(&mut socket.clone(), &socket, connection);
                    return;
                };
                let session = ServerConnection::new(Arc::clone(config)).unwrap();
                let mut stream = StreamOwned::new(session, socket.clone());
                if let Ok(true) = shared.serve(&mut stream, &socket, connection) {
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            }
        });
        Server { loopback, shared, scheme }
    }

    /// Its address.
    pub(crate) fn address(&self) -> SocketAddr {
        self.loopback.address()
    }

    /// Its URL, without a final slash.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address())
    }

    /// Answers a target (path and query, exactly) always in the same way.
    pub(crate) fn route(&self, target: impl Into<String>, response: Response) -> &Self {
        self.handle(target, move |_| response.clone())
    }

    /// Answers a target with these one after the other; the last one stays.
    pub(crate) fn sequence(&self, target: impl Into<String>, responses: Vec<Response>) -> &Self {
        let responses = Mutex::new(VecDeque::from(responses));
        self.handle(target, move |_| {
            let mut responses = responses.lock().unwrap();
            let first = responses.front().unwrap().clone();
            if responses.len() > 1 {
                responses.pop_front();
            }
            first
        })
    }

    /// Answers a target with what a function says.
    pub(crate) fn handle(
        &self,
        target: impl Into<String>,
        handler: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> &Self {
        self.shared.routes.lock().unwrap().insert(target.into(), Arc::new(handler));
        self
    }

    /// Answers all targets that start so and have no answer of their own; a longer prefix wins.
    pub(crate) fn handle_prefix(
        &self,
        prefix: impl Into<String>,
        handler: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> &Self {
        self.shared.prefixes.lock().unwrap().insert(prefix.into(), Arc::new(handler));
        self
    }

    /// Forgets a target's own answer.
    pub(crate) fn remove(&self, target: &str) -> &Self {
        self.shared.routes.lock().unwrap().remove(target);
        self
    }

    /// All requests so far, in the order of their coming.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The targets of all requests so far.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.target).collect()
    }

    /// The bytes of all answers so far, heads included.
    pub(crate) fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// Empties the record, for a test's second step.
    pub(crate) fn forget_requests(&self) {
        self.shared.requests.lock().unwrap().clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let gates = self.shared.gates.lock().unwrap().take();
        gates.into_iter().flatten().for_each(|gate| gate.open());
    }
}

/// Counts what is written.
struct Counted<'a, W> {
    to: &'a mut W,
    sent: &'a AtomicU64,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.sent.fetch_add(count as u64, Ordering::SeqCst);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Shared {
    /// Serves a connection until one side ends it; says whether that was a fair end.
    fn serve(&self, stream: impl Read + Write, socket: &Socket, connection: usize) -> io::Result<bool> {
        let mut stream = BufReader::new(stream);
        while let Some(request) = Request::read(&mut stream, connection) {
            self.requests.lock().unwrap().push(request.clone());
            let response = self.answer(&request);
            let fault = response.fault.clone();
            match fault {
                Some(Fault::HangUp) => return Ok(false),
                Some(Fault::Reset) => {
                    socket.reset_on_close();
                    return Ok(false);
                }
                Some(Fault::Swallow) => {
                    io::copy(&mut stream, &mut io::sink())?;
                    return Ok(false);
                }
                _ => {}
            }
            let mut counted = Counted { to: stream.get_mut(), sent: &self.sent };
            let again = response.send(&request, &mut counted, |gate| self.wait(gate))?;
            if let Some(Fault::ResetAfter(_)) = fault {
                socket.reset_on_close();
            }
            if !again {
                return Ok(fault.is_none());
            }
        }
        Ok(true)
    }

    fn answer(&self, request: &Request) -> Response {
        if request.method != "GET" {
            return Response::status(405, "only GET is served here\n").header("Allow", "GET");
        }
        let exact = self.routes.lock().unwrap().get(&request.target).cloned();
        let handler = exact.or_else(|| {
            let prefixes = self.prefixes.lock().unwrap();
            let longest = prefixes.iter().rev().find(|(prefix, _)| request.target.starts_with(*prefix));
            longest.map(|(_, handler)| Arc::clone(handler))
        });
        match handler {
            Some(handler) => handler(request),
            None => Response::status(404, format!("not found: {}\n", request.target)),
        }
    }

    fn wait(&self, gate: &Gate) {
        if let Some(gates) = &mut *self.gates.lock().unwrap() {
            gates.push(gate.clone());
        } else {
            return;
        }
        gate.pass();
    }
}
