//! A loopback server of what a go.dev/dl, a module proxy and the registries of other managers have. It keeps what the
//! machine's GOPROXY gave, is as slow as a path says, and counts.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What is sent at once over a link with a limit, in bytes: at 20 Mbit/s it takes 6.6 ms.
const CHUNK: usize = 16 << 10;

/// A link sends so far ahead of its rate, so that it loses nothing where a busy machine wakes it late.
const EARLY: Duration = Duration::from_millis(50);

type Body = Arc<Vec<u8>>;

#[derive(Clone)]
pub(crate) struct Server {
    url: String,
    upstream: String,
    files: Arc<Mutex<HashMap<String, Option<Body>>>>,
    links: Arc<Mutex<HashMap<String, Link>>>,
}

/// What all connections with one path before the file share: `/RATE/NAME`, the rate in Mbit/s, or 0 for no limit.
#[derive(Clone, Copy)]
struct Link {
    /// When the bytes that were sent have gone through.
    free: Instant,
    sent: Sent,
}

/// What went over a link.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sent {
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
}

/// A request, as far as it matters here.
struct Request {
    is_head: bool,
    path: String,
    /// The first byte, and the last, which may be left out.
    range: Option<(usize, Option<usize>)>,
}

impl Server {
    pub(crate) fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server =
            Server { url, upstream: upstream.to_owned(), files: Arc::default(), links: Arc::default() };
        let answering = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let server = answering.clone();
                // A client that goes away is its own affair.
                thread::spawn(move || drop(server.answer(&stream.unwrap())));
            }
        });
        server
    }

    /// The address of a link of its own for each name.
    pub(crate) fn link(&self, mbit: u32, name: &str) -> String {
        format!("{}/{mbit}/{name}", self.url)
    }

    /// The address of a link without ranges.
    pub(crate) fn plain_link(&self, mbit: u32, name: &str) -> String {
        self.link(mbit, name) + "/plain"
    }

    /// What went over a link since this was asked last.
    pub(crate) fn take_sent(&self, url: &str) -> Sent {
        let mut links = self.links.lock().unwrap();
        links
            .get_mut(url.strip_prefix(&self.url).unwrap())
            .map(|link| std::mem::take(&mut link.sent))
            .unwrap_or_default()
    }

    pub(crate) fn put(&self, path: &str, body: Vec<u8>) {
        self.files.lock().unwrap().insert(path.to_owned(), Some(Arc::new(body)));
    }

    /// A file; what a module proxy has is asked for there the first time.
    pub(crate) fn read(&self, path: &str) -> Option<Body> {
        if let Some(body) = self.files.lock().unwrap().get(path) {
            return body.clone();
        }
        if !["/golang.org/toolchain/", "/sumdb/"].iter().any(|start| path.starts_with(start)) {
            return None;
        }
        eprintln!("fetching {path}");
        let output =
            Command::new("curl").args(["-sSfL", &format!("{}{path}", self.upstream)]).output().unwrap();
        let body = output.status.success().then(|| Arc::new(output.stdout));
        self.files.lock().unwrap().insert(path.to_owned(), body.clone());
        body
    }

    fn answer(&self, stream: &TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        while let Some(request) = Request::read(&mut lines)? {
            // `/RATE/NAME` or `/RATE/NAME/plain`, and the file.
            let mut parts = request.path[1..].splitn(3, '/');
            let (rate, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let file = format!("/{}", parts.next().unwrap_or_default());
            let plain = file.strip_prefix("/plain");
            let range = request.range.filter(|_| plain.is_none());
            let link = format!("/{rate}/{name}");
            self.with_link(&link, |link| link.sent.requests += 1);
            let body = self.read(plain.unwrap_or(&file));
            let (head, part) = head(body.as_ref().map(|body| &body[..]), range);
            (&*stream).write_all(head.as_bytes())?;
            if !request.is_head {
                self.send(stream, part, rate.parse().unwrap_or_default(), &link)?;
            }
        }
        Ok(())
    }

    fn send(&self, mut stream: &TcpStream, body: &[u8], mbit: u32, name: &str) -> io::Result<()> {
        if mbit == 0 {
            self.with_link(name, |link| link.sent.bytes += body.len() as u64);
            return stream.write_all(body);
        }
        for chunk in body.chunks(CHUNK) {
            let time = Duration::from_nanos(chunk.len() as u64 * 8000 / u64::from(mbit));
            let free = self.with_link(name, |link| {
                link.free = link.free.max(Instant::now()) + time;
                link.sent.bytes += chunk.len() as u64;
                link.free
            });
            thread::sleep(free.saturating_duration_since(Instant::now() + EARLY));
            stream.write_all(chunk)?;
        }
        Ok(())
    }

    fn with_link<T>(&self, name: &str, change: impl FnOnce(&mut Link) -> T) -> T {
        let mut links = self.links.lock().unwrap();
        let new = || Link { free: Instant::now(), sent: Sent::default() };
        change(links.entry(name.to_owned()).or_insert_with(new))
    }
}

/// The head of an answer, and the part of the file that it announces.
fn head(file: Option<&[u8]>, range: Option<(usize, Option<usize>)>) -> (String, &[u8]) {
    let Some(file) = file else { return ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".into(), &[]) };
    let range = range.filter(|(first, _)| *first < file.len());
    let (status, part) = match range {
        None => ("200 OK\r\n".to_owned(), file),
        Some((first, last)) => {
            let last = last.unwrap_or(usize::MAX).min(file.len() - 1);
            let total = file.len();
            (
                format!("206 Partial Content\r\ncontent-range: bytes {first}-{last}/{total}\r\n"),
                &file[first..=last],
            )
        }
    };
    (format!("HTTP/1.1 {status}accept-ranges: bytes\r\ncontent-length: {}\r\n\r\n", part.len()), part)
}

impl Request {
    /// The next request of a connection; `None` at its end.
    fn read(lines: &mut impl Iterator<Item = io::Result<String>>) -> io::Result<Option<Self>> {
        let Some(line) = lines.next().transpose()? else { return Ok(None) };
        let mut words = line.split(' ');
        let is_head = words.next() == Some("HEAD");
        let path = words.next().unwrap_or("/").to_owned();
        let mut range = None;
        while let Some(line) = lines.next().transpose()?.filter(|line| !line.is_empty()) {
            let line = line.to_ascii_lowercase();
            if let Some((first, last)) =
                line.strip_prefix("range: bytes=").and_then(|range| range.split_once('-'))
            {
                range = first.parse().ok().map(|first| (first, last.parse().ok()));
            }
        }
        Ok(Some(Request { is_head, path, range }))
    }
}
