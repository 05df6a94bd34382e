//! A loopback listener: one thread accepts, one thread serves each connection, and dropping the
//! listener closes every connection, so that no thread outlives the test that needed it.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A port of 127.0.0.1 that is served until this is dropped.
pub(crate) struct Loopback {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stopped: AtomicBool,
    sockets: Mutex<Vec<Weak<TcpStream>>>,
}

impl Loopback {
    /// Listens on a free port and calls `serve` in a thread of its own for each connection.
    pub(crate) fn start(serve: impl Fn(Socket) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared, &Arc::new(serve))
        });
        Loopback { address, shared, accepting: Some(accepting) }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn accept<F: Fn(Socket) + Send + Sync + 'static>(listener: &TcpListener, shared: &Shared, serve: &Arc<F>) {
    for stream in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        stream.set_nodelay(true).unwrap();
        let stream = Arc::new(stream);
        shared.sockets.lock().unwrap().push(Arc::downgrade(&stream));
        let serve = Arc::clone(serve);
        thread::spawn(move || serve(Socket(stream)));
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // The accepting thread looks at the flag after each connection, so it gets one.
        let woken = TcpStream::connect(self.address).is_ok();
        if let (true, Some(accepting)) = (woken, self.accepting.take()) {
            let _ = accepting.join();
        }
        for socket in self.shared.sockets.lock().unwrap().iter().filter_map(Weak::upgrade) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

/// One end of a connection; closed when the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Socket(Arc<TcpStream>);

impl Socket {
    /// A connection to somebody else.
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Socket> {
        TcpStream::connect(address).map(|stream| Socket(Arc::new(stream)))
    }

    /// Makes the close that follows a reset (RST), which the other side sees as an error.
    pub(crate) fn reset_on_close(&self) {
        rustix::net::sockopt::set_socket_linger(&*self.0, Some(Duration::ZERO)).unwrap();
    }

    /// Says that nothing more will be written, and reads nothing more.
    pub(crate) fn shutdown(&self, how: Shutdown) {
        let _ = self.0.shutdown(how);
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(buffer)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Carries bytes both ways until both sides have said all.
pub(crate) fn join(left: &Socket, right: &Socket) {
    let carry = |mut from: Socket, mut to: Socket| {
        let _ = io::copy(&mut from, &mut to);
        to.shutdown(Shutdown::Write);
    };
    let (from, to) = (right.clone(), left.clone());
    let back = thread::spawn(move || carry(from, to));
    carry(left.clone(), right.clone());
    let _ = back.join();
}
